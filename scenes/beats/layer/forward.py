"""The first act: a question, edges that become a matrix, and the layer that runs forward."""

from __future__ import annotations

import manim as mn
import numpy as np

from scenes.beats.layer.board import START
from scenes.beats.layer.equations import of_row, written
from scenes.beats.layer.stage import LayerStage
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE, QUICK
from scenes.kit.layout import GAP
from scenes.kit.stage.cells import Cells
from scenes.kit.stage.light import flash
from scenes.kit.stage.outlines import node_outlines
from scenes.kit.stage.timeline import Step, Timeline
from scenes.kit.theme import CURVE
from scenes.stories.layer import LayerStory
from scenes.words.figures import Sentence, constant, count, sentence
from scenes.words.spoken import counted

SPROUT = 0.12
"""Radius of what comes out of a unit, over that of the unit."""


class Question(Beat[LayerStory, LayerStage]):
    """Light runs through the layer, and the film asks what it answers."""

    speaks_last = True

    def says(self, story: LayerStory) -> Sentence:
        """Ask."""
        m = len(story.biases)
        words = "{m} units. Which will barely learn?" if m > 1 else "{m} unit. Will it learn?"
        return sentence(words, m=counted("units", m, capital=True))

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the network."""
        return sentence(
            "A small network fills the picture: inputs at the left, units at the right, each with "
            "the curve of its activation, and an edge from each input to each unit, as wide as its "
            "weight. Blue light runs along the edges, and in each unit a dot slides to its place "
            "on the curve; the tangents tilt with the dots."
        )

    def moves(self, film: LayerStage) -> None:
        """Let light run, and the dots slide as it arrives."""
        slides = [
            unit.slide_to(float(film.story.gradients.z[at]), run_time=1.2)
            for unit, at in zip(film.units, film.plan.units.indices, strict=True)
        ]
        film.play(
            film.light(),
            mn.Succession(mn.Wait(1.2), mn.LaggedStart(*slides, lag_ratio=0.15)),
            run_time=2.4,
        )

    def moves_on(self, film: LayerStage) -> None:
        """Point at one unit after the other, and wait."""
        film.play(film.pointing(run_time=1.4))
        film.pause()


class Matrix(Beat[LayerStory, LayerStage]):
    """The edges lie down."""

    def says(self, story: LayerStory) -> Sentence:
        """Name the matrix."""
        return sentence("Each edge holds a number. Laid down, they are the matrix W.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the arrays."""
        m, n = story.weights.shape
        return sentence(
            "The edges lie down beside their units and become the cells of W, {m} by {n} numbers; "
            "a filled cell is positive, an outlined one negative. The inputs become x, a row "
            "above. The dots slide back to the middle of their curves.",
            m=count("units", m),
            n=count("inputs", n),
        )

    def moves(self, film: LayerStage) -> None:
        """Go back a little, and lay the edges down."""
        plan = film.plan
        leaving = [film.heading_leaves()] if film.has_heading else []
        film.play(film.look(film.close, film.home), *leaving, run_time=1.2)
        # The inputs go first, out of the way of the edges.
        rows = 0.2 + 0.8 * np.repeat(film.ranks, len(plan.columns))
        film.play(
            film.W.fly(
                plan.cells("W"),
                paints=film.paints_of("W"),
                seen=True,
                order=rows,
                each=0.5,
                run_time=2.4,
            ),
            film.x.fly(plan.cells("x"), paints=film.paints_of("x"), seen=True, run_time=1.2),
            film.dots.fly(plan.dots("W"), run_time=1.6),
            *(unit.slide_to(START, run_time=1.6) for unit in film.units),
        )
        film.play(mn.FadeIn(film.beside("W", "W"), film.beside("x", "x")), run_time=QUICK)


