"""Numbers that travel along wires into gates, change there, and travel on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.motion import Frame, Motion, fade, phase
from scenes.kit.stage.gate_mark import GateMark
from scenes.kit.stage.gate_wire import GateWire, width_of
from scenes.kit.stage.gates import Gates
from scenes.kit.stage.word_changes import put, shape_of
from scenes.kit.type.typesetting import Typeset

LIFT = 0.36
"""How far above its wire the middle of a number rests, in frame units."""
REST, REST_AT_END, REST_LEVEL = 0.5, 0.42, 0.22
"""Where along its wire it rests: half way, on one that falls to a product, and where a bent wire is
still level.
"""
FARTHEST, SHARES, AIR = 0.8, 25, 0.08
"""How far along its wire a wide number rests at most, at how many places it may, and its distance
from where the wire begins."""
STEEP = 1.0
"""A wire that rises by more, in frame units, has its number below."""
SMALLEST = 0.8
"""Size of a number where it changes, over its own."""
INTO, INTO_CURVE = 0.7, 0.4
"""Part of its way along a wire after which a number makes for the middle of the gate, and for the
place on its curve."""
BESIDE = 0.3
"""How far right of its place on the curve, in radii, the number that leaves the gate appears."""
OPENS = 0.4
"""Part of a passage in which a gate that holds a curve opens: its symbol makes room first."""
ALONE, SHORT, WIDE = (0.9, 1.0), (0.4, 0.62), (0.22, 0.45)
"""Parts of their way into a gate in which numbers fade: one alone, several short ones, others."""
SHORT_WIDTH = 0.7
CROWD, CROWDED = 3, (0.02, 0.2)
"""More numbers than that fade early."""
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


Way = Callable[[float, Point3D], Point3D]


def rest_of(gates: Gates, name: str, width: float = 0.0) -> float:
    """Return where along a wire a number of this width rests."""
    if name == gates.output:
        return REST
    user = next(gate for gate in gates.plan.values() if name in gate.inputs)
    if len(user.inputs) == 1:
        return REST
    least = REST_AT_END if name == user.inputs[0] and name in gates.leaves else REST_LEVEL
    # A wide one does not reach back over what its wire comes from.
    wire = gates.wires[name]
    shares = np.linspace(least, FARTHEST, SHARES)
    free = [share for share in shares if wire.at(share)[0] - wire.start[0] > width / 2 + AIR]
    return float(free[0]) if free else FARTHEST


def lift_of(gates: Gates, name: str) -> float:
    """Return how far above a wire its number rests: below, if the wire would rise through it."""
    wire = gates.wires[name]
    rises = name not in gates.ends and wire.end[1] - wire.start[1] > STEEP
    return -LIFT if rises else LIFT


def _frames(gates: Gates, passage: Passage, back: bool) -> list[Frame]:
    """Return what one gate, its wires and its numbers do at each moment."""
    theme = gates.pen.theme
    mark = gates.marks[passage.gate]
    color = theme.backward if back else theme.forward
    near, far = (0.0, 1.0) if back else (1.0, 0.0)
    # Forward, a number goes to its place on the curve of a gate, and another leaves at that height.
    bends = mark.stands is not None and not back

    def inside() -> Point3D:
        stands = mark.stands if bends else None
        return mark.middle if stands is None else stands

    def beside() -> Point3D:
        return inside() + (BESIDE * mark.radius * mn.RIGHT if bends else 0.0)

    # Forward, numbers arrive at the end of a wire, and others leave at the start of the next.
    frames: list[Frame] = []
    fades, grows = _windows(passage.incoming), _windows(passage.outgoing)
    for name, number in passage.incoming.items():
        frames.append(_enters(gates.wires[name], number, near, color, fades, (inside, bends)))
    for name, number in passage.outgoing.items():
        gradient = passage.gradients.get(name)
        lift = passage.lifts.get(name, lift_of(gates, name))
        paint = color if gradient is None or gradient else None
        width = None if gradient is None else width_of(gradient)
        frames.append(
            _leaves(
                gates.wires[name],
                number,
                far,
                (rest_of(gates, name, number.width), lift),
                1.0 if name in gates.ends else REST,
                (paint, width),
                grows,
                (beside, bends),
            )
        )
    return [*frames, _changes(mark, color, bends=bends)]


def _changes(mark: GateMark, color: str, *, bends: bool) -> Frame:
    """Return what the gate itself does: it opens, takes the colour, and its symbol makes room."""
    was = mark.pose.opened

    def changes(share: float) -> None:
        if bends:
            opened = max(was, phase(share, 0, OPENS))
            mark.draw(replace(mark.pose, opened=opened))
        pulse = float(np.sin(np.pi * phase(share, CHANGE - 0.15, CHANGE + 0.2)))
        mark.tint(color, phase(share, CHANGE - 0.1, CHANGE + 0.1), pulse)
        # The symbol makes room for the number.
        there = phase(share, CHANGE - 0.25, CHANGE - 0.1) - phase(
            share, CHANGE + 0.05, CHANGE + 0.2
        )
        room = 0.0 if mark.is_open else BACK * there
        mark.symbol.set_fill(opacity=mark.pose.named * (1 - room))

    return changes


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
    goal: tuple[Callable[[], Point3D], bool],
) -> Frame:
    middle, bends = goal
    way, shape, opacity = (
        along_to(wire, number, near, bends=bends),
        shape_of(number),
        number.get_fill_opacity(),
    )
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
    source: tuple[Callable[[], Point3D], bool],
) -> Frame:
    start = far
    middle, bends = source
    way, shape = out_of(wire, start, *place, bends=bends), shape_of(number)
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


def along_to(wire: GateWire, number: Typeset, near: float, *, bends: bool = False) -> Way:
    """Return the way of a number from where it is, along a wire, to the middle of a gate."""
    place = number.get_center()
    start = wire.nearest(place)
    aside = place - wire.at(start)

    def way(share: float, middle: Point3D) -> Point3D:
        turn = INTO_CURVE if bends else INTO
        along = min(1.0, share / turn)
        there = wire.at(start + (near - start) * along) + aside * (1 - along)
        return _between(there, middle, phase(share, turn, 1), bends=bends)

    return way


def out_of(wire: GateWire, start: float, rest: float, lift: float, *, bends: bool = False) -> Way:
    """Return the way of a number from the middle of a gate to its rest at a wire."""

    def way(share: float, middle: Point3D) -> Point3D:
        turn = INTO_CURVE if bends else INTO
        along = phase(share, 1 - turn, 1)
        there = wire.at(start + (rest - start) * along) + lift * along * mn.UP
        return _between(there, middle, 1 - phase(share, 0, 1 - turn), bends=bends)

    return way


def _between(rim: Point3D, inside: Point3D, share: float, *, bends: bool) -> Point3D:
    """Return a place between the rim of a gate and a place inside: first level, if it bends."""
    if not bends:
        return np.asarray(rim + share * (inside - rim))
    across, rise = phase(share, 0, 0.5), phase(share, 0.5, 1)
    step = inside - rim
    return np.asarray(rim + across * step[0] * mn.RIGHT + rise * step[1] * mn.UP)
