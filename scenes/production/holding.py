"""Folders that one process holds: who waits for whom, and what the dead have left behind.

A process holds a folder by a lock on it that the system takes back when the process ends, however
it ends. So whether a folder has an owner is never guessed, from a process number or from a time.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


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
    try:
        handle = _opened(folder)
    except OSError:
        return True
    try:
        return not _try_to_lock(handle)
    except OSError:
        return True
    finally:
        os.close(handle)


def _acquire(folder: Path, waiting: Callable[[], None]) -> int | None:
    """Return a handle that holds the folder; None where nothing can be held."""
    told = False
    while True:
        handle = _open(folder)
        if handle is None:
            continue
        try:
            if not _try_to_lock(handle):
                if not told:
                    waiting()
                    told = True
                _lock(handle)
            if _is_the_same(handle, folder):
                return handle
        except OSError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _open(folder: Path) -> int | None:
    """Make a folder and open it; None if somebody has removed it meanwhile."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Windows opens no folders: there any file does, as nothing can be locked.
        return _opened(folder if sys.platform != "win32" else Path(os.devnull))
    except FileNotFoundError:
        return None
    except FileExistsError:
        # It was there, but when `mkdir` looked again it had gone; unless it is something else.
        if _is_no_folder(folder):
            raise
        return None


def _is_no_folder(path: Path) -> bool:
    try:
        return not stat.S_ISDIR(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _opened(folder: Path) -> int:
    # A pipe in its place is not waited for.
    return os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))


def _try_to_lock(handle: int) -> bool:
    """Lock a folder unless another process has; raise OSError where there are no locks."""
    if sys.platform == "win32":
        raise OSError("no locks on folders")
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock(handle: int) -> None:
    """Wait until no other process has a folder locked, and lock it."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)


def _is_the_same(handle: int, folder: Path) -> bool:
    """Tell whether the folder that was locked is still the one in its place."""
    try:
        return os.path.samestat(os.fstat(handle), folder.stat())
    except FileNotFoundError:
        return False
