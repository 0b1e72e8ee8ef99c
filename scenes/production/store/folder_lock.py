"""Locks on folders: one process holds a folder, and others wait for it.

The system releases the lock when the process ends, however it ends. So whether a folder has an
owner is never guessed from a process ID or from a time.
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

from scenes.production.store.ownership import make_folder

_TRIES = 100
"""Attempts to make a folder that other processes keep removing."""
_SHORTEST, _LONGEST = 0.01, 0.2
"""Seconds between two attempts to lock a folder that another process holds."""


@contextmanager
def held(
    folder: Path,
    waiting: Callable[[], None] = lambda: None,
    make: Callable[[Path], None] = make_folder,
) -> Iterator[None]:
    """Make a folder and hold its lock; on exit, remove the folder if it is empty.

    On Windows, and on file systems without locks, nothing is locked and nobody waits.

    Parameters
    ----------
    folder
        Made with its parents if it is missing.
    waiting
        Called several times a second while another process holds it; what it raises ends the
        waiting.
    make
        Makes it if it is missing.
    """
    handle = _acquire(folder, waiting, make)
    try:
        yield
    finally:
        # The folder is removed while it is locked. A process that waits for the lock then
        # notices that the folder has gone, and makes it anew.
        with suppress(OSError):
            folder.rmdir()
        if handle is not None:
            os.close(handle)


@contextmanager
def seized(folder: Path) -> Iterator[bool]:
    """Hold a folder that no running process holds, until the block ends; tell whether it is so.

    It is False, too, if that cannot be known, or if the folder has gone meanwhile.
    """
    try:
        handle = _opened(folder)
    except OSError:
        yield False
        return
    try:
        try:
            free = _try_to_lock(handle) and _is_the_same(handle, folder)
        except OSError:
            free = False
        yield free
    finally:
        os.close(handle)


def is_held(folder: Path) -> bool:
    """Tell whether a running process holds a folder; True if that cannot be known."""
    with seized(folder) as free:
        return not free


def _acquire(folder: Path, waiting: Callable[[], None], make: Callable[[Path], None]) -> int | None:
    """Return a descriptor that holds the lock, or None where there are no locks."""
    while True:
        handle = _made_and_opened(folder, make)
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


def _made_and_opened(folder: Path, make: Callable[[Path], None]) -> int:
    """Make a folder and open it, even if other processes remove it meanwhile."""
    tries = 0
    while True:
        try:
            make(folder)
            # Windows cannot open folders. Any file will do, as nothing is locked there.
            return _opened(folder if sys.platform != "win32" else Path(os.devnull))
        except (FileNotFoundError, FileExistsError):
            # Another process has just removed the folder, or one that it is in: try again.
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
    # With O_DIRECTORY, a pipe of this name fails at once instead of blocking.
    flags = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.open(folder, os.O_RDONLY | flags)


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
        return os.path.samestat(os.fstat(handle), folder.lstat())
    except FileNotFoundError:
        return False
