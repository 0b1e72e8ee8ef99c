"""Files that are being written and are not in their places yet: their names, and whose they are.

A process that writes one holds its lock. The system releases the lock when the process ends,
however it ends, so a file that nobody holds was left behind by a process that was killed.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_NAME = re.compile(r"\.backprop-[0-9a-f]{16}\.partial")
_TRIES = 100
"""Attempts to create a file that another process keeps taking for abandoned."""


def create_partial(create: Callable[[str], int]) -> tuple[str, int]:
    """Create a partial file and lock it; return its name and a descriptor.

    Parameters
    ----------
    create
        Creates a file of this name, which must be new, and returns a descriptor.
    """
    for _ in range(_TRIES):
        name = f".backprop-{secrets.token_hex(8)}.partial"
        handle = create(name)
        if sys.platform == "win32":
            break
        # Some file systems have no locks; there, no partial file is taken for abandoned.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            break
        # It was taken for abandoned, and removed, before it was locked.
        os.close(handle)
    return name, handle


@contextmanager
def kept_locked(handle: int) -> Iterator[None]:
    """Keep the lock of a file in the block, even if the descriptor is closed in it."""
    if sys.platform == "win32":
        # A file that is open cannot be moved there, and there are no locks.
        yield
        return
    # A lock holds until the last descriptor is closed.
    second = os.dup(handle)
    try:
        yield
    finally:
        os.close(second)


def abandoned(path: Path, *, remove: bool = False) -> bool:
    """Tell whether a path is a partial file of this user that no running process holds.

    On Windows, and on file systems without locks, that is not known: False.

    Parameters
    ----------
    remove
        Whether to remove it then.
    """
    if sys.platform == "win32" or not _NAME.fullmatch(path.name):
        return False
    try:
        handle = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            return False
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Meanwhile its writer may have moved it to its place.
        if not os.path.samestat(status, path.lstat()):
            return False
        if remove:
            path.unlink()
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
