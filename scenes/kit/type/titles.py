"""Titles from users: whether they can be typeset, and where they break. Does not import Manim."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from scenes.kit.type.typst_cache import LEADING, TEXT_FACE, compile_svg, missing_glyphs
from scenes.words.figures import quoted

LINE_POINTS = 488.0
"""Width of the frame in Typst points, at the smallest legible font size."""
MOST_LINES = 2
MOST_NAMED = 3
"""Characters that an error names."""

_BREAK = "\N{ZERO WIDTH SPACE}"
_LONG_WORD = re.compile(r"\S{10}(?=\S{10})")
_HEIGHT = re.compile(r'height="([\d.]+)pt"')


def breakable(title: str) -> str:
    """Allow line breaks anywhere in the long words of a title."""
    return _LONG_WORD.sub(rf"\g<0>{_BREAK}", title)


def title_problem(title: str | None) -> str | None:
    """Return what follows "got ...; allowed" for a bad title; None if it can be typeset.

    The text typeface must have all its characters, and it must fit on two lines.
    """
    if title is None:
        return None
    missing = missing_glyphs(title)
    if missing:
        return f"characters that the films' typeface has; it lacks {_named(missing)}"
    if _height(_lines(breakable(title))) > _height_of_lines(MOST_LINES):
        return f"what fits into {MOST_LINES} lines"
    return None


def _named(characters: str) -> str:
    """Name some characters: a title may hold eighty, and a terminal may show none of them."""
    named = [
        f"{one} ({unicodedata.name(one, f'U+{ord(one):04X}')})" for one in characters[:MOST_NAMED]
    ]
    more = len(characters) - MOST_NAMED
    if more > 0:
        return f"{', '.join(named)} and {more} more"
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _lines(text: str) -> str:
    """Typeset a title at the smallest size on as many lines as it needs; return the SVG."""
    return compile_svg(
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        f'#set text(font: {quoted(TEXT_FACE)}, fallback: false, weight: "bold", size: 10pt)\n'
        f"#block(width: {LINE_POINTS:.2f}pt, par(leading: {LEADING}, {quoted(text)}))"
    ).decode()


def _height(svg: str) -> float:
    found = _HEIGHT.search(svg)
    assert found is not None
    return float(found[1])


@lru_cache(maxsize=1)
def _height_of_lines(lines: int) -> float:
    one, two = (_height(_lines(" ".join(["x" * 60] * n))) for n in (1, 2))
    return one + (lines - 0.5) * (two - one)
