"""The last act: the network again, and what a step does to its first and last layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import manim as mn
import numpy as np

from scenes.beats.vanishing.stage import Story, VanishingStage, knows_changes
from scenes.beats.vanishing.training import first_epochs_slowly
from scenes.kit.beat import Beat
from scenes.kit.film import QUICK
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import SMALL
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.words.figures import Figure, Sentence, index, magnitude, measured, sentence
from scenes.words.spoken import times

NUMBER = 48
ROOM = 0.75
"""Height below the network for its numbers."""
SAME = float(np.log10(2.0))
"""Two sizes closer than this, in decades, are called about the same."""


class Verdict(Beat[Story, VanishingStage]):
    """The network comes back, with the size of a step at both ends."""

    def when(self, story: Story) -> bool:
        """Tell it where it is not known what training changed."""
        return not knows_changes(story)

    def says(self, story: Story) -> Sentence:
        """Compare the steps of the first and of the last layer, or else their gradients."""
        if story.no_gradient and isinstance(story, RecordedVanishing):
            return sentence("Where no gradient sets out, no layer learns.")
        if story.no_gradient:
            return sentence("Where the loss is zero, nothing is left to learn.")
        if np.isinf(story.ratio):
            return sentence("The first layer receives no gradient at all.")
        ratio = _step_ratio(story)
        way = story.ratio if ratio is None else ratio
        more = "less" if way > 0 else "more"
        if ratio is None:
            if abs(way) < SAME:
                return sentence("The first layer receives about as much gradient as the last.")
            words = f"The first layer receives {{r}} times {more} gradient than the last."
            return sentence(words, r=times("ratio", abs(way)))
        if abs(way) < SAME:
            return sentence("Beside its size, the first layer moves about as much as the last.")
        words = f"Beside its size, the first layer moves {{r}} times {more} than the last."
        return sentence(words, r=times("step_ratio", abs(way)))

    def shows(self, story: Story) -> Sentence:
        """Describe the last picture."""
        if story.first_steps is None:
            return sentence("The chart goes, and the network grows again, lit as it was.")
        return sentence(
            "The chart goes, and the network grows again, lit as it was, with its loss beside it. "
            "Below it, by how much of itself a step of the first epoch moves a weight matrix, on "
            "average: {b} in layer {l}, {a} in layer {k}.",
            b=_moved(story, story.depth),
            a=_moved(story, 1),
            l=index(story.depth),
            k=index(1),
        )

    def moves(self, film: VanishingStage) -> None:
        """Let the network grow, and put the numbers at its ends."""
        story = film.story
        grow_back(film, film.network.home.inset(bottom=ROOM, top=-GAP), film.home_places)
        numbers = _numbers(film) if story.first_steps is not None else _ratio(film)
        coming: list[mn.Animation] = []
        if len(numbers):
            coming.append(mn.LaggedStart(*map(mn.FadeIn, numbers), lag_ratio=0.6))
        counters = film.level.numbers if film.level_is_used else ()
        if film.level_is_used:
            film.play(mn.FadeIn(film.level), run_time=QUICK)
            coming.append(film.level.run(rate_func=first_epochs_slowly))
        with film.counting(*counters):
            if coming:
                film.play(*coming, run_time=2.4)
        film.cite()


def grow_back(film: VanishingStage, place: Region, columns: Mapping[int, float]) -> None:
    """Let the chart sink away under the network, which grows into a place."""
    leaving = [each for each in (film.dive, film.factor) if each in film.mobjects]
    film.play(
        *(mn.FadeOut(each, shift=GAP * mn.DOWN, run_time=0.8) for each in leaving),
        film.network.strip(place, columns, run_time=1.6),
    )


def _step_ratio(story: Story) -> float | None:
    """Return log10 of the last layer's step over the first one's, both beside their weights."""
    steps = story.first_steps
    if steps is None or not (steps[0] > 0 and steps[-1] > 0):
        return None
    return float(np.log10(steps[-1]) - np.log10(steps[0]))


def _moved(story: Story, layer: int) -> Figure:
    """Return by how much of itself a step moves a weight matrix, a fraction written in percent."""
    assert story.first_steps is not None
    moved = float(story.first_steps[layer - 1])
    written = measured(f"update_to_weight[{layer}]", 100 * moved, unit="%")
    return replace(written, value=moved)


def _numbers(film: VanishingStage) -> mn.VGroup:
    """Set the size of a step below the last and the first layer."""
    found = mn.VGroup()
    for layer in (film.story.depth, 1):
        words = sentence("of layer {l} moves in a step", l=index(layer))
        found.add(_below(film, layer, _moved(film.story, layer), words))
    # A network of two layers is too narrow for both names; they part evenly.
    last, first = found
    overlap = first.get_right()[0] + GAP - last.get_left()[0]
    if overlap > 0:
        first.shift(overlap / 2 * mn.LEFT)
        last.shift(overlap / 2 * mn.RIGHT)
    return found


def _ratio(film: VanishingStage) -> mn.VGroup:
    """Set the ratio of the gradients below the first layer, if it is a number worth showing."""
    way = film.story.ratio
    if not np.isfinite(way) or abs(way) < SAME:
        return mn.VGroup()
    words = sentence(f"times {'less' if way > 0 else 'more'} at layer {{l}}", l=index(1))
    return mn.VGroup(_below(film, 1, magnitude("ratio", abs(way)), words))


def _below(film: VanishingStage, layer: int, figure: Figure, words: Sentence) -> mn.VGroup:
    """Set a number below a layer, inside the width of the network."""
    network, bounds = film.network, film.network.bounds
    number = film.pen.number(figure, film.theme.backward, NUMBER)
    name = film.pen.label(words, film.theme.ink, SMALL).next_to(number, mn.DOWN, buff=GAP / 2)
    group = mn.VGroup(number, name)
    group.move_to(point(network.place_of(layer), bounds.bottom - GAP), aligned_edge=mn.UP)
    group.shift(max(0.0, bounds.left - group.get_left()[0]) * mn.RIGHT)
    return group.shift(min(0.0, bounds.right - group.get_right()[0]) * mn.RIGHT)
