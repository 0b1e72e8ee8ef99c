"""Numbers that travel along wires into gates, change there, and travel on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.motion import Frame, Motion, fade, phase
from scenes.kit.stage.gate_wire import GateWire, width_of
from scenes.kit.stage.gates import Gates
from scenes.kit.stage.word_changes import put, shape_of
from scenes.kit.type.typesetting import Typeset

LIFT = 0.36
"""How far above its wire the middle of a number rests, in frame units."""
REST, REST_AT_END = 0.5, 0.42
"""Where along its wire it rests, and along a wire that begins at a free end."""
SMALLEST = 0.8
"""Size of a number where it changes, over its own."""
INTO = 0.7
"""Part of its way along a wire after which a number makes for the middle of the gate."""
ALONE, SHORT, WIDE = (0.9, 1.0), (0.4, 0.62), (0.22, 0.45)
"""Parts of their way into a gate in which numbers fade: one alone, several short ones, others."""
SHORT_WIDTH = 0.7
CROWD, CROWDED = 3, (0.02, 0.2)
"""More numbers than that fade early."""
ASIDE = 0.5
"""Distance from the middle of a gate at which numbers that cross over pass each other."""
CHANGE = 0.5
BACK = 0.8
"""By how much a symbol fades while a number changes on it."""


@dataclass(frozen=True)
class Passage:
    """What happens at one gate.

    Attributes
    ----------
    gate
        The gate, by its output wire.
    incoming, outgoing
        Numbers by the wire along which each comes and goes.
    gradients
        The gradient of each outgoing wire, which makes it wide; a wire with 0 stays dark.
    lifts
        How far above its wire each outgoing number comes to rest, if not as usual.
    """

    gate: str
    incoming: Mapping[str, Typeset]
    outgoing: Mapping[str, Typeset]
    gradients: Mapping[str, float] = field(default_factory=dict)
    lifts: Mapping[str, float] = field(default_factory=dict)


class Pass(Motion):
    """Numbers go into gates, and others come out of them, forward or back.

    The places of gates and wires are read at every moment, so the camera may move meanwhile.

    Parameters
    ----------
    gates
        The circuit.
    passages
        One or more gates, at once.
    back
        Whether numbers go from right to left.
    """

    def __init__(
        self, gates: Gates, passages: Sequence[Passage], *, back: bool = False, **how: Any
    ) -> None:
        self._gates, self._passages = gates, passages
        incoming = [number for each in passages for number in each.incoming.values()]
        self._outgoing = [number for each in passages for number in each.outgoing.values()]

        def prepare() -> Frame:
            frames = [one for each in passages for one in _frames(gates, each, back)]

            def frame(share: float) -> None:
                for one in frames:
                    one(share)

            return frame

        group = mn.Group(gates, *incoming, *self._outgoing)
        super().__init__(group, prepare, **{"run_time": 1.4, **how})

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave the circuit and the numbers that came out."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, [self._gates, *self._outgoing])
        gone = [number for each in self._passages for number in each.incoming.values()]
        scene.remove(*gone)


class Cross(Motion):
    """Two numbers at the inputs of a gate go through it and change places."""

    def __init__(
        self,
        gates: Gates,
        gate: str,
        numbers: Mapping[str, Typeset],
        lifts: Mapping[str, float],
        **how: Any,
    ) -> None:
        self._gates, self._numbers = gates, list(numbers.values())
        names = list(numbers)
        ways = dict(zip(names, names[::-1], strict=True))

        def prepare() -> Frame:
            mark = gates.marks[gate]
            moves = []
            wide = max(number.width for number in numbers.values()) > ASIDE
            for side, (name, number) in zip((1, -1), numbers.items(), strict=True):
                arrive = _along(gates.wires[name], number, 1.0)
                leave = _out(gates.wires[ways[name]], 1.0, REST_AT_END, lifts[ways[name]])
                moves.append((arrive, leave, side * ASIDE * mn.RIGHT, number, shape_of(number)))

            def frame(share: float) -> None:
                into, out = (mn.smooth(phase(share, *part)) for part in ((0, 0.55), (0.45, 1)))
                for arrive, leave, aside, number, shape in moves:
                    through = mark.middle + aside
                    place = arrive(into, through) if share < 0.5 else leave(out, through)
                    put(number, shape, place, 1.0)
                    inside = phase(share, 0.2, 0.35) - phase(share, 0.65, 0.8)
                    fade(number, 1 - inside if wide else 1.0)
                mark.symbol.set_fill(opacity=1 - BACK * float(np.sin(np.pi * share)))

            return frame

        # The gate is in it, as its symbol makes room.
        group = mn.Group(gates, *self._numbers)
        super().__init__(group, prepare, **{"run_time": 1.6, **how})

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave the circuit and each number alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, [self._gates, *self._numbers])


Way = Callable[[float, Point3D], Point3D]


def rest_of(gates: Gates, name: str) -> float:
    """Return where along a wire a number rests."""
    if name not in gates.leaves:
        return REST
    user = next(gate for gate in gates.plan.values() if name in gate.inputs)
    return REST_AT_END if user.operation == "multiply" else 1 - REST_AT_END


def _frames(gates: Gates, passage: Passage, back: bool) -> list[Frame]:
    """Return what one gate, its wires and its numbers do at each moment."""
    theme = gates.pen.theme
    mark = gates.marks[passage.gate]
    color = theme.backward if back else theme.forward
    near, far = (0.0, 1.0) if back else (1.0, 0.0)
    # Forward, numbers arrive at the end of a wire, and others leave at the start of the next.
    frames: list[Frame] = []
    fades, grows = _windows(passage.incoming), _windows(passage.outgoing)
    for name, number in passage.incoming.items():
        frames.append(_enters(gates.wires[name], number, near, color, fades, lambda: mark.middle))
    for name, number in passage.outgoing.items():
        gradient = passage.gradients.get(name)
        lift = passage.lifts.get(name, LIFT)
        paint = color if gradient is None or gradient else None
        width = None if gradient is None else width_of(gradient)
        frames.append(
            _leaves(
                gates.wires[name],
                number,
                far,
                (rest_of(gates, name), lift),
                1.0 if name in gates.ends else REST,
                (paint, width),
                grows,
                lambda: mark.middle,
            )
        )

    def changes(share: float) -> None:
        pulse = float(np.sin(np.pi * phase(share, CHANGE - 0.15, CHANGE + 0.2)))
        mark.tint(color, phase(share, CHANGE - 0.1, CHANGE + 0.1), pulse)
        # The symbol makes room for the number.
        there = phase(share, CHANGE - 0.25, CHANGE - 0.1) - phase(
            share, CHANGE + 0.05, CHANGE + 0.2
        )
        mark.symbol.set_fill(opacity=mark.pose.named * (1 - BACK * there))

    return [*frames, changes]


def _windows(numbers: Mapping[str, Typeset]) -> tuple[float, float]:
    """Return in which part of their way into a gate numbers fade, so that they do not overlap."""
    if len(numbers) < 2:
        return ALONE
    if len(numbers) > CROWD:
        return CROWDED
    return SHORT if max(number.width for number in numbers.values()) < SHORT_WIDTH else WIDE


def _enters(
    wire: GateWire,
    number: Typeset,
    near: float,
    color: str,
    fades: tuple[float, float],
    middle: Callable[[], Point3D],
) -> Frame:
    way, shape, opacity = _along(wire, number, near), shape_of(number), number.get_fill_opacity()
    painted = wire.painted(color)
    begin = painted[1] if near else painted[0]
    colored = painted[1] > painted[0]
    width = wire.width_in(color)

    def frame(share: float) -> None:
        into = phase(share, 0, CHANGE)
        entered = phase(into, *fades)
        put(number, shape, way(mn.smooth(into), middle()), 1 - (1 - SMALLEST) * entered)
        fade(number, opacity * (1 - entered) if into < 1 else 0.0)
        part = min(1.0, mn.smooth(into) / INTO)
        if near:
            wire.paint(color, painted[0], max(begin, begin + (1 - begin) * part))
        elif colored:
            wire.paint(color, begin * (1 - part), painted[1], width)

    return frame


def _leaves(
    wire: GateWire,
    number: Typeset,
    far: float,
    place: tuple[float, float],
    painted: float,
    ink: tuple[str | None, float | None],
    grows: tuple[float, float],
    middle: Callable[[], Point3D],
) -> Frame:
    start = far
    way, shape = _out(wire, start, *place), shape_of(number)
    color, width = ink

    def frame(share: float) -> None:
        out = phase(share, CHANGE, 1)
        grown = phase(out, 1 - grows[1], 1 - grows[0])
        put(number, shape, way(mn.smooth(out), middle()), SMALLEST + (1 - SMALLEST) * grown)
        fade(number, grown)
        if color is None:
            return
        part = mn.smooth(out) * painted
        low, high = (1 - part, 1.0) if start else (0.0, part)
        if width is None:
            wire.paint(color, low, high)
        else:
            wire.paint(color, low, high, width)

    return frame


def _along(wire: GateWire, number: Typeset, near: float) -> Way:
    """Return the way of a number from where it is, along a wire, to the middle of a gate."""
    place = number.get_center()
    start = wire.nearest(place)
    aside = place - wire.at(start)

    def way(share: float, middle: Point3D) -> Point3D:
        along = min(1.0, share / INTO)
        there = wire.at(start + (near - start) * along) + aside * (1 - along)
        inside = phase(share, INTO, 1)
        return np.asarray(there + inside * (middle - there))

    return way


def _out(wire: GateWire, start: float, rest: float, lift: float) -> Way:
    """Return the way of a number from the middle of a gate to its rest at a wire."""

    def way(share: float, middle: Point3D) -> Point3D:
        along = phase(share, 1 - INTO, 1)
        there = wire.at(start + (rest - start) * along) + lift * along * mn.UP
        inside = 1 - phase(share, 0, 1 - INTO)
        return np.asarray(there + inside * (middle - there))

    return way
