"""The end: what large weights do to a layer, and to what comes before it."""

from __future__ import annotations

import manim as mn

from scenes.beats.saturation.factors import factors, own_words
from scenes.beats.saturation.growth import FAINT, LARGER
from scenes.beats.saturation.stage import SaturationStage, Story
from scenes.kit.beat import Beat
from scenes.kit.stage.dim import Dim
from scenes.words.figures import Sentence, sentence

BACK = 0.3
"""Opacity of the units in the last picture."""


class Verdict(Beat[Story, SaturationStage]):
    """The gradient reaches the input, and what large weights do is said in one sentence."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say what large weights do to this layer, and to what comes before it."""
        if story.no_weights:
            return sentence("Weights of zero are stuck: no scale makes them pass anything back.")
        own, passed = story.own_way, story.passed_way
        if passed == "rises" and not story.floods:
            return sentence(
                {
                    "falls": "It starves itself, and sends a little more back.",
                    "holds": "It keeps its own gradient, and sends a little more back.",
                    "rises": "Both of its gradients grow.",
                }[own]
            )
        return sentence(
            {
                ("falls", "rises"): "It starves itself, and floods what comes before.",
                ("falls", "falls"): "It starves itself, and what comes before.",
                ("falls", "holds"): "It starves itself, and not what comes before.",
                ("holds", "rises"): "It keeps its own gradient, and floods what comes before.",
                ("holds", "falls"): "It keeps its own gradient, and starves what comes before.",
                ("holds", "holds"): "Large weights change neither of its gradients.",
                ("rises", "rises"): "It floods itself, and what comes before.",
                ("rises", "falls"): "It floods itself, and starves what comes before.",
                ("rises", "holds"): "It floods itself, and not what comes before.",
            }[own, passed]
        )

    def shows(self, story: Story) -> Sentence:
        """Describe the last motion."""
        found = factors(story)
        if len(found) < 3:
            return sentence("Both arms are lit again, and the units step back.")
        reaches = story.passed_way == "rises" and story.picture is not None
        fills = " The example fills with amber." if reaches else ""
        return sentence(
            f"The units step back, and both arms are lit: times {{a}}, and times {{b}}.{fills}",
            a=found["own"],
            b=found["passed"],
        )

    def moves(self, film: SaturationStage) -> None:
        """Light both, and let what goes back run into what the layer has read.

        The units step back: the last picture is of the weights, and of what came of both arms.
        """
        own = own_words(film)
        flooding = []
        if film.soaked is not None and film.story.passed_way == "rises":
            film.add(film.soaked)
            flooding.append(film.soaked.fill(run_time=1.6))
        film.play(
            film.parting.light(1.0, 1.0, run_time=0.7),
            film.wall.dimmed(BACK, run_time=0.7),
            Dim(film.ways[1], [film.ways[1]], 1 / FAINT, run_time=0.7),
            *(mn.FadeIn(each, run_time=0.7) for each in own),
            *(mn.FadeOut(each, run_time=0.5) for each in film.chain),
            *flooding,
        )

    def moves_on(self, film: SaturationStage) -> None:
        """Point at what became of both as the streams run on, and show the sources."""
        found = [film.factors[name] for name in ("own", "passed") if name in film.factors]
        points = [
            mn.Indicate(word, color=str(word.get_fill_color()), scale_factor=LARGER, run_time=1.1)
            for word in found
        ]
        film.play(
            film.parting.run_on(run_time=1.8),
            *([mn.LaggedStart(*points, lag_ratio=0.6)] if points else []),
        )
        film.cite()
