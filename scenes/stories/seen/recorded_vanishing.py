"""What `vanishing` shows of a recorded network, in words."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_core.verdicts.trend import median_factor
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.stories.seen.vanishing import NETWORK, chart, ends
from scenes.words.figures import Sentence, index, joined, magnitude, measured, sentence


def seen(story: RecordedVanishing) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    first_and_last = ends(story)
    found: dict[str, str | Sentence] = {
        "training_run": _training(story),
        "forward_pass": "From left to right the nodes fill with the activations of one example, "
        "each layer scaled to its largest.",
        "one_step": sentence(
            "An equation in large figures: the gradient at layer {k} = the gradient at layer {l}, "
            "through the weights, times the slopes.",
            k=index(story.depth - 1),
            l=index(story.depth),
        ),
        "drawn_to_scale": "From the last layer down the nodes light up in the colour of their "
        "gradient, and below the diagram a bar rises for each layer, as tall as its gradient.",
        "logarithmic": "The bars leave, and the axis turns logarithmic.",
        "measured_points": sentence(
            "From the last layer down the measured gradients land: {b} at layer {l}, {a} at layer "
            "{k}. A line joins them.",
            **first_and_last,
        ),
        "verdict": "All lines stay.",
    }
    if story.bound is not None:
        found["slopes_alone"] = joined(
            [sentence("A dotted line is drawn:"), story.bound_key(), sentence("would lead there.")],
            " ",
        )
    if story.other is not None:
        words = [sentence("One more line, for"), story.contrast_key()]
        factor = magnitude("contrast_factor", median_factor(story.other))
        after = sentence("a factor of {f} a layer.", f=factor)
        found["larger_weights"] = joined([joined(words, " "), after], ": ")
    return found


def poster(story: RecordedVanishing) -> Sentence:
    """Describe the last picture."""
    return chart(story, "recorded")


def _training(story: RecordedVanishing) -> str | Sentence:
    loss = story.losses
    if loss is None:
        return f"{NETWORK}."
    return sentence(
        f"{NETWORK}. Below, a chart of its loss over the recorded passes, from {{a}} to {{b}}.",
        a=measured("loss[0]", float(loss[0])),
        b=measured("loss[-1]", float(loss[-1])),
    )
