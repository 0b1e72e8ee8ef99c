"""Mistakes about the slope of the sigmoid, which two exercises share."""

from __future__ import annotations

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.task import Mistake
from backprop_core.passes.activations import ACTIVATIONS

sigmoid = ACTIVATIONS["sigmoid"].f


def slope_mistakes(outputs: tuple[str, ...] = ()) -> tuple[Mistake, ...]:
    """Return the mistakes about sigma'(z) in functions that are given the activation a."""
    return (
        Mistake(
            "slope_left_out",
            "slope",
            "sigma'(z) is left out: the gradient passes the activation as if it were not there",
            "multiply the gradient with respect to a by the slope of the sigmoid, entry by entry",
            outputs,
        ),
        Mistake(
            "slope_of_activation",
            "slope",
            "the slope is taken at a in place of z: the sigmoid is applied twice",
            "a is sigma(z) already; how does the slope read in terms of a alone?",
            outputs,
        ),
        Mistake(
            "activation_as_slope",
            "slope",
            "a itself is used where the slope of the sigmoid belongs",
            "the derivative of sigma(z) is not sigma(z): it has a second factor",
            outputs,
        ),
        Mistake(
            "one_minus_a_as_slope",
            "slope",
            "1 - a is used where the slope of the sigmoid belongs",
            "the derivative of sigma(z) has a second factor beside 1 - a",
            outputs,
        ),
        Mistake(
            "slope_squared",
            "slope",
            "the slope is multiplied in twice",
            "each activation is passed once on the way back: multiply by its slope once",
            outputs,
        ),
    )


def slope(a: FloatArray, made: frozenset[str]) -> FloatArray:
    """Return sigma'(z) as a (1 - a), with the mistakes `made`."""
    if "slope_left_out" in made:
        return np.ones_like(a)
    if "slope_of_activation" in made:
        again = sigmoid(a)
        return np.asarray(again * (1 - again))
    if "activation_as_slope" in made:
        return a
    if "one_minus_a_as_slope" in made:
        return np.asarray(1 - a)
    right = a * (1 - a)
    return np.asarray(right * right if "slope_squared" in made else right)
