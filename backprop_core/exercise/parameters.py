"""Mistakes about the gradients of W and b of a layer, which two exercises share."""

from __future__ import annotations

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.task import Mistake

GRADIENT_TRANSPOSED = Mistake(
    "gradient_transposed",
    "dW",
    "dW lies on its side: it is the transpose of what it should be",
    "dW has the shape of W, (units, inputs): which factor comes first?",
    ("dW",),
)
BIAS_NOT_SUMMED = Mistake(
    "bias_not_summed",
    "db",
    "db is not summed over the batch: it has one row an example",
    "one b serves all examples, so their gradients add up",
    ("db",),
)
BIAS_KEEPS_DIMENSION = Mistake(
    "bias_keeps_dimension",
    "db",
    "db keeps the batch as a dimension of 1 (keepdims)",
    "db has the shape of b, (units,)",
    ("db",),
)


def bias_averaged(averaged: str) -> Mistake:
    """Return the mistake of averaging instead of summing; `averaged` already holds the 1/N."""
    return Mistake(
        "bias_averaged",
        "db",
        "db is averaged over the examples where it should sum",
        f"{averaged} holds its 1/N already; here examples add up",
        ("db",),
    )


def bias_gradient(delta: FloatArray, made: frozenset[str]) -> FloatArray:
    """Return db, from the gradient with respect to z, with the mistakes `made`."""
    if "bias_not_summed" in made:
        return delta
    if "bias_axis" in made:
        return np.asarray(delta.sum(axis=1))
    if "bias_summed_whole" in made:
        return np.asarray(delta.sum())
    if "bias_averaged" in made:
        return np.asarray(delta.mean(axis=0))
    return np.asarray(delta.sum(axis=0, keepdims="bias_keeps_dimension" in made))
