"""The third act: light runs back through the whole network."""

from __future__ import annotations

from functools import partial

import manim as mn

from scenes.beats.gradient_light import runs_back
from scenes.beats.vanishing.stage import Story, VanishingStage
from scenes.kit.beat import Beat
from scenes.kit.layout import point
from scenes.kit.motion import fade
from scenes.kit.stage.network import BACK_OVERLAP
from scenes.kit.stage.timeline import Step, Timeline, one_after_another
from scenes.kit.theme import NARRATION
from scenes.kit.type.typesetting import Typeset
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.words.figures import Sentence, count, index, sentence
from scenes.words.spoken import counted

SECONDS = 4.0
"""Seconds that light takes from the output to the input."""
ROW = 0.5
"""How far below the network the numbers of the layers that are lit stand."""


class Dark(Beat[Story, VanishingStage]):
    """Light runs back, to scale."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say how many layers are lit."""
        seen, row, depth = sum(story.lit), story.lit_in_a_row, story.depth
        if story.no_gradient and isinstance(story, RecordedVanishing):
            return sentence("None. The gradient is exactly zero at the output already.")
        if story.no_gradient:
            return sentence("None. The loss is exactly zero, and no gradient sets out.")
        if seen == depth:
            return sentence("All of them. The light gets through.")
        figure = counted("layers_lit", seen, capital=True)
        if seen == row:
            return sentence("{n}. Then it is dark.", n=figure)
        return sentence("{n} of {m}, with dark ones between.", n=figure, m=counted("depth", depth))

    def shows(self, story: Story) -> Sentence:
        """Describe the light."""
        return sentence(
            "Amber light runs back from the output, and under each layer that it lights its number "
            "appears. A "
            "layer is as bright as its gradient is large beside that of the last: "
            "{n} of {m} layers can be seen.",
            n=count("layers_lit", sum(story.lit)),
            m=count("depth", story.depth),
        )

    def moves(self, film: VanishingStage) -> None:
        """Let light run back, and number the layers that can be seen as it passes them."""
        network, story = film.network, film.story
        layers = [layer for layer in reversed(network.columns) if layer]
        lit = [layer for layer in layers if story.lit[layer - 1]]
        film.counted = mn.VGroup(*(_number(film, layer) for layer in lit))
        spans = dict(zip(layers, one_after_another(len(layers), BACK_OVERLAP), strict=True))

        def prepare() -> list[Step]:
            shown = zip(film.counted, lit, strict=True)
            return [Step(*spans[layer], partial(fade, number)) for number, layer in shown]

        counting = [Timeline(film.counted, prepare, run_time=SECONDS)] if lit else []
        film.play(runs_back(network, story, run_time=SECONDS), *counting)


def _number(film: VanishingStage, layer: int) -> Typeset:
    """Set its number under a layer, of which nothing is seen yet."""
    label = film.pen.number(index(layer), film.theme.backward, size=NARRATION)
    label.move_to(point(film.network.place_of(layer))).on_baseline(film.network.bounds.bottom - ROW)
    fade(label, 0.0)
    return label
