"""The first act: one unit."""

from __future__ import annotations

import manim as mn
import numpy as np

from backprop_core.passes.activations import LEAK, SATURATED_BELOW
from scenes.beats.saturation.stage import SaturationStage, Story
from scenes.kit.beat import Beat
from scenes.kit.layout import GAP
from scenes.kit.theme import LABEL
from scenes.words.figures import Sentence, constant, measured, sentence, setting
from scenes.words.networks import ACTIVATION_WORDS

OUT = 0.97
"""How far out the unit goes, as a part of the span."""
STATE, STATE_AT = 40, 54.0
"""Size of the name of a state, and at how many degrees of the rim it stands."""


class OneUnit(Beat[Story, SaturationStage]):
    """A unit slides to where it is steepest."""

    def says(self, story: Story) -> Sentence:
        """Say what the slope is for."""
        return sentence("This slope multiplies the gradient.")

    def shows(self, story: Story) -> Sentence:
        """Describe the unit."""
        kind = ACTIVATION_WORDS[story.activation]
        return sentence(
            f"A {kind} unit as tall as the picture: a circle with its curve, a dot where it "
            "stands, and the tangent there. An amber beam, the gradient, comes in at the right "
            "and leaves at the left, as narrow as the slope makes it. The dot slides, the tangent "
            "tilts, and the beam that leaves grows."
        )

    def moves(self, film: SaturationStage) -> None:
        """Slide up the curve, a little on, and back."""
        with film.counting(film.slope):
            film.play(film.unit.slide_to(0.1 * film.span), run_time=2.4)
            film.play(film.unit.slide_to(0.3 * film.span), film.heading_leaves(), run_time=1.3)


class Best(Beat[Story, SaturationStage]):
    """The unit shows how much it lets through at best."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say how large the slope is at best."""
        if story.activation == "sigmoid":
            return sentence("At best, a quarter.")
        if story.activation == "tanh":
            return sentence("At best, all of it.")
        if story.border == 0:
            return sentence("On this side of zero, all of it.")
        return sentence("A linear unit lets all of it through.")

    def shows(self, story: Story) -> Sentence:
        """Describe the best place."""
        return sentence(
            "The dot goes to where the slope is largest, and rests there: {top}.",
            top=setting("max_slope", story.max_slope),
        )

    def moves(self, film: SaturationStage) -> None:
        """Go to the best place."""
        with film.counting(film.slope):
            film.play(film.unit.slide_to(ends(film)[0]), run_time=1.1)


class FarOut(Beat[Story, SaturationStage]):
    """The unit shows how little it lets through where it is flat."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say how small the slope is far out."""
        if story.activation == "relu":
            return sentence("On the other side, nothing.")
        if story.activation == "leaky_relu":
            return sentence("On the other side, a hundredth.")
        if story.border is None:
            return sentence("And out here, too: it never saturates.")
        return sentence("Out here, almost nothing.")

    def shows(self, story: Story) -> Sentence:
        """Describe the slide to an end."""
        if story.border is None:
            return sentence("The dot slides out, and the beam stays as it is.")
        if story.border == 0:
            return sentence(
                "The dot slides over zero, z = {zero}, and the rim turns rust: the unit is "
                f"{story.state}. Hardly any beam leaves.",
                zero=constant("zero", "0"),
            )
        return sentence(
            "The dot slides on to an end of the curve. Beyond z = {border} less than {part} of "
            "the slope is left: the rim turns rust, and beside it stands its name, saturated.",
            border=measured("border", story.border),
            part=setting("saturated_below", 100 * SATURATED_BELOW, unit="%"),
        )

    def moves(self, film: SaturationStage) -> None:
        """Go out."""
        with film.counting(film.slope):
            film.play(film.unit.slide_to(ends(film)[1]), run_time=1.6)

    def moves_on(self, film: SaturationStage) -> None:
        """Name the state at the rim."""
        film.state = self._state(film)
        if len(film.state):
            film.play(mn.FadeIn(film.state, shift=GAP * mn.RIGHT), run_time=0.6)

    def _state(self, film: SaturationStage) -> mn.VGroup:
        """Set the name of the state and its definition beside the rim, at the upper right."""
        story, color, unit = film.story, film.theme.saturated, film.unit
        part = setting("saturated_below", 100 * SATURATED_BELOW, unit="%")
        lines = {
            "saturated": sentence("under {p} of the best slope", p=part),
            "off": sentence("no slope at all"),
            "leaking": sentence("a slope of {s}", s=setting("leak", LEAK)),
        }
        if story.border is None:
            return mn.VGroup()
        name = film.pen.label(story.state, color, STATE)
        rule = film.pen.label(lines[story.state], film.theme.ink, LABEL)
        # The lower line is nearer to where the rim is widest.
        rim = unit.middle + unit.radius * mn.rotate_vector(mn.RIGHT, np.radians(STATE_AT))
        rule.next_to(rim, mn.RIGHT, buff=1.5 * GAP)
        name.next_to(rule, mn.UP, buff=GAP / 2).align_to(rule, mn.LEFT)
        return mn.VGroup(name, rule)


def ends(film: SaturationStage) -> tuple[float, float]:
    """Return where the slope is best, and a place far out where there is least."""
    if film.story.border == 0:
        return 0.5 * film.span, -OUT * film.span
    return 0.0, OUT * film.span
