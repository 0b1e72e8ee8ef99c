"""A grid of small panels that share their axes: numbers stand on its outer edges alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import manim as mn
import numpy as np
from numpy.typing import ArrayLike

from scenes.kit.charts.chart import AXIS_ROOM, PAD, TICK
from scenes.kit.charts.marks import Points, segments
from scenes.kit.facets import COLUMN_GAP, HEADING, ROW_GAP
from scenes.kit.layout import GAP, Region, point
from scenes.kit.panel_axes import AIR, Decades, LayerAxis
from scenes.kit.theme import HAIR, SMALL
from scenes.kit.type.typesetting import Ink, Pen
from scenes.words.figures import Sentence, power_tick

LABEL_DROP = TICK + PAD + 0.2
"""From a panel to the line on which the labels of x stand."""
HEADING_RISE = 0.12


@dataclass(frozen=True)
class Labels:
    """What stands on the edges of a grid.

    Attributes
    ----------
    across, down
        The names of the axes of columns and rows.
    columns, rows
        Their values; no rows if there is no such axis.
    """

    across: str
    columns: tuple[Sentence, ...]
    down: str = ""
    rows: tuple[Sentence, ...] = ()


class PanelGrid(mn.VGroup):
    """Empty panels with their frames, ticks, and the labels on the edges.

    Parameters
    ----------
    region
        What all of it may take up.
    rows, columns
        Of the grid.
    labels
        What stands on the edges. With more `columns` than the grid has, or no `rows`, each panel
        has its own heading.
    x, y
        The axes that all panels share.
    left
        Room for the labels of y and for names; see `left_room`.
    pen
        Sets the labels.

    Attributes
    ----------
    panels
        The plots, row by row.
    """

    def __init__(
        self,
        region: Region,
        rows: int,
        columns: int,
        labels: Labels,
        x: LayerAxis,
        y: Decades,
        left: float,
        pen: Pen,
    ) -> None:
        super().__init__()
        self.x, self.y, self.pen, self.labels = x, y, pen, labels
        self.region = region
        self._side = side_room(labels, pen)
        self._wrapped = not labels.rows
        strip = HEADING if labels.columns and not self._wrapped else 0.0
        body = region.inset(left=left, right=self._side, top=strip, bottom=AXIS_ROOM)
        total = len(labels.columns) if self._wrapped and labels.columns else rows * columns
        heading = HEADING if self._wrapped and labels.columns else 0.0
        self.panels = [
            cell.inset(top=heading)
            for row in body.rows(*[1.0] * rows, gap=ROW_GAP)
            for cell in row.columns(*[1.0] * columns, gap=COLUMN_GAP)
        ][:total]
        self._columns = columns
        self.add(self._frames(), self._y_labels(), self._x_labels(), self._names())

    def at(self, panel: Region, across: ArrayLike, log10: ArrayLike) -> Points:
        """Return positions in a panel: `across` from 0 to 1, magnitudes on the axis."""
        up = (np.asarray(log10, dtype=np.float64) - self.y.low) / max(1, self.y.high - self.y.low)
        x, y = np.broadcast_arrays(
            panel.left + np.asarray(across) * panel.width,
            panel.bottom + AIR + up * (panel.height - 2 * AIR),
        )
        return np.stack([x, y, np.zeros(x.shape)], axis=-1)

    def _frames(self) -> mn.VGroup:
        theme = self.pen.theme
        starts, ends, grid = [], [], []
        for box in self.panels:
            corners = [
                point(box.left, box.bottom),
                point(box.right, box.bottom),
                point(box.right, box.top),
                point(box.left, box.top),
            ]
            starts += corners
            ends += [*corners[1:], corners[0]]
            ticks = self.y.ticks(box.height)
            grid.append(self.at(box, 0.0, ticks))
        feet = np.concatenate(grid)
        far = feet + self.panels[0].width * mn.RIGHT
        return mn.VGroup(
            segments(feet, far, theme.grid, HAIR * 0.75),
            segments(np.array(starts), np.array(ends), theme.grid, HAIR),
        )

    def _y_labels(self) -> mn.VGroup:
        color, marks, labels = self.pen.theme.muted, [], mn.VGroup()
        for box in self.panels[:: self._columns]:
            ticks = self.y.ticks(box.height)
            for foot, power in zip(self.at(box, 0.0, ticks), ticks, strict=True):
                label = self.pen.number(power_tick(power), color, SMALL)
                labels.add(label.next_to(foot, mn.LEFT, buff=PAD + TICK))
                marks.append(foot)
        feet = np.array(marks).reshape(-1, 3)
        return mn.VGroup(segments(feet, feet + TICK * mn.LEFT, color), labels)

    def _x_labels(self) -> mn.VGroup:
        """Write layers below the lowest panel of each column."""
        color, marks, labels = self.pen.theme.muted, [], mn.VGroup()
        for box in self.panels[-self._columns :]:
            for share, words in self.x.marks(box.width):
                foot = point(box.left + share * box.width, box.bottom)
                label = self.pen.label(words, color, SMALL)
                # Within its panel: two numbers of neighbours would read as one.
                half = label.width / 2
                center = np.clip(foot[0], box.left + half, box.right - half)
                label.move_to(point(center)).on_baseline(box.bottom - LABEL_DROP)
                labels.add(label)
                marks.append(foot)
        feet = np.array(marks).reshape(-1, 3)
        return mn.VGroup(segments(feet, feet + TICK * mn.DOWN, color), labels)

    def _names(self) -> mn.VGroup:
        labels, names = self.labels, mn.VGroup()
        first, last = self.panels[0], self.panels[-1]
        heads = first.top + HEADING_RISE
        side = first.left + self._columns * (first.width + COLUMN_GAP) - COLUMN_GAP + GAP / 2
        if self.x.depth:
            x_name = self.pen.label("layer", size=SMALL)
            x_name.align_to(point(first.left - 2 * PAD), mn.RIGHT)
            names.add(x_name.on_baseline(last.bottom - LABEL_DROP))
        for name, left in ((labels.across, self.region.left), (labels.down, side)):
            if name:
                label = self.pen.label(name, size=SMALL).align_to(point(left), mn.LEFT)
                names.add(label.on_baseline(heads))
        tops = self.panels if self._wrapped else self.panels[: self._columns]
        for box, words in zip(tops, labels.columns, strict=bool(labels.columns)):
            value = self.pen.label(words, self.pen.theme.ink, SMALL).move_to(box.center)
            names.add(value.on_baseline(box.top + HEADING_RISE))
        for box, words in zip(self.panels[:: self._columns], labels.rows, strict=False):
            value = self.pen.label(words, self.pen.theme.ink, SMALL).move_to(box.center)
            names.add(value.align_to(point(side), mn.LEFT))
        return names


def left_room(names: Sequence[str], powers: Sequence[int], pen: Pen) -> float:
    """Return the room that the names, and the labels of y with those exponents, need."""
    written: list[Ink] = [pen.label(name, size=SMALL) for name in (*names, "layer") if name]
    ticks = [pen.number(power_tick(power), size=SMALL) for power in powers]
    return max(
        *(name.width + 2 * PAD for name in written), *(tick.width + PAD + TICK for tick in ticks)
    )


def side_room(labels: Labels, pen: Pen) -> float:
    """Return the room right of the grid that the labels of its rows need."""
    if not labels.rows:
        return 0.0
    said: list[str | Sentence] = [labels.down, *labels.rows]
    written = [pen.label(words, size=SMALL) for words in said if words]
    return GAP / 2 + max(label.width for label in written)
