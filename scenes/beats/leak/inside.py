"""The second act: the code is right, so the camera goes into the line with the backward pass."""

from __future__ import annotations

from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.beats.gradient_light import runs_back
from scenes.beats.leak.shrinking import ROOM, arrivals_of_light, name_of_ride, ride_below
from scenes.beats.leak.stage import WHOLE, LeakStage, others
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE, QUICK
from scenes.kit.layout import GAP, SAFE, Region, point
from scenes.kit.motion import fade
from scenes.kit.stage.acts import moving
from scenes.kit.stage.code_stage import LETTER
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.drip import SECONDS, Drip
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.timeline import Step, Timeline
from scenes.kit.stage.world import Look
from scenes.kit.type.typesetting import Typeset
from scenes.stories.leak import BACKWARD, CODE, LeakStory
from scenes.words.figures import Sentence, count, sentence

FAINT = 0.002
"""Opacity over what it was of what is not to be seen."""
AT_ONCE, EARLY, MIDWAY, LATE = (0.0, 0.12), (0.0, 0.25), (0.4, 0.72), (0.4, 0.9)
CLOSES = 0.3, 0.6
"""The shares of a camera move in which things dim, and come back."""
LIGHT = 5.2
"""Seconds of the way back."""
GROWS = 1.0
"""log10 of the factor from which on a gradient is said to grow."""
FOOT = 0.2
"""Room for puddles below the code, of the height of the stage."""
THREADS = {5: 2.5, 11: 0.75, 14: 0.5, 17: 2.9, 20: 0.65, 24: 1.9, 27: 1.3}
"""Letters of the line from which threads hang, and how long these get, in ems."""
FALLS = 1.2
"""Threads that get longer lose drops: nothing stands in their way."""
FLOOR = 3.85
"""How deep below the line drops land, in ems."""


class Correct(Beat[LeakStory, LeakStage]):
    """Every line gets its tick."""

    speaks_last = True

    def says(self, story: LeakStory) -> Sentence:
        """Say that it is not the code."""
        if story.shallow.learns and not story.deep.learns:
            return sentence("And every line is correct.")
        return sentence("Every line is correct. None of them says why.")

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the ticks."""
        return sentence("The camera goes to the code. Each line gets a tick, one after the other.")

    def moves(self, film: LeakStage) -> None:
        """Go to the code; only the loss comes along."""
        level, network = film.levels[1], film.deep
        film.tag = film.result_of(film.story.deep)
        film.tag.move_to(level.numbers[1].get_center())
        film.tag.shift(min(0.0, SAFE.right - film.tag.get_right()[0]) * mn.RIGHT)
        film.fixed.append(film.tag)
        fade(film.tag, 0.0)
        film.add(film.tag)
        # Room for puddles below the code.
        place = WHOLE.inset(bottom=FOOT * WHOLE.height)
        home = point(SAFE.right - film.tag.width / 2, place.top - 2 * GAP)
        film.play(
            film.look(film.near, place, run_time=2.0),
            _arrive(film.tag, home, run_time=2.0),
            Dim(level, [level], 0.0, during=AT_ONCE, run_time=2.0),
            Dim(network, [network], 0.0, during=EARLY, run_time=2.0),
            mn.FadeOut(network.labels, run_time=0.4),
        )
        film.remove(level, network)

    def moves_on(self, film: LeakStage) -> None:
        """Set the ticks."""
        film.play(film.listing.check(run_time=1.8))


class Inside(Beat[LeakStory, LeakStage]):
    """The camera goes into a word."""

    def says(self, story: LeakStory) -> Sentence:
        """Say where to look."""
        return sentence("So look inside.")

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the way."""
        return sentence(
            "The line with the backward pass glows. The camera goes into the word backward, which "
            "opens: inside is the network of {d} layers.",
            d=story.deep.depth_figure,
        )

    def moves(self, film: LeakStage) -> None:
        """Light the line, and go into its word."""
        listing = film.listing
        film.play(listing.kindle(BACKWARD, run_time=MOVE))
        word = listing.words[BACKWARD]
        (x, y, _), half = word.get_center(), float(word.width) / 2
        high = half * WHOLE.height / WHOLE.width
        door = Region(x - half, x + half, y - high, y + high)
        place = WHOLE.inset(top=GAP / 2, bottom=ROOM)
        film.inner = NetworkStage(place, film.story.widths[1], film.pen)
        for at_once in (
            Dim(film.inner, [film.inner], FAINT),
            Look([film.inner], WHOLE, door),
        ):
            at_once.begin()
            at_once.interpolate(1.0)
        film.add(film.inner)
        film.door = door
        film.play(
            film.look(door, WHOLE, run_time=2.6),
            Dim(listing, others(listing, [word]), FAINT, during=EARLY, run_time=2.6),
            Dim(listing, [word], FAINT, during=MIDWAY, run_time=2.6),
            Dim(film.tag, [film.tag], FAINT, during=EARLY, run_time=2.6),
            Dim(film.inner, [film.inner], 1 / FAINT, during=LATE, run_time=2.6),
        )


