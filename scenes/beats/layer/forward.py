"""The first act: edges become a matrix, and the layer runs forward."""

from __future__ import annotations

import manim as mn
import numpy as np

from scenes.beats.layer.stage import LayerStage
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE
from scenes.kit.motion import Motion
from scenes.kit.stage.outlines import node_outlines
from scenes.stories.layer import LayerStory
from scenes.words.figures import Sentence, constant, count, sentence
from scenes.words.spoken import counted

SLOW, FAST = 2.2, 1.0
"""Seconds of a sum: of the first one, and of the others."""


class Weights(Beat[LayerStory, LayerStage]):
    """Light runs through the layer."""

    def says(self, story: LayerStory) -> Sentence:
        """Count what is there, and ask what the film answers."""
        m, n = story.weights.shape
        words = (
            f"{{n}} input{'s' * (n != 1)}, {{m}} unit{'s' * (m != 1)}, "
            f"{{k}} weight{'s' * (m * n != 1)}. Which of them will learn least?"
        )
        if m == 1:
            words = words.replace("Which of them will learn least?", "How much will they learn?")
        return sentence(
            words,
            n=counted("inputs", n, capital=True),
            m=counted("units", m),
            k=counted("weights", m * n),
        )

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the network."""
        return sentence(
            "A small network fills the picture: inputs at the left, units at the right, an edge "
            "from each to each. Blue light runs along the edges."
        )

    def moves(self, film: LayerStage) -> None:
        """Let light run twice."""
        for _ in range(2):
            film.play(film.light(), run_time=1.7)


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
            "above. The units open: each holds the curve of its activation.",
            m=count("units", m),
            n=count("inputs", n),
        )

    def moves(self, film: LayerStage) -> None:
        """Go back a little, lay the edges down, and open the units."""
        plan = film.plan
        leaving = [film.heading_leaves()] if film.has_heading else []
        film.play(film.look(film.close, film.home), *leaving, run_time=1.4)
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
        )
        film.play(
            mn.FadeIn(film.beside("W", "W", "W"), film.beside("x", "x", "x")),
            mn.FadeIn(film.code),
            mn.LaggedStart(*(unit.open() for unit in film.units), lag_ratio=0.2, run_time=1.3),
        )


class Product(Beat[LayerStory, LayerStage]):
    """The first row of W meets x."""

    def says(self, story: LayerStory) -> Sentence:
        """Say what a product of matrix and vector does."""
        if story.biased:
            return sentence("A row of W meets x: multiply, add up, add the bias.")
        return sentence("A row of W meets x: multiply, and add up.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the sum."""
        unit = 0
        return sentence(
            "The first line is lit, {c}. Frames around x move down onto the first row of W; its "
            "numbers become products, and these run together into one sum beside the unit: {u}.",
            c=constant("code", story.code.lines[0]),
            u=story.entry("u", unit, 0, 3),
        )

    def moves(self, film: LayerStage) -> None:
        """Let the row meet x."""
        if film.story.biased:
            appears = film.b.fly(paints=film.paints_of("b"), seen=True, run_time=MOVE)
            film.play(appears, mn.FadeIn(film.above("b", "b")))
        film.frames = film.x.framed(range(len(film.plan.columns)), film.theme.ink)
        film.add(film.frames)
        forward = range(film.story.code.backward[0])
        film.play(film.runs(*forward), _onto_row(film, 0, MOVE))
        film.play(_sum(film, 0), run_time=SLOW)


class Output(Beat[LayerStory, LayerStage]):
    """The sum lands on the curve, and the other rows follow."""

    def says(self, story: LayerStory) -> Sentence:
        """Say what the output is."""
        if story.activation == "identity":
            return sentence("A linear unit hands on its sum: the output, z.")
        return sentence("The sum sets the place on the curve; the height there is z, the output.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the outputs."""
        return sentence(
            "In each unit a dot slides along the curve to its sum, and the tangent tilts with it. "
            "z appears right of the units, a column of {m} numbers. The letters are those of the "
            "article: in the other films, the explorer and the exercises the output is a, and z is "
            "the sum before it. There x has one row an example, so a whole batch is one product, "
            "x @ W.T + b.",
            m=count("units", len(story.biases)),
        )

    def moves(self, film: LayerStage) -> None:
        """Let all sums land."""
        rows = range(len(film.units))
        landing = _land(film, 0)
        for i in rows[1:]:
            film.play(_onto_row(film, i, 0.35))
            film.play(_sum(film, i), *landing, run_time=FAST)
            landing = _land(film, i)
        film.play(*landing, mn.FadeOut(film.frames), mn.FadeIn(film.above("z", "z", "z")))


def _onto_row(film: LayerStage, i: int, seconds: float) -> Motion:
    """Move the frames around x onto a row."""
    return film.frames.fly(film.W.outlines[film.row(i)], run_time=seconds)


def _sum(film: LayerStage, i: int) -> Motion:
    """Multiply and add up a row."""
    places = film.row(i)
    terms = film.products("product", places)
    hidden = []
    if film.story.biased:
        own = film.b.numbers[i]
        hidden, copy = [own], own.copy()
        terms.append(copy)
    return film.W.sum_up(film.board, places, terms, (film.u, i), hidden=hidden)


def _land(film: LayerStage, i: int) -> tuple[mn.Animation, ...]:
    """Let a unit slide to its sum, and its output come out."""
    unit = film.units[i]
    at = film.plan.units.indices[i]
    film.z.boxes[i].points = node_outlines(unit.middle[None], unit.radius / 2)[0]
    slide = unit.slide_to(float(film.story.gradients.z[at]), run_time=1.0)
    comes = film.z.fly(
        film.plan.cells("z")[i : i + 1],
        places=[i],
        paints=film.paints_of("z")[i : i + 1],
        seen=True,
        order=1.0,
        each=0.6,
        run_time=1.0,
    )
    return slide, comes
