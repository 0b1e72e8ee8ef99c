"""Slides as a PDF file: a page for each beat, or a hand-out with several on a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from scenes.kit.theme import THEMES
from scenes.kit.type.typst_cache import TEXT_FACE
from scenes.production.lecture.decks.deck import Clip, Deck, Section, Slide, Sources
from scenes.production.lecture.decks.own_blocks import Block, Own
from scenes.production.lecture.decks.stills import stills_of

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
        for beat, still in stills_of(film):
            still.save(private / _picture(film.number, beat.number))
    theme = THEMES[deck.theme]
    pages = _Pages(deck, private)
    document = {
        "title": deck.title,
        "author": deck.framing.author,
        "per_page": deck.framing.per_page,
        "face": TEXT_FACE,
        "paper": theme.background,
        "ink": theme.ink,
        "muted": theme.muted,
        "faint": theme.grid,
        "pages": list(pages.handout() if deck.framing.per_page > 1 else pages.slides()),
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


class _Pages:
    """The pages of a deck as plain data, which `deck.typ` sets."""

    def __init__(self, deck: Deck, private: Path) -> None:
        self._deck, self._private = deck, private
        self._pictures = 0

    def slides(self) -> Iterator[dict[str, Any]]:
        """Yield a page for each slide."""
        return map(self._page, self._deck.slides())

    def handout(self) -> Iterator[dict[str, Any]]:
        """Yield pages of several slides each; a film begins on a page of its own."""
        title, cells = "", list[dict[str, Any]]()
        for slide in self._deck.slides():
            match slide:
                case Clip() | Own():
                    cells.append(self._page(slide))
                case Section(film):
                    yield from self._sheets(title, cells)
                    title, cells = film.title, []
                case _:
                    yield from self._sheets(title, cells)
                    title, cells = "", []
                    yield self._page(slide)

    def _sheets(self, title: str, cells: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        each = self._deck.framing.per_page
        for first in range(0, len(cells), each):
            here = list(cells[first : first + each])
            yield {"kind": "sheet", "title": title, "first": first == 0, "cells": here}

    def _page(self, slide: Slide) -> dict[str, Any]:
        match slide:
            case Clip(film, beat):
                return {
                    "kind": "beat",
                    "picture": _picture(film.number, beat.number),
                    "alt": beat.alt,
                    "sentence": beat.sentence,
                    "spoken": not self._deck.narrated,
                }
            case Section(film):
                return {
                    "kind": "section",
                    "title": film.title,
                    "summary": f"{film.summary}.",
                    "network": film.network,
                }
            case Own():
                blocks = [self._block(block) for block in slide.blocks]
                return {"kind": "own", "title": slide.title, "blocks": blocks}
            case Sources(films):
                rows = [
                    {"film": film.title, "sources": [one._asdict() for one in film.cited]}
                    for film in films
                ]
                return {"kind": "sources", "rows": rows}
            case _:
                return {
                    "kind": "title",
                    "title": self._deck.title,
                    "byline": self._deck.framing.byline,
                    "network": self._deck.network,
                    "films": [film.title for film in self._deck.films],
                }

    def _block(self, block: Block) -> dict[str, Any]:
        plain: dict[str, Any] = {
            "kind": block.kind,
            "level": block.level,
            "number": block.number,
            "runs": [vars(run) for run in block.runs],
        }
        if block.picture is not None:
            self._pictures += 1
            name = f"own-{self._pictures}.{block.picture.kind}"
            (self._private / name).write_bytes(block.picture.content)
            plain |= {"picture": name, "alt": block.picture.alt}
        return plain
