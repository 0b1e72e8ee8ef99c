"""What films and lectures can be written as."""

from __future__ import annotations

FORMATS = ("mp4", "webm", "gif", "webp")
CLEAR = ("webm", "webp")
"""The formats whose background can be transparent."""
LECTURES = ("mp4", "html", "pptx", "pdf", "png")
"""What a lecture can be written as."""
STILLS = "stills"
"""Suffix of the name of the folder for the stills of a lecture."""


def file_name(stem: str, format: str, *, transparent: bool = False) -> str:
    """Return the name of a video: one whose ground is transparent is told from others by it."""
    return f"{stem}{'-transparent' * transparent}.{format}"


def file_names(stem: str) -> set[str]:
    """Return all names that videos of a film may have."""
    opaque = {file_name(stem, format) for format in FORMATS}
    return opaque | {file_name(stem, format, transparent=True) for format in CLEAR}


def check_transparent(format: str) -> None:
    """See that a format can be transparent.

    Raises
    ------
    InputError
        If it cannot.
    """
    if format not in CLEAR:
        # The numbers are not imported until something needs them: help must be quick.
        from backprop_core.errors import InputError

        raise InputError(
            f"--transparent: got --format {format}, which has no transparency; "
            f"allowed --format {' or '.join(CLEAR)}"
        )
