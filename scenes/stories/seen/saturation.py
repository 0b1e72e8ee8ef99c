"""What `saturation` shows, in words."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_core.passes.activations import ACTIVATIONS
from scenes.stories.saturation import SCALES, SaturationStory
from scenes.words.figures import (
    Figure,
    Sentence,
    constant,
    count,
    measured,
    percent,
    sentence,
    setting,
)
from scenes.words.networks import ACTIVATION_WORDS


def seen(story: SaturationStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    top = setting("max_slope", ACTIVATIONS[story.activation].max_slope)
    kind = ACTIVATION_WORDS[story.activation]
    scaled = {f"scaled_{SCALES[n]}": _scaled(story, n) for n in range(1, len(SCALES))}
    return {
        "one_unit": f"Two charts over the same z: the curve of a {kind} unit, and its slope below. "
        "A dot on each slides from far left to far right; output and slope stand beside them as "
        "numbers that follow.",
        "largest": sentence(
            "The dots slide back, and a dotted line marks the largest slope there is, {top}.",
            top=top,
        ),
        "flats": _flats(story),
        "real_layer": "Both charts shrink. Below them, over the same z, rises a histogram: the "
        "share of all units, for all examples, in each bin; where they are "
        f"{story.state} the bars are hatched.",
        "question": "An empty chart appears at the right: the root mean square of dW and of dx, "
        "over the scale of the weights. Time to guess.",
        **scaled,
        "own_gradient": _drawn("Dots and a line for dW", "dW", story),
        "passed_gradient": _drawn("Rings and a line for dx", "dx", story),
        "verdict": "The whole picture stays.",
    }


def poster(story: SaturationStory) -> Sentence:
    """Describe the last picture."""
    last = story.passes[-1]
    kind = ACTIVATION_WORDS[story.activation]
    return sentence(
        f"Left, over the same z: a {kind} unit's curve, its slope, and a histogram of a layer "
        f"with weights {{s}} times as large, {{p}} of it {story.state}. Right, a chart over the "
        "scale of the weights: from {one} to {s} times, dW goes from {a} to {b}, dx from {c} "
        "to {d}.",
        s=count("largest_scale", SCALES[-1]),
        p=percent(f"saturated[{SCALES[-1]}]", last.saturated),
        one=constant("scale", "1"),
        a=_size(story, "dW", 0),
        b=_size(story, "dW", -1),
        c=_size(story, "dx", 0),
        d=_size(story, "dx", -1),
    )


def _flats(story: SaturationStory) -> str | Sentence:
    if story.border is None:
        return "The dots slide back to the left."
    if story.border == 0:
        zero = constant("zero", "0")
        return sentence("A dotted line marks z = {z}, and the dots slide there.", z=zero)
    return sentence(
        "Dotted lines at z = {z}, on both sides of zero, mark where saturation begins; the dots "
        "slide to one of them.",
        z=measured("border", story.border),
    )


def _scaled(story: SaturationStory, number: int) -> Sentence:
    scale = SCALES[number]
    return sentence(
        "The weights grow to {s} times; the bars of the histogram follow. The median slope is now "
        "{m}.",
        s=count("scale", scale),
        m=measured(f"median_slope[{scale}]", story.passes[number].median_slope),
    )


def _drawn(start: str, name: str, story: SaturationStory) -> Sentence:
    return sentence(
        f"{start} appear in the chart at the right, from {{a}} to {{b}}.",
        a=_size(story, name, 0),
        b=_size(story, name, -1),
    )


def _size(story: SaturationStory, name: str, number: int) -> Figure:
    size = float(getattr(story.passes[number], f"rms_{name}"))
    return measured(f"{name}[{SCALES[number]}]", size)