class Product(Beat[LayerStory, LayerStage]):
    """The first row of W meets x."""

    def says(self, story: LayerStory) -> Sentence:
        """Say what a product of matrix and vector does."""
        if story.biased:
            return sentence("A row of W meets x: multiply, add up, add the bias.")
        return sentence("A row of W meets x: multiply, and add up.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the sum."""
        return sentence(
            "A line of code stands above, {c}. All rows of W but the first one grow faint. "
            "The boxes of x slide down onto that row; its products appear beside it, and their sum "
            "at the unit: {u}.",
            c=constant("code", story.code.lines[0]),
            u=story.entry("u", 0, 0, 2),
        )

    def moves(self, film: LayerStage) -> None:
        """Let the row meet x."""
        plan, row = film.plan, film.row(0)
        others = range(len(plan.columns), film.size)
        appears = []
        if film.story.biased:
            bias = film.b.fly(paints=film.paints_of("b"), seen=True, run_time=MOVE)
            appears = [bias, mn.FadeIn(film.above("b", "b"))]
        film.play(*film.writes(film.story.code.lines[0]), film.dim(film.W, others), *appears)
        film.play(film.x.fly(plan.on_row(0), run_time=1.0), *film.forget("x"))
        film.sum_words = of_row(film, 0)
        places = range(len(plan.columns))
        film.play(
            film.touching(film.W, row, run_time=1.6),
            film.touching(film.x, places, run_time=1.6),
            *([written(film.sum_words, 0.6)] if film.sum_words else []),
            run_time=1.6,
        )
        film.play(film.u.fly(places=[0], seen=True, run_time=QUICK))


class Output(Beat[LayerStory, LayerStage]):
    """The sum lands on the curve, and the other rows follow."""

    def says(self, story: LayerStory) -> Sentence:
        """Say what the output is."""
        if story.activation == "identity":
            return sentence("A linear unit hands on its sum: the output, z.")
        return sentence("The sum is a place on the curve. Its height is the output.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the outputs."""
        return sentence(
            "The dot of the first unit slides along the curve to its sum, and the tangent tilts "
            "with it. Its output comes out at the right. Then a copy of x comes onto each other "
            "row, and z fills, a column of {m} numbers. The letters are those of the "
            "article: in the other films, the explorer and the exercises the output is a, and z is "
            "the sum before it.",
            m=count("units", len(story.biases)),
        )

    def moves(self, film: LayerStage) -> None:
        """Let all sums land."""
        plan, lines = film.plan, film.story.code.lines
        others = range(1, len(film.units))
        code = film.writes(lines[1]) if film.story.code.backward[0] > 1 else []
        going = [mn.FadeOut(mn.VGroup(*group)) for group in film.sum_words]
        film.play(*_land(film, 0), *going, *code)
        rest = range(len(plan.columns), film.size)
        film.play(film.dim(film.W, film.row(0)), film.x.fly(plan.cells("x")), run_time=0.6)
        copies = [film.comes_to_rest(f"row {i}", "x", plan.on_row(i)) for i in others]
        if copies:
            film.play(mn.LaggedStart(*copies, lag_ratio=0.3, run_time=0.8))
        if others:
            film.play(
                film.dim(film.W, rest, back=True, run_time=0.5),
                film.u.fly(places=list(others), seen=True, run_time=0.6),
                mn.Succession(
                    mn.Wait(0.4),
                    mn.LaggedStart(
                        *(mn.AnimationGroup(*_land(film, i)) for i in others),
                        lag_ratio=0.2,
                        run_time=1.6,
                    ),
                ),
            )
        leaving = film.leave(*(f"row {i}" for i in others))
        film.play(
            *leaving,
            film.dim(film.W, film.row(0), back=True),
            mn.FadeIn(film.above("z", "z"), film.beside("x", "x")),
            run_time=0.6,
        )


def _land(film: LayerStage, i: int) -> tuple[mn.Animation, ...]:
    """Let a unit slide to its sum, and its output come out."""
    unit = film.units[i]
    at = film.plan.units.indices[i]
    rim = unit.middle + unit.radius * mn.RIGHT
    film.z.boxes[i].points = node_outlines(rim[None], SPROUT * unit.radius)[0]
    slide = unit.slide_to(float(film.story.gradients.z[at]), run_time=1.0)
    comes = film.z.fly(
        film.plan.cells("z")[i : i + 1],
        places=[i],
        paints=film.paints_of("z")[i : i + 1],
        seen=True,
        order=1.0,
        each=0.6,
        run_time=1.4,
    )
    return _drop(film, i), slide, comes


def _drop(film: LayerStage, i: int) -> mn.Animation:
    """Let light run from a sum into its unit."""
    unit, number = film.units[i], film.u.numbers[i].copy().move_to(film.u.centers[i])
    start, end = number.get_right() + GAP / 3 * mn.RIGHT, unit.middle + unit.radius * mn.LEFT
    path, run = flash(start[None], end[None], film.theme.forward, CURVE)
    return Timeline(
        mn.VGroup(path), lambda: [Step(0, 1, run, mn.linear)], remover=True, run_time=0.6
    )


def sprout(film: LayerStage, cells: Cells) -> None:
    """Put the cells of a column to the left rims of their units, from which they come."""
    rims = np.array([unit.middle + unit.radius * mn.LEFT for unit in film.units])
    cells.place(node_outlines(rims, SPROUT * film.plan.radius))
