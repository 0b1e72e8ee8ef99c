"""The base class of our own animations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import manim as mn


class Motion(mn.Animation):
    """An animation that computes each frame from what it noted when it began.

    Unlike Manim's, it does not copy what it moves.

    Parameters
    ----------
    moved
        All that it moves.
    """

    def __init__(self, moved: mn.Mobject, **how: Any) -> None:
        self.moved = moved
        super().__init__(moved, **how)

    def create_starting_mobject(self) -> mn.Mobject:
        """Return what is moved itself."""
        return self.moved

    def leave_alone(self, scene: mn.Scene, parts: Sequence[mn.Mobject]) -> None:
        """Put parts on stage in place of the group of them, so that each can leave it alone."""
        scene.mobjects = [
            part for one in scene.mobjects for part in (parts if one is self.moved else [one])
        ]
