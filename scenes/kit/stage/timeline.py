"""An animation of several steps, each with its own start and end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np

from scenes.kit.motion import Frame, Motion

Act = Callable[[float], None]


@dataclass(frozen=True)
class Step:
    """One step of a timeline.

    Attributes
    ----------
    start, end
        When it happens, from 0 to 1 of the whole.
    act
        Shows the step at a share of its way, from 0 to 1. It depends on nothing but that share, as
        a process that does not draw a play calls it only for its end.
    rate
        The rate function.
    """

    start: float
    end: float
    act: Act
    rate: Callable[[float], float] = mn.smooth

    def share(self, alpha: float) -> float:
        """Return how much of the step is done at `alpha` of the whole."""
        length = max(self.end - self.start, 1e-9)
        return float(self.rate(float(np.clip((alpha - self.start) / length, 0.0, 1.0))))


class Timeline(Motion):
    """Plays steps that overlap in time.

    Parameters
    ----------
    mobject
        All that the steps change.
    prepare
        Called when the animation begins; returns its steps, in the order in which they act.
    """

    def __init__(
        self, mobject: mn.Mobject, prepare: Callable[[], Sequence[Step]], **how: Any
    ) -> None:
        def begin() -> Frame:
            steps, last = prepare(), dict[int, float]()

            def frame(now: float) -> None:
                for number, step in enumerate(steps):
                    share = step.share(now)
                    # A step that has not begun, or is over, has nothing to do.
                    if share != last.get(number):
                        last[number] = share
                        step.act(share)

            return frame

        super().__init__(mobject, begin, **how)


def one_after_another(count: int, overlap: float = 3.0) -> list[tuple[float, float]]:
    """Return start and end of `count` steps in equal distance, of which about `overlap` overlap."""
    length = min(1.0, overlap / (count + overlap - 1)) if count else 1.0
    gap = (1 - length) / max(count - 1, 1)
    return [(number * gap, number * gap + length) for number in range(count)]
