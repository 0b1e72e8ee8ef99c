"""The stage of the film `leak`: what its beats move."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np

from scenes.beats.gradient_light import of_drawn_edges
from scenes.kit.film import Film
from scenes.kit.layout import GAP, SAFE, STAGE, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.motion import even
from scenes.kit.stage.code_stage import CodeStage
from scenes.kit.stage.course import Course
from scenes.kit.stage.layer_row import LayerRow
from scenes.kit.stage.loss_level import CHANGES, LossLevel
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.passing import passes_back, steps_by
from scenes.kit.stage.ride import Ride
from scenes.kit.stage.unit import Unit
from scenes.kit.stage.world import Look
from scenes.kit.type.typesetting import Typeset
from scenes.stories.leak import BACKWARD, BATCH, CODE, STEP, WORDS, InnerLight, LeakStory
from scenes.stories.light import Array

WHOLE = Region(STAGE.left, STAGE.right, STAGE.bottom, SAFE.top)
"""The stage without its heading."""
SHARES = 0.42, 0.425, 0.155
"""Of the width of the stage: code, network and loss."""
TICKS = 2.2
"""Room for ticks left of the code, in ems."""
SHALLOW_SHARE = 0.8
"""Width of the shallow network over that of the deep one, which it stretches into."""
FORWARD, BACK, STEPS = 0.65, (0.75, 1.5), 0.9
"""Seconds of the three parts of the first round of the loop; the way back is that of the shallow
network and of the deep one."""
QUICKLY = 0.6
"""Seconds of later rounds over those of the first one."""
ROUNDS = 3
"""Rounds of the loop that are shown."""
SECOND = 0.25
"""Share of the epochs that have passed after the second round."""
BRIEF = 0.08
"""Share of the first step before its loss begins to change, and after it."""
SWITCH = 0.25
"""Seconds in which the next line lights up."""
FAINT = 0.002
"""Opacity over what it was of what is not to be seen."""
SEED = 0.3
"""Side of the place beside a line out of which a network grows, in ems."""
NUMBERS = 0.12
"""Baseline of the numbers of layers, from the foot of the network's region."""


