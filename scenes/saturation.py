"""Saturation: what large weights do to one layer.

Storyboard, with the numbers of the default experiment (digits, the first layer of 30 sigmoids):

1. One unit as tall as the stage. Its tangent tilts, and the beam that leaves grows with it.
2. It slides to its best place, 0.250, and out to where it is saturated: 0.00283.
3. The camera goes back: it is one of 30, which read one digit. Over all, 0.2 % are saturated.
4. A gradient of 1 comes in, and leaves twice: dW, 0.196, to the weights; dx, 0.168, to the input.
5. Question: the weights grow thirty times; which of the two grows?
6. One take: tangents lie down, rust spreads to 86 %, dW narrows to 0.0432, dx swells to 1.04.
7. dW alone: less slope.
8. dx again: out of the layer it is as thin as dW, and it swells as it passes the weights.
9. dW times 0.221, dx times 6.2: the layer starves itself and floods what comes before.
"""

from __future__ import annotations

from scenes.beats.saturation.growth import Grow, Own, Passed, Slopes, Verdict, factors
from scenes.beats.saturation.layer import Layer, Question, Streams
from scenes.beats.saturation.stage import SaturationStage
from scenes.beats.saturation.unit import FarOut, OneUnit
from scenes.words.figures import Sentence, sentence


class Saturation(SaturationStage):
    """A layer's units leave the slope as its weights grow; its two gradients part ways."""

    order = 40
    asked_by = ("question",)
    title = "Where the slope dies"
    summary = "The slope of a unit, and what large weights do to the two gradients of a layer"
    description = (
        "A unit slides along its curve, and a beam shows how little its slope lets through. Then a "
        "real layer: its weights grow 30 times. One of its two gradients starves. Which one?"
    )
    opening_question = (
        "The weights of a layer grow. What becomes of the gradient of its weights, and what of "
        "the gradient that it passes back?"
    )
    misconception = (
        "Students expect a saturated layer to pass back less in any case. Its slopes are smaller, "
        "but what goes back is also multiplied by its weights, and these are larger."
    )
    seconds = 67
    reads = ("seed", "dtype", "network", "data", "film")
    recordings = 1
    directed = True
    sources = ("karpathy",)

    beats = (
        OneUnit(),
        FarOut(),
        Layer(),
        Streams(),
        Question(),
        Grow(),
        Slopes(),
        Own(),
        Passed(),
        Verdict(),
    )

    def subtitle(self) -> Sentence:
        """Describe the layer."""
        return self.story.subtitle()

    def poster(self) -> Sentence:
        """Describe the last picture."""
        found = factors(self.story)
        if len(found) < 2:
            return sentence("A wall of units with curve, dot and tangent, and no stream beside it.")
        return sentence(
            "A wall of units with curve, dot and tangent. A wide amber stream comes in at its "
            "right. At its left two leave, with marks of how wide they were: dW, times {a}, and "
            "dx, times {b}.",
            a=found["own"],
            b=found["passed"],
        )
