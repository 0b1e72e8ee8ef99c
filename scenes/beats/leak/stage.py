"""The stage of the film `leak`: what its beats move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import manim as mn

from scenes.kit.film import Film
from scenes.kit.layout import GAP, SAFE, STAGE, Region
from scenes.kit.stage.code_stage import CodeStage
from scenes.kit.stage.loss_level import LossLevel
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.ride import Ride
from scenes.kit.stage.world import Look
from scenes.kit.type.typesetting import Typeset
from scenes.stories.leak import CODE, LOOP, OTHER, WORDS, LeakStory
from scenes.stories.training_run import Run
from scenes.words.figures import sentence

WHOLE = Region(STAGE.left, STAGE.right, STAGE.bottom, SAFE.top)
"""The stage without its heading."""
SHARES = 0.43, 0.39, 0.18
"""Of the width of the stage: code, network and loss."""
TICKS = 2.2
"""Room for ticks left of the code, in ems."""
SHALLOW_SHARE = 0.8
"""Width of the shallow network over that of the deep one, which it stretches into."""
RUN, ROUNDS = 3.3, 3
"""Seconds that a training run takes, and how often its loop goes round meanwhile."""
TAG = 52


class LeakStage(Film):
    """The code at the left, the network that it makes beside it, and its loss at the right.

    Attributes
    ----------
    listing
        The code.
    shallow, deep
        The network of two layers, and that of more, in the same place.
    levels
        The losses of their runs.
    inner
        The deep network again, as it is seen inside the backward pass.
    tag
        The last loss of the deep network, which stays when its tank is gone.
    dimmed
        What was dimmed for the way inside.
    door
        What the camera saw of the world when it had gone inside.
    ride
        What is left of the gradient, below the network inside; None where nothing rides.
    measure
        The name of the number that rides.
    factors
        What each layer passes on, below the network inside.
    """

    story: LeakStory
    inner: NetworkStage
    tag: Typeset
    door: Region
    measure: Typeset
    ride: Ride | None = None
    factors: mn.VGroup | None = None

    def compute(self) -> None:
        """Train both networks, within the budget."""
        self.story = LeakStory.of(self.experiment)

    def lay_out(self) -> None:
        """Lay out code, networks and levels, and go near to the code."""
        story = self.story
        left, middle, right = WHOLE.columns(*SHARES, gap=GAP)
        self.listing = CodeStage(left, CODE, self.pen, dial=story.stops, words=WORDS)
        middle = middle.inset(left=GAP, bottom=GAP, top=GAP)
        side = (1 - SHALLOW_SHARE) / 2 * middle.width
        small, large = story.widths
        self.shallow = NetworkStage(middle.inset(left=side, right=side), small, self.pen)
        self.deep = NetworkStage(middle, large, self.pen)
        for run, network in ((story.shallow, self.shallow), (story.deep, self.deep)):
            _name_widths(network, run)
        self.levels = tuple(
            LossLevel(
                right.inset(bottom=GAP, top=GAP),
                None if run.history is None else run.history.loss,
                self.pen,
                guess=story.guessed,
                names=("epoch", f"{run.name}.loss"),
                top=story.top,
            )
            for run in (story.shallow, story.deep)
        )
        self.add(self.listing)
        near = Look([self.listing], self.near, STAGE.inset(top=GAP / 2, bottom=GAP))
        near.begin()
        near.interpolate(1.0)

    @property
    def near(self) -> Region:
        """The code where it is now, with room for ticks at its left."""
        bounds = self.listing.bounds
        return bounds.inset(left=-TICKS * self.listing.em)

    def train(self, network: NetworkStage, level: LossLevel) -> None:
        """Let the loop run, light race through the network, and the level move."""
        fall = level.run(run_time=RUN, rate_func=first_epochs_slowly)
        with self.counting(*level.numbers):
            self.play(self.running(network), fall)

    def running(self, network: NetworkStage) -> mn.Animation:
        """Let the lines of the loop run, and light race through the network."""
        race = mn.Succession(*(network.race(run_time=RUN / ROUNDS) for _ in range(ROUNDS)))
        return mn.AnimationGroup(race, self.listing.loop(LOOP, ROUNDS, run_time=RUN))

    def result_of(self, run: Run) -> Typeset:
        """Write the last loss of a run, where it stands above its tank."""
        color = self.theme.forward
        if run.history is None:
            return self.pen.label("loss: overflow", color, TAG)
        return self.pen.label(sentence("loss {n}", n=run.loss(-1)), color, TAG)


def _name_widths(network: NetworkStage, run: Run) -> None:
    """Say of the numbers of units of the other network that they are not those of this one."""
    if run.name != OTHER:
        return
    for label in cast(list[Typeset], network.labels.submobjects):
        label.figures = tuple(replace(each, name=f"{OTHER}.{each.name}") for each in label.figures)


def others(listing: CodeStage, kept: Sequence[mn.Mobject]) -> list[mn.Mobject]:
    """Return the parts of the code but some."""
    pieces = [piece for line in listing.lines for piece in line]
    rest = [*pieces, listing.dial, listing.ticks]
    return [one for one in rest if not any(one is each for each in kept)]


def first_epochs_slowly(share: float) -> float:
    """Return the share of the epochs that have passed: a loss falls most in the first ones."""
    return float(share**3)