class Dies(Beat[LeakStory, LeakStage]):
    """Light runs forward, and back, to scale."""

    speaks_last = True

    def says(self, story: LeakStory) -> Sentence:
        """Say what becomes of the gradient."""
        light = story.light
        if light is None:
            return sentence("Its numbers overflow on the way forward. No gradient sets out.")
        if light.no_gradient:
            return sentence("The loss is exactly zero, and no gradient sets out.")
        if light.ratio <= -GROWS:
            return sentence("Already at the start, the gradient grows on its way back.")
        if all(light.lit):
            return sentence("At the start, the gradient gets through.")
        if light.lit[0]:
            return sentence("At the start, the gradient fades on its way back, and returns.")
        return sentence("Already at the start, the gradient dies on its way back.")

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the light."""
        if story.light is None:
            return sentence("Blue light runs forward through the network. None comes back.")
        return sentence(
            "Blue light runs forward, amber light back. A layer is as bright as its gradient is "
            "large beside the largest: {n} of {m} layers can be seen.",
            n=count("layers_lit", sum(story.light.lit)),
            m=story.deep.depth_figure,
        )

    def moves(self, film: LeakStage) -> None:
        """Let light run."""
        network, light = film.inner, film.story.light
        film.play(network.race(run_time=1.8))
        if light is None:
            return
        coming: list[mn.Animation] = [runs_back(network, light, run_time=LIGHT)]
        if light.can_be_written:
            film.ride = ride_below(network, light)
            film.measure = name_of_ride(network)
            first = mn.FadeIn(film.ride.numbers[0], shift=GAP * mn.LEFT)
            film.play(first, mn.FadeIn(film.measure), run_time=MOVE)
            film.add(film.ride)
            coming.append(film.ride.run(arrivals_of_light(network), run_time=LIGHT))
        film.play(*coming)

    def moves_on(self, film: LeakStage) -> None:
        """Let the layer from which it set out stir."""
        film.play(film.inner.pulse(film.inner.last))


class TheLeak(Beat[LeakStory, LeakStage]):
    """Out again: one line drips."""

    speaks_last = True

    @property
    def name(self) -> str:
        """The name in chapters. The class cannot be `Leak`, as that is the film."""
        return "leak"

    def says(self, story: LeakStory) -> Sentence:
        """Say what a leaky abstraction is."""
        return sentence("A leaky abstraction: it works only if you know what is inside.")

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the drops."""
        return sentence(
            "The camera comes out of the word again. The line with the backward pass is lit in "
            "amber, and drips."
        )

    def moves(self, film: LeakStage) -> None:
        """Come out."""
        listing, inner = film.listing, film.inner
        word = listing.words[BACKWARD]
        below = [one for one in (film.ride, film.factors) if one is not None]
        if below:
            film.play(*map(mn.FadeOut, below), run_time=QUICK)
        film.play(
            film.look(WHOLE, film.door, run_time=2.2),
            Dim(inner, [inner], FAINT, during=CLOSES, run_time=2.2),
            Dim(listing, [word], 1 / FAINT, during=CLOSES, run_time=2.2),
            Dim(listing, others(listing, [word]), 1 / FAINT, during=(0.6, 0.95), run_time=2.2),
            Dim(film.tag, [film.tag], 1 / FAINT, during=(0.6, 0.95), run_time=2.2),
        )
        film.remove(inner)

    def moves_on(self, film: LeakStage) -> None:
        """Let it drip."""
        drip = _drip(film)
        film.add(drip)
        film.play(drip.run(0.0, SECONDS))
        film.cite()


def _arrive(tag: Typeset, home: Point3D, **how: Any) -> Timeline:
    """Let a number come in where its tank was, and go to its place."""

    def prepare() -> list[Step]:
        return [Step(0.1, 1, moving(tag, home, 1.0)), Step(0.12, 0.3, lambda part: fade(tag, part))]

    return Timeline(tag, prepare, **how)


def _drip(film: LeakStage) -> Drip:
    """Hang threads from the line, where those that lose drops have nothing below them."""
    listing = film.listing
    em, left = listing.em, float(listing.lines.get_left()[0])
    baseline = listing.words[BACKWARD].baseline
    letters = list(THREADS)
    free = [n >= len(CODE[BACKWARD + 1]) or CODE[BACKWARD + 1][n] == " " for n in letters]
    falls = [THREADS[n] > FALLS and open_below for n, open_below in zip(letters, free, strict=True)]
    tops = np.array([point(left + (n + 0.45) * LETTER * em, baseline) for n in letters])
    lengths = [length * em for length in THREADS.values()]
    return Drip(tops, lengths, falls, baseline - FLOOR * em, em, film.pen)
