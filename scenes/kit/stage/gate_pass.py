"""Numbers that travel along wires into gates, change there, and travel on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.charts.marks import Points
from scenes.kit.motion import Frame, Motion, fade
from scenes.kit.stage.gate_wire import GateWire, width_of
from scenes.kit.stage.gates import Gates
from scenes.kit.stage.pose import phase
from scenes.kit.type.typesetting import Typeset

LIFT = 0.36
"""How far above its wire the middle of a number rests, in frame units."""
REST = 0.5
"""Where along its wire it rests."""
SMALLEST = 0.55
"""Size of a number where it changes, over its own."""
INTO = 0.7
"""Part of its way along a wire after which a number makes for the middle of the gate."""
ENTERED = 0.8
"""Part of its way into a gate after which a number fades there."""
CHANGE = 0.5
FLASH = 0.45
"""Length of a flash, as a part of a wire."""


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
        self._numbers = list(numbers.values())
        names = list(numbers)
        ways = dict(zip(names, names[::-1], strict=True))

        def prepare() -> Frame:
            mark = gates.marks[gate]
            moves = []
            for name, number in numbers.items():
                arrive = _along(gates.wires[name], number, 1.0)
                leave = _out(gates.wires[ways[name]], 1.0, lifts[ways[name]])
                moves.append((arrive, leave, number, _shape(number)))

            def frame(share: float) -> None:
                into, out = (mn.smooth(phase(share, *part)) for part in ((0, 0.55), (0.45, 1)))
                for arrive, leave, number, shape in moves:
                    place = arrive(into, mark.middle) if share < 0.5 else leave(out, mark.middle)
                    _set(number, shape, place, 1.0)

            return frame

        super().__init__(mn.Group(*self._numbers), prepare, **{"run_time": 1.6, **how})

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave each number alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._numbers)


class Become(Motion):
    """Numbers slide together and become other numbers in one place."""

    def __init__(self, old: Sequence[Typeset], new: Sequence[Typeset], **how: Any) -> None:
        self._old, self._new = list(old), list(new)

        def prepare() -> Frame:
            goal = mn.Group(*new).get_center()
            before = [
                (each, _shape(each), each.get_center(), each.get_fill_opacity()) for each in old
            ]
            after = [(each, _shape(each), each.get_center()) for each in new]

            def frame(share: float) -> None:
                into, out = mn.smooth(phase(share, 0, 0.55)), mn.smooth(phase(share, 0.45, 1))
                for each, shape, place, opacity in before:
                    _set(each, shape, place + into * (goal - place), 1 - 0.4 * into)
                    fade(each, opacity * (1 - phase(share, 0.4, 0.5)))
                for each, shape, place in after:
                    _set(each, shape, goal + out * (place - goal), 0.6 + 0.4 * out)
                    fade(each, phase(share, 0.5, 0.6))

            return frame

        super().__init__(mn.Group(*old, *new), prepare, **{"run_time": 0.9, **how})

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave the new numbers alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._new)
        scene.remove(*self._old)


class Begin(Motion):
    """The first gradient appears at the output, and comes to rest at its wire."""

    def __init__(self, gates: Gates, name: str, number: Typeset, width: float, **how: Any) -> None:
        color = gates.pen.theme.backward

        def prepare() -> Frame:
            wire, shape = gates.wires[name], _shape(number)

            def frame(share: float) -> None:
                at = 1 - share * (1 - REST)
                size = SMALLEST + (1 - SMALLEST) * phase(share, 0, 0.5)
                _set(number, shape, wire.at(at) + share * LIFT * mn.UP, size)
                fade(number, phase(share, 0, 0.3))
                wire.paint(color, at, 1.0, width)

            return frame

        super().__init__(mn.Group(gates, number), prepare, **{"rate_func": mn.smooth, **how})
        self._parts = [gates, number]

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave circuit and number alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._parts)


class Tied(Motion):
    """Words go to a place, also while the camera moves that place."""

    def __init__(self, words: mn.Mobject, place: Callable[[], Point3D], **how: Any) -> None:
        def prepare() -> Frame:
            start = words.get_center()

            def frame(share: float) -> None:
                words.move_to(start + share * (place() - start))

            return frame

        super().__init__(words, prepare, **{"rate_func": mn.smooth, **how})


class Drain(Motion):
    """The colour of the gradient goes back along wires to where it came from."""

    def __init__(self, gates: Gates, **how: Any) -> None:
        color, muted = gates.pen.theme.backward, gates.pen.theme.muted

        def prepare() -> Frame:
            wires = [(wire, wire.painted(color)) for wire in gates.wires.values()]

            def frame(share: float) -> None:
                for wire, (low, high) in wires:
                    wire.paint(color, low + share * (high - low), high, wire.width(color))
                for mark in gates.marks.values():
                    mark.tint(muted, share)

            return frame

        super().__init__(gates, prepare, **{"run_time": 0.9, **how})


class Ripple(Motion):
    """A flash runs along wires, one after the other."""

    def __init__(self, gates: Gates, names: Sequence[str], **how: Any) -> None:
        color = gates.pen.theme.forward

        def frame(share: float) -> None:
            for number, name in enumerate(names):
                own = phase(share, number / len(names), (number + 1) / len(names)) * (1 + FLASH)
                gates.wires[name].paint(color, max(0.0, own - FLASH), min(1.0, own))

        super().__init__(gates, lambda: frame, **{"run_time": 1.2, **how})


class Veil(Motion):
    """Words take another opacity in a part of the time."""

    transforms = False

    def __init__(
        self,
        words: Sequence[Typeset],
        opacity: float,
        during: tuple[float, float] = (0.0, 1.0),
        **how: Any,
    ) -> None:
        self._words = list(words)

        def prepare() -> Frame:
            starts = [float(word.get_fill_opacity()) for word in words]

            def frame(share: float) -> None:
                for word, start in zip(words, starts, strict=True):
                    fade(word, start + (opacity - start) * phase(share, *during))

            return frame

        super().__init__(mn.Group(*words), prepare, **how)

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave each word alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._words)


Way = Callable[[float, Point3D], Point3D]


def _frames(gates: Gates, passage: Passage, back: bool) -> list[Frame]:
    """Return what one gate, its wires and its numbers do at each moment."""
    theme = gates.pen.theme
    mark = gates.marks[passage.gate]
    color = theme.backward if back else theme.forward
    near, far = (0.0, 1.0) if back else (1.0, 0.0)
    # Forward, numbers arrive at the end of a wire, and others leave at the start of the next.
    frames: list[Frame] = []
    for name, number in passage.incoming.items():
        frames.append(_enters(gates.wires[name], number, near, color, lambda: mark.middle))
    for name, number in passage.outgoing.items():
        gradient = passage.gradients.get(name)
        lift = passage.lifts.get(name, LIFT)
        paint = color if gradient is None or gradient else None
        width = None if gradient is None else width_of(gradient)
        frames.append(
            _leaves(gates.wires[name], number, far, lift, paint, width, lambda: mark.middle)
        )

    def changes(share: float) -> None:
        pulse = float(np.sin(np.pi * phase(share, CHANGE - 0.15, CHANGE + 0.2)))
        mark.tint(color, phase(share, CHANGE - 0.1, CHANGE + 0.1), pulse)

    return [*frames, changes]


def _enters(
    wire: GateWire, number: Typeset, near: float, color: str, middle: Callable[[], Point3D]
) -> Frame:
    way, shape, opacity = _along(wire, number, near), _shape(number), number.get_fill_opacity()
    painted = wire.painted(color)
    begin = painted[1] if near else painted[0]
    colored = painted[1] > painted[0]
    width = wire.width(color)

    def frame(share: float) -> None:
        into = phase(share, 0, CHANGE)
        entered = phase(into, ENTERED, 1)
        _set(number, shape, way(mn.smooth(into), middle()), 1 - (1 - SMALLEST) * entered)
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
    lift: float,
    color: str | None,
    width: float | None,
    middle: Callable[[], Point3D],
) -> Frame:
    start = far
    way, shape = _out(wire, start, lift), _shape(number)

    def frame(share: float) -> None:
        out = phase(share, CHANGE, 1)
        grown = phase(out, 0, 1 - ENTERED)
        _set(number, shape, way(mn.smooth(out), middle()), SMALLEST + (1 - SMALLEST) * grown)
        fade(number, grown)
        if color is None:
            return
        part = mn.smooth(out) * REST
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


def _out(wire: GateWire, start: float, lift: float) -> Way:
    """Return the way of a number from the middle of a gate to its rest at a wire."""

    def way(share: float, middle: Point3D) -> Point3D:
        along = phase(share, 1 - INTO, 1)
        there = wire.at(start + (REST - start) * along) + lift * along * mn.UP
        inside = 1 - phase(share, 0, 1 - INTO)
        return np.asarray(there + inside * (middle - there))

    return way


def _shape(number: Typeset) -> Points:
    return np.asarray(number.points - number.get_center())


def _set(number: Typeset, shape: Points, place: Point3D, size: float) -> None:
    number.points = shape * size + place
