"""The third act: what is left of the gradient on its way back through the network."""

from __future__ import annotations

import manim as mn
import numpy as np

from scenes.beats.gradient_light import runs_back
from scenes.beats.leak.stage import LeakStage
from scenes.kit.beat import Beat
from scenes.kit.film import QUICK
from scenes.kit.layout import GAP, SAFE, point
from scenes.kit.stage.network import LIGHT_OVERLAP, NetworkStage
from scenes.kit.stage.ride import Ride
from scenes.kit.stage.timeline import one_after_another
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.leak import InnerLight, LeakStory
from scenes.words.figures import Sentence, count, sentence
from scenes.words.spoken import times

LIGHT = 3.0
"""Seconds of the way back."""
FULL = 0.45
"""Share of its time after which the units of a layer are as bright as they get."""
GROWS = 1.0
"""log10 of the factor from which on a gradient is said to grow, or a part of it to arrive."""
UNSAYABLE = 12.0
"""log10 of the factor from which on nobody can say it."""
NUMBER = 72
ROW = 0.65
"""Height of the row of factors below the network."""


class Dies(Beat[LeakStory, LeakStage]):
    """Light runs back, to scale."""

    speaks_last = True

    def says(self, story: LeakStory) -> Sentence:
        """Say what becomes of the gradient."""
        light = story.light
        if light is None:
            return sentence("Its numbers overflow on the way forward. No gradient sets out.")
        if light.no_gradient:
            return sentence("The loss is exactly zero, and no gradient sets out.")
        if light.ratio <= -GROWS:
            return sentence("Before training, the gradient grows on its way back.")
        if all(light.lit):
            return sentence("Before training, the gradient gets through.")
        if light.lit[0]:
            return sentence("Before training, the gradient fades on its way back, and returns.")
        if not light.can_be_written or light.ratio < GROWS:
            return sentence("Before training, the gradient dies on its way back.")
        if light.ratio >= UNSAYABLE:
            return sentence("Before training, hardly anything gets back.")
        return sentence(
            "Of the gradient, one part in {n} reaches the first layer.",
            n=times("gradient_ratio", light.ratio),
        )

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the light."""
        if story.light is None:
            return sentence("Blue light runs forward through the network. None comes back.")
        return sentence(
            "Before training, amber light runs back. A layer is as bright as its gradient is large "
            "beside the largest: {n} of {m} layers can be seen. A number counts what is left of "
            "it.",
            n=count("layers_lit", sum(story.light.lit)),
            m=story.deep.depth_figure,
        )

    def moves(self, film: LeakStage) -> None:
        """Let light run."""
        network, light = film.inner, film.story.light
        if light is None:
            film.play(network.race(run_time=1.8))
            return
        back = runs_back(network, light, run_time=LIGHT)
        if not light.can_be_written:
            film.play(back)
            return
        film.ride, film.measure = _ride_below(network, light), _name_of_ride(network)
        last = light.light_of_units(light.depth, network.columns[light.depth].units)
        film.play(
            network.receive(light.depth, last),
            mn.FadeIn(film.ride, shift=GAP * mn.LEFT),
            mn.FadeIn(film.measure),
            run_time=1.5 * QUICK,
        )
        with film.counting(film.ride.number):
            film.play(back, film.ride.run(_arrivals(network), run_time=LIGHT))

    def moves_on(self, film: LeakStage) -> None:
        """Let the number stir that says what arrives, or the layer from which nothing set out."""
        if film.ride is None:
            film.play(film.inner.pulse(film.inner.last))
        else:
            film.play(film.ride.pulse())


def _stops(network: NetworkStage) -> list[int]:
    """Return the layers that have a column, from the last one back, and the first of a tape."""
    stops = [layer for layer in sorted(network.columns, reverse=True) if layer]
    return stops if network.tape is None else [*stops, 1]


def _ride_below(network: NetworkStage, light: InnerLight) -> Ride:
    """Let a number ride below the layers, that says what is left of the gradient of the last."""
    pen, stops = network.pen, _stops(network)
    color = pen.theme.backward
    first, last = (pen.number(light.left_at(stops[n]), color, NUMBER) for n in (0, -1))
    middles = np.array([network.place_of(layer) for layer in stops])
    # It stays within the frame at both ends; between them there is room.
    ends = np.clip(middles - first.width / 2, SAFE.left, SAFE.right - first.width)
    ends[-1] = min(ends[-1], SAFE.right - last.width)
    return Ride(
        light.left_at,
        stops,
        ends,
        pen,
        baseline=network.bounds.bottom - ROW - max(first.height, last.height),
        color=color,
        size=NUMBER,
    )


def _name_of_ride(network: NetworkStage) -> Typeset:
    """Say what the number counts."""
    bounds = network.bounds
    words = network.pen.label("what is left of the gradient", network.pen.theme.muted, SMALL)
    return words.move_to(point((bounds.left + bounds.right) / 2, bounds.bottom - ROW / 2))


def _arrivals(network: NetworkStage) -> list[float]:
    """Return when light that runs back has come to each stop of the ride, 0 to 1."""
    columns = [layer for layer in network.columns if layer]
    spans = one_after_another(len(columns), LIGHT_OVERLAP)
    arrivals = [start + FULL * (end - start) for start, end in spans]
    return arrivals if network.tape is None else [*arrivals, 1.0]
