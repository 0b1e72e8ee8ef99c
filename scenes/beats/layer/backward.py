"""The second act: ones come back, pass the units, and make dx and dW."""

from __future__ import annotations

import manim as mn
import numpy as np

from backprop_core.passes.activations import LEAK
from scenes.beats.layer.stage import LayerStage
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE, QUICK
from scenes.kit.stage.acts import pulsing
from scenes.kit.stage.cells import Cells
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.outlines import node_outlines
from scenes.kit.stage.paint import Paint
from scenes.kit.stage.pose import PoseChange
from scenes.kit.stage.timeline import Step, Timeline, one_after_another
from scenes.stories.layer import SLOPES_DIFFER, LayerStory
from scenes.words.figures import Sentence, constant, count, sentence, setting

FAINT = 0.25
"""Opacity of what is not spoken of, over what it was."""
SLOW, FAST = 2.0, 1.1
"""Seconds of a sum: of the first one, and of the others."""


class Ones(Beat[LayerStory, LayerStage]):
    """The outputs turn into their gradient."""

    def says(self, story: LayerStory) -> Sentence:
        """Say which quantity the gradients belong to."""
        return sentence(
            "Now back. For the sum of all z, the gradient at each output is {o}.",
            o=constant("one", "one"),
        )

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the ones."""
        return sentence(
            "The sums leave. The column z turns amber, and each number becomes {o}: the gradient "
            "of sum(z). Amber beams run from it to the right rims of the units, and stop.",
            o=constant("one", "1"),
        )

    def moves(self, film: LayerStage) -> None:
        """Let ones come, and run as far as the units."""
        numbers, paints = film.ones()
        leaving = [*film.forget("z", "b"), film.runs()]
        if film.story.biased:
            hidden = [film.b.paint_of(0).faded()] * len(film.units)
            leaving.append(film.b.fly(paints=hidden, seen=False, run_time=MOVE))
        film.play(
            film.u.fly(seen=False, run_time=MOVE),
            Dim(film.board, [film.W, film.x, film.dots], FAINT, run_time=MOVE),
            *(Dim(words, [words], FAINT, run_time=MOVE) for words in film.words_beside),
            *leaving,
        )
        film.play(film.z.rewrite(numbers, paints, order=film.ranks, each=0.5, run_time=1.8))
        film.play(
            mn.FadeIn(film.above("z", "dz", "z")),
            *(PoseChange(unit, {"shone": film.at_rim(unit)}, run_time=1.4) for unit in film.units),
        )


class Question(Beat[LayerStory, LayerStage]):
    """The question which unit lets least through."""

    def says(self, story: LayerStory) -> Sentence:
        """Ask."""
        if len(story.biases) == 1:
            return sentence("How much of it will the unit let through?")
        return sentence("Which of these units will let least of it through?")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe what can be seen."""
        return sentence("One unit after the other swells. All but them and the ones is faint.")

    def moves(self, film: LayerStage) -> None:
        """Point at one unit after the other, and wait."""
        rims = [unit.rim for unit in film.units]
        times = one_after_another(len(rims), 1.5)

        def prepare() -> list[Step]:
            moments = zip(rims, times, strict=True)
            return [Step(*time, pulsing(rim), mn.there_and_back) for rim, time in moments]

        film.play(Timeline(film.unit_column, prepare, run_time=1.6))
        film.pause()


