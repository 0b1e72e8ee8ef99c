"""The last act of a network that was trained: what training changed, and what it left."""

from __future__ import annotations

from dataclasses import replace

import manim as mn
import numpy as np

from scenes.beats.gradient_light import of_drawn_edges
from scenes.beats.vanishing.stage import Story, VanishingStage, change_of, knows_changes
from scenes.beats.vanishing.training import first_epochs_slowly
from scenes.beats.vanishing.verdict import grow_back
from scenes.kit.beat import Beat
from scenes.kit.film import QUICK
from scenes.kit.layout import GAP, point, stands_free
from scenes.kit.stage.changed import changed
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.vanishing import KEPT, VanishingStory
from scenes.words.figures import Sentence, index, sentence, setting
from scenes.words.spoken import counted

ROW = 0.55
"""Height of a row below the network."""
SECONDS = 3.6


class Kept(Beat[Story, VanishingStage]):
    """The network comes back, trains once more, and is lit by what training has changed."""

    speaks_last = True

    def when(self, story: Story) -> bool:
        """Tell it of a network whose training is known, and that has something to learn."""
        return knows_changes(story)

    def says(self, story: Story) -> Sentence:
        """Say which layers are still what they were."""
        assert isinstance(story, VanishingStory)
        epochs = story.epochs
        time = {"e": counted("epochs", epochs, capital=True)}
        run = "{e} epochs on" if epochs != 1 else "{e} epoch on"
        kept, depth = story.kept, story.depth
        if not any(kept):
            words = "it learns" if story.learned else "it only guesses"
            return sentence(f"{run}, every layer has moved, and {words}.", **time)
        was = "random numbers {p} began with" if story.is_drawn else "numbers {p} began with"
        they, it = (f"the {was.format(p=who)}" for who in ("they", "it"))
        number, single = counted("layers_kept", sum(kept)), sum(kept) == 1
        are = f"is still almost {it}" if single else f"are still almost {they}"
        if all(kept):
            return sentence(f"{run}, all its layers are still almost {they}.", **time)
        if not all(kept[: sum(kept)]):
            words = f"{run}, {{n}} of {{m}} layers {are}."
            return sentence(words, n=number, m=counted("depth", depth), **time)
        if single:
            return sentence(f"{run}, its first layer {are}.", **time)
        return sentence(f"{run}, its first {{n}} layers {are}.", n=number, **time)

    def shows(self, story: Story) -> Sentence:
        """Describe the last picture."""
        assert isinstance(story, VanishingStory)
        return sentence(
            "The chart goes, and the network grows again. Beside its loss it trains once more, and "
            "edges light up by how much training has changed them. Below each layer, the change of "
            "its weights beside what they were: {b} in layer {l}, {a} in layer {k}. Less than {p} "
            "counts as none.",
            b=change_of(story, story.depth),
            a=change_of(story, 1),
            l=index(story.depth),
            k=index(1),
            p=replace(setting("kept_below", 100 * KEPT, unit="%"), value=KEPT),
        )

    def moves(self, film: VanishingStage) -> None:
        """Train once more, while edges light up by what training changes."""
        story, network = film.story, film.network
        assert isinstance(story, VanishingStory)
        assert story.changes is not None
        grow_back(film, room=2 * ROW)
        film.play(mn.FadeIn(film.level), run_time=QUICK)
        edges = of_drawn_edges(network, story.change_of_edges)
        light = changed(network, edges, np.minimum(story.changes, 1.0), run_time=SECONDS)
        with film.counting(*film.level.numbers):
            film.play(light, film.level.run(run_time=SECONDS, rate_func=first_epochs_slowly))

    def moves_on(self, film: VanishingStage) -> None:
        """Write below the layers by how much they have changed, from the last to the first."""
        row = _row(film)
        coming = mn.LaggedStart(*map(mn.FadeIn, row), lag_ratio=0.5)
        film.play(coming, mn.FadeIn(_name(film)), run_time=2.4)
        film.cite()


def _row(film: VanishingStage) -> mn.VGroup:
    """Set below each layer by how much it has changed, those of the ends before others."""
    story, network, theme = film.story, film.network, film.theme
    assert isinstance(story, VanishingStory)
    layers = [layer for layer in sorted(network.columns, reverse=True) if layer > 1]
    placed: dict[int, Typeset] = {}
    for layer in (1, *layers):
        color = theme.muted if story.kept[layer - 1] else theme.ink
        label = film.pen.label(sentence("{c}", c=change_of(story, layer)), color, SMALL)
        label.move_to(point(network.place_of(layer), network.bounds.bottom - ROW))
        if stands_free(label, placed.values()):
            placed[layer] = label
    return mn.VGroup(*(placed[layer] for layer in sorted(placed, reverse=True)))


def _name(film: VanishingStage) -> Typeset:
    """Name the row."""
    bounds = film.network.bounds
    words = film.pen.label(
        "how much the weights of each layer have changed", film.theme.muted, SMALL
    )
    middle = (bounds.left + bounds.right) / 2
    return words.move_to(point(middle, bounds.bottom - 2 * ROW + GAP / 3))
