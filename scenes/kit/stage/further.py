"""An arrow that says that a unit stands further out than its circle can show."""

from __future__ import annotations

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.charts.marks import arrows
from scenes.kit.layout import GAP
from scenes.kit.theme import LINE, SMALL
from scenes.kit.type.typesetting import Pen, Typeset

WORDS = "further out"


class Further(mn.VGroup):
    """An arrow beside a circle with the words "further out".

    Attributes
    ----------
    words
        Small circles have no room for them: a film may remove them.
    """

    def __init__(self, pen: Pen) -> None:
        super().__init__()
        theme = pen.theme
        self._ink = theme.ink
        self._arrow = mn.VMobject(stroke_color=theme.ink, stroke_width=LINE, fill_opacity=0)
        self.words: Typeset = pen.label(WORDS, theme.ink, SMALL).halo(theme.background)
        self.add(self._arrow, self.words)

    def point_from(
        self, dot: Point3D, middle: Point3D, radius: float, beyond: float, light: float
    ) -> None:
        """Point outwards beside a circle, at the height of a dot inside.

        `beyond` is from -1, clearly to the left, to 1, and 0 where there is nothing to say.
        """
        opacity = abs(beyond) * light
        side = np.array([1.0 if beyond >= 0 else -1.0, 0.0, 0.0])
        rise = float(dot[1] - middle[1])
        rim = middle + side * np.sqrt(max(radius**2 - rise**2, 0)) + rise * mn.UP
        start, end = rim + side * GAP / 2, rim + side * 2.5 * GAP
        self._arrow.set_points(arrows(start[None], end[None], self._ink).points)
        self._arrow.set_stroke(opacity=opacity)
        self.words.next_to(end, side, buff=GAP / 2)
        self.words.set_fill(opacity=opacity).set_stroke(opacity=opacity, background=True)
