"""Lines of code as a stage: they are written, run, light up, and the camera may go into a word."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, cast

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import polyline
from scenes.kit.layout import Region, point
from scenes.kit.motion import Frame, Motion, fade
from scenes.kit.stage.dial import EM, Dial
from scenes.kit.stage.timeline import Act, Step, Timeline, one_after_another
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure

LETTER = 0.602
"""Width of a letter of code, in ems."""
LEADING = 1.75
"""Distance between two baselines, in ems."""
RESTING = 0.4
"""Opacity of lines that do not run."""
GLOWS, STAYS = 0.15, 0.25
"""Shares of the time in which a word begins to glow, and until its first letter goes out."""
DRY = 0.3
"""Opacity of letters that have gone out."""
DIAL_SIZE = 1.5
"""Font size of the dial's number over that of the code."""
RISE = 0.33
"""Height of the middle of a line over its baseline, in ems."""
TICK = ((-0.45, 0.05), (-0.12, -0.3), (0.5, 0.5))
"""The corners of a tick, in ems."""


class CodeStage(mn.VGroup):
    """Lines of code that belong to the world: the camera makes them larger.

    Parameters
    ----------
    region
        The code fills its width, and stands in the middle of its height.
    lines
        The code. Leading spaces become indentation.
    dial
        The numbers of the dial at the end of the first line.
    words
        Words that can be spoken of alone, by the number of their line.

    Attributes
    ----------
    lines
        A group of pieces for each line: what stands before its word, the word, what follows.
    words
        Those words.
    dial
        At the end of the first line.
    """

    def __init__(
        self,
        region: Region,
        lines: Sequence[str],
        pen: Pen,
        *,
        dial: Sequence[Figure],
        words: Mapping[int, str],
    ) -> None:
        super().__init__()
        self._pen = pen
        longest = max(map(len, lines))
        size = max(SMALL, region.width / (longest * LETTER * EM))
        em = EM * size
        top = region.center[1] + LEADING * em * (len(lines) - 1) / 2 - RISE * em
        self.words: dict[int, Typeset] = {}
        self._letters: list[tuple[Typeset, NDArray[np.int_]]] = []
        self.lines = mn.VGroup()
        written = 0
        for number, line in enumerate(lines):
            ink = pen.code(line.strip(), size=size)
            indent = len(line) - len(line.lstrip())
            ink.align_to(point(region.left + indent * LETTER * em), mn.LEFT)
            ink.on_baseline(top - number * LEADING * em)
            pieces = mn.VGroup()
            letters = _letters_of(ink, size)
            for text, start, end in _pieces(line.strip(), words.get(number, "")):
                inside = (letters >= start) & (letters < end)
                piece = pen.code(text, size=size)
                piece.set_points(ink.points[np.repeat(inside, 4)])
                # A network may pass behind it.
                piece.halo(pen.theme.background).grows = True
                if text == words.get(number):
                    self.words[number] = piece
                self._letters.append((piece, written + letters[inside]))
                pieces.add(piece)
            written += len(line.strip())
            self.lines.add(pieces)
        self._count = written
        middle = point(self.lines[0].get_right()[0] + LETTER * em, self.middle_of(0, em))
        self.dial = Dial(middle, dial, pen, size * DIAL_SIZE)
        self._em_at_first, self._width_at_first = em, float(self.lines.width)
        self.ticks = mn.VGroup()
        self.add(self.lines, self.dial, self.ticks)

    @property
    def em(self) -> float:
        """An em of the code as large as it is now, in frame units."""
        return self._em_at_first * float(self.lines.width) / self._width_at_first

    @property
    def bounds(self) -> Region:
        """The rectangle that holds the code now."""
        left, right = self.lines.get_left()[0], self.lines.get_right()[0]
        return Region(
            float(left), float(right), float(self.get_bottom()[1]), float(self.get_top()[1])
        )

    def middle_of(self, number: int, em: float | None = None) -> float:
        """Return the height of the middle of a line."""
        piece = cast(Typeset, self.lines[number][0])
        return float(piece.baseline) + RISE * (self.em if em is None else em)

    def write(self, after: int = 0, **how: Any) -> mn.Animation:
        """Write the code letter by letter; so many of its letters are there at first."""

        def prepare() -> Frame:
            full = [(piece, piece.points.copy(), letters) for piece, letters in self._letters]

            def frame(share: float) -> None:
                done = after + share * (self._count - after)
                for piece, points, letters in full:
                    piece.points = points[np.repeat(letters < done, 4)]

            return frame

        return Motion(self, prepare, **{"run_time": 2.5} | how)

    def light(self, numbers: Collection[int], others: float = RESTING, **how: Any) -> mn.Animation:
        """Light some lines, and leave the others in the dark."""

        def prepare() -> Frame:
            before = [[float(piece.get_fill_opacity()) for piece in line] for line in self.lines]

            def frame(share: float) -> None:
                for number, (line, opacities) in enumerate(zip(self.lines, before, strict=True)):
                    goal = 1.0 if number in numbers else others
                    for piece, opacity in zip(line, opacities, strict=True):
                        fade(piece, opacity + (goal - opacity) * share)

            return frame

        return Motion(self, prepare, **{"run_time": 0.6} | how)

    def part(self, number: int, ems: float) -> None:
        """Move a line and those below it down, to make room above them."""
        down = ems * self.em * mn.DOWN
        for moved in (*self.lines[number:], *self.ticks[number:]):
            moved.shift(down)

    def dry(
        self, number: int, spans: Sequence[tuple[float, float]] | None = None, **how: Any
    ) -> mn.Animation:
        """Let the word of a line glow as a gradient does, and its letters go out one by one.

        Parameters
        ----------
        number
            The line.
        spans
            From when to when each letter goes out, as shares of the time; evenly by default.
        """
        word, glow = self.words[number], self._pen.theme.backward

        def prepare() -> list[Step]:
            letters = self._letters_of_word(word)
            evenly = one_after_another(len(letters), 1.4)
            later = [(STAYS + (1 - STAYS) * a, STAYS + (1 - STAYS) * b) for a, b in evenly]
            times = later if spans is None else spans
            rest = float(word.get_fill_opacity())
            steps = [Step(0, GLOWS, lambda share: fade(word, rest * (1 - share)))]
            for letter, (start, end) in zip(letters, times, strict=True):
                letter.set_fill(glow, opacity=0.0)
                self.add(letter)
                steps.append(Step(0, GLOWS, partial(fade, letter)))
                steps.append(Step(start, end, _drying(letter, glow, self._pen.theme.muted)))
            return steps

        return Timeline(self, prepare, **{"run_time": 3.0} | how)

    def _letters_of_word(self, word: Typeset) -> list[mn.VMobject]:
        """Return copies of the letters of a word, each a path of its own."""
        (numbers,) = (letters for piece, letters in self._letters if piece is word)
        found = []
        for number in np.unique(numbers):
            letter = mn.VMobject(stroke_width=0)
            found.append(letter.set_points(word.points[np.repeat(numbers == number, 4)]))
        return found

    def check(self, **how: Any) -> mn.Animation:
        """Put a tick before each line, one after the other."""

        def prepare() -> list[Step]:
            em, left = self.em, float(self.lines.get_left()[0])
            steps = []
            times = one_after_another(len(self.lines), 1.6)
            for number, (start, end) in enumerate(times):
                corners = np.array([point(x * em, y * em) for x, y in TICK])
                corners = corners + point(left - 1.3 * em, self.middle_of(number))
                tick = polyline(corners, self._pen.theme.healthy, 8)
                whole = tick.copy()
                self.ticks.add(tick)

                def act(share: float, tick: mn.VMobject = tick, whole: mn.VMobject = whole) -> None:
                    if share > 0:
                        tick.pointwise_become_partial(whole, 0, share)
                    tick.set_stroke(opacity=float(share > 0))

                act(0.0)
                steps.append(Step(start, end, act))
            return steps

        return Timeline(self, prepare, **{"run_time": 1.8} | how)

    def kindle(self, number: int, others: float = RESTING, **how: Any) -> mn.Animation:
        """Let a line glow in the colour of a gradient, and leave the others in the dark."""
        glow = mn.ManimColor(self._pen.theme.backward)

        def prepare() -> list[Step]:
            line = self.lines[number]
            before = mn.ManimColor(line[0].get_fill_color())
            dark = self.light([number], others)
            dark.begin()

            def act(share: float) -> None:
                dark.interpolate(share)
                for piece in line:
                    opacity = piece.get_fill_opacity()
                    piece.set_fill(before.interpolate(glow, share), opacity)

            return [Step(0, 1, act)]

        return Timeline(self, prepare, **{"run_time": 0.8} | how)


def _drying(letter: mn.VMobject, glow: str, muted: str) -> Act:
    before, after = mn.ManimColor(glow), mn.ManimColor(muted)

    def act(share: float) -> None:
        if share > 0:
            letter.set_fill(before.interpolate(after, share), opacity=1 - (1 - DRY) * share)

    return act


def _pieces(line: str, word: str) -> list[tuple[str, int, int]]:
    """Cut a line into what stands before a word, the word and what follows; with their letters."""
    start = line.index(word) if word else len(line)
    cuts = [(0, start), (start, start + len(word)), (start + len(word), len(line))]
    return [(line[first:last], first, last) for first, last in cuts if last > first]


def _letters_of(ink: Typeset, size: float) -> NDArray[np.int_]:
    """Return to which letter of a line each of its curves belongs, (curves,)."""
    advance = LETTER * EM * size
    left = float(ink.get_left()[0])
    found: list[int] = []
    for part in ink.get_subpaths():
        low, high = part[:, 0].min(), part[:, 0].max()
        letter = int(((low + high) / 2 - left) / advance + 0.15)
        found.extend([letter] * (len(part) // 4))
    return np.array(found, dtype=np.int_)
