"""What `preprocessing` shows, in words."""

from __future__ import annotations

from collections.abc import Mapping

from scenes.stories.input_versions import Side
from scenes.stories.preprocessing import PreprocessingStory
from scenes.stories.seen.writing import listed
from scenes.words.figures import Sentence, count, index, sentence


def seen(story: PreprocessingStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    raw, standardized = story.sides
    return {
        "data": _data(story),
        "raw_start": _start("left", story, raw),
        "standardized_start": _start("right", story, standardized),
        "gradient": sentence(
            "The charts of the features leave. In their place come two charts over the epochs, the "
            "norm of dW of layer {l} and the loss, with a dot for each run where it begins.",
            l=index(1),
        ),
        "first_epoch": _epoch("One epoch runs", story, min(1, story.epochs)),
        "more_epochs": _epoch("Training runs on", story, story.epochs),
        "losses": _losses(story),
        "verdict": "The whole picture stays.",
    }


def poster(story: PreprocessingStory) -> Sentence:
    """Describe the last picture."""
    raw, standardized = (side.saturated(story.epochs) for side in story.sides)
    start = sentence(
        "Two histograms of the pre-activations of layer {l} after {n} epochs: on raw inputs {p} "
        f"{story.state}, on standardised ones {{q}}. Beside them charts over the epochs, of the "
        "norm of dW of that layer and of the loss:",
        l=index(1),
        n=count("epochs", story.epochs),
        p=raw,
        q=standardized,
    )
    return listed(start, [_ending(side) for side in story.sides])


def _ending(side: Side) -> Sentence:
    if side.history is None:
        return sentence(f"overflow on {side.words} inputs")
    return sentence(f"{{v}} in the end on {side.words} inputs", v=side.loss_spread(-1))


def _data(story: PreprocessingStory) -> Sentence:
    parts = []
    for side in story.sides:
        mean, std = side.moments()
        parts.append(
            sentence(f"{side.words} inputs with mean {{m}} and deviation {{s}}", m=mean, s=std)
        )
    start = sentence(
        "Two columns, each with the curve of the activation over an empty histogram; at the right "
        "two charts of mean and deviation of each feature:"
    )
    return listed(start, parts)


def _start(where: str, story: PreprocessingStory, side: Side) -> Sentence:
    return sentence(
        f"In the {where} column the histogram of z of layer {{l}} rises, on {side.words} inputs: "
        f"{{p}} of it {story.state}, median slope {{m}}.",
        l=index(1),
        p=side.saturated(0),
        m=side.median_slope(0),
    )


def _epoch(start: str, story: PreprocessingStory, epoch: int) -> str | Sentence:
    if epoch == 0:
        return "Nothing moves."
    raw, standardized = story.sides
    return sentence(
        f"{start}: both histograms move, and the lines of dW grow. The median slope is now {{a}} "
        "on raw inputs, {b} on standardised ones.",
        a=raw.median_slopes(epoch),
        b=standardized.median_slopes(epoch),
    )


def _losses(story: PreprocessingStory) -> str | Sentence:
    parts = [
        sentence(
            f"on {side.words} inputs {{a}} at first, {{b}} in the end",
            a=side.loss(0),
            b=side.loss_spread(-1),
        )
        for side in story.sides
        if side.history is not None
    ]
    if not parts:
        return "No curve is drawn."
    start = "In the lower chart the losses are drawn:"
    if any(side.neighbour_curves for side in story.sides):
        start = (
            "In the lower chart the losses are drawn, with thin lines for runs whose weights "
            "differ in their last digits and that end elsewhere:"
        )
    return listed(sentence(start), parts)
