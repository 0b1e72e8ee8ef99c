"""A node of a network grows into a unit as large as the stage, or a unit shrinks into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import manim as mn
from manim.typing import Point3D

from scenes.kit.motion import Frame, Motion


@dataclass(frozen=True)
class Guise:
    """The colours of a circle and its disc, and the opacity of the disc.

    A unit that wears it looks like it to the degree of 1 - `part`.
    """

    rim: mn.ManimColor
    disc: mn.ManimColor
    opacity: float
    part: float = 0.0

    def toward(self, own: Guise) -> Guise:
        """Return what is seen of a unit whose own colours are `own`."""
        return Guise(
            self.rim.interpolate(own.rim, self.part),
            self.disc.interpolate(own.disc, self.part),
            (1 - self.part) * self.opacity + self.part * own.opacity,
        )


class Round(Protocol):
    """A component that is drawn where its circle is."""

    rim: mn.Circle

    def wear(self, guise: Guise | None) -> None:
        """Draw it where the circle is now, in these colours or in its own."""


class Growth(Motion):
    """Move a unit between its place and that of a node, with the colours of both.

    Parameters
    ----------
    unit
        The unit. A unit that shrinks leaves the scene at the end, and has its place back.
    node
        The circle where it begins, or ends if `inward`.
    """

    def __init__(self, unit: Any, node: mn.VMobject, *, inward: bool = False, **how: Any) -> None:
        how = {"introducer": not inward, "remover": inward, "rate_func": mn.smooth} | how
        self._unit: Round = unit
        self._node, self._inward = node, inward
        super().__init__(unit, self._note_places, **how)

    def _note_places(self) -> Frame:
        self._home = _seat(self._unit.rim)
        self._start = _seat(self._node)
        node = self._node
        rim, disc = (mn.ManimColor(color) for color in (node.stroke_color, node.fill_color))
        self._guise = Guise(rim, disc, float(node.get_fill_opacity()))
        return lambda part: self._sit(1 - part if self._inward else part)

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Give a unit that has left the scene its place back."""
        super().clean_up_from_scene(scene)
        if self._inward:
            self._sit(1.0)

    def _sit(self, part: float) -> None:
        (center, radius), (home, full) = self._start, self._home
        circle = mn.Circle(radius=(1 - part) * radius + part * full)
        self._unit.rim.set_points(circle.move_to((1 - part) * center + part * home).points)
        self._unit.wear(None if part == 1 else replace(self._guise, part=part))


def _seat(circle: mn.VMobject) -> tuple[Point3D, float]:
    return circle.get_center(), float(circle.width / 2)
