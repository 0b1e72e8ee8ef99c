"""Vanishing: a gradient on its way down through a stack of layers.

Storyboard, with the numbers of the default experiment (digits, depth 9, 30 sigmoids a layer):

1. Trained for 30 epochs the loss settles on a plateau near 3.25; 11 % of what it was trained on is
   right, and 9.3 % of what was held out: chance.
2. Forward: one example lights the units, layer by layer.
3. One backward step in close-up: 0.418 at layer 8 = 1.62 at layer 9 x weights 1.11 x slopes 0.233.
4. The whole way down, drawn to scale: of nine bars four are seen.
5. The axis turns logarithmic; mean-field theory is drawn first, 0.24 a layer.
6. The measured points land on it.
7. The band of many other draws.
8. What slopes of at most a quarter would do alone.
9. The same network with ten times larger weights.
10. The ratio between the last and the first layer, and by how much each moves its weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import manim as mn
import numpy as np

from scenes.kit.charts.curve_chart import CurveChart
from scenes.kit.charts.legend import ColorBar, Legend
from scenes.kit.charts.marks import drawn
from scenes.kit.charts.readout import Product, Readouts
from scenes.kit.charts.scales import covering
from scenes.kit.film import MOVE, QUICK, Film, levels, sweep
from scenes.kit.layout import GAP, STAGE
from scenes.kit.parts.gradient_chart import GradientChart
from scenes.kit.parts.network_diagram import NetworkDiagram
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.stories.seen import recorded_vanishing, vanishing
from scenes.stories.vanishing import VanishingStory
from scenes.words.figures import Sentence, index, magnitude, measured, sentence

SWEEP = 3.0
ROWS = (0.33, 0.67)
"""Shares of the height of the stage for the network above and a chart below."""
LABEL_ROOM = 1.25
"""Width left of the charts for the labels of y. The input's column stands above it."""


