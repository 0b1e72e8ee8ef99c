"""The network as the stage of a film: light runs through it, and it becomes other pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.layout import Region, point
from scenes.kit.stage.acts import dimming, fading, filling, moving, pulsing
from scenes.kit.stage.columns import MOST_UNITS, RADIUS, Column, edges_between, ends_of_edges
from scenes.kit.stage.light import TIME_WIDTH, Light, flash, redraw
from scenes.kit.stage.network_layout import labels_of_widths, places_of_columns
from scenes.kit.stage.timeline import Step, Timeline, one_after_another
from scenes.kit.theme import HAIR
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

LABEL_ROOM = 0.5
FLASH_SECONDS = 0.42
"""Seconds that light takes from layer to layer."""
LIGHT_OVERLAP = 1 + TIME_WIDTH
"""How many layers light that runs forward is in at a time: its head is at one place."""
BACK_OVERLAP = 1.6
"""How many layers light that runs back is in at a time."""
ARRIVES = 0.88
"""The share of its way after which the head of the light begins to fill the units of a layer."""
BEHIND_LIGHT = 0.2
"""Opacity of edges that light has passed: what carries nothing is dark."""
THINNER = 0.6
"""Widths of lit edges in a strip over those on the whole stage."""
PASSED = 0.25
"""Opacity, over what it was, of dots and inputs that light has passed."""
UNLIT = 0.1
"""Opacity of a rim that light has passed and left dark."""


class NetworkStage(mn.VGroup):
    """Columns of units across the whole stage, input at the left.

    Parameters
    ----------
    region
        The area for the network, with its labels below.
    widths
        Units of each layer, input first.
    pen
        Typesets the labels.

    Attributes
    ----------
    last
        L, the number of the last layer.
    columns
        The columns by their layers, in order. A deep network has columns for its input and its last
        layers only.
    edges
        The edges into each layer, one path each.
    tape
        The layers of a deep network that have no column; else None.
    labels
        The true numbers of units.
    lights
        What light has left behind, by layer.
    home
        The rectangle that held all units at first.
    """

    def __init__(self, region: Region, widths: Sequence[int], pen: Pen) -> None:
        super().__init__()
        self.pen, self.widths = pen, tuple(widths)
        self.last = depth = len(widths) - 1
        self._rows = Region(region.left, region.right, region.bottom + LABEL_ROOM, region.top)
        xs, self.tape = places_of_columns(self._rows, depth, pen)
        spacing = min(self._rows.height / MOST_UNITS, 0.7 * min(np.diff(list(xs.values()))))
        self.columns = {
            layer: Column(layer, widths[layer], x, self._rows, RADIUS * spacing, pen)
            for layer, x in xs.items()
        }
        self.edges = {
            layer: edges_between(self.columns[layer - 1], self.columns[layer], pen)
            for layer in self.columns
            if layer - 1 in self.columns
        }
        self.lights: dict[int, Light] = {}
        self.home, self._thickness = self.bounds, 1.0
        self._radius = max(column.radius for column in self.columns.values())
        self.labels = labels_of_widths(self.widths, self.place_of, region, pen)
        tape = [] if self.tape is None else [self.tape]
        self.add(*self.edges.values(), *tape, *self.columns.values())

    @property
    def is_sampled(self) -> bool:
        """Whether units or layers have no place of their own in the picture."""
        wide = any(self.widths[layer] > MOST_UNITS for layer in self.columns)
        return wide or self.tape is not None

    def place_of(self, layer: int) -> float:
        """Return the x at which a layer stands now."""
        if layer in self.columns:
            return self.columns[layer].x
        assert self.tape is not None
        return self.tape.place_of(layer)

    @property
    def bounds(self) -> Region:
        """The rectangle that holds all units now."""
        centers = np.concatenate([column.centers for column in self.columns.values()])
        radius = max(column.radius for column in self.columns.values())
        left, bottom = (float(low) - radius for low in centers[:, :2].min(axis=0))
        right, top = (float(high) + radius for high in centers[:, :2].max(axis=0))
        return Region(left, right, bottom, top)

    def slit_of(self, layer: int) -> mn.VMobject:
        """Return the slit of the tape that stands for a layer."""
        assert self.tape is not None
        layers = self.tape.layers
        nearest = min(range(len(self.tape)), key=lambda n: abs(layers[n] - layer))
        return self.tape[nearest]

    def nodes_outside(self, low: float, high: float) -> list[mn.VMobject]:
        """Return the units and dots that do not lie between two heights."""
        return [
            node
            for column in self.columns.values()
            for node in (*column.nodes, *column.ellipsis)
            if not low < float(node.get_center()[1]) < high
        ]

    def all_but(self, *spoken: Iterable[mn.Mobject]) -> list[mn.VMobject]:
        """Return all paths of the network but some units, to dim them."""
        kept = {id(node) for nodes in spoken for node in nodes}
        return [
            path
            for path in self.get_family()
            if isinstance(path, mn.VMobject) and len(path.points) and id(path) not in kept
        ]

    # Forward

    def race(self, length: float = TIME_WIDTH, **how: float) -> Timeline:
        """Let light run from the input to the output, and leave nothing behind."""
        return self.forward({}, length, **how)

    def pulse(self, layer: int, **how: float) -> Timeline:
        """Let the units of a layer, or its slit, grow and shrink once, so that one looks there."""
        parts = self.columns[layer].nodes if layer in self.columns else [self.slit_of(layer)]

        def prepare() -> list[Step]:
            return [Step(0, 1, pulsing(part), mn.there_and_back) for part in parts]

        return Timeline(self, prepare, **{"run_time": 1.0, **how})

    def forward(
        self, levels: Mapping[int, Array], length: float = TIME_WIDTH, **how: float
    ) -> Timeline:
        """Let light run from the input to the output; units fill as it arrives.

        Parameters
        ----------
        levels
            The fill of all units of each layer, from 0 to 1, (units,).
        length
            Length of the light over the way from layer to layer.
        """
        color = self.pen.theme.forward
        stops = list(self.columns)
        seconds = FLASH_SECONDS * (len(stops) + 2)
        group = mn.VGroup(self)

        def prepare() -> list[Step]:
            times = one_after_another(len(stops), 1 + length)
            steps = []
            for layer, (start, end) in zip(stops, times, strict=True):
                column = self.columns[layer]
                arrival = start
                if layer in self.edges:
                    before = self.columns[layer - 1]
                    path, run = flash(*ends_of_edges(before, column), color, HAIR + 2, length)
                    group.add(path)
                    arrival = start + ARRIVES / (1 + length) * (end - start)
                    steps.append(Step(start, end, run, mn.linear))
                elif self.tape is not None and layer:
                    steps.append(Step(times[0][0], end, self.tape.wave(color), mn.linear))
                fills = levels[layer][list(column.units)] if layer in levels else ()
                for node, level in zip(column.nodes, fills, strict=layer in levels):
                    steps.append(Step(arrival, end, filling(node, color, float(level))))
            return steps

        return Timeline(group, prepare, **{"run_time": seconds, **how})

    # Backward

    def backward(
        self,
        edges: Mapping[int, Array],
        units: Mapping[int, Array],
        layers: Array,
        **how: float,
    ) -> Timeline:
        """Let the gradient run from the output to the input, to scale; its light stays.

        Parameters
        ----------
        edges
            What the edges into each layer carry, as drawn, over what a fully lit one does,
            (units drawn, units drawn of the layer before).
        units
            The gradient of the units drawn over that of a fully lit one.
        layers
            What the slits of a tape show of their layers, (L,).
        """
        color = self.pen.theme.backward
        stops = [layer for layer in reversed(self.columns) if layer]
        group = mn.VGroup(self)

        def prepare() -> list[Step]:
            steps: list[Step] = []
            for layer, (start, end) in zip(
                stops, one_after_another(len(stops), BACK_OVERLAP), strict=True
            ):
                column = self.columns[layer]
                middle = start + 0.45 * (end - start)
                for node, level in zip(column.nodes, units[layer], strict=True):
                    steps.append(Step(start, middle, filling(node, color, float(level), UNLIT)))
                steps.extend(Step(start, middle, dimming(d, PASSED)) for d in column.ellipsis)
                if layer in self.edges:
                    dark = fading(self.edges[layer], BEHIND_LIGHT)
                    steps.append(Step(middle, end, dark))
                    starts, ends = ends_of_edges(self.columns[layer - 1], column)
                    light = Light(ends, starts, edges[layer].ravel(), color)
                    light.reach(0.0)
                    self.lights[layer] = light
                    self.add(light)
                    steps.append(Step(middle, end, light.reach, mn.linear))
                elif self.tape is not None:
                    steps.append(Step(middle, 1.0, self.tape.receive(layers), mn.linear))
            # No gradient is shown of the input; it does not stay the brightest thing.
            first = self.columns[0]
            rest = (*first.nodes, *first.ellipsis)
            return [*steps, *(Step(0.85, 1.0, dimming(node, PASSED)) for node in rest)]

        return Timeline(
            group, prepare, **{"run_time": FLASH_SECONDS * 1.4 * (len(stops) + 1), **how}
        )

    def receive(self, layer: int, units: Array, **how: float) -> Timeline:
        """Fill the units of one layer with their gradient, 0 to 1."""
        color = self.pen.theme.backward

        def prepare() -> list[Step]:
            fills = zip(self.columns[layer].nodes, units, strict=True)
            return [Step(0, 1, filling(node, color, float(fill))) for node, fill in fills]

        return Timeline(self, prepare, **{"run_time": 0.8, **how})

    # Other pictures

    def strip(self, region: Region, places: Mapping[int, float], **how: float) -> Timeline:
        """Become a strip, or grow back: units keep their shape, and edges follow them.

        Parameters
        ----------
        region
            Between which heights the units lie then.
        places
            The x of every layer that has a column or a slit of the tape.
        """

        def prepare() -> list[Step]:
            rows, home = self.bounds, self.home
            factor = region.height / rows.height
            middle, target = rows.center[1], region.center[1]
            xs = np.array([places[layer] for layer in self.columns])
            size = min(1.0, 1.2 * region.height / home.height)
            radius = min(size * self._radius, 0.4 * float(np.diff(xs).min()))
            moves: list[Step] = []
            for layer, column in self.columns.items():
                grown = radius / column.radius
                for node in (*column.nodes, *column.ellipsis):
                    y = float(node.get_center()[1])
                    end = point(places[layer], target + (y - middle) * factor)
                    moves.append(Step(0, 1, moving(node, end, grown)))
            thick, thin = self._thickness, THINNER if size < 1 else 1.0
            # The edges follow the units, so they come last.
            moves.append(Step(0, 1, lambda share: self.lay_edges(thick + (thin - thick) * share)))
            if self.tape is not None:
                slits = {n: places[n] for n in self.tape.layers}
                moves.append(Step(0, 1, self.tape.moving(slits, region)))
            return moves

        return Timeline(self, prepare, **{"run_time": 1.6, **how})

    @property
    def places(self) -> dict[int, float]:
        """The x of every layer that has a column or a slit, now."""
        slits = () if self.tape is None else self.tape.layers
        return {layer: self.place_of(layer) for layer in (*self.columns, *slits)}

    def lay_edges(self, thickness: float | None = None) -> None:
        """Draw the edges between the units where these are now."""
        self._thickness = thickness = self._thickness if thickness is None else thickness
        for layer, path in self.edges.items():
            starts, ends = ends_of_edges(self.columns[layer - 1], self.columns[layer])
            redraw(path, starts, ends)
            if layer in self.lights:
                self.lights[layer].lay(ends, starts, thickness)
