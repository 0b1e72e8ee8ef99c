"""The film of a wrong array beside the right one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import manim as mn
import numpy as np

from backprop_core.experiment.config import Experiment
from scenes.kit.arrays.matrix import Matrix, Sample, cell_width
from scenes.kit.film import MOVE, QUICK, Film
from scenes.kit.layout import GAP, STAGE, Region, point
from scenes.kit.theme import LABEL, LINE, NARRATION, SMALL
from scenes.production.exercise.array_diff import ArrayDiff
from scenes.words.figures import Figure, Sentence, verbatim

MOST = (6, 6)
"""Rows and columns of an array that are drawn."""
STYLES = ((3, NARRATION), (3, LABEL), (3, SMALL), (2, SMALL))
"""Significant digits and font size in the cells; the first pair that fits is used."""
HEIGHT = 0.75
"""Greatest height of a cell."""
NOTES, LEAD = 1.5, 0.3
"""Height below the arrays for the cause, and how far down its first line stands."""
ABOVE, BELOW = 1.0, 0.6
"""Height above the cells of an array for heading and name, and below them for its shape."""
FRAME_AIR = 0.05
"""Distance from a shape to its frame."""
AIR = 0.0155
"""Height of a cell per unit of font size; with less, digits touch the borders."""


class ArrayDiffFilm(Film):
    """The right array, then the returned one.

    Parameters
    ----------
    diff
        The arrays, and what is said of them.
    """

    title: ClassVar[str] = "As it should be, and as it came back"
    summary: ClassVar[str] = "Where a learner's array differs from the right one, and why"
    reads: ClassVar[tuple[str, ...]] = ("film",)
    sources: ClassVar[tuple[str, ...]] = ("the learner's own file",)

    def __init__(self, diff: ArrayDiff, **kwargs: Any) -> None:
        super().__init__(Experiment().override({"film.theme": diff.theme}), **kwargs)
        self.diff = diff

    def about(self) -> dict[str, Any]:
        """Return the head of the ledger, with an exercise in place of an experiment."""
        about = super().about() | {"film": "exercise", "exercise": vars(self.diff)}
        del about["experiment"], about["seed"]
        return about

    def compute(self) -> None:
        """Choose digits and font size so that both arrays fit."""
        self.hue = self.theme.backward if self.diff.gradient else self.theme.forward
        upper, self.lower = _rows()
        self.regions = dict(zip(("expected", "got"), upper.columns(1, 1, gap=2 * GAP), strict=True))
        self.samples = {which: self._samples(which) for which in self.regions}
        self.styles = {which: self._style(which) for which in self.regions}

    def subtitle(self) -> Sentence:
        """Say whose arrays these are."""
        return self.diff.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        return self.diff.seen()

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return self.diff.poster()

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats."""
        return (self.right, self.yours, self.difference, self.why)

    def right(self) -> None:
        """Show the right array."""
        self.say(self.diff.right())
        self.matrices = {which: self._matrix(which) for which in self.regions}
        key = self.pen.label("filled cell: positive; outlined: negative", size=SMALL)
        key.align_to(point(self.lower.right), mn.RIGHT).on_baseline(self.lower.top - LEAD)
        self.play(mn.FadeIn(self.matrices["expected"], self._heading("expected"), key))

    def yours(self) -> None:
        """Show the learner's array beside it."""
        self.say(self.diff.yours())
        self.play(mn.FadeIn(self.matrices["got"], self._heading("got")), run_time=MOVE)

    def difference(self) -> None:
        """Frame the entry that differs most, or the shapes."""
        self.say(self.diff.difference())
        entry = self.diff.entry
        marked = mn.VGroup()
        for matrix in self.matrices.values():
            if entry is None:
                shape = matrix.caption[1]
                marked.add(_framed(shape, self.theme.ink))
            else:
                marked.add(*matrix.frames(_cells(matrix, entry)))
        self.play(mn.FadeIn(marked), run_time=QUICK)

    def why(self) -> None:
        """Write the cause below."""
        diff = self.diff
        self.say(diff.why())
        if not diff.cause:
            return
        lead = self.pen.label("likely cause", self.theme.muted, SMALL)
        lead.align_to(point(self.lower.left), mn.LEFT)
        lead.on_baseline(self.lower.top - LEAD)
        words = self.pen.text(verbatim(diff.cause), size=LABEL, width=self.lower.width)
        words.align_to(point(self.lower.left), mn.LEFT).next_to(
            lead, mn.DOWN, buff=0.5 * GAP, aligned_edge=mn.LEFT
        )
        self.play(mn.FadeIn(lead, words), run_time=MOVE)

    def _samples(self, which: str) -> tuple[Sample, Sample]:
        rows = self._array(which)
        return Sample(len(rows), MOST[0]), Sample(len(rows[0]), MOST[1])

    def _array(self, which: str) -> list[list[float]]:
        return self.diff.expected if which == "expected" else self.diff.got

    def _figures(self, which: str, digits: int) -> list[Figure]:
        rows, columns = self.samples[which]
        diff = self.diff
        return [diff.figure(which, i, j, digits) for i in rows.indices for j in columns.indices]

    def _style(self, which: str) -> tuple[int, float] | None:
        """Return digits and font size that fit, or None if no numbers do."""
        for digits, size in STYLES:
            width = self.samples[which][1].offsets(self._width(which, digits, size))[1]
            fits = width <= self.regions[which].width
            if fits and self._height(which) >= AIR * size:
                return digits, size
        return None

    def _height(self, which: str) -> float:
        rows = self.samples[which][0]
        gaps = rows.offsets(0.0)[1]
        room = self.regions[which].height - ABOVE - BELOW - gaps
        return min(HEIGHT, room / len(rows.indices))

    def _width(self, which: str, digits: int, size: float) -> float:
        return cell_width(self._figures(which, digits), self.pen, size)

    def _matrix(self, which: str) -> Matrix:
        diff, region, samples = self.diff, self.regions[which], self.samples[which]
        digits, size = self.styles[which] or (0, SMALL)
        width = region.width / (len(samples[1].indices) + 1)
        if digits:
            width = self._width(which, digits, size)
        matrix = Matrix(
            np.array(self._array(which)),
            (lambda i, j: diff.figure(which, i, j, digits)) if digits else None,
            samples,
            (width, self._height(which)),
            self.hue,
            self.pen,
            name=diff.part,
            shape=diff.shape(which),
            size=size,
            largest=max(float(np.abs(self._array(one)).max()) for one in self.regions),
        )
        middle = region.inset(top=ABOVE, bottom=BELOW).center
        matrix.shift(middle - matrix.body.get_center())
        return matrix

    def _heading(self, which: str) -> mn.Mobject:
        words = "as it should be" if which == "expected" else "as it came back"
        ink = self.pen.label(words, self.theme.ink)
        ink.move_to(self.regions[which].center)
        return ink.on_baseline(self.regions[which].top - 0.32)


def _rows() -> tuple[Region, Region]:
    """Divide the stage: above the arrays, below the cause."""
    middle = STAGE.bottom + NOTES
    lower = Region(STAGE.left, STAGE.right, STAGE.bottom, middle)
    return Region(STAGE.left, STAGE.right, middle, STAGE.top), lower


def _framed(shape: mn.Mobject, color: str) -> mn.VMobject:
    return mn.SurroundingRectangle(shape, color=color, stroke_width=LINE, buff=FRAME_AIR)


def _cells(matrix: Matrix, entry: list[int]) -> list[mn.VGroup]:
    """Return the cell of an entry, if it is drawn."""
    rows, columns = (sample.indices for sample in matrix.samples)
    if entry[0] not in rows or entry[1] not in columns:
        return []
    return [matrix.cells[rows.index(entry[0])][columns.index(entry[1])]]
