"""Lines drawn beside measured ones, each named at its left end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import drawn, segments, strokes
from scenes.kit.layout import Region, apart, point
from scenes.kit.motion import Frame, Motion, cruise, fade
from scenes.kit.theme import HAIR, SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Sentence

PAD = 0.12
LEAST_GAP = 0.14
"""Between the words of two labels."""
STEP = 0.05
"""Between the heights at which room for a name is looked for."""
WRITE = 0.7
"""Share of the time after which the label comes in."""


@dataclass(frozen=True, eq=False)
class Guide:
    """A line with its name.

    Attributes
    ----------
    path
        The line.
    places
        Positions that it passes through, left to right, (n, 3); NaN where it is interrupted.
    words, color
        Its name, and the colour of both.
    is_cut
        Whether it begins inside the plot, where it comes onto the axis.
    """

    path: mn.VMobject
    places: NDArray[np.float64]
    words: str | Sentence
    color: str
    is_cut: bool = False


class Guides(mn.VGroup):
    """The names of lines in the margin left of a plot, moved apart, each with a hair to its line.

    Parameters
    ----------
    margin
        The area of the names.
    pen
        Typesets the names.
    """

    def __init__(self, margin: Region, pen: Pen) -> None:
        super().__init__()
        self._margin, self._pen = margin, pen
        self._guides: list[Guide] = []
        self.labels: list[Typeset] = []
        self._hairs: list[mn.VMobject] = []
        self._obstacles: list[NDArray[np.float64]] = []

    def enter(self, guide: Guide, owner: mn.Mobject, **how: Any) -> mn.Animation:
        """Draw a line as its path runs, then name it.

        Names that stand there already make room.

        Parameters
        ----------
        owner
            What the animation moves: the component that holds the line and the names.
        """
        draw = drawn(guide.path, rate_func=mn.linear)

        def prepare() -> Frame:
            draw.begin()
            return draw.interpolate

        return self.enter_by(guide, owner, prepare, **how)

    def enter_by(
        self, guide: Guide, owner: mn.Mobject, prepare: Callable[[], Frame], **how: Any
    ) -> mn.Animation:
        """Name a line that enters in its own way; `prepare` is that of a `Motion`."""
        label = self._pen.text(
            guide.words,
            size=SMALL,
            color=guide.color,
            weight="semibold",
            width=self._margin.width,
        ).halo(self._pen.theme.background)
        hair = segments(np.empty((0, 3)), np.empty((0, 3)), guide.color, HAIR)
        self._guides.append(guide)
        self.labels.append(label)
        self._hairs.append(hair)
        if guide.is_cut:
            self._find_room(label, guide)
        heights = self._heights()
        if not guide.is_cut:
            label.align_to(point(self._margin.right), mn.RIGHT)
            label.shift((heights[-1] - label.get_center()[1]) * mn.UP)
        fade(label, 0.0)
        self.add(hair, label)

        def begin() -> Frame:
            frame = prepare()
            before = [each.get_center()[1] for each in self.labels]

            def at(alpha: float) -> None:
                frame(min(1.0, cruise(alpha) / WRITE))
                named = float(np.clip((alpha - WRITE) / (1 - WRITE), 0, 1))
                moved = float(mn.smooth(min(1.0, alpha / WRITE)))
                for each, old, new in zip(self.labels, before, heights, strict=True):
                    goal = old + (new - old) * moved
                    each.shift((goal - each.get_center()[1]) * mn.UP)
                fade(label, named)
                self._tie(named)

            return at

        return Motion(owner, begin, **{"run_time": 1.5} | how)

    def _tie(self, last: float) -> None:
        """Draw the hairs from names to lines; the last one as far as its name has come in."""
        for guide, label, hair in zip(self._guides, self.labels, self._hairs, strict=True):
            end = _left_end(guide.places)
            start = _rim(label, end)
            share = last if hair is self._hairs[-1] else 1.0
            hair.set_points(strokes(start[None], (start + share * (end - start))[None]))

    def avoid(self, places: NDArray[np.float64]) -> None:
        """Keep names off the line through these positions, (n, 3)."""
        self._obstacles.append(places)

    def avoid_word(self, word: mn.Mobject) -> None:
        """Keep names off a word that stands in the plot."""
        for side in (mn.UP, mn.ORIGIN, mn.DOWN):
            ends = [word.get_critical_point(side + end) for end in (mn.LEFT, mn.RIGHT)]
            self.avoid(np.array(ends))

    def _find_room(self, label: Typeset, guide: Guide) -> None:
        """Put the name of a line that begins inside the plot near its end, where there is room."""
        end = _left_end(guide.places)
        label.next_to(end, mn.LEFT, buff=2 * PAD)
        label.shift(max(0.0, self._margin.right + PAD - float(label.get_left()[0])) * mn.RIGHT)
        lines = [*self._obstacles, *(each.places for each in (*self._guides, guide))]
        low = self._margin.bottom + PAD + label.height / 2
        room = np.arange(low, self._margin.top - label.height / 2, STEP)
        left, right = label.get_left()[0] - PAD, label.get_right()[0] + PAD
        reach = label.height / 2 + PAD
        for y in sorted(room, key=lambda y: abs(float(y - end[1]))):
            if not any(_meets(line, left, right, y - reach, y + reach) for line in lines):
                label.shift((y - label.get_center()[1]) * mn.UP)
                break
        self.avoid_word(label)

    def _heights(self) -> list[float]:
        """Return the middle of each name; those inside the plot stay where they are."""
        heights = [float(label.get_center()[1]) for label in self.labels]
        outside = [n for n, guide in enumerate(self._guides) if not guide.is_cut]
        if outside:
            wanted = [float(_left_end(self._guides[n].places)[1]) for n in outside]
            tallest = max(self.labels[n].height for n in outside)
            low = self._margin.bottom + PAD + tallest / 2
            moved = apart(wanted, tallest + LEAST_GAP, low, self._margin.top - tallest / 2)
            for n, height in zip(outside, moved, strict=True):
                heights[n] = height
        return heights


def _rim(label: Typeset, end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where the hair of a name begins: at its right end, or over or under its middle."""
    right, middle = float(label.get_right()[0]), label.get_center()
    if end[0] > right:
        return point(right + PAD / 2, middle[1])
    side = np.sign(end[1] - middle[1])
    return point(middle[0], middle[1] + side * (label.height + PAD) / 2)


def _meets(line: NDArray[np.float64], left: float, right: float, bottom: float, top: float) -> bool:
    """Return whether a line, left to right, comes into a box."""
    there = line[np.isfinite(line).all(axis=1)]
    if not len(there) or there[-1, 0] < left or there[0, 0] > right:
        return False
    across = np.linspace(max(left, there[0, 0]), min(right, there[-1, 0]), 20)
    heights = np.interp(across, there[:, 0], there[:, 1])
    return bool(((heights > bottom) & (heights < top)).any())


def _left_end(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the first position that is there, or the middle of none."""
    there = places[np.isfinite(places).all(axis=1)]
    return np.asarray(there[0] if len(there) else np.zeros(3))
