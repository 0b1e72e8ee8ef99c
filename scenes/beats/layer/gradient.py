"""The third act: inputs and slopes cross in dW, and many examples add up in it."""

from __future__ import annotations

import manim as mn
import numpy as np

from scenes.beats.layer.stage import LayerStage
from scenes.kit.beat import Beat
from scenes.kit.film import QUICK
from scenes.kit.layout import GAP
from scenes.kit.stage.cells import Cells
from scenes.kit.stage.light import Points, redraw
from scenes.kit.stage.paint import Paint
from scenes.kit.stage.timeline import Act, Step, Timeline
from scenes.stories.layer import LayerStory
from scenes.words.figures import Sentence, constant, count, sentence


class OwnGradient(Beat[LayerStory, LayerStage]):
    """Slopes and inputs fill dW."""

    def says(self, story: LayerStory) -> Sentence:
        """Say what dW is."""
        return sentence("Slope times input, at every crossing: that is dW.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the crossings."""
        m, n = story.weights.shape
        return sentence(
            "The rows of W.T go back to be the columns of W, and dx leaves. x goes to the right, "
            "above a free place between W and the slopes. A blue ray runs down from each "
            "input, an amber one to the left from each slope; where they cross, an amber cell "
            "grows: dW, {m} by {n}.",
            m=count("units", m),
            n=count("inputs", n),
        )

    def moves(self, film: LayerStage) -> None:
        """Turn W back, and fill dW."""
        plan = film.plan
        film.stand_up(film.story.code.lines[film.story.code.backward[2]])
        first, rest = film.row(0), list(range(len(plan.columns), film.size))
        film.play(_rays_run(film), run_time=0.8)
        film.play(_grow(film, first[::-1], 1.1), film.touching(film.slope, [0], run_time=1.1))
        if rest:
            film.play(_grow(film, rest, 1.2))
        film.play(
            *(path.animate.set_stroke(opacity=0.0) for path in film.rays),
            mn.FadeIn(film.beside("dW", "dW")),
            run_time=QUICK,
        )


def _rays_run(film: LayerStage) -> Timeline:
    """Let a ray run from each input and from each slope through all that it meets."""
    plan, (down, along) = film.plan, film.rays
    top, low = plan.x_row - plan.strip / 2, float(plan.rows[-1])
    right, left = plan.near - plan.widths["slope"] / 2, float(plan.beyond[0])

    downward = (down, _at(plan.beyond, top), _at(plan.beyond, low))
    leftward = (along, _at(right, plan.rows), _at(left, plan.rows))

    def prepare() -> list[Step]:
        return [Step(0, 1, _growing(*each)) for each in (downward, leftward)]

    return Timeline(film.rays, prepare)


def _growing(path: mn.VMobject, starts: Points, ends: Points) -> Act:
    """Return how straight lines grow from their starts to their ends."""
    return lambda share: redraw(path, starts, starts + (ends - starts) * share)


def _at(x: np.ndarray | float, y: np.ndarray | float) -> Points:
    wide, high = np.broadcast_arrays(x, y)
    return np.stack([wide, high, np.zeros_like(wide)], axis=-1).astype(np.float64)


def _grow(film: LayerStage, places: list[int], seconds: float) -> mn.Animation:
    """Let cells of dW grow at their crossings, one after the other."""
    paints = film.paints_of("dW")
    return film.dW.fly(
        film.plan.cells("dW")[places],
        places=places,
        paints=[paints[k] for k in places],
        seen=True,
        order=np.linspace(0, 1, len(places)),
        each=0.5,
        run_time=seconds,
    )


def _names(film: LayerStage, rows: list[Cells]) -> list[mn.VGroup]:
    """Name the rows of examples, and W below them."""
    x, W = film.name("x", "x"), film.name("W", "W")
    x.next_to(mn.VGroup(film.x.boxes, *(row.boxes for row in rows)), mn.LEFT, buff=GAP / 2)
    W.next_to(film.W.boxes, mn.LEFT, buff=GAP / 2)
    return [x, W]


class Batch(Beat[LayerStory, LayerStage]):
    """More examples are more rows of x, and their gradients add up."""

    def when(self, story: LayerStory) -> bool:
        """Leave it out where there is one example, or others overflow."""
        return bool(story.further)

    def says(self, story: LayerStory) -> Sentence:
        """Say what changes."""
        return sentence(
            "Many examples are rows of x. Their gradients add up; the code hardly changes."
        )

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the batch form, and where the letters of others differ."""
        forward, dx, dW = story.code.batch
        return sentence(
            "{k} examples lie below each other as rows of x. Row by row, the dots slide to other "
            "places, the slopes change, and the numbers of dW grow into their sum. The code takes "
            "the form for a batch, in which x has one row an example: {f}, then {g} and {h}. So do "
            "the exercises, which add a bias: x @ W.T + b.",
            k=count("examples", len(story.passes)),
            f=constant("code", forward),
            g=constant("code", dx),
            h=constant("code", dW),
        )

    def moves(self, film: LayerStage) -> None:
        """Lay further examples below the first, and let each add its gradient."""
        plan, story = film.plan, film.story
        many = len(story.passes)
        gone = [Paint.of(box).faded() for box in film.dots.boxes]
        rows = [film.further_example(n) for n in range(1, many)]
        film.play(
            film.x.fly(plan.cells("x"), run_time=1.3),
            film.W.fly(plan.pressed(many), run_time=1.3),
            film.dots.fly(paints=gone, run_time=0.4),
            *film.forget("W", "x"),
            *(
                row.fly(plan.example(n), paints=film.example(n)[1], seen=True, run_time=1.3)
                for n, row in enumerate(rows, start=1)
            ),
            *film.writes(story.code.batch[0]),
        )
        for n, row in enumerate(rows, start=1):
            appear = [mn.FadeIn(*_names(film, rows))] if n == 1 else []
            others = [film.x, *(other for other in rows if other is not row)]
            numbers, paints = film.slopes_of(n)
            total = f"dW{n + 1}"
            at = plan.units.indices
            film.play(
                *appear,
                *(film.dim(other, run_time=0.4) for other in others),
                *(
                    unit.slide_to(float(story.passes[n].z[k]), run_time=1.2)
                    for unit, k in zip(film.units, at, strict=True)
                ),
                film.slope.rewrite(numbers, paints, run_time=1.2),
                mn.Succession(
                    mn.Wait(0.5),
                    film.adds(total, run_time=1.1),
                ),
            )
            film.play(
                *(film.dim(other, back=True) for other in others),
                *(film.writes(story.code.batch[2], back=True) if n == 1 else []),
                run_time=0.65,
            )