class LeakStage(Film):
    """The code at the left, the network that it makes beside it, and its loss at the right.

    Attributes
    ----------
    listing
        The code.
    shallow, deep
        The network of two layers, and that of more, in the same place.
    rows
        The numbers of their layers.
    levels
        The losses of their runs.
    inner
        The deep network again, as it is seen inside the backward pass.
    door
        What the camera saw of the world when it had gone inside.
    letters
        The strokes of the word through which it went.
    ride
        What is left of the gradient, below the network inside; None where nothing rides.
    measure
        The name of the number that rides.
    tag
        The word "loss" beside the last loss of the deep network, whose tank is gone.
    unit, slope, slope_name
        The unit that opens inside, the number of its slope, and its name.
    course
        The gradient as one stream through the network inside.
    factors
        What the last layers pass on, below it.
    """

    story: LeakStory
    inner: NetworkStage
    door: Region
    letters: mn.VMobject
    measure: Typeset
    tag: Typeset
    unit: Unit
    slope: LiveNumber
    slope_name: Typeset
    ride: Ride | None = None
    course: Course | None = None
    factors: mn.VGroup | None = None

    def compute(self) -> None:
        """Train both networks, within the budget."""
        self.story = LeakStory.of(self.experiment)

    def lay_out(self) -> None:
        """Lay out code, networks and levels, and go near to the code."""
        story = self.story
        left, middle, right = WHOLE.columns(*SHARES, gap=GAP)
        self.listing = CodeStage(left, CODE, self.pen, dial=story.stops, words=WORDS)
        middle = middle.inset(bottom=GAP, top=GAP)
        side = (1 - SHALLOW_SHARE) / 2 * middle.width
        small, large = story.widths
        self.shallow = NetworkStage(middle.inset(left=side, right=side), small, self.pen)
        self.deep = NetworkStage(middle, large, self.pen)
        self.rows = tuple(
            self._row_below(network, middle.bottom) for network in (self.shallow, self.deep)
        )
        self.levels = tuple(
            LossLevel(
                right.inset(bottom=GAP, top=GAP),
                None if run.history is None else run.history.loss,
                self.pen,
                guess=story.guessed,
                names=("epoch", f"{run.name}.loss"),
                top=story.top,
                flows=True,
            )
            for run in (story.shallow, story.deep)
        )
        self.add(self.listing)
        near = Look([self.listing], self.near, STAGE.inset(top=GAP / 2, bottom=GAP))
        near.begin()
        near.interpolate(1.0)

    def _row_below(self, network: NetworkStage, foot: float) -> LayerRow:
        """Write the numbers of the layers that are drawn; the input is none."""
        places = {layer: x for layer, x in network.places.items() if layer}
        layers = sorted(places)
        return LayerRow(
            np.array([places[layer] for layer in layers]),
            layers,
            self.pen,
            baseline=foot + NUMBERS,
            left=network.place_of(0) + network.columns[0].radius,
        )

    @property
    def near(self) -> Region:
        """The code where it is now, with room for ticks at its left."""
        bounds = self.listing.bounds
        return bounds.inset(left=-TICKS * self.listing.em)

    def seed_beside(self, line: int) -> mn.VMobject:
        """Return a place right of a line of code, where it is now: a network comes out of it."""
        listing, side = self.listing, SEED * self.listing.em
        place = point(float(listing.lines[line].get_right()[0]) + side, listing.middle_of(line))
        return mn.Square(side).set_stroke(opacity=0).move_to(place)

    def rounds(self, which: int, numbers: Sequence[int]) -> None:
        """Let the loop go round: light runs forward, the gradient back, and a step is taken.

        With each step the loss moves: in the first round as far as one epoch takes it, in the last
        one to the end. The gradient of the first round is that before training, and that of later
        ones is that after it.

        Parameters
        ----------
        which
            0 for the shallow network, 1 for the deep one.
        numbers
            The rounds to be shown, from 0 on.
        """
        network, level = (self.shallow, self.deep)[which], self.levels[which]
        trained = (self.story.shallow, self.story.deep)[which].history is not None
        epochs = len(level.losses) - 1
        goals = (min(1, epochs), int(np.ceil(epochs * SECOND)), epochs)
        for number in numbers:
            light = self.story.waves[which][min(number, 1)]
            pace = QUICKLY if number else 1.0
            lit = network.race(run_time=FORWARD * pace)
            self.play(lit, self._runs(BATCH))
            if light is not None:
                shown, seconds = _shown_of(light, network), BACK[which] * pace
                back = passes_back(network, *shown, lingers=True, run_time=seconds)
                self.play(back, self._runs(BACKWARD))
            moving: list[mn.Animation] = [self._runs(STEP)]
            if light is not None:
                layers = light.light_of_layers
                moving.append(steps_by(network, layers, run_time=STEPS * pace))
            if trained:
                rate = even if number else first_epoch_slowly
                moving.append(level.run(goals[number], run_time=STEPS * pace, rate_func=rate))
            with self.counting(*level.numbers):
                self.play(*moving)

    def _runs(self, line: int) -> mn.Animation:
        return self.listing.light([line], run_time=SWITCH)

    def all_lines(self) -> mn.Animation:
        """Light all lines again."""
        return self.listing.light(range(len(CODE)), run_time=SWITCH)


def first_epoch_slowly(share: float) -> float:
    """Return the part of an epoch that has passed: most of the time goes to its change."""
    low, high = 0.5 - CHANGES / 2, 0.5 + CHANGES / 2
    return float(np.interp(share, [0.0, BRIEF, 1 - BRIEF, 1.0], [0.0, low, high, 1.0]))


def _shown_of(light: InnerLight, network: NetworkStage) -> tuple[dict[int, Array], Array]:
    """Return the brightness of the edges that are drawn, and that of all layers."""
    return of_drawn_edges(network, light.light_of_edges), light.light_of_layers


def others(listing: CodeStage, kept: Sequence[mn.Mobject]) -> list[mn.Mobject]:
    """Return the parts of the code but some."""
    pieces = [piece for line in listing.lines for piece in line]
    rest = [*pieces, listing.dial, listing.ticks]
    return [one for one in rest if not any(one is each for each in kept)]