class Slopes(Beat[LayerStory, LayerStage]):
    """The units let through what their slopes allow."""

    speaks_last = True

    def says(self, story: LayerStory) -> Sentence:
        """Say what passes."""
        one, two = constant("one", "one"), constant("power", "squared")
        words = {
            "sigmoid": "What passes is the slope: z times {o} minus z.",
            "tanh": "What passes is the slope: {o} minus z {t}.",
            "relu": "A ReLU passes all of it, or nothing.",
            "leaky_relu": "A leaky ReLU passes all of it, or {l} of it.",
            "identity": "A linear unit passes all of it.",
        }[story.activation]
        if story.activation in {"sigmoid", "tanh"}:
            if story.is_flat:
                words = f"Almost nothing passes. {words.replace('What passes', 'It')}"
            elif story.slope_ratio >= SLOPES_DIFFER:
                words = f"The flat ones. {words}"
        figures = {"o": one, "t": two, "l": setting("leak", LEAK)}
        return sentence(words, **{n: f for n, f in figures.items() if f"{{{n}}}" in words})

    def shows(self, story: LayerStory) -> Sentence:
        """Name the slopes."""
        slopes = story.slopes
        low, high = (story.entry("slope", int(n), 0, 3) for n in (slopes.argmin(), slopes.argmax()))
        return sentence(
            "The beams pass the units and leave them at the left, as wide as the slope of the "
            "tangent lets them: from {a} to {b}.",
            a=low,
            b=high,
        )

    def moves(self, film: LayerStage) -> None:
        """Let the beams through."""
        plan, story = film.plan, film.story
        film.slope.place(node_outlines(np.array([u.middle for u in film.units]), plan.radius / 2))
        shine = [unit.shine(run_time=1.2) for unit in film.units]
        film.play(
            film.runs(story.code.backward[0]),
            mn.LaggedStart(*shine, lag_ratio=0.25),
            film.slope.fly(
                plan.cells("slope"),
                paints=film.paints_of("slope"),
                seen=True,
                order=film.ranks,
                each=0.4,
                run_time=2.3,
            ),
        )

    def moves_on(self, film: LayerStage) -> None:
        """Name the column, and lead from the flat units to their slopes."""
        story, plan = film.story, film.plan
        flat = film.flat
        frames = Cells(
            node_outlines(plan.unit_centers[flat], plan.radius),
            [Paint.hollow(film.theme.ink)] * len(flat),
        )
        name = film.above("slope", story.code.slope)
        film.play(mn.FadeIn(frames, run_time=0.5), mn.FadeIn(name, run_time=MOVE))
        film.play(frames.fly(film.slope.outlines[flat], run_time=1.4))
        film.play(mn.FadeOut(frames), run_time=QUICK)


