"""A person's own title: whether it can be set, and where it breaks. Does not import Manim."""

from __future__ import annotations

import re
from functools import lru_cache

from scenes.kit.type.typst_cache import LEADING, TEXT_FACE, compile_svg, missing_glyphs
from scenes.words.figures import quoted

LINE_POINTS = 488.0
"""The width of the frame, in Typst points at the smallest size that can be read."""
MOST_LINES = 2

_BREAK = "\N{ZERO WIDTH SPACE}"
_LONG_WORD = re.compile(r"\S{10}(?=\S{10})")
_HEIGHT = re.compile(r'height="([\d.]+)pt"')


def breakable(title: str) -> str:
    """Let the long words of a title break anywhere."""
    return _LONG_WORD.sub(rf"\g<0>{_BREAK}", title)


def title_problem(title: str | None) -> str | None:
    """Say what is wrong with a title, as what follows "got ...; allowed"; None if it can be set.

    It has to be drawn by the one face of all texts, and to fit into two lines.
    """
    if title is None:
        return None
    missing = missing_glyphs(title)
    if missing:
        # Some are named; a title may hold eighty.
        return f"characters that the film's typeface can draw, which {_named(missing)} are not"
    if _height(_lines(breakable(title))) > _height_of_lines(MOST_LINES):
        return f"what fits into {MOST_LINES} lines"
    return None


def _named(characters: str) -> str:
    return quoted(characters[:12] + "..." * (len(characters) > 12))


def _lines(text: str) -> str:
    """Set a title at the smallest size, in as many lines as it takes; return the SVG."""
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
