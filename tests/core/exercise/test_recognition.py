"""A cause is named only if it explains everything that a function returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backprop_core.exercise.answers import Answer, Result
from backprop_core.exercise.catalog import NAMES, exercise
from backprop_core.exercise.judgement import judge, standard
from backprop_core.exercise.sigmoid import sigmoid
from backprop_core.exercise.task import Function, parts

CLIPPED = "log_of_clipped"


def kinds(function: Function, learner: Callable[..., Any]) -> set[str]:
    """Return the causes that a learner's function is told, by their kinds."""
    answers = []
    for case in function.cases:
        with np.errstate(all="ignore"):
            returned = learner(*(case.arguments[name] for name in function.parameters))
        outputs = returned if len(function.outputs) > 1 else (returned,)
        answers.append(Answer(tuple(map(result, outputs))))
    found = judge(standard(function), answers).findings
    return {cause.kind for finding in found for cause in finding.causes}


def result(value: Any) -> Result:
    arrays = [np.asarray(v) for v in (value if isinstance(value, list) else [value])]
    return Result(tuple(v.astype(np.float64) for v in arrays), tuple(v.dtype.name for v in arrays))


FORWARD: dict[str, tuple[Callable[[Any, Any, Any], Any], set[str]]] = {
    "a, a": (lambda x, W, b: (sigmoid(x @ W.T + b),) * 2, set()),
    "z, z": (lambda x, W, b: (x @ W.T + b,) * 2, {"activation_left_out"}),
    "a, z": (lambda x, W, b: (sigmoid(x @ W.T + b), x @ W.T + b), {"results_swapped"}),
    "a, z without b": (
        lambda x, W, b: (sigmoid(x @ W.T), x @ W.T),
        {"bias_left_out", "results_swapped"},
    ),
    "b left out in a": (lambda x, W, b: (x @ W.T + b, sigmoid(x @ W.T)), {"bias_left_out"}),
    "a, and its sigmoid": (
        lambda x, W, b: (sigmoid(x @ W.T + b), sigmoid(sigmoid(x @ W.T + b))),
        set(),
    ),
    "z without b, and noise": (lambda x, W, b: (x @ W.T, np.tanh(x @ W.T) / 7), set()),
    "three times z, and noise": (
        lambda x, W, b: (3 * (x @ W.T + b), np.tanh(x @ W.T) / 7),
        set(),
    ),
    "three times both": (
        lambda x, W, b: (3 * (x @ W.T + b), 3 * sigmoid(x @ W.T + b)),
        {"constant_factor"},
    ),
}


@pytest.mark.parametrize("name", FORWARD)
def test_what_explains_one_of_two_outputs_is_not_named(name: str) -> None:
    learner, told = FORWARD[name]
    assert kinds(exercise("layer").by_name["forward"], learner) == told


def right(upstream: Any, x: Any, W: Any, a: Any) -> tuple[Any, Any, Any]:
    dz = upstream * a * (1 - a)
    return dz @ W, dz.T @ x, dz.sum(axis=0)


def backward_turned(upstream: Any, x: Any, W: Any, z: Any, a: Any) -> Any:
    dx, dW, db = right(upstream, x, W, a)
    return dx, dW.T, db**2 + 1


def backward_half(upstream: Any, x: Any, W: Any, z: Any, a: Any) -> Any:
    return right(upstream, x, W, a)[0], *right(np.ones_like(a), x, W, a)[1:]


def backward_stub(upstream: Any, x: Any, W: Any, z: Any, a: Any) -> Any:
    return np.ones(x.shape, int), np.ones(W.shape, int), np.full(len(W), 7)


def backward_short(upstream: Any, x: Any, W: Any, z: Any, a: Any) -> Any:
    return tuple(np.float32(value + 0.3) for value in right(upstream, x, W, a))


@pytest.mark.parametrize(
    ("learner", "told"),
    [
        (backward_turned, set()),
        (backward_half, {"upstream_left_out"}),
        (backward_stub, set()),
        (backward_short, set()),
    ],
)
def test_a_backward_pass_is_told_what_explains_it(
    learner: Callable[..., Any], told: set[str]
) -> None:
    assert kinds(exercise("layer").by_name["backward"], learner) == told


def naive(z: Any) -> Any:
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def stable(z: Any) -> Any:
    return naive(z - z.max(axis=1, keepdims=True))


def of_class(p: Any, y: Any) -> Any:
    return p[np.arange(len(y)), y]


LARGE: dict[str, tuple[str, Callable[..., Any], set[str]]] = {
    "typed": ("softmax", naive, {"overflow"}),
    "mended": ("softmax", lambda z: np.nan_to_num(naive(z)), {"overflow"}),
    "clipped scores": ("softmax", lambda z: stable(z.clip(-500, 500)), set()),
    "NaN everywhere": ("softmax", lambda z: stable(z) * np.nan, {"not_finite"}),
    "added": ("loss", lambda z, y: -np.log(of_class(stable(z), y) + 1e-8).mean(), {CLIPPED}),
    "cut": ("loss", lambda z, y: -np.log(of_class(stable(z), y).clip(1e-15)).mean(), {CLIPPED}),
    "clipped scores of a loss": (
        "loss",
        lambda z, y: -np.log(of_class(stable(z.clip(-300, 300)), y)).mean(),
        set(),
    ),
    "mended gradient": (
        "gradient",
        lambda z, y: (np.nan_to_num(naive(z)) - np.eye(z.shape[1])[y]) / len(y),
        {"overflow"},
    ),
    "gradient of clipped scores": (
        "gradient",
        lambda z, y: (stable(z.clip(-500, 500)) - np.eye(z.shape[1])[y]) / len(y),
        set(),
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_an_overflow_is_named_only_where_it_gives_these_numbers(name: str) -> None:
    function, learner, told = LARGE[name]
    assert kinds(exercise("softmax").by_name[function], learner) == told


SEVERAL = [
    (name, function.name, mistake.made)
    for name in NAMES
    for function in exercise(name).functions
    if len(function.outputs) > 1
    for mistake in function.mistakes
]


@pytest.mark.parametrize(("name", "called", "made"), SEVERAL)
def test_no_mistake_is_named_beside_an_output_that_it_leaves_open(
    name: str, called: str, made: str
) -> None:
    function = exercise(name).by_name[called]
    for spoilt in range(len(function.outputs)):

        def learner(*given: Any, spoilt: int = spoilt) -> Any:
            arguments = dict(zip(function.parameters, given, strict=True))
            case = next(
                c for c in function.cases if c.arguments[function.parameters[0]] is given[0]
            )
            try:
                outputs = list(function.recipe(case.arguments, frozenset({made})))
            except ValueError:
                # The mistake cannot be made with these shapes.
                outputs = list(function.truth(case.arguments))
            noise = [np.cos(9 * part + len(arguments)) for part in parts(outputs[spoilt])]
            outputs[spoilt] = noise if function.outputs[spoilt].listed else noise[0]
            return outputs

        # That no batch is right is no cause, but where to look.
        assert kinds(function, learner) <= {"batch"}
