"""Three gates side by side, each with the way in which a gradient goes back through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.layout import Region, point
from scenes.kit.motion import Frame, Motion, fade, phase
from scenes.kit.stage.gate_choice import Stops
from scenes.kit.stage.gate_mark import GateMark
from scenes.kit.stage.gate_wire import WIDEST, GateWire
from scenes.kit.theme import LABEL
from scenes.kit.type.typesetting import Pen, Typeset

RADIUS = 0.235
"""Radius of a gate over the width of its column."""
INTO, OUT = 0.45, 0.42
"""Lengths from the middle of a gate to its free ends and to its output, over that width."""
SPREAD = 0.34
"""Distance between two free ends over that width."""
TERMINAL = 0.06
NAME_GAP = 0.3
ASIDE = 0.36
"""How far above or below its wire a name comes to rest, and where along it."""
RESTS = 0.35
STREAM, SMALLER, LARGER = 0.5, 0.3, 0.8
"""Widths of streams over the widest: the equal ones, and the two that are swapped."""
WINNER = 0
COMES = ((0.0, 0.6), (0.35, 0.85), (0.0, 0.6))
"""When each gate comes: the product, which may come from the left, once the plus has passed."""
LATE = 8
"""The power of the way of a gate across that its way up, and its growth, follow."""
EACH, LAG = 0.5, 0.25
"""The parts of the time that one gate takes, and after which the next one begins."""


@dataclass
class Cell:
    """One gate, its input wires from top to bottom, its output wire, and the widths of light."""

    mark: GateMark
    inputs: Sequence[GateWire]
    output: GateWire
    widths: Sequence[float]


class GateTrio(mn.VGroup):
    """A plus, a product and a max, with a wire for each input and one for the output.

    Parameters
    ----------
    region
        The area; each gate stands in the middle of one of three columns.

    Attributes
    ----------
    cells
        By operation.
    names
        The names of the two inputs of the product, which are not part of the group, and a copy of
        each, which changes places with the other.
    """

    def __init__(self, region: Region, pen: Pen) -> None:
        super().__init__()
        self._pen = pen
        width = region.width / 3
        self.cells: dict[str, Cell] = {}
        dots = []
        for column, (operation, count) in enumerate((("add", 3), ("multiply", 2), ("max", 3))):
            center = point(region.left + (column + 0.5) * width, region.center[1])
            mark = GateMark(operation, center, RADIUS * width, pen)
            inputs = [GateWire(pen) for _ in range(count)]
            output = GateWire(pen)
            widths = [STREAM] * count if count > 2 else [SMALLER, LARGER]
            self.cells[operation] = Cell(mark, inputs, output, [WIDEST * w for w in widths])
            ends = [
                center + width * point(-INTO, SPREAD * ((count - 1) / 2 - n)) for n in range(count)
            ]
            for end, wire in zip(ends, inputs, strict=True):
                away = (end - center) / np.linalg.norm(end - center)
                wire.connect(end, center + mark.radius * away, away)
            last = center + width * OUT * mn.RIGHT
            output.connect(center + mark.radius * mn.RIGHT, last, mn.LEFT)
            dots += [_dot(place, pen) for place in (*ends, last)]
        wires = [wire for cell in self.cells.values() for wire in (*cell.inputs, cell.output)]
        self._goals = [(cell.mark.middle, cell.mark.radius) for cell in self.cells.values()]
        top = self.cells["max"].inputs
        self.stops = Stops({str(n): wire for n, wire in enumerate(top)}, pen)
        self._lines: list[mn.VMobject] = [*(wire.base for wire in wires), *dots]
        marks = [self.cells[name].mark for name in ("add", "multiply", "max")]
        self.add(*wires, *dots, *marks, self.stops)
        product = self.cells["multiply"]
        pairs = [("w", product.inputs[0]), ("x", product.inputs[1])]
        self.names = [
            pen.formula(name, name, color=pen.theme.forward, size=LABEL + 12)
            .move_to(wire.start + NAME_GAP * mn.LEFT)
            .halo(pen.theme.background)
            for name, wire in pairs
        ]
        self.crossing: list[Typeset] = [name.copy() for name in self.names]

    def comes(self, starts: Sequence[tuple[Point3D, float]], **how: Any) -> mn.Animation:
        """Let each gate come from a place, and a radius there; then the wires appear."""
        color = self._pen.theme.backward
        cells = list(self.cells.values())

        def prepare() -> Frame:
            for cell in cells:
                cell.mark.tint(color, 1.0)

            def frame(share: float) -> None:
                for cell, window, (start, small), (goal, large) in zip(
                    cells, COMES, starts, self._goals, strict=True
                ):
                    way = mn.smooth(phase(share, *window))
                    # They rise and grow once they have passed each other.
                    late, step = way**LATE, goal - start
                    place = start + np.array([way, late, late]) * step
                    cell.mark.place(place, small + late * (large - small))
                seen = phase(share, 0.7, 1.0)
                for line in self._lines:
                    line.set_stroke(opacity=seen)
                    line.set_fill(opacity=seen if isinstance(line, mn.Circle) else 0.0)

            return frame

        return Motion(self, prepare, **how)

    def streams(self, **how: Any) -> mn.Animation:
        """Let light run back through each gate, one after the other."""
        return Streams(self, **how)

    def light(self, operation: str, share: float) -> None:
        """Draw the light in a gate, from 0, none, to 1."""
        cell, color = self.cells[operation], self._pen.theme.backward
        cell.output.paint(color, 1 - phase(share, 0.0, 0.4), 1.0, WIDEST * STREAM)
        out = mn.smooth(phase(share, 0.45, 1.0))
        chooses = operation == "max"
        for n, (wire, width) in enumerate(zip(cell.inputs, cell.widths, strict=True)):
            if n == WINNER or not chooses:
                wire.paint(color, 1 - out, 1.0, width)
        if chooses:
            closed = phase(share, 0.2, 0.45)
            self.stops.draw({str(n): closed for n in range(len(cell.inputs)) if n != WINNER})

    def cross(self, share: float) -> None:
        """Let the names at the product go through it and change places."""
        cell = self.cells["multiply"]
        for n, word in enumerate(self.crossing):
            own, other = cell.inputs[n], cell.inputs[1 - n]
            aside = (ASIDE if n else -ASIDE) * mn.UP
            into, out = (mn.smooth(phase(share, *part)) for part in ((0.0, 0.5), (0.5, 1.0)))
            arrives = own.at(into)
            leaves = other.at(1 - out * (1 - RESTS)) + out * aside
            through = phase(share, 0.4, 0.6)
            word.move_to(arrives + through * (leaves - arrives))
            fade(word, phase(share, 0.0, 0.1) - phase(share, 0.38, 0.45) + phase(share, 0.55, 0.62))


class Streams(Motion):
    """Light runs back through three gates, one after the other; names change places in one."""

    def __init__(self, trio: GateTrio, **how: Any) -> None:
        def frame(share: float) -> None:
            for n, operation in enumerate(trio.cells):
                own = phase(share, n * LAG, n * LAG + EACH)
                trio.light(operation, own)
                if operation == "multiply":
                    trio.cross(own)

        self._parts = [trio, *trio.crossing]
        super().__init__(mn.Group(*self._parts), lambda: frame, **how)

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave gates and names alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._parts)


def _dot(place: Point3D, pen: Pen) -> mn.Circle:
    dot = mn.Circle(radius=TERMINAL, stroke_width=0, fill_color=pen.theme.muted, fill_opacity=1)
    return dot.move_to(place)
