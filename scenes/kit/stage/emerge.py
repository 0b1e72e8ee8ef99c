"""A thing grows out of another that is much smaller, such as a word."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np

from scenes.kit.motion import Frame, Motion

SEEN = 0.5
"""Share of the way after which what grows has its full opacity."""


LEAVES = 0.7
"""Share of the way after which it is where it belongs, and grows on."""


class Emerge(Motion):
    """Grow a thing out of a small one into its own place.

    Strokes keep their width, so a small picture of many lines would be a blot: it is faint.

    Parameters
    ----------
    thing
        What grows; it is laid out where it belongs.
    source
        What it grows out of; it may move meanwhile.
    """

    def __init__(self, thing: mn.Mobject, source: mn.Mobject, **how: Any) -> None:
        def prepare() -> Frame:
            parts = [
                (part, part.points.copy(), part.get_stroke_opacity(), part.get_fill_opacity())
                for part in thing.get_family()
                if isinstance(part, mn.VMobject) and len(part.points)
            ]
            home = thing.get_center()
            least = min(source.width / thing.width, source.height / thing.height)

            def frame(way: float) -> None:
                scale = least ** (1 - way)
                # It leaves its source while it is small, so that it covers little.
                near = float(mn.smooth(min(1.0, way / LEAVES)))
                center = source.get_center() + near * (home - source.get_center())
                seen = float(np.clip(way / SEEN, 0.1, 1.0))
                for part, points, stroke, fill in parts:
                    part.points = (points - home) * scale + center
                    part.set_stroke(opacity=stroke * seen)
                    part.set_fill(opacity=fill * seen)

            return frame

        how = {"run_time": 1.6, "rate_func": mn.smooth, "introducer": True} | how
        super().__init__(thing, prepare, **how)


class Submerge(Emerge):
    """Shrink a thing from where it is into a small one, and take it off stage."""

    def __init__(self, thing: mn.Mobject, source: mn.Mobject, **how: Any) -> None:
        backwards = {"introducer": False, "remover": True, "rate_func": _backwards}
        super().__init__(thing, source, **backwards | how)


def _backwards(share: float) -> float:
    return float(mn.smooth(1 - share))
