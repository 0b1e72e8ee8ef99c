"""What lies on the stage of the film `layer`: one layer, as a network and as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, product

import manim as mn
import numpy as np

from scenes.beats.layer.fitting import plan_of
from scenes.beats.layer.plan import HAIR_EDGE, MOST_EDGE
from scenes.beats.opened_units import curve_of
from scenes.kit.film import Film
from scenes.kit.layout import GAP, STAGE, Region
from scenes.kit.stage.beam import Beam
from scenes.kit.stage.cells import Cells
from scenes.kit.stage.outlines import cell_outlines
from scenes.kit.stage.paint import Paint
from scenes.kit.stage.unit import Unit
from scenes.kit.theme import CURVE
from scenes.kit.type.typesetting import Typeset
from scenes.stories.layer import LayerStory
from scenes.words.figures import Figure, constant

CODE_FLOOR = 3.05
"""Lower limit of the line of code that acts."""
START = 1e-9
"""Where a unit stands before its sum lands: in the middle, on the steep side of a ReLU's kink."""
BEAM = 0.62
"""Height of a gradient of one that enters a unit, in radii."""
EDGE_OPACITY = 0.8
TINY = 0.05
"""Size of a cell that has not yet come."""
NEAR = Region(STAGE.left + 0.2, STAGE.right - 0.2, -2.85, 2.5)
"""What the network fills when it is the subject."""
FORWARD = ("W", "x", "X", "b", "u", "z")
"""The arrays in the colour of the forward pass. All others are gradients."""


class LayerBoard(Film):
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
        self.names: dict[str, mn.VGroup] = {}
        self.guests: dict[str, Cells] = {}
        region = Region(STAGE.left, STAGE.right, STAGE.bottom, CODE_FLOOR - GAP / 2)
        self.plan = plan_of(region, story.arrays, story.entry, self.pen)
        self._lay_out_arrays()
        dots = self.plan.dots("network")
        self.dots = Cells(dots, [Paint.solid(self.theme.muted)] * len(dots))
        colors = (self.theme.forward, self.theme.backward)
        rays = (mn.VMobject(stroke_color=c, stroke_width=CURVE, fill_opacity=0) for c in colors)
        self.rays = mn.VGroup(*rays)
        arrays = (self.W, self.b, self.x, self.u, self.slope, self.dW, self.dx, self.z)
        self.board = mn.VGroup(self.rays, self.dots, *arrays)
        self.units = [self._unit(center) for center in self.plan.unit_centers]
        self.unit_column = mn.VGroup(*self.units)
        self.add(self.board, self.unit_column)
        self.home, self.close = _alike(self.plan.network, NEAR)
        near = self.look(self.home, self.close)
        near.begin()
        near.finish()

    def _lay_out_arrays(self) -> None:
        """Create W and x as they are in the network; all other arrays are not seen yet."""
        plan, hidden = self.plan, Paint.solid(self.theme.background, 0.0)
        edges = plan.edges(self.thickness(MOST_EDGE, "W"))
        self.W = Cells(edges, [self.edge_paint()] * self.size, self.figures_of("W"))
        node = Paint.hollow(self.theme.forward, width=3.0)
        self.x = Cells(plan.nodes(), [node] * len(plan.columns), self.figures_of("x"))
        for name in ("b", "u", "z", "slope", "dx"):
            cells, numbers = plan.cells(name), self.figures_of(name)
            setattr(self, name, Cells(cells, [hidden] * len(cells), numbers))
        crossings = cell_outlines(plan.cells("dW")[:, ::4].mean(axis=1), TINY, TINY)
        self.dW = Cells(crossings, [hidden] * self.size, self.figures_of("dW"))

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

    # What it is made of

    def edge_paint(self) -> Paint:
        """Return the paint of an edge that is as wide as its weight."""
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


def _fill(paint: Paint) -> str:
    return str(paint.fill.to_hex())


def _alike(seen: Region, place: Region) -> tuple[Region, Region]:
    """Return a region, and one of the same shape within another; the camera goes both ways."""
    scale = min(place.width / seen.width, place.height / seen.height)
    (x, y, _), w, h = place.center, scale * seen.width / 2, scale * seen.height / 2
    return seen, Region(x - w, x + w, y - h, y + h)
