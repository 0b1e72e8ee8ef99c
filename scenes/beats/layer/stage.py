"""The stage of the film `layer`: one layer, as a network and as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, product

import manim as mn
import numpy as np

from scenes.beats.layer.plan import plan_of
from scenes.beats.opened_units import curve_of
from scenes.kit.film import Film
from scenes.kit.layout import GAP, SAFE, STAGE, Region, point
from scenes.kit.stage.acts import filling
from scenes.kit.stage.beam import Beam
from scenes.kit.stage.cells import Cells
from scenes.kit.stage.light import flash
from scenes.kit.stage.paint import Paint
from scenes.kit.stage.timeline import Step, Timeline
from scenes.kit.stage.unit import Unit
from scenes.kit.theme import HAIR, LABEL, NARRATION, SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.layer import LayerStory
from scenes.words.figures import Figure, constant

CODE, LEADING, UNLIT = 3.3, 0.4, 0.4
"""Baseline of the first line of code, distance of two, and opacity of a line that does not act."""
START = 1e-9
"""Where a unit stands before its sum lands: in the middle, on the steep side of a ReLU's kink."""
BEAM = 0.62
"""Height of a gradient of one that enters a unit, in radii."""
FILLED = 0.4
"""How full an input or a unit is when light arrives."""
EDGE_OPACITY = 0.8
NEAR = Region(STAGE.left + 0.2, STAGE.right - 0.2, -2.85, 2.5)
"""What the network fills when it is the subject."""
GRADIENTS = ("dz", "dx", "dW")
FORWARD = ("W", "x", "b", "u", "z")
"""The arrays in the colour of the forward pass. All others are gradients."""


