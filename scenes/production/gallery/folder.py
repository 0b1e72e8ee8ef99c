"""Writes the folder of a gallery, and checks that it overwrites no other files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backprop_core.errors import InputError
from scenes.production.gallery.archive import ARCHIVE, archive
from scenes.production.request.keys import Keys
from scenes.production.store.build import build
from scenes.production.store.folder_checks import folder_lines, taken
from scenes.production.store.output_paths import Output, leading_out
from scenes.production.store.place_checks import check_places
from scenes.production.store.publish import Counts, Made, Source

Places = Mapping[PurePosixPath, Source]


@dataclass(frozen=True)
class GalleryOutput(Output):
    """The pages and files of a gallery in its folder."""

    stem: str = "gallery"

    sole = True

    @property
    def elsewhere(self) -> str:
        """An option that leads to another folder."""
        return f"--output {self.folder}-2"

    @property
    def advice(self) -> str:
        """What the user can do about a file in the way."""
        return "move it away, or choose another --output"


def check_gallery(root: Path, origin: str, places: Iterable[PurePosixPath]) -> None:
    """Check that a gallery can be written, and that no other files are in its way.

    Parameters
    ----------
    root
        Its folder.
    origin
        What its films start from; see `Selection.public_origin`.
    places
        Paths of its files, relative to the folder.

    Raises
    ------
    InputError
        With a line for each obstacle.
    """
    wanted = list(places)
    _check_folders(root, origin, wanted)
    check_places(GalleryOutput(root), map(str, wanted))


def _check_folders(root: Path, origin: str, places: Iterable[PurePosixPath]) -> None:
    output = GalleryOutput(root)
    folders = dict.fromkeys(root / parent for place in places for parent in place.parents)
    found = [*folder_lines(root, output.elsewhere), *leading_out(*folders)]
    found += filter(None, [taken(root, origin, output.elsewhere)])
    if found:
        raise InputError(*dict.fromkeys(found))


@dataclass(frozen=True)
class ExplorerOutput(GalleryOutput):
    """The explorer in one file."""

    stem: str = "explorer"

    sole = False


def write_explorer(
    root: Path, name: str, page: bytes, *, waiting: Callable[[], None] = lambda: None
) -> Counts:
    """Write the explorer in one file, unless it is there already.

    Parameters
    ----------
    root, name
        Where it goes.
    page
        Its content.
    waiting
        Called several times a second while another process writes it.

    Raises
    ------
    InputError
        If another file is in the way.
    RenderError
        If it cannot be written.
    """
    output = ExplorerOutput(root)
    if found := [*folder_lines(root, output.elsewhere)]:
        raise InputError(*dict.fromkeys(found))
    check_places(output, [name])
    keys = Keys.of({"page": hashlib.sha256(page).hexdigest()})
    return build(output, keys, lambda _: Made({name: page}, {}), waiting=waiting).counts


def write_gallery(
    root: Path,
    files: Places,
    origin: str,
    *,
    zipped: bool = False,
    check: Callable[[], None] = lambda: None,
    waiting: Callable[[], None] = lambda: None,
) -> Counts:
    """Write a gallery into its folder; files that have not changed are not written again.

    Parameters
    ----------
    root
        The folder.
    files
        Path relative to the folder -> bytes, or the file to copy.
    origin
        What the folder is to remember that it was made from.
    zipped
        Whether all files are to lie in the folder as an archive, too.
    check
        Called once all files are copied; it raises if they were changed since pages were made.
    waiting
        Called several times a second while another process writes the same gallery.

    Raises
    ------
    InputError
        For the same reasons as in `check_gallery`.
    RenderError
        If it cannot be written.
    """

    def produce(private: Path) -> Made:
        # Only the folders are checked here; publishing checks the files, as it reads them anyway.
        _check_folders(root, origin, files)
        made = {str(place): source for place, source in files.items()}
        if zipped:
            made[str(ARCHIVE)] = private / ARCHIVE
            archive(files, private / ARCHIVE)
        return Made(made, {}, check)

    # Whether a page has changed is only known once it is made, so publishing compares each file.
    keys = Keys.of({"places": sorted(map(str, files)), "zipped": zipped})
    output = GalleryOutput(root)
    return build(output, keys, produce, origin=origin, force=True, waiting=waiting).counts
