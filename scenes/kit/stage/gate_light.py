"""Light on the wires of a circuit: the first gradient, a flash, colour that comes and goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import manim as mn

from scenes.kit.motion import Frame, Motion, fade, phase
from scenes.kit.stage.gate_pass import LIFT, REST, SMALLEST
from scenes.kit.stage.gates import Gates
from scenes.kit.stage.word_changes import put, shape_of
from scenes.kit.type.typesetting import Typeset

FLASH = 0.45
"""Length of a flash, as a part of a wire."""


class Begin(Motion):
    """The first gradient appears at the output, and comes to rest at its wire."""

    def __init__(self, gates: Gates, name: str, number: Typeset, width: float, **how: Any) -> None:
        color = gates.pen.theme.backward

        def prepare() -> Frame:
            wire, shape = gates.wires[name], shape_of(number)

            def frame(share: float) -> None:
                at = 1 - share * (1 - REST)
                size = SMALLEST + (1 - SMALLEST) * phase(share, 0, 0.5)
                put(number, shape, wire.at(at) + share * LIFT * mn.UP, size)
                fade(number, phase(share, 0, 0.3))
                wire.paint(color, at, 1.0, width)

            return frame

        super().__init__(mn.Group(gates, number), prepare, **{"rate_func": mn.smooth, **how})
        self._parts = [gates, number]

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave circuit and number alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._parts)


class Drain(Motion):
    """The colour of the gradient goes back along wires to where it came from."""

    def __init__(self, gates: Gates, **how: Any) -> None:
        color, muted = gates.pen.theme.backward, gates.pen.theme.muted

        def prepare() -> Frame:
            wires = [(wire, wire.painted(color)) for wire in gates.wires.values()]

            def frame(share: float) -> None:
                for wire, (low, high) in wires:
                    wire.paint(color, low + share * (high - low), high, wire.width_in(color))
                for mark in gates.marks.values():
                    mark.tint(muted, share)

            return frame

        super().__init__(gates, prepare, **{"run_time": 0.9, **how})


class Ripple(Motion):
    """A flash runs along wires, one after the other, or several at once.

    Parameters
    ----------
    stages
        The wires along which it runs at each stage.
    """

    def __init__(self, gates: Gates, stages: Sequence[Sequence[str]], **how: Any) -> None:
        def frame(share: float) -> None:
            for number, names in enumerate(stages):
                own = phase(share, number / len(stages), (number + 1) / len(stages)) * (1 + FLASH)
                for name in names:
                    gates.wires[name].flash(max(0.0, own - FLASH), min(1.0, own))

        super().__init__(gates, lambda: frame, **{"run_time": 1.2, **how})


class Through(Motion):
    """A flash runs into the closed neuron, which lights up, and out of it."""

    def __init__(self, gates: Gates, names: Sequence[str], **how: Any) -> None:
        def frame(share: float) -> None:
            for some, first, last in ((names, 0.0, 0.45), ([gates.output], 0.55, 1.0)):
                own = phase(share, first, last) * (1 + FLASH)
                for name in some:
                    gates.wires[name].flash(max(0.0, own - FLASH), min(1.0, own))
            gates.glow(phase(share, 0.3, 0.5) - phase(share, 0.6, 1.0))

        super().__init__(gates, lambda: frame, **{"run_time": 1.4, **how})
