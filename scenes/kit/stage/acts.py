"""What single paths of the network stage do: each returns how it is done at a share of its way."""

from __future__ import annotations

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.stage.timeline import Act

PULSE = 0.35
"""By how much a unit grows in a pulse."""


def filling(node: mn.VMobject, color: str, level: float, rim: float | None = None) -> Act:
    """Return how a unit takes a fill, and, if its opacity is given, its rim the same color."""
    before = mn.ManimColor(node.get_fill_color()), float(node.get_fill_opacity())
    rim_before = mn.ManimColor(node.get_stroke_color()), float(node.get_stroke_opacity())
    after = mn.ManimColor(color)

    def act(share: float) -> None:
        node.set_fill(before[0].interpolate(after, share), before[1] + (level - before[1]) * share)
        if rim is not None:
            opacity = rim_before[1] + (max(rim, level) - rim_before[1]) * share
            node.set_stroke(rim_before[0].interpolate(after, share), opacity=opacity)

    return act


def fading(path: mn.VMobject, opacity: float) -> Act:
    """Return how a line takes another opacity."""
    before = float(path.get_stroke_opacity())

    def act(share: float) -> None:
        path.set_stroke(opacity=before + (opacity - before) * share)

    return act


def pulsing(node: mn.VMobject) -> Act:
    """Return how a unit grows, and its rim with it; a slit is as tall as before."""
    points, center = np.array(node.points), np.array(node.get_center())
    width = float(node.get_stroke_width())
    grows = PULSE if node.width > 0 else 0.0

    def act(share: float) -> None:
        node.points = center + (points - center) * (1 + grows * share)
        node.set_stroke(width=width * (1 + share))

    return act


def moving(node: mn.VMobject, end: Point3D, scale: float) -> Act:
    """Return how a unit goes to another place, and to another size."""
    points, center = np.array(node.points), np.array(node.get_center())

    def act(share: float) -> None:
        size = 1 + (scale - 1) * share
        node.points = (points - center) * size + center + (end - center) * share

    return act


def dimming(path: mn.VMobject, factor: float) -> Act:
    """Return how the opacity of a path is multiplied by a factor."""
    fill, stroke = float(path.get_fill_opacity()), float(path.get_stroke_opacity())
    halo = float(path.get_stroke_opacity(background=True)) if path.background_stroke_width else 0.0

    def act(share: float) -> None:
        now = 1 + (factor - 1) * share
        path.set_fill(opacity=min(1.0, fill * now))
        path.set_stroke(opacity=min(1.0, stroke * now))
        if halo:
            # Fainter than the word itself: what it hides is faint as well.
            path.set_stroke(opacity=min(1.0, halo * now**2), background=True)

    return act
