"""A node of a network grows into a unit as large as the stage, or a unit shrinks into it."""

from __future__ import annotations

from typing import Any, Protocol

import manim as mn
from manim.typing import Point3D

Colors = tuple[mn.ManimColor, mn.ManimColor]


class Round(Protocol):
    """A component that is drawn where its circle is, from a pose."""

    rim: mn.Circle
    pose: Any

    def show(self, pose: Any) -> None:
        """Draw a pose where the circle is now."""

    def state_colors(self) -> Colors:
        """Return the colours of circle and disc in the present state."""

    def tint(self, rim: mn.ManimColor, disc: mn.ManimColor, opacity: float = 1.0) -> None:
        """Colour circle and disc."""


class Growth(mn.Animation):
    """Move a unit between its place and that of a node, with the colours of both.

    Parameters
    ----------
    unit
        The unit. A unit that shrinks leaves the scene at the end, and has its place back.
    node
        The circle where it begins, or ends if `inward`.
    """

    def __init__(self, unit: Any, node: mn.VMobject, *, inward: bool = False, **how: Any) -> None:
        how = {"introducer": not inward, "remover": inward} | how
        super().__init__(unit, suspend_mobject_updating=False, **how)
        self._unit: Round = unit
        self._node, self._inward = node, inward

    def begin(self) -> None:
        """Note both places."""
        self._home = _seat(self._unit.rim)
        self._start = _seat(self._node)
        super().begin()

    def create_starting_mobject(self) -> mn.Mobject:
        """Return the mobject itself: its two places are all that has to be kept."""
        return self.mobject

    def interpolate_mobject(self, alpha: float) -> None:
        """Put the circle on its way, and draw all else there."""
        part = self.rate_func(alpha)
        self._sit(1 - part if self._inward else part)

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Give a unit that has left the scene its place back."""
        super().clean_up_from_scene(scene)
        if self._inward:
            self._sit(1.0)

    def _sit(self, part: float) -> None:
        (center, radius), (home, full) = self._start, self._home
        circle = mn.Circle(radius=(1 - part) * radius + part * full)
        self._unit.rim.set_points(circle.move_to((1 - part) * center + part * home).points)
        self._unit.show(self._unit.pose)
        rim, disc = self._unit.state_colors()
        node = self._node
        self._unit.tint(
            node.get_stroke_color().interpolate(rim, part),
            node.get_fill_color().interpolate(disc, part),
            (1 - part) * node.get_fill_opacity() + part,
        )


def _seat(circle: mn.VMobject) -> tuple[Point3D, float]:
    return circle.get_center(), float(circle.width / 2)
