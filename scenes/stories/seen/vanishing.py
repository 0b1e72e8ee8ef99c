"""What `vanishing` shows, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from backprop_core.verdicts.trend import median_factor
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.stories.seen.writing import listed
from scenes.stories.vanishing import VanishingStory
from scenes.words.figures import (
    Figure,
    Sentence,
    count,
    index,
    joined,
    magnitude,
    measured,
    sentence,
)

NETWORK = "Above, the network as a diagram, a column of nodes for each layer"


def seen(story: VanishingStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    first_and_last = ends(story)
    return {
        "training_run": _training(story),
        "forward_pass": "From left to right the nodes fill with the activations of one example, "
        "each layer scaled to its largest.",
        "one_step": sentence(
            "An equation in large figures: the gradient at layer {k} = the gradient at layer {l}"
            + ", through the weights" * bool(np.isfinite(story.factors.weight_part[-1]))
            + ", times the slopes" * bool(np.isfinite(story.factors.slope_part[-1]))
            + ". In the diagram the nodes of both layers light up.",
            k=index(story.depth - 1),
            l=index(story.depth),
        ),
        "drawn_to_scale": "From the last layer down the nodes light up in the colour of their "
        "gradient, and below the diagram a bar rises for each layer, as tall as its gradient.",
        "logarithmic": "The bars leave, and the axis turns logarithmic."
        if story.theory is None
        else "The bars leave, the axis turns logarithmic, and a dashed line is drawn: "
        "what mean-field theory expects.",
        "measured_points": sentence(
            "From the last layer down the measured gradients land: {b} at layer {l}, {a} at layer "
            "{k}. A line joins them.",
            **first_and_last,
        ),
        "other_draws": _band(story),
        "slopes_alone": joined(
            [sentence("A dotted line is drawn:"), story.bound_key(), sentence("would lead there.")],
            " ",
        ),
        "larger_weights": _contrast(story),
        "verdict": "All lines stay."
        if story.first_steps is None
        else "All lines stay. At the right the size of a step beside that of the weights, for the "
        "last and for the first layer.",
    }


def poster(story: VanishingStory) -> Sentence:
    """Describe the last picture."""
    band = ", with a band of other draws" * (story.seeds > 1)
    lines = "; beside them the dashed line of theory and the dotted one of the slopes alone"
    if story.theory is None:
        lines = "; beside them the dotted line of the slopes alone"
    return chart(story, "measured", band + lines)


def chart(story: VanishingStory | RecordedVanishing, points: str, beside: str = "") -> Sentence:
    """Describe network and chart with points of this kind, and what else is beside them."""
    return sentence(
        f"{NETWORK}, coloured by its gradient. Below, a chart of the gradient at each layer on a "
        f"logarithmic axis: {points} points go from {{b}} at layer {{l}} to {{a}} at layer {{k}}, "
        f"by a factor of {{f}} a layer{beside}.",
        f=magnitude("median_factor", median_factor(story.signal)),
        **ends(story),
    )


def ends(story: VanishingStory | RecordedVanishing) -> dict[str, Figure]:
    """Return the first and the last layer, and their gradients."""
    depth = story.depth
    return {
        "k": index(1),
        "l": index(depth),
        "a": magnitude("signal[1]", float(story.signal[0])),
        "b": magnitude(f"signal[{depth}]", float(story.signal[-1])),
    }


def _training(story: VanishingStory) -> str | Sentence:
    if story.history is None:
        return f"{NETWORK}."
    loss = story.history.loss
    curve = sentence(
        f"{NETWORK}. Below, a chart of its loss while it trains, from {{a}} to {{b}}.",
        a=measured("loss[0]", float(loss[0])),
        b=measured("loss[-1]", float(loss[-1])),
    )
    if not story.right:
        return curve
    shares = [joined([sentence("{p}", p=right), of], " ") for of, right in story.right]
    return joined([curve, listed(sentence("At the right, in the end:"), shares)], " ")


def _band(story: VanishingStory) -> str | Sentence:
    if story.seeds == 1:
        return "There is no other draw to be seen: the picture stays."
    return sentence(
        "A band lies behind the measured points: the profiles of {n} random draws.",
        n=count("seeds", story.seeds),
    )


def _contrast(story: VanishingStory) -> str | Sentence:
    if story.other is None:
        return "There is no line to draw: the picture stays."
    words = [sentence("One more line, for"), story.contrast_key()]
    factor = magnitude("contrast_factor", median_factor(story.other))
    return joined([joined(words, " "), sentence("a factor of {f} a layer.", f=factor)], ": ")
