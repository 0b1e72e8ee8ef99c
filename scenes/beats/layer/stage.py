"""The stage of the film `layer`, with what its arrays and units do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import manim as mn
import numpy as np

from scenes.beats.layer.board import TINY, LayerBoard
from scenes.kit.film import QUICK
from scenes.kit.layout import GAP, SAFE
from scenes.kit.stage.acts import filling
from scenes.kit.stage.cells import Cells
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.light import flash
from scenes.kit.stage.outlines import Outlines, cell_outlines
from scenes.kit.stage.paint import Paint
from scenes.kit.stage.timeline import Act, Step, Timeline, one_after_another
from scenes.kit.stage.unit import Unit
from scenes.kit.theme import CURVE, NARRATION, SMALL
from scenes.kit.type.words import ChangeWords

CODE, CODE_SIZE = 3.2, 44
"""Baseline and size of the line of code that acts."""
FAINT = 0.2
"""Opacity of what is not spoken of, over what it was."""
FILLED = 0.4
"""How full an input or a unit is when light arrives."""
BRIGHT = 7.0
"""Stroke width of a rim that is pointed at."""
GRADIENTS = ("gradient", "slope", "dx", "dW")


class LayerStage(LayerBoard):
    """A layer whose arrays meet, turn over and add up."""

    def dim(
        self, cells: Cells, places: Iterable[int] | None = None, *, back: bool = False, **how: Any
    ) -> Dim:
        """Dim cells that are not spoken of, or bring them back; all of an array by default."""
        chosen = range(len(cells.boxes)) if places is None else places
        parts = [part for k in chosen for part in (cells.boxes[k], *cells.numbers[k : k + 1])]
        return Dim(cells, parts, 1 / FAINT if back else FAINT, **how)

    @staticmethod
    def at_rim(unit: Unit) -> float:
        """Return how far a beam has come at the right rim of a unit."""
        assert unit.beam is not None
        return (unit.beam.right - 1) / (unit.beam.right + unit.beam.left)

    def light(self) -> Timeline:
        """Let light run from the inputs to the units; the inputs fill and empty."""
        outlines = self.W.outlines
        starts, ends = outlines[:, [4, 8]].mean(axis=1), outlines[:, [0, 12]].mean(axis=1)
        color = self.theme.forward
        path, run = flash(starts, ends, color, CURVE)

        def prepare() -> list[Step]:
            fills = (filling(box, color, FILLED) for box in self.x.boxes)
            return [*(Step(0, 0.5, fill, mn.there_and_back) for fill in fills), Step(0.1, 1, run)]

        return Timeline(mn.VGroup(path), prepare, remover=True)

    def touching(self, cells: Cells, places: Sequence[int], **how: Any) -> Timeline:
        """Light the rims of cells, one after the other."""
        return self._lit(cells, [cells.boxes[k] for k in places], **how)

    def pointing(self, **how: Any) -> Timeline:
        """Light the rims of units, one after the other."""
        return self._lit(self.unit_column, [unit.rim for unit in self.units], **how)

    def _lit(self, owner: mn.Mobject, paths: Sequence[mn.VMobject], **how: Any) -> Timeline:
        times = one_after_another(len(paths), 1.3)

        def prepare() -> list[Step]:
            return [
                Step(*time, _lighting(path, self.theme.ink), mn.there_and_back)
                for path, time in zip(paths, times, strict=True)
            ]

        return Timeline(owner, prepare, **how)

    # Guests

    def guest(
        self, name: str, of: str, places: Sequence[int] | None = None, *, seen: bool = False
    ) -> Cells:
        """Put a copy of the cells of an array, or of some of them, on top of the others.

        Parameters
        ----------
        seen
            Whether it is seen, in place of the original; if not, it is to `arrive` elsewhere.
        """
        cells: Cells = getattr(self, of)
        chosen = range(len(cells.boxes)) if places is None else places
        numbers = self.figures_of(of)
        copy = Cells(
            cells.outlines[list(chosen)],
            [self.paints_of(of)[k].faded(float(seen)) for k in chosen],
            [numbers[k] for k in chosen],
        )
        if seen:
            for number, center in zip(copy.numbers, copy.centers, strict=True):
                copy.add(number.move_to(center))
        self.guests[name] = copy
        self.add(copy)
        return copy

    def arrive(self, name: str, of: str, outlines: Outlines, **how: Any) -> Timeline:
        """Let a copy of an array come out of it, and go elsewhere."""
        return self.guest(name, of).fly(outlines, paints=self.paints_of(of), seen=True, **how)

    def comes_to_rest(self, name: str, of: str, outlines: Outlines, **how: Any) -> Timeline:
        """Let a copy of an array appear where it meets another one, without a way over it."""
        copy = self.guest(name, of)
        copy.place(outlines)
        return copy.fly(paints=self.paints_of(of), seen=True, **how)

    def leave(self, *names: str) -> list[mn.Animation]:
        """Let guests fade."""
        return [mn.FadeOut(self.guests.pop(name)) for name in names if name in self.guests]

    def further_example(self, n: int) -> Cells:
        """Put an example where x lies above W, not yet seen, from where it slides to its row."""
        numbers, paints = self.example(n)
        row = Cells(self.plan.cells("x"), [paint.faded() for paint in paints], numbers)
        self.guests[f"example {n}"] = row
        self.add(row)
        return row

    def second_gradient(self) -> Cells:
        """Put dW of the second example below its row of x, where it grows, not yet seen."""
        paints = [paint.faded() for paint in self.paints_of("dW_second")]
        places = self.plan.pressed(2)[:, ::4].mean(axis=1)
        card = Cells(cell_outlines(places, TINY, TINY), paints, self.figures_of("dW_second"))
        self.add(card)
        return card

    def adds(self, total: str, **how: Any) -> Timeline:
        """Write a sum over examples into dW, from above to below."""
        order = np.repeat(self.ranks, len(self.plan.columns))
        return self.dW.rewrite(
            self.figures_of(total), self.paints_of(total), order=order, each=0.6, **how
        )

    # W turns over

    def lay_down(self, j: int, later: Sequence[int]) -> None:
        """Let a column of W lift off and lie down as a row; what it passes is faint meanwhile.

        Parameters
        ----------
        later
            The places of the columns that have not yet lain down.
        """
        places = self.column(j)
        if j:
            card = self.guests[f"column {j - 1}"]
            # Where the two overlap, only one of them can be read at any time.
            self.play(
                self.dim(card, during=(0.0, 0.5)),
                self.dim(self.W, places, back=True, during=(0.5, 1.0)),
                run_time=0.5,
            )
        elif later:
            self.play(self.dim(self.W, later), run_time=0.4)
        card = self.guest(f"column {j}", "W", places, seen=True)
        self._empty(places)
        goals, pace = self.plan.cells("W.T")[places], 0.9 if j else 1.4
        dots = [] if j else [self.dots.fly(self.plan.dots("W.T"), run_time=pace)]
        self.play(card.fly(goals, order=self.ranks[::-1], each=0.7, run_time=pace), *dots)

    def clear_tipped(self, line: str) -> None:
        """Let W.T and dx leave; x goes to where dW will be."""
        cards = [f"column {j}" for j in range(len(self.plan.columns))]
        dots = [Paint.of(box).faded() for box in self.dots.boxes]
        self.play(
            *self.leave(*cards),
            self.dots.fly(paints=dots, run_time=0.5),
            self.dx.fly(paints=self.unseen(self.dx), seen=False, run_time=0.5),
            *self.forget("dx"),
            *self.writes(line, back=True),
            self.x.fly(self.plan.above_dW, paints=self.paints_of("x"), seen=True, run_time=1.0),
        )

    def _empty(self, places: Sequence[int]) -> None:
        """Take cells of W away whose copies take over."""
        for k in places:
            self.W.paint_of(k).faded().on(self.W.boxes[k])
            self.W.remove(self.W.numbers[k])

    @staticmethod
    def unseen(cells: Cells) -> list[Paint]:
        """Return the paints of cells, as they are where they have faded."""
        return [Paint.of(box).faded() for box in cells.boxes]

    # Code and names

    def writes(self, line: str = "", *, back: bool = False) -> list[mn.Animation]:
        """Write the line of code that acts now in place of the last one; none without a line."""
        old, theme = self.code, self.theme
        color = theme.backward if back else theme.forward
        self.code = self.pen.code(line, color, CODE_SIZE).fit_width(SAFE.width) if line else None
        if self.code is not None:
            self.code.on_baseline(CODE)
        return [ChangeWords(old, self.code)] if old or self.code else []

    def name(self, name: str, written: str) -> mn.VGroup:
        """Write the name of an array."""
        color = self.theme.backward if written in GRADIENTS else self.theme.forward
        ink = self.pen.code(written, color, NARRATION if len(written) < 5 else SMALL)
        self.names[name] = mn.VGroup(ink.halo(self.theme.background))
        return self.names[name]

    def above(self, name: str, written: str) -> mn.VGroup:
        """Write a name above an array."""
        words = self.name(name, written).next_to(self._place_of(name), mn.UP, buff=GAP / 2)
        return words.shift(min(0.0, SAFE.right - float(words.get_right()[0])) * mn.RIGHT)

    def beside(self, name: str, written: str) -> mn.VGroup:
        """Write a name left of an array."""
        return self.name(name, written).next_to(self._place_of(name), mn.LEFT, buff=GAP / 2)

    def _place_of(self, name: str) -> mn.VMobject:
        """Return the path of the cells of an array, where they lie once all have come."""
        return mn.VMobject().set_points(self.plan.cells(name).reshape(-1, 3))

    def forget(self, *names: str) -> list[mn.Animation]:
        """Take names away."""
        there = [name for name in names if name in self.names]
        return [mn.FadeOut(self.names.pop(name), run_time=QUICK) for name in there]


def _lighting(path: mn.VMobject, color: str) -> Act:
    """Return how the rim of a cell or a unit takes a colour."""
    before = Paint.of(path)
    lit = replace(before, rim=mn.ManimColor(color), width=BRIGHT, rim_opacity=1.0)
    return lambda share: before.toward(lit, share).on(path)
