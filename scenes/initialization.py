"""Initialization: how large the weights should be before training starts.

Storyboard, with the numbers of the default experiment (digits, depth 9, 30 sigmoids a layer):

1. Where the units of layer 4 stand before training, at gains 1, 6 and 30.
2. Of these 0, 23 and 82 % are saturated.
3. The gradient of each layer: a factor of 0.253, 0.777 and 1.74 a layer. It is the saturated stack
   whose gradient grows.
4. The question: which of the three trains?
5. After 6 epochs gain 6 has a loss of 1.0 to 1.2, by rounding; the others are where guessing is.
6. The end of each run becomes a point over its gain.
7. Seven gains, five draws each: a U.
8. Theory keeps the gradient's size at gain 10.1; training does best at 6.
9. Two layers learn at every gain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import manim as mn
import numpy as np

from scenes.kit.charts.marks import dashed, dot, drawn, ring
from scenes.kit.charts.scales import Linear, Marked, Scale
from scenes.kit.film import MOVE, QUICK, Film, sweep
from scenes.kit.layout import GAP, STAGE, Region
from scenes.kit.parts.draw_columns import Column, DrawColumns
from scenes.kit.parts.run_curves import RunCurves
from scenes.kit.parts.sweep_chart import Mark, SweepChart, losses_axis, on_axis
from scenes.stories.gains import Sweep
from scenes.stories.initialization import InitializationStory
from scenes.stories.recorded_initialization import RecordedInitialization
from scenes.stories.seen import initialization
from scenes.words.figures import Sentence

THINK = 3.0
"""Seconds for the audience to guess."""
RUN = 3.0
"""Seconds that the three runs take on screen."""
MEDIAN = 2.0
"""Seconds in which the medians of one depth are drawn."""
LABEL_ROOM = 1.1
AIR = 0.06
"""Padding at both ends of the axis of gains, as a fraction of its length."""


class Initialization(Film):
    """Three gains are looked at and guessed about; many gains show a U, which depth makes."""

    order = 70
    asked_by = ("question", "histograms")
    title = "How large should weights start?"
    summary = "Three gains before training, the one that learns, and the U-curve of many gains"
    description = (
        "Three gains: where the units of a layer stand, the gradient of every layer. Which "
        "one trains? The three losses answer, and many gains with several draws each: a U for "
        "the deep net, with the gain that theory picks beside the best one; almost none for "
        "the shallow net."
    )
    opening_question = (
        "Three networks differ only in the size of their initial weights. Which one will learn, "
        "and how could you tell before training?"
    )
    misconception = (
        "Students start with very small weights so that no unit saturates. Weights that are too "
        "small shrink the signal forward and the gradient back, layer after layer."
    )
    seconds = 46
    reads = ("seed", "dtype", "network", "data", "training", "film")
    recordings = 1
    sources = ("glorot", "schoenholz")

    def compute(self) -> None:
        """Draw and train at many gains, within the budget."""
        if self.recorded:
            self.draws: InitializationStory | RecordedInitialization = RecordedInitialization.of(
                self.recorded[0]
            )
        else:
            self.story = self.draws = InitializationStory.of(self.experiment)

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.draws.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        if isinstance(self.draws, RecordedInitialization):
            return self.draws.seen()
        return initialization.seen(self.draws)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        if isinstance(self.draws, RecordedInitialization):
            return self.draws.poster()
        return initialization.poster(self.draws)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats. A recording has none about other gains."""
        columns = (self.histograms, self.saturation, self.gradients)
        if self.recorded:
            return columns
        return (
            *columns,
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
        self.say(self.draws.columns())
        self.play(mn.FadeIn(self.tall.upper), run_time=QUICK)
        self.play(sweep([mn.FadeIn(b, shift=GAP * mn.UP) for b in self.tall.bars], 1.5))
        self._fade_in(self.tall.notes)

    def saturation(self) -> None:
        """Say how many are saturated."""
        self.say(self.draws.saturation())
        self._fade_in(self.tall.saturated)

    def gradients(self) -> None:
        """Draw the gradient of every layer."""
        tall, columns = self.tall, self.columns
        self.say(self.draws.gradients())
        self._become(
            (tall.upper, columns.upper),
            (tall.bars, columns.bars),
            (tall.notes, columns.notes),
            (tall.saturated, columns.saturated),
        )
        self.play(mn.FadeIn(columns.lower), run_time=QUICK)
        self.play(sweep([drawn(line) for line in columns.profiles], 2.0))
        self._fade_in(columns.factors)
        if self.recorded:
            self.cite()

    def question(self) -> None:
        """Ask which one trains, and leave time to guess."""
        self.say(self.story.question())
        self.rest(THINK)

    def answer(self) -> None:
        """Train all three."""
        self._lay_out_charts()
        self.play(mn.FadeOut(self.columns), run_time=QUICK)
        self.say(self.story.answer())
        wide = self.wide
        self.play(mn.FadeIn(wide.axes, wide.note), run_time=QUICK)
        curves = [drawn(curve, rate_func=mn.linear) for curve in wide.curves]
        if curves:
            self.play(*curves, run_time=RUN)
        self.play(mn.FadeIn(wide.names), run_time=QUICK)

    def points(self) -> None:
        """Move the end of each curve to a point above its gain."""
        wide, runs, chart = self.wide, self.runs, self.chart
        self.say(self.story.points())
        # Otherwise the points would cross the names and the labels of the other axis.
        labels = chart.y_axis[-1]
        chart.unlabelled()
        self.play(mn.FadeOut(wide.names), run_time=QUICK / 2)
        self._become((wide.axes, runs.axes), (wide.note, runs.note), (wide.curves, runs.curves))
        self.play(mn.FadeIn(chart, runs.ends), run_time=QUICK)
        goals = chart.places(np.log10(self.story.gains), self.lasts)
        moves = [end.animate.move_to(goal) for end, goal in zip(runs.ends, goals, strict=True)]
        self.play(*moves, run_time=1.2)
        self.play(mn.FadeIn(runs.names, labels), run_time=QUICK)

    def many_gains(self) -> None:
        """Draw the losses of all gains."""
        self.say(self.story.swept())
        self.play(mn.FadeIn(self.band), run_time=MOVE)
        self.add(self.runs.ends)
        self._draw(self.median)
        self.play(mn.FadeOut(self.runs.ends), mn.FadeIn(self.depth_names[0]), run_time=QUICK)

    def theory(self) -> None:
        """Mark the gain at which theory keeps the gradient's size, and the best gain."""
        self.say(self.story.theory())
        for flag in (self.kept_flag, self.best_flag):
            if flag.submobjects:
                self.play(drawn(flag[0]), mn.FadeIn(flag[1:]), run_time=MOVE)
        self.add(self.best_flag[2:])

    def depths(self) -> None:
        """Draw the same for another depth."""
        self.say(self.story.depths())
        self.play(mn.FadeIn(self.other_band), run_time=QUICK)
        self._draw(self.other_median)
        self.play(mn.FadeIn(self.depth_names[1]), run_time=QUICK)
        self.cite()

    def _fade_in(self, labels: mn.VGroup) -> None:
        if labels.submobjects:
            self.play(sweep([mn.FadeIn(label) for label in labels], MOVE))

    def _become(self, *pairs: tuple[mn.VGroup, mn.VGroup]) -> None:
        """Transform pictures into copies of another size."""
        changes = (mn.ReplacementTransform(a, b) for a, b in pairs if a.submobjects)
        self.play(*changes, run_time=MOVE)

    # The stage

    def _lay_out_columns(self) -> None:
        story = self.draws
        columns = [Column(story.heading(number)) for number in range(len(story.draws))]
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
        self.tall, self.columns = (
            DrawColumns(
                STAGE,
                columns,
                story.edges,
                story.saturated_bins,
                story.depth,
                self.pen,
                tall=tall,
            )
            for tall in (True, False)
        )

    def _lay_out_charts(self) -> None:
        """Make charts of the three runs, large and small, and the chart of all gains."""
        story = self.story
        left, right = STAGE.columns(0.43, 0.57, gap=2 * GAP)
        runs = [np.asarray(h.loss, dtype=np.float64) for h in story.histories if h is not None]
        finals = np.concatenate([story.this.losses.ravel(), story.other.losses.ravel()])
        self.y = losses_axis(finals, runs)
        losses = [None if h is None else on_axis(self.y, h.loss) for h in story.histories]
        self.lasts = [np.inf if loss is None else float(loss[-1]) for loss in losses]
        top = self.y.high if isinstance(self.y, Linear) else np.inf
        colors = [self.theme.healthy if good else self.theme.ink for good in story.learned]
        self.wide, self.runs = (
            RunCurves(
                region,
                story.shown.training.epochs,
                self.y,
                losses,
                [story.run_name(number) for number in range(len(losses))],
                colors,
                story.beyond_axis(top),
                self.pen,
                left=LABEL_ROOM,
            )
            for region in (STAGE, left)
        )
        self._lay_out_sweeps(right)

    def _lay_out_sweeps(self, region: Region) -> None:
        """Make the chart of all gains, at two depths."""
        story, theme, pen = self.story, self.theme, self.pen
        deep, shallow = story.this, story.other
        self.depth_names = [
            pen.label(story.depth_label(runs), color)
            for runs, color in ((deep, theme.ink), (shallow, theme.muted))
        ]
        self.chart = SweepChart(
            region,
            self._gain_axis(),
            self.y,
            pen,
            x_name="gain",
            y_name=story.loss_axis(),
            left=LABEL_ROOM,
            right=max(name.width for name in self.depth_names) + GAP / 2,
        )
        lasts = [on_axis(self.y, runs.median)[-1] for runs in (deep, shallow)]
        self.chart.name_ends(self.depth_names, lasts)
        self.band, self.median = self._drawn(deep, theme.ink, dot)
        self.other_band, self.other_median = self._drawn(shallow, theme.muted, ring)
        self._lay_out_flags()

    def _draw(self, median: mn.VGroup) -> None:
        line, marks = median
        coming = sweep([mn.FadeIn(mark) for mark in marks], MEDIAN)
        self.play(drawn(line), coming, run_time=MEDIAN)

    def _drawn(self, runs: Sweep, color: str, mark: Mark) -> tuple[mn.VGroup, mn.VGroup]:
        """Return the band and the medians of one depth."""
        x = np.log10(runs.gains)
        low, middle, high = (on_axis(self.y, v) for v in (runs.low, runs.median, runs.high))
        band = self.chart.band(x, low, high, color) if self.story.seeds.value > 1 else mn.VGroup()
        return band, self.chart.median(x, middle, color, mark)

    def _lay_out_flags(self) -> None:
        """Make the flags of theory and of the best gain, with names on opposite sides."""
        story, theme, chart, runs = self.story, self.theme, self.chart, self.story.this
        self.kept_flag, self.best_flag = mn.VGroup(), mn.VGroup()
        kept, best = story.kept, runs.best
        best_is_left = kept is None or best is None or runs.gains[best] <= kept
        if kept is not None:
            words, at = story.kept_flag(), float(np.log10(kept))
            self.kept_flag = chart.flag(at, words, theme.theory, left=not best_is_left, line=dashed)
        if best is not None and story.has_best:
            words, at = story.best_flag(), float(np.log10(runs.gains[best]))
            self.best_flag = chart.flag(at, words, theme.healthy, left=best_is_left)
            place = chart.positions(at, on_axis(self.y, runs.median[best]))
            self.best_flag.add(dot(place, theme.healthy, theme.background, 0.13))

    def _gain_axis(self) -> Scale:
        story = self.story
        low, *_, high = np.log10(story.this.gains).tolist()
        marks = tuple((float(np.log10(g)), story.gain(n)) for n, g in enumerate(story.gains))
        air = AIR * (high - low)
        return Marked(low - air, high + air, marks)
