"""Dimming: what is not spoken of stays, fainter, and comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import manim as mn

from scenes.kit.stage.acts import dimming
from scenes.kit.stage.timeline import Step, Timeline


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
            return [Step(*during, dimming(path, factor)) for path in paths]

        super().__init__(owner, prepare, **how)
