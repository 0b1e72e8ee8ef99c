"""A chart: two named axes in a region of the frame, and the mapping from data to positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import manim as mn
import numpy as np
from numpy.typing import ArrayLike

from scenes.kit.charts.marks import Points, segments
from scenes.kit.charts.scales import Logarithmic, Scale, place
from scenes.kit.layout import GAP, Region, apart, point
from scenes.kit.theme import HAIR, SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Sentence, sentence

TICK = 0.09
NAME_ROOM = 0.42
"""Height of a row of names or tick labels at the smallest size."""
PAD = 0.12
"""Distance from a tick to its label."""
AXIS_ROOM = NAME_ROOM + PAD
"""Height of a row of tick labels, and of the name above a chart."""
FEW_SPANS, BOLD = 20, 4 * HAIR
"""Up to `FEW_SPANS` vertical lines are drawn with the stroke width `BOLD`."""
APART = 0.5
"""Minimum distance between the names at the ends of two curves."""


class Chart(mn.VGroup):
    """Axes with ticks and names.

    Parameters
    ----------
    region
        The area for axes, labels and names.
    x, y
        The scales of the axes.
    pen
        Typesets the labels.
    x_name, y_name
        What the axes measure. The name of y stands horizontally above its axis; the name of x
        stands at the left end of its tick labels. An empty string means no name.
    left
        Width reserved for the labels of y, so that stacked charts line up. By default it is as wide
        as the labels need.
    right
        Width reserved right of the plot for labels at the ends of lines.
    """

    def __init__(
        self,
        region: Region,
        x: Scale,
        y: Scale,
        pen: Pen,
        *,
        x_name: str | Sentence = "",
        y_name: str | Sentence = "",
        left: float | None = None,
        right: float = 0.0,
    ) -> None:
        super().__init__()
        self.x_scale, self.y_scale, self.pen = x, y, pen
        self._names = [sentence(n) if isinstance(n, str) else n for n in (x_name, y_name)]
        labels = [pen.number(figure, pen.theme.muted, SMALL) for _, figure in y.ticks()]
        room = max((label.width for label in labels), default=0.0) + PAD + TICK
        name = pen.label(x_name, size=SMALL) if x_name else mn.VGroup()
        room = max(room, name.width + 3 * PAD)
        below = AXIS_ROOM if x.ticks() else 0.0
        above = AXIS_ROOM if y_name else 0.0
        self.plot = region.inset(room if left is None else left, right, below, above)
        self.region = region
        self.x_labels: list[Typeset] = []
        self.x_axis = self._draw_x_axis()
        self.y_axis = self._draw_y_axis(y, labels)
        self.x_name = self._place_x_name(name)
        self.y_name = self._name_y(y_name)
        self.add(self.y_axis, self.x_axis, self.x_name, self.y_name)

    def positions(self, x: ArrayLike, y: ArrayLike, scale: Scale | None = None) -> Points:
        """Return the positions of data; `scale` replaces the scale of the y axis.

        Values beyond the y axis are clipped to its ends; so are exact zeros on a logarithmic axis.
        """
        across = place(self.x_scale, x)
        up = np.clip(place(scale or self.y_scale, y), 0.0, 1.0)
        across, up = np.broadcast_arrays(across, up)
        return np.stack(
            [
                self.plot.left + across * self.plot.width,
                self.plot.bottom + up * self.plot.height,
                np.zeros(across.shape),
            ],
            axis=-1,
        )

    @property
    def scale_on_screen(self) -> Scale:
        """The scale of the y axis that is drawn now."""
        return self.y_scale

    @property
    def axes_in_words(self) -> str:
        """Quantities and ranges of the axes in words; empty if y has no name."""
        x_name, y_name = (name.plain for name in self._names)
        if not y_name:
            return ""
        logarithmic = "on a logarithmic scale" * isinstance(self.scale_on_screen, Logarithmic)
        parts = (y_name, _ends(self.scale_on_screen), logarithmic)
        up = " ".join(part for part in parts if part)
        across = f"; across: {x_name} {_ends(self.x_scale)}".rstrip() if x_name else ""
        return f"Chart, upwards: {up}{across}."

    def spans(self, low: ArrayLike, high: ArrayLike, color: str) -> mn.VMobject:
        """Draw a vertical line from low to high at each x = 1, 2, 3, ..."""
        lows, highs = np.asarray(low), np.asarray(high)
        places = np.arange(1, len(lows) + 1)
        width = HAIR if len(places) > FEW_SPANS else BOLD
        return segments(self.positions(places, lows), self.positions(places, highs), color, width)

    def name_ends(self, names: Sequence[Typeset], values: Sequence[float]) -> None:
        """Put names right of the plot at the heights of values, moved apart where they overlap.

        Parameters
        ----------
        names
            They need the width that `right` reserves.
        values
            The last value of each curve, on the scale of y.
        """
        heights = self.positions(self.x_scale.low, values)[:, 1].tolist()
        moved = apart(heights, APART, self.plot.bottom, self.plot.top - APART / 2)
        for name, height in zip(names, moved, strict=True):
            name.next_to(point(self.plot.right, height), mn.RIGHT, buff=GAP / 2)

    def unlabelled(self) -> Self:
        """Remove the labels of y, for a chart beside another one with the same axis."""
        self.y_axis.remove(self.y_axis[-1])
        return self

    def _draw_x_axis(self) -> mn.VGroup:
        plot, color = self.plot, self.pen.theme.muted
        base = segments(
            np.array([[plot.left, plot.bottom, 0.0]]),
            np.array([[plot.right, plot.bottom, 0.0]]),
            color,
        )
        ticks = self.x_scale.ticks()
        feet = (
            self.positions([at for at, _ in ticks], self.y_scale.low) if ticks else np.empty((0, 3))
        )
        marks = segments(feet, feet + TICK * mn.DOWN, color)
        for foot, (_, figure) in zip(feet, ticks, strict=True):
            label = self.pen.number(figure, color, SMALL)
            label.move_to(foot).on_baseline(plot.bottom - PAD - NAME_ROOM + GAP / 4)
            self.x_labels.append(label)
        return mn.VGroup(base, marks, mn.VGroup(*self.x_labels))

    def _draw_y_axis(self, scale: Scale, labels: list[Typeset]) -> mn.VGroup:
        plot, theme = self.plot, self.pen.theme
        heights = plot.bottom + place(scale, [at for at, _ in scale.ticks()]) * plot.height
        feet = np.stack([np.full_like(heights, plot.left), heights, np.zeros_like(heights)], -1)
        far = feet + plot.width * mn.RIGHT
        grid = segments(feet, far, theme.grid, HAIR * 0.75)
        stem = segments(
            np.array([[plot.left, plot.bottom, 0.0]]),
            np.array([[plot.left, plot.top, 0.0]]),
            theme.muted,
        )
        marks = segments(feet, feet + TICK * mn.LEFT, theme.muted)
        for label, foot in zip(labels, feet, strict=True):
            label.next_to(foot, mn.LEFT, buff=PAD + TICK)
        return mn.VGroup(grid, stem, marks, mn.VGroup(*labels))

    def _place_x_name(self, name: Typeset | mn.VGroup) -> mn.VGroup:
        if not isinstance(name, Typeset):
            return name
        first = self.x_labels[0]
        name.align_to(point(min(self.plot.left, first.get_left()[0]) - 2 * PAD), mn.RIGHT)
        return mn.VGroup(name.on_baseline(first.baseline))

    def _name_y(self, name: str | Sentence) -> mn.VGroup:
        if not name:
            return mn.VGroup()
        label = self.pen.label(name, size=SMALL)
        label.move_to(point(0, self.region.top - NAME_ROOM / 2))
        return mn.VGroup(label.align_to(point(self.region.left), mn.LEFT))

    @property
    def name_baseline(self) -> float:
        """The baseline of the name of y."""
        name = self.y_name[0] if self.y_name.submobjects else None
        return name.baseline if isinstance(name, Typeset) else self.region.top


def _ends(scale: Scale) -> str:
    """Describe the range of an axis by its first and last tick."""
    ticks = [figure.plain for _, figure in scale.ticks()]
    return f"from {ticks[0]} to {ticks[-1]}" if len(ticks) > 1 else ""


def level(first: Chart, *others: Chart) -> None:
    """Align the names of adjacent charts on one baseline."""
    for chart in others:
        for name in chart.y_name:
            name.on_baseline(first.name_baseline)
