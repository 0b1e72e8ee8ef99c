"""Opening files that somebody else has named: pipes, devices and folders are never read."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

from backprop_core.errors import InputError


def open_regular(path: Path, allowed: str = "a regular file") -> io.BufferedReader:
    """Open a regular file for reading. Symbolic links are followed.

    Parameters
    ----------
    path
        The file.
    allowed
        What to ask for, in the line about anything else.

    Raises
    ------
    FileNotFoundError
        If there is none.
    InputError
        If it is a folder, a pipe, a socket or a device, or cannot be opened.
    """
    # Opening alone can do something to a device, so what it is is looked at before; and again
    # after, as it may have been replaced meanwhile.
    refuse_special(status_of(path), allowed)
    try:
        handle = os.open(path, _flags())
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}") from None
    try:
        refuse_special(os.fstat(handle), allowed)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _flags() -> int:
    # A pipe that nobody writes to would be waited for, a terminal become this process's own, and
    # on Windows line ends be translated.
    return os.O_RDONLY | sum(getattr(os, f, 0) for f in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))


def status_of(path: Path) -> os.stat_result:
    """Return the status of a file.

    Raises
    ------
    FileNotFoundError
        If there is none.
    InputError
        If it cannot be reached, or if no file can have this name.
    """
    try:
        return path.stat()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}") from None
    except ValueError:
        raise InputError("is not a file name") from None


def refuse_special(status: os.stat_result, allowed: str) -> None:
    """Raise InputError for the status of anything but a regular file."""
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"is a folder; allowed {allowed}")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"is a pipe or a device; allowed {allowed}")


def read_bounded(path: Path, most: int, allowed: str = "a regular file") -> bytes:
    """Read a whole regular file of at most `most` bytes.

    Raises
    ------
    FileNotFoundError
        If there is none.
    InputError
        If it is a folder, a pipe or a device, is larger, or cannot be read.
    """
    with open_regular(path, allowed) as file:
        try:
            content: bytes | None = file.read(most + 1)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}") from None
        # Of what is no real file, such as those of Linux' /proc, the size is not known.
        size = max(os.fstat(file.fileno()).st_size, len(content or b""))
    if content is None:
        raise InputError(f"cannot be read: {os.strerror(errno.EAGAIN)}")
    if len(content) > most:
        raise InputError(f"got {size:,} bytes; allowed at most {most:,}")
    return content
