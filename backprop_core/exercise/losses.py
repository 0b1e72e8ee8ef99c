"""Mistakes about the mean over the examples, which all loss functions share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.task import Mistake

SHAPES = {
    "5 examples, 4 classes": (5, 4),
    "1 example, 4 classes": (1, 4),
    "4 examples, 4 classes": (4, 4),
    "3 examples, 1 class": (3, 1),
}
"""Maps the names of cases to the shapes (examples, classes) of the scores."""
ROWS_TAKEN = Mistake(
    "rows_taken",
    "index",
    "[y] takes whole rows, those whose numbers are in y, in place of one entry of each row",
    "the right class of example i stands at [i, y[i]]: an index of the example is missing",
)
"""Mistake of functions that look up the right class of each example."""
LOSS_MISTAKES = (
    Mistake(
        "summed",
        "mean",
        "the losses of the examples are summed where they should be averaged",
        "divide by the number of examples, and by nothing else",
    ),
    Mistake(
        "averaged_over_entries",
        "mean",
        "it is averaged over the outputs, too: divided by more than the number of examples",
        "sum over the outputs of an example; then average over the examples",
    ),
    Mistake(
        "not_averaged",
        "mean",
        "one number an example comes back where one number is wanted",
        "average the losses of the examples in the end",
    ),
    Mistake("sign", "sign", "the sign is turned round", "a loss is never below 0"),
)
"""Mistakes of a loss that is one number."""

GRADIENT_MISTAKES = (
    Mistake(
        "summed",
        "mean",
        "the division by the number of examples is missing: it is the gradient of a sum where the "
        "loss is a mean",
        "the loss holds a 1/N, so its gradient does",
    ),
    Mistake(
        "averaged_over_entries",
        "mean",
        "it is divided by the number of outputs, too",
        "the loss sums over the outputs and averages over the examples alone: which N divides?",
    ),
    Mistake(
        "sign",
        "sign",
        "the sign is turned round: this leads uphill",
        "raise the score of the right class a little: which way does the loss go?",
    ),
)
"""Mistakes of its gradient with respect to the scores."""


def mean_loss(each: FloatArray, outputs: int, made: frozenset[str]) -> FloatArray:
    """Return the mean of the losses of the examples, with the mistakes `made`."""
    if "sign" in made:
        each = -each
    if "not_averaged" in made:
        return each
    if "summed" in made:
        return np.asarray(each.sum())
    return np.asarray(each.mean() / (outputs if "averaged_over_entries" in made else 1))


def mean_gradient(each: FloatArray, made: frozenset[str]) -> FloatArray:
    """Return the gradient of the mean from those of the examples, (examples, outputs)."""
    if "sign" in made:
        each = -each
    if "summed" in made:
        return each
    return np.asarray(each / (each.size if "averaged_over_entries" in made else len(each)))


def one_hot(arguments: Mapping[str, Any]) -> FloatArray:
    """Return 1 at the class of each example and 0 elsewhere, (examples, outputs)."""
    return np.asarray(np.eye(arguments["z"].shape[1])[arguments["y"]])
