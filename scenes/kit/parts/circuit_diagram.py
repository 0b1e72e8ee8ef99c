"""A graph of gates with values above the wires, gradients below, local gradients at gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import manim as mn
import numpy as np

from scenes.kit.charts.marks import Points, polyline
from scenes.kit.layout import Region, point
from scenes.kit.parts.network_diagram import together
from scenes.kit.theme import HAIR, LABEL, LINE, SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, sentence

RADIUS = 0.3
ROW = 1.1
"""Maximum vertical distance between two input wires."""
ROOM = 1.55
"""Length of the horizontal part of a wire, which carries its numbers."""
SLANT = 0.42
"""Length of the slanted part that leads to a gate with several inputs."""
NAME_ROOM, END_ROOM = 0.45, 0.35
NAME_GAP = 0.18
HIGH = 0.26
"""Height of a number with a power of ten, or of a number marked as exact."""
AIR = 0.07
"""Distance from a wire to its numbers."""
TINT = 0.22
PULSE = 8.0

SYMBOLS: Mapping[str, tuple[str, str]] = {
    "multiply": ("times", "×"),
    "add": ("+", "+"),
    "negate": ("-x", "−x"),
    "exp": ("e^x", "eˣ"),
    "add_one": ("+1", "+1"),
    "reciprocal": (r"1\/x", "1/x"),
    "sigmoid": ("sigma", "σ"),
    "max": ("max", "max"),
}
"""Symbol in a gate, as Typst math and as Unicode."""


class GateLike(Protocol):
    """The interface of a gate of the core."""

    @property
    def operation(self) -> str:
        """The operation: a key of `SYMBOLS`."""

    @property
    def inputs(self) -> Sequence[str]:
        """Names of the input wires."""

    @property
    def output(self) -> str:
        """Name of the output wire."""


class GateMark(mn.VGroup):
    """A gate, drawn as a circle with the symbol of its operation.

    Attributes
    ----------
    circle, symbol
        The parts. The circle is tinted when a value or gradient passes.
    """

    def __init__(self, operation: str, at: Points, pen: Pen) -> None:
        super().__init__()
        self.circle = mn.Circle(radius=RADIUS, color=pen.theme.muted, stroke_width=LINE)
        self.symbol = pen.formula(*SYMBOLS[operation], size=LABEL)
        self.add(self.circle.move_to(at), self.symbol.move_to(at))

    def tint(self, color: str) -> object:
        """Tint the circle with the colour of what passes."""
        return self.circle.animate.set_stroke(color).set_fill(color, TINT)


class Wire(mn.VGroup):
    """A line from the gate that produces a value to the gate that uses it.

    Attributes
    ----------
    line
        A horizontal part, then a slanted one if the wire joins others at a gate.
    joins
        Whether the wire joins others at a gate.
    room
        Length of the part that carries the numbers.
    """

    def __init__(self, corners: Sequence[Points], pen: Pen) -> None:
        super().__init__()
        self.pen = pen
        self.line = polyline(np.array(corners), pen.theme.muted, HAIR)
        self.start, level = corners[0], corners[1]
        self.joins = len(corners) > 2
        self._middle = (self.start + level) / 2
        self.room = float(level[0] - self.start[0])
        self.add(self.line)

    def hold(self, room: float) -> None:
        """Place the numbers in the first `room` of a long horizontal part."""
        self._middle = self.start + room / 2 * mn.RIGHT
        self.room = room

    def above(self, figure: Figure) -> Typeset:
        """Typeset the value above the wire."""
        ink = self.pen.number(figure, self.pen.theme.forward, SMALL).move_to(self._middle)
        return ink.shift((self._middle[1] + self._air(ink) - ink.get_bottom()[1]) * mn.UP)

    def below(self, figure: Figure) -> Typeset:
        """Typeset the gradient below the wire."""
        ink = self.pen.number(figure, self.pen.theme.backward, SMALL).move_to(self._middle)
        return ink.shift((self._middle[1] - self._air(ink) - ink.get_top()[1]) * mn.UP)

    def _air(self, ink: Typeset) -> float:
        # A number wider than the wire must keep clear of the gates at its ends.
        return AIR if ink.width <= self.room else RADIUS + AIR

    def pulse(self, color: str, *, back: bool = False) -> mn.Animation:
        """Send a flash along the wire."""
        path = self.line.copy().set_stroke(color, PULSE)
        if back:
            path.reverse_direction()
        return mn.ShowPassingFlash(path, time_width=0.5)

    def dye(self, color: str) -> object:
        """Give the wire the colour of what has passed."""
        return self.line.animate.set_stroke(color, LINE)


class CircuitDiagram(mn.VGroup):
    """Gates in columns from left to right, each centred vertically on its input wires.

    Parameters
    ----------
    region
        The area for the diagram, which is centred in it.
    gates
        Gates in the order of the forward pass. Each wire is used by at most one gate.
    names
        Labels of the free ends as Typst math and Unicode, by the name of the wire.
    pen
        Typesets symbols, names and numbers.
    name_room
        Width reserved for the names at the left.

    Attributes
    ----------
    gates
        Each gate, by the name of its output wire.
    wires
        Each wire, by its name.
    values, gradients
        Numbers of the wires, set by `write`. They join the group when they are shown.
    """

    def __init__(
        self,
        region: Region,
        gates: Sequence[GateLike],
        names: Mapping[str, tuple[str, str]],
        pen: Pen,
        name_room: float = NAME_ROOM,
    ) -> None:
        super().__init__()
        self.pen = pen
        self.plan = {gate.output: gate for gate in gates}
        self.output = gates[-1].output
        self.leaves = [n for n in self._inward(self.output) if n not in self.plan]
        columns = self._columns(gates)
        joining = {columns[gate.output] for gate in gates if len(gate.inputs) > 1}
        joins = [column in joining for column in range(1, columns[self.output] + 1)]
        x, self._rooms = _spread(region, joins, name_room)
        heights = self._heights(region)
        self.gates = {
            gate.output: GateMark(
                gate.operation, point(x[columns[gate.output]], heights[gate.output]), pen
            )
            for gate in gates
        }
        self.wires: dict[str, Wire] = {}
        for name in (*self.leaves, *self.plan):
            start = point(x[0], heights[name])
            if name in self.gates:
                start = self.gates[name].get_center() + RADIUS * mn.RIGHT
            self.wires[name] = self._wire(name, start)
        self.values: dict[str, Typeset] = {}
        self.gradients: dict[str, Typeset] = {}
        self._drop = HIGH
        self.names = mn.VGroup()
        for name in self.leaves:
            label = pen.formula(*names[name], size=LABEL).move_to(self.wires[name].start)
            self.names.add(label.align_to(point(x[0] - NAME_GAP), mn.RIGHT))
        if self.output in names:
            label = pen.formula(*names[self.output], size=LABEL)
            self.names.add(label.next_to(self.wires[self.output].line, mn.RIGHT, buff=NAME_GAP))
        self.add(*self.wires.values(), *self.gates.values(), self.names)

    # Motion

    def arrive(self, gates: Sequence[str]) -> mn.Animation:
        """Send flashes along the input wires of gates."""
        wires = [self.wires[name] for gate in gates for name in self.plan[gate].inputs]
        return mn.AnimationGroup(*(wire.pulse(self.pen.theme.forward) for wire in wires))

    def light(self, gates: Sequence[str]) -> mn.Animation:
        """Give gates and their input wires, and the output wire, the colour of values."""
        wires = [name for gate in gates for name in self.plan[gate].inputs]
        wires += [self.output] if self.output in gates else []
        return self._leave(gates, wires, self.pen.theme.forward)

    def begin(self) -> mn.Animation:
        """Give the output wire the colour of gradients."""
        return self._leave([], [self.output], self.pen.theme.backward)

    def give_back(self, gates: Sequence[str]) -> mn.Animation:
        """Send flashes back from gates along those input wires that carry a nonzero gradient."""
        wires = [self.wires[name] for name in self._carrying(gates)]
        pulses = [wire.pulse(self.pen.theme.backward, back=True) for wire in wires]
        return mn.AnimationGroup(*pulses) if pulses else mn.Wait()

    def darken(self, gates: Sequence[str]) -> mn.Animation:
        """Give gates, and input wires with a nonzero gradient, the colour of gradients."""
        return self._leave(gates, self._carrying(gates), self.pen.theme.backward)

    def write(self, values: Mapping[str, Figure], gradients: Mapping[str, Figure]) -> None:
        """Typeset the numbers of all wires for the film to show."""
        wires = self.wires
        self.values = {name: wires[name].above(figure) for name, figure in values.items()}
        self.gradients = {name: wires[name].below(figure) for name, figure in gradients.items()}
        chain = [n for n in gradients if n not in self.leaves and not wires[n].joins]
        if any(self.gradients[n].width > wires[n].room for n in chain):
            self._drop = HIGH + 2 * AIR

    def local(self, gate: str, figure: Figure) -> Typeset:
        """Typeset the local gradient, the factor applied to the gradient, under a gate."""
        mark = self.gates[gate]
        words = sentence("\N{MULTIPLICATION SIGN} {n}", n=figure)
        ink = self.pen.label(words, self.pen.theme.ink, SMALL).move_to(mark)
        if len(self.plan[gate].inputs) > 1:
            # Input wires arrive from the lower left.
            ink.align_to(mark.get_center() + AIR * mn.LEFT, mn.LEFT)
        return ink.shift((mark.get_bottom()[1] - self._drop - ink.get_top()[1]) * mn.UP)

    def fold(self, gate: GateLike) -> list[mn.Animation]:
        """Replace a chain of gates by one gate with the same input and output wire.

        Returns three animations, to be played one after the other.
        """
        chain = [gate.output]
        while self.plan[chain[-1]].inputs[0] != gate.inputs[0]:
            chain.append(self.plan[chain[-1]].inputs[0])
        marks = [self.gates.pop(name) for name in chain]
        inner = [self.wires.pop(name) for name in chain[1:]]
        for name in chain:
            del self.plan[name]
        middle = mn.VGroup(*marks).get_center()
        mark = GateMark(gate.operation, middle, self.pen)
        self.plan[gate.output], self.gates[gate.output] = gate, mark
        before, after = self.wires[gate.inputs[0]].line, self.wires[gate.output].line
        first, *others = (each.circle for each in marks)
        gather = mn.AnimationGroup(
            mn.ReplacementTransform(first, mark.circle),
            *(mn.FadeOut(circle, target_position=middle) for circle in others),
            mn.Transform(before, _stretched(before, before.get_start(), mark.get_left())),
            mn.Transform(after, _stretched(after, mark.get_right(), after.get_end())),
        )
        symbols = (each.symbol for each in marks)
        return [mn.FadeOut(*symbols, *inner), gather, mn.FadeIn(mark.symbol)]

    def free(self, region: Region) -> tuple[Region, Region]:
        """Return the free parts of a region above and below the chain after the last joint."""
        joint = next(m for n, m in reversed(self.gates.items()) if len(self.plan[n].inputs) > 1)
        x, y, _ = joint.get_center()
        lines = RADIUS + HIGH + 2 * AIR
        right = region.inset(left=x + RADIUS - region.left)
        return (
            right.inset(bottom=y + lines - right.bottom),
            right.inset(top=right.top - (y - lines - HIGH - AIR)),
        )

    def _carrying(self, gates: Sequence[str]) -> list[str]:
        inputs = [name for gate in gates for name in self.plan[gate].inputs]
        return [name for name in inputs if not self.gradients[name].figures[0].is_zero]

    def _leave(self, gates: Sequence[str], wires: Sequence[str], color: str) -> mn.Animation:
        moves = [self.gates[gate].tint(color) for gate in gates]
        return together([*moves, *(self.wires[name].dye(color) for name in wires)])

    # Layout

    def _inward(self, name: str) -> list[str]:
        """Return a wire and all wires that lead to it, the first input of each gate first."""
        if name not in self.plan:
            return [name]
        return [n for given in self.plan[name].inputs for n in self._inward(given)] + [name]

    def _columns(self, gates: Sequence[GateLike]) -> dict[str, int]:
        columns: dict[str, int] = {}
        for gate in gates:
            columns[gate.output] = 1 + max(columns.get(name, 0) for name in gate.inputs)
        return columns

    def _heights(self, region: Region) -> dict[str, float]:
        count = len(self.leaves)
        # Leave space for a value above the first row and a gradient below the last one.
        step = min(ROW, (region.height - 2 * (HIGH + AIR)) / max(count - 1, 1))
        top = region.center[1] + (count - 1) / 2 * step
        heights = {name: top - row * step for row, name in enumerate(self.leaves)}
        for name, gate in self.plan.items():
            heights[name] = (heights[gate.inputs[0]] + heights[gate.inputs[-1]]) / 2
        return heights

    def _wire(self, name: str, start: Points) -> Wire:
        user = next((g for g in self.plan.values() if name in g.inputs), None)
        if user is None:
            return Wire([start, start + self._rooms[-1] * mn.RIGHT], self.pen)
        center = self.gates[user.output].get_center()
        if len(user.inputs) == 1:
            return Wire([start, center + RADIUS * mn.LEFT], self.pen)
        bend = point(center[0] - RADIUS - SLANT, start[1])
        inward = (bend - center) / np.linalg.norm(bend - center)
        wire = Wire([start, bend, center + RADIUS * inward], self.pen)
        wire.hold(ROOM)
        return wire


def _stretched(line: mn.VMobject, start: Points, end: Points) -> mn.VMobject:
    return line.copy().put_start_and_end_on(start, end)


def _spread(
    region: Region, joins: Sequence[bool], name_room: float
) -> tuple[list[float], list[float]]:
    """Return where wires begin and gates stand, and the horizontal space of each column.

    Parameters
    ----------
    joins
        For each column, whether any of its gates has several inputs.
    """
    free = region.width - name_room - END_ROOM - 2 * RADIUS * len(joins) - SLANT * sum(joins)
    straight = min(ROOM, (free - ROOM * sum(joins)) / (len(joins) - sum(joins) + 1))
    rooms = [ROOM if join else straight for join in joins] + [straight]
    used = region.width - free + sum(rooms)
    x = [region.left + (region.width - used) / 2 + name_room]
    for room, join in zip(rooms, joins, strict=False):
        before = x[-1] + (RADIUS if len(x) > 1 else 0.0)
        x.append(before + room + SLANT * join + RADIUS)
    return x, rooms
