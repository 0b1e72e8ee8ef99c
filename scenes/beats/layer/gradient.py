"""The third act: inputs and slopes cross in dW, and many examples add up in it."""

from __future__ import annotations

import manim as mn
import numpy as np

from scenes.beats.layer.stage import LayerStage
from scenes.kit.beat import Beat
from scenes.kit.film import QUICK
from scenes.kit.stage.light import Points, redraw
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
            "W.T and dx leave. x goes to the right, above a free place beside the slopes. A blue "
            "ray runs down from each input, an amber one to the left from each slope; where they "
            "cross, an amber cell grows: dW, {m} by {n}.",
            m=count("units", m),
            n=count("inputs", n),
        )

    def moves(self, film: LayerStage) -> None:
        """Clear the place of W.T, and fill dW."""
        plan = film.plan
        film.clear_tipped(film.story.code.lines[film.story.code.backward[2]])
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


class Batch(Beat[LayerStory, LayerStage]):
    """More examples are more rows of x, and their gradients add up."""

    def when(self, story: LayerStory) -> bool:
        """Leave it out where there is one example, or others overflow."""
        return bool(story.further)

    def says(self, story: LayerStory) -> Sentence:
        """Say what changes."""
        return sentence("More examples are more rows of x; their gradients add up.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the batch form, and where the letters of others differ."""
        forward, dx, dW = story.code.batch
        return sentence(
            "Slopes leave. A second example slides below the first as a row of x, {k} rows in all, "
            "and the dots slide to its places on the curves. Its own dW grows below the rows, a "
            "plus beside it, and slides onto the dW of the first example, whose numbers become the "
            "sum. The code takes the form for a batch, in which x has one row an example: {f}, "
            "then {g} and {h}. So do the exercises, which add a bias: x @ W.T + b.",
            k=count("examples", len(story.passes)),
            f=constant("code", forward),
            g=constant("code", dx),
            h=constant("code", dW),
        )

    def moves(self, film: LayerStage) -> None:
        """Lay a further example below the first, and let its dW slide onto dW."""
        plan, story = film.plan, film.story
        row, second = film.further_example(1), story.passes[1]
        film.play(
            film.x.fly(plan.cells("x"), run_time=0.8),
            film.slope.fly(paints=film.unseen(film.slope), seen=False, run_time=0.5),
            *film.forget("dW", "slope"),
            *film.writes(story.code.batch[0]),
        )
        film.play(
            row.fly(plan.example(1), paints=film.example(1)[1], seen=True, run_time=0.8),
            mn.FadeIn(film.above("dW", "dW"), film.beside("x", "x"), run_time=0.8),
        )
        film.play(
            *(
                unit.slide_to(float(second.z[k]), run_time=0.8)
                for unit, k in zip(film.units, plan.units.indices, strict=True)
            )
        )
        card = film.second_gradient()
        plus = film.pen.text("+", size=2 * plan.size).move_to(_between(film))
        film.play(
            *film.writes(story.code.batch[2], back=True),
            card.fly(
                plan.pressed(2),
                paints=film.paints_of("dW_second"),
                seen=True,
                order=np.repeat(film.ranks, len(plan.columns)),
                each=0.5,
                run_time=1.2,
            ),
        )
        film.play(mn.FadeIn(plus), run_time=QUICK)
        film.play(
            mn.FadeOut(plus, run_time=0.4),
            card.fly(plan.cells("dW"), seen=False, run_time=1.0),
        )
        film.play(
            card.fly(paints=film.unseen(card), run_time=0.5),
            film.adds("dW2", run_time=1.1),
        )
        film.remove(card)


def _between(film: LayerStage) -> Points:
    """Return where a plus stands: between the second dW, which lies below x, and the first."""
    card, own = film.plan.pressed(2), film.plan.cells("dW")
    x = (card[..., 0].max() + own[..., 0].min()) / 2
    return np.array([x, card[..., 1].mean(), 0.0])
