"""The first act: the network trains, and one example goes through it."""

from __future__ import annotations

from collections.abc import Callable

import manim as mn
import numpy as np

from scenes.beats.vanishing.stage import Story, VanishingStage
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE, QUICK
from scenes.kit.layout import GAP
from scenes.kit.stage.digit_strip import FeatureStrip
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.stories.vanishing import VanishingStory
from scenes.words.figures import Kind, Sentence, count, measured, sentence

TRAINING, REWIND = 4.6, 0.9
"""Seconds of the training run, and of the way back to its start."""
PULSE = 1.3
"""Length of the light over the way from layer to layer: it is never cut off at a layer."""
FORWARD = 2.4
"""Seconds that an example takes through the network."""
PASSES = 3
"""How often light runs forward in the training run."""
HELD, FALLEN = 0.38, 0.44
"""Shares of the training run until which the first loss stands, and in which the next one comes: at
once, as the number above the level changes in one step."""


class Training(Beat[Story, VanishingStage]):
    """The network trains."""

    def when(self, story: Story) -> bool:
        """Leave it out of a recording of a single pass, which has no loss to show."""
        return isinstance(story, VanishingStory) or story.losses is not None

    def says(self, story: Story) -> Sentence:
        """Name the network and the length of the run."""
        layers = count("depth", story.depth)
        losses = story.losses
        if losses is None:
            return sentence("A network of {n} layers, in training. Will it learn?", n=layers)
        if isinstance(story, RecordedVanishing):
            passes = count("passes", len(losses))
            words = "{n} layers, recorded in {p} passes. Watch the loss."
            return sentence(words, n=layers, p=passes)
        epochs = count("epochs", len(losses) - 1)
        words = f"{{n}} layers, {{e}} epoch{'s' * (epochs.value != 1)} of training. Will it learn?"
        if epochs.value < story.asked:
            asked = count("asked_epochs", story.asked)
            words = "{n} layers, {e} of {a} epochs of training. Will it learn?"
            return sentence(words, n=layers, e=epochs, a=asked)
        return sentence(words, n=layers, e=epochs)

    def shows(self, story: Story) -> Sentence:
        """Describe network and level."""
        words = (
            "The network fills the picture, a column of units for each layer. Light runs through "
            "it again and again."
        )
        if story.losses is None:
            return sentence(f"{words} Beside it a tank runs over: the loss overflows.")
        return sentence(
            f"{words} Beside it the loss is the level in a tank: it goes from {{a}} to {{b}}.",
            a=measured("loss[0]", float(story.losses[0])),
            b=measured("loss[-1]", float(story.losses[-1])),
        )

    def moves(self, film: VanishingStage) -> None:
        """Let light race forward while the level moves."""
        network, level = film.network, film.level
        seconds = TRAINING / PASSES
        race = mn.Succession(*(network.race(PULSE, run_time=seconds) for _ in range(PASSES)))
        level.hold_back()
        epochs = watched(len(level.losses) - 1)
        with film.counting(*level.numbers):
            film.play(race, level.run(run_time=TRAINING, rate_func=epochs))
        film.play(level.name_guess(run_time=MOVE))


class Question(Beat[Story, VanishingStage]):
    """What the film is about."""

    def says(self, story: Story) -> Sentence:
        """Say how training ended, and ask for the gradient with which it began."""
        if isinstance(story, RecordedVanishing):
            return sentence("How much gradient reaches the first layer?")
        asks = "How much gradient reaches its first layer?"
        if story.learned is None:
            return sentence(f"Its loss overflows. {asks}")
        if story.learned:
            return sentence(f"It learns. {asks}")
        return sentence(f"It only guesses. {asks}")

    def shows(self, story: Story) -> Sentence:
        """Say what is pointed at."""
        if isinstance(story, RecordedVanishing) and story.losses is not None:
            return sentence("The level goes back to the start. The first layer swells once.")
        return sentence("The first layer swells once.")

    def moves(self, film: VanishingStage) -> None:
        """Point at the first layer, and wait; the level stays at what the sentence says of it."""
        leaving = [film.heading_leaves()] if film.has_heading else []
        if isinstance(film.story, RecordedVanishing):
            # No example goes in, with which it could go back.
            _rewind(film, *leaving)
        elif leaving:
            film.play(*leaving)
        film.play(film.network.pulse(1), run_time=MOVE)
        film.pause()


class Forward(Beat[Story, VanishingStage]):
    """One example goes in."""

    def when(self, story: Story) -> bool:
        """Leave it out of a recording without activations."""
        return story.fills(0) is not None

    def says(self, story: Story) -> Sentence:
        """Say what light shows; where activations are scaled, say so."""
        start = count("epoch", 0, Kind.INDEX)
        if story.has_scaled_fills:
            words = "Epoch {e} again: every layer lights up, scaled to its own largest unit."
            return sentence(words, e=start)
        return sentence("Epoch {e} again: an example goes in, and every layer answers.", e=start)

    def shows(self, story: Story) -> Sentence:
        """Describe the wave."""
        light = (
            "The level goes back to the start. Blue light runs from left to right, and units fill "
            "with their activations."
        )
        if story.picture is None:
            return sentence(light)
        return sentence(f"One example flies into the input. {light}")

    def moves(self, film: VanishingStage) -> None:
        """Go back to the start, let the example in, and light run."""
        story, network = film.story, film.network
        arriving: list[mn.Animation] = []
        if (picture := story.picture) is not None:
            example = FeatureStrip(film.example_place, picture, film.pen, square=story.is_picture)
            film.example = example
            arriving.append(mn.FadeIn(example, shift=GAP * mn.RIGHT))
        _rewind(film, *arriving)
        if film.example is not None:
            film.play(film.example.enter(network.columns[0].centers), run_time=0.8)
        fills = {n: fill for n in network.columns if (fill := story.fills(n)) is not None}
        leaving: list[mn.Animation] = []
        if film.level in film.mobjects:
            leaving.append(mn.FadeOut(film.level, shift=GAP * mn.RIGHT, run_time=QUICK))
        film.play(network.forward(fills, PULSE, run_time=FORWARD), *leaving)


def _rewind(film: VanishingStage, *meanwhile: mn.Animation) -> None:
    """Let the loss go back to its start, if it is there, while something else happens."""
    level = film.level
    if level in film.mobjects:
        with film.counting(*level.numbers):
            back = level.run(to=0, run_time=REWIND, rate_func=last_epochs_slowly)
            film.play(back, *meanwhile)
    elif meanwhile:
        film.play(*meanwhile)


def watched(epochs: int) -> Callable[[float], float]:
    """Return which share of the epochs has passed at a share of the time.

    The loss at first stands for a while, then the loss after the first epoch comes, and the others
    follow faster and faster.
    """
    half = 0.5 / max(epochs, 1)
    low, high = 0.7 * half, 1.3 * half

    def passed(share: float) -> float:
        if share < FALLEN:
            return float(np.interp(share, [0.0, HELD, FALLEN], [0.0, low, high]))
        later = (share - FALLEN) / (1 - FALLEN)
        return float(high + (1 - high) * later**2)

    return passed


def first_epochs_slowly(share: float) -> float:
    """Return the share of the epochs that have passed: a loss falls most in the first ones."""
    return float(share**3)


def last_epochs_slowly(share: float) -> float:
    """Return how much of the way back through the epochs is done, in the same manner."""
    return float(1 - (1 - share) ** 3)
