"""The last act of a network that was trained: what training changed, and what it left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import manim as mn
import numpy as np

from scenes.beats.gradient_light import of_drawn_edges
from scenes.beats.vanishing.stage import Story, VanishingStage, change_of, knows_changes
from scenes.beats.vanishing.verdict import grow_back
from scenes.kit.beat import Beat
from scenes.kit.charts.marks import polyline
from scenes.kit.film import MOVE
from scenes.kit.layout import GAP, SAFE, STAGE, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.motion import Motion
from scenes.kit.stage.changed import changed, grown
from scenes.kit.theme import LABEL, LINE, SMALL
from scenes.stories.vanishing import KEPT, VanishingStory
from scenes.words.figures import Figure, Kind, Sentence, count, index, sentence, setting
from scenes.words.spoken import counted

CLOCK = SAFE.top - 2 * GAP
"""Baseline of the epochs that have passed."""
PLACE = Region(SAFE.left, SAFE.right, STAGE.bottom + 1.5, CLOCK - GAP)
"""Where the network lies in the end: over the whole width, with its brackets below."""
NUMBER, TICK = 44, 0.15
"""Size of the numbers under brackets, and length of the ends of these."""
SECONDS = 2.5


class Retrain(Beat[Story, VanishingStage]):
    """The network comes back, trains once more, and is lit by what training changes."""

    def when(self, story: Story) -> bool:
        """Tell it where `Kept` is told."""
        return knows_changes(story)

    def says(self, story: Story) -> Sentence:
        """Say what the light is."""
        return sentence("Now train it again: the further a weight moves, the brighter its edge.")

    def shows(self, story: Story) -> Sentence:
        """Describe the change."""
        return sentence(
            "The chart sinks away, and the network grows to the whole width. Epochs pass, and in "
            "all layers at once edges light up by how much training has changed their weights."
        )

    def moves(self, film: VanishingStage) -> None:
        """Let epochs pass, while edges light up by what training changes."""
        story, network = film.story, film.network
        assert isinstance(story, VanishingStory)
        assert story.changes is not None
        clock = Clock(film, story.epochs)
        grow_back(film, PLACE, _spread(film))
        edges = of_drawn_edges(network, story.change_of_edges)
        light = changed(network, edges, np.minimum(story.changes, 1.0), run_time=SECONDS)
        film.add(clock)
        with film.counting(clock.number):
            film.play(light, clock.run(run_time=SECONDS, rate_func=grown))


class Kept(Beat[Story, VanishingStage]):
    """Brackets under the network say what training changed, and what it left."""

    def when(self, story: Story) -> bool:
        """Tell it of a network whose training is known, and that has something to learn."""
        return knows_changes(story)

    def says(self, story: Story) -> Sentence:
        """Say which layers are still what they were."""
        assert isinstance(story, VanishingStory)
        time = {"e": counted("epochs", story.epochs)}
        run = "After {e} epochs" if story.epochs != 1 else "After {e} epoch"
        kept, depth = story.kept, story.depth
        if not any(kept):
            words = "it learns" if story.learned else "it only guesses"
            return sentence(f"{run}, every layer has moved, and {words}.", **time)
        was = "almost what {} random" if story.is_drawn else "almost what {}"
        they, it = (was.format(f"{who}{':' * story.is_drawn}") for who in ("they were", "it was"))
        number, single = counted("layers_kept", sum(kept)), sum(kept) == 1
        are = f"is {it}" if single else f"are {they}"
        if all(kept):
            return sentence(f"{run}, all its layers are {they}.", **time)
        if not all(kept[: sum(kept)]):
            words = f"{run}, {{n}} of {{m}} layers {are}."
            return sentence(words, n=number, m=counted("depth", depth), **time)
        if single:
            return sentence(f"{run}, its first layer {are}.", **time)
        return sentence(f"{run}, its first {{n}} layers {are}.", n=number, **time)

    def shows(self, story: Story) -> Sentence:
        """Describe the last picture."""
        assert isinstance(story, VanishingStory)
        first, least = _first_group(story), "Less than {p} of what they were counts as none."
        below = replace(setting("kept_below", 100 * KEPT, unit="%"), value=KEPT)
        moved = "Brackets below the network say how much training has changed the weights"
        most, end = _most_of(story, first), index(first[-1])
        if len(first) == story.depth:
            return sentence(f"{moved}: in no layer by more than {{a}}. {least}", a=most, p=below)
        if len(first) == 1:
            part = sentence("layer {k}, by {a}", a=most, k=end)
        else:
            part = sentence("layers {j} to {k}, by {a} at most", a=most, j=index(1), k=end)
        words = f"{moved}: layer {{l}} by {{b}}; {{part}}. {least}"
        last = {"b": change_of(story, story.depth), "l": index(story.depth)}
        return sentence(words, part=part, p=below, **last)

    def moves(self, film: VanishingStage) -> None:
        """Bracket the last layer, then those that are what they were, which swell once."""
        story, network = film.story, film.network
        assert isinstance(story, VanishingStory)
        first = _first_group(story)
        groups = [first] if len(first) == story.depth else [(story.depth,), first]
        for group in groups:
            film.play(mn.FadeIn(_bracket(film, group)), run_time=MOVE)
        seen = [layer for layer in first if layer in network.places]
        film.play(*(network.pulse(layer) for layer in seen), run_time=1.4)
        film.cite()


class Clock(mn.VGroup):
    """The number of epochs that have passed, above the network."""

    def __init__(self, film: VanishingStage, epochs: int) -> None:
        super().__init__()
        self._now, self._epochs = 0.0, epochs
        word = film.pen.label("epoch", size=LABEL).align_to(point(PLACE.left), mn.LEFT)
        self.number = LiveNumber(
            film.pen,
            lambda: count("epoch", round(self._now), Kind.INDEX),
            left=float(word.get_right()[0]) + GAP / 2,
            baseline=CLOCK,
            color=film.theme.ink,
            size=LABEL,
        )
        self.number.label = "epoch"
        self.add(word.on_baseline(CLOCK), self.number)

    def run(self, **how: Any) -> Motion:
        """Let the epochs pass."""

        def passed(share: float) -> None:
            self._now = share * self._epochs

        return Motion(self, lambda: passed, **how)


def _spread(film: VanishingStage) -> dict[int, float]:
    """Return the x of every layer, spread over the whole width."""
    places, radius = film.home_places, film.network.columns[0].radius
    ends = min(places.values()), max(places.values())
    wide = PLACE.left + 2 * radius, PLACE.right - 2 * radius
    return {layer: float(np.interp(x, ends, wide)) for layer, x in places.items()}


def _first_group(story: VanishingStory) -> tuple[int, ...]:
    """Return the first layers that are what they were, or else the first layer alone."""
    moved = [layer for layer, kept in enumerate(story.kept, start=1) if not kept]
    last = moved[0] - 1 if moved else story.depth
    return tuple(range(1, max(last, 1) + 1))


def _most_of(story: VanishingStory, layers: tuple[int, ...]) -> Figure:
    """Return the largest change of some layers."""
    assert story.changes is not None
    changes = story.changes
    return change_of(story, max(layers, key=lambda layer: float(changes[layer - 1])))


def _bracket(film: VanishingStage, layers: tuple[int, ...]) -> mn.VGroup:
    """Set a bracket under the edges into some layers, and by how much these have changed."""
    story, network, theme = film.story, film.network, film.theme
    assert isinstance(story, VanishingStory)
    ends = network.place_of(layers[0] - 1), network.place_of(layers[-1])
    low = network.bounds.bottom - GAP
    heights = (low, low - TICK, low - TICK, low)
    corners = [point(x, y) for x, y in zip(np.repeat(ends, 2), heights, strict=True)]
    # What was kept has the colour of its units, what was changed that of changed edges.
    color = theme.forward if all(story.kept[layer - 1] for layer in layers) else theme.ink
    line = polyline(np.array(corners), color, LINE)
    number = film.pen.number(_most_of(story, layers), color, NUMBER)
    words = "changed by at most" if len(layers) > 1 else "changed by"
    name = film.pen.label(words, theme.muted, SMALL)
    label = mn.VGroup(name, number.next_to(name, mn.DOWN, buff=GAP / 3))
    label.next_to(line, mn.DOWN, buff=GAP / 2)
    label.shift(max(0.0, SAFE.left - label.get_left()[0]) * mn.RIGHT)
    return mn.VGroup(line, label.shift(min(0.0, SAFE.right - label.get_right()[0]) * mn.RIGHT))
