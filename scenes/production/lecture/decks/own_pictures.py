"""Pictures of the lecturer's own, made ready for slides."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from backprop_core.errors import InputError
from backprop_core.files import read_bounded
from backprop_core.formatting import source_name
from scenes.production.store.bounded_reads import legible_text

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
PICTURE_BYTES = 32 * 1024**2
LARGEST = 1920
"""Width and height, in pixels, to which larger pictures are made smaller."""
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


@dataclass(frozen=True)
class Picture:
    """A picture as it is put into slides.

    Attributes
    ----------
    content
        A PNG or JPEG file, without the camera's and the program's notes about place and person.
    kind
        "png" or "jpeg".
    width, height
        In pixels.
    alt
        What it shows, for those who do not see it.
    """

    content: bytes
    kind: str
    width: int
    height: int
    alt: str


def words_of(stem: str) -> str:
    """Turn the name of a file, without its extension, into words."""
    return legible_text(" ".join(re.split(r"[-_\s]+", stem)).strip() or stem)


def read_picture(path: Path, *, alt: str) -> Picture:
    """Read a picture; photographs stay JPEG, and everything else becomes PNG.

    Raises
    ------
    InputError
        If there is no such file, or it is not a picture that can be shown.
    """
    name = source_name(str(path))
    try:
        content = read_bounded(path, PICTURE_BYTES)
    except FileNotFoundError:
        raise InputError(f"{name}: there is no such file") from None
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as found:
            kind = "jpeg" if found.format == "JPEG" else "png"
            picture = ImageOps.exif_transpose(found)
            picture = picture.convert("RGB" if kind == "jpeg" else "RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError):
        allowed = ", ".join(_FORMATS)
        raise InputError(f"{name}: is not a picture that can be read; allowed {allowed}") from None
    picture.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    held = io.BytesIO()
    picture.save(held, kind, quality=90, optimize=True)
    return Picture(held.getvalue(), kind, picture.width, picture.height, alt)
