"""Poses: a component is drawn anew from a few values, and a motion changes some of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import manim as mn

from scenes.kit.motion import Frame, Motion


class Posed(Protocol):
    """A mobject that draws itself from a pose, a frozen dataclass."""

    pose: Any

    def draw(self, pose: Any) -> object:
        """Draw this pose where the mobject is now."""


Way = Callable[[float], object]


class PoseChange(Motion):
    """Change fields of a pose, so that motions that change different ones may run together.

    Each frame is computed from the pose at the start and not from the frame before.

    Parameters
    ----------
    posed
        The component.
    goals
        Values at the end, by field: numbers, arrays, or what has a method `toward(goal, part)`.
    ways
        Fields with a way of their own: a function from 0 at the start to 1 at the end.
    """

    def __init__(
        self,
        posed: Any,
        goals: Mapping[str, object] | None = None,
        ways: Mapping[str, Way] | None = None,
        **how: Any,
    ) -> None:
        shown: Posed = posed
        ends, own_ways = dict(goals or {}), dict(ways or {})

        def prepare() -> Frame:
            start = shown.pose

            def frame(part: float) -> None:
                fields = {n: mixed(getattr(start, n), goal, part) for n, goal in ends.items()}
                fields |= {name: way(part) for name, way in own_ways.items()}
                shown.draw(replace(shown.pose, **fields))

            return frame

        super().__init__(posed, prepare, **{"rate_func": mn.smooth, **how})


def mixed(start: Any, goal: Any, part: float) -> Any:
    """Return a value between two, and exactly these at 0 and at 1."""
    if part in {0, 1}:
        return goal if part else start
    if hasattr(start, "toward"):
        return start.toward(goal, part)
    return (1 - part) * start + part * goal
