"""A gallery as one archive: for learning platforms and web hosts that take a ``.zip``."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from backprop_core.files import open_regular
from scenes.production.store.publish import Source

ARCHIVE = PurePosixPath("gallery.zip")
"""Its place in the folder of the gallery: it is made with the pages, and is never older."""
_DATE = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip can hold: the same files are the same archive, whenever it is made."""
_MODE = 0o644 << 16
_UNIX = 3


def archive(files: Mapping[PurePosixPath, Source], path: Path) -> None:
    """Write files into an archive, with the first page at its top, where platforms look for it.

    They are stored as they are: videos and pictures are compressed already, and what a library
    makes of the rest differs between machines.

    Parameters
    ----------
    files
        Place -> bytes, or the file to copy.
    path
        The archive, which does not exist yet.
    """
    with ZipFile(path, "x", ZIP_STORED) as made:
        for place in sorted(files, key=str):
            source = files[place]
            entry = ZipInfo(str(place), _DATE)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            if isinstance(source, bytes):
                made.writestr(entry, source)
                continue
            # Beyond 2 GB it is written in another form, which has to be known before.
            entry.file_size = source.stat().st_size
            with open_regular(source) as file, made.open(entry, "w") as copy:
                shutil.copyfileobj(file, copy)
