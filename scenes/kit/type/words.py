"""A change of words that runs beside other motion."""

from __future__ import annotations

from typing import Any

import manim as mn

from scenes.kit.motion import Motion
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

    def __init__(self, old: Typeset | None, new: Typeset | None, **how: Any) -> None:
        self._old, self._new = old, new
        both = [words for words in (old, new) if words is not None]
        super().__init__(mn.Group(*both), **{"run_time": SECONDS, "rate_func": mn.linear, **how})

    def interpolate_mobject(self, alpha: float) -> None:
        """Show both with the opacity of this moment."""
        share = self.rate_func(alpha)
        if self._old is not None:
            _show(self._old, max(0.0, 1 - share / LEAVING))
        if self._new is not None:
            _show(self._new, max(0.0, (share - LEAVING) / (1 - LEAVING)))

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave the new words on stage alone."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, [self._new] if self._new is not None else [])


def _show(words: Typeset, opacity: float) -> None:
    words.set_fill(opacity=opacity)
    words.set_stroke(opacity=opacity, background=True)
