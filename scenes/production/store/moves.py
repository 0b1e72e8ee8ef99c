"""Files that take their places together: all of them, or none."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath

from backprop_core.folder import Folder, ways
from backprop_core.formatting import source_name
from scenes.production.process.error_messages import RenderError
from scenes.production.store.ownership import rights_in
from scenes.production.store.signals import signals_wait

_MOUNTED = "something is mounted there"


@contextmanager
def together(folder: Path, aside: Path) -> Iterator[Moves]:
    """Move files to places in and below a folder; if the block fails, all goes back.

    Signals wait until the block is over.

    Parameters
    ----------
    folder
        The folder of the places.
    aside
        A private folder on the same file system, from where files come. What was in their places
        lies there meanwhile, and has to go with it.
    """
    with signals_wait(), Folder(folder) as root, Folder(aside) as private:
        moves = Moves(root, private)
        try:
            yield moves
        except BaseException:
            moves.undo()
            raise


class Moves:
    """What `together` has moved so far."""

    def __init__(self, root: Folder, aside: Folder) -> None:
        self._root, self._aside = root, aside
        self._made: list[str] = []
        self._before: dict[str, str | None] = {}
        self._moved: set[str] = set()
        self._unsynced: set[str] = set()

    def keep(self, places: Iterable[str]) -> None:
        """See that places can be taken, and keep what is in them, before anything is moved.

        Raises
        ------
        RenderError
            If one of them cannot.
        OSError
            If a folder on the way cannot be made, or is a link.
        """
        for place in places:
            if place not in self._before:
                with self._at(place) as (folder, name):
                    self._before[place] = self._kept(folder, name)

    def put(self, source: Path, place: str) -> None:
        """Move a finished file to a place that was kept."""
        with self._at(place) as (folder, name), Folder(source.parent) as here:
            self._note(place)
            here.move(source.name, folder, name)

    def remove(self, place: str) -> None:
        """Remove the file in a place that was kept, and folders that are empty then."""
        with self._at(place) as (folder, name):
            self._note(place)
            folder.remove(name)
        for way in reversed(list(ways(place))):
            with suppress(OSError), self._at(way) as (folder, name):
                folder.remove_folder(name)

    def sync(self) -> None:
        """Have the disk hold what was moved."""
        for above in self._unsynced:
            # A folder from which all was removed has gone.
            with suppress(FileNotFoundError), self._folder(above, make=False) as folder:
                folder.sync()
        self._unsynced.clear()

    def undo(self) -> None:
        """Put back what was in the places; what was kept first goes back last.

        What cannot be put back stays, and so does what was kept before it: the record of an output
        then says that it is incomplete.
        """
        try:
            for place in (place for place in reversed(self._before) if place in self._moved):
                with self._at(place) as (folder, name):
                    if (kept := self._before[place]) is not None:
                        self._aside.move(kept, folder, name)
                    else:
                        with suppress(FileNotFoundError):
                            folder.remove(name)
        except OSError:
            return
        for way in reversed(self._made):
            with suppress(OSError), self._at(way) as (folder, name):
                folder.remove_folder(name)

    def _note(self, place: str) -> None:
        self._moved.add(place)
        self._unsynced.add(str(PurePosixPath(place).parent))

    @contextmanager
    def _at(self, place: str) -> Iterator[tuple[Folder, str]]:
        """Open the folder of a place, and yield it with the name in it."""
        path = PurePosixPath(place)
        with self._folder(str(path.parent)) as folder:
            yield folder, path.name

    @contextmanager
    def _folder(self, place: str, *, make: bool = True) -> Iterator[Folder]:
        """Open a folder below that of all places, step by step, so that no link is followed."""
        with ExitStack() as held:
            folder = self._root
            for way in ways(f"{place}/name"):
                name = PurePosixPath(way).name
                if make and folder.status_of(name) is None:
                    folder.make(name, rights_in(folder))
                    self._made.append(way)
                folder = held.enter_context(folder.sub(name))
            yield folder

    def _kept(self, folder: Folder, name: str) -> str | None:
        """Give what has a name a second one in the private folder; return that."""
        status = folder.status_of(name)
        if status is None:
            return None
        if (why := stuck(folder, name)) is not None:
            raise _cannot(folder, name, why)
        kept = f"old-{secrets.token_hex(8)}"
        try:
            folder.link(name, self._aside, kept)
        except OSError as error:
            if error.errno == errno.EXDEV:
                raise _cannot(folder, name, _MOUNTED) from error
            if not stat.S_ISREG(status.st_mode):
                # Nothing is lost with a link or a pipe.
                return None
            # There are file systems without second names, and files of others may have none.
            with (
                os.fdopen(folder.open(name, os.O_RDONLY), "rb") as old,
                self._aside.create(kept) as copy,
            ):
                shutil.copyfileobj(old, copy)
        return kept


def _cannot(folder: Folder, name: str, why: str) -> RenderError:
    return RenderError(f"{source_name(str(folder.path / name))} cannot be replaced: {why}")


def stuck(folder: Folder, name: str) -> str | None:
    """Return why a file cannot be replaced, though others in its folder can; None if it can."""
    here, status = folder.status(), folder.status_of(name)
    if status is None:
        return None
    if stat.S_ISDIR(status.st_mode):
        return "it is a folder"
    if status.st_dev != here.st_dev:
        return _MOUNTED
    sticky = os.name == "posix" and here.st_mode & stat.S_ISVTX
    if sticky and os.geteuid() not in (0, status.st_uid, here.st_uid):
        return "it belongs to another user, in a folder where only its owner may replace it"
    if stat.S_ISREG(status.st_mode):
        try:
            os.close(folder.open(name, os.O_WRONLY))
        except PermissionError as error:
            # A missing right to write is EACCES, and no matter: EPERM is a file that is immutable.
            if error.errno == errno.EPERM:
                return "it is marked as not to be changed (lsattr, chattr -i)"
        except OSError:
            return None
    return None
