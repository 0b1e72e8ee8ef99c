"""A graph of gates: values above its wires, gradients below them, local gradients at the gates."""

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
"""The most that two wires that come in stand apart."""
ROOM = 1.55
"""Length of the part of a wire that is level, where its numbers stand."""
SLANT = 0.42
"""Then it turns towards a gate that takes several wires."""
NAME_ROOM, END_ROOM = 0.45, 0.35
NAME_GAP = 0.18
HIGH = 0.26
"""Height of a number with a power of ten, or of one that is called exact."""
AIR = 0.07
"""From a wire to its numbers."""
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
"""What stands in a gate: Typst math, and Unicode."""


class GateLike(Protocol):
    """One operation, as the core has it."""

    @property
    def operation(self) -> str:
        """What it does: a name in `SYMBOLS`."""

    @property
    def inputs(self) -> Sequence[str]:
        """Names of the wires that come in."""

    @property
    def output(self) -> str:
        """Name of the wire that goes out."""


class GateMark(mn.VGroup):
    """A circle with what it does.

    Attributes
    ----------
    circle, symbol
        The circle is tinted when something passes.
    """

    def __init__(self, operation: str, at: Points, pen: Pen) -> None:
        super().__init__()
        self.circle = mn.Circle(radius=RADIUS, color=pen.theme.muted, stroke_width=LINE)
        self.symbol = pen.formula(*SYMBOLS[operation], size=LABEL)
        self.add(self.circle.move_to(at), self.symbol.move_to(at))

    def tint(self, color: str) -> object:
        """Colour the gate by what passes."""
        return self.circle.animate.set_stroke(color).set_fill(color, TINT)


class Wire(mn.VGroup):
    """A line from what makes a value to what uses it.

    Attributes
    ----------
    line
        Level first, then slanted where it joins others.
    joins
        Whether it does.
    room
        Length of the part where its numbers stand.
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
        """Let the numbers stand in the first `room` of a long level part."""
        self._middle = self.start + room / 2 * mn.RIGHT
        self.room = room

    def above(self, figure: Figure) -> Typeset:
        """Set the value."""
        ink = self.pen.number(figure, self.pen.theme.forward, SMALL).move_to(self._middle)
        return ink.shift((self._middle[1] + self._air(ink) - ink.get_bottom()[1]) * mn.UP)

    def below(self, figure: Figure) -> Typeset:
        """Set the gradient."""
        ink = self.pen.number(figure, self.pen.theme.backward, SMALL).move_to(self._middle)
        return ink.shift((self._middle[1] - self._air(ink) - ink.get_top()[1]) * mn.UP)

    def _air(self, ink: Typeset) -> float:
        # What is wider than the wire keeps clear of the gates beside it.
        return AIR if ink.width <= self.room else RADIUS + AIR

    def pulse(self, color: str, *, back: bool = False) -> mn.Animation:
        """Send a flash along the wire."""
        path = self.line.copy().set_stroke(color, PULSE)
        if back:
            path.reverse_direction()
        return mn.ShowPassingFlash(path, time_width=0.5)

    def dye(self, color: str) -> object:
        """Leave the wire in the colour of what has passed."""
        return self.line.animate.set_stroke(color, LINE)


class CircuitDiagram(mn.VGroup):
    """Gates in columns from left to right, each in the middle of the wires that it takes.

    Parameters
    ----------
    region
        What the diagram may take up; it stands in its middle.
    gates
        In the order of the forward pass, each wire used by one gate at most.
    names
        Typst math and Unicode of what stands at the free ends, by the name of the wire.
    pen
        Sets symbols, names and numbers.
    name_room
        Width of the names at the left.

    Attributes
    ----------
    gates
        Each gate, by the name of the wire that it makes.
    wires
        Every wire, by its name.
    values, gradients
        Their numbers, once these are written; not part of the group until they are shown.
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

    # What it does

    def arrive(self, gates: Sequence[str]) -> mn.Animation:
        """Send flashes along the wires into gates."""
        wires = [self.wires[name] for gate in gates for name in self.plan[gate].inputs]
        return mn.AnimationGroup(*(wire.pulse(self.pen.theme.forward) for wire in wires))

    def light(self, gates: Sequence[str]) -> mn.Animation:
        """Leave gates, and the wires into them, in the colour of values; so too the output."""
        wires = [name for gate in gates for name in self.plan[gate].inputs]
        wires += [self.output] if self.output in gates else []
        return self._leave(gates, wires, self.pen.theme.forward)

    def begin(self) -> mn.Animation:
        """Leave the output in the colour of gradients."""
        return self._leave([], [self.output], self.pen.theme.backward)

    def give_back(self, gates: Sequence[str]) -> mn.Animation:
        """Send flashes from gates back along those wires into them that carry any gradient."""
        wires = [self.wires[name] for name in self._carrying(gates)]
        pulses = [wire.pulse(self.pen.theme.backward, back=True) for wire in wires]
        return mn.AnimationGroup(*pulses) if pulses else mn.Wait()

    def darken(self, gates: Sequence[str]) -> mn.Animation:
        """Leave gates, and the wires into them that carry any, in the colour of gradients."""
        return self._leave(gates, self._carrying(gates), self.pen.theme.backward)

    def write(self, values: Mapping[str, Figure], gradients: Mapping[str, Figure]) -> None:
        """Set the numbers of all wires, for the film to bring in."""
        wires = self.wires
        self.values = {name: wires[name].above(figure) for name, figure in values.items()}
        self.gradients = {name: wires[name].below(figure) for name, figure in gradients.items()}
        chain = [n for n in gradients if n not in self.leaves and not wires[n].joins]
        if any(self.gradients[n].width > wires[n].room for n in chain):
            self._drop = HIGH + 2 * AIR

    def local(self, gate: str, figure: Figure) -> Typeset:
        """Set the local gradient under a gate: what passes is multiplied by it."""
        mark = self.gates[gate]
        words = sentence("\N{MULTIPLICATION SIGN} {n}", n=figure)
        ink = self.pen.label(words, self.pen.theme.ink, SMALL).move_to(mark)
        if len(self.plan[gate].inputs) > 1:
            # Wires come in from below on the left.
            ink.align_to(mark.get_center() + AIR * mn.LEFT, mn.LEFT)
        return ink.shift((mark.get_bottom()[1] - self._drop - ink.get_top()[1]) * mn.UP)

    def fold(self, gate: GateLike) -> list[mn.Animation]:
        """Let one gate take the place of the chain that makes the same wire of the same input.

        Returns three moves, to be played one after the other.
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
        """Return what the chain behind the last joint leaves of a region: above it and below."""
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

    # How it is laid out

    def _inward(self, name: str) -> list[str]:
        """Return a wire and all that leads to it, the first input of each gate first."""
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
        # Above the first row stands a value, below the last one a gradient.
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
    """Return where the wires begin and the gates stand, and the level room of each column.

    Parameters
    ----------
    joins
        Of each column of gates: whether any takes several wires.
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
