"""What `leak` shows, in words."""

from __future__ import annotations

from collections.abc import Mapping

from scenes.stories.leak import BACKWARD, CODE, LeakStory
from scenes.stories.seen.writing import in_a_line, listed
from scenes.stories.training_run import Run
from scenes.words.figures import Sentence, joined, sentence


def seen(story: LeakStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    return {
        "code": f"Line by line, program text appears at the left: {in_a_line(CODE)}.",
        "first_run": _run("A chart of the loss comes in beside the code:", story.shallow),
        "second_run": _run("Then, in the same chart:", story.deep),
        "nothing": "A pointer goes down the lines of the code once more, one by one.",
        "leak": f"The pointer rests at {CODE[BACKWARD].strip()}: this line is lit, the others fade."
        " The two curves stay.",
    }


def poster(story: LeakStory) -> Sentence:
    """Describe the last picture."""
    parts = (
        sentence(
            "Left, the code of a training loop; the line with the backward pass is lit. "
            "Right, a chart of the loss over the epochs with two curves:"
        ),
        _curve(story.shallow),
        sentence("and"),
        _curve(story.deep),
    )
    return listed(joined(parts[:-1], " "), parts[-1:])


def _run(start: str, run: Run) -> Sentence:
    if run.history is None:
        words = f"{start} the name of {{d}} layers appears without a curve: overflow."
        return sentence(words, d=run.depth_figure)
    return sentence(
        f"{start} a pointer goes round the loop of the code while the curve of {{d}} layers is "
        "drawn, from {a} to {b}.",
        d=run.depth_figure,
        a=run.loss(0),
        b=run.loss(-1),
    )


def _curve(run: Run) -> Sentence:
    if run.history is None:
        return sentence("none for {d} layers, which overflow", d=run.depth_figure)
    words = "with {d} layers it goes from {a} to {b}"
    return sentence(words, d=run.depth_figure, a=run.loss(0), b=run.loss(-1))
