"""The exercise `stack`: several sigmoid layers, half the squared distance, and their gradients."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.losses import LOSS_MISTAKES, mean_loss
from backprop_core.exercise.sigmoid import sigmoid
from backprop_core.exercise.stack_backward import backward, passed
from backprop_core.exercise.task import (
    SEED,
    Arguments,
    Case,
    Exercise,
    Function,
    Mistake,
    Output,
    Outputs,
)

_SHAPES = {
    "6 examples, widths 4 3 5 2": (6, (4, 3, 5, 2)),
    "1 example, widths 4 3 5 2": (1, (4, 3, 5, 2)),
    "5 examples, widths 2 1 1 3": (5, (2, 1, 1, 3)),
    "3 examples, widths 3 3 3 3": (3, (3, 3, 3, 3)),
    "4 examples, one layer, widths 3 2": (4, (3, 2)),
}


def exercise() -> Exercise:
    """Return the exercise, with its numbers drawn."""
    # loss and backward are given what forward returns, so forward is called with other numbers.
    forward = [case.only("x", "weights", "biases") for case in _passes(SEED + 1)]
    passes = list(_passes(SEED))
    loss = [case.only("output", "y") for case in passes]
    whole = [case.only("activations", "weights", "biases", "y") for case in passes]
    return Exercise("stack", (_forward(forward), _loss(loss), backward(whole)))


def _passes(seed: int) -> Iterator[Case]:
    """Yield all arguments of a pass for every shape."""
    rng = np.random.default_rng(seed)
    for name, (examples, widths) in _SHAPES.items():
        shapes = [(n, m) for m, n in pairwise(widths)]
        arguments = {
            "x": rng.normal(size=(examples, widths[0])),
            "weights": [rng.normal(size=shape) for shape in shapes],
            "biases": [rng.normal(size=shape[0]) for shape in shapes],
            "y": rng.uniform(size=(examples, widths[-1])),
        }
        a = list(passed(arguments).a)
        yield Case(name, arguments | {"activations": a, "output": a[-1]}, examples)


def _forward(cases: list[Case]) -> Function:
    return Function(
        name="forward",
        parameters=("x", "weights", "biases"),
        outputs=(Output("activations", listed=True, first=0),),
        cases=tuple(cases),
        truth=lambda arguments: (list(passed(arguments).a),),
        recipe=_wrong_forward,
        mistakes=(
            Mistake(
                "input_left_out",
                "list",
                "the input is missing from the list",
                "the list begins with x: backward will need it for dW of layer 1",
            ),
            Mistake(
                "preactivations",
                "list",
                "the list holds z of each layer in place of a",
                "append what comes out of the sigmoid",
            ),
            Mistake(
                "linear_output",
                "activation",
                "the last layer has no sigmoid",
                "here every layer has one, the last one, too",
            ),
            Mistake(
                "activation_left_out",
                "activation",
                "the sigmoid is left out in every layer",
                "without it all layers together are one linear map",
            ),
            Mistake("bias_left_out", "bias", "the biases are left out", "z has two terms"),
            Mistake(
                "transpose_missing",
                "product",
                "a is multiplied by W as it lies: a transpose is missing",
                "W has one row a unit: row j of W meets row i of a in z[i, j]",
            ),
        ),
    )


def _wrong_forward(arguments: Arguments, made: frozenset[str]) -> Outputs:
    a, along = arguments["x"], [arguments["x"]]
    last = len(arguments["weights"])
    for layer, (W, b) in enumerate(zip(arguments["weights"], arguments["biases"], strict=True), 1):
        z = a @ (W if "transpose_missing" in made else W.T)
        if "bias_left_out" not in made:
            z = z + b
        linear = layer == last and "linear_output" in made
        a = z if linear or "activation_left_out" in made else sigmoid(z)
        along.append(z if "preactivations" in made else a)
    return (along[1:] if "input_left_out" in made else along,)


def _loss(cases: list[Case]) -> Function:
    return Function(
        name="loss",
        parameters=("output", "y"),
        outputs=(Output("loss"),),
        cases=tuple(cases),
        truth=lambda arguments: (np.asarray(_half_square(arguments, frozenset()).mean()),),
        recipe=_wrong_loss,
        mistakes=(
            *LOSS_MISTAKES,
            Mistake(
                "half_left_out",
                "half",
                "the factor 1/2 is left out",
                "half the squared distance: its slope is then the distance itself",
            ),
            Mistake(
                "not_squared",
                "square",
                "distances are not squared",
                "half the squared distance",
            ),
        ),
    )


def _half_square(arguments: Arguments, made: frozenset[str]) -> FloatArray:
    distance = np.abs(arguments["output"] - arguments["y"])
    terms = distance if "not_squared" in made else distance**2
    return np.asarray(terms.sum(axis=1) / (1 if "half_left_out" in made else 2))


def _wrong_loss(arguments: Arguments, made: frozenset[str]) -> Outputs:
    return (mean_loss(_half_square(arguments, made), arguments["y"].shape[1], made),)
