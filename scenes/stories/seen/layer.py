"""What `layer` shows, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scenes.stories.layer import LayerStory
from scenes.stories.seen.writing import in_a_line
from scenes.words.figures import Sentence, constant, count, sentence

CELLS = "a filled cell is a positive number, an outlined one a negative one; large arrays are cut"


def seen(story: LayerStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    code, (units, inputs) = story.code, story.weights.shape
    sizes = {"m": count("units", units), "n": count("inputs", inputs)}
    plus = ", to which b is added," if story.biased else ""
    return {
        "program": sentence(
            "Left, the code: {code}. Right, W with {m} by {n} numbers and x with {n}, as tables "
            f"of cells: {CELLS}.",
            code=constant("code", in_a_line(code.lines)),
            **sizes,
        ),
        "product": sentence(
            "The first line is lit. Row by row, frames around a row of W and around x move onto "
            f"each other{plus} and leave their sum in a new column, {{sums}}.",
            sums=constant("code", code.sums),
        ),
        "squash": "The line with z is lit. Cell by cell the sums pass to a last column, z. A note "
        "says that z is the output of the layer.",
        "slope": "W, x and the sums leave. Beside z a column appears: the slope of each unit.",
        "rounding": "Code, z and slopes stay.",
        "alone": "A note appears: dx and dW are gradients of sum(z).",
        "turned": "z leaves. W comes back, and each of its cells moves to its place in W.T: rows "
        "become columns.",
        "passed_gradient": "Row by row W.T meets the slopes; each sum fills a cell of dx, one for "
        "each input.",
        "own_gradient": "W.T leaves, the last line is lit. The slopes stand as a column, x lies "
        "above as a row; row by row, each product of a slope and an input fills a cell of dW. dx "
        "lies below, as a row like x.",
        "verdict": "The lines that hold the slope are lit, and frames stand around the slopes.",
    }


def poster(story: LayerStory) -> Sentence:
    """Describe the last picture."""
    slope = story.gradients.slope
    units, inputs = story.weights.shape
    low, high = (
        story.entry("slope", int(place), 0, 3) for place in (np.argmin(slope), np.argmax(slope))
    )
    return sentence(
        "Left, the code of one layer of {m} units and {n} inputs, the lines of the backward pass "
        "lit. Right, the column of slopes, framed, from {low} to {high}; beside it the table dW, "
        "each cell a slope times an input, with x as a row above and dx as a row below.",
        m=count("units", units),
        n=count("inputs", inputs),
        low=low,
        high=high,
    )
