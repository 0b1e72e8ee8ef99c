"""Slides as a PDF file: a page for each beat, with its picture and its sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from scenes.kit.theme import THEMES
from scenes.kit.type.typst_cache import TEXT_FACE
from scenes.production.lecture.decks.deck import Clip, Deck, Section, Slide, Sources
from scenes.production.lecture.decks.stills import stills

ACCESSIBLE: Literal["ua-1"] = "ua-1"
"""PDF/UA, for accessibility; Typst refuses a document without alternative texts or a title."""


def write_pdf(deck: Deck, private: Path) -> dict[str, Path]:
    """Write all slides as pages; texts are read from JSON, so that none is run as Typst source.

    Returns
    -------
    Name -> file.
    """
    import typst

    for film in deck.films:
        wanted = [beat.still for beat in film.beats]
        for beat, still in zip(film.beats, stills(film.video, wanted), strict=True):
            still.save(private / _picture(film.number, beat.number))
    theme = THEMES[deck.theme]
    document = {
        "title": deck.title,
        "face": TEXT_FACE,
        "paper": theme.background,
        "ink": theme.ink,
        "muted": theme.muted,
        "accent": theme.forward,
        "pages": [page for slide in deck.slides() for page in _pages(slide)],
    }
    (private / "deck.json").write_text(json.dumps(document), encoding="utf-8")
    source = private / "deck.typ"
    source.write_bytes((files(__package__) / source.name).read_bytes())
    path = private / "lecture.pdf"
    path.write_bytes(
        typst.compile(
            str(source),
            root=str(private),
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=ACCESSIBLE,
        )
    )
    return {path.name: path}


def _picture(film: int, beat: int) -> str:
    return f"{film}-{beat}.png"


def _pages(slide: Slide) -> Iterator[dict[str, Any]]:
    match slide:
        case Clip(film, beat):
            yield {
                "kind": "beat",
                "picture": _picture(film.number, beat.number),
                "alt": beat.alt,
                "sentence": beat.sentence,
                "film": film.title,
            }
        case Section(film):
            yield {
                "kind": "section",
                "title": film.title,
                "summary": f"{film.summary}.",
                "network": film.network,
            }
        case Sources(films):
            rows = [{"film": film.title, "sources": film.sources} for film in films]
            yield {"kind": "sources", "rows": rows}
        case _:
            deck = slide.deck
            titles = [film.title for film in deck.films]
            yield {"kind": "title", "title": deck.title, "network": deck.network, "films": titles}
