"""Random draws of a network side by side: a histogram of one layer and a gradient profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.chart import AXIS_ROOM, Chart
from scenes.kit.charts.histogram import Histogram
from scenes.kit.charts.marks import dot, haloed, polyline
from scenes.kit.charts.scales import Layers, Linear, Logarithmic, Marked, Scale, covering
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import NARRATION
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Sentence

Array = NDArray[np.float64]

HEADING, BASELINE = 0.5, 0.16
ROWS = (0.46, 0.54)
"""Shares of the height for histogram and profile."""
LABEL_ROOM = 1.15
"""Width for labels left of the first column, whose axes are shared by all columns."""
MOST_DOTS, MOST_TICKS = 14, 9
"""Maximum number of layers with dots, and with a tick label each, in so narrow a chart."""


@dataclass(frozen=True, eq=False)
class Column:
    """Contents of a column. Fields that are None are left out, as for a draw that overflowed.

    Attributes
    ----------
    heading
        Heading of this draw.
    note
        Remark at the right end of the heading.
    shares
        See `Histogram`.
    saturated
        Text above the right end of the histogram.
    log10
        log10 of the gradient of each layer, (L,).
    factor
        Text above the right end of the profile.
    """

    heading: Sentence
    note: Sentence | None = None
    shares: Array | None = None
    saturated: Sentence | None = None
    log10: Array | None = None
    factor: Sentence | None = None


class DrawColumns(mn.VGroup):
    """Columns with shared axes, each a histogram with a gradient profile below it.

    Parameters
    ----------
    region
        The area for them.
    columns
        Contents of the columns, left to right.
    edges, marked
        Edges of the bins, and which bins hold saturated units; see `Histogram`.
    depth
        Number of layers with weights.
    pen
        Typesets the labels.
    tall
        Whether the histograms fill the whole height and the profiles are left out.

    Attributes
    ----------
    upper, lower
        Axes and headings of the histograms, and axes of the profiles.
    bars, notes, saturated
        Bars, notes on units beyond the axis, and shares of saturated units.
    profiles, factors
        Lines of the profiles, and texts on the factor of the gradient per layer.
    """

    def __init__(
        self,
        region: Region,
        columns: Sequence[Column],
        edges: Array,
        marked: NDArray[np.bool_],
        depth: int,
        pen: Pen,
        *,
        tall: bool = False,
    ) -> None:
        super().__init__()
        self.pen, self._depth = pen, depth
        self._edges, self._marked = edges, marked
        largest = max((float(c.shares.max()) for c in columns if c.shares is not None), default=1.0)
        self._largest = largest
        profiles = [c.log10 for c in columns if c.log10 is not None]
        self._decades = covering(*profiles) if profiles else Logarithmic(-1.0, 1.0)
        self.upper, self.lower = mn.VGroup(), mn.VGroup()
        self.bars, self.notes, self.saturated = mn.VGroup(), mn.VGroup(), mn.VGroup()
        self.profiles, self.factors = mn.VGroup(), mn.VGroup()
        parts = region.inset(left=LABEL_ROOM).columns(*[1.0] * len(columns), gap=2 * GAP)
        for number, (part, column) in enumerate(zip(parts, columns, strict=True)):
            upper, lower = part.inset(top=HEADING).rows(*ROWS, gap=GAP / 2)
            self._add_heading(part, column)
            if tall:
                self._add_histogram(part.inset(top=HEADING), column, first=number == 0)
            else:
                self._add_histogram(upper, column, first=number == 0)
                self._add_profile(lower, column, first=number == 0)
        groups = (self.upper, self.bars, self.notes, self.saturated)
        self.add(*groups, self.lower, self.profiles, self.factors)

    def _add_heading(self, region: Region, column: Column) -> None:
        words = self.pen.title(column.heading, NARRATION)
        words.align_to(point(region.left), mn.LEFT).on_baseline(region.top - HEADING + BASELINE)
        self.upper.add(words)
        if column.note is not None:
            note = self.pen.label(column.note)
            self.notes.add(_at_right(note, region, words.baseline))

    def _add_histogram(self, region: Region, column: Column, first: bool) -> None:
        theme, step = self.pen.theme, self._edges[1] - self._edges[0]
        reach = float(self._edges[-1] + step)
        chart = Histogram(
            _room(region, first),
            Linear(-reach, reach, 4),
            self._edges,
            self._marked,
            self._largest,
            self.pen,
            left=LABEL_ROOM if first else 0.0,
            name="share of units" if first else "",
        )
        self._add_axes(self.upper, chart, first, "z")
        if column.shares is None:
            self.bars.add(self._missing(chart))
            return
        chart.fill(column.shares)
        chart.remove(chart.bars)
        self.bars.add(chart.bars)
        if column.saturated is not None:
            words = self.pen.label(column.saturated, theme.saturated)
            self.saturated.add(_at_right(words, region, _name_line(region)))

    def _add_profile(self, region: Region, column: Column, first: bool) -> None:
        theme = self.pen.theme
        chart = Chart(
            _room(region, first),
            self._layers(),
            self._decades,
            self.pen,
            y_name="gradient" if first else "",
            left=LABEL_ROOM if first else 0.0,
        )
        self._add_axes(self.lower, chart, first, "layer")
        if column.log10 is None:
            self.profiles.add(self._missing(chart))
            return
        places = chart.positions(np.arange(1, self._depth + 1), column.log10)
        line = haloed(polyline(places, theme.backward), theme.background)
        if self._depth <= MOST_DOTS:
            line.add(*(dot(place, theme.backward, theme.background) for place in places))
        self.profiles.add(line)
        if column.factor is not None:
            words = self.pen.label(column.factor, theme.backward)
            self.factors.add(_at_right(words, region, _name_line(region)))

    def _add_axes(self, group: mn.VGroup, chart: Chart, first: bool, x_name: str) -> None:
        """Add axes. The name of x stands in the first column, left of the tick labels."""
        group.add(chart if first else chart.unlabelled())
        if first:
            name = self.pen.label(x_name, size=chart.x_labels[0].font_size)
            name.align_to(point(chart.plot.left - GAP), mn.RIGHT)
            group.add(name.on_baseline(chart.x_labels[0].baseline))

    def _layers(self) -> Scale:
        layers = Layers(self._depth, MOST_TICKS)
        if self._depth <= MOST_TICKS:
            return layers
        ticks = layers.ticks()
        return Marked(layers.low, layers.high, (ticks[0], ticks[-1]))

    def _missing(self, chart: Chart) -> Typeset:
        """Return a text that says there is nothing to draw."""
        words = self.pen.label("overflow", self.pen.theme.saturated)
        return words.halo(self.pen.theme.background).move_to(chart.plot.center)


def _room(region: Region, first: bool) -> Region:
    """Return the region of a chart. That of the first column includes the labels at its left."""
    return region.inset(left=-LABEL_ROOM) if first else region.inset(top=AXIS_ROOM)


def _name_line(region: Region) -> float:
    return region.top - 0.3


def _at_right(words: Typeset, region: Region, baseline: float) -> Typeset:
    return words.align_to(point(region.right), mn.RIGHT).on_baseline(baseline)
