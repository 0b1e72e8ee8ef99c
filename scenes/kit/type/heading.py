"""The title of a picture, and the line below it."""

from __future__ import annotations

from collections.abc import Iterable

import manim as mn

from scenes.kit.layout import (
    CARD_BASELINES,
    SAFE,
    SUBTITLE_BASELINE,
    TITLE_BASELINE,
    TITLE_FLOOR,
    point,
)
from scenes.kit.theme import LABEL, SMALL, TITLE
from scenes.kit.type.titles import LINE_POINTS, breakable
from scenes.kit.type.typesetting import UNITS_PER_POINT, Pen, Typeset
from scenes.words.figures import Sentence, verbatim


def title(words: str, pen: Pen, size: float = TITLE) -> Typeset:
    """Typeset the title on one line, smaller if it is long, or on two lines of small type."""
    line = pen.title(verbatim(words), size).fit_width(SAFE.width)
    line.align_to(point(SAFE.left), mn.LEFT).on_baseline(TITLE_BASELINE)
    if line.width > SAFE.width:
        # At the smallest size it is still too wide: use two lines and break long words anywhere.
        width = LINE_POINTS * SMALL * UNITS_PER_POINT
        line = pen.title(verbatim(breakable(words)), SMALL, width=width)
        line.align_to(point(SAFE.left, SAFE.top), mn.UL)
        line.shift(max(0.0, TITLE_FLOOR - line.get_bottom()[1]) * mn.UP)
    return line


def subtitle(words: Sentence, pen: Pen, size: float = LABEL) -> Typeset:
    """Typeset the line below the title."""
    line = pen.text(words, size=size, color=pen.theme.muted).fit_width(SAFE.width)
    return line.align_to(point(SAFE.left), mn.LEFT).on_baseline(SUBTITLE_BASELINE)


def card(lines: Iterable[Sentence], pen: Pen) -> tuple[Typeset, ...]:
    """Typeset two lines in small type at the foot of the frame."""
    return tuple(
        subtitle(words, pen, SMALL).on_baseline(y)
        for words, y in zip(lines, CARD_BASELINES, strict=True)
    )
