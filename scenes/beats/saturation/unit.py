"""The first act: one unit."""

from __future__ import annotations

import manim as mn

from backprop_core.passes.activations import LEAK, SATURATED_BELOW
from scenes.beats.saturation.stage import SaturationStage, Story
from scenes.kit.beat import Beat
from scenes.kit.layout import GAP, SAFE, point
from scenes.kit.theme import LABEL
from scenes.words.figures import Sentence, constant, measured, sentence, setting
from scenes.words.networks import ACTIVATION_WORDS

OUT, NEARER = 0.97, 0.83
"""How far out the unit goes, as a part of the span; and how far back, as a part of that."""


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


class FarOut(Beat[Story, SaturationStage]):
    """The unit shows how much it lets through at best, and how little where it is flat."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say how large the slope is at best, and far out."""
        if story.activation == "sigmoid":
            return sentence("A quarter at best; out here, almost nothing.")
        if story.activation == "tanh":
            return sentence("All of it at best; out here, almost nothing.")
        if story.activation == "relu":
            return sentence("All of it on this side of zero; on the other, nothing.")
        if story.activation == "leaky_relu":
            return sentence("All of it on this side of zero; on the other, a hundredth.")
        return sentence("All of it, everywhere: a linear unit never saturates.")

    def shows(self, story: Story) -> Sentence:
        """Describe the ends of the slide."""
        if story.border is None:
            return sentence("The dot slides out to both sides, and the beam stays as it is.")
        if story.border == 0:
            return sentence(
                "The dot slides over zero, z = {zero}, and the rim turns rust: the unit is "
                f"{story.state}. Hardly any beam leaves.",
                zero=constant("zero", "0"),
            )
        return sentence(
            "The dot goes to the middle, z = {zero}, where a slope of {top} is read, and on to "
            "an end of the curve. Beyond z = {border} less than {part} of the slope is left: "
            "the rim turns rust, the unit is saturated.",
            zero=constant("zero", "0"),
            top=setting("max_slope", story.max_slope),
            border=measured("border", story.border),
            part=setting("saturated_below", 100 * SATURATED_BELOW, unit="%"),
        )

    def moves(self, film: SaturationStage) -> None:
        """Go to the best place, wait, and go out."""
        best, far = ends(film)
        with film.counting(film.slope):
            film.play(film.unit.slide_to(best), run_time=1.0)
            film.rest(0.5)
            film.play(film.unit.slide_to(far), run_time=1.8)

    def moves_on(self, film: SaturationStage) -> None:
        """Name the state, and stay where it is flat; or go to the other end where nothing is."""
        film.state = self._state(film)
        film.play(mn.FadeIn(film.state), run_time=0.6)
        far = ends(film)[1]
        with film.counting(film.slope):
            if film.story.border is None:
                film.play(film.unit.slide_to(-far), run_time=2.4)
            else:
                film.play(film.unit.slide_to(NEARER * far), run_time=1.2)
                film.play(film.unit.slide_to(far), run_time=1.2)

    def _state(self, film: SaturationStage) -> mn.VGroup:
        """Set the definition of the state in two lines, at the top left."""
        story, color = film.story, film.theme.saturated
        part = setting("saturated_below", 100 * SATURATED_BELOW, unit="%")
        lines = {
            "saturated": sentence("a slope under {p} of the best", p=part),
            "off": sentence("no slope at all"),
            "leaking": sentence("a slope of {s}", s=setting("leak", LEAK)),
        }
        if story.border is None:
            return mn.VGroup()
        name = film.pen.label(story.state, color, 40)
        rule = film.pen.label(lines[story.state], film.theme.ink, LABEL)
        name.align_to(point(SAFE.left, SAFE.top), mn.UL)
        rule.next_to(name, mn.DOWN, buff=GAP / 2).align_to(name, mn.LEFT)
        return mn.VGroup(name, rule)


def ends(film: SaturationStage) -> tuple[float, float]:
    """Return where the slope is best, and a place far out where there is least."""
    if film.story.border == 0:
        return 0.5 * film.span, -OUT * film.span
    return 0.0, OUT * film.span
