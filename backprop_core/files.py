"""Open files that a user has named, and write files whole or not at all.

Pipes, devices and folders are refused.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from backprop_core.errors import InputError


def open_regular(path: Path, allowed: str = "a regular file") -> io.BufferedReader:
    """Open a regular file for reading. Symbolic links are followed.

    Parameters
    ----------
    path
        The file.
    allowed
        What the error message says is allowed.

    Raises
    ------
    FileNotFoundError
        If there is none.
    InputError
        If it is a folder, a pipe, a socket or a device, or cannot be opened.
    """
    # Opening a device may already have an effect, so the file type is checked before opening. It
    # is checked again afterwards, because the file may have been replaced in between.
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
    # O_NONBLOCK: do not wait for a pipe that nobody writes to. O_NOCTTY: do not make a terminal the
    # controlling one. O_BINARY: do not translate line ends on Windows.
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
        # The reported size of special files, such as those in /proc on Linux, is 0.
        size = max(os.fstat(file.fileno()).st_size, len(content or b""))
    if content is None:
        raise InputError(f"cannot be read: {os.strerror(errno.EAGAIN)}")
    if len(content) > most:
        raise InputError(f"got {size:,} bytes; allowed at most {most:,}")
    return content


@contextmanager
def replacing(path: Path, *, durable: bool = True, new: bool = False) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of `path` once the block has ended without an error.

    Until then, and for good if the block fails, whoever reads `path` finds the old file, complete.
    The new file has the rights that the umask leaves.

    Parameters
    ----------
    durable
        Whether to wait until the disk has it: a power failure then leaves the old file or the new
        one, never an empty one. A cache need not wait.
    new
        Whether there must be no file of that name.

    Raises
    ------
    FileExistsError
        If there is one, and it must be new.
    OSError
        If it cannot be written; nothing is left behind then.
    """
    if new and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(partial, flags, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if new:
            _move_to_free_place(partial, path)
        else:
            partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes, *, durable: bool = True, new: bool = False) -> None:
    """Write `content` as `replacing` does."""
    with replacing(path, durable=durable, new=new) as file:
        file.write(content)


def _move_to_free_place(partial: Path, path: Path) -> None:
    try:
        # Unlike a rename, a link replaces nothing.
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:
        # This file system has no links.
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        partial.replace(path)
    else:
        partial.unlink()