class LayerStage(Film):
    """Inputs and units, and between them edges that become cells.

    Attributes
    ----------
    plan
        Where everything lies.
    board
        All cells.
    W, x, b, u, z, slope, dx
        The arrays. W becomes dW.
    dots
        What stands for rows and columns left out.
    units, unit_column
        The units, which open, and the group of them.
    code
        The lines of the program.
    names
        The names of the arrays that are on stage, by array.
    frames
        Frames around the row of x that moves over W.
    """

    story: LayerStory
    frames: Cells

    def compute(self) -> None:
        """Pass one example through the layer and back."""
        self.story = LayerStory.of(self.experiment)

    def lay_out(self) -> None:
        """Create the network, so near that it fills the stage."""
        story = self.story
        self.code = self._program()
        low = min(line.get_bottom()[1] for line in self.code)
        region = Region(STAGE.left, STAGE.right, STAGE.bottom, float(low) - GAP / 2)
        self.plan = plan = plan_of(region, story.arrays, story.entry, self.pen)
        hidden = Paint.solid(self.theme.background, 0.0)
        edge = self._edge_paint()
        self.W = Cells(plan.edges(), [edge] * self.size, self.figures_of("W"))
        node = Paint.hollow(self.theme.forward, width=3.0)
        self.x = Cells(plan.nodes(), [node] * len(plan.columns), self.figures_of("x"))
        for name in ("b", "u", "z", "slope", "dx"):
            cells, numbers = plan.cells(name), self.figures_of(name)
            setattr(self, name, Cells(cells, [hidden] * len(cells), numbers))
        dots = plan.dots("network")
        self.dots = Cells(dots, [Paint.solid(self.theme.muted)] * len(dots))
        arrays = (self.dots, self.W, self.b, self.x, self.u, self.slope, self.dx, self.z)
        self.board = mn.VGroup(*arrays)
        self.units = [self._unit(center) for center in plan.unit_centers]
        self.names: dict[str, mn.VGroup] = {}
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
        """The places of the units that let through less than half of what the steepest one does.

        Where there are none, all units.
        """
        slopes = self.story.slopes[list(self.plan.units.indices)]
        flat = [int(n) for n in np.flatnonzero(slopes < slopes.max() / 2)]
        return flat or list(range(len(slopes)))

    @property
    def words_beside(self) -> list[mn.VGroup]:
        """The names of W and x."""
        return [self.names[name] for name in ("W", "x")]

    @staticmethod
    def at_rim(unit: Unit) -> float:
        """Return how far a beam has come at the right rim of a unit."""
        assert unit.beam is not None
        return (unit.beam.right - 1) / (unit.beam.right + unit.beam.left)

    def light(self, *, back: bool = False) -> Timeline:
        """Let light run from the inputs to the units, or back; what it meets fills and empties."""
        outlines = self.W.outlines
        starts, ends = outlines[:, [4, 8]].mean(axis=1), outlines[:, [0, 12]].mean(axis=1)
        color = self.theme.ink if back else self.theme.forward
        path, run = flash(*((ends, starts) if back else (starts, ends)), color, HAIR + 2)
        inputs: list[mn.VMobject] = list(self.x.boxes)
        units: list[mn.VMobject] = [unit.rim for unit in self.units]
        first, last = (units, inputs) if back else (inputs, units)

        def prepare() -> list[Step]:
            return [
                *(Step(0, 0.4, filling(one, color, FILLED), mn.there_and_back) for one in first),
                Step(0.1, 0.85, run, mn.linear),
                *(Step(0.6, 1, filling(one, color, FILLED), mn.there_and_back) for one in last),
            ]

        return Timeline(mn.VGroup(path), prepare, remover=True)

    # Numbers

    def indices(self, name: str) -> list[tuple[int, int]]:
        """Return the entries of an array that are drawn, row by row."""
        units, inputs = self.plan.units.indices, self.plan.inputs.indices
        if name in {"W", "dW"}:
            return list(product(units, inputs))
        return [(n, 0) for n in (inputs if name in {"x", "dx"} else units)]

    def figures_of(self, name: str) -> list[Typeset]:
        """Typeset the entries of an array that are drawn."""
        entries = (self.story.entry(name, *at, self.plan.digits) for at in self.indices(name))
        grounds = [self.theme.background] if name == "u" else map(_fill, self.paints_of(name))
        return [self._ink(*each) for each in zip(entries, cycle(grounds), strict=False)]

    def _ink(self, figure: Figure, ground: str) -> Typeset:
        """Typeset a number that lies on a ground of one colour."""
        return self.pen.number(figure, size=self.plan.size).halo(ground)

    def paints_of(self, name: str) -> list[Paint]:
        """Return the paints of the cells of an array."""
        array = self.story.arrays[name]
        largest = float(np.abs(array).max(initial=0.0)) or 1.0
        hue = self.theme.forward if name in FORWARD else self.theme.backward
        return [
            Paint.cell(float(array[at]) / largest, hue, self.theme) for at in self.indices(name)
        ]

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

    def products(self, name: str, places: Sequence[int]) -> list[Typeset]:
        """Typeset the products of a row of W, or of W.T, each in the middle of its cell."""
        at, entry, W = self.indices("W"), self.story.entry, self.W
        inks = [
            self._ink(entry(name, *at[k], self.plan.digits), _fill(W.paint_of(k))) for k in places
        ]
        for ink, k in zip(inks, places, strict=True):
            ink.move_to(W.centers[k])
        return inks

    # Code and names

    def runs(self, *numbers: int) -> Timeline:
        """Light lines of code, as the ones that act; all others are faint."""
        theme, last = self.theme, self.story.code.backward[0]

        def prepare() -> list[Step]:
            steps = []
            for number, line in enumerate(self.code):
                lit = theme.forward if number < last else theme.backward
                acts = number in numbers
                color = lit if acts else theme.muted
                steps.append(Step(0, 1, filling(line, color, 1.0 if acts else UNLIT)))
            return steps

        return Timeline(self.code, prepare, run_time=0.6)

    def name(self, name: str, written: str, shape: str = "") -> mn.VGroup:
        """Write the name of an array and its shape: above a column, or left of rows."""
        color = (
            self.theme.backward if written in GRADIENTS or name == "slope" else self.theme.forward
        )
        inks = [self.pen.code(written, color, NARRATION if len(written) < 5 else SMALL)]
        if shape:
            inks.append(self.pen.label(self.story.shape(shape), size=SMALL))
        words = mn.VGroup(*(ink.halo(self.theme.background) for ink in inks))
        self.names[name] = words
        return words

    def above(self, name: str, written: str, shape: str = "") -> mn.VGroup:
        """Write a name above an array."""
        words = self.name(name, written, shape).arrange(mn.RIGHT, buff=GAP / 2)
        words.next_to(self._place_of(name), mn.UP, buff=GAP / 2)
        words.shift(min(0.0, SAFE.right - float(words.get_right()[0])) * mn.RIGHT)
        return words

    def beside(self, name: str, written: str, shape: str = "") -> mn.VGroup:
        """Write a name left of an array."""
        words = self.name(name, written, shape).arrange(mn.DOWN, buff=GAP / 3)
        return words.next_to(self._place_of(name), mn.LEFT, buff=GAP)

    def _place_of(self, name: str) -> mn.VMobject:
        """Return the path of the cells of an array, where they lie once all have come."""
        return mn.VMobject().set_points(self.plan.cells(name).reshape(-1, 3))

    def forget(self, *names: str) -> list[mn.Animation]:
        """Take names away."""
        return [mn.FadeOut(self.names.pop(name)) for name in names if name in self.names]

    # What it is made of

    def _edge_paint(self) -> Paint:
        ground, muted = mn.ManimColor(self.theme.background), mn.ManimColor(self.theme.muted)
        return Paint.solid(ground.interpolate(muted, EDGE_OPACITY).to_hex())

    def _unit(self, center: np.ndarray) -> Unit:
        curve = curve_of(self.story.activation)
        reach = 1 + GAP / self.plan.radius
        beam = Beam(height=BEAM, right=reach, left=reach)
        closed = {"opened": 0.0, "shone": 0.0}
        unit = Unit(center, self.plan.radius, curve, self.pen, z=START, beam=beam, **closed)
        # The sum stands beside it: that says how far out it is.
        unit.remove(unit.further)
        return unit

    def _program(self) -> mn.VGroup:
        lines, back = self.story.code.lines, self.story.code.backward[0]
        half = SAFE.width / 2 - GAP / 2
        inks = [self.pen.code(line, self.theme.muted, LABEL).fit_width(half) for line in lines]
        size = min(ink.font_size for ink in inks)
        program = mn.VGroup()
        for number, ink in enumerate(inks):
            ink.scale(size / ink.font_size).set_fill(opacity=UNLIT)
            left = number < back
            row = number if left else number - back
            x = SAFE.left if left else SAFE.right - max(i.width for i in inks[back:])
            program.add(ink.align_to(point(x), mn.LEFT).on_baseline(CODE - LEADING * row))
        return program


def _fill(paint: Paint) -> str:
    return str(paint.fill.to_hex())


def _alike(seen: Region, place: Region) -> tuple[Region, Region]:
    """Return a region, and one of the same shape within another; the camera goes both ways."""
    scale = min(place.width / seen.width, place.height / seen.height)
    (x, y, _), w, h = place.center, scale * seen.width / 2, scale * seen.height / 2
    return seen, Region(x - w, x + w, y - h, y + h)
