"""Remedies: what holds a gradient from the start, and what can kill it afterwards.

Storyboard, with the numbers of the default experiment (digits, depth 5, 30 units a layer, softmax,
rate 0.05, 500 examples):

1. One seed, three networks: sigmoid + normal, tanh + Xavier, ReLU + He.
2. On its way down the gradient vanishes with sigmoid and holds with tanh and ReLU.
3. chi, in theory and measured: 0.0554, 0.665 and 1.00; 0.0556, 0.693 and 1.13.
4. The bands of 60 draws; medians lie near theory.
5. After 12 epochs tanh and ReLU are right on 100 %, sigmoid on 11 %.
6. What a dead ReLU is; before any step there is none.
7. One step on all examples, 1, 2, 5 ... 200 times as large: 43 of 120 ReLUs are dead.
8. In 13 draws the same step leaves between 19 and 47 dead.
9. Leaky ReLU, same seed, same step: none.
10. Trained on for 12 epochs: 60 ReLUs dead, 11 % right; leaky ReLU 92 %, at worst 82 % of 7 draws.
11. Without that step ReLU comes to 100 %.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import manim as mn
import numpy as np

from backprop_core.passes.activations import ACTIVATIONS
from scenes.kit.charts.chart import Chart, level
from scenes.kit.charts.curve_chart import CurveChart
from scenes.kit.charts.function_chart import FunctionChart
from scenes.kit.charts.marks import Points, band, dashed, drawn
from scenes.kit.charts.readout import Readouts
from scenes.kit.charts.scales import Layers, covering
from scenes.kit.charts.series import Style, series
from scenes.kit.film import MOVE, QUICK, Film
from scenes.kit.layout import GAP, STAGE
from scenes.kit.live_number import LiveNumber
from scenes.kit.parts.count_chart import CountChart
from scenes.kit.parts.scoreboard import Scoreboard
from scenes.kit.parts.unit_map import UnitMap, layers_a_column
from scenes.kit.theme import LINE
from scenes.stories.large_step import Ladder
from scenes.stories.recorded_remedies import RecordedNet, RecordedRemedies
from scenes.stories.remedies import RemediesStory, times
from scenes.stories.remedy_nets import Net, Profile
from scenes.stories.seen import remedies
from scenes.words.figures import Figure, Kind, Sentence, constant, count, sentence

COLUMNS = 4
RUNG = 0.9
"""Seconds on screen for each step that is tried."""
REACH = 3.0
"""The activations are drawn from -REACH to REACH."""


class Remedies(Film):
    """Activation and initial weights hold a gradient; a step too large kills ReLUs."""

    order = 90
    asked_by = ("three_nets",)
    title = "What holds a gradient"
    summary = "Three networks of one seed: tanh + Xavier, ReLU + He, and what kills a ReLU"
    description = (
        "Three networks of one seed: a plain one, tanh + Xavier, ReLU + He. Their gradients, "
        "χ and losses in the same axes. Then the price: a step too large kills ReLUs, counted "
        "one by one, and leaky ReLU beside it."
    )
    opening_question = (
        "Which keeps the gradient at its size: the activation, the initial weights, or only both "
        "together?"
    )
    misconception = (
        "Students believe that a ReLU cannot lose its gradient, as its slope is one. Below zero "
        "its slope is zero: a unit that is below zero on every example gets no gradient at all."
    )
    seconds = 59
    reads = ("seed", "dtype", "network", "data", "training", "film")
    defaults: ClassVar[Mapping[str, object]] = {
        "network.depth": 5,
        "network.output": "softmax",
        "data.samples": 500,
        "training.learning_rate": 0.05,
        "training.epochs": 12,
    }
    recordings = 2
    sources = ("glorot", "he", "schoenholz")

    def compute(self) -> None:
        """Initialise, trace and train the networks, and take the steps that are too large."""
        if self.recorded:
            self.compared: RemediesStory | RecordedRemedies = RecordedRemedies.of(self.recorded)
        else:
            self.story = self.compared = RemediesStory.of(self.experiment)
        self.nets: Sequence[Net | RecordedNet] = self.compared.nets

    def subtitle(self) -> Sentence:
        """Describe what the networks have in common."""
        return self.compared.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        if isinstance(self.compared, RecordedRemedies):
            return self.compared.seen()
        return remedies.seen(self.compared)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        if isinstance(self.compared, RecordedRemedies):
            return self.compared.poster()
        return remedies.poster(self.compared)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats. Recordings have none about theory and too large steps."""
        if self.recorded:
            return (self.three_nets, self.profiles, self.chi, self.losses, self.verdict)
        return (
            self.three_nets,
            self.profiles,
            self.chi,
            self.draws,
            self.losses,
            self.dead,
            self.one_step,
            self.other_draws,
            self.leaky,
            self.after,
            self.verdict,
        )

    # The beats: three networks

    def three_nets(self) -> None:
        """Name the networks, and draw their activations."""
        self._lay_out()
        self.say(self.compared.three_nets())
        charts = self._function_charts()
        self.play(mn.FadeIn(*charts), run_time=QUICK)
        curves = (chart.curves for chart in charts)
        for name, *pair in zip(self.board.names, *curves, strict=True):
            self.play(mn.FadeIn(name), *map(mn.Create, pair), run_time=MOVE)
        self.f, self.slopes = (mn.VGroup(chart, chart.curves) for chart in charts)
        self.first_part.add(self.board.names)

    def profiles(self) -> None:
        """Draw the gradient of each layer, the last layer first."""
        self.say(self.compared.profiles())
        self.swap(self.f, self.profile_chart)
        self.first_part.add(self.profile_chart, self.slopes)
        for net, style in zip(self.nets, self.styles, strict=True):
            if net.signal is not None:
                places = self._profile(net.signal)[::-1]
                line = series(places, style, self.theme.background)
                self._draw(line)
                self.lines.add(line)
        self.first_part.add(self.lines)

    def chi(self) -> None:
        """Write chi beside each network, and draw the profile that it predicts."""
        self.say(self.compared.chi())
        measured = [net.chi_measured for net in self.nets]
        if self.recorded:
            self._fill(1, "χ measured", measured)
            return
        nets = self.story.nets
        theory = [net.chi_in_theory for net in nets]
        self.theory = mn.VGroup(
            *(
                dashed(self._profile(net.theory), self.theme.theory, LINE)
                for net in nets
                if net.theory is not None
            )
        )
        self._fill(0, "χ in theory", theory, self.theme.theory, self.story.no_theory)
        self.play(mn.FadeIn(self.theory), run_time=MOVE)
        self._fill(1, "χ measured", measured)
        self.first_part.add(self.theory)

    def draws(self) -> None:
        """Show the bands of other draws behind the lines."""
        self.say(self.story.draws())
        self.bands = mn.VGroup()
        for net, style in zip(self.story.nets, self.styles, strict=True):
            if net.band is not None:
                low, high = (self._profile(end) for end in net.band)
                self.bands.add(band(high, low, style.color))
        key = self.board.corner(self.story.theory_key())
        self.play(mn.FadeIn(self.bands, key), run_time=MOVE)
        self.add(self.bands, self.lines, self.theory)
        self.first_part.add(self.bands, key)

    def losses(self) -> None:
        """Train all three."""
        self.say(self.compared.losses())
        if not self.compared.trains:
            return
        chart = self._loss_chart()
        self.first_part.remove(self.slopes)
        self.swap(self.slopes, chart)
        self.first_part.add(chart)
        for net, style in zip(self.nets, self.styles, strict=True):
            if net.losses is not None:
                places = chart.positions(net.times, net.losses)
                line = series(places, style, self.theme.background)
                self._draw(line)
                self.first_part.add(line)
        self._fill(2, "loss at last", [net.loss for net in self.nets])
        if any(net.right is not None for net in self.nets):
            self._fill(3, "train accuracy", [net.right for net in self.nets])

    # The beats: steps that are too large

    def dead(self) -> None:
        """Show every unit of the ReLU network, before any step."""
        self.say(self.story.dead())
        self.play(mn.FadeOut(self.first_part), run_time=QUICK)
        if self.story.price.ladder is not None:
            self._lay_out_price(self.story.price.ladder)
            self.play(mn.FadeIn(self.relu_map, self.panel), run_time=MOVE)
            self.play(mn.FadeIn(self.step_chart), run_time=QUICK)

    def one_step(self) -> None:
        """Try ever larger steps."""
        self.say(self.story.one_step())
        ladder = self.story.price.ladder
        if ladder is None:
            return
        for rung in ladder.rungs[1:]:
            self.rung = rung
            mark = self.step_chart.mark(rung.total)
            with self.counting(*self.numbers):
                dies = self.relu_map.change_to(rung.dead)
                self.play(dies, mn.FadeIn(mark), run_time=RUNG)
        if len(ladder.rungs) > 1:
            self.play(drawn(self.step_chart.line()), run_time=QUICK)
            self.add(self.step_chart.drawn)

    def other_draws(self) -> None:
        """Show the range of other draws behind the line."""
        self.say(self.story.other_draws())
        counts = self.story.price.dead_draws[:, 1:]
        if len(counts) > 1 and counts.shape[1] > 0:
            area = self.step_chart.range(counts.min(axis=0), counts.max(axis=0))
            self.play(mn.FadeIn(area), run_time=MOVE)
            self.add(self.step_chart.drawn)

    def leaky(self) -> None:
        """Put the leaky ReLU network beside it, after the same step."""
        self.say(self.story.leaky())
        if self.story.price.ladder is None:
            return
        self.play(mn.FadeOut(self.step_chart, self.step_chart.drawn), run_time=QUICK)
        if self.story.price.leaky is not None:
            after = self.story.price.leaky[1]
            self.leaky_map.fill(after.dead)
            still = count("leaky.dead", after.total, Kind.MEASURED)
            entry = self.panel.entry("dead leaky ReLUs", still, self.theme.saturated)
            self.play(mn.FadeIn(self.leaky_map, entry), run_time=MOVE)

    def after(self) -> None:
        """Continue the training of both."""
        self.say(self.story.after())
        price = self.story.price
        if price.ladder is None or not price.relu_after:
            return
        self.play(mn.FadeOut(self.panel), run_time=QUICK)
        history = price.relu_after[0]
        if history is not None:
            self.play(self.relu_map.change_to(history.dead[-1]), run_time=MOVE)
        self.play(mn.FadeIn(self._outcomes()), run_time=MOVE)

    def verdict(self) -> None:
        """Sum up the results."""
        self.say(self.compared.verdict())
        self.cite()

    # Motion

    def _draw(self, line: mn.VGroup) -> None:
        path, marks = line
        self.play(drawn(path), mn.FadeIn(marks), run_time=MOVE)

    def _fill(
        self,
        number: int,
        name: str,
        values: Sequence[Figure | None],
        color: str | None = None,
        missing: str | None = None,
    ) -> None:
        """Write a column of the table."""
        column = self.board.column(number, name, values, missing or self.compared.missing, color)
        self.play(mn.FadeIn(column), run_time=QUICK)
        self.first_part.add(column)

    # The stage

    def _lay_out(self) -> None:
        theme, nets = self.theme, self.nets
        self.styles = (
            Style(theme.contrast, "dot"),
            Style(theme.other, "ring"),
            Style(theme.healthy, "square"),
        )[: len(nets)]
        rows = [(net.label(), style) for net, style in zip(nets, self.styles, strict=True)]
        self.board = Scoreboard(STAGE, rows, COLUMNS, self.pen)
        charts = STAGE.inset(top=Scoreboard.room(len(rows)) + GAP / 2)
        self.left, self.right = charts.columns(0.5, 0.5, gap=2 * GAP)
        profiles = [np.zeros(1)]
        for net in nets:
            profiles += [p for p in (net.signal, net.theory, *(net.band or ())) if p is not None]
        self.profile_chart = Chart(
            self.left,
            Layers(self.compared.depth),
            covering(*profiles[1:] or profiles),
            self.pen,
            x_name="layer",
            y_name="gradient at each layer (norm of ∂L/∂z)",
        )
        self.lines = mn.VGroup()
        self.first_part = mn.VGroup()

    def _function_charts(self) -> tuple[FunctionChart, FunctionChart]:
        functions = [ACTIVATIONS[net.function] for net in self.nets]
        colors = [style.color for style in self.styles]
        names = {"f": "activation of a unit", "slope": "slope of a unit"}
        f, slope = (
            FunctionChart(
                region,
                REACH,
                [(getattr(f, part), color) for f, color in zip(functions, colors, strict=True)],
                self.pen,
                x_name="z",
                y_name=names[part],
            )
            for region, part in ((self.left, "f"), (self.right, "slope"))
        )
        level(f, slope, self.profile_chart)
        return f, slope

    def _profile(self, log10: Profile) -> Points:
        return self.profile_chart.positions(np.arange(1, len(log10) + 1), log10)

    def _loss_chart(self) -> CurveChart:
        losses = [net.losses for net in self.nets if net.losses is not None]
        largest = max((float(loss.max()) for loss in losses), default=1.0)
        chart = CurveChart(
            self.right,
            self.compared.last,
            largest,
            self.pen,
            y_name="loss",
            x_name=self.compared.x_name,
        )
        level(self.profile_chart, chart)
        return chart

    def _lay_out_price(self, ladder: Ladder) -> None:
        story, theme = self.story, self.theme
        left, middle, panel = STAGE.columns(0.39, 0.39, 0.22, gap=2 * GAP)
        grouped = layers_a_column(len(story.hidden))
        self.relu_map, self.leaky_map = (
            UnitMap(region, story.hidden, self.pen, name=story.map_key(grouped, leaky))
            for region, leaky in ((left, False), (middle, True))
        )
        self.rung = ladder.rungs[0]
        self.relu_map.fill(self.rung.dead)
        counts = [rung.total for rung in ladder.rungs] + story.price.dead_draws.ravel().tolist()
        self.step_chart: CountChart = CountChart(
            middle,
            [rung.factor for rung in ladder.rungs[1:]] or [1],
            max(counts),
            theme.saturated,
            self.pen,
            x_name="rate, times",
            y_name="dead ReLUs after one step",
        )
        level(self.relu_map, self.leaky_map, self.step_chart)
        self.panel, self.outcomes = Readouts(panel, self.pen), Readouts(panel, self.pen)
        dead = sentence("dead ReLUs of {n}", n=story.units)
        rate = sentence("rate {r}, times", r=story.rate)
        self.numbers: list[LiveNumber] = [
            self.panel.live(rate, lambda: times(self.rung.factor), theme.ink),
            self.panel.live(dead, lambda: story.dead_of(self.rung), theme.saturated),
            self.panel.live("loss", lambda: story.loss_of(self.rung), theme.ink),
        ]

    def _outcomes(self) -> Readouts:
        """Write the results of further training of both networks."""
        story, theme, panel = self.story, self.theme, self.outcomes
        still = story.still_dead
        if still is not None:
            panel.entry(sentence("dead ReLUs of {n}", n=story.units), still, theme.saturated)
        for kind, name in (("relu", "ReLU"), ("leaky_relu", "leaky ReLU")):
            result, worst = story.result(kind), story.worst(kind)
            lost_itself = constant("overflow", "overflow")
            panel.entry(f"{name}: {story.measure}", result or lost_itself, theme.ink)
            draws, lost = story.trained_draws(kind), story.overflowing(kind)
            if worst is not None:
                panel.entry(sentence("worst of {n} draws", n=draws), worst, theme.muted)
            elif lost.value and draws.value > 1:
                panel.entry(sentence("of {n} draws overflow", n=draws), lost, theme.muted)
        return panel
