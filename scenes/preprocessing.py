"""Preprocessing: the same network on raw and on standardised inputs.

Storyboard, with the numbers of the default experiment (digits of 0 to 16, one hidden layer of 30):

1. The same examples twice: inputs of mean 4.88 and deviation 6.01, and of 0 and 0.97.
2. Raw, before any step: 55 % of layer 1 is saturated.
3. Standardised, with the same weights: 0.2 %. Of the two steps it is the scaling that does this.
4. dW of layer 1 is large, 3.83 against 0.281. Neither centring nor scaling alone brings it there.
5. One epoch later: over 90 % saturated, against 4.6 %.
6. After 10 epochs the median slope is 6e-15 to 9e-13, against 0.0378.
7. The loss is 0.98 to 2.4, against 0.0928. On centred inputs it is 0.0559.
8. So: centre and scale the inputs first.

Raw inputs make training chaotic: weights that differ in their last digits end elsewhere. Hence the
ranges, and the thin curves beside the loss.

Not every norm collapses: dW of layer 1 stays larger on raw inputs, as its few open units see large
inputs. It is the typical unit that is frozen, hence the median slope.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import manim as mn
import numpy as np

from backprop_core.passes.activations import ACTIVATIONS
from scenes.kit.charts.chart import Chart
from scenes.kit.charts.curve_chart import CurveChart
from scenes.kit.charts.legend import Legend
from scenes.kit.charts.marks import dot, drawn, haloed, polyline
from scenes.kit.charts.scales import Linear, Marked, covering
from scenes.kit.film import MOVE, QUICK, Film
from scenes.kit.layout import GAP, STAGE, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.parts.activation_charts import SYMBOLS
from scenes.kit.parts.layer_panel import LayerPanel
from scenes.kit.theme import SMALL
from scenes.stories.input_versions import Side
from scenes.stories.preprocessing import PreprocessingStory
from scenes.stories.seen import preprocessing
from scenes.words.figures import Figure, Kind, Sentence, constant, count, index, sentence

LABEL_ROOM = 1.1
KEY = 0.4
"""Height of the legend of the curves."""
CLOCK = 0.5
"""Width reserved for the number of the epoch."""
FIRST, OTHERS = 1.6, 3.6
"""Seconds that the first epoch takes on screen, and the rest of them."""


class Preprocessing(Film):
    """Raw inputs saturate the first layer; standardised ones do not."""

    order = 80
    asked_by = ("data",)
    title = "Before the first layer"
    summary = "The same network on raw and on standardised inputs, over the first epochs"
    description = (
        "One network on raw pixels and on standardised ones, epoch by epoch: where its first "
        "layer stands on the sigmoid, its gradient, its loss."
    )
    opening_question = (
        "The same network reads the same examples twice, raw and standardised. What differs in "
        "its first layer before any training?"
    )
    misconception = (
        "Students take standardising for tidiness that training makes up for. To the first layer, "
        "inputs that are ten times as large are weights that are ten times as large."
    )
    seconds = 40
    reads = ("seed", "dtype", "network", "data", "training", "film")
    defaults: ClassVar[Mapping[str, object]] = {
        "network.depth": 2,
        "data.scale": 16.0,
        "data.standardize": False,
    }
    sources = ("lecun", "karpathy")

    def compute(self) -> None:
        """Train the network on both versions of its data."""
        self.story = PreprocessingStory.of(self.experiment)

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.story.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        return preprocessing.seen(self.story)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return preprocessing.poster(self.story)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats."""
        return (
            self.data,
            self.raw_start,
            self.standardized_start,
            self.gradient,
            self.first_epoch,
            *((self.more_epochs,) if self.story.epochs > 1 else ()),
            self.losses,
            self.verdict,
        )

    # The beats

    def data(self) -> None:
        """Bring in two columns, one for each version of the data."""
        self._lay_out()
        self.say(self.story.data())
        for panel, features in zip(self.panels, self.features, strict=True):
            self.play(mn.FadeIn(panel, features), run_time=MOVE)

    def raw_start(self) -> None:
        """Show the histogram of the layer on raw inputs."""
        self.say(self.story.raw_start())
        self._fill(0)

    def standardized_start(self) -> None:
        """Show the histogram on standardised inputs."""
        self.say(self.story.standardized_start())
        self._fill(1)

    def gradient(self) -> None:
        """Put the first gradients on their chart."""
        self.say(self.story.gradient())
        self.play(mn.FadeOut(*self.features), run_time=QUICK)
        charts = mn.VGroup(self.key, self.gradients, self.clock, self.chart)
        self.play(mn.FadeIn(charts), run_time=QUICK)
        if self.starts:
            self.play(mn.FadeIn(*self.starts), run_time=MOVE)

    def first_epoch(self) -> None:
        """Train for one epoch."""
        self.say(self.story.first_epoch())
        self._train_to(min(1, self.story.epochs), FIRST)

    def more_epochs(self) -> None:
        """Train for the others."""
        self.say(self.story.more_epochs())
        self._train_to(self.story.epochs, OTHERS)

    def losses(self) -> None:
        """Draw the losses of all these epochs."""
        self.say(self.story.losses())
        for side, color in zip(self.story.sides, self.colors, strict=True):
            if len(side.loss_curve):
                curve = self.chart.curve(side.loss_curve, color)
                thin = [self.chart.thin_curve(each, color) for each in side.neighbour_curves]
                lines = [drawn(line, rate_func=mn.linear) for line in (*thin, curve)]
                self.play(*lines, run_time=MOVE)

    def verdict(self) -> None:
        """Say what to do."""
        self.say(self.story.verdict())
        self.cite()

    # Motion

    def _fill(self, number: int) -> None:
        """Let the bars of a panel rise."""
        panel, state = self.panels[number], self.story.sides[number].states[0]
        rise = mn.UpdateFromAlphaFunc(
            panel.histogram.bars, lambda _, share: panel.histogram.fill(share * state.shares)
        )
        self.play(rise, run_time=MOVE)
        self.play(mn.FadeIn(panel.numbers), run_time=QUICK)

    def _train_to(self, epoch: int, run_time: float) -> None:
        start = self._epoch()
        if epoch == start:
            return
        pieces = [
            haloed(polyline(places[start : epoch + 1], color), self.theme.background)
            for places, color in zip(self.gradient_places, self.colors, strict=True)
            if len(places) > 1
        ]
        follow = self.panels[0].histogram.bars
        with self.counting(*self.numbers):
            follow.add_updater(lambda _: self._follow())
            self.play(
                mn.ApplyMethod(self.now.set_value, epoch, rate_func=mn.linear),
                *(drawn(piece, rate_func=mn.linear) for piece in pieces),
                run_time=run_time,
            )
            follow.clear_updaters()
            self._follow()

    def _follow(self) -> None:
        """Update both layers; between two epochs the bars are interpolated."""
        now = float(self.now.get_value())
        for panel, side in zip(self.panels, self.story.sides, strict=True):
            after = side.states[min(int(np.ceil(now)), self.story.epochs)].shares
            before = side.states[int(now)].shares
            panel.histogram.fill(before + (now - int(now)) * (after - before))

    def _epoch(self) -> int:
        return int(self.now.get_value() + 1e-9)

    # The stage

    def _lay_out(self) -> None:
        self.now = mn.ValueTracker(0.0)
        self.colors = (self.theme.ink, self.theme.healthy)
        left, right = STAGE.columns(0.62, 0.38, gap=2 * GAP)
        regions = left.columns(1, 1, gap=2 * GAP)
        self.panels = [
            self._panel(side, region, color)
            for side, region, color in zip(self.story.sides, regions, self.colors, strict=True)
        ]
        self._lay_out_features(right)
        key, charts = right.rows(KEY, right.height - KEY, gap=GAP / 2)
        upper, lower = charts.rows(1, 1, gap=GAP)
        self.key = self._key(key)
        self._lay_out_gradients(upper)
        self._lay_out_clock()
        self._lay_out_losses(lower)

    def _panel(self, side: Side, region: Region, color: str) -> LayerPanel:
        story, f = self.story, ACTIVATIONS[self.story.activation]
        mean, std = side.moments()
        panel = LayerPanel(
            region,
            f"{side.words} inputs",
            sentence("mean {m}, std {s}", m=mean, s=std),
            color,
            f.f,
            SYMBOLS[f.name][0],
            story.edges,
            story.saturated_bins(),
            story.borders,
            max(float(state.shares.max()) for s in story.sides for state in s.states),
            self.pen,
        )
        panel.live(0, story.state, lambda: side.saturated(self._epoch()), self.theme.saturated)
        panel.live(1, "median slope", lambda: side.median_slope(self._epoch()), self.theme.backward)
        return panel

    @property
    def numbers(self) -> list[LiveNumber]:
        """Every number that counts."""
        members = (m for panel in self.panels for m in panel.numbers.get_family())
        return [self.clock, *(m for m in members if isinstance(m, LiveNumber))]

    def _lay_out_features(self, region: Region) -> None:
        """Show what standardising does to each feature, both on one scale."""
        sides = self.story.sides
        moments = [(side.x.mean(axis=0), side.x.std(axis=0)) for side in sides]
        ends = [(mean - std, mean + std) for mean, std in moments]
        low = min(float(lower.min()) for lower, _ in ends)
        high = max(float(upper.max()) for _, upper in ends)
        features = sides[0].inputs.widths[0]
        self.features = []
        for row, side, (lower, upper), color in zip(
            region.rows(1, 1), sides, ends, self.colors, strict=True
        ):
            chart = Chart(
                row,
                Marked(0.0, features + 1.0, ((1.0, index(1)), (features, index(features)))),
                Linear(low, high, 4),
                self.pen,
                x_name="feature",
                y_name=f"{side.words}: mean, one deviation each way",
            )
            self.features.append(chart.add(chart.spans(lower, upper, color)))

    def _key(self, region: Region) -> mn.VGroup:
        """Name the two runs, with a note on a run that overflowed."""
        keys = mn.VGroup()
        columns = region.columns(1, 1.6)
        for column, side, color in zip(columns, self.story.sides, self.colors, strict=True):
            legend = Legend(column, self.pen)
            legend.entry(side.words if side.history else f"{side.words}: overflow", "line", color)
            keys.add(legend)
        return keys

    def _lay_out_clock(self) -> None:
        """Count the epochs at the right end of the heading of the upper chart."""
        plot, baseline = self.gradients.plot, self.gradients.name_baseline

        def epoch() -> Figure:
            return count("epoch", self._epoch(), Kind.INDEX)

        self.clock = LiveNumber(
            self.pen,
            epoch,
            left=plot.right,
            side=mn.RIGHT,
            baseline=baseline,
            color=self.theme.ink,
            size=SMALL,
        )
        word = self.pen.label("epoch", size=SMALL)
        word.align_to(point(plot.right - CLOCK), mn.RIGHT).on_baseline(baseline)
        self.clock.add(word)

    def _lay_out_gradients(self, region: Region) -> None:
        profiles = [side.log10_dW[: self.story.epochs + 1] for side in self.story.sides]
        zero = any(np.isneginf(profile).any() for profile in profiles)
        self.gradients = Chart(
            region,
            Linear(0.0, float(max(self.story.epochs, 1)), 5),
            covering(*profiles),
            self.pen,
            x_name="epoch",
            y_name=sentence("dW of layer {l} (foot: {z})", l=index(1), z=constant("zero", "0"))
            if zero
            else sentence("norm of dW, layer {l}", l=index(1)),
            left=LABEL_ROOM,
        )
        self.gradient_places = [
            self.gradients.positions(np.arange(len(profile)), profile) for profile in profiles
        ]
        self.starts = [
            dot(places[0], color, self.theme.background)
            for places, color in zip(self.gradient_places, self.colors, strict=True)
            if len(places)
        ]

    def _lay_out_losses(self, region: Region) -> None:
        sides = self.story.sides
        losses = [loss for side in sides for loss in (side.loss_curve, *side.neighbour_curves)]
        self.chart = CurveChart(
            region,
            max(self.story.epochs, 1),
            max((float(loss.max()) for loss in losses if len(loss)), default=1.0),
            self.pen,
            y_name=self.story.loss_axis(),
            left=LABEL_ROOM,
        )
