"""How the overview of a sweep is put together: title, key, panels, notes."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from functools import partial

import manim as mn
import numpy as np

from scenes.kit.charts.chart import AXIS_ROOM
from scenes.kit.charts.chips import LINE_STEP, Chip, lines_of, put_lines, width_of
from scenes.kit.charts.marks import Points, polyline, rectangles, stamps
from scenes.kit.facets import Facets, Room, arrange
from scenes.kit.layout import GAP, SAFE, STAGE, Region
from scenes.kit.panel_axes import Decades, LayerAxis, Profile, decades
from scenes.kit.panel_grid import Labels, PanelGrid, left_room
from scenes.kit.small_multiples import ARROW, ZERO, Look, SmallMultiples, arrow, cross, looks
from scenes.kit.theme import LINE, SMALL
from scenes.kit.type import heading
from scenes.kit.type.typesetting import Ink, Pen
from scenes.stories.sweep import Axis, SweepStory
from scenes.words.figures import Sentence, joined, verbatim

QUANTITY = "gradient of the loss at each layer, before training (norm of ∂L/∂z)"
NOTE_LINES = 2
"""Lines of notes that panels leave room for in any case."""
LONGEST_NAME = 14
"""Characters of the name of an axis that stands at its labels; longer ones stand in the key."""
MEASURED = 12
"""Labels of an axis that are set to find the widest."""
MARK = 0.07
"""Radius of a mark in the key."""

Panels = Sequence[Sequence[Profile | None]]
"""The profiles of each panel."""


class Overview(mn.VGroup):
    """The whole picture.

    Parameters
    ----------
    story
        What it shows and says.
    pen
        Sets it.

    Attributes
    ----------
    facets
        Which axis went where, and which of its values are shown.
    multiples
        The panels.
    """

    def __init__(self, story: SweepStory, pen: Pen) -> None:
        super().__init__()
        self._story, self._pen = story, pen
        stage = Region(SAFE.left, SAFE.right, SAFE.bottom, STAGE.top)
        self.facets = self._arranged(stage)
        panels = [[story.profiles[place] for place in lines] for *_, lines in self.facets.panels]
        shown = [one for lines in panels for one in lines if one is not None]
        x, y = LayerAxis.of([len(one) for one in shown]), decades(shown)
        styles = looks(len(self.facets.shown_within), pen.theme)
        stage = self._head(stage, self._key(styles, panels))
        stage = self._foot(stage, list(self._notes(shown, x, y)))
        shape = (self.facets.rows, self.facets.columns)
        left = self._left(y)
        grid = PanelGrid(stage, *shape, self._labels(), x, y, left, pen)
        self.multiples = SmallMultiples(grid, panels, styles)
        self.add(self._title(), heading.subtitle(story.subtitle(), pen))
        self.add(self.multiples)

    def _arranged(self, stage: Region) -> Facets:
        pen, axes = self._pen, self._story.axes
        names = [pen.label(_beside(axis), size=SMALL).width for axis in axes]
        labels = [
            max(pen.label(words, size=SMALL).width for words in _longest(axis)) for axis in axes
        ]
        known = [one for one in self._story.profiles.values() if one is not None]
        room = Room(
            stage.width - self._left(decades(known)),
            stage.height - (1 + NOTE_LINES) * LINE_STEP - GAP / 2 - AXIS_ROOM,
        )
        return arrange([len(axis.labels) for axis in axes], labels, names, room)

    def _title(self) -> Ink:
        long, short = (heading.title(words, self._pen) for words in self._story.titles)
        one_line = self._pen.title(verbatim(long.plain), SMALL).width <= SAFE.width
        return long if one_line else short

    def _left(self, y: Decades) -> float:
        names = [_beside(axis) for axis in self._story.axes]
        return left_room(names, (y.low, y.high), self._pen)

    def _labels(self) -> Labels:
        axes, facets = self._story.axes, self.facets
        if facets.across is None:
            return Labels("", ())
        across = axes[facets.across]
        columns = tuple(across.labels[n] for n in facets.shown_across)
        if facets.down is None:
            return Labels(_beside(across), columns)
        down = axes[facets.down]
        rows = tuple(down.labels[n] for n in facets.shown_down)
        return Labels(_beside(across), columns, _beside(down), rows)

    # Above and below the panels

    def _head(self, stage: Region, key: list[Chip]) -> Region:
        """Put the name of y on top, and the key beside or below it; return what is left."""
        name = Chip(QUANTITY, self._pen)
        beside = not key or width_of([name, *key]) <= stage.width
        lines = [key] if beside else lines_of(key, stage.width)
        put_lines([[name]], stage)
        self.add(name, *key)
        if not beside:
            stage = stage.inset(top=LINE_STEP)
        put_lines(lines, stage, right=beside)
        return stage.inset(top=LINE_STEP * len(lines) + GAP / 3)

    def _foot(self, stage: Region, notes: list[Chip]) -> Region:
        """Put notes below the panels; return what is left."""
        if not notes:
            return stage
        lines = lines_of(notes, stage.width)
        height = LINE_STEP * len(lines)
        put_lines(lines, Region(stage.left, stage.right, stage.bottom, stage.bottom + height))
        self.add(*notes)
        return stage.inset(bottom=height + GAP / 2)

    def _key(self, styles: Sequence[Look], panels: Panels) -> list[Chip]:
        """Say what lines, zeros and crosses mean, as far as there are any."""
        pen, ink, chips = self._pen, self._pen.theme.ink, []
        facets, every = self.facets, self._story.axes
        for axis, where in ((facets.across, "columns"), (facets.down, "rows")):
            if axis is not None and not _beside(every[axis]):
                where = "panels" if facets.wrapped else where
                chips.append(Chip(f"{where}: {every[axis].name}", pen))
        axes = [every[n] for n in facets.within]
        if axes:
            chips.append(Chip(", ".join(axis.name for axis in axes), pen))
            for at, look in zip(self.facets.shown_within, styles, strict=True):
                labels = [axis.labels[n] for axis, n in zip(axes, at, strict=True)]
                chips.append(Chip(joined(labels, ", "), pen, partial(self._line, look), ink))
        if any(one is not None and np.isneginf(one).any() for lines in panels for one in lines):
            chips.append(Chip("exactly zero", pen, self._zero, ink))
        if any(0 < sum(one is None for one in lines) < len(lines) for lines in panels):
            chips.append(Chip("failed", pen, self._cross, ink))
        return chips

    def _line(self, look: Look, start: Points, end: Points) -> mn.VMobject:
        middle = ((start + end) / 2)[None]
        mark = stamps(look.shape, middle, look.color, self._pen.theme.background, MARK)
        return mn.VGroup(polyline(np.stack([start, end]), look.color, LINE), mark)

    def _zero(self, start: Points, end: Points) -> mn.VMobject:
        bar = Region(start[0], end[0], start[1] - ZERO / 2, start[1] + ZERO / 2)
        return rectangles([bar], self._pen.theme.saturated)

    def _cross(self, start: Points, end: Points) -> mn.VMobject:
        return cross((start + end) / 2, self._pen)

    def _notes(self, shown: Sequence[Profile], x: LayerAxis, y: Decades) -> Iterator[Chip]:
        """Yield what is left out, cut, out of scale or missing."""
        story, axes, facets, pen = self._story, self._story.axes, self.facets, self._pen
        spans = (
            ((facets.across,), len(facets.shown_across)),
            ((facets.down,), len(facets.shown_down)),
            (facets.within, len(facets.shown_within)),
        )
        for numbers, some in spans:
            chosen = [axes[n] for n in numbers if n is not None]
            of = math.prod(len(axis.labels) for axis in chosen)
            if some < of:
                yield Chip(story.shown([axis.name for axis in chosen], some, of), pen)
        for up, words in story.beyond(shown, y.low, y.high):
            yield Chip(words, pen, partial(self._arrow, up))
        own = story.own_depth() if x.own else None
        for note in (own, story.failed(), story.unread()):
            if note is not None:
                yield Chip(note, pen)

    def _arrow(self, up: bool, start: Points, end: Points) -> mn.VMobject:
        tip = (start + end) / 2 + ARROW / 2 * (mn.UP if up else mn.DOWN)
        return arrow(tip, self._pen.theme.backward, up=up)


def _longest(axis: Axis) -> list[Sentence]:
    """Return the labels among which the widest is: it takes long to set thousands."""
    return heapq.nlargest(MEASURED, axis.labels, key=lambda words: len(words.plain))


def _beside(axis: Axis) -> str:
    """Return the name that stands at the labels of an axis, if there is room for it."""
    return axis.name if len(axis.name) <= LONGEST_NAME else ""
