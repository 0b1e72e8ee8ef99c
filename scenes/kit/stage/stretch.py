"""A shallow network stretches into a deep one: its middle column splits into many."""

from __future__ import annotations

from typing import Any

import manim as mn

from scenes.kit.layout import point
from scenes.kit.motion import Frame, Motion, phase
from scenes.kit.stage.columns import ends_of_edges
from scenes.kit.stage.light import redraw
from scenes.kit.stage.network import NetworkStage

NARROW = 1e-3
"""Distance of columns that stand in one place; edges need some length."""
LATE = 0.3
"""Share of the way after which what is new between the columns comes in."""


class Stretch(Motion):
    """Split the hidden layer of a network of two layers into those of a deep one.

    Parameters
    ----------
    shallow
        What the deep one looks like at first.
    deep
        The network, laid out where it will stand. It takes the place of the shallow one.
    """

    def __init__(self, shallow: NetworkStage, deep: NetworkStage, **how: Any) -> None:
        def prepare() -> Frame:
            first, middle, last = (shallow.columns[layer] for layer in (0, 1, shallow.last))
            nodes = []
            for layer, column in deep.columns.items():
                place = {0: first.x, deep.last: last.x}.get(layer, middle.x + NARROW * layer)
                shift = point(column.x - place)
                grown = middle.radius / column.radius
                for node in column.nodes:
                    nodes.append((node, node.points.copy(), node.get_center(), shift, grown))
                for dot in column.ellipsis:
                    nodes.append((dot, dot.points.copy(), dot.get_center(), shift, 1.0))
            slits = [
                (slit, slit.points.copy(), point(slit.get_center()[0] - middle.x))
                for slit in deep.tape or ()
            ]
            ends = {1, deep.last}
            new = [path for layer, path in deep.edges.items() if layer not in ends] + [
                slit for slit, *_ in slits
            ]
            seen = [float(path.get_stroke_opacity()) for path in new]

            def frame(share: float) -> None:
                for node, points, center, shift, grown in nodes:
                    size = 1 + (grown - 1) * (1 - share)
                    node.points = (points - center) * size + center - (1 - share) * shift
                for slit, points, shift in slits:
                    slit.points = points - (1 - share) * shift
                for layer, path in deep.edges.items():
                    redraw(path, *ends_of_edges(deep.columns[layer - 1], deep.columns[layer]))
                for path, opacity in zip(new, seen, strict=True):
                    path.set_stroke(opacity=opacity * phase(share, LATE, 1))

            return frame

        super().__init__(deep, prepare, **{"run_time": 2.0, "rate_func": mn.smooth} | how)
