"""A film in a piece of HTML that needs no other file: video, poster and captions are in it."""

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
    """What a player shows.

    Attributes
    ----------
    video, captions, poster
        An mp4, its sentences as WebVTT, and its last picture as PNG.
    title
        A person's own words, perhaps.
    alt
        What the poster shows, in words.
    narrated
        Whether the sentences stand in the picture: captions over it, which would repeat them and
        cover what lies below, then wait until they are switched on.
    """

    video: Path
    captions: Path
    poster: Path
    title: str
    alt: str
    narrated: bool


def player(film: Playable, *, most: int) -> str:
    """Write a film as HTML: native controls, captions, and words for those who do not see it.

    Parameters
    ----------
    most
        Bytes of the video that are embedded. A larger one is played from where it lies, for which
        the reader's program must be able to reach it.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    size = film.video.stat().st_size
    embedded = size <= most
    source = _data(film.video, "video/mp4") if embedded else _address(film.video)
    where = source_name(str(film.video))
    note = where if embedded else f"{where}, {file_size(size)}: played from there, not kept here"
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
    """Return where a browser finds a file, from the working folder on: that of the notebook."""
    return as_html(quote(Path(os.path.relpath(file)).as_posix()))


def _text(words: str) -> str:
    return as_html(escape(words))
