"""The title of a picture, and the line below it."""

from __future__ import annotations

import manim as mn

from scenes.kit.layout import SAFE, SUBTITLE_BASELINE, TITLE_BASELINE, TITLE_FLOOR, point
from scenes.kit.theme import LABEL, SMALL, TITLE
from scenes.kit.type.titles import LINE_POINTS, breakable
from scenes.kit.type.typesetting import UNITS_PER_POINT, Pen, Typeset
from scenes.words.figures import Sentence, verbatim


def title(words: str, pen: Pen) -> Typeset:
    """Set the title in one line, smaller where it is long, or in two small ones."""
    line = pen.title(verbatim(words), TITLE).fit_width(SAFE.width)
    line.align_to(point(SAFE.left), mn.LEFT).on_baseline(TITLE_BASELINE)
    if line.width > SAFE.width:
        # Even small it is too wide for a line: two lines, and long words may break anywhere.
        width = LINE_POINTS * SMALL * UNITS_PER_POINT
        line = pen.title(verbatim(breakable(words)), SMALL, width=width)
        line.align_to(point(SAFE.left, SAFE.top), mn.UL)
        line.shift(max(0.0, TITLE_FLOOR - line.get_bottom()[1]) * mn.UP)
    return line


def subtitle(words: Sentence, pen: Pen, size: float = LABEL) -> Typeset:
    """Set the line below the title."""
    line = pen.text(words, size=size, color=pen.theme.muted).fit_width(SAFE.width)
    return line.align_to(point(SAFE.left), mn.LEFT).on_baseline(SUBTITLE_BASELINE)
