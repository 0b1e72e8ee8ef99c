"""Folders that one process holds: who waits for whom, and what the dead have left behind.

A process holds a folder by a lock on it that the system takes back when the process ends, however
it ends. So whether a folder has an owner is never guessed, from a process number or from a time.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

_TRIES = 100
"""To make a folder that others remove."""
_SHORTEST, _LONGEST = 0.01, 0.2
"""Seconds between two looks at a folder that somebody else holds."""


@contextmanager
def held(folder: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Make a folder and hold it; it goes when left, if it is empty.

    On Windows, and on file systems without locks, nobody waits.

    Parameters
    ----------
    folder
        Made with its parents if it is missing.
    waiting
        Called several times a second while another process holds it; what it raises ends the
        waiting.
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
    while True:
        handle = _made_and_opened(folder)
        try:
            pauses = _pauses()
            while not _try_to_lock(handle):
                waiting()
                time.sleep(next(pauses))
            if _is_the_same(handle, folder):
                return handle
        except OSError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _pauses() -> Iterator[float]:
    """Yield seconds between two looks: often at first, as most are held for a moment only."""
    for n in count():
        yield min(_SHORTEST * 2**n, _LONGEST)


def _made_and_opened(folder: Path) -> int:
    """Make a folder and open it, though others remove it when they leave it."""
    tries = 0
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Windows opens no folders: there any file does, as nothing can be locked.
            return _opened(folder if sys.platform != "win32" else Path(os.devnull))
        except (FileNotFoundError, FileExistsError):
            # It, or a folder that it is in, has gone at this moment; unless it never comes.
            tries += 1
            if tries == _TRIES or _is_no_folder(folder):
                raise
            time.sleep(_SHORTEST)


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


def _is_the_same(handle: int, folder: Path) -> bool:
    """Tell whether the folder that was locked is still the one in its place."""
    try:
        return os.path.samestat(os.fstat(handle), folder.stat())
    except FileNotFoundError:
        return False
