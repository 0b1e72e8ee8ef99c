"""The learning speed of layers: edges of a network that glow, and curves over the epochs."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import Points, band, dotted
from scenes.kit.charts.scales import Linear, Logarithmic, place
from scenes.kit.charts.trails import Trails
from scenes.kit.layout import GAP, Region, point
from scenes.kit.parts.network_diagram import NetworkDiagram, end_layers
from scenes.kit.theme import HAIR
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import index, sentence

Array = NDArray[np.float64]

MOST_COLUMNS, AT_EACH_END = 9, 3
"""Maximum number of columns. A deeper network shows only this many layers at each end."""
SIDE_ROOM = 0.5
BEAD = 7.0
"""Stroke width of the guide."""


class LayerSpeeds(mn.VGroup):
    """One training run: its network, and a chart of the speed of its layers.

    Parameters
    ----------
    regions
        The areas for the network and the chart.
    widths
        Units of each layer, input first.
    log10
        log10 of the speed of each layer in each epoch, (epochs, L); -inf is a speed of 0.
    decades, ramp
        Ranges of speeds on the axis of the chart and on the colour ramp.
    guide
        log10 of a reference speed.
    pen
        Typesets the labels.
    y_name, x_name
        Names of the speed and of what the x axis counts.
    width_name
        Ledger name of the widths of this network.
    left, right
        Width reserved for the labels of y, and right of the plot.

    Attributes
    ----------
    diagram, chart, trails, guide, names
        The parts, which the film shows one by one.
    """

    def __init__(
        self,
        regions: tuple[Region, Region],
        widths: Sequence[int],
        log10: Array,
        decades: Logarithmic,
        ramp: Logarithmic,
        guide: float,
        pen: Pen,
        *,
        y_name: str,
        x_name: str = "epoch",
        width_name: str = "width",
        left: float,
        right: float,
    ) -> None:
        super().__init__()
        self.log10, self.pen = log10, pen
        self.epochs, self.layers = log10.shape
        network, plot = regions
        drawn = end_layers(self.layers, MOST_COLUMNS, AT_EACH_END)
        columns = _columns(network, drawn)
        self.diagram = NetworkDiagram(network, widths, columns, pen, drawn, width_name)
        self.chart = Chart(
            plot,
            epoch_scale(self.epochs),
            decades,
            pen,
            x_name=x_name,
            y_name=y_name,
            left=left,
            right=right,
        )
        ends = self.chart.positions([0.0, float(self.epochs)], [guide, guide])
        self.guide = dotted(ends, pen.theme.bound, BEAD)
        # A speed of 0 is as dark as the lowest speed of the ramp.
        self._shares = np.clip(place(ramp, log10), 0.0, 1.0)
        self.trails = self._draw_trails(drawn)
        self.names = self._name_ends()

    def line(self, log10: ArrayLike) -> Points:
        """Return the positions of a line with one speed per epoch.

        The mean over an epoch is placed at its middle. The line is constant in the first and the
        last half epoch.
        """
        values = np.asarray(log10, dtype=np.float64)
        middles = np.arange(self.epochs) + 0.5
        places = np.array([0.0, *middles, float(self.epochs)])
        return self.chart.positions(places, values[[0, *range(self.epochs), -1]])

    def band(self, low: ArrayLike, high: ArrayLike, color: str) -> mn.VMobject:
        """Fill the area between two speeds."""
        return band(self.line(high), self.line(low), color)

    def glow_at(self, time: float) -> None:
        """Set the glow of the network to its state at a time in epochs."""
        at = float(np.clip(time - 0.5, 0.0, self.epochs - 1.0))
        before = int(at)
        after = min(before + 1, self.epochs - 1)
        share = at - before
        self.diagram.glow((1 - share) * self._shares[before] + share * self._shares[after])

    def draw_to(self, time: float) -> None:
        """Draw the curves up to a time in epochs."""
        self.trails.draw_to(float(self.chart.positions(time, self.chart.y_scale.low)[0]))

    def _draw_trails(self, drawn: Sequence[int]) -> Trails:
        theme, trails = self.pen.theme, Trails(self.pen)
        for layer in drawn:
            if 1 < layer < self.layers:
                places = self.line(self.log10[:, layer - 1])
                trails.trail(places, theme.muted, width=HAIR * 0.6, tip=False)
        for layer, color in ((self.layers, theme.ink), (1, theme.backward)):
            trails.trail(self.line(self.log10[:, layer - 1]), color)
        return trails

    def _name_ends(self) -> mn.VGroup:
        """Label the lines of the last and the first layer at their start."""
        theme, plot = self.pen.theme, self.chart.plot
        layers = ((self.layers, theme.ink), (1, theme.backward))
        starts = [self.line(self.log10[:, layer - 1])[0] for layer, _ in layers]
        names = []
        for number, (layer, color) in enumerate(layers):
            name = self.pen.label(sentence("layer {l}", l=index(layer)), color)
            name.halo(theme.background)
            higher = starts[number][1] >= starts[1 - number][1]
            if starts[0][1] == starts[1][1]:
                higher = number == 0
            name.next_to(starts[number], mn.UP if higher else mn.DOWN, buff=GAP / 2)
            name.align_to(point(plot.left + GAP / 2), mn.LEFT)
            low = plot.bottom + GAP / 4 - float(name.get_bottom()[1])
            high = float(name.get_top()[1]) - plot.top
            names.append(name.shift(max(0.0, low) * mn.UP + max(0.0, high) * mn.DOWN))
        _part(names)
        return mn.VGroup(*names)


def epoch_scale(epochs: int, most_ticks: int = 6) -> Linear:
    """Return the axis of a training run, with ticks at whole epochs."""
    return Linear(0.0, float(epochs), min(most_ticks, epochs))


def _columns(region: Region, drawn: Sequence[int]) -> Array:
    """Return the x of each layer's column. Columns that are drawn are evenly spaced."""
    room = region.inset(left=SIDE_ROOM, right=SIDE_ROOM)
    places = np.linspace(room.left, room.right, len(drawn))
    return np.interp(np.arange(drawn[-1] + 1), drawn, places)


def _part(names: Sequence[Typeset]) -> None:
    """Move two names side by side if they would overlap."""
    first, second = names
    over = min(first.get_top()[1], second.get_top()[1])
    if over > max(first.get_bottom()[1], second.get_bottom()[1]):
        second.next_to(first, mn.RIGHT, buff=GAP)
