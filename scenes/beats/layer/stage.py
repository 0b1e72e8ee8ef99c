"""The stage of the film `layer`: one layer, as a network and as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import cycle, product
from typing import Any

import manim as mn
import numpy as np

from scenes.beats.layer.plan import HAIR_EDGE, MOST_EDGE, plan_of
from scenes.beats.opened_units import curve_of
from scenes.kit.film import QUICK, Film
from scenes.kit.layout import GAP, SAFE, STAGE, Region
from scenes.kit.stage.acts import dimming, filling
from scenes.kit.stage.beam import Beam
from scenes.kit.stage.cells import Cells
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.light import flash
from scenes.kit.stage.outlines import cell_outlines
from scenes.kit.stage.paint import Paint
from scenes.kit.stage.timeline import Act, Step, Timeline, one_after_another
from scenes.kit.stage.unit import Unit
from scenes.kit.theme import CURVE, NARRATION, SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.kit.type.words import ChangeWords
from scenes.stories.layer import LayerStory
from scenes.words.figures import Figure, constant

CODE, CODE_SIZE = 3.2, 44
"""Baseline and size of the line of code that acts."""
CODE_FLOOR = 3.05
"""Lower limit of that line: the bottom of its brackets."""
FAINT = 0.2
"""Opacity of what is not spoken of, over what it was."""
START = 1e-9
"""Where a unit stands before its sum lands: in the middle, on the steep side of a ReLU's kink."""
BEAM = 0.62
"""Height of a gradient of one that enters a unit, in radii."""
FILLED = 0.4
"""How full an input or a unit is when light arrives."""
EDGE_OPACITY = 0.8
TINY = 0.05
"""Size of a cell that has not yet come."""
NEAR = Region(STAGE.left + 0.2, STAGE.right - 0.2, -2.85, 2.5)
"""What the network fills when it is the subject."""
GRADIENTS = ("gradient", "slope", "dx", "dW")
FORWARD = ("W", "x", "X", "b", "u", "z")
"""The arrays in the colour of the forward pass. All others are gradients."""


