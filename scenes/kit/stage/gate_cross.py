"""Two numbers at the inputs of a gate change places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import manim as mn
import numpy as np

from scenes.kit.motion import Frame, Motion, fade, phase
from scenes.kit.stage.gate_pass import BACK, REST_AT_END, SHORT_WIDTH, along_to, out_of
from scenes.kit.stage.gates import Gates
from scenes.kit.stage.word_changes import put, shape_of
from scenes.kit.type.typesetting import Typeset

ASIDE = 0.5
"""Distance from the middle of a gate at which numbers that cross over pass each other, in radii."""
SWALLOWED = 0.5
"""Size of a number inside the gate where it meets another one, over its own."""


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
            wide = max(number.width for number in numbers.values()) > SHORT_WIDTH
            for side, (name, number) in zip((1, -1), numbers.items(), strict=True):
                arrive = along_to(gates.wires[name], number, 1.0)
                leave = out_of(gates.wires[ways[name]], 1.0, REST_AT_END, lifts[ways[name]])
                aside = side * ASIDE * mark.radius * mn.RIGHT
                moves.append((arrive, leave, aside, number, shape_of(number)))

            def frame(share: float) -> None:
                into, out = (mn.smooth(phase(share, *part)) for part in ((0, 0.55), (0.45, 1)))
                for arrive, leave, aside, number, shape in moves:
                    through = mark.middle + aside
                    place = arrive(into, through) if share < 0.5 else leave(out, through)
                    near = phase(share, 0.1, 0.35) - phase(share, 0.65, 0.9)
                    put(number, shape, place, 1 - (1 - SWALLOWED) * near)
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
