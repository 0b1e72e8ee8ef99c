"""Landscape: a loss of kinks and facets, and the bowl that averaging makes of it.

Storyboard, with the numbers of the default experiment (digits, 10 classes):

1. The loss of one example along a random direction: nine ramps, one for each wrong class.
2. Their sum: straight pieces; 6 of its 9 kinks are on the stretch that is shown.
3. A point slides along: between kinks the slope stays the same, at each kink it jumps.
4. A second direction: the curve sinks into the map that it is a cut of.
5. Each kink is a straight line on the map, with plane facets between.
6. Downhill is the same all over a facet; on 18 % of the map the gradient is exactly zero.
7. The average over 5 examples: 41 kink lines.
8. Over 100: 693 kink lines, each 100 times weaker: a bowl.
9. No facet is flat any more.
10. A max passes gradient only where it is on; averaging only hides its kinks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import manim as mn
import numpy as np

from scenes.kit.charts.legend import Legend
from scenes.kit.charts.marks import drawn
from scenes.kit.charts.readout import Readouts
from scenes.kit.film import MOVE, QUICK, Film, sweep
from scenes.kit.layout import GAP, STAGE, Region, point
from scenes.kit.parts.ramp_chart import RampChart
from scenes.kit.parts.surface_map import SurfaceBar, SurfaceMap
from scenes.kit.theme import SMALL
from scenes.stories.landscape import ARROWS, LandscapeStory, cells
from scenes.stories.seen import landscape
from scenes.words.figures import Sentence

LABEL_ROOM = 0.9
START = 0.92
"""How far from the middle the point begins and ends its slide, as a share of the axis."""
SLIDE, COUNT = 4.5, 3.5
"""Seconds of the slide, and of the longest count of examples."""
FEW_RAMPS = 12
"""Up to this number, ramps appear one by one."""
WORDS_ROOM, KEY_ROOM = 0.95, 1.2
BAR_ROOM = 1.25


class Landscape(Film):
    """Facets with kinks for one example become a bowl for a hundred."""

    order = 110
    asked_by = ("total", "ramps")
    title = "A loss made of kinks"
    summary = "The hinge loss of a linear classifier: kinks and facets for one example, then a bowl"
    description = (
        "The hinge loss of a linear classifier. One example along a random direction: ramps, "
        "their sum, its kinks. Over a plane: facets, and a part where the gradient is exactly "
        "zero. Averaged over a hundred examples: a bowl."
    )
    opening_question = (
        "Where is the gradient of a hinge loss exactly zero, and is that good or bad?"
    )
    misconception = (
        "Students believe that the average over many examples is smooth. It has more kinks than "
        "the loss of one example, and each of them is weaker."
    )
    seconds = 52
    reads = ("seed", "data", "film")
    defaults: ClassVar[Mapping[str, object]] = {}
    sources = ("cs231n loss", "weston")

    painted = 0
    """The number of examples in the average that the map shows."""

    def compute(self) -> None:
        """Draw the classifier and compute its losses over the plane."""
        self.story = LandscapeStory.of(self.experiment)

    def subtitle(self) -> Sentence:
        """Describe the classifier."""
        return self.story.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        return landscape.seen(self.story)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return landscape.poster(self.story)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats."""
        averages = (self._average(stage) for stage in range(1, len(self.story.stages)))
        first = (self.ramps, self.total, self.slope, self.plane, self.facets, self.downhill)
        last = (self.flat, self.verdict)
        return (*first, *averages, *last)

    # The beats

    def ramps(self) -> None:
        """Draw the terms of the loss of one example along one direction."""
        self._lay_out()
        self.add(self.slice, self.words)
        self.say(self.story.ramps())
        self.play(mn.FadeIn(self.keys[0]), run_time=QUICK)
        ramps = self.slice.ramps
        if len(ramps) <= FEW_RAMPS:
            self.play(sweep([drawn(ramp) for ramp in ramps], 1.8))
            # Manim has added them one by one. Only the updaters of what is in the scene run, and
            # `slope` puts one on the group.
            self.add(ramps)
        else:
            self.play(mn.FadeIn(ramps), run_time=MOVE)

    def total(self) -> None:
        """Draw their sum, and mark its kinks."""
        self.say(self.story.total())
        self.play(mn.FadeIn(self.keys[1]), drawn(self.slice.curve), run_time=MOVE)
        if len(self.slice.dots):
            self.play(mn.FadeIn(self.slice.drops, self.slice.dots), run_time=QUICK)

    def slope(self) -> None:
        """Slide along the curve."""
        self.say(self.story.slope())
        self._place(-START * self.story.land.reach)
        self.play(mn.FadeIn(self.slice.marker, self.there), run_time=QUICK)
        with self.counting(*self.there_numbers):
            # Put the updater on the lowest mobject that changes: Manim caches what lies below it
            # as a still picture.
            self.slice.ramps.add_updater(lambda _: self._place(self.at.get_value()))
            goal = self.at.animate.set_value(START * self.story.land.reach)
            self.play(goal, run_time=SLIDE, rate_func=mn.linear)
            self.slice.ramps.clear_updaters()
            self._place(START * self.story.land.reach)

    def plane(self) -> None:
        """Flatten the curve onto the plane, and paint the map."""
        self.say(self.story.plane())
        line, plane = self.slice, self.map
        numbers = (self.there, *self.keys)
        axis = (line.y_axis, line.y_name)
        self.play(mn.FadeOut(line.marker, line.ramps, line.drops, *axis, *numbers), run_time=QUICK)
        line.remove(*axis)
        self.play(*line.flatten(), run_time=MOVE)
        self._paint(1)
        rising = (plane.chart.y_axis, plane.chart.y_name, plane.bands, self.bar)
        # Mobjects added last lie in front. The cut must stay visible while the map appears.
        self.remove(line.curve, line.dots)
        cut = (mn.Animation(part, introducer=True) for part in (line.curve, line.dots))
        self.play(*(mn.FadeIn(part) for part in rising), *cut, run_time=MOVE)

    def facets(self) -> None:
        """Draw the kinks as lines."""
        self.say(self.story.facets())
        self.map.draw_kinks(self.story.land.lines(1))
        self.play(drawn(self.map.kinks), run_time=1.2)
        self.play(mn.FadeOut(self.slice.curve, self.slice.dots), run_time=QUICK)
        self.play(mn.FadeIn(self.numbers), run_time=QUICK)

    def downhill(self) -> None:
        """Draw the gradient, and hatch the part where it is zero."""
        self.say(self.story.downhill_words())
        self.play(mn.FadeIn(self.map.field, self.key), run_time=MOVE)
        self.map.draw_flat(self.story.land.flat(1, *self.story.reaches))
        self.play(mn.FadeIn(self.map.flat), run_time=QUICK)

    def flat(self) -> None:
        """Look for a flat part of the average."""
        self.say(self.story.flat_words())
        self.play(mn.Indicate(self.flat_number, color=self.theme.saturated), run_time=MOVE)

    def verdict(self) -> None:
        """Say what that means."""
        self.say(self.story.verdict())
        self.play(mn.FadeOut(self.map.kinks), run_time=MOVE)
        self.cite()

    def _average(self, stage: int) -> Callable[[], None]:
        def beat() -> None:
            self.say(self.story.average(stage))
            with self.counting(*self.live):
                self.map.bands.add_updater(lambda _: self._paint(self._examples()))
                goal = np.log(self.story.stages[stage])
                self.play(self.log.animate.set_value(goal), run_time=COUNT)
                self.map.bands.clear_updaters()
                self._paint(self.story.stages[stage])

        beat.__name__ = f"average_{self.story.stages[stage]}"
        return beat

    # Motion

    def _examples(self) -> int:
        return min(self.story.examples, max(1, round(float(np.exp(self.log.get_value())))))

    def _paint(self, examples: int) -> None:
        story, plane = self.story, self.map
        if examples == self.painted:
            return
        self.painted = examples
        plane.paint(story.mean(examples))
        plane.draw_field(*cells(story.land.reach, *ARROWS), story.downhill(examples))
        if examples > 1:
            plane.draw_kinks(story.land.lines(examples))
            plane.draw_flat(story.land.flat(examples, *story.reaches))

    def _place(self, a: float) -> None:
        self.at.set_value(a)
        self.slice.place_marker(a, self.story.height(a), self.story.counts(a))

    # The stage

    def _lay_out(self) -> None:
        story, pen = self.story, self.pen
        left, right = STAGE.columns(0.72, 0.28, gap=2 * GAP)
        self.map = SurfaceMap(left, story.a, story.b, pen, x_name="a", y_name="b", left=LABEL_ROOM)
        self.slice = RampChart(
            self.map.chart.region,
            story.land.reach,
            story.corners,
            story.land.terms(0, story.corners),
            pen,
            x_name="a",
            y_name="loss of one example",
            left=LABEL_ROOM,
        )
        self.at, self.log = mn.ValueTracker(0.0), mn.ValueTracker(0.0)
        self.words = self._formulas(right, self.slice)
        column = right.inset(top=WORDS_ROOM)
        self._lay_out_slice_numbers(column)
        self._lay_out_map_numbers(column)

    def _formulas(self, region: Region, chart: RampChart) -> mn.VGroup:
        """Write the loss above the numbers, and where its weights are above the chart."""
        loss, weights = (
            self.pen.formula(code, plain, self.theme.muted)
            for code, plain in (
                ("L = sum_(j != y) max(0, s_j - s_y + 1)", "L = Σ max(0, s_j − s_y + 1)"),
                ("s = (W + a U + b V) x", "s = (W + a U + b V) x"),
            )
        )
        loss.fit_width(region.width).align_to(point(region.left, region.top), mn.UL)
        weights.align_to(point(chart.plot.right), mn.RIGHT).on_baseline(chart.name_baseline)
        return mn.VGroup(loss, weights)

    def _lay_out_slice_numbers(self, region: Region) -> None:
        story, theme = self.story, self.theme

        def a() -> float:
            return float(self.at.get_value())

        legend = Legend(region, self.pen)
        colors = (theme.forward, theme.ink)
        self.keys = [
            legend.entry(words, "line", color)
            for words, color in zip(story.keys(), colors, strict=True)
        ]
        self.there = Readouts(region.inset(top=KEY_ROOM), self.pen)
        self.there_numbers = [
            self.there.live("loss", lambda: story.loss_at(a()), theme.ink),
            self.there.live("slope", lambda: story.slope_at(a()), theme.backward),
            self.there.live("ramps above zero", lambda: story.counting_at(a()), theme.forward),
        ]

    def _lay_out_map_numbers(self, region: Region) -> None:
        story, theme = self.story, self.theme
        self.numbers = Readouts(region, self.pen)
        n = self._examples
        self.live = [
            self.numbers.live("examples averaged", lambda: story.averaged(n()), theme.ink),
            self.numbers.live("kink lines on the map", lambda: story.lines(n()), theme.ink),
            self.numbers.live("flat part of the map", lambda: story.flat(n()), theme.saturated),
        ]
        self.flat_number = self.live[-1]
        ends = (lambda: story.lowest(n()), lambda: story.highest(n()))
        bar = Region(region.left, region.right, region.bottom, region.bottom + BAR_ROOM)
        self.bar = SurfaceBar(bar, "mean loss, by colour", ends, self.pen)
        self.live += self.bar.numbers
        self.key = self.pen.label("arrows point downhill", theme.backward, SMALL)
        self.key.align_to(point(region.left), mn.LEFT).on_baseline(bar.top + GAP / 2)
