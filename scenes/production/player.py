"""A film as HTML with embedded video, poster and captions."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import dataclass
from html import escape as as_html
from pathlib import Path
from urllib.parse import quote

from backprop_core.formatting import escape, source_name
from backprop_core.number_text import file_size


@dataclass(frozen=True)
class Playable:
    """The content of a player.

    Attributes
    ----------
    video, captions, poster
        Paths of an mp4, of its sentences as WebVTT, and of its last picture as PNG.
    title
        The title, which may be the user's own words.
    alt
        A description of the poster.
    narrated
        Whether the sentences are in the picture. Captions would repeat them and cover the picture,
        so they are then off until the viewer switches them on.
    """

    video: Path
    captions: Path
    poster: Path
    title: str
    alt: str
    narrated: bool


def player(film: Playable, *, most: int) -> str:
    """Write a film as HTML, with the browser's controls, captions, and a description.

    Parameters
    ----------
    most
        The largest video in bytes that is embedded. A larger one is loaded from its file, which
        the browser must be able to read.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    size = film.video.stat().st_size
    embedded = size <= most
    source = _data(film.video, "video/mp4") if embedded else _address(film.video)
    where = source_name(str(film.video))
    note = where if embedded else f"{where}, {file_size(size)}: played from there, not embedded"
    label = _text(f"{film.title}. {film.alt}")
    captions = _data(film.captions, "text/vtt;charset=utf-8")
    shown = "" if film.narrated else " default"
    return (
        '<figure style="margin: 0">\n'
        f'<video controls preload="metadata" style="max-width: 100%" aria-label="{label}" '
        f'poster="{_data(film.poster, "image/png")}">\n'
        f'<source src="{source}" type="video/mp4">\n'
        f'<track kind="captions" srclang="en" label="English" src="{captions}"{shown}>\n'
        f"{label}\n"
        "</video>\n"
        f"<figcaption>{_text(film.title)} ({_text(note)})</figcaption>\n"
        "</figure>\n"
    )


def _data(file: Path, kind: str) -> str:
    return f"data:{kind};base64,{b64encode(file.read_bytes()).decode()}"


def _address(file: Path) -> str:
    """Return the URL of a file relative to the working folder, which is that of the notebook."""
    return as_html(quote(Path(os.path.relpath(file)).as_posix()))


def _text(words: str) -> str:
    return as_html(escape(words))
