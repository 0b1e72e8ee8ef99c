"""Units of a network that are opened where they stand."""

from __future__ import annotations

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.stage.activation_curve import ActivationCurve
from scenes.kit.stage.tiles import circles, polylines
from scenes.kit.theme import CURVE, HAIR, LINE
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

SAMPLES = 61
DOT = 0.11
"""Radius of a dot over that of its unit."""
RIM = 4.0
"""By how much wider the dark rim of a line is, which keeps it apart from what lies behind."""


FACE = 0.8
"""Opacity of the dark face of an opened unit: what passes under it is still felt."""


class Opened(mn.VGroup):
    """The curves inside some units, each with the dot where it stands and the tangent there.

    Each has a dark face under its curve, under which a river passes.

    Parameters
    ----------
    centers, radius
        The units, (n, 3).
    z
        The pre-activation of each, (n,).
    curve
        Their activation.
    """

    def __init__(
        self, centers: Array, radius: float, z: ArrayLike, curve: ActivationCurve, pen: Pen
    ) -> None:
        super().__init__()

        def placed(inside: Array) -> Array:
            """Return positions on the frame of positions inside each unit, (n, k, 3)."""
            flat = np.concatenate([inside, np.zeros((*inside.shape[:-1], 1))], axis=-1)
            return np.asarray(centers[:, None] + radius * flat)

        shape = placed(np.repeat(curve.line(SAMPLES)[None], len(centers), axis=0))
        tangents = placed(np.stack(curve.tangents(z), axis=1))
        dots = placed(curve.dots(z)[:, None])[:, 0]
        faces = mn.VMobject(fill_color=pen.theme.background, fill_opacity=FACE)
        faces.set_stroke(pen.theme.forward, HAIR)
        self.add(faces.set_points(circles(centers, np.full(len(centers), radius))))
        for points, width in ((polylines(shape), LINE), (polylines(tangents), CURVE + 1)):
            for color, wide in ((pen.theme.background, width + RIM), (pen.theme.ink, width)):
                line = mn.VMobject(stroke_color=color, stroke_width=wide, fill_opacity=0)
                line.joint_type = mn.LineJointType.ROUND
                self.add(line.set_points(points))
        dot = mn.VMobject(fill_color=pen.theme.ink, fill_opacity=1, stroke_width=0)
        self.add(dot.set_points(circles(dots, np.full(len(dots), DOT * radius))))
