"""The folder of a gallery: which files are its own, and writing them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backprop_core.errors import InputError
from scenes.production.request.keys import Keys
from scenes.production.store.build import build
from scenes.production.store.folder_checks import not_to_be_written, taken
from scenes.production.store.output_paths import Output, leading_out
from scenes.production.store.publish import Counts, Made, Source, check_places

Places = Mapping[PurePosixPath, Source]


@dataclass(frozen=True)
class GalleryOutput(Output):
    """The pages and files of a gallery in its folder."""

    stem: str = "gallery"

    guarded = True

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
        What its films start from; see `Selection.origin`.
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
    folders = dict.fromkeys(root / parent for place in places for parent in place.parents)
    found = [*leading_out(root, GalleryOutput(root).state, *folders), not_to_be_written(root)]
    found += [taken(root, origin, f"--output {root}-2")]
    if problems := [line for line in dict.fromkeys(found) if line is not None]:
        raise InputError(*problems)


def write_gallery(
    root: Path, files: Places, origin: str, *, waiting: Callable[[], None] = lambda: None
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
        return Made({str(place): source for place, source in files.items()}, {})

    # Its pages are made before one knows whether they have changed: each file is looked at.
    keys = Keys.of({"places": sorted(map(str, files))})
    output = GalleryOutput(root)
    return build(output, keys, produce, origin=origin, force=True, waiting=waiting).counts
