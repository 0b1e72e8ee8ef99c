"""Looks at how a film moves, from one frame to the next: what a single frame does not tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import manim as mn
import numpy as np

from scenes.kit.film import Film
from scenes.kit.live_number import LiveNumber

STILL = 3
"""Frames in which numbers may change before something else does."""
JUMP = 0.5
"""Part of the way of a number that is a jump, if it is taken between two frames."""
EMPTY = ("Numerics", "stable")
"""Film and beat whose numbers run while their gauges stay empty: that is what it shows."""
FEWEST = 5
"""Values from which a way is judged: a count of 1, 2 and 1 says nothing."""
AHEAD = 0.1
"""Frame units by which a halo may be longer than its line."""


@dataclass
class Motion:
    """What the frames so far have shown.

    Attributes
    ----------
    still
        Number of frames in a row in which numbers changed and nothing else did.
    ways
        The values of each live number since it last stood still.
    """

    still: int = 0
    ways: dict[int, list[float]] = field(default_factory=dict)
    _numbers: tuple[str, ...] = ()
    _rest: int = 0

    def faults(self, scene: Film) -> Iterator[str]:
        """Look at the next frame, and yield what is wrong with the motion."""
        live = [m for m in _family(scene.mobjects) if isinstance(m, LiveNumber)]
        yield from self._alone(scene, live)
        yield from self._before_its_time(live)
        yield from _rims(_family(scene.mobjects), scene.theme.background)

    def _alone(self, scene: Film, live: list[LiveNumber]) -> Iterator[str]:
        """A number that changes says that something moves: its mark has to move as well."""
        counting = [number for number in live if number.updaters]
        if not counting:
            self._numbers, self.still = (), 0
            return
        numbers = tuple(figure.plain for number in counting for figure in number.figures)
        rest = _signature(scene.mobjects, {id(m) for n in live for m in n.get_family()})
        moved, alike = bool(self._numbers) and numbers != self._numbers, rest == self._rest
        self.still = self.still + 1 if moved and alike else self.still if alike else 0
        self._numbers, self._rest = numbers, rest
        if self.still >= STILL and (type(scene).__name__, scene._beat) != EMPTY:
            yield "numbers change while nothing else moves"

    def _before_its_time(self, live: list[LiveNumber]) -> Iterator[str]:
        """A number that stands there, jumps away, and comes back has been told too early."""
        for number in live:
            values = [figure.value for figure in number.figures]
            way = self.ways.setdefault(id(number), values[-1:])
            if number.updaters:
                way += values[-1:]
            elif len(way) > 1:
                if _came_back([*way, *values[-1:]]):
                    yield f"{number.figures[0].plain!r} is on show before its time"
                self.ways[id(number)] = values[-1:]


def _came_back(way: list[float]) -> bool:
    """Tell whether values jump away, and then go straight back to where they were."""
    # A number steps less often than the frames come, so that values repeat.
    values = [value for n, value in enumerate(way) if n == 0 or value != way[n - 1]]
    if len(values) < FEWEST or values[0] != values[-1]:
        return False
    steps = np.diff(values)
    back = steps[1:] * -steps[0]
    return bool((back > 0).all() and abs(steps[0]) > JUMP * np.ptp(values))


def _rims(family: Iterable[mn.Mobject], background: str) -> Iterator[str]:
    """A halo that is drawn ahead of its line wipes out what lies there."""
    for group in family:
        parts = group.submobjects
        if len(parts) == 2 and all(isinstance(part, mn.VMobject) for part in parts):
            under, line = parts
            wider = under.stroke_width > line.stroke_width > 0
            rim = wider and under.get_stroke_color().to_hex().lower() == background.lower()
            if rim and _length(under) > _length(line) + AHEAD:
                yield "a halo is drawn ahead of its line"


def _length(line: mn.VMobject) -> float:
    return float(np.abs(np.diff(line.points, axis=0)).sum()) if len(line.points) else 0.0


def _family(mobjects: Iterable[mn.Mobject]) -> list[mn.Mobject]:
    return [member for mobject in mobjects for member in mobject.get_family()]


def _signature(mobjects: Iterable[mn.Mobject], without: set[int]) -> int:
    parts = []
    for member in _family(mobjects):
        if isinstance(member, mn.VMobject) and len(member.points) and id(member) not in without:
            colors = (member.get_fill_rgbas().tobytes(), member.get_stroke_rgbas().tobytes())
            parts.append((member.points.tobytes(), float(member.stroke_width), *colors))
    return hash(tuple(parts))
