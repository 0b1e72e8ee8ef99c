"""A chain of gates becomes one, and a gate goes into the output."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import manim as mn
import numpy as np

from scenes.kit.motion import Frame, Motion, phase
from scenes.kit.stage.gates import TERMINAL, GateLike, Gates

FOLDED_NEXT, FOLDED_LAST = 2.2, 1.9
"""Lengths from the sum to the gate that others folded into, and from there to the output."""
SWALLOWED = 0.2
"""Size of a gate once another one has taken it in, over its own."""
LARGER, ROOMY = 1.5, 0.8
"""Radius of a gate once others have folded, over its own, and over the distance of two rows: at
most."""


class Fold(Motion):
    """Gates of a chain slide together and become one, and what leads to it closes up."""

    def __init__(self, gates: Gates, gate: GateLike, **how: Any) -> None:
        self._gates, self._gate = gates, gate
        names = gates.chain()
        (self._into,) = gates.plan[names[0]].inputs
        marks = [gates.marks[name] for name in names]
        others = [mark for name, mark in gates.marks.items() if name not in names]

        def prepare() -> Frame:
            centers = [mark.middle for mark in marks]
            middle, unit = np.mean(centers, axis=0), centers[1][0] - centers[0][0]
            larger = min(LARGER, ROOMY * gates.row / marks[0].radius)
            before_it = middle[0] - FOLDED_NEXT * unit
            closer = (before_it - gates.marks[self._into].middle[0]) * mn.RIGHT
            last = gates.ends[gates.output]
            back = (middle[0] + FOLDED_LAST * unit - last.get_center()[0]) * mn.RIGHT
            starts = [(mark.middle, mark.radius, mark.pose) for mark in marks]
            before = [(mark, mark.middle, mark.radius) for mark in others]
            ends = [
                (end, end.get_center(), back if end is last else closer)
                for end in gates.ends.values()
            ]

            def frame(share: float) -> None:
                for mark, (center, radius, pose) in zip(marks, starts, strict=True):
                    opened = pose.opened * (1 - phase(share, 0.2, 0.6))
                    named = 1 - phase(share, 0.3, 0.6)
                    mark.pose = replace(pose, opened=opened, named=named)
                    # All but the last one shrink under it, so that no rims cross.
                    last_one = mark is marks[-1]
                    size = (
                        1 + (larger - 1) * phase(share, 0.3, 1)
                        if last_one
                        else (1 - (1 - SWALLOWED) * phase(share, 0.3, 0.8))
                    )
                    mark.place(center + share * (middle - center), radius * size)
                for mark, center, radius in before:
                    mark.place(center + share * closer, radius * (1 + (larger - 1) * share))
                for end, place, way in ends:
                    end.move_to(place + share * way)
                gates.rewire()

            self._bounds = (closer, back)
            return frame

        super().__init__(gates, prepare, **{"rate_func": mn.smooth, **how})

    def finish(self) -> None:
        """Leave one gate with one wire on each side."""
        super().finish()
        gates = self._gates
        for name in gates.chain()[:-1]:
            gates.remove(gates.marks.pop(name), gates.wires.pop(name))
            del gates.plan[name]
        gates.plan[self._gate.output] = self._gate
        mark = gates.marks[self._gate.output]
        mark.write(self._gate.operation)
        gates.rewire()
        gates.close_up(*self._bounds)


class PassOn(Motion):
    """The last gate shrinks into the output, so that the wire before it gets there."""

    def __init__(self, gates: Gates, **how: Any) -> None:
        mark, end = gates.marks[gates.output], gates.ends[gates.output]

        def prepare() -> Frame:
            center, radius, pose = mark.middle, mark.radius, mark.pose

            def frame(share: float) -> None:
                mark.pose = replace(pose, opened=pose.opened * (1 - phase(share, 0.0, 0.4)))
                way = phase(share, 0.2, 1.0)
                small = radius + way * (TERMINAL / 2 - radius)
                mark.place(center + way * (end.get_center() - center), small)
                gates.rewire()

            return frame

        super().__init__(gates, prepare, **{"rate_func": mn.smooth, **how})
