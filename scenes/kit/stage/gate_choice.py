"""A gate that lets one input through: what closes the others, and the light that chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import manim as mn
import numpy as np

from scenes.kit.motion import Frame, Motion, phase
from scenes.kit.stage.gate_wire import GateWire
from scenes.kit.stage.gates import Gates
from scenes.kit.theme import CURVE
from scenes.kit.type.typesetting import Pen

AT = 0.86
"""Where along its wire a stop stands."""
HALF = 0.17
"""Half the length of a stop, in frame units."""
SPUR, CHOSEN = 0.55, 0.7
"""The parts of a choice after which light has met all stops, and has left the closed ones."""
JUMP = 0.1
"""The part of a turn in which light leaves a wire, and in which it then takes another."""


class Stops(mn.VGroup):
    """A bar across each input wire of a gate, near the gate.

    Parameters
    ----------
    wires
        The input wires, by name.
    """

    def __init__(self, wires: Mapping[str, GateWire], pen: Pen) -> None:
        super().__init__()
        self._wires = dict(wires)
        self._bars = {
            name: mn.VMobject(stroke_color=pen.theme.ink, stroke_width=CURVE, fill_opacity=0)
            for name in wires
        }
        self.closed = dict.fromkeys(wires, 0.0)
        self.add(*self._bars.values())

    def draw(self, closed: Mapping[str, float]) -> None:
        """Close wires, from 0, open, to 1."""
        self.closed |= closed
        for name, part in self.closed.items():
            bar, wire = self._bars[name], self._wires[name]
            if part <= 0:
                bar.clear_points()
                continue
            along = wire.at(AT + 0.02) - wire.at(AT - 0.02)
            across = np.array([-along[1], along[0], 0.0]) / np.linalg.norm(along)
            here = wire.at(AT)
            half = HALF * part * across
            bar.set_points_as_corners(np.array([here - half, here + half]))

    def closes(self, names: Sequence[str], **how: Any) -> mn.Animation:
        """Close some wires."""
        return Motion(self, lambda: lambda share: self.draw(dict.fromkeys(names, share)), **how)


class Choose(Motion):
    """Light comes into a gate, tries each of its wires, and goes on along the open one.

    Parameters
    ----------
    gate, winner
        The gate, and the wire that is open, by name.
    stops
        What closes the others.
    width
        Of the light.
    """

    def __init__(
        self, gates: Gates, gate: str, winner: str, stops: Stops, width: float, **how: Any
    ) -> None:
        color = gates.pen.theme.backward
        inputs = {name: gates.wires[name] for name in gates.plan[gate].inputs}

        def frame(share: float) -> None:
            come = phase(share, 0.0, 0.3)
            gates.wires[gate].paint(color, 1 - mn.smooth(come), 1.0, width)
            gates.marks[gate].tint(color, phase(share, 0.2, 0.35))
            tried = phase(share, 0.35, SPUR) * (1 - AT)
            back = 1 - phase(share, SPUR, CHOSEN)
            on = mn.smooth(phase(share, SPUR, 1.0)) * AT
            for name, wire in inputs.items():
                reached = tried + on if name == winner else tried * back
                wire.paint(color, 1 - reached, 1.0, width)
            if winner in gates.marks:
                gates.marks[winner].tint(color, phase(share, 0.9, 1.0))

        # The stops stand on the wires.
        super().__init__(mn.Group(gates, stops), lambda: frame, **{"run_time": 1.8, **how})
        self._parts = [gates, stops]

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave circuit and stops alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._parts)


class Jump(Motion):
    """At a moment, light leaves one input of a gate for another; the stops change places."""

    def __init__(
        self, gates: Gates, wires: tuple[str, str], stops: Stops, moment: float, **how: Any
    ) -> None:
        theme = gates.pen.theme
        old, new = wires

        def prepare() -> Frame:
            width = gates.wires[old].width_in(theme.backward)

            def frame(share: float) -> None:
                leaves = phase(share, moment, moment + JUMP)
                comes = phase(share, moment + JUMP / 2, moment + 2 * JUMP)
                gates.wires[old].paint(theme.backward, leaves, 1.0, width)
                gates.wires[new].paint(theme.backward, 1 - comes, 1.0, width)
                stops.draw({old: leaves, new: 1 - leaves})
                for name, color, part in (
                    (old, theme.forward, leaves),
                    (new, theme.backward, phase(comes, 0.8, 1.0)),
                ):
                    if name in gates.marks:
                        gates.marks[name].tint(color, part)

            return frame

        super().__init__(mn.Group(gates, stops), prepare, **how)
        self._parts = [gates, stops]

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave circuit and stops alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._parts)
