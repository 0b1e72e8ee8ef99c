"""The circuit: one neuron that opens into gates, and gates that fold into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.layout import Region, point
from scenes.kit.motion import Frame, Motion, phase
from scenes.kit.stage.gate_mark import GateMark, GatePose
from scenes.kit.stage.gate_wire import GateWire
from scenes.kit.theme import LABEL, LINE
from scenes.kit.type.typesetting import Pen, Typeset

RADIUS = 0.3
"""Radius of a gate over the distance between two gates of the chain."""
ROW = 1.0
"""Distance between two rows of free ends, at most."""
LEAF, JOIN, NEXT, LAST = 1.9, 2.1, 1.25, 1.1
"""Lengths from a free end to a product, to the sum, on, and to the output, in those distances."""
NAME_ROOM, END_ROOM = 0.7, 1.55
VALUE_GAP = 0.22
NEURON = 1.8
INSIDE, BEYOND = 0.26, 2.0
"""Size of the circuit while it is still inside the neuron, and by how much this grows."""
GLOW = 0.25
"""How much of its colour the neuron takes when light runs through it."""
TERMINAL = 0.06
SPREAD = 0.95
"""The steepest direction, as a sine, in which a wire arrives at a gate."""


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


class Gates(mn.VGroup):
    """Gates from left to right: products, their sum, a chain, and the output.

    Parameters
    ----------
    region
        The area for the circuit.
    gates
        Gates in the order of the forward pass. Each wire is used by at most one gate.
    names
        Names of the free ends, as Typst math and Unicode.
    value_room
        Width of the widest value at a free end.

    Attributes
    ----------
    plan, marks, wires
        What each gate does, how it is drawn, and each wire, by the name of the wire that it makes.
    ends, names
        The dot at each free end and at the output, and its name, which is not part of the group.
    """

    def __init__(
        self,
        region: Region,
        gates: Sequence[GateLike],
        names: Mapping[str, tuple[str, str]],
        value_room: float,
        pen: Pen,
    ) -> None:
        super().__init__()
        self.pen = pen
        self.plan = {gate.output: gate for gate in gates}
        self.output = gates[-1].output
        self.leaves = [name for name in self._inward(self.output) if name not in self.plan]
        self._region = region
        # It goes with the world, and tells where the camera is.
        self._frame = mn.Rectangle(width=region.width, height=region.height, stroke_width=0)
        self._frame.move_to(region.center)
        self._home = self._places(region, value_room)
        self.wires = {name: GateWire(pen) for name in (*self.leaves, *self.plan)}
        self.marks = {
            name: GateMark(gate.operation, self._home[name], self.home_radius, pen)
            for name, gate in self.plan.items()
        }
        theme = pen.theme
        self.ring = mn.Circle(radius=NEURON).move_to(self.neuron)
        self.ring.set_fill(theme.background, 1.0).set_stroke(theme.muted, LINE)
        self.ends = {
            name: mn.Circle(
                radius=TERMINAL, stroke_width=0, fill_color=theme.muted, fill_opacity=1
            ).move_to(self._home[name] if name in self.leaves else self._home[""])
            for name in (*self.leaves, self.output)
        }
        self.names = {name: pen.formula(*names[name], size=LABEL + 6) for name in self.ends}
        for name, word in self.names.items():
            place = point(region.left, self.ends[name].get_center()[1])
            if name == self.output:
                place = self.ends[name].get_center() + VALUE_GAP * mn.RIGHT
            word.move_to(place, aligned_edge=mn.LEFT)
        self.rewire()
        self.add(self._frame, *self.wires.values(), *self.marks.values(), *self.ends.values())

    @property
    def row(self) -> float:
        """Distance between two free ends now."""
        first, second = (self.ends[name].get_center()[1] for name in self.leaves[:2])
        return float(first - second)

    @property
    def bounds(self) -> Region:
        """Where its region lies now."""
        (left, low), (right, high) = (
            end(self._frame.points, axis=0)[:2] for end in (np.min, np.max)
        )
        return Region(left, right, low, high)

    @property
    def neuron(self) -> Point3D:
        """Where the middle of the closed neuron lies."""
        return point(self._region.center[0], self._home[self.output][1])

    def chain(self) -> list[str]:
        """Return the gates after the sum, from left to right."""
        names = [self.output]
        while len(self.plan[names[0]].inputs) == 1:
            names.insert(0, self.plan[names[0]].inputs[0])
        return names[1:]

    def products(self) -> list[str]:
        """Return the gates that multiply."""
        return [name for name, gate in self.plan.items() if gate.operation == "multiply"]

    def beside(self, name: str) -> Typeset:
        """Return the name of a free end."""
        return self.names[name]

    def value_place(self, name: str) -> Point3D:
        """Return where the right end of a value at a free end lies."""
        return np.asarray(self.ends[name].get_center() + VALUE_GAP * mn.LEFT)

    def around(self, *names: str, air: float = 1.6, rows: float = 2.0) -> Region:
        """Return the region around some gates: so many radii beside them, and above and below."""
        centers = np.array([self.marks[name].middle for name in names])
        (left, low), (right, high) = centers.min(axis=0)[:2], centers.max(axis=0)[:2]
        radius = max(self.marks[name].radius for name in names)
        return Region(
            left - air * radius, right + air * radius, low - rows * radius, high + rows * radius
        )

    def parts(self, *names: str) -> list[mn.Mobject]:
        """Return the gates and wires of these names."""
        return [
            part
            for name in names
            for part in (self.wires[name], self.marks.get(name), self.ends.get(name))
            if part is not None
        ]

    # Verbs

    def closed(self) -> None:
        """Draw one circle, the neuron; the gates inside are not seen yet."""
        self.add(self.ring)
        self._open(0.0)

    def opens(self, **how: Any) -> mn.Animation:
        """Go into the neuron: it grows beyond what one sees, and so do the gates inside."""
        return Opening(self, self._open, **how)

    def glow(self, share: float) -> None:
        """Let the closed neuron light up, as far as that, in the colour of the forward pass."""
        theme = self.pen.theme
        blue = mn.ManimColor(theme.forward)
        rim, ground = mn.ManimColor(theme.muted), mn.ManimColor(theme.background)
        self.ring.set_stroke(rim.interpolate(blue, share))
        self.ring.set_fill(ground.interpolate(blue, GLOW * share))

    def _open(self, share: float) -> None:
        """Draw the neuron as it opens, from 0 to 1."""
        grown = mn.smooth(phase(share, 0.15, 1.0))
        seen, named = phase(share, 0.05, 0.25), phase(share, 0.15, 0.4)
        size = INSIDE + (1 - INSIDE) * grown
        for name, mark in self.marks.items():
            mark.disc.set_fill(opacity=seen).set_stroke(opacity=seen)
            mark.pose = GatePose(named=named)
            mark.place(
                self.neuron + size * (self._home[name] - self.neuron), size * self.home_radius
            )
        self.rewire()
        for name, wire in self.wires.items():
            if name in self.ends:
                self._reach_neuron(name, 1 - phase(share, 0.0, 0.2))
            else:
                wire.base.set_stroke(opacity=seen)
        self.ring.set(width=2 * NEURON * (1 + BEYOND * grown)).move_to(self.neuron)
        gone = phase(share, 0.2, 0.45)
        self.ring.set_stroke(opacity=1 - gone).set_fill(opacity=1 - phase(share, 0.0, 0.25))

    def _reach_neuron(self, name: str, part: float) -> None:
        """Let the wire of a free end, or of the output, end at the rim of the neuron, partly."""
        wire = self.wires[name]
        leaf = name in self.leaves
        inner, outer = (wire.end, wire.start) if leaf else (wire.start, wire.end)
        away = outer - self.neuron
        away = away / np.linalg.norm(away)
        bent = wire.base.points[2] - wire.base.points[3]
        inward = bent / max(float(np.linalg.norm(bent)), 1e-9)
        inner = inner + part * (self.neuron + NEURON * away - inner)
        if leaf:
            wire.connect(outer, inner, inward + part * (away - inward))
        else:
            wire.connect(inner, outer, mn.LEFT)

    def close_up(self, left: Point3D, right: Point3D) -> None:
        """Move the sides of its region."""
        bounds = self.bounds
        middle = bounds.center[0]
        sides = np.where(self._frame.points[:, :1] < middle, left, right)
        self._frame.points = self._frame.points + sides

    def rewire(self) -> None:
        """Draw each wire from where its gate is to where it is used."""
        users = {name: gate.output for gate in self.plan.values() for name in gate.inputs}
        for name, wire in self.wires.items():
            if name in self.marks:
                start = self.marks[name].middle + self.marks[name].radius * mn.RIGHT
            else:
                start = self.ends[name].get_center()
            if name not in users:
                wire.connect(start, self.ends[self.output].get_center(), mn.LEFT)
                continue
            user = self.marks[users[name]]
            toward = user.middle
            source = self.marks[name].middle if name in self.marks else start
            away = source - toward
            sine = np.clip(away[1] / max(float(np.linalg.norm(away)), 1e-9), -SPREAD, SPREAD)
            inward = np.array([-float(np.sqrt(1 - sine**2)), sine, 0.0])
            wire.connect(start, toward + user.radius * inward, inward)

    # Layout

    def _inward(self, name: str) -> list[str]:
        """Return a wire and all wires that lead to it, the first input of each gate first."""
        if name not in self.plan:
            return [name]
        return [n for given in self.plan[name].inputs for n in self._inward(given)] + [name]

    def _places(self, region: Region, value_room: float) -> dict[str, Point3D]:
        """Return where free ends and gates stand, and, without a name, the output."""
        count = len(self.leaves)
        step = min(ROW, region.height / (count - 1))
        y = region.center[1] + (count - 1) / 2 * step - step * np.arange(count)
        heights = dict(zip(self.leaves, y, strict=True))
        for name, gate in self.plan.items():
            heights[name] = float(np.mean([heights[gate.inputs[0]], heights[gate.inputs[-1]]]))
        x = region.left + NAME_ROOM + value_room + VALUE_GAP
        chain = self.chain()
        lengths = [LEAF, JOIN, NEXT, *[1.0] * (len(chain) - 1), LAST]
        unit = (region.right - END_ROOM - x) / sum(lengths)
        self.home_radius = RADIUS * unit
        xs = x + unit * np.cumsum([0.0, *lengths])
        columns = dict.fromkeys(self.leaves, xs[0]) | {"": xs[-1]}
        for name in self.plan:
            columns[name] = xs[3 + chain.index(name)] if name in chain else xs[1]
        columns[self.plan[chain[0]].inputs[0]] = xs[2]
        heights[""] = heights[self.output]
        return {name: point(columns[name], heights[name]) for name in columns}


class Opening(Motion):
    """The neuron opens; once it is open, its circle is gone."""

    def __init__(self, gates: Gates, frame: Frame, **how: Any) -> None:
        self._gates = gates
        super().__init__(gates, lambda: frame, **how)

    def finish(self) -> None:
        """Leave the gates alone."""
        super().finish()
        self._gates.remove(self._gates.ring)
