"""The file formats of films and lectures."""

from __future__ import annotations

FORMATS = ("mp4", "webm", "gif", "webp")
CLEAR = ("webm", "webp")
"""The formats whose background can be transparent."""
LECTURES = ("mp4", "html", "pptx", "pdf", "png")
"""The formats of a lecture."""
PER_PAGE = ("1", "2", "4", "6")
"""How many slides a printed page may have, as they are typed."""
STILLS = "stills"
"""Suffix of the name of the folder for the stills of a lecture."""


def file_name(stem: str, format: str, *, transparent: bool = False) -> str:
    """Return the file name of a video, which says whether its background is transparent."""
    return f"{stem}{'-transparent' * transparent}.{format}"


def file_names(stem: str) -> set[str]:
    """Return all file names that videos of a film may have."""
    opaque = {file_name(stem, format) for format in FORMATS}
    return opaque | {file_name(stem, format, transparent=True) for format in CLEAR}


def check_transparent(format: str) -> None:
    """Check that a format can have a transparent background.

    Raises
    ------
    InputError
        If it cannot.
    """
    if format not in CLEAR:
        # `backprop_core` is imported only when it is needed, so that --help is quick.
        from backprop_core.errors import InputError

        raise InputError(
            f"--transparent: got --format {format}, which has no transparency; "
            f"allowed --format {' or '.join(CLEAR)}"
        )
