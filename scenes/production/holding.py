"""Folders that one process holds: who waits for whom, and what the dead have left behind.

A process holds a folder by a lock on it that the system takes back when the process ends, however
it ends. So whether a folder has an owner is never guessed, from a process number or from a time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextmanager
def held(folder: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Make a folder and hold it; it goes when left, if it is empty.

    On Windows, and on file systems without locks, nobody waits.

    Parameters
    ----------
    folder
        Made with its parents if it is missing.
    waiting
        Called once if another process holds it.
    """
    handle = _acquire(folder, waiting)
    try:
        yield
    finally:
        # Removed while it is held: who waits for it finds out, and makes it anew.
        with suppress(OSError):
            folder.rmdir()
        if handle is not None:
            os.close(handle)


def is_held(folder: Path) -> bool:
    """Tell whether a process that lives holds a folder; if that cannot be known, yes."""
    if sys.platform == "win32":
        return True
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _acquire(folder: Path, waiting: Callable[[], None]) -> int | None:
    told = False
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            # It was there, but when `mkdir` looked again it had gone; unless it is a file.
            if folder.is_file():
                raise
            continue
        if sys.platform == "win32":
            return None
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            told = _lock(handle, waiting, told)
        except OSError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise
        if _is_the_same(handle, folder):
            return handle
        os.close(handle)


if sys.platform != "win32":

    def _lock(handle: int, waiting: Callable[[], None], told: bool) -> bool:
        """Lock a folder; return whether it has been told that one has to wait."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
            return True
        return told

    def _is_the_same(handle: int, folder: Path) -> bool:
        """Tell whether the folder that was locked is still the one in its place."""
        try:
            return os.path.samestat(os.fstat(handle), folder.stat())
        except FileNotFoundError:
            return False
