"""The unit: a circle that opens, its curve inside, and the gradient that its slope lets through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, segments
from scenes.kit.layout import GAP
from scenes.kit.live_number import LiveNumber
from scenes.kit.motion import phase
from scenes.kit.stage.activation_curve import ActivationCurve
from scenes.kit.stage.beam import Beam
from scenes.kit.stage.further import Further
from scenes.kit.stage.growth import Growth, Guise
from scenes.kit.stage.hatched import RIM_INNER, hatched_rim
from scenes.kit.stage.pose import PoseChange
from scenes.kit.theme import CURVE, LINE
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure

SAMPLES = 121
DIMMED = 0.22
TINT = 0.13
"""How much of its state's colour the disc has; the rest is background."""
DOT = 0.055
"""Radius of the dot, in radii of the unit, but at least `LEAST_DOT` frame units."""
LEAST_DOT = 0.07
HALO = 7.0
"""How much wider the dark core below a line of full width is."""
WIDTHS = ((0.4, 1.2), (LINE, CURVE))
"""Radii of units, and the widths of their lines."""
TANGENT_MORE = 1.5
NUMBER = 44
NUMBER_EDGE, NUMBER_RISE = 0.14, 0.3
"""How far left of the unit's middle the number ends, and how far above it stands, in radii."""
CURVE_DRAWN = 0.6
"""Part of the opening in which the curve is drawn; then dot and tangent come."""


@dataclass(frozen=True)
class UnitPose:
    """What a unit shows.

    Attributes
    ----------
    z, curve
        Where the unit stands, and on which activation.
    opened
        From 0, an empty circle, to 1, with curve, dot and tangent.
    shone
        The part of its way that the beam has come.
    light
        Opacity of everything.
    glow
        Opacity of the beam.
    """

    z: float
    curve: ActivationCurve
    opened: float = 1.0
    shone: float = 1.0
    light: float = 1.0
    glow: float = 1.0


