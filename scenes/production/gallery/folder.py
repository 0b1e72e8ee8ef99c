"""The folder of a gallery: which files are its own, and writing them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backprop_core.errors import InputError
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
        """What to do about a file in the way."""
        return "move it away, or choose another --output"


def check_gallery(root: Path, origin: str, places: Iterable[PurePosixPath]) -> None:
    """See that a gallery can be written and that nothing of anybody else's is in its way.

    Parameters
    ----------
    root
        Its folder.
    origin
        What its films start from; see `Selection.public_origin`.
    places
        Of its files.

    Raises
    ------
    InputError
        With a line for each thing in the way.
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


def write_gallery(
    root: Path,
    files: Places,
    origin: str,
    *,
    check: Callable[[], None] = lambda: None,
    waiting: Callable[[], None] = lambda: None,
) -> Counts:
    """Write a gallery into its folder; what is there already, and the same, is left alone.

    Parameters
    ----------
    root
        The folder.
    files
        Place in it -> bytes, or the file to copy.
    origin
        What the folder is to remember that it was made from.
    check
        Called once all files are copied; it raises if they were changed since pages were made.
    waiting
        Called several times a second while another process writes the same gallery.

    Raises
    ------
    InputError
        As `check_gallery` raises it.
    RenderError
        If it cannot be written.
    """

    def produce(private: Path) -> Made:
        # Publishing looks at the files themselves, which takes reading them.
        _check_folders(root, origin, files)
        return Made({str(place): source for place, source in files.items()}, {}, check)

    # Its pages are made before one knows whether they have changed: each file is looked at.
    keys = Keys.of({"places": sorted(map(str, files))})
    output = GalleryOutput(root)
    return build(output, keys, produce, origin=origin, force=True, waiting=waiting).counts
