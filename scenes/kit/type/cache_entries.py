"""The entries of the cache of type: regular files of this user, each with a checksum.

An entry is named by a hash of its source, and its last line is a checksum of that name and of the
content. So an entry that was damaged, replaced, renamed or half written does not fit. An entry
that does not fit is never used; it is made again.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from backprop_core.files import read_bounded, write_whole

SUFFIX = ".svg"
MOST_BYTES = 64 * 1024**2
"""The largest entry that is read; the largest that films need have 1 % of it."""
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True)
class CacheContents:
    """What a cache folder holds.

    Attributes
    ----------
    entries, bytes
        Of all that lies in it.
    unfit
        How many of the entries would not be used.
    """

    entries: int
    bytes: int
    unfit: int


def path_of(folder: Path, source: str) -> Path:
    """Return the place of the entry of a source."""
    return folder / f"{hashlib.sha256(source.encode()).hexdigest()}{SUFFIX}"


def make_private(folder: Path) -> None:
    """Make a folder that only this user may write to, or see that it is one.

    Raises
    ------
    OSError
        If it cannot be made, is a symbolic link or no folder, or belongs to another user.
    """
    with suppress(FileExistsError):
        folder.mkdir(mode=stat.S_IRWXU)
    if sys.platform == "win32":
        return
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "is a symbolic link", str(folder))
    # With O_NOFOLLOW, what is checked is what was opened, not what a link leads to since.
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        status = os.fstat(handle)
        if not _is_of_this_user(status):
            raise PermissionError(errno.EPERM, "belongs to another user", str(folder))
        if status.st_mode & _OTHERS_MAY_WRITE:
            os.fchmod(handle, stat.S_IRWXU)
    finally:
        os.close(handle)


def read_entry(path: Path) -> bytes | None:
    """Return the content of an entry; None if there is none, or if it does not fit."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1 or not _is_of_this_user(status):
            return None
        kept = read_bounded(path, MOST_BYTES)
    except (OSError, ValueError):
        return None
    content = kept[: -len(_last_line(path, b""))]
    return content if kept == content + _last_line(path, content) else None


def write_entry(path: Path, content: bytes) -> None:
    """Write an entry, if that is possible: a full disk only costs the cache."""
    with suppress(OSError):
        write_whole(path, content + _last_line(path, content), durable=False)


def contents_of(folder: Path) -> CacheContents:
    """Read all entries in a folder, and tell how many fit."""
    try:
        paths = list(folder.iterdir())
    except OSError:
        paths = []
    size = unfit = 0
    for path in paths:
        with suppress(OSError):
            size += path.lstat().st_size
        unfit += read_entry(path) is None
    return CacheContents(len(paths), size, unfit)


def _last_line(path: Path, content: bytes) -> bytes:
    digest = hashlib.sha256(path.stem.encode() + b"\n" + content).hexdigest()
    # A comment, so that the file is an SVG that can be looked at.
    return f"\n<!-- {digest} -->\n".encode()


def _is_of_this_user(status: os.stat_result) -> bool:
    return sys.platform == "win32" or status.st_uid == os.geteuid()