class LayerStage(Film):
    """Inputs and units, and between them edges that become cells.

    Attributes
    ----------
    plan
        Where everything lies.
    board
        All cells.
    W, x, b, u, z, slope, dW, dx
        The arrays.
    rays
        Two paths below the cells, for what runs to where inputs and slopes meet.
    dots
        What stands for rows and columns left out.
    units, unit_column
        The units, which are open, and the group of them.
    code
        The line of code that acts, if one does.
    names
        The names of the arrays that are on stage, by array.
    guests
        Copies of arrays that meet others, by name.
    sum_words
        The sum that is written out, term by term.
    """

    story: LayerStory
    code: Typeset | None
    sum_words: list[list[Typeset]]

    def compute(self) -> None:
        """Pass one example through the layer and back."""
        self.story = LayerStory.of(self.experiment)

    def lay_out(self) -> None:
        """Create the network, so near that it fills the stage."""
        story = self.story
        self.code = None
        region = Region(STAGE.left, STAGE.right, STAGE.bottom, CODE_FLOOR - GAP / 2)
        self.plan = plan = plan_of(region, story.arrays, story.entry, self.pen)
        hidden = Paint.solid(self.theme.background, 0.0)
        self.W = Cells(
            plan.edges(self.thickness(MOST_EDGE, "W")),
            [self._edge_paint()] * self.size,
            self.figures_of("W"),
        )
        node = Paint.hollow(self.theme.forward, width=3.0)
        self.x = Cells(plan.nodes(), [node] * len(plan.columns), self.figures_of("x"))
        for name in ("b", "u", "z", "slope", "dx"):
            cells, numbers = plan.cells(name), self.figures_of(name)
            setattr(self, name, Cells(cells, [hidden] * len(cells), numbers))
        crossings = cell_outlines(plan.cells("dW")[:, ::4].mean(axis=1), TINY, TINY)
        self.dW = Cells(crossings, [hidden] * self.size, self.figures_of("dW"))
        dots = plan.dots("network")
        self.dots = Cells(dots, [Paint.solid(self.theme.muted)] * len(dots))
        self.rays = mn.VGroup(
            *(
                mn.VMobject(stroke_color=color, stroke_width=CURVE, fill_opacity=0)
                for color in (self.theme.forward, self.theme.backward)
            )
        )
        arrays = (self.W, self.b, self.x, self.u, self.slope, self.dW, self.dx, self.z)
        self.board = mn.VGroup(self.rays, self.dots, *arrays)
        self.units = [self._unit(center) for center in plan.unit_centers]
        self.names: dict[str, mn.VGroup] = {}
        self.guests: dict[str, Cells] = {}
        self.unit_column = mn.VGroup(*self.units)
        self.add(self.board, self.unit_column)
        self.home, self.close = _alike(plan.network, NEAR)
        near = self.look(self.home, self.close)
        near.begin()
        near.finish()

    b: Cells
    u: Cells
    z: Cells
    slope: Cells
    dx: Cells

    def thickness(self, widest: float, name: str, full: float | None = None) -> np.ndarray:
        """Return widths of the edges in proportion to an array; a hair is the least to be seen.

        Parameters
        ----------
        full
            The number that gets the full width; by default the largest one of the array.
        """
        values = np.abs(self.story.arrays[name])
        drawn = np.array([values[at] for at in self.indices("W")])
        shares = drawn / (full or float(values.max(initial=0.0)) or 1.0)
        return np.asarray(np.maximum(HAIR_EDGE, widest * shares))

    @property
    def size(self) -> int:
        """The number of weights drawn."""
        return len(self.plan.rows) * len(self.plan.columns)

    @property
    def ranks(self) -> np.ndarray:
        """When each unit comes, from 0 to 1, as they stand from the top."""
        return np.linspace(0, 1, len(self.units))

    @property
    def flat(self) -> list[int]:
        """The places of the units drawn that are flat; of all of them if none is."""
        flat = [n for n, at in enumerate(self.plan.units.indices) if self.story.flat[at]]
        return flat or list(range(len(self.units)))

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
        times = one_after_another(len(places), 1.3)

        def prepare() -> list[Step]:
            return [
                Step(*time, _lighting(cells.boxes[k], self.theme.ink), mn.there_and_back)
                for k, time in zip(places, times, strict=True)
            ]

        return Timeline(cells, prepare, **how)

    # Guests

    def guest(
        self, name: str, of: str, places: Sequence[int] | None = None, *, seen: bool = False
    ) -> Cells:
        """Put a copy of the cells of an array, or of some of them, on top of the others.

        Parameters
        ----------
        seen
            Whether its numbers are seen, as those of the original are not.
        """
        cells: Cells = getattr(self, of)
        chosen = range(len(cells.boxes)) if places is None else places
        numbers = self.figures_of(of)
        copy = Cells(
            cells.outlines[list(chosen)],
            [self.paints_of(of)[k] for k in chosen],
            [numbers[k] for k in chosen],
        )
        if seen:
            for number, center in zip(copy.numbers, copy.centers, strict=True):
                copy.add(number.move_to(center))
        self.guests[name] = copy
        self.add(copy)
        return copy

    def leave(self, *names: str) -> list[mn.Animation]:
        """Let guests fade."""
        return [mn.FadeOut(self.guests.pop(name)) for name in names if name in self.guests]

    # Numbers

    def indices(self, name: str) -> list[tuple[int, int]]:
        """Return the entries of an array that are drawn, row by row."""
        units, inputs = self.plan.units.indices, self.plan.inputs.indices
        if name.startswith(("W", "dW")):
            return list(product(units, inputs))
        return [(n, 0) for n in (inputs if name in {"x", "dx"} else units)]

    def figures_of(self, name: str) -> list[Typeset]:
        """Typeset the entries of an array that are drawn."""
        entries = (self.story.entry(name, *at, self.plan.digits) for at in self.indices(name))
        grounds = [self.theme.background] if name == "u" else map(_fill, self.paints_of(name))
        return [self._ink(*each) for each in zip(entries, cycle(grounds), strict=False)]

    def ink(self, figure: Figure) -> Typeset:
        """Typeset a number in the size of those in cells."""
        return self.pen.number(figure, size=self.plan.size)

    def _ink(self, figure: Figure, ground: str) -> Typeset:
        """Typeset a number that lies on a ground of one colour."""
        return self.ink(figure).halo(ground)

    def example(self, n: int) -> tuple[list[Typeset], list[Paint]]:
        """Return the inputs of an example, as numbers and as paints."""
        return self._row("X", n, self.plan.inputs.indices)

    def slopes_of(self, n: int) -> tuple[list[Typeset], list[Paint]]:
        """Return the slopes of the units for an example, as numbers and as paints."""
        return self._row("slopes", n, self.plan.units.indices)

    def _row(self, name: str, n: int, columns: Sequence[int]) -> tuple[list[Typeset], list[Paint]]:
        """Return a row of an array with one row for each example."""
        paints = [self._paint(name, n, k) for k in columns]
        entries = [self.story.entry(name, n, k, self.plan.digits) for k in columns]
        return [
            self._ink(entry, _fill(paint)) for entry, paint in zip(entries, paints, strict=True)
        ], paints

    def paints_of(self, name: str) -> list[Paint]:
        """Return the paints of the cells of an array."""
        return [self._paint(name, *at) for at in self.indices(name)]

    def _paint(self, name: str, row: int, column: int) -> Paint:
        array = self.story.arrays[name]
        largest = float(np.abs(array).max(initial=0.0)) or 1.0
        hue = self.theme.forward if name in FORWARD else self.theme.backward
        return Paint.cell(float(array[row, column]) / largest, hue, self.theme)

    def ones(self) -> tuple[list[Typeset], list[Paint]]:
        """Return the gradient of sum(z), one for each unit, as numbers and as paints."""
        paint = Paint.cell(1.0, self.theme.backward, self.theme)
        return [self._ink(constant("one", "1"), _fill(paint)) for _ in self.units], [paint] * len(
            self.units
        )

    def row(self, i: int) -> list[int]:
        """Return the places of a row of W in its cells."""
        n = len(self.plan.columns)
        return list(range(i * n, (i + 1) * n))

    def column(self, j: int) -> list[int]:
        """Return the places of a column of W, which is a row of W.T."""
        return list(range(j, self.size, len(self.plan.columns)))

    def further_example(self, n: int) -> Cells:
        """Put an example where x lies above W, not yet seen, from where it slides to its row."""
        numbers, paints = self.example(n)
        row = Cells(self.plan.cells("x"), [paint.faded() for paint in paints], numbers)
        self.guests[f"example {n}"] = row
        self.add(row)
        return row

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
            self.play(self.dim(card), self.dim(self.W, places, back=True), run_time=0.4)
        elif later:
            self.play(self.dim(self.W, later), run_time=0.4)
        card = self.guest(f"column {j}", "W", places, seen=True)
        self._empty(places)
        goals, pace = self.plan.cells("W.T")[places], 0.9 if j else 1.4
        dots = [] if j else [self.dots.fly(self.plan.dots("W.T"), run_time=pace)]
        self.play(card.fly(goals, order=self.ranks[::-1], each=0.7, run_time=pace), *dots)

    def stand_up(self, line: str) -> None:
        """Let the rows of W.T go back to be the columns of W; x goes to where dW will be."""
        cells, columns = self.plan.cells("W"), range(len(self.plan.columns))
        cards = [self.guests.pop(f"column {j}") for j in columns]
        self.play(
            *(
                card.fly(cells[self.column(j)], order=self.ranks, each=0.7, run_time=1.3)
                for j, card in enumerate(cards)
            ),
            self.dots.fly(self.plan.dots("W"), run_time=1.3),
            self.dim(self.x, back=True, run_time=0.4),
            self.x.fly(self.plan.above_dW, run_time=1.3),
            self.dx.fly(paints=self._nothing(self.dx), seen=False, run_time=0.5),
            *self.forget("dx"),
            *self.writes(line, back=True),
        )
        self.remove(*cards)
        self._fill_again()

    def _empty(self, places: Sequence[int]) -> None:
        """Take cells of W away whose copies take over."""
        for k in places:
            self.W.paint_of(k).faded().on(self.W.boxes[k])
            self.W.remove(self.W.numbers[k])

    def _fill_again(self) -> None:
        """Put W back where its copies are, as faint as these, which leave."""
        self.W.remove(*self.W.numbers)
        self.W.numbers = self.figures_of("W")
        for box, paint, number in zip(
            self.W.boxes, self.paints_of("W"), self.W.numbers, strict=True
        ):
            paint.faded(FAINT).on(box)
            number.move_to(box.points[::4].mean(axis=0))
            dimming(number, FAINT)(1.0)
        self.W.add(*self.W.numbers)

    def _nothing(self, cells: Cells) -> list[Paint]:
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

    # What it is made of

    def _edge_paint(self) -> Paint:
        ground, muted = mn.ManimColor(self.theme.background), mn.ManimColor(self.theme.muted)
        return Paint.solid(ground.interpolate(muted, EDGE_OPACITY).to_hex())

    def _unit(self, center: np.ndarray) -> Unit:
        curve = curve_of(self.story.activation)
        reach = 1 + GAP / self.plan.radius
        beam = Beam(height=BEAM, right=reach, left=reach)
        unit = Unit(center, self.plan.radius, curve, self.pen, z=START, beam=beam, shone=0.0)
        # The sum stands beside it: that says how far out it is.
        unit.remove(unit.further)
        return unit


def _lighting(box: mn.VMobject, color: str) -> Act:
    """Return how the rim of a box takes a colour."""
    before = Paint.of(box)
    lit = replace(before, rim=mn.ManimColor(color), width=CURVE, rim_opacity=1.0)
    return lambda share: before.toward(lit, share).on(box)


def _fill(paint: Paint) -> str:
    return str(paint.fill.to_hex())


def _alike(seen: Region, place: Region) -> tuple[Region, Region]:
    """Return a region, and one of the same shape within another; the camera goes both ways."""
    scale = min(place.width / seen.width, place.height / seen.height)
    (x, y, _), w, h = place.center, scale * seen.width / 2, scale * seen.height / 2
    return seen, Region(x - w, x + w, y - h, y + h)
