"""Initialization: how large the weights should be before training starts.

Storyboard, with the numbers of the default experiment (digits, depth 9, 30 sigmoids a layer):

1. Where the units of layer 4 stand before training, at gains 1, 6 and 30.
2. Of these 0, 23 and 82 % are saturated.
3. The gradient of each layer: a factor of 0.253, 0.777 and 1.74 a layer. It is the saturated stack
   whose gradient grows.
4. The question: which of the three trains?
5. After 6 epochs gain 6 has a loss of 1.14; the other two are where guessing is.
6. The end of each run becomes a point over its gain.
7. Seven gains, five draws each: a U.
8. Theory keeps the gradient's size at gain 10.1; training does best at 6.
9. Two layers learn at every gain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import manim as mn
import numpy as np

from scenes.kit.draw_columns import Column, DrawColumns
from scenes.kit.figures import Sentence
from scenes.kit.film import MOVE, QUICK, Film, sweep
from scenes.kit.layout import GAP, STAGE
from scenes.kit.marks import dashed, dot, haloed, polyline, ring
from scenes.kit.scales import Linear, Marked, Scale
from scenes.kit.sweep_chart import SweepChart, cross, entering, losses_axis, on_axis
from scenes.kit.theme import LINE
from scenes.kit.typesetting import Ink
from scenes.stories.initialization import InitializationStory

THINK = 3.0
"""Seconds for the audience to guess."""
RUN = 2.5
"""Seconds that the three runs take on screen."""
LABEL_ROOM = 1.1
AIR = 0.06
"""Room at both ends of the axis of gains, as a share of it."""


class Initialization(Film):
    """Three gains are looked at and guessed about; many gains show a U, which depth makes."""

    title = "How large should weights start?"
    summary = "Three gains before training, the one that learns, and the U-curve of many gains"
    reads = ("seed", "dtype", "network", "data", "training", "film")
    sources = "Glorot & Bengio (2010); Schoenholz et al., Deep Information Propagation (2017)"

    def compute(self) -> None:
        """Draw and train at many gains, within the budget."""
        self.story = InitializationStory.of(self.experiment)

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.story.subtitle()

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats."""
        return (
            self.histograms,
            self.saturation,
            self.gradients,
            self.question,
            self.answer,
            self.points,
            self.many_gains,
            self.theory,
            self.depths,
        )

    # The beats

    def histograms(self) -> None:
        """Show where the units of a layer stand at three gains."""
        self._lay_out_columns()
        self.say(self.story.columns())
        self.play(mn.FadeIn(self.columns.upper), run_time=QUICK)
        grow = [mn.FadeIn(bars, shift=0.3 * mn.UP) for bars in self.columns.bars]
        self.play(sweep(grow, 1.5))
        self._fade_in(self.columns.notes)

    def saturation(self) -> None:
        """Say how many are saturated."""
        self.say(self.story.saturation())
        self._fade_in(self.columns.saturated)

    def gradients(self) -> None:
        """Draw the gradient of every layer."""
        self.say(self.story.gradients())
        self.play(mn.FadeIn(self.columns.lower), run_time=QUICK)
        self.play(sweep([mn.Create(line) for line in self.columns.profiles], 2.0))
        self._fade_in(self.columns.factors)

    def question(self) -> None:
        """Ask which one trains, and leave time to guess."""
        self.say(self.story.question())
        self.rest(THINK)

    def answer(self) -> None:
        """Train all three."""
        self._lay_out_charts()
        self.play(mn.FadeOut(self.columns), run_time=QUICK)
        self.say(self.story.answer())
        self.play(mn.FadeIn(self.losses, self.note), run_time=QUICK)
        curves = [mn.Create(curve, rate_func=mn.linear) for curve in self.curves]
        if curves:
            self.play(*curves, run_time=RUN)
        self.play(mn.FadeIn(*self.ends), run_time=QUICK)

    def points(self) -> None:
        """Move the end of each curve over its gain."""
        self.say(self.story.points())
        self.play(mn.FadeIn(self.chart), run_time=QUICK)
        self.play(mn.FadeIn(self.points_now), run_time=QUICK)
        goals = self.chart.positions(np.log10(self.story.gains), self.last_losses)
        moves = [
            mark.animate.move_to(goal) for mark, goal in zip(self.points_now, goals, strict=True)
        ]
        self.play(*moves, run_time=1.2)

    def many_gains(self) -> None:
        """Draw the losses of all gains."""
        self.say(self.story.swept())
        self.play(mn.FadeIn(self.band), run_time=MOVE)
        self.add(self.points_now)
        self.play(mn.Create(self.median), run_time=1.5)
        self.play(mn.FadeOut(self.points_now), mn.FadeIn(self.depth_names[0]), run_time=QUICK)

    def theory(self) -> None:
        """Mark the gain that theory keeps the gradient at, and the best one."""
        self.say(self.story.theory())
        for flag in (self.kept_flag, self.best_flag):
            if flag.submobjects:
                self.play(mn.Create(flag[0]), mn.FadeIn(flag[1:]), run_time=MOVE)
        self.add(self.best_flag[2:])

    def depths(self) -> None:
        """Draw the same for another depth."""
        self.say(self.story.depths())
        self.play(mn.FadeIn(self.other_band), run_time=QUICK)
        self.play(mn.Create(self.other_median), run_time=1.5)
        self.play(mn.FadeIn(self.depth_names[1]), run_time=QUICK)
        self.cite()

    def _fade_in(self, labels: mn.VGroup) -> None:
        if labels.submobjects:
            self.play(sweep([mn.FadeIn(label) for label in labels], MOVE))

    # The stage

    def _lay_out_columns(self) -> None:
        story = self.story
        columns = [Column(story.heading(number)) for number in range(len(story.gains))]
        for number, draw in enumerate(story.draws):
            if draw is not None:
                columns[number] = Column(
                    story.heading(number),
                    story.beyond(draw),
                    draw.shares,
                    story.saturated_share(draw),
                    draw.signal,
                    story.factor_a_layer(draw),
                )
        self.columns = DrawColumns(
            STAGE, columns, story.edges, story.saturated_bins, story.shown.depth, self.pen
        )

    def _lay_out_charts(self) -> None:
        story, pen = self.story, self.pen
        left, right = STAGE.columns(0.43, 0.57, gap=2 * GAP)
        histories = [h for h in story.histories if h is not None]
        self.y = losses_axis(
            np.concatenate(
                [story.this.losses.ravel(), story.other.losses.ravel()]
                + [h.loss[1:] for h in histories]
            ),
            [h.loss[0] for h in histories],
        )
        self.ends = [
            pen.label(story.heading(number), self._verdict(number))
            for number in range(len(story.gains))
        ]
        self.losses = SweepChart(
            left,
            Linear(0.0, float(story.epochs.value), 5),
            self.y,
            pen,
            x_name="epoch",
            y_name="loss",
            left=LABEL_ROOM,
            right=_room(self.ends),
        )
        self._lay_out_runs()
        self.depth_names = [
            pen.label(story.depth_label(runs), color)
            for runs, color in ((story.this, self.theme.ink), (story.other, self.theme.muted))
        ]
        self.chart = SweepChart(
            right,
            self._gain_axis(),
            self.y,
            pen,
            x_name="gain",
            y_name=story.loss_axis(),
            left=LABEL_ROOM,
            right=_room(self.depth_names),
        )
        self._lay_out_sweeps()

    def _verdict(self, number: int) -> str:
        return self.theme.healthy if self.story.learned[number] else self.theme.ink

    def _lay_out_runs(self) -> None:
        """Make the curves, their names, and the points at their ends."""
        theme, chart = self.theme, self.losses
        finals = [np.inf if h is None else h.loss[-1] for h in self.story.histories]
        self.last_losses = on_axis(self.y, finals)
        chart.name_ends(self.ends, self.last_losses)
        self.curves = mn.VGroup()
        for number, history in enumerate(self.story.histories):
            if history is not None:
                places = chart.positions(*entering(self.y, on_axis(self.y, history.loss)))
                line = polyline(places, self._verdict(number))
                self.curves.add(haloed(line, theme.background))
        self.note: mn.Mobject = mn.VGroup()
        words = self.story.beyond_axis(_top(self.y))
        if words is not None:
            self.note = chart.note(words)
        self.points_now = mn.VGroup()
        for number, place in enumerate(chart.positions(chart.x_scale.high, self.last_losses)):
            if np.isposinf(self.last_losses[number]):
                self.points_now.add(cross(place, theme.saturated))
            else:
                self.points_now.add(dot(place, self._verdict(number), theme.background))

    def _lay_out_sweeps(self) -> None:
        """Make medians, bands and flags."""
        story, theme, chart = self.story, self.theme, self.chart
        x = np.log10(story.this.gains)
        drawn = []
        for runs, color, mark, width in (
            (story.this, theme.ink, dot, None),
            (story.other, theme.muted, ring, LINE),
        ):
            low, middle, high = (on_axis(self.y, v) for v in (runs.low, runs.median, runs.high))
            extra = {} if width is None else {"width": width}
            area = chart.band(x, low, high, color) if story.seeds.value > 1 else mn.VGroup()
            drawn += [area, chart.median(x, middle, color, mark, **extra)]
        self.band, self.median, self.other_band, self.other_median = drawn
        ends = on_axis(self.y, [story.this.median[-1], story.other.median[-1]])
        chart.name_ends(self.depth_names, ends)
        self.kept_flag, self.best_flag = mn.VGroup(), mn.VGroup()
        best = story.this.best
        kept_is_right = best is None or story.kept is None or story.this.gains[best] <= story.kept
        if story.kept is not None:
            self.kept_flag = chart.flag(
                float(np.log10(story.kept)),
                story.kept_flag(),
                theme.theory,
                row=1,
                left=not kept_is_right,
                line=dashed,
            )
        if best is not None:
            self.best_flag = chart.flag(
                float(x[best]), story.best_flag(), theme.healthy, row=0, left=kept_is_right
            )
            place = chart.positions(x[best], on_axis(self.y, story.this.median[best]))
            self.best_flag.add(dot(place, theme.healthy, theme.background, 0.13))

    def _gain_axis(self) -> Scale:
        story = self.story
        low, *_, high = (float(np.log10(gain)) for gain in story.this.gains)
        marks = tuple(
            (float(np.log10(gain)), story.gain(number)) for number, gain in enumerate(story.gains)
        )
        air = AIR * (high - low)
        return Marked(low - air, high + air, marks)


def _room(labels: Sequence[Ink]) -> float:
    return max(label.width for label in labels) + GAP / 2


def _top(scale: Scale) -> float:
    """Return the largest loss on an axis."""
    return scale.high if isinstance(scale, Linear) else float("inf")
