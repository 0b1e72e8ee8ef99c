"""A film as HTML with embedded video, poster and captions, and its sentences below it."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as as_html
from pathlib import Path
from urllib.parse import quote

from backprop_core.formatting import escape, source_name
from backprop_core.number_text import file_size
from scenes.production.sidecars.opening import Opening
from scenes.production.sidecars.transcript import Passage

# What a notebook shows is put into its page as HTML, where no script element runs: handlers do. The
# last sentence stays to the end; where the motion of a beat comes first, the one before is gone.
_SAY = (
    "const p = this.parentNode.querySelector('[data-sentence]'), t = this.currentTime;"
    "p.hidden = false;"
    "if (event.type === 'play' || event.type === 'seeking') this.dataset.begun = '';"
    "if ('begun' in this.dataset) {"
    "const now = [...this.parentNode.querySelectorAll('[data-beat]')]"
    ".filter(s => Number(s.dataset.beat) <= t).pop();"
    "const said = now && Number(now.dataset.said) <= t ? now.textContent : '';"
    "if (p.textContent !== said) p.textContent = said;}"
)
"""Writes the sentence at this moment below the video."""
_MOMENTS = ("loadedmetadata", "play", "timeupdate", "seeking")


@dataclass(frozen=True)
class Playable:
    """The content of a player.

    Attributes
    ----------
    video, captions
        Paths of an mp4, and of its sentences as WebVTT.
    opening
        What it shows before it plays.
    passages
        Its beats, in order.
    title
        The title, which may be the user's own words.
    narrated
        Whether the sentences are in the picture. Captions would repeat them and cover the picture,
        so they are then off until the viewer switches them on.
    """

    video: Path
    captions: Path
    opening: Opening
    passages: Sequence[Passage]
    title: str
    narrated: bool


def player(film: Playable, *, most: int) -> str:
    """Write a film as HTML, with the browser's controls, captions, and a description.

    While it is paused, the controls lie on the sentence in the picture, so the sentence stands
    below the picture as text, too. Where the page runs no handlers, all sentences are in a list.

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
    source = _data(film.video.read_bytes(), "video/mp4") if embedded else _address(film.video)
    where = source_name(str(film.video))
    note = where if embedded else f"{where}, {file_size(size)}: played from there, not embedded"
    label = _text(f"{film.title}. {film.opening.words}")
    captions = _data(film.captions.read_bytes(), "text/vtt;charset=utf-8")
    poster = _data(film.opening.picture, "image/png")
    handlers = " ".join(f'on{moment}="{as_html(_SAY)}"' for moment in _MOMENTS)
    shown = "" if film.narrated else " default"
    return (
        '<figure style="margin: 0">\n'
        f'<video controls preload="metadata" style="max-width: 100%" aria-label="{label}" '
        f'poster="{poster}" {handlers}>\n'
        f'<source src="{source}" type="video/mp4">\n'
        f'<track kind="captions" srclang="en" label="English" src="{captions}"{shown}>\n'
        f"{label}\n"
        "</video>\n"
        f"{_sentences(film)}"
        f"<figcaption>{_text(film.title)} ({_text(note)})</figcaption>\n"
        "</figure>\n"
    )


def _sentences(film: Playable) -> str:
    """Write the place of the sentence, which is empty until the film is loaded, and the list."""
    first = film.opening.passage
    said = "".join(
        f'<li data-beat="{passage.start:g}" data-said="{passage.said:g}">'
        f"{_text(passage.sentence)}</li>\n"
        for passage in film.passages
    )
    return (
        '<p data-sentence aria-live="polite" style="min-height: 2.8em; margin: 0.5em 0; '
        f'font-size: 1.2em; line-height: 1.4" hidden>{_text(first.sentence) if first else ""}</p>\n'
        f"<details><summary>All sentences</summary>\n<ol>\n{said}</ol>\n</details>\n"
    )


def _data(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


def _address(file: Path) -> str:
    """Return the URL of a file relative to the working folder, which is that of the notebook."""
    return as_html(quote(Path(os.path.relpath(file)).as_posix()))


def _text(words: str) -> str:
    return as_html(escape(words))
