"""Words that come, go, and become others where they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.charts.marks import Points
from scenes.kit.motion import Frame, Motion, fade, phase
from scenes.kit.type.typesetting import Typeset

SEED = 0.05
"""Size from which things grow, and to which they shrink."""


class Emerge(Motion):
    """Words, or a mark, grow out of a place; or out of their own if none is given."""

    def __init__(self, grown: mn.Mobject, start: Point3D | None = None, **how: Any) -> None:
        words = grown if isinstance(grown, Typeset) else None

        def prepare() -> Frame:
            goal = grown.get_center()
            from_here = goal if start is None else start
            parts = [(part, np.array(part.points) - goal) for part in _paths(grown)]

            def frame(share: float) -> None:
                place = from_here + share * (goal - from_here)
                for part, shape in parts:
                    part.points = shape * (SEED + (1 - SEED) * share) + place
                if words is not None:
                    fade(words, phase(share, 0.0, 0.4))

            return frame

        super().__init__(grown, prepare, **{"rate_func": mn.smooth, **how})


class Vanish(Motion):
    """Things shrink away where they are, and leave the stage."""

    def __init__(self, *things: mn.Mobject, **how: Any) -> None:
        self._things = things

        def prepare() -> Frame:
            parts = [
                (part, thing.get_center(), np.array(part.points) - thing.get_center())
                for thing in things
                for part in _paths(thing)
            ]

            def frame(share: float) -> None:
                for part, place, shape in parts:
                    part.points = shape * (1 - (1 - SEED) * share) + place
                for thing in things:
                    if isinstance(thing, Typeset):
                        fade(thing, 1 - phase(share, 0.5, 0.9))

            return frame

        super().__init__(mn.Group(*things), prepare, **{"rate_func": mn.smooth, **how})

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Take them off the stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, [])
        scene.remove(*self._things)


class Become(Motion):
    """Numbers slide together and become other numbers in one place."""

    def __init__(self, old: Sequence[Typeset], new: Sequence[Typeset], **how: Any) -> None:
        self._old, self._new = list(old), list(new)

        def prepare() -> Frame:
            goal = mn.Group(*new).get_center()
            before = [
                (each, shape_of(each), each.get_center(), each.get_fill_opacity()) for each in old
            ]
            after = [(each, shape_of(each), each.get_center()) for each in new]
            # Several words do not go through each other.
            leaves, gone = (1.0, (0.4, 0.5)) if len(old) == 1 else (0.1, (0.1, 0.5))
            comes, seen = (1.0, (0.5, 0.6)) if len(new) == 1 else (0.05, (0.55, 0.95))

            def frame(share: float) -> None:
                into, out = mn.smooth(phase(share, 0, 0.55)), mn.smooth(phase(share, 0.45, 1))
                for each, shape, place, opacity in before:
                    put(each, shape, place + into * leaves * (goal - place), 1 - 0.4 * into)
                    fade(each, opacity * (1 - phase(share, *gone)))
                for each, shape, place in after:
                    here = goal + (1 - (1 - out) * comes) * (place - goal)
                    put(each, shape, here, 0.6 + 0.4 * out)
                    fade(each, phase(share, *seen))

            return frame

        super().__init__(mn.Group(*old, *new), prepare, **{"run_time": 0.9, **how})

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave the new numbers alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._new)
        scene.remove(*self._old)


class Tied(Motion):
    """Words go to a place, also while the camera moves that place."""

    def __init__(self, words: mn.Mobject, place: Callable[[], Point3D], **how: Any) -> None:
        def prepare() -> Frame:
            start = words.get_center()

            def frame(share: float) -> None:
                words.move_to(start + share * (place() - start))

            return frame

        super().__init__(words, prepare, **{"rate_func": mn.smooth, **how})


class Veil(Motion):
    """Words take another opacity in a part of the time."""

    transforms = False

    def __init__(
        self,
        words: Sequence[Typeset],
        opacity: float,
        during: tuple[float, float] = (0.0, 1.0),
        **how: Any,
    ) -> None:
        self._words = list(words)

        def prepare() -> Frame:
            starts = [float(word.get_fill_opacity()) for word in words]

            def frame(share: float) -> None:
                for word, start in zip(words, starts, strict=True):
                    fade(word, start + (opacity - start) * phase(share, *during))

            return frame

        super().__init__(mn.Group(*words), prepare, **how)

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Leave each word alone on stage."""
        super().clean_up_from_scene(scene)
        self.leave_alone(scene, self._words)


def _paths(mobject: mn.Mobject) -> list[mn.VMobject]:
    family = mobject.get_family()
    return [part for part in family if isinstance(part, mn.VMobject) and len(part.points)]


def shape_of(number: Typeset) -> Points:
    """Return the points of a word around its centre."""
    return np.asarray(number.points - number.get_center())


def put(number: Typeset, shape: Points, place: Point3D, size: float) -> None:
    """Draw a word at a place, in another size."""
    number.points = shape * size + place
