"""What single paths of the network stage do: each returns how it is done at a share of its way."""

from __future__ import annotations

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.layout import Region
from scenes.kit.stage.timeline import Act
from scenes.kit.theme import HAIR

PULSE = 0.35
"""By how much a unit grows in a pulse."""


def filling(node: mn.VMobject, color: str, level: float, rim: float | None = None) -> Act:
    """Return how a unit takes a fill, and, if given, another opacity of its rim."""
    before = mn.ManimColor(node.get_fill_color()), float(node.get_fill_opacity())
    rim_before = float(node.get_stroke_opacity())
    after = mn.ManimColor(color)

    def act(share: float) -> None:
        node.set_fill(before[0].interpolate(after, share), before[1] + (level - before[1]) * share)
        if rim is not None:
            node.set_stroke(opacity=rim_before + (max(rim, level) - rim_before) * share)

    return act


def thinning(path: mn.VMobject, factor: float) -> Act:
    """Return how a line becomes thinner by a factor, but no hairline."""
    width = float(path.get_stroke_width())
    thin = min(width, max(HAIR, factor * width))

    def act(share: float) -> None:
        path.set_stroke(width=width + (thin - width) * share)

    return act


def fading(path: mn.VMobject, opacity: float) -> Act:
    """Return how a line takes another opacity."""
    before = float(path.get_stroke_opacity())

    def act(share: float) -> None:
        path.set_stroke(opacity=before + (opacity - before) * share)

    return act


def pulsing(node: mn.VMobject) -> Act:
    """Return how a unit grows, and its rim with it."""
    points, center = np.array(node.points), np.array(node.get_center())
    width = float(node.get_stroke_width())

    def act(share: float) -> None:
        node.points = center + (points - center) * (1 + PULSE * share)
        node.set_stroke(width=width * (1 + share))

    return act


def moving(node: mn.VMobject, end: Point3D, scale: float) -> Act:
    """Return how a unit goes to another place, and to another size."""
    points, center = np.array(node.points), np.array(node.get_center())

    def act(share: float) -> None:
        size = 1 + (scale - 1) * share
        node.points = (points - center) * size + center + (end - center) * share

    return act


def following(
    path: mn.VMobject,
    columns: tuple[float, float],
    places: tuple[float, float],
    rows: Region,
    region: Region,
) -> Act:
    """Return how the edges between two columns follow them to other places.

    Parameters
    ----------
    columns, places
        The x of both columns, now and in the end.
    rows, region
        Between which heights the network lies, now and in the end.
    """
    points = np.array(path.points).reshape(-1, 3)
    share = (points[:, 0] - columns[0]) / (columns[1] - columns[0])
    height = (points[:, 1] - rows.center[1]) * region.height / rows.height
    ends = points.copy()
    ends[:, 0] = places[0] + share * (places[1] - places[0])
    ends[:, 1] = region.center[1] + height

    def act(share: float) -> None:
        path.points = points + (ends - points) * share

    return act