class Vanishing(Film):
    """Real gradients shrink, layer by layer, until only a logarithmic axis shows them."""

    order = 50
    title = "A gradient on its way down"
    summary = "The gradient of each layer: how far it gets, why, and what theory expects"
    description = (
        "A net that does not learn. One step down in close-up, then all of them: to scale, on "
        "a logarithmic axis, against mean-field theory, 200 other draws, the bound on the "
        "slopes, and ten times larger weights."
    )
    seconds = 50
    reads = ("seed", "dtype", "network", "data", "training", "film")
    recordings = 1
    sources = (
        "Schoenholz et al., Deep Information Propagation (2017); "
        "Karpathy, Yes you should understand backprop (2016)"
    )

    step: Product | None = None

    def compute(self) -> None:
        """Train and trace the network, compute theory and other draws, within the budget."""
        self.story: VanishingStory | RecordedVanishing = (
            RecordedVanishing.of(self.recorded[0])
            if self.recorded
            else VanishingStory.of(self.experiment)
        )

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.story.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        if isinstance(self.story, RecordedVanishing):
            return recorded_vanishing.seen(self.story)
        return vanishing.seen(self.story)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        if isinstance(self.story, RecordedVanishing):
            return recorded_vanishing.poster(self.story)
        return vanishing.poster(self.story)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats, without those for which a recording lacks the data."""
        beats = (
            self.training_run,
            self.forward_pass,
            self.one_step,
            self.drawn_to_scale,
            self.logarithmic,
            self.measured_points,
            self.other_draws,
            self.slopes_alone,
            self.larger_weights,
            self.verdict,
        )
        return tuple(beat for beat in beats if beat.__name__ not in self.story.left_out)

    # The beats

    def training_run(self) -> None:
        """Show the loss of this network in training."""
        self.say(self.story.training_run())
        losses = self.story.losses
        if losses is None:
            return
        chart = CurveChart(
            self.lower,
            len(losses) - 1,
            float(losses.max()),
            self.pen,
            y_name="loss",
            x_name=self.story.x_name,
            left=LABEL_ROOM,
        )
        curve = chart.curve(losses, self.theme.ink)
        results = Readouts(self.results_panel, self.pen)
        results.entry("loss at first", measured("loss[0]", float(losses[0])), self.theme.ink)
        results.entry("loss at last", measured("loss[-1]", float(losses[-1])), self.theme.ink)
        for name, right in self.story.right:
            results.entry(name, right, self.theme.ink)
        self.play(mn.FadeIn(chart), run_time=QUICK)
        self.play(drawn(curve), run_time=1.5)
        self.play(mn.FadeIn(results), run_time=QUICK)
        self.training_picture.add(chart, curve, results)

    def forward_pass(self) -> None:
        """Light the units with one example's activations."""
        self.say(self.story.forward_pass())
        key = self.diagram_key.entry(self.story.fill_key(), "dot", self.theme.forward)
        self.play(mn.FadeIn(key), run_time=QUICK)
        lit = self.story.activations
        if lit is not None:
            self.play(sweep(self.diagram.forward(lit), SWEEP))
        self.training_picture.add(key)

    def one_step(self) -> None:
        """Take one step down in close-up."""
        story, depth = self.story, self.story.depth
        self.say(story.one_step())
        if len(self.training_picture):
            self.play(mn.FadeOut(self.training_picture), run_time=QUICK)
        assert story.factors is not None
        ink, backward = self.theme.ink, self.theme.backward
        below, above = depth - 1, depth
        terms = (
            (
                magnitude(f"signal[{below}]", float(story.signal[-2])),
                sentence("gradient at layer {l}", l=index(below)),
                backward,
            ),
            (
                magnitude(f"signal[{above}]", float(story.signal[-1])),
                sentence("gradient at layer {l}", l=index(above)),
                backward,
            ),
        )
        parts = (
            ("weight_part", story.factors.weight_part, "through the weights"),
            ("slope_part", story.factors.slope_part, "times the slopes"),
        )
        # Where nothing arrives there is nothing to divide by.
        factors = [
            (measured(f"{name}[{below}]", float(values[-1])), words, ink)
            for name, values, words in parts
            if np.isfinite(values[-1])
        ]
        step = Product(STAGE.rows(*ROWS)[1], (*terms, *factors), self.pen)
        result, start, *others = step.terms
        equals, *times = step.signs
        self.play(self._arrive(above), mn.FadeIn(start), run_time=MOVE)
        for sign, factor in zip(times, others, strict=True):
            self.play(mn.FadeIn(sign, factor), run_time=MOVE)
        self.play(self._arrive(below), mn.FadeIn(equals, result), run_time=MOVE)
        self.rest(1.0)
        self.step = step

    def drawn_to_scale(self) -> None:
        """Take all steps, with bars on a linear axis."""
        self.say(self.story.drawn_to_scale())
        if self.step is None and len(self.training_picture):
            self.play(mn.FadeOut(self.training_picture), run_time=QUICK)
        self.swap(self.step, mn.VGroup(self.chart, self.color_bar))
        down = self.diagram.backward(self.colors)
        self.play(sweep(down, SWEEP), sweep(self.chart.grow(), SWEEP))

    def logarithmic(self) -> None:
        """Switch to a logarithmic axis and draw the prediction of theory."""
        self.say(self.story.logarithmic())
        self.swap(*self.chart.to_log())
        if self.story.theory is None:
            return
        self.theory_line = self.chart.theory(self.story.theory)
        self._enter(self.theory_line, "mean-field theory", "dashed", self.theme.theory)

    def measured_points(self) -> None:
        """Drop the measured points into place."""
        self.say(self.story.measured_points())
        chart, entry = self.chart, self.key.entry("this network", "dots", self.theme.backward)
        landing = [sweep(chart.land(), 2.0)] if len(chart.dots) else []
        self.play(*landing, mn.FadeIn(entry), run_time=2.0)
        self.add(chart.dots)
        self.play(mn.FadeIn(chart.line), run_time=QUICK)
        self._in_front()
        self.labels = chart.end_labels
        self.play(mn.FadeIn(self.labels), run_time=QUICK)

    def other_draws(self) -> None:
        """Show the band of many seeds."""
        self.say(self.story.other_draws())
        if self.story.band is None:
            return
        area = self.chart.band(*self.story.band)
        entry = self.key.entry(self.story.band_key(), "band", self.theme.backward)
        self.play(mn.FadeIn(area, entry), run_time=MOVE)
        self._in_front()

    def slopes_alone(self) -> None:
        """Draw the bound that follows from the maximum slope alone."""
        self.say(self.story.slopes_alone())
        if self.story.bound is None:
            return
        self.bound_line = self.chart.bound(self.story.bound)
        self._enter(self.bound_line, self.story.bound_key(), "dotted", self.theme.bound)
        # The bound lies in front during its beat, and behind the measured line afterwards.
        self.add(self.bound_line, self.chart.dots, self.labels)

    def larger_weights(self) -> None:
        """Compare with the same network at another gain."""
        self.say(self.story.larger_weights())
        self._in_front()
        if self.story.other is not None:
            line = self.chart.contrast(self.story.other)
            self._enter(line, self.story.contrast_key(), "line", self.theme.contrast)

    def verdict(self) -> None:
        """Show the ratio of first and last layer, and its effect on a step."""
        self.say(self.story.verdict())
        ratios = self.story.first_steps
        if ratios is not None:
            steps = Readouts(self.steps_panel, self.pen)
            for layer in (self.story.depth, 1):
                ratio = float(ratios[layer - 1])
                name = sentence("update:weight, layer {l}", l=index(layer))
                steps.entry(name, measured(f"update_to_weight[{layer}]", ratio), self.theme.ink)
            self.play(mn.FadeIn(steps), run_time=QUICK)
        self.cite()

    # The stage

    def lay_out(self) -> None:
        """Put the network above its chart, with their keys at the right."""
        story = self.story
        left, panel = STAGE.columns(0.755, 0.245, gap=2 * GAP)
        upper, self.lower = left.rows(*ROWS)
        upper_panel, _ = panel.rows(*ROWS)
        # Four results are taller than the chart beside them; above there is one line of the key.
        _, self.results_panel = panel.rows(0.25, 0.75)
        bar_panel, key_panel, self.steps_panel = panel.rows(0.22, 0.43, 0.35, gap=GAP)
        profiles = [story.signal, *(story.band or ())]
        profiles += [each for each in (story.theory, story.other) if each is not None]
        self.chart = GradientChart(
            self.lower,
            story.signal,
            covering(*profiles).padded(0.12, 0.04),
            self.pen,
            y_name="gradient of the loss at each layer (norm of ∂L/∂z)",
            names=("signal[1]", f"signal[{story.depth}]"),
            left=LABEL_ROOM,
        )
        columns = self.chart.positions(np.arange(story.depth + 1), 0.0)[:, 0]
        self.diagram = NetworkDiagram(upper, story.widths, columns, self.pen)
        shares = levels(story.signal)
        self.colors = {n: self.theme.magnitude(s) for n, s in enumerate(shares, start=1)}
        self.color_bar = ColorBar(bar_panel, story.signal, self.pen)
        self.diagram_key, self.key = Legend(upper_panel, self.pen), Legend(key_panel, self.pen)
        self.training_picture = mn.VGroup()
        # Filled and put on stage by their beats.
        self.theory_line, self.bound_line, self.labels = mn.VGroup(), mn.VGroup(), mn.VGroup()
        self.add(self.diagram)

    def _arrive(self, layer: int) -> mn.Animation:
        # A layer of a deep network may have no column, and the input has no gradient.
        if layer in self.diagram.nodes and layer > 0:
            return self.diagram.receive(layer, self.colors[layer])
        return mn.Wait(MOVE)

    def _enter(self, line: mn.VMobject, words: str | Sentence, style: str, color: str) -> None:
        """Draw a line with its entry in the key, behind the measured points."""
        self.play(drawn(line), mn.FadeIn(self.key.entry(words, style, color)), run_time=1.2)
        self._in_front()

    def _in_front(self) -> None:
        """Restore the drawing order: theory lies in front of the line that it explains."""
        order = (self.bound_line, self.chart.line, self.theory_line, self.chart.dots, self.labels)
        self.add(*(mobject for mobject in order if mobject in self.mobjects))
