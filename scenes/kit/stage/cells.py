"""Numbers in boxes, which come off the edges and nodes of a network and go back onto them.

A box turns into whatever has an outline: a cell, an edge, a node; see `outlines`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D
from numpy.typing import ArrayLike

from scenes.kit.motion import fade, phase, smooth, staggered
from scenes.kit.stage.outlines import Outlines, Points
from scenes.kit.stage.paint import Paint
from scenes.kit.stage.timeline import Act, Step, Timeline
from scenes.kit.type.typesetting import Typeset

GONE, COMES = (0.0, 0.3), (0.55, 0.95)
"""Shares of a flight in which a number fades, and in which it comes."""


class Cells(mn.VGroup):
    """Boxes, each with a number that is seen or not.

    A number that is not seen is not part of the group.

    Parameters
    ----------
    outlines
        Where the boxes lie at first, (n, 16, 3).
    paints
        How they look then.
    numbers
        What is written in them; none if empty. No number is seen at first.

    Attributes
    ----------
    boxes, numbers
        In the order given.
    """

    def __init__(
        self, outlines: Outlines, paints: Sequence[Paint], numbers: Sequence[Typeset] = ()
    ) -> None:
        super().__init__()
        self.boxes = mn.VGroup()
        for points, paint in zip(outlines, paints, strict=True):
            box = mn.VMobject()
            box.joint_type = mn.LineJointType.ROUND
            box.points = np.array(points)
            paint.on(box)
            self.boxes.add(box)
        self.numbers = list(numbers)
        self.add(self.boxes)

    @property
    def outlines(self) -> Outlines:
        """Where the boxes lie now."""
        return np.array([box.points for box in self.boxes])

    @property
    def centers(self) -> Points:
        """The middles of the boxes now."""
        return np.array([_middle(box) for box in self.boxes])

    def paint_of(self, place: int) -> Paint:
        """Return how a box looks now."""
        return Paint.of(self.boxes[place])

    def framed(self, places: Sequence[int], color: str) -> Cells:
        """Return hollow boxes around some of these, to be moved onto others."""
        return Cells(self.outlines[list(places)], [Paint.hollow(color)] * len(places))

    def place(self, outlines: Outlines) -> None:
        """Put the boxes elsewhere at once."""
        for box, outline in zip(self.boxes, outlines, strict=True):
            box.points = np.array(outline)

    # Verbs

    def fly(
        self,
        outlines: Outlines | None = None,
        *,
        places: Sequence[int] | None = None,
        paints: Sequence[Paint] | None = None,
        seen: bool | None = None,
        order: ArrayLike = 0.0,
        each: float = 1.0,
        **how: Any,
    ) -> Timeline:
        """Move boxes, and their numbers with them.

        Parameters
        ----------
        outlines
            Where they lie then, (len(places), 16, 3). They stay if it is not given.
        places
            Which ones move; all by default.
        paints
            How they look then.
        seen
            Whether their numbers are seen then; as before by default.
        order, each
            When each begins, and the share of the time that it takes; see `motion.staggered`.
        """
        moved = list(range(len(self.boxes)) if places is None else places)
        if seen:
            self._take(moved)

        def prepare() -> list[Step]:
            starts = np.broadcast_to(np.asarray(order, dtype=np.float64), len(moved)) * (1 - each)
            flights = (
                self.flight(
                    place,
                    None if outlines is None else outlines[n],
                    None if paints is None else paints[n],
                    seen,
                )
                for n, place in enumerate(moved)
            )
            return [
                Step(float(start), float(start) + each, act, mn.smooth)
                for start, act in zip(starts, flights, strict=True)
            ]

        return _Kept(self, prepare, **{"run_time": 1.0, **how})

    def flight(
        self,
        place: int,
        outline: Points | None = None,
        paint: Paint | None = None,
        seen: bool | None = None,
    ) -> Act:
        """Return how one box moves; its number must be part of the group if it is to be seen."""
        box = self.boxes[place]
        before, after = np.array(box.points), box.points if outline is None else outline
        after = np.array(after)
        painted = Paint.of(box)
        number = self.numbers[place] if self.numbers else None
        opacity = 0.0 if number is None else float(number.get_fill_opacity())
        goal = opacity if seen is None else float(seen)

        def act(share: float) -> None:
            box.points = before + (after - before) * share
            if paint is not None:
                painted.toward(paint, share).on(box)
            if number is not None and max(opacity, goal) > 0:
                part = phase(share, *(COMES if goal > opacity else GONE))
                fade(number, opacity + (goal - opacity) * part)
                number.move_to(_middle(box))

        return act

    def rewrite(
        self,
        numbers: Sequence[Typeset],
        paints: Sequence[Paint],
        *,
        places: Sequence[int] | None = None,
        order: ArrayLike = 0.0,
        each: float = 1.0,
        **how: Any,
    ) -> Timeline:
        """Write other numbers into boxes, and paint them anew.

        Parameters
        ----------
        numbers, paints
            One for each of `places`, which are all by default.
        order, each
            See `fly`.
        """
        changed = list(range(len(self.boxes)) if places is None else places)
        old = [self.numbers[place] for place in changed]
        for place, number in zip(changed, numbers, strict=True):
            self.numbers[place] = number
        self._take(changed)

        def prepare() -> list[Step]:
            painted = [Paint.of(self.boxes[place]) for place in changed]
            for place, number in zip(changed, numbers, strict=True):
                number.move_to(_middle(self.boxes[place]))
            shown = [float(number.get_fill_opacity()) for number in old]

            def act(share: float) -> None:
                parts = smooth(staggered(share, np.broadcast_to(order, len(changed)), each))
                for n, part in enumerate(parts):
                    painted[n].toward(paints[n], float(part)).on(self.boxes[changed[n]])
                    fade(old[n], shown[n] * float(max(0.0, 1 - 2.2 * part)))
                    fade(numbers[n], float(max(0.0, 2.2 * part - 1.2)))

            return [Step(0, 1, act, mn.linear)]

        return _Kept(self, prepare, leaving=old, **{"run_time": 1.0, **how})

    def _take(self, places: Sequence[int]) -> None:
        """Make numbers part of the group, unseen yet unless they are already."""
        for place in places:
            number = self.numbers[place]
            if number not in self.submobjects:
                fade(number, 0.0)
                number.move_to(_middle(self.boxes[place]))
                self.add(number)


class _Kept(Timeline):
    """A timeline after which numbers that are no longer seen are no part of their cells."""

    def __init__(
        self,
        cells: Cells,
        prepare: Callable[[], Sequence[Step]],
        leaving: Sequence[Typeset] = (),
        **how: Any,
    ) -> None:
        super().__init__(cells, prepare, **how)
        self._cells, self._leaving = cells, leaving

    def clean_up_from_scene(self, scene: mn.Scene) -> None:
        """Let go of what is not seen."""
        super().clean_up_from_scene(scene)
        cells = self._cells
        unseen = [n for n in cells.numbers if n in cells.submobjects and not n.get_fill_opacity()]
        cells.remove(*self._leaving, *unseen)


def _middle(box: mn.VMobject) -> Point3D:
    """Return the middle of the corners."""
    middle: Point3D = box.points[::4].mean(axis=0)
    return middle
