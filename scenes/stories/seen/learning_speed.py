"""What `learning_speed` shows, in words."""

from __future__ import annotations

from collections.abc import Mapping

from scenes.stories.learning_speed import LearningSpeedStory
from scenes.stories.milestone import reckoned
from scenes.stories.seen.writing import listed
from scenes.stories.speeds import Course
from scenes.words.figures import Kind, Sentence, count, index, joined, sentence


def seen(story: LearningSpeedStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    ran = story.this.history is not None
    return {
        "speed": "Left, the network as a diagram, with a key to the colours of its edges: how fast "
        f"the weights of a layer move. Right, two empty charts over {story.steps_word(2)}: the "
        "loss, and below it update:weight on a logarithmic axis, with a dotted line at the rule of "
        "thumb.",
        "diverges": "The charts stay empty.",
        "first_epoch": f"The first {story.unit} runs: the edges glow, a line for each layer begins "
        "in the lower chart, the curve of the loss in the upper one. Numbers at the left follow.",
        "plateau": _until(story.this, story.this.plateau if ran else None, "this.plateau"),
        "wakes": _until(story.this, story.this.wakes if ran else None, "this.wakes"),
        "outcome": _outcome(story),
        "epochs_lost": _reference(story),
        "other_draws": "There is no band: the picture stays."
        if len(story.draws) < 2 or story.this.history is None
        else "Bands come in behind the loss, and behind the lines of the first and the last layer: "
        "all that the other draws do.",
        "another_depth": _other(story),
        "verdict": "A table at the left: update:weight of the first layer in the first epoch, for "
        "each depth.",
    }


def poster(story: LearningSpeedStory) -> Sentence:
    """Describe the last picture."""
    if not story.runs:
        return sentence(
            "A network as a diagram beside two empty charts, of loss and update:weight: every run "
            "overflowed."
        )
    losses = [
        sentence("{v} with {d} layers", v=run.loss(-1), d=run.depth_figure) for run in story.runs
    ]
    speeds = [
        sentence("{v} with {d} layers", v=run.speed(1, 1), d=run.depth_figure) for run in story.runs
    ]
    epoch = {"l": index(1), "n": count("epoch", 1, Kind.INDEX)}
    parts = (
        sentence(
            "Left, a network whose edges are coloured by how fast they learn. Right, charts over "
            f"{story.steps_word(2)}: the loss, which ends at"
        ),
        joined(losses, ", "),
        sentence(
            f"; below it update:weight of each layer. In {story.unit} {{n}} that of layer {{l}} is",
            **epoch,
        ),
    )
    return listed(joined([joined(parts[:2], " "), parts[2]], ""), speeds)


def _until(run: Course, epoch: int | None, name: str) -> str | Sentence:
    if epoch is None:
        return ""
    return sentence(
        "Training goes on to {n}: lines grow, edges change their colour. The loss is {v}.",
        n=reckoned(name, epoch),
        v=run.loss(epoch),
    )


def _outcome(story: LearningSpeedStory) -> str | Sentence:
    if story.this.history is None:
        return ""
    return sentence(
        "Training goes on to its end, at {n}: the loss is {v}.",
        n=count("epochs", story.epochs),
        v=story.this.loss(-1),
    )


def _reference(story: LearningSpeedStory) -> str | Sentence:
    run = story.reference
    if run is None or run.history is None:
        return "No other curve is drawn."
    return sentence(
        "In the upper chart the loss with {d} layers is drawn, down to {v}; rings mark where a "
        "run is halfway.",
        d=run.depth_figure,
        v=run.loss(-1),
    )


def _other(story: LearningSpeedStory) -> str | Sentence:
    run = story.other
    if run is None or run.history is None:
        return "The picture stays."
    return sentence(
        "A diagram of {d} layers takes the place of the first, and its training runs from the "
        "start: the loss ends at {v}. In the lower chart its layers move beside the first layer "
        "of the network before.",
        d=run.depth_figure,
        v=run.loss(-1),
    )
