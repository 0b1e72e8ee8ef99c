"""Numerics: what floats cannot hold.

Storyboard, with the numbers of the default experiment (digits, depth 1000, 30 sigmoids a layer):

1. A sigmoid as one types it first; exp(-z) climbs as z falls.
2. It overflows at z = -11.1 in float16 ...
3. ... at -88.7 in float32 and at -710 in float64.
4. So float16 says 0 at z = -12, where it could hold 6.14e-6.
5. The form that never overflows.
6. The slope a (1 - a) against mpmath: its error climbs tenfold every 2.3 in z.
7. It is 100 % from 7.62, 16.6 and 36.7 on.
8. The other form cancels nothing; float16 itself has no number for slopes beyond z = 17.3.
9. Down through the network in three types at once: float16 is exactly zero after 9 layers,
10. float32 after 68,
11. float64 after 504.
12. The scaled pass goes on, to 6.5e-637 at layer 1.
13. In float32 a step would leave 932 of 1000 layers unmoved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import manim as mn

from backprop_core.measures.numerics import FLOATS
from scenes.kit.arrays.code_listing import CodeListing
from scenes.kit.charts.marks import drawn
from scenes.kit.charts.readout import Readouts
from scenes.kit.film import MOVE, QUICK, Film, sweep
from scenes.kit.layout import GAP, STAGE
from scenes.kit.live_number import LiveNumber
from scenes.kit.parts.descent_chart import DescentChart
from scenes.kit.parts.error_chart import ErrorChart
from scenes.kit.parts.gauges import Gauges
from scenes.kit.theme import NARRATION
from scenes.kit.type.typesetting import Typeset
from scenes.stories.float_runs import FloatRun, Profile
from scenes.stories.numerics import (
    BELOW,
    SAFE,
    STABLE,
    TYPED,
    NumericsStory,
    float_type,
    place,
)
from scenes.stories.seen import numerics
from scenes.words.figures import Figure, Sentence, index

HUGE = 72
"""Font size of the main number of a picture."""


class Numerics(Film):
    """Floats overflow, cancel and end; the gradient goes on."""

    order = 100
    asked_by = ("typed",)
    title = "Where floats end"
    summary = "What overflows, what cancels, and the layer at which a gradient is exactly zero"
    description = (
        "What floats cannot hold: exp overflows, a (1 − a) cancels to 100 % error against "
        "mpmath, and 1000 layers down the gradient is exactly 0 after 9 layers in float16, 68 "
        "in float32, 504 in float64. A scaled pass goes on."
    )
    opening_question = (
        "A gradient shrinks at every layer. When does a float hold exactly zero, and does a wider "
        "type help?"
    )
    misconception = (
        "Students take a zero that is printed for a gradient of zero. Every float type has a "
        "smallest number; what lies below it is lost, although the mathematics goes on."
    )
    seconds = 59
    reads = ("seed", "network", "data", "film")
    defaults: ClassVar[Mapping[str, object]] = {"network.depth": 1000, "data.samples": 100}
    sources = ("micikevicius", "mpmath")

    def compute(self) -> None:
        """Run the passes in every float type, and compute the true slopes with mpmath."""
        self.story = NumericsStory.of(self.experiment)

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.story.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        return numerics.seen(self.story)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return numerics.poster(self.story)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats."""
        return (
            self.typed,
            self.short_overflows,
            self.long_overflow,
            self.gives_zero,
            self.stable,
            self.cancels,
            self.all_of_it,
            self.cancels_nothing,
            *(self._ends(run) for run in self.story.ended),
            self.goes_on,
            self.verdict,
        )

    # The beats

    def typed(self) -> None:
        """Show the code, and let exp(-z) climb."""
        self._lay_out_sigmoid()
        self._lay_out_errors()
        self._lay_out_network()
        self.say(self.story.typed())
        self.play(sweep([mn.FadeIn(line) for line in self.listings[0].lines], MOVE))
        self.play(mn.FadeIn(self.unit, self.gauges, self.exp_names[0]), run_time=QUICK)
        self._slide_to(SAFE, 1.6)

    def short_overflows(self) -> None:
        """Go beyond the largest float16."""
        self.say(self.story.short_overflows())
        self._slide_to(BELOW["float16"], 1.5)

    def long_overflow(self) -> None:
        """Go beyond the largest float32 and float64."""
        self.say(self.story.long_overflow())
        self._slide_to(BELOW["float32"], 1.3)
        self._slide_to(BELOW["float64"], 1.3)

    def gives_zero(self) -> None:
        """Return to a z at which only float16 overflows."""
        self.say(self.story.gives_zero())
        self._slide_to(BELOW["float16"], 1.2)

    def stable(self) -> None:
        """Show the stable form, and move the unit to the other side."""
        self.say(self.story.stable())
        (typed, stable), (name, its_name) = self.listings, self.exp_names
        self.play(mn.FadeOut(*typed.lines, name), run_time=QUICK)
        self.is_stable = True
        with self.counting(*self.numbers):
            self.gauges.fill(self._levels())
            self.play(sweep([mn.FadeIn(line) for line in stable.lines], MOVE))
        self.play(mn.FadeIn(its_name), run_time=QUICK)
        self._slide_to(-BELOW["float16"], 1.6)

    def cancels(self) -> None:
        """Draw the errors of the slope against z."""
        leaving = (*self.listings[1].lines, self.unit, self.gauges, self.exp_names[1])
        self.play(mn.FadeOut(*leaving), run_time=QUICK)
        self.say(self.story.cancels())
        self.play(mn.FadeIn(self.errors, self.keys[0]), run_time=QUICK)
        self._draw([errors.naive for errors in self.story.errors], self.theme.saturated, 2.4)

    def all_of_it(self) -> None:
        """Mark the z at which the error of the slope reaches 100 %."""
        self.say(self.story.all_of_it())
        self.play(mn.FadeIn(self.errors.whole), run_time=QUICK)
        self.play(sweep([mn.FadeIn(label) for label in self.borders], MOVE))

    def cancels_nothing(self) -> None:
        """Draw the errors of the other form."""
        self.say(self.story.cancels_nothing())
        self.play(mn.FadeIn(self.keys[1]), run_time=QUICK)
        self._draw([errors.ours for errors in self.story.errors], self.theme.healthy, 1.5)
        self.play(mn.FadeIn(self.end_names), run_time=QUICK)

    def goes_on(self) -> None:
        """Let the scaled pass come down to layer 1."""
        self._enter_network()
        self.say(self.story.goes_on())
        if self.story.scaled.signal is not None:
            self._pass_down_to(0.5)
        self._show(*self.descent.lanes.words)

    def verdict(self) -> None:
        """Say what it means for training."""
        self.say(self.story.verdict())
        self.cite()

    def _ends(self, run: FloatRun) -> Callable[[], None]:
        def beat() -> None:
            self._enter_network()
            self.say(self.story.ends(run))
            self._pass_down_to(run.end(self.story.depth) + 0.5)
            lane = self.story.lanes.index(run)
            self._show(self.descent.falls[lane])
            if run.going_up:
                # The forward pass overflowed, so the text covers the whole lane at once.
                self._show(self.descent.lanes.words[lane])

        beat.__name__ = f"ends_{run.name}"
        return beat

    # Motion

    def _levels(self) -> list[float]:
        return self.story.levels(self.z.get_value(), self.is_stable)

    def _slide_to(self, z: float, run_time: float) -> None:
        with self.counting(*self.numbers):
            self.gauges.add_updater(lambda _: self.gauges.fill(self._levels()))
            self.play(self.z.animate.set_value(z), run_time=run_time)
            self.gauges.clear_updaters()
            self.gauges.fill(self._levels())

    def _draw(self, series: Sequence[Profile], color: str, run_time: float) -> None:
        curves = [self.errors.curve(errors, color) for errors in series]
        self.play(*(drawn(c, rate_func=mn.linear) for c in curves), run_time=run_time)
        self.curves.add(*curves)

    def _pass_down_to(self, front: float) -> None:
        descent = self.descent
        far = descent.front.get_value() - front
        if far <= 0:
            return
        with self.counting(*self.pass_numbers):
            descent.add_updater(lambda _: descent.follow())
            run_time = MOVE + 2.0 * far / self.story.depth
            self.play(descent.front.animate.set_value(front), run_time=run_time)
            descent.clear_updaters()
            descent.follow()

    def _show(self, *marks: mn.VGroup) -> None:
        shown = self.get_mobject_family_members()
        there = [m for m in marks if m.family_members_with_points() and m not in shown]
        if there:
            self.play(mn.FadeIn(*there), run_time=QUICK)

    # The stages

    def _lay_out_sigmoid(self) -> None:
        story, pen, theme = self.story, self.pen, self.theme
        left, right = STAGE.inset(top=GAP / 2).columns(0.44, 0.56, gap=2 * GAP)
        upper, lower = left.rows(0.5, 0.5)
        self.listings = tuple(CodeListing(upper, lines, pen) for lines in (TYPED, STABLE))
        self.z, self.is_stable = mn.ValueTracker(0.0), False
        z = LiveNumber(
            pen,
            lambda: place(self.z.get_value()),
            left=lower.left + 2 * GAP,
            baseline=lower.center[1],
            color=theme.ink,
            size=HUGE,
        )
        name = pen.label("z").next_to(z, mn.UP, buff=GAP).align_to(z, mn.LEFT)
        self.unit = mn.VGroup(name, z)
        tops = [story.largest(name) for name in FLOATS]
        self.gauges: Gauges = Gauges(right, [float_type(name) for name in FLOATS], tops, 2, pen)
        self.gauges.add(self.gauges.row_name(1, "a"))
        self.exp_names: tuple[Typeset, ...] = tuple(
            self.gauges.row_name(0, n) for n in ("exp(−z)", "exp(−|z|)")
        )

        def read(what: Callable[..., Figure], name: str) -> Callable[[], Figure]:
            return lambda: what(name, float(self.z.get_value()), self.is_stable)

        rows = ((story.exponential, theme.ink), (story.sigmoid, theme.forward))
        self.numbers: list[LiveNumber] = [z]
        for row, (what, color) in enumerate(rows):
            reads = [read(what, name) for name in FLOATS]
            self.numbers += self.gauges.live(row, reads, color)

    def _lay_out_errors(self) -> None:
        story, theme = self.story, self.theme
        chart = ErrorChart(
            STAGE.inset(top=GAP / 2),
            story.errors[0].z,
            self.pen,
            x_name="z",
            y_name=story.error_name(),
        )
        self.errors, self.curves = chart, mn.VGroup()
        self.borders = mn.VGroup(
            *(
                chart.border(float_type(name), story.one_border(name), theme.saturated)
                for name in FLOATS
            )
        )
        short = chart.at_start(float_type("float16"), story.errors[0].ours[0], theme.healthy)
        self.end_names = mn.VGroup(
            short,
            *(
                chart.at_end(float_type(name), float(errors.ours[-1]), theme.healthy)
                for name, errors in zip(FLOATS[1:], story.errors[1:], strict=True)
            ),
        )
        self.keys = (
            chart.inside(self._formula("a (1 - a)", theme.saturated), -2.5),
            chart.inside(self._formula("e \\/ (1 + e)^2", theme.healthy), -12.5),
        )

    def _formula(self, code: str, color: str) -> Typeset:
        return self.pen.formula(code, code.replace("\\", ""), color, NARRATION)

    def _enter_network(self) -> None:
        """Switch to the network, at the first call only."""
        if self.descent in self.get_mobject_family_members():
            return
        leaving = (self.errors, self.curves, self.errors.whole, self.borders, self.end_names)
        self.play(mn.FadeOut(*leaving, *self.keys), run_time=QUICK)
        self.play(mn.FadeIn(self.descent, self.panel), run_time=QUICK)

    def _lay_out_network(self) -> None:
        story, pen, theme = self.story, self.pen, self.theme
        left, right = STAGE.inset(top=GAP / 2).columns(0.76, 0.24, gap=GAP)
        runs = story.lanes
        self.descent: DescentChart = DescentChart(
            left,
            story.signal,
            [float_type(run.name) for run in runs],
            [run.end(story.depth) for run in runs],
            [run.word for run in runs],
            pen,
            y_name="gradient of the loss at each layer (norm of ∂L/∂z)",
        )
        self.panel: Readouts = Readouts(right, pen)
        self.pass_numbers = [self.panel.live("layer", lambda: index(self.descent.layer), theme.ink)]
        if story.scaled.signal is not None:
            gradient = self.panel.live(
                "gradient", lambda: story.gradient(self.descent.layer), theme.backward
            )
            self.pass_numbers.append(gradient)
        reads = [self._reached(run) for run in runs]
        self.pass_numbers += self.descent.count(right, "layers with a gradient", reads)

    def _reached(self, run: FloatRun) -> Callable[[], Figure]:
        return lambda: self.story.reached(run, self.descent.layer)
