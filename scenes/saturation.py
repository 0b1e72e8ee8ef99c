"""Saturation: what large weights do to one layer.

Storyboard, with the numbers of the default experiment (digits, the first layer of 30 sigmoids):

1. One unit as tall as the stage. Its tangent tilts, and the beam that leaves grows with it.
2. It slides to its best place, 0.250, and rests; then out to where it is saturated: 0.00295.
3. The camera goes back with the beam still in it: the unit is one of 30, which inherit the beam. A
   digit comes, is read through the weights, and moves them: 0 of 30 are saturated.
4. The gradient goes two ways: to the weights, and through them back to the input.
5. Question: a knob, and the weights grow thirty times; which of the two grows?
6. One take: lines thicken, tangents lie down, 26 of 30 rust, one arm narrows, and one swells.
7. The lower arm alone: less slope, times 0.2.
8. The upper one: it sets out times 0.2, passes the weights, times 30, and arrives times 6.
9. It runs into the digit, which fills: the layer starves itself and floods what comes before.
"""

from __future__ import annotations

from scenes.beats.saturation.factors import factors
from scenes.beats.saturation.growth import Grow, Own, Passed
from scenes.beats.saturation.layer import Layer, Question, Streams
from scenes.beats.saturation.stage import SaturationStage
from scenes.beats.saturation.unit import Best, FarOut, OneUnit
from scenes.beats.saturation.verdict import Verdict
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
    seconds = 55
    reads = ("seed", "dtype", "network", "data", "film")
    recordings = 1
    directed = True
    sources = ("karpathy",)

    beats = (
        OneUnit(),
        Best(),
        FarOut(),
        Layer(),
        Streams(),
        Question(),
        Grow(),
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
        if len(found) < 3:
            return sentence("A wall of units with curve, dot and tangent, and no stream beside it.")
        return sentence(
            "A wall of units with curve, dot and tangent. A wide amber stream comes in at its "
            "right. At its left two leave, with dashes of how wide they were: to the weights, "
            "times {a}, and through the thick lines of the weights back to the input, times {b}.",
            a=found["own"],
            b=found["passed"],
        )
