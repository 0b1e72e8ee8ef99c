"""A gate: a circle with the symbol of what it does, which opens and shows its curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points
from scenes.kit.motion import Motion, phase
from scenes.kit.stage.activation_curve import INNER, ActivationCurve
from scenes.kit.stage.pose import PoseChange
from scenes.kit.theme import CURVE, LINE
from scenes.kit.type.typesetting import Pen

SYMBOLS: Mapping[str, tuple[str, str]] = {
    "multiply": ("times", "×"),
    "add": ("+", "+"),
    "negate": ("-x", "−x"),
    "exp": ("e^x", "eˣ"),
    "add_one": ("+1", "+1"),
    "reciprocal": (r"1\/x", "1/x"),
    "sigmoid": ("sigma", "σ"),
    "max": ("max", "max"),
}
"""Symbol in a gate, as Typst math and as Unicode."""

WIDEST, HIGHEST, LARGEST = 1.6, 0.85, 105.0
"""Width and height of a symbol, and its font size, over the radius: at most."""
SHRUNK, ASIDE, RAISED = 0.55, 0.4, 0.5
"""Size and place of the symbol of an open gate, in radii."""
DOT = 0.1
CURVE_DRAWN = 0.6
"""Part of the opening in which the curve is drawn; then the dot comes."""
SAMPLES = 61
HALO = 5.0
TINT = 0.2
"""How much of its colour the disc of a gate takes that a number has passed."""


@dataclass(frozen=True)
class GatePose:
    """What a gate shows.

    Attributes
    ----------
    opened
        From 0, its symbol in the middle, to 1, its curve with a dot on it, and its symbol at the
        rim.
    sloped
        How much of the tangent at the dot is drawn, once the gate is open.
    named
        Opacity of the symbol.
    """

    opened: float = 0.0
    sloped: float = 0.0
    named: float = 1.0


class GateMark(mn.VGroup):
    """A gate of a circuit. All is drawn where its disc is.

    Attributes
    ----------
    disc
        Covers the wires that end at it; its rim has the colour of what has passed.
    """

    def __init__(self, operation: str, center: Point3D, radius: float, pen: Pen) -> None:
        super().__init__()
        theme = pen.theme
        self._pen = pen
        self.pose = GatePose()
        self.color_of_rim = mn.ManimColor(theme.muted)
        self._background = mn.ManimColor(theme.background)
        self.disc = mn.Circle(radius=radius).move_to(center)
        self.disc.set_fill(theme.background, 1.0).set_stroke(theme.muted, LINE)
        self._lines = [_line(theme.background), _line(theme.ink)]
        self._tangents = [_line(theme.background), _line(theme.ink)]
        self._dot = mn.Circle(radius=radius, stroke_width=0)
        self.symbol = mn.VMobject(fill_color=theme.ink, fill_opacity=1.0, stroke_width=0)
        self._curve: ActivationCurve | None = None
        self._z, self._side = 0.0, 1.0
        self.write(operation)
        self.add(self.disc, *self._lines, *self._tangents, self._dot, self.symbol)
        self.draw(self.pose)

    @property
    def middle(self) -> Point3D:
        """The centre of its disc."""
        return self.disc.get_center()

    @property
    def radius(self) -> float:
        """The radius of its disc, in frame units."""
        return float(self.disc.width / 2)

    def write(self, operation: str) -> None:
        """Take the symbol of an operation."""
        ink = self._pen.formula(*SYMBOLS[operation], size=100).center()
        size = min(WIDEST / ink.width, HIGHEST / ink.height, LARGEST / 100)
        self._glyph: Points = ink.points * size
        # A wide symbol stays inside the rim, too.
        half_width, half_height = SHRUNK * size * ink.width / 2, SHRUNK * size * ink.height / 2
        self._aside = min(ASIDE, (INNER**2 - (RAISED + half_height) ** 2) ** 0.5 - half_width)

    @property
    def is_open(self) -> bool:
        """Whether its symbol has made room for its curve."""
        return self.pose.opened > CURVE_DRAWN / 2

    @property
    def stands(self) -> Point3D | None:
        """Where on its curve it stands, open or not; None if it holds none."""
        return None if self._curve is None else self._at(self._curve.dots(self._z))[0]

    def hold(self, curve: ActivationCurve, z: float) -> None:
        """Hold a curve to be seen once the gate opens, and where the gate stands on it."""
        self._curve, self._z = curve, z
        ends = curve.positions(np.array(curve.span))[:, 1]
        self._side = -1.0 if ends[1] > ends[0] else 1.0

    # Verbs

    def opens(self, **how: Any) -> mn.Animation:
        """Draw the curve; then dot and tangent come."""
        return PoseChange(self, {"opened": 1.0, "sloped": 1.0}, **how)

    def leans(self, **how: Any) -> mn.Animation:
        """Draw the tangent at the dot of an open gate."""
        return PoseChange(self, {"sloped": 1.0}, **how)

    def turns_into(self, operation: str, **how: Any) -> mn.Animation:
        """Shrink the symbol, and let that of another operation grow."""
        written = False

        def frame(share: float) -> None:
            nonlocal written
            if share >= 0.5 and not written:
                self.write(operation)
                written = True
            self._squeeze(abs(2 * share - 1))

        return Motion(self, lambda: frame, **{"rate_func": mn.smooth, **how})

    def tint(self, color: str, share: float, pulse: float = 0.0) -> None:
        """Give the rim a colour, from the present one, and make it wider for a pulse."""
        now = self.color_of_rim.interpolate(mn.ManimColor(color), share)
        self.disc.set_stroke(now, width=LINE * (1 + 1.5 * pulse))
        ground = self._background
        tinted = ground.interpolate(now, TINT)
        muted = mn.ManimColor(self._pen.theme.muted).to_hex()
        before = float(self.color_of_rim.to_hex() != muted)
        after = float(mn.ManimColor(color).to_hex() != muted)
        self.disc.set_fill(ground.interpolate(tinted, before + share * (after - before)))
        if share >= 1:
            self.color_of_rim = mn.ManimColor(color)

    # Drawing

    def place(self, center: Point3D, radius: float) -> None:
        """Draw it at another place, in another size."""
        self.disc.points = (self.disc.points - self.middle) * (radius / self.radius) + center
        self.draw(self.pose)

    def draw(self, pose: GatePose) -> None:
        """Draw this pose where the disc is now."""
        self.pose = pose
        self._squeeze(1.0)
        curve = self._curve
        if curve is None:
            return
        drawn, come = phase(pose.opened, 0, CURVE_DRAWN), phase(pose.opened, CURVE_DRAWN, 1)
        leans = come * pose.sloped
        corners = self._at(curve.line(SAMPLES))[: max(2, round(SAMPLES * drawn))]
        dot = self._at(curve.dots(self._z))[0]
        start, end = (self._at(ends)[0] for ends in curve.tangents(self._z))
        tangent = np.stack([dot + leans * (start - dot), dot + leans * (end - dot)])
        for lines, points, seen in (
            (self._lines, corners, drawn),
            (self._tangents, tangent, leans),
        ):
            for line in lines:
                line.set_points_as_corners(points).set_stroke(opacity=float(seen > 0))
        theme = self._pen.theme
        self._lines[1].set_stroke(theme.forward, width=LINE + 1)
        self._tangents[1].set_stroke(theme.ink, width=CURVE)
        for line in (self._lines[0], self._tangents[0]):
            line.set_stroke(width=CURVE + HALO)
        size = max(DOT * self.radius * come, 1e-6)
        self._dot.set_points(mn.Circle(radius=size).move_to(dot).points)
        self._dot.set_fill(theme.ink, opacity=float(come > 0))

    def _squeeze(self, size: float) -> None:
        opened = phase(self.pose.opened, 0, CURVE_DRAWN)
        aside = self.radius * opened * np.array([self._side * self._aside, RAISED, 0.0])
        scale = max(size, 1e-3) * self.radius * (1 + (SHRUNK - 1) * opened)
        self.symbol.set_points(self._glyph * scale + self.middle + aside)
        self.symbol.set_fill(opacity=self.pose.named)

    def _at(self, places: NDArray[np.float64]) -> Points:
        return self.middle + self.radius * np.pad(places, ((0, 0), (0, 1)))


def _line(color: str) -> mn.VMobject:
    line = mn.VMobject(stroke_color=color, stroke_width=0, fill_opacity=0)
    line.joint_type = mn.LineJointType.ROUND
    return line.set_cap_style(mn.CapStyleType.ROUND)