class Unit(mn.VGroup):
    """One unit of a network from within.

    Parameters
    ----------
    center, radius
        Where its circle lies.
    curve
        The activation.
    pen
        Provides colours, and typesets the words at a dot that rests at an end of the curve.
    z
        Where the unit stands.
    beam
        The gradient that passes it; None for a unit without one.
    opened, shone
        How much of the curve and of the beam is drawn at first; see `UnitPose`.

    Attributes
    ----------
    pose
        What it shows.
    rim
        The circle. All else is drawn where it is.
    further
        An arrow with words, seen where the unit stands beyond its curve's ends.
    """

    def __init__(
        self,
        center: Point3D,
        radius: float,
        curve: ActivationCurve,
        pen: Pen,
        *,
        z: float = 0.0,
        beam: Beam | None = None,
        opened: float = 1.0,
        shone: float = 1.0,
    ) -> None:
        super().__init__()
        theme = self._theme = pen.theme
        self.beam = beam
        self.number: LiveNumber | None = None
        self._guise: Guise | None = None
        self.rim = mn.Circle(radius=radius).move_to(center)
        self._disc = self.rim.copy().set_stroke(width=0)
        self._river = mn.VMobject(stroke_width=0)
        self._hatching = segments(np.empty((0, 3)), np.empty((0, 3)), theme.saturated)
        self._curves = [_line(theme.background), _line(theme.forward)]
        self._tangents = [_line(theme.background), _line(theme.ink)]
        self._dot = mn.Circle(radius=radius)
        self.further = Further(pen)
        self.add(self._disc, self._river, self._hatching, *self._curves, self.rim)
        self.add(*self._tangents, self._dot, self.further)
        self._weigh()
        self.draw(UnitPose(float(z), curve, opened, shone))

    # What it says of itself

    @property
    def middle(self) -> Point3D:
        """The centre of its circle."""
        return self.rim.get_center()

    @property
    def radius(self) -> float:
        """The radius of its circle, in frame units."""
        return float(self.rim.width / 2)

    @property
    def slope(self) -> float:
        """The slope where it stands."""
        return float(self.pose.curve.slope(np.array([self.pose.z]))[0])

    @property
    def is_saturated(self) -> bool:
        """Whether the slope is next to nothing."""
        return bool(self.pose.curve.saturated(self.pose.z)[0])

    def at(self, places: NDArray[np.float64]) -> Points:
        """Return positions on the frame of places given in radii from the centre, (n, 2)."""
        return self.middle + self.radius * np.pad(places, ((0, 0), (0, 1)))

    # Verbs

    def open(self, **how: Any) -> mn.Animation:
        """Draw the curve; then dot and tangent come."""
        return PoseChange(self, {"opened": 1.0}, **how)

    def shine(self, **how: Any) -> mn.Animation:
        """Let the beam run through, from right to left."""
        return PoseChange(self, {"shone": 1.0}, **how)

    def withdraw(self, **how: Any) -> mn.Animation:
        """Let the beam go back to the right, where it came from."""
        return PoseChange(self, {"shone": 0.0}, **how)

    def lose_beam(self, **how: Any) -> mn.Animation:
        """Let the beam fade: from now on something else shows it."""
        return PoseChange(self, {"glow": 0.0}, **how)

    def slide_to(self, z: float, **how: Any) -> mn.Animation:
        """Move the unit along its curve; dot, tangent, beam, state and number follow."""
        return PoseChange(self, {"z": float(z)}, **how)

    def morph(self, curve: ActivationCurve, **how: Any) -> mn.Animation:
        """Turn its activation into another one."""
        return PoseChange(self, {"curve": curve}, **how)

    def dimmed(self, light: float = DIMMED, **how: Any) -> mn.Animation:
        """Darken the unit."""
        return PoseChange(self, {"light": light}, **how)

    def lit(self, **how: Any) -> mn.Animation:
        """Light the unit again."""
        return PoseChange(self, {"light": 1.0}, **how)

    def opened_from(self, node: mn.VMobject, **how: Any) -> mn.Animation:
        """Let a copy of a network's node grow into this circle."""
        return Growth(self, node, **how)

    def closes_into(self, node: mn.VMobject, **how: Any) -> mn.Animation:
        """Let the circle shrink into a node, and go."""
        return Growth(self, node, inward=True, **how)

    def count(
        self, read: Callable[[float], Figure], widest: Figure, pen: Pen, *, size: float = NUMBER
    ) -> LiveNumber:
        """Put a number that is read from the slope beside the tangent.

        It stands inside the circle if the widest figure has room there, and otherwise left of it,
        on the beam that leaves. It is not part of the unit: it keeps its size when the unit grows.
        """
        self._inside = self._has_room(pen.number(widest, size=size))
        end, baseline = self._number_place()
        self.number = LiveNumber(
            pen,
            lambda: read(self.slope),
            left=end,
            side=mn.RIGHT,
            baseline=baseline,
            color=self._theme.ink,
            size=size,
        )
        return self.number.halo(self._theme.background)

    # Drawing

    def draw(self, pose: UnitPose) -> None:
        """Draw this pose where the circle is now."""
        self.pose = pose
        drawn = phase(pose.opened, 0, CURVE_DRAWN)
        come = phase(pose.opened, CURVE_DRAWN, 1)
        self._show_state()
        self._show_beam()
        corners = self.at(pose.curve.line(SAMPLES))[: max(2, round(SAMPLES * drawn))]
        dot = self.at(pose.curve.dots(pose.z))[0]
        start, end = (self.at(ends)[0] for ends in pose.curve.tangents(pose.z))
        tangent = np.stack([dot + come * (start - dot), dot + come * (end - dot)])
        for lines, points, seen in (
            (self._curves, corners, drawn),
            (self._tangents, tangent, come),
        ):
            for line in lines:
                line.set_points_as_corners(points).set_stroke(opacity=pose.light * (seen > 0))
        self._show_dot(dot, come)
        beyond = float(pose.curve.beyond(pose.z)[0])
        self.further.point_from(dot, self.middle, self.radius, beyond, come * pose.light)
        if self.number is not None:
            self.number.stand(*self._number_place())

    def wear(self, guise: Guise | None) -> None:
        """Look like something else from now on, or like itself."""
        self._guise = guise
        self._weigh()
        self.draw(self.pose)

    def _weigh(self) -> None:
        """Make lines as wide as suits the size of the circle."""
        width = float(np.interp(self.radius, *WIDTHS))
        self.rim.set_stroke(width=width)
        for lines, own in ((self._curves, width), (self._tangents, width + TANGENT_MORE)):
            lines[0].set_stroke(width=own + HALO * width / CURVE)
            lines[1].set_stroke(width=own)

    def _show_state(self) -> None:
        theme, light = self._theme, self.pose.light
        rim = mn.ManimColor(theme.saturated if self.is_saturated else theme.healthy)
        own = Guise(rim, mn.ManimColor(theme.background).interpolate(rim, TINT), 1.0)
        seen = own if self._guise is None else self._guise.toward(own)
        self.rim.set_stroke(seen.rim, opacity=light)
        self._disc.set_points(self.rim.points)
        self._disc.set_fill(seen.disc, opacity=seen.opacity * light)
        marked = self.is_saturated and self.pose.opened > 0
        self._hatching.set_points(hatched_rim(self.middle, self.radius) if marked else [])
        self._hatching.set_stroke(opacity=light)

    def _show_beam(self) -> None:
        if self.beam is None or self.pose.shone <= 0:
            self._river.clear_points()
            return
        outline = self.beam.outline(self.slope, self.pose.shone)
        self._river.set_points_as_corners(self.at(outline))
        self._river.set_fill(self._theme.backward, opacity=self.pose.light * self.pose.glow)

    def _show_dot(self, place: Point3D, come: float) -> None:
        size = max(DOT * self.radius, LEAST_DOT) * come
        self._dot.set_points(mn.Circle(radius=max(size, 1e-6)).move_to(place).points)
        self._dot.set_fill(self._theme.ink, opacity=self.pose.light * (come > 0))
        self._dot.set_stroke(
            self._theme.background, width=LINE, opacity=self.pose.light * (come > 0)
        )

    def _has_room(self, number: Typeset) -> bool:
        self._inside = True
        end, baseline = self._number_place()
        corner = np.array([end - number.width, baseline + number.height, 0.0]) - self.middle
        return bool(np.linalg.norm(corner) < RIM_INNER * self.radius)

    def _number_place(self) -> tuple[float, float]:
        """Return the right end and the baseline of the number."""
        beam = self.beam or Beam(height=0.0)
        x, room = (-NUMBER_EDGE, 0.0) if self._inside else (-1.0, GAP)
        clear = (
            0.5 * float(beam.heights(np.array([x]), self.pose.curve.steepest)[0]) * self.radius
            + GAP / 2
        )
        if self._inside:
            # There it stands clear of the beam where that still narrows.
            clear = max(clear, NUMBER_RISE * self.radius)
        corner = self.at(np.array([[x, 0.0]]))[0]
        return float(corner[0] - room), float(corner[1] + clear)


def _line(color: str) -> mn.VMobject:
    line = mn.VMobject(stroke_color=color, stroke_width=LINE, fill_opacity=0)
    line.joint_type = mn.LineJointType.ROUND
    return line.set_cap_style(mn.CapStyleType.ROUND)