class Rounding(Beat[LayerStory, LayerStage]):
    """What the code loses to rounding."""

    def when(self, story: LayerStory) -> bool:
        """Leave it out where the code gives the slopes that are shown."""
        return story.rounds

    def says(self, story: LayerStory) -> Sentence:
        """Say where the code and the numbers on screen differ."""
        return sentence("Where z has rounded to its limit, the code loses slopes shown here.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the frames."""
        return sentence("Frames pass over the slopes.")

    def moves(self, film: LayerStage) -> None:
        """Point at the slopes."""
        frames = film.slope.framed(range(len(film.units)), film.theme.ink)
        film.play(mn.Succession(mn.FadeIn(frames, run_time=0.7), mn.FadeOut(frames, run_time=0.7)))


class Transposed(Beat[LayerStory, LayerStage]):
    """W tips over."""

    def says(self, story: LayerStory) -> Sentence:
        """Say why."""
        return sentence("Forward went along the rows. Back goes along the columns: tip W over.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe W.T."""
        m, n = story.weights.shape
        return sentence(
            "W turns over like a card about its diagonal, with its numbers: W.T, {n} by {m}.",
            m=count("units", m),
            n=count("inputs", n),
        )

    def moves(self, film: LayerStage) -> None:
        """Turn W over."""
        back = 1 / FAINT
        film.play(
            Dim(film.board, [film.W, film.dots], back, run_time=MOVE),
            Dim(film.board, [film.z], FAINT, run_time=MOVE),
            *film.forget("z", "W"),
            film.runs(film.story.code.backward[1]),
        )
        film.play(
            film.W.turn(film.plan.cells("W.T"), run_time=2.3),
            film.dots.fly(film.plan.dots("W.T"), run_time=2.3),
        )
        film.play(mn.FadeIn(film.above("W.T", "W.T", "W.T")), run_time=QUICK)


class PassedOn(Beat[LayerStory, LayerStage]):
    """W.T meets the slopes."""

    def says(self, story: LayerStory) -> Sentence:
        """Say what dx is."""
        return sentence("Each input gathers weight times slope: that is dx.")

    def shows(self, story: LayerStory) -> Sentence:
        """Name dx."""
        return sentence(
            "Row by row, frames around the slopes move onto W.T; its numbers become products, and "
            "run together into dx at the left: {a} for the first input.",
            a=story.entry("dx", 0, 0, 3),
        )

    def moves(self, film: LayerStage) -> None:
        """Sum up each row of W.T."""
        plan = film.plan
        paints = film.paints_of("dx")
        for j in range(len(plan.columns)):
            places = film.column(j)
            frames = film.slope.framed(range(len(film.units)), film.theme.backward)
            film.add(frames)
            pace = 1.0 if j == 0 else 0.6
            film.play(
                frames.fly(film.W.outlines[places], order=film.ranks, each=0.6, run_time=pace)
            )
            terms = film.products("term", places)
            total = film.W.sum_up(
                film.board,
                places,
                terms,
                (film.dx, j),
                paint=paints[j],
                run_time=SLOW if j == 0 else FAST,
            )
            film.play(total, mn.FadeOut(frames, run_time=SLOW / 2 if j == 0 else FAST / 2))
        film.play(mn.FadeIn(film.above("dx", "dx", "dx")), run_time=QUICK)


class OwnGradient(Beat[LayerStory, LayerStage]):
    """Slopes and inputs fill dW."""

    def says(self, story: LayerStory) -> Sentence:
        """Say what dW is."""
        return sentence("Slope times input, at every crossing: that is dW.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the crossings."""
        m, n = story.weights.shape
        return sentence(
            "W turns back, and dx grows faint. Frames around x move down over the rows, and a "
            "frame around the slope of each row runs along it: where they meet, the cell turns "
            "amber and takes its number of dW, {m} by {n}.",
            m=count("units", m),
            n=count("inputs", n),
        )

    def moves(self, film: LayerStage) -> None:
        """Turn W back, and fill it row by row."""
        plan = film.plan
        film.play(
            film.W.turn(plan.cells("W"), run_time=1.4),
            film.dots.fly(plan.dots("W"), run_time=1.4),
            Dim(film.board, [film.x], 1 / FAINT, run_time=1.4),
            Dim(film.names["x"], [film.names["x"]], 1 / FAINT, run_time=1.4),
            Dim(film.board, [film.dx], FAINT, run_time=1.4),
            *film.forget("W.T", "dx"),
            film.runs(film.story.code.backward[2]),
        )
        columns = len(plan.columns)
        film.frames = film.x.framed(range(columns), film.theme.forward)
        film.add(film.frames)
        numbers, paints = film.figures_of("dW"), film.paints_of("dW")
        for i in range(len(film.units)):
            places = film.row(i)
            cells = film.W.outlines[places]
            slopes = film.slope.framed([i] * columns, film.theme.backward)
            film.add(slopes)
            pace = 0.9 if i == 0 else 0.45
            film.play(
                film.frames.fly(cells, run_time=pace),
                slopes.fly(cells, order=np.linspace(1, 0, columns), each=0.7, run_time=pace),
            )
            film.play(
                film.W.rewrite(
                    [numbers[k] for k in places],
                    [paints[k] for k in places],
                    places=places,
                    run_time=0.9 if i == 0 else 0.6,
                ),
                mn.FadeOut(slopes, run_time=0.3),
            )
        film.play(mn.FadeOut(film.frames), mn.FadeIn(film.beside("W", "dW", "dW")), run_time=MOVE)
