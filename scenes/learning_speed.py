"""Learning speed: which layer of a network moves, and when.

Storyboard, with the numbers of the default experiment (digits, depth 5, 30 sigmoids a layer):

1. How fast a layer learns: the size of its step divided by its weights.
2. In the first epoch layer 5 moves 145 times as fast as layer 1.
3. A plateau: until epoch 6 the loss stays near 3.18.
4. In epoch 7 layer 1 wakes: 16.8 times as fast as at its slowest.
5. It is awake; the loss falls to 0.254.
6. Two layers have 55 % right after 1 epoch, five after 11: ten epochs lost.
7. All 8 random draws take 8 to 13 epochs.
8. With nine layers, layer 1 never wakes, and the loss stays at 3.26.
9. In the first epoch layer 1 of 2, 5 and 9 moves by 0.0353, 6.73e-4 and 2.02e-6 of its weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import manim as mn
import numpy as np

from scenes.kit.charts.chart import NAME_ROOM
from scenes.kit.charts.legend import ColorBar, Legend
from scenes.kit.charts.marks import drawn, polyline
from scenes.kit.charts.readout import Readouts, Rows
from scenes.kit.charts.scales import Logarithmic, covering
from scenes.kit.charts.trails import end_names
from scenes.kit.film import MOVE, QUICK, Film
from scenes.kit.layout import GAP, STAGE, Region
from scenes.kit.live_number import LiveNumber
from scenes.kit.parts.layer_speeds import LayerSpeeds
from scenes.kit.parts.loss_curves import LossCurves
from scenes.kit.parts.network_diagram import together
from scenes.kit.theme import LINE, SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.learning_speed import LearningSpeedStory
from scenes.stories.recorded_speeds import RecordedSpeeds
from scenes.stories.seen import learning_speed
from scenes.stories.speeds import GUIDE, Course
from scenes.words.figures import Figure, Kind, Sentence, count, index, power_tick, sentence

RUN = 7.0
"""Seconds that a whole training run takes on screen."""
SHORTEST = 1.2
LABEL_ROOM = 1.0
RAMP_DECADES = 3
"""Decades that the colours cover. Slower layers are dark."""


class LearningSpeed(Film):
    """The last layer moves at once; until the first one does, nothing is learned."""

    order = 60
    asked_by = ("speed",)
    title = "Who learns when"
    summary = (
        "How fast each layer learns while the network trains, and what depth does to the first"
    )
    description = (
        "Each layer glows by how fast it learns now. At first the top moves 145 times as fast "
        "as the bottom; the loss falls when the bottom wakes, ten epochs later than on 2 "
        "layers. On 9 it never does."
    )
    opening_question = (
        "All layers have the same learning rate. Which of them moves fastest when training begins?"
    )
    misconception = (
        "Students believe that one learning rate means one speed. A step is the rate times the "
        "gradient, and the gradient differs from layer to layer."
    )
    seconds = 50
    reads = ("seed", "dtype", "network", "data", "training", "film")
    defaults: ClassVar[Mapping[str, object]] = {"network.depth": 5, "training.epochs": 20}
    recordings = 1
    sources = ("cs231n training",)

    picture: LayerSpeeds
    loss: LossCurves
    live: mn.VGroup
    bands: mn.VGroup
    numbers: list[LiveNumber]

    def compute(self) -> None:
        """Train all networks, within the budget."""
        self.story: LearningSpeedStory = (
            RecordedSpeeds.of_recording(self.recorded[0])
            if self.recorded
            else LearningSpeedStory.of(self.experiment)
        )

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.story.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        return learning_speed.seen(self.story)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return learning_speed.poster(self.story)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats, without those for events that do not happen in this run."""
        this = self.story.this
        beats = [self.speed]
        if this.history is None:
            beats.append(self.diverges)
        else:
            beats.append(self.first_epoch)
            beats += [self.plateau] if this.plateau is not None else []
            beats += [self.wakes] if this.wakes is not None and this.wakes > 1 else []
            beats.append(self.outcome)
        beats += [self.epochs_lost, self.other_draws]
        beats += [self.another_depth] if self.story.other is not None else []
        beats = [beat for beat in beats if beat.__name__ not in self.story.left_out]
        return (*beats, self.verdict)

    # The beats

    def speed(self) -> None:
        """Show the network, the axes and what the colours mean."""
        self._lay_out()
        self.say(self.story.speed())
        picture = self.picture
        self.play(mn.FadeIn(picture.diagram), run_time=MOVE)
        self.play(*_fade_in(picture.chart, self.color_bar), run_time=MOVE)
        guide = sentence("rule of thumb: {g}", g=power_tick(round(math.log10(GUIDE))))
        entry = self.speed_key.entry(guide, "dotted", self.theme.bound)
        self.play(drawn(picture.guide), mn.FadeIn(entry), run_time=MOVE)
        self.play(mn.FadeIn(self.loss), run_time=MOVE)

    def diverges(self) -> None:
        """Say that there is nothing to draw."""
        self.say(self.story.diverges())

    def first_epoch(self) -> None:
        """Train for one epoch."""
        self.say(self.story.first_epoch())
        self.add(self.picture.trails, self.loss.trails["this"])
        self.play(*_fade_in(self.picture.names, self.live), run_time=QUICK)
        self._train(self.story.this, 1)

    def plateau(self) -> None:
        """Train for as long as nothing happens."""
        self.say(self.story.plateau())
        self._train(self.story.this, self.story.this.plateau or 1)

    def wakes(self) -> None:
        """Train until layer 1 has woken."""
        self.say(self.story.wakes())
        self._train(self.story.this, self.story.this.wakes or 1)

    def outcome(self) -> None:
        """Train to the end."""
        self.say(self.story.outcome())
        self._train(self.story.this, self.story.epochs)
        self.play(mn.FadeIn(self.loss.names["this"]), run_time=QUICK)

    def epochs_lost(self) -> None:
        """Compare with the reference."""
        self.say(self.story.epochs_lost())
        reference = self.story.reference
        if reference is not None and reference.history is not None:
            self._draw_loss("reference", 2.0)
        for run in (reference, self.story.this):
            if run is not None and run.reached is not None:
                self.marks[run.name] = self.loss.milestone(run.name, run.reached)
        if self.marks:
            entry = self.goal_key.entry(self.story.goal_key(), "ring", self.theme.ink)
            self.play(*_fade_in(*self.marks.values(), entry), run_time=MOVE)

    def other_draws(self) -> None:
        """Show the band of other seeds."""
        self.say(self.story.other_draws())
        if len(self.story.draws) < 2 or self.story.this.history is None:
            return
        theme, depth = self.theme, self.story.depth
        self.bands.add(
            self.loss.band(*self.story.loss_band(), theme.ink),
            self.picture.band(*self.story.speed_band(depth), theme.ink),
            self.picture.band(*self.story.speed_band(1), theme.backward),
            self.band_key.entry(self.story.band_key(), "band", theme.ink),
        )
        self.play(mn.FadeIn(self.bands), run_time=MOVE)
        self._in_front()

    def another_depth(self) -> None:
        """Train the network of a third depth in place of the first."""
        self.say(self.story.another_depth())
        run, old = self.story.other, self.picture
        if run is None or run.history is None:
            return
        gone = (old.diagram, old.chart, old.guide, old.trails, old.names, self.bands, self.live)
        self.play(
            *(mn.FadeOut(mobject) for mobject in gone if mobject in self.mobjects),
            *self._recede(),
            run_time=QUICK,
        )
        # Its numbers are written as soon as they are made, so the time has to be reset before.
        self.now = 0.0
        self.picture, self.live = self._picture(run), self._numbers(run)
        new = self.picture
        coming = (new.diagram, new.chart, new.guide, self._first_of_this(), new.names, self.live)
        self.play(*_fade_in(*coming), run_time=QUICK)
        self.add(new.trails, self.loss.trails["other"])
        self._in_front()
        self._train(run, self.story.epochs)
        self._in_front()
        self.play(mn.FadeIn(self.loss.names["other"]), run_time=QUICK)

    def verdict(self) -> None:
        """Compare the first layer at all depths."""
        self.say(self.story.verdict())
        first = {"l": index(1), "n": count("epoch", 1, Kind.INDEX)}
        heading = f"update:weight of layer {{l}}, {self.story.unit} {{n}}"
        rows = Rows(self.panel, sentence(heading, **first), self.pen)
        for run in self.story.runs:
            words = sentence("{d} layers", d=run.depth_figure)
            rows.entry(words, run.speed(1, 1), self._color(run.name, last=True))
        self.swap(self.live if self.live in self.mobjects else None, rows)
        self.cite()

    # Motion

    def _train(self, run: Course, epoch: int) -> None:
        """Advance time to the end of an epoch, at a constant pace except over short distances."""
        start, way = self.now, epoch - self.now
        run_time = max(SHORTEST, RUN * way / self.story.epochs)

        def at(share: float) -> float:
            self.now = start + way * share
            return self.now

        loss, picture = self.loss, self.picture
        moves = (
            (picture.diagram, lambda share: picture.glow_at(at(share))),
            (picture.trails, lambda share: picture.draw_to(at(share))),
            (loss.trails[run.name], lambda share: loss.draw_to(run.name, at(share))),
        )
        with self.counting(*self.numbers):
            self.play(*(_following(*move) for move in moves), run_time=run_time)

    def _draw_loss(self, name: str, run_time: float) -> None:
        loss, epochs = self.loss, self.story.epochs
        self.add(loss.trails[name])
        draw = _following(loss.trails[name], lambda share: loss.draw_to(name, epochs * share))
        self.play(draw, run_time=run_time)
        self.play(mn.FadeIn(loss.names[name]), run_time=QUICK)

    def _recede(self) -> list[mn.Animation]:
        """Mute the first run on the chart of the loss."""
        if self.story.this.history is None:
            return []
        marks = [self.marks["this"]] if "this" in self.marks else []
        moves = [mark.animate.set_stroke(self.theme.muted) for mark in marks]
        return [together([self.loss.recede("this"), *moves])]

    def _in_front(self) -> None:
        """Put lines before bands, and names before lines."""
        picture = self.picture
        order = (
            *self.loss.trails.values(),
            *self.marks.values(),
            picture.guide,
            picture.trails,
            picture.names,
        )
        self.add(*(mobject for mobject in order if mobject in self.mobjects))

    # The stage

    def _lay_out(self) -> None:
        story = self.story
        left, right = STAGE.columns(0.41, 0.59, gap=2 * GAP)
        network, bar, self.panel = left.rows(0.43, 0.2, 0.37, gap=GAP / 2)
        upper, lower = right.rows(0.45, 0.55, gap=GAP / 2)
        self.regions, self.now = (network, lower), 0.0
        labels = {run.name: self._depth_label(run) for run in story.runs}
        first = sentence("layer {l} of {d}", l=index(1), d=story.this.depth_figure)
        room = max((label.width for label in labels.values()), default=1.0)
        self.first_name = self.pen.text(
            first, size=SMALL, color=self.theme.muted, weight="semibold", width=room
        )
        self.right = max(room, self.first_name.width) + GAP
        self._lay_out_ramp(bar)
        self._lay_out_loss(upper, labels)
        self.picture = self._picture(story.this)
        self.live = self._numbers(story.this)
        self.speed_key = self._key(lower, 3.0)
        # Filled and put on stage by their beats.
        self.bands = mn.VGroup()
        self.marks: dict[str, mn.VGroup] = {}

    def _lay_out_ramp(self, region: Region) -> None:
        # The ramp ends at a whole decade; the largest speed exceeds it by at most a factor of 2.
        high = math.ceil(self.story.fastest - math.log10(2))
        self.ramp = Logarithmic(high - RAMP_DECADES, high)
        low = sentence("{p} or less", p=power_tick(high - RAMP_DECADES))
        ends = (low, sentence("{p} or more", p=power_tick(high)))
        self.color_bar = ColorBar(
            region, np.zeros(1), self.pen, title="update:weight, by colour", ends=ends
        )

    def _lay_out_loss(self, region: Region, labels: Mapping[str, Typeset]) -> None:
        runs = self.story.runs
        losses = [run.measured.loss for run in runs]
        losses += [self.story.loss_band()[1]] if self.story.draws else []
        largest = max((float(loss.max()) for loss in losses), default=0.0)
        self.loss = LossCurves(
            region, self.story.epochs, largest, self.pen, left=LABEL_ROOM, right=self.right
        )
        for run in runs:
            name = run.name
            self.loss.enter(name, run.measured.loss, self._color(name), labels[name])
        self.goal_key, self.band_key = self._key(region, 1.6), self._key(region, 5.0)

    def _picture(self, run: Course) -> LayerSpeeds:
        return LayerSpeeds(
            self.regions,
            run.widths,
            self.story.speeds(run),
            covering(*self.story.speeds_beside(run)).padded(0.16, 0.16),
            self.ramp,
            float(np.log10(GUIDE)),
            self.pen,
            y_name="update:weight",
            x_name=self.story.unit,
            width_name=f"{run.name}.width",
            left=LABEL_ROOM,
            right=self.right,
        )

    def _first_of_this(self) -> mn.VGroup:
        """Draw layer 1 of the first run in the chart of another."""
        this, picture = self.story.this, self.picture
        if this.history is None:
            return mn.VGroup()
        places = picture.line(this.log10_speed[:, 0])
        names = end_names(picture.chart.plot, [self.first_name], places[-1:, 1])
        return mn.VGroup(polyline(places, self.theme.muted, LINE), names)

    def _numbers(self, run: Course) -> mn.VGroup:
        """Return the numbers of a run at its present epoch."""
        if run.history is None:
            self.numbers = []
            return mn.VGroup()
        theme, depth = self.theme, run.depth
        narrow, wide = (Readouts(r, self.pen) for r in self.panel.columns(0.36, 0.64))
        self.numbers = [narrow.live(self.story.unit, self._epoch(), theme.ink)]
        if run.always_moves:
            ratio = narrow.live("ratio", lambda: run.ratio(self._number(), depth, 1), theme.ink)
            self.numbers.append(ratio)
        for layer, color in ((depth, theme.ink), (1, theme.backward)):
            name = sentence("update:weight, layer {l}", l=index(layer))
            self.numbers.append(wide.live(name, self._speed_of(run, layer), color))
        return mn.VGroup(narrow, wide)

    def _epoch(self) -> Callable[[], Figure]:
        return lambda: count("epoch", self._number(), Kind.INDEX)

    def _speed_of(self, run: Course, layer: int) -> Callable[[], Figure]:
        return lambda: run.speed(self._number(), layer)

    def _number(self) -> int:
        """Return the present epoch, from 1."""
        return max(1, math.ceil(self.now - 1e-6))

    def _color(self, name: str, last: bool = False) -> str:
        """Return the colour of a run: the one that is on screen is drawn in ink."""
        receded = last and name == "this" and self.story.other in self.story.runs
        special = {"reference": self.theme.healthy}
        return self.theme.muted if receded else special.get(name, self.theme.ink)

    def _depth_label(self, run: Course) -> Typeset:
        return self.pen.label(sentence("{d} layers", d=run.depth_figure), self._color(run.name))

    def _key(self, region: Region, left: float) -> Legend:
        """Return a legend beside the name of a chart."""
        top = Region(region.left + left, region.right, region.top - NAME_ROOM, region.top)
        return Legend(top, self.pen)


def _fade_in(*mobjects: mn.Mobject) -> list[mn.Animation]:
    """Fade things in so that each can leave by itself."""
    return [mn.FadeIn(mobject) for mobject in mobjects]


def _following(mobject: mn.Mobject, follow: Callable[[float], object]) -> mn.Animation:
    def update(_: mn.Mobject, share: float) -> None:
        follow(share)

    return mn.UpdateFromAlphaFunc(mobject, update, rate_func=mn.linear)
