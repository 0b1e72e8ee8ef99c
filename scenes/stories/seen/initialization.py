"""What `initialization` shows, in words."""

from __future__ import annotations

from collections.abc import Mapping

from scenes.stories.initialization import InitializationStory
from scenes.stories.seen.writing import listed
from scenes.words.figures import Sentence, count, index, joined, sentence


def seen(story: InitializationStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    many = story.seeds.value > 1
    return {
        "histograms": sentence(
            "Three columns, for gains {a}, {b} and {c}. In each a histogram of z over all units of "
            f"layer {{l}} and all examples; {story.state} ones are hatched.",
            l=index(story.layer),
            **{letter: story.gain(number) for number, letter in enumerate("abc")},
        ),
        "saturation": f"Above each histogram appears the share of it that is {story.state}.",
        "gradients": "The histograms shrink. Below each a chart of the gradient at every layer is "
        "drawn, all three on the same logarithmic axis, with the factor of a layer beside it.",
        "question": "The three columns stay, and leave time to guess.",
        "answer": _runs(story),
        "points": "The chart shrinks to the left. Beside it an empty one, of the loss in the end "
        "over the gain; the end of each curve moves there, above its gain.",
        "many_gains": sentence(
            "A line through the losses of {k} gains from {a} to {c}, of {s} draw"
            + ("s of each: their median, and a band of all." if many else " of each."),
            k=count("gains", len(story.this.gains)),
            a=story.gain(0),
            c=story.gain(2),
            s=story.seeds,
        ),
        "theory": _flags(story),
        "depths": sentence(
            f"A second line, with rings{' and a band' * many}, for {{d}} layers.",
            d=story.other.depth,
        ),
    }


def poster(story: InitializationStory) -> Sentence:
    """Describe the last picture."""
    start = sentence(
        "Left, the loss of three runs over the epochs, with gains {a}, {b} and {c}. Right, the "
        "loss after training over the gain, from {a} to {c}: a line with dots for {d} layers",
        d=story.this.depth,
        **{letter: story.gain(number) for number, letter in enumerate("abc")},
    )
    best = _best(story)
    end = sentence(" and one with rings for {e} layers.", e=story.other.depth)
    if best is not None:
        start = joined([start, best], ", ")
    return joined([start, end], "")


def _best(story: InitializationStory) -> Sentence | None:
    if not story.has_best:
        return None
    return sentence("lowest at gain {g},", g=story.best_gain)


def _runs(story: InitializationStory) -> Sentence:
    parts = [
        sentence("The columns leave. In one chart the three losses are drawn over the epochs:")
    ]
    for number, history in enumerate(story.histories):
        g = story.gain(number)
        if history is None:
            parts.append(sentence("gain {g} overflows", g=g))
        else:
            parts.append(sentence("gain {g} ends at {v}", g=g, v=story.last_loss(number)))
    return listed(parts[0], parts[1:])


def _flags(story: InitializationStory) -> str | Sentence:
    parts = []
    if story.kept is not None:
        parts.append(joined([sentence("a dashed one that says"), story.kept_flag()], " "))
    if story.has_best:
        parts.append(joined([sentence("a solid one that says"), story.best_flag()], " "))
    if not parts:
        return "The picture stays."
    return listed(sentence("Flags stand over the gains:"), parts)
