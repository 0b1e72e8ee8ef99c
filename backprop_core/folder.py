"""Folders held open: a name is looked up in the folder itself, wherever its path leads by now."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO


class Folder:
    """A folder that is held open, and what is done in it.

    Who may write in a folder above it can rename it, and put a link in its place; what is done here
    is still done in this folder. No symbolic link in it is followed. Where folders cannot be held
    (Windows), paths are used instead.

    Attributes
    ----------
    path
        What it was called when it was opened.
    """

    path: Path

    def __init__(self, path: Path, within: Folder | None = None, *, follow: bool = False) -> None:
        """Open a folder.

        Parameters
        ----------
        path
            The folder; if `within` is given, a single name in that.
        follow
            Whether it may itself be a symbolic link; those above it are followed.

        Raises
        ------
        OSError
            If it is no folder, or cannot be opened.
        """
        self.path = path if within is None else within.path / path
        self.handle: int | None = None
        if os.open not in os.supports_dir_fd:
            self.path.stat()
            return
        # With O_PATH, which Linux has, no right to list the folder is needed.
        flags = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY
        flags |= 0 if follow else os.O_NOFOLLOW
        self.handle = os.open(path, flags, dir_fd=None if within is None else within.handle)

    def __enter__(self) -> Folder:
        """Return it; it is closed when the block ends."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None

    def sub(self, name: str) -> Folder:
        """Open a folder in it."""
        return Folder(Path(name), self)

    def make(self, name: str, mode: int) -> None:
        """Make a folder in it; the umask takes rights away."""
        os.mkdir(self._place(name), mode, dir_fd=self.handle)

    def create(self, name: str) -> BinaryIO:
        """Open a new file for writing.

        Raises
        ------
        FileExistsError
            If there is anything of this name, a link to nothing included.
        """
        return os.fdopen(self.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb")

    def open(self, name: str, flags: int) -> int:
        """Open a file, and return the descriptor; no link is followed, and no pipe waited for."""
        more = (getattr(os, f, 0) for f in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
        return os.open(self._place(name), flags | sum(more), 0o666, dir_fd=self.handle)

    def status(self) -> os.stat_result:
        """Return the status of the folder."""
        return self.path.stat() if self.handle is None else os.fstat(self.handle)

    def status_of(self, name: str) -> os.stat_result | None:
        """Return the status of what is in it, of a link itself; None if there is nothing."""
        try:
            return os.stat(self._place(name), dir_fd=self.handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def move(self, name: str, to: Folder, new: str) -> None:
        """Give a file another name, in place of whatever has it."""
        source, place = self._place(name), to._place(new)
        os.replace(source, place, src_dir_fd=self.handle, dst_dir_fd=to.handle)

    def link(self, name: str, to: Folder, new: str) -> None:
        """Give a file a second name."""
        source, place = self._place(name), to._place(new)
        follow = os.link not in os.supports_follow_symlinks
        os.link(source, place, src_dir_fd=self.handle, dst_dir_fd=to.handle, follow_symlinks=follow)

    def remove(self, name: str) -> None:
        """Remove a file, or a link."""
        os.unlink(self._place(name), dir_fd=self.handle)

    def remove_folder(self, name: str) -> None:
        """Remove an empty folder."""
        os.rmdir(self._place(name), dir_fd=self.handle)

    def remove_tree(self, name: str) -> None:
        """Remove a folder with all that is in it, as far as that can be done."""
        shutil.rmtree(self._place(name), ignore_errors=True, dir_fd=self.handle)

    def sync(self) -> None:
        """Have the disk hold what names are in it."""
        if os.name != "posix":
            return
        handle = os.open(self._place("."), os.O_RDONLY, dir_fd=self.handle)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _place(self, name: str) -> str | Path:
        return name if self.handle is not None else self.path / name


def ways(place: str) -> Iterator[str]:
    """Yield the folders that lead to a place below a folder, from above: a, a/b for a/b/c."""
    yield from (str(above) for above in reversed(PurePosixPath(place).parents) if above.name)


def is_shared(status: os.stat_result) -> bool:
    """Tell whether everybody may write to a folder, but replace only what is theirs: /tmp."""
    return bool(status.st_mode & stat.S_IWOTH and status.st_mode & stat.S_ISVTX)
