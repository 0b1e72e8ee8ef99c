"""How a box is painted, and what lies between two paints."""

from __future__ import annotations

from dataclasses import dataclass

import manim as mn

from scenes.kit.arrays.matrix import colors
from scenes.kit.theme import CURVE, HAIR, Theme


@dataclass(frozen=True)
class Paint:
    """The colours of a box, their opacities, and the width of its rim."""

    fill: mn.ManimColor
    opacity: float
    rim: mn.ManimColor
    width: float = 0.0
    rim_opacity: float = 1.0

    @classmethod
    def of(cls, box: mn.VMobject) -> Paint:
        """Return how a box looks."""
        fill, rim = mn.ManimColor(box.get_fill_color()), mn.ManimColor(box.get_stroke_color())
        fill_opacity, rim_opacity = box.get_fill_opacity(), box.get_stroke_opacity()
        return cls(fill, float(fill_opacity), rim, float(box.stroke_width), float(rim_opacity))

    @classmethod
    def cell(cls, level: float, hue: str, theme: Theme) -> Paint:
        """Return the paint of a number from -1 to 1: a positive one fills its cell."""
        fill, rim = colors(level, hue, theme)
        return cls(fill, 1.0, rim, HAIR if level >= 0 else CURVE - 1)

    @classmethod
    def solid(cls, color: str, opacity: float = 1.0) -> Paint:
        """Return a fill without a rim."""
        return cls(mn.ManimColor(color), opacity, mn.ManimColor(color), 0.0, 0.0)

    @classmethod
    def hollow(cls, color: str, opacity: float = 1.0, width: float = CURVE) -> Paint:
        """Return a rim without a fill."""
        return cls(mn.ManimColor(color), 0.0, mn.ManimColor(color), width, opacity)

    def faded(self, factor: float = 0.0) -> Paint:
        """Return the same colours, fainter."""
        opacities = self.opacity * factor, self.rim_opacity * factor
        return Paint(self.fill, opacities[0], self.rim, self.width, opacities[1])

    def toward(self, other: Paint, part: float) -> Paint:
        """Return a paint between two."""
        return Paint(
            self.fill.interpolate(other.fill, part),
            (1 - part) * self.opacity + part * other.opacity,
            self.rim.interpolate(other.rim, part),
            (1 - part) * self.width + part * other.width,
            (1 - part) * self.rim_opacity + part * other.rim_opacity,
        )

    def on(self, box: mn.VMobject) -> None:
        """Paint a box."""
        box.set_fill(self.fill, opacity=self.opacity)
        box.set_stroke(self.rim, width=self.width, opacity=self.rim_opacity)
