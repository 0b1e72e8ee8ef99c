"""Saturation: what large weights do to one layer.

Storyboard, with the numbers of the default experiment (digits, one layer of 100 sigmoids):

1. One unit slides along the sigmoid and its slope.
2. The slope is largest at z = 0: a quarter.
3. Beyond 4.58 it is saturated: less than 4 % of that is left.
4. The histogram of a real layer stands below: 0.2 % of its units are saturated.
5. The question: what will dW and dx do when the weights grow 30 times?
6. Weights times 2, 4, 8, 16, 30: 2, 20, 51, 74, 86 % saturated.
7. dW, slope times input, falls to 0.22 of what it was.
8. dx, slope times weights, rises to 6.3 times what it was.
9. Large weights starve this layer, but not the one below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import manim as mn
import numpy as np

from backprop_core.passes.activations import ACTIVATIONS
from scenes.kit.charts.chart import AXIS_ROOM, Chart
from scenes.kit.charts.histogram import Histogram
from scenes.kit.charts.marks import dot, drawn, polyline, ring
from scenes.kit.charts.readout import Readouts
from scenes.kit.charts.scales import Linear, Marked, covering
from scenes.kit.film import MOVE, QUICK, Film, sweep
from scenes.kit.layout import GAP, STAGE, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.parts.activation_charts import SYMBOLS, ActivationCharts
from scenes.kit.theme import SMALL
from scenes.stories.recorded_saturation import RecordedSaturation
from scenes.stories.saturation import SCALES, SaturationStory
from scenes.stories.seen import saturation
from scenes.words.figures import (
    Figure,
    Sentence,
    constant,
    coordinate,
    count,
    measured,
    percent,
    sentence,
)

LABEL_ROOM = 0.95
START = 0.8
"""Distance from zero at which the slide begins and ends, as a fraction of the axis."""
TAIL_ROOM = 1.7
"""Width reserved for the share of units beyond the axis."""
THINK = 3.0
"""Seconds for the audience to guess."""


class Saturation(Film):
    """A layer's units leave the slope as its weights grow; its two gradients part ways."""

    order = 40
    title = "Where the slope dies"
    summary = "The slope of a unit, and what large weights do to the two gradients of a layer"
    description = (
        "A unit slides along the sigmoid and its slope, which is never more than a quarter. "
        "Then a real layer: its weights grow 30 times. What do its two gradients do?"
    )
    seconds = 59
    reads = ("seed", "dtype", "network", "data", "film")
    defaults: ClassVar[Mapping[str, object]] = {"network.width": 100}
    recordings = 1
    sources = "Karpathy, Yes you should understand backprop (2016)"

    def compute(self) -> None:
        """Draw the layer and pass the examples through it."""
        self.story: SaturationStory = (
            RecordedSaturation.of_recording(self.recorded[0])
            if self.recorded
            else SaturationStory.of(self.experiment)
        )

    def subtitle(self) -> Sentence:
        """Describe the layer."""
        return self.story.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        return saturation.seen(self.story)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return saturation.poster(self.story)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats."""
        return (
            self.one_unit,
            self.largest,
            self.flats,
            self.real_layer,
            self.question,
            *(self._scaled(number) for number in range(1, len(SCALES))),
            self.own_gradient,
            self.passed_gradient,
            self.verdict,
        )

    # The beats

    def one_unit(self) -> None:
        """Slide one unit along its curve."""
        self._lay_out()
        self.add(self.large)
        self.say(self.story.one_unit())
        self.large.place_marker(self.z.get_value())
        self.play(mn.FadeIn(self.large.marker, self.unit), run_time=QUICK)
        self._slide_to(START * self.reach, 3.0)

    def largest(self) -> None:
        """Go to the top of the slope."""
        self.say(self.story.largest())
        self._slide_to(0.0 if self.story.border else self.reach / 2, 1.2)
        self.play(drawn(self.large.bound), run_time=MOVE)
        self.add(self.large.marker)

    def flats(self) -> None:
        """Show where saturation begins."""
        self.say(self.story.flats())
        if len(self.large.borders):
            self.play(mn.FadeIn(self.large.borders), run_time=QUICK)
            self.add(self.large.marker)
        self._slide_to(self.story.border or -START * self.reach, 1.2)

    def real_layer(self) -> None:
        """Put the histogram of a real layer below the curves."""
        self.say(self.story.real_layer())
        large, small = self.large, self.curves
        self.play(mn.FadeOut(self.unit, large.marker, large.z_axis), run_time=QUICK)
        # FadeOut leaves it where it belongs, and a transform makes something of each part.
        for curves in (large, small):
            curves.charts[1].x_axis.remove(*curves.z_axis)
        pairs = ((large, small), (large.bound, small.bound), (large.borders, small.borders))
        self.play(*(mn.ReplacementTransform(a, b) for a, b in pairs), run_time=MOVE)
        self.play(mn.FadeIn(self.histogram, self.tails), run_time=MOVE)
        self.play(mn.FadeIn(self.layer), run_time=QUICK)

    def question(self) -> None:
        """Ask what the gradients will do, and leave time to guess."""
        self.say(self.story.question())
        self.play(mn.FadeIn(self.outcome), run_time=QUICK)
        self.rest(THINK)

    def own_gradient(self) -> None:
        """Draw dW against the scale."""
        self.say(self.story.own_gradient())
        self._draw("dW", 0, dot)

    def passed_gradient(self) -> None:
        """Draw dx against the scale."""
        self.say(self.story.passed_gradient())
        self._draw("dx", 1, ring)

    def verdict(self) -> None:
        """Say what that means."""
        self.say(self.story.verdict())
        self.cite()

    def _scaled(self, number: int) -> Callable[[], None]:
        def beat() -> None:
            self.say(self.story.scaled(number))
            with self.counting(*self.numbers):
                self.histogram.bars.add_updater(lambda _: self._count_again())
                goal = np.log2(SCALES[number])
                self.play(self.scale.animate.set_value(goal), run_time=1.2)
                self.histogram.bars.clear_updaters()
                self.layer_now = self.story.passes[number]
                self.histogram.fill(self.story.shares(self.layer_now))

        beat.__name__ = f"scaled_{SCALES[number]}"
        return beat

    # Motion

    def _slide_to(self, z: float, run_time: float) -> None:
        with self.counting(*self.unit_numbers):
            follow = self.large.place_marker
            self.large.marker.add_updater(lambda _: follow(self.z.get_value()))
            self.play(self.z.animate.set_value(z), run_time=run_time)
            self.large.marker.clear_updaters()
            follow(z)

    def _scale(self) -> float:
        return float(2 ** self.scale.get_value())

    def _count_again(self) -> None:
        self.layer_now = self.story.at(self._scale())
        self.histogram.fill(self.story.shares(self.layer_now))

    def _draw(self, name: str, series: int, mark: Callable[..., mn.Circle]) -> None:
        theme, chart, sizes = self.theme, self.outcome, self.sizes[:, series]
        with np.errstate(divide="ignore"):
            places = chart.positions(np.log2(SCALES), np.log10(sizes))
        marks = [mark(place, theme.backward, theme.background) for place in places]
        line = polyline(places, theme.backward)
        ends = mn.VGroup(self.pen.label(name, theme.backward))
        ends[0].next_to(places[-1], mn.RIGHT, buff=GAP / 2)
        for end in (0, -1):
            side = mn.UP if sizes[end] == self.sizes[end].max() else mn.DOWN
            figure = measured(f"{name}[{SCALES[end]}]", float(sizes[end]))
            value = self.pen.number(figure, theme.backward, SMALL).halo(theme.background)
            ends.add(value.next_to(places[end], side, buff=0.7 * GAP))
        self.play(drawn(line), run_time=MOVE)
        self.play(sweep([mn.FadeIn(m) for m in marks], MOVE), mn.FadeIn(ends))

    # The stage

    def _lay_out(self) -> None:
        story, pen = self.story, self.pen
        left, right = STAGE.inset(top=GAP / 2).columns(0.64, 0.36, gap=2 * GAP)
        upper, middle, lower = left.rows(0.3, 0.26, 0.44, gap=GAP / 2)
        step = story.edges[1] - story.edges[0]
        self.reach = float(story.edges[-1] + step)
        self.large = self._curves(left.rows(0.5, 0.5), left.bottom, ticks=True)
        self.curves = self._curves((upper, middle), lower.bottom, ticks=False)
        self.histogram = Histogram(
            lower,
            Linear(-self.reach, self.reach, 6),
            story.edges,
            story.saturated_bins(),
            max(float(story.shares(layer).max()) for layer in story.passes),
            pen,
            left=LABEL_ROOM,
        )
        self.z = mn.ValueTracker(-START * self.reach)
        self.scale = mn.ValueTracker(0.0)
        self.layer_now = story.passes[0]
        self.histogram.fill(story.shares(self.layer_now))
        numbers, outcome = right.rows(0.5, 0.5, gap=GAP)
        self._lay_out_numbers(numbers)
        self.outcome = self._outcome(outcome)

    def _curves(self, regions: tuple[Region, ...], bottom: float, ticks: bool) -> ActivationCharts:
        f = ACTIVATIONS[self.story.activation]
        border = self.story.border
        at = () if border is None else (0.0,) if border == 0 else (-border, border)
        return ActivationCharts(
            (regions[0], regions[1]),
            self.reach,
            (f.f, f.slope),
            SYMBOLS[f.name],
            self.pen,
            bound=f.max_slope,
            borders=at,
            bottom=bottom + AXIS_ROOM,
            left=LABEL_ROOM,
            ticks=ticks,
        )

    def _lay_out_numbers(self, region: Region) -> None:
        theme, story = self.theme, self.story
        f = ACTIVATIONS[story.activation]

        def at_unit(name: str, function: Callable[[np.ndarray], np.ndarray]) -> Figure:
            z = float(self.z.get_value())
            return measured(f"{name}[{z!r}]", float(function(np.array([z]))[0]))

        self.unit = Readouts(region, self.pen)
        self.unit_numbers = [
            self.unit.live("z", lambda: coordinate("z", self.z.get_value()), theme.ink),
            self.unit.live("output", lambda: at_unit("f", f.f), theme.forward),
            self.unit.live("slope", lambda: at_unit("slope", f.slope), theme.backward),
        ]
        self.layer = Readouts(region, self.pen)

        self.numbers = [
            self.layer.live(
                "weights times", lambda: coordinate("scale", self._scale(), 1), theme.ink
            ),
            self.layer.live(
                f"units {story.state}",
                lambda: percent(f"saturated[{self._scale()!r}]", self.layer_now.saturated),
                theme.saturated,
            ),
            self.layer.live(
                "median slope",
                lambda: measured(f"median_slope[{self._scale()!r}]", self.layer_now.median_slope),
                theme.backward,
            ),
        ]
        self.tails = self._tails()

    def _tails(self) -> mn.VGroup:
        """Write the share of units beyond the axis at the right end of the histogram's heading."""
        plot = self.histogram.plot
        baseline = self.histogram.name_baseline
        number = LiveNumber(
            self.pen,
            lambda: self.story.beyond(self.layer_now, self._scale()),
            left=plot.right,
            side=mn.RIGHT,
            baseline=baseline,
            color=self.theme.muted,
            size=SMALL,
        )
        label = self.pen.label("beyond the axis", size=SMALL)
        label.align_to(point(plot.right - TAIL_ROOM), mn.RIGHT).on_baseline(baseline)
        label.halo(self.theme.background)
        self.numbers.append(number)
        return mn.VGroup(label, number)

    def _outcome(self, region: Region) -> Chart:
        self.sizes = np.array([[layer.rms_dW, layer.rms_dx] for layer in self.story.passes])
        places = np.log2(SCALES)
        air = 0.06 * places[-1]
        marks = tuple(
            (float(at), count("scale", scale)) for at, scale in zip(places, SCALES, strict=True)
        )
        with np.errstate(divide="ignore"):
            decades = covering(np.log10(self.sizes)).padded(0.2, 0.2)
        return Chart(
            region,
            Marked(-2.5 * air, float(places[-1]) + air, marks),
            decades,
            self.pen,
            x_name="scale",
            y_name=sentence(
                "rms of dW and dx, upstream gradient {one}", one=constant("upstream", "1")
            ),
            right=0.75,
        )
