"""A change of words that runs beside other motion."""

from __future__ import annotations

from typing import Any

import manim as mn

from scenes.kit.motion import Motion, fade
from scenes.kit.type.typesetting import Typeset

SECONDS = 0.65
LEAVING = 0.35
"""The share of the time in which the old words fade; the new ones come after it."""


class ChangeWords(Motion):
    """Fade out one line of words, then fade in another in its place, so that they never overlap.

    Parameters
    ----------
    old, new
        Either may be missing.
    """

    transforms = False

    def __init__(self, old: Typeset | None, new: Typeset | None, **how: Any) -> None:
        self._new = new

        def frame(share: float) -> None:
            if old is not None:
                fade(old, max(0.0, 1 - share / LEAVING))
            if new is not None:
                fade(new, max(0.0, (share - LEAVING) / (1 - LEAVING)))

        both = [words for words in (old, new) if words is not None]
        super().__init__(mn.Group(*both), lambda: frame, **{"run_time": SECONDS, **how})

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave the new words on stage alone."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, [self._new] if self._new is not None else [])
