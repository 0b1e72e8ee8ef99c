"""Writes the folder of a gallery, and checks that it overwrites no other files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backprop_core.errors import InputError
from scenes.production.request.keys import Keys
from scenes.production.store.build import build
from scenes.production.store.output_paths import (
    Output,
    leading_out,
    not_to_be_written,
    taken,
)
from scenes.production.store.publish import Counts, Made, Source, check_places

Places = Mapping[PurePosixPath, Source]


@dataclass(frozen=True)
class GalleryOutput(Output):
    """The pages and files of a gallery in its folder."""

    stem: str = "gallery"

    guarded = True

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
        The source of its films; see `Selection.origin`.
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
    folders = dict.fromkeys(root / parent for place in places for parent in place.parents)
    found = [*leading_out(root, GalleryOutput(root).state, *folders), not_to_be_written(root)]
    found += [taken(root, origin, f"--output {root}-2")]
    if problems := [line for line in dict.fromkeys(found) if line is not None]:
        raise InputError(*problems)


def write_gallery(
    root: Path, files: Places, origin: str, *, waiting: Callable[[], None] = lambda: None
) -> Counts:
    """Write a gallery into its folder; files that have not changed are not written again.

    Parameters
    ----------
    root
        The folder.
    files
        Path relative to the folder -> bytes, or the file to copy.
    origin
        The source of its films, which the folder remembers.
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
        return Made({str(place): source for place, source in files.items()}, {})

    # Whether a page has changed is only known once it is made, so publishing compares each file.
    keys = Keys.of({"places": sorted(map(str, files))})
    output = GalleryOutput(root)
    return build(output, keys, produce, origin=origin, force=True, waiting=waiting).counts
