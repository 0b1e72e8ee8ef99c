"""A table with a row for each series and columns that appear one by one."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np

from scenes.kit.charts.marks import polyline
from scenes.kit.charts.series import SHAPES, Style
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import LABEL, SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, Sentence

ROW = 0.44
"""Height of a row."""
SAMPLE = 0.7
"""Length of a line sample."""
NAMES = 0.42
"""Width of the names as a fraction of the table."""
BELOW_TOP = 0.3
"""Distance from the top of a row to its baseline."""


class Scoreboard(mn.VGroup):
    """A table of names with line samples, and columns of numbers.

    Parameters
    ----------
    region
        The table takes its full width and starts at its top.
    rows
        The name and the style of each series.
    columns
        Number of columns.
    pen
        Typesets the words.

    Attributes
    ----------
    names
        Sample and name of each row.
    """

    def __init__(
        self, region: Region, rows: Sequence[tuple[Sentence, Style]], columns: int, pen: Pen
    ) -> None:
        super().__init__()
        self.region, self.pen = region, pen
        self._styles = [style for _, style in rows]
        self._names, *self._columns = region.columns(NAMES, *[(1 - NAMES) / columns] * columns)
        self.names = mn.VGroup(*(self._name(n, *row) for n, row in enumerate(rows, start=1)))
        self.add(self.names)

    @staticmethod
    def room(rows: int) -> float:
        """Return the height of a table with this number of series."""
        return (rows + 1) * ROW

    def corner(self, words: Sentence) -> Typeset:
        """Return a heading over the names, which explains the charts below."""
        label = self.pen.label(words, size=SMALL).fit_width(self._names.width + GAP)
        return label.align_to(point(self._names.left), mn.LEFT).on_baseline(self._baseline(0))

    def column(
        self,
        number: int,
        name: str,
        values: Sequence[Figure | None],
        missing: str,
        color: str | None = None,
    ) -> mn.VGroup:
        """Return a column for the film to show.

        Parameters
        ----------
        number
            Which column, from 0.
        name
            Its heading.
        values
            One for each series.
        missing
            Text in place of a value that is None.
        color
            Colour of the heading.
        """
        region = self._columns[number]
        cells = [self.pen.label(name, color, SMALL)]
        for value, style in zip(values, self._styles, strict=True):
            if value is None:
                cells.append(self.pen.label(missing, size=SMALL))
            else:
                cells.append(self.pen.number(value, style.color, LABEL))
        for row, cell in enumerate(cells):
            cell.fit_width(region.width).align_to(point(region.right), mn.RIGHT)
            cell.on_baseline(self._baseline(row))
        return mn.VGroup(*cells)

    def _name(self, row: int, words: Sentence, style: Style) -> mn.VGroup:
        left, baseline = self._names.left, self._baseline(row)
        ends = np.array([[left, baseline + 0.1, 0], [left + SAMPLE, baseline + 0.1, 0]])
        mark = SHAPES[style.shape](ends.mean(axis=0), style.color, self.pen.theme.background)
        sample = mn.VGroup(polyline(ends, style.color), mark)
        label = self.pen.label(words, style.color).fit_width(self._names.width - SAMPLE - GAP)
        label.align_to(point(left + SAMPLE + GAP / 2), mn.LEFT).on_baseline(baseline)
        return mn.VGroup(sample, label)

    def _baseline(self, row: int) -> float:
        return self.region.top - row * ROW - BELOW_TOP
