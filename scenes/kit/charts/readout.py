"""Readouts: large numbers, each under its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import manim as mn

from scenes.kit.layout import GAP, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.theme import NARRATION, SMALL, TITLE
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, Sentence

VALUE = 40
ROW = 1.0
LINE_STEP = 0.52


class Reading(mn.VGroup):
    """A number with its name.

    Attributes
    ----------
    label, value
        The typeset name and number.
    """

    def __init__(self, label: Typeset, value: Typeset, *, value_first: bool = False) -> None:
        super().__init__(*((value, label) if value_first else (label, value)))
        self.label, self.value = label, value


class Readouts(mn.VGroup):
    """A column of names, each with its value below it.

    Parameters
    ----------
    region
        The area for the column, which fills from the top.
    pen
        Typesets names and values.
    """

    def __init__(self, region: Region, pen: Pen) -> None:
        super().__init__()
        self.region, self.pen = region, pen
        self._top = region.top

    def entry(self, name: str | Sentence, figure: Figure, color: str) -> mn.VGroup:
        """Create a name and a value, and return them for the film to show."""
        label, left, baseline = self._heading(name)
        value = self.pen.number(figure, color, VALUE).fit_width(self.region.width)
        value.align_to(point(left), mn.LEFT).on_baseline(baseline)
        pair = Reading(label, value)
        self.add(pair)
        return pair

    def live(
        self,
        name: str | Sentence,
        read: Callable[[], Figure],
        color: str,
        size: float = VALUE,
    ) -> LiveNumber:
        """Add a name and a live number, and return the number."""
        label, left, baseline = self._heading(name)
        number = LiveNumber(self.pen, read, left=left, baseline=baseline, color=color, size=size)
        number.label = label.plain
        self.add(label, number)
        return number

    def _heading(self, name: str | Sentence) -> tuple[Typeset, float, float]:
        """Start the next row; return its name, and the left end and baseline of its value."""
        label = self.pen.label(name, size=SMALL).fit_width(self.region.width)
        label.align_to(point(self.region.left), mn.LEFT).on_baseline(self._top - 0.25)
        baseline = self._top - 0.72
        self._top -= ROW
        return label, self.region.left, baseline


class Rows(mn.VGroup):
    """A heading over rows with a name at the left and a value at the right.

    Parameters
    ----------
    region
        The area for the rows, which fill it from the top.
    heading
        What the values are.
    pen
        Typesets names and values.
    """

    def __init__(self, region: Region, heading: str | Sentence, pen: Pen) -> None:
        super().__init__()
        self.region, self.pen = region, pen
        self._baseline = region.top - 0.25
        title = pen.label(heading, size=SMALL).fit_width(region.width)
        self.add(title.align_to(point(region.left), mn.LEFT).on_baseline(self._baseline))

    def entry(self, name: str | Sentence, figure: Figure, color: str) -> mn.VGroup:
        """Create a row and return it for the film to show."""
        self._baseline -= LINE_STEP
        label = self.pen.label(name, color)
        label.align_to(point(self.region.left), mn.LEFT).on_baseline(self._baseline)
        value = self.pen.number(figure, color, NARRATION)
        value.align_to(point(self.region.right), mn.RIGHT).on_baseline(self._baseline)
        line = Reading(label, value)
        self.add(line)
        return line


class Product(mn.VGroup):
    """An equation of measured numbers, a = b × c × d, with a name under each.

    Parameters
    ----------
    region
        The equation is centred in it.
    terms
        Figure, name and colour of each term. The first term is the result.
    """

    def __init__(
        self, region: Region, terms: Sequence[tuple[Figure, str | Sentence, str]], pen: Pen
    ) -> None:
        super().__init__()
        columns = region.columns(*[1.0] * len(terms), gap=2 * GAP)
        baseline = region.center[1]
        self.terms = mn.VGroup()
        self.signs = mn.VGroup()
        for column, (figure, name, color) in zip(columns, terms, strict=True):
            value = pen.number(figure, color, TITLE).fit_width(column.width)
            value.move_to(column.center).on_baseline(baseline)
            label = pen.text(name, size=SMALL, color=pen.theme.muted, weight="semibold")
            label.fit_width(column.width + GAP)
            label.move_to(column.center).on_baseline(baseline - 0.62)
            self.terms.add(Reading(label, value, value_first=True))
        for number, (left, right) in enumerate(pairwise(columns)):
            sign = pen.formula("=" if number == 0 else "times", "=" if number == 0 else "×")
            sign.scale(TITLE / sign.font_size)
            sign.move_to(point((left.right + right.left) / 2, baseline + 0.14))
            self.signs.add(sign)
        self.add(self.terms, self.signs)
