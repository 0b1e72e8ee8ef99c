"""A diagram of a network of any size: columns of units, with a label for what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import segments
from scenes.kit.charts.scales import nice_step
from scenes.kit.layout import Region, point, stands_free
from scenes.kit.theme import HAIR, SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import count, sentence

Array = NDArray[np.float64]

MOST_UNITS = 5
"""Slots of a column. A wider layer uses one of them for an ellipsis."""
MOST_COLUMNS = 12
DOT_RADIUS = 0.03
LABEL_GAP = 0.12
LABEL_ROOM, LABEL_BASELINE = 0.42, 0.13
INPUT_GAP = 0.6
"""Minimum distance between input and layer 1, also where deep layers stand closer."""
EDGE_OPACITY = 0.4
DARK_EDGE = 0.6
"""Width of an edge without glow, in units of `HAIR`; full glow adds one `HAIR`."""


class Pass(Protocol):
    """The interface of a forward pass, such as the core's Trace."""

    @property
    def a(self) -> Sequence[NDArray[np.floating[Any]]]:
        """Activations, input first, each (examples, units)."""


class NetworkDiagram(mn.VGroup):
    """Columns of units, input at the left.

    Parameters
    ----------
    region
        The area for the diagram.
    widths
        Units of each layer, input first.
    columns
        The x of each layer's column, input first, to align the layers with those of a chart. The
        input, which no chart shows, moves left where it would touch layer 1.
    pen
        Typesets the labels.
    drawn
        The layers that get a column, in order, including the input and the last layer.
    name
        Ledger name of the widths, different for each network.

    Attributes
    ----------
    drawn
        The layers that have a column: those given, or else up to a dozen layers, evenly spaced in
        a deeper network.
    """

    def __init__(
        self,
        region: Region,
        widths: Sequence[int],
        columns: Array,
        pen: Pen,
        drawn: Sequence[int] | None = None,
        name: str = "width",
    ) -> None:
        super().__init__()
        self.pen, self._width_name = pen, name
        self.widths = tuple(widths)
        self.drawn = drawn_layers(len(widths) - 1) if drawn is None else tuple(drawn)
        self._rows = Region(region.left, region.right, region.bottom + LABEL_ROOM, region.top)
        self._spacing = self._rows.height / MOST_UNITS
        columns = np.array(columns, dtype=np.float64)
        columns[0] = max(min(columns[0], columns[1] - INPUT_GAP), region.left + INPUT_GAP / 2)
        nearest = min(np.diff([columns[layer] for layer in self.drawn]))
        self._radius = float(min(0.38 * self._spacing, 0.3 * nearest))
        self.nodes: dict[int, mn.VGroup] = {}
        self.ellipses = mn.VGroup()
        for layer in self.drawn:
            self.nodes[layer] = self._column(self.widths[layer], columns[layer])
        self.edges: dict[int, mn.VMobject] = {}
        for before, layer in zip(self.drawn[:-1], self.drawn[1:], strict=True):
            if layer - before == 1:
                self.edges[layer] = self._bundle(self.nodes[before], self.nodes[layer])
            else:
                middle = (columns[before] + columns[layer]) / 2
                self.ellipses.add(self._dots(middle, self._rows.center[1], mn.RIGHT))
        self.labels = self._labels(columns, region)
        self.add(*self.edges.values(), *self.nodes.values(), self.ellipses, self.labels)

    @property
    def is_sampled(self) -> bool:
        """Whether units or layers are left out of the picture."""
        skipped = len(self.drawn) < len(self.widths)
        return skipped or any(self.widths[layer] > MOST_UNITS for layer in self.drawn)

    def forward(self, trace: Pass, example: int = 0) -> list[mn.Animation]:
        """Fill the units with one example's activations, layer by layer from the input.

        The fill of a unit is the size of its activation relative to the largest in its layer. The
        legend must say so.
        """
        animations: list[mn.Animation] = []
        for layer in self.drawn:
            shown = np.abs(np.asarray(trace.a[layer][example], dtype=np.float64))
            picked = shown[list(drawn_units(len(shown)))] / (shown.max() or 1.0)
            animations.append(
                together(
                    node.animate.set_fill(self.pen.theme.forward, opacity=float(level))
                    for node, level in zip(self.nodes[layer], picked, strict=True)
                )
            )
        return animations

    def backward(self, colors: Mapping[int, mn.ManimColor]) -> list[mn.Animation]:
        """Recolour units and their incoming edges by their layer's gradient, from the output down.

        Parameters
        ----------
        colors
            The colour of each layer 1..L. It applies to the units of the layer, where the gradient
            arrives, and to their incoming weights, whose gradient follows from it.
        """
        return [self.receive(layer, colors[layer]) for layer in reversed(self.drawn) if layer > 0]

    def receive(self, layer: int, color: mn.ManimColor) -> mn.Animation:
        """Recolour one layer as its gradient arrives."""
        moves: list[object] = [
            node.animate.set_fill(color, 1.0).set_stroke(self.pen.theme.muted)
            for node in self.nodes[layer]
        ]
        if layer in self.edges:
            moves.append(self.edges[layer].animate.set_stroke(color, opacity=1.0))
        return together(moves)

    def glow(self, shares: Array) -> None:
        """Set the glow of the edges into each layer, in place.

        Parameters
        ----------
        shares
            Brightness from 0 to 1, layer 1 first, (L,). Other values are clipped.
        """
        for layer, edges in self.edges.items():
            share = float(np.clip(shares[layer - 1], 0.0, 1.0))
            color, width = self.pen.theme.magnitude(share), HAIR * (DARK_EDGE + share)
            edges.set_stroke(color, width=width, opacity=1.0)

    def _column(self, width: int, x: float) -> mn.VGroup:
        shown = len(drawn_units(width))
        slots = MOST_UNITS if width > MOST_UNITS else width
        top = self._rows.center[1] + (slots - 1) / 2 * self._spacing
        nodes = mn.VGroup()
        for row in range(shown):
            slot = slots - 1 if width > MOST_UNITS and row == shown - 1 else row
            node = mn.Circle(radius=self._radius, color=self.pen.theme.forward)
            node.set_fill(self.pen.theme.forward, opacity=0).set_stroke(width=HAIR)
            nodes.add(node.move_to(point(x, top - slot * self._spacing)))
        if width > MOST_UNITS:
            self.ellipses.add(self._dots(x, top - (MOST_UNITS - 2) * self._spacing, mn.DOWN))
        return nodes

    def _dots(self, x: float, y: float, direction: np.ndarray) -> mn.VGroup:
        step = direction * self._spacing * 0.26
        dots = (mn.Dot(radius=DOT_RADIUS, color=self.pen.theme.muted) for _ in range(3))
        return mn.VGroup(*(d.move_to(point(x, y) + (k - 1) * step) for k, d in enumerate(dots)))

    def _bundle(self, before: mn.VGroup, after: mn.VGroup) -> mn.VMobject:
        """Draw all edges between two columns as one path, from rim to rim of the units."""
        centers = [np.array([node.get_center() for node in side]) for side in (before, after)]
        starts = np.repeat(centers[0], len(after), axis=0)
        ends = np.tile(centers[1], (len(before), 1))
        along = ends - starts
        along *= self._radius / np.linalg.norm(along, axis=1, keepdims=True)
        bundle = segments(starts + along, ends - along, self.pen.theme.muted, HAIR * 0.6)
        return bundle.set_stroke(opacity=EDGE_OPACITY)

    def _labels(self, columns: Array, region: Region) -> mn.VGroup:
        labels = mn.VGroup()
        last = len(self.widths) - 1
        baseline = region.bottom + LABEL_BASELINE
        side = self._radius + 0.05
        for layer in self.drawn:
            number = count(f"{self._width_name}[{layer}]", self.widths[layer])
            one = self.widths[layer] == 1
            inputs, outputs = ("{n} input", "{n} output") if one else ("{n} inputs", "{n} outputs")
            words = {0: inputs, last: outputs}.get(layer, "{n}")
            label = self.pen.label(sentence(words, n=number), size=SMALL)
            label.move_to(point(columns[layer])).on_baseline(baseline)
            if layer == 0:
                label.align_to(point(columns[0] + side), mn.RIGHT)
                label.shift(max(0.0, region.left - label.get_left()[0]) * mn.RIGHT)
            if layer == last:
                label.align_to(point(columns[last] - side), mn.LEFT)
                label.shift(min(0.0, region.right - label.get_right()[0]) * mn.RIGHT)
            if stands_free(label, labels[-1:], LABEL_GAP):
                labels.add(label)
            elif layer == last:
                labels.remove(labels[-1])
                labels.add(label)
        return labels


def together(moves: Iterable[object]) -> mn.AnimationGroup:
    """Play several ``mobject.animate`` builders at the same time."""
    return mn.AnimationGroup(*(cast(mn.Animation, move) for move in moves))


def drawn_layers(depth: int) -> tuple[int, ...]:
    """Return the layers that get a column: up to a dozen, else the first, last and round ones."""
    if depth <= MOST_COLUMNS:
        return tuple(range(depth + 1))
    step = int(nice_step(depth, 8))
    between = (layer for layer in range(step, depth, step) if depth - layer >= step / 2)
    return (0, 1, *between, depth) if step > 1 else tuple(range(depth + 1))


def end_layers(depth: int, most: int, each: int) -> tuple[int, ...]:
    """Return all layers if at most `most`, else the input and `each` layers at both ends."""
    if depth <= most:
        return tuple(range(depth + 1))
    return (*range(each + 1), *range(depth - each, depth + 1))


def drawn_units(width: int) -> tuple[int, ...]:
    """Return the units of a layer that are drawn: all of them, or the first ones and the last."""
    if width <= MOST_UNITS:
        return tuple(range(width))
    return (*range(MOST_UNITS - 2), width - 1)
