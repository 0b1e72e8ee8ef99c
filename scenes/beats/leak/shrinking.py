"""The gradient as a number that rides back through the network."""

from __future__ import annotations

import manim as mn
import numpy as np

from scenes.beats.leak.stage import LeakStage
from scenes.kit.beat import Beat
from scenes.kit.film import QUICK
from scenes.kit.layout import SAFE, point, stands_free
from scenes.kit.stage.network import LIGHT_OVERLAP, NetworkStage
from scenes.kit.stage.ride import Ride
from scenes.kit.stage.timeline import one_after_another
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.leak import InnerLight, LeakStory
from scenes.words.figures import Sentence, measured, sentence
from scenes.words.spoken import part_of

NUMBER = 60
STOPS_OF_TAPE = 4
LIT = 0.3
"""The share of its span after which a layer is seen to be lit."""
ROW = 0.5
"""Height of the row of factors below the network."""
ROOM = 1.1
"""Height below the network for factors and number."""
NEARLY = 0.95
"""A layer that passes on a larger share than this is said to pass on all."""


class PassedOn(Beat[LeakStory, LeakStage]):
    """What each layer passes on stands below the network."""

    def when(self, story: LeakStory) -> bool:
        """Tell it where a gradient sets out that floats can hold everywhere."""
        return story.light is not None and story.light.can_be_written

    def says(self, story: LeakStory) -> Sentence:
        """Say what a layer does to it."""
        assert story.light is not None
        log10 = story.light.mean_factor
        if log10 > -np.log10(NEARLY):
            return sentence(
                "On average, a layer makes it {f} times as large.", f=measured("factor", 10**log10)
            )
        if log10 >= np.log10(NEARLY):
            return sentence("On average, a layer passes on nearly all it gets.")
        return sentence(
            "On average, a layer passes on {p} of what it gets.", p=part_of("factor", 10**log10)
        )

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the factors."""
        return sentence("Below each step back stands the factor by which the gradient changes.")

    def moves(self, film: LeakStage) -> None:
        """Write the factors, from the last layer to the first."""
        light = film.story.light
        assert light is not None
        film.factors = _factors(film.inner, light)
        film.play(mn.FadeOut(film.measure), run_time=QUICK)
        appear = mn.LaggedStart(*map(mn.FadeIn, film.factors), lag_ratio=0.5)
        film.play(appear, run_time=2.2)


def ride_below(network: NetworkStage, light: InnerLight) -> Ride:
    """Place below the layers what is left of the gradient of the last one."""
    stops = [layer for layer in sorted(network.columns, reverse=True) if layer]
    if network.tape is not None:
        stops += np.rint(np.linspace(stops[-1], 1, STOPS_OF_TAPE + 1)[1:]).astype(int).tolist()
    return Ride([_left_below(network, light, layer) for layer in dict.fromkeys(stops)])


def name_of_ride(network: NetworkStage) -> Typeset:
    """Say what the number counts, in the row where factors stand later."""
    bounds = network.bounds
    words = network.pen.label("what is left of the gradient", network.pen.theme.muted, SMALL)
    return words.move_to(point((bounds.left + bounds.right) / 2, bounds.bottom - ROW / 2))


def arrivals_of_light(network: NetworkStage) -> list[float]:
    """Return when light that runs back comes to each stop of the ride but the first, 0 to 1."""
    columns = [layer for layer in network.columns if layer]
    spans = one_after_another(len(columns), LIGHT_OVERLAP)
    arrivals = [start + LIT * (end - start) for start, end in spans]
    if network.tape is None:
        return arrivals[1:]
    tape = np.linspace(arrivals[-1], 1.0, STOPS_OF_TAPE + 1)[1:].tolist()
    return [*arrivals[1:], *tape]


def _factors(network: NetworkStage, light: InnerLight) -> mn.VGroup:
    """Write the factor of each step between two columns below them, the last step first."""
    found = mn.VGroup()
    for layer in sorted(network.columns, reverse=True):
        if layer < 2 or layer - 1 not in network.columns:
            continue
        label = _factor_below(network, light, layer)
        if stands_free(label, found):
            found.add(label)
    return found


def _left_below(network: NetworkStage, light: InnerLight, layer: int) -> Typeset:
    number = network.pen.number(light.left_at(layer), network.pen.theme.backward, NUMBER)
    half = float(number.width) / 2
    x = float(np.clip(network.place_of(layer), SAFE.left + half, SAFE.right - half))
    return number.move_to(point(x, network.bounds.bottom - ROW - number.height / 2))


def _factor_below(network: NetworkStage, light: InnerLight, layer: int) -> Typeset:
    words = sentence("× {n}", n=light.factor_from(layer))
    label = network.pen.label(words, network.pen.theme.backward, SMALL)
    middle = (network.place_of(layer) + network.place_of(layer - 1)) / 2
    return label.move_to(point(middle, network.bounds.bottom - ROW / 2))
