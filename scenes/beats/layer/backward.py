"""The second act: ones come back, pass the units, and make dx."""

from __future__ import annotations

import manim as mn

from backprop_core.passes.activations import LEAK
from scenes.beats.layer.equations import of_tipped_row, written
from scenes.beats.layer.forward import sprout
from scenes.beats.layer.stage import LayerStage
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE, QUICK
from scenes.kit.layout import point
from scenes.kit.stage.cells import Cells
from scenes.kit.stage.outlines import cell_outlines, node_outlines
from scenes.kit.stage.paint import Paint
from scenes.kit.stage.pose import PoseChange
from scenes.stories.layer import SLOPES_DIFFER, LayerStory
from scenes.words.figures import Sentence, constant, count, sentence, setting


class Ones(Beat[LayerStory, LayerStage]):
    """The outputs turn into their gradient."""

    def says(self, story: LayerStory) -> Sentence:
        """Say which quantity the gradients belong to."""
        return sentence(
            "Now back. Start each output with a gradient of {o}.",
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
        leaving = [*film.forget("z", "b"), *film.writes()]
        if film.story.biased:
            hidden = [film.b.paint_of(0).faded()] * len(film.units)
            leaving.append(film.b.fly(paints=hidden, seen=False, run_time=MOVE))
        film.play(
            film.u.fly(seen=False, run_time=MOVE),
            *(film.dim(cells, run_time=MOVE) for cells in (film.W, film.x, film.dots)),
            *film.forget("W", "x"),
            *leaving,
        )
        film.play(film.z.rewrite(numbers, paints, order=film.ranks, each=0.5, run_time=1.1))
        film.play(
            mn.FadeIn(film.above("z", "gradient")),
            *(PoseChange(unit, {"shone": film.at_rim(unit)}, run_time=0.9) for unit in film.units),
        )


class Slopes(Beat[LayerStory, LayerStage]):
    """The units let through what their slopes allow."""

    speaks_last = True

    def says(self, story: LayerStory) -> Sentence:
        """Say what passes."""
        one, two = constant("one", "one"), constant("power", "squared")
        words = {
            "sigmoid": "the slope, z times {o} minus z.",
            "tanh": "the slope, {o} minus z {t}.",
            "relu": "A ReLU passes all of it, or nothing.",
            "leaky_relu": "A leaky ReLU passes all of it, or {l} of it.",
            "identity": "A linear unit passes all of it.",
        }[story.activation]
        if story.activation in {"sigmoid", "tanh"}:
            if story.is_flat:
                words = f"Almost nothing passes: only {words}"
            elif story.slope_ratio >= SLOPES_DIFFER:
                words = f"Flat units pass little: only {words}"
            else:
                words = f"What passes is {words}"
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
        sprout(film, film.slope)
        shine = [unit.shine(run_time=1.2) for unit in film.units]
        line = story.code.lines[story.code.backward[0]]
        film.play(
            *film.writes(line if line.startswith("s ") else story.code.slope, back=True),
            mn.LaggedStart(*shine, lag_ratio=0.25),
            film.slope.fly(
                plan.cells("slope"),
                paints=film.paints_of("slope"),
                seen=True,
                order=film.ranks,
                each=0.4,
                run_time=2.1,
            ),
        )

    def moves_on(self, film: LayerStage) -> None:
        """Name the column, and lead from the flat units to their slopes."""
        plan, flat = film.plan, film.flat
        frames = Cells(
            node_outlines(plan.unit_centers[flat], plan.radius),
            [Paint.hollow(film.theme.ink)] * len(flat),
        )
        film.play(mn.FadeIn(frames), mn.FadeIn(film.above("slope", "slope")), run_time=MOVE)
        film.play(film.touching(film.slope, flat, run_time=1.2), mn.FadeOut(frames, run_time=1.2))


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
    """W turns over."""

    def says(self, story: LayerStory) -> Sentence:
        """Say why."""
        return sentence("Forward reads the rows. Backward reads the columns, so turn W over.")

    def shows(self, story: LayerStory) -> Sentence:
        """Describe W.T."""
        m, n = story.weights.shape
        return sentence(
            "W comes back. Its first column is lit, lifts off and lies down as the first row, and "
            "so does each other column: W.T, {n} by {m}.",
            m=count("units", m),
            n=count("inputs", n),
        )

    def moves(self, film: LayerStage) -> None:
        """Lay each column of W down as a row."""
        columns = len(film.plan.columns)
        line = film.story.code.lines[film.story.code.backward[1]]
        film.play(
            film.dim(film.W, back=True),
            film.dim(film.z),
            *film.forget("z"),
            *film.writes(line, back=True),
            run_time=0.7,
        )
        film.play(film.touching(film.W, film.column(0), run_time=0.9))
        for j in range(columns):
            film.lay_down(j, [k for later in range(j + 1, columns) for k in film.column(later)])
        lit = [film.dim(film.guests[f"column {j}"], back=True) for j in range(columns - 1)]
        name = film.name("W.T", "W.T").move_to(film.plan.name_of_tipped)
        film.play(mn.FadeIn(name), *lit, run_time=QUICK)


class PassedOn(Beat[LayerStory, LayerStage]):
    """W.T meets the slopes."""

    def says(self, story: LayerStory) -> Sentence:
        """Say what dx is."""
        return sentence("Each input gathers weight times slope: that is dx.")

    def shows(self, story: LayerStory) -> Sentence:
        """Name dx."""
        return sentence(
            "Copies of the slopes lie down as a row above W.T, and slide onto its first row, as x "
            "did in the forward pass. Below, an empty cell is equal to the products, which appear "
            "from left to right; then their sum fills it, {a}, and becomes dx for the first input. "
            "Then the slopes meet the next row.",
            a=story.entry("dx", 0, 0, 2),
        )

    def moves(self, film: LayerStage) -> None:
        """Sum up each row of W.T."""
        plan = film.plan
        rows = range(len(plan.columns))
        way = {"order": film.ranks, "each": 0.7, "run_time": 1.0}
        film.play(
            film.arrive("slopes", "slope", plan.above_tipped, **way),
            *(film.dim(film.guests[f"column {j}"], run_time=0.3) for j in rows),
            *film.forget("W.T"),
        )
        for j in rows:
            _gather(film, film.guests["slopes"], j)
        film.play(
            film.dim(film.guests[f"column {rows[-1]}"]),
            *film.leave("slopes"),
            run_time=QUICK,
        )


def _gather(film: LayerStage, strip: Cells, j: int) -> None:
    """Let the slopes meet a row of W.T, and give the gradient of an input."""
    plan, units = film.plan, range(len(film.units))
    row, slow = film.guests[f"column {j}"], j == 0
    pace = 1.4 if slow else 0.6
    before = [film.dim(film.guests[f"column {j - 1}"], run_time=0.4)] if j else []
    film.play(
        strip.fly(plan.on_tipped_row(j), run_time=0.8),
        film.dim(row, back=True, run_time=0.8),
        *before,
    )
    words = of_tipped_row(film, j) if slow else []
    home, paint = plan.cells("dx")[j : j + 1], film.paints_of("dx")[j : j + 1]
    if words:
        start = cell_outlines(
            point(plan.dx, plan.below_tipped)[None], plan.widths["dx"], plan.height
        )
        film.dx.boxes[j].points = start[0]
        # An empty cell comes first: one reads what it is equal to before its number lands.
        film.play(film.dx.fly(places=[j], paints=paint), run_time=0.3)
    film.play(
        film.touching(row, units, run_time=pace),
        *([written(words, 0.5)] if words else []),
        run_time=pace,
    )
    name = [] if j else [mn.FadeIn(film.above("dx", "dx"))]
    early, late = ([], name) if words else (name, [])
    film.play(film.dx.fly(places=[j], paints=paint, seen=True), *early, run_time=0.5)
    if words:
        going = [mn.FadeOut(mn.VGroup(*group)) for group in words]
        film.play(film.dx.fly(home, places=[j]), *late, *going, run_time=0.8)
