"""What `landscape` shows, in words."""

from __future__ import annotations

from collections.abc import Mapping

from scenes.stories.landscape import LandscapeStory
from scenes.words.figures import Sentence, constant, sentence


def seen(story: LandscapeStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    one, zero = constant("one", "1"), constant("zero", "0")
    averages = {f"average_{n}": _average(story, n) for n in story.stages[1:]}
    return {
        "ramps": sentence(
            "A chart of the loss of one example along a random direction a. In it a ramp for each "
            "wrong class, which is zero on one side of its kink. In formulas: the loss is the sum "
            "over all wrong classes j of max({zero}, s_j − s_y + {one}), where s is "
            "(W + a U + b V) x.",
            one=one,
            zero=zero,
        ),
        "total": "Their sum is drawn over them, a line of straight pieces, with a dot at each "
        "kink.",
        "slope": "A point slides along the sum from left to right. Loss, slope and the number of "
        "ramps above zero follow at the right; those ramps light up.",
        "plane": sentence(
            "The curve sinks onto a level line, and around it rises a map: the loss of that "
            "example over two directions, a across and b upwards, coloured from {low} to {high}.",
            low=story.lowest(1),
            high=story.highest(1),
        ),
        "facets": "The kinks are drawn as straight lines on the map.",
        "downhill": sentence(
            "Arrows point downhill, all over the map; where there is no slope, on {p} of it, the "
            "map is hatched.",
            p=story.flat(1),
        ),
        **averages,
        "flat": sentence(
            "The share of the map that is flat is pointed at: {p}.", p=story.flat(story.examples)
        ),
        "verdict": "The kink lines fade; map and arrows stay.",
    }


def poster(story: LandscapeStory) -> Sentence:
    """Describe the last picture."""
    n = story.examples
    return sentence(
        "A map of the hinge loss of a linear classifier over two random directions of its weights, "
        f"averaged over {{n}} example{'s' * (n > 1)} and coloured from {{low}} to {{high}}. Arrows "
        "point downhill. Kink lines, {k} of them, have faded; {p} of it is flat.",
        n=story.averaged(n),
        low=story.lowest(n),
        high=story.highest(n),
        k=story.lines(n),
        p=story.flat(n),
    )


def _average(story: LandscapeStory, examples: int) -> Sentence:
    return sentence(
        "The number of examples counts up to {n}; map, arrows and kink lines change with it. The "
        "mean loss on the map is now {low} to {high}, {p} of the map is flat.",
        n=story.averaged(examples),
        low=story.lowest(examples),
        high=story.highest(examples),
        p=story.flat(examples),
    )
