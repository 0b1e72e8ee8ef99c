"""Dimming: what is not spoken of stays, fainter, and comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import manim as mn

from scenes.kit.stage.timeline import Act, Step, Timeline


class Dim(Timeline):
    """Multiply the opacity of parts by a factor; the inverse factor brings them back.

    Parameters
    ----------
    owner
        What is on stage and holds the parts.
    parts
        What is dimmed, with all that it holds.
    during
        The share of the time in which it happens.
    """

    transforms = False

    def __init__(
        self,
        owner: mn.Mobject,
        parts: Iterable[mn.Mobject],
        factor: float,
        during: tuple[float, float] = (0.0, 1.0),
        **how: Any,
    ) -> None:
        paths = [
            path
            for part in parts
            for path in part.get_family()
            if isinstance(path, mn.VMobject) and len(path.points)
        ]

        def prepare() -> list[Step]:
            return [Step(*during, _dimming(path, factor)) for path in paths]

        super().__init__(owner, prepare, **how)


def _dimming(path: mn.VMobject, factor: float) -> Act:
    fill, stroke = float(path.get_fill_opacity()), float(path.get_stroke_opacity())

    def act(share: float) -> None:
        now = 1 + (factor - 1) * share
        path.set_fill(opacity=min(1.0, fill * now))
        path.set_stroke(opacity=min(1.0, stroke * now))

    return act
