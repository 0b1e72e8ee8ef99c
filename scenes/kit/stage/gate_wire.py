"""A wire of a circuit, which keeps the colour of what has passed along it."""

from __future__ import annotations

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.charts.marks import Points
from scenes.kit.theme import HAIR, LINE
from scenes.kit.type.typesetting import Pen

THINNEST, WIDEST = 2.5, 13.0
FLASH = 9.0
"""Width of a wire that carries a gradient next to none, and one of 1 or more."""
BEND = 0.5
"""Part of its length, along x, that a wire leaves level."""
SAMPLES = 33


class GateWire(mn.VGroup):
    """A curve from one gate to another.

    Attributes
    ----------
    base
        The whole wire.
    """

    def __init__(self, pen: Pen) -> None:
        super().__init__()
        theme = pen.theme
        self.base = mn.VMobject(stroke_color=theme.muted, stroke_width=HAIR, fill_opacity=0)
        self._colored = {
            color: mn.VMobject(stroke_color=color, stroke_width=LINE + 1, fill_opacity=0)
            for color in (theme.forward, theme.backward)
        }
        self._flash = mn.VMobject(stroke_color=theme.forward, stroke_width=FLASH, fill_opacity=0)
        self._under, self._over = self._colored
        self._shown = dict.fromkeys(self._colored, (0.0, 0.0))
        self.add(self.base, *self._colored.values(), self._flash)

    @property
    def start(self) -> Point3D:
        """Where it begins."""
        return np.array(self.base.points[0])

    @property
    def end(self) -> Point3D:
        """Where it ends."""
        return np.array(self.base.points[-1])

    def connect(self, start: Point3D, end: Point3D, inward: Point3D) -> None:
        """Run from one place to another, where it arrives from the direction `inward`."""
        # Where gates lie on each other, it runs straight, below them.
        reach = BEND * max(0.0, float(end[0] - start[0]))
        self.base.set_points(np.array([start, start + reach * mn.RIGHT, end + reach * inward, end]))
        for color in self._shown:
            self._draw(color)

    def at(self, share: float) -> Point3D:
        """Return the place at a share of its way, from 0, its start, to 1."""
        a, b, c, d = self.base.points
        t, s = share, 1 - share
        return np.asarray(s**3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t**3 * d)

    def nearest(self, place: Point3D) -> float:
        """Return the share of its way that is nearest to a place."""
        shares = np.linspace(0, 1, SAMPLES)
        return float(shares[np.argmin([np.linalg.norm(self.at(s) - place) for s in shares])])

    def paint(self, color: str, low: float, high: float, width: float = LINE + 1) -> None:
        """Colour a part of it."""
        self._shown[color] = (low, high)
        self._colored[color].set_stroke(width=width)
        for each in self._shown:
            self._draw(each)

    def flash(self, low: float, high: float) -> None:
        """Show a flash on a part of it."""
        _show(self._flash, self.base.points, low, high)

    def painted(self, color: str) -> tuple[float, float]:
        """Return the part that has a colour."""
        return self._shown[color]

    def width_in(self, color: str) -> float:
        """Return the width of its part that has a colour."""
        return float(self._colored[color].get_stroke_width())

    def _draw(self, color: str) -> None:
        low, high = self._shown[color]
        above = self._shown[self._over]
        if color == self._under and above[1] > above[0]:
            # Under a thin gradient, the other colour would show on both sides and mix with it.
            high = min(high, above[0])
        _show(self._colored[color], self.base.points, low, high)


def width_of(gradient: float) -> float:
    """Return the width of a wire with a gradient: in proportion up to 1, as far as it is seen."""
    return max(THINNEST, WIDEST * min(1.0, abs(gradient)))


def _show(path: mn.VMobject, points: Points, low: float, high: float) -> None:
    if high <= low:
        path.clear_points()
    else:
        path.set_points(_part(points, low, high))


def _part(points: Points, low: float, high: float) -> Points:
    """Return the part of a cubic curve between two of its parameters, by de Casteljau."""
    rest = _split(points, low)[1] if low > 0 else np.array(points)
    share = (high - low) / (1 - low) if low < 1 else 1.0
    return _split(rest, share)[0] if share < 1 else rest


def _split(points: Points, t: float) -> tuple[Points, Points]:
    a, b, c, d = points
    ab, bc, cd = (p + t * (q - p) for p, q in ((a, b), (b, c), (c, d)))
    abc, bcd = ab + t * (bc - ab), bc + t * (cd - bc)
    middle = abc + t * (bcd - abc)
    return np.array([a, ab, abc, middle]), np.array([middle, bcd, cd, d])
