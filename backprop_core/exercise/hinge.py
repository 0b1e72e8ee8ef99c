"""The exercise `hinge`: the multiclass hinge loss and its gradient with respect to the scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.losses import (
    GRADIENT_MISTAKES,
    LOSS_MISTAKES,
    ROWS_TAKEN,
    SHAPES,
    mean_gradient,
    mean_loss,
    one_hot,
)
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
from backprop_core.passes.losses import comparison

_COUNTS_RIGHT_CLASS = Mistake(
    "right_class_counted",
    "right class",
    "the right class is counted, too: it lies behind itself by the whole margin of 1",
    "the sum runs over the other classes; at the right one max(0, z - z + 1) is 1, not 0",
)

_RIGHT_CLASS_ONCE = Mistake(
    "right_class_once",
    "right class",
    "the right class receives -1 once, however many classes violate the margin",
    "its score stands in every term of the sum: count those that are active",
)


def exercise() -> Exercise:
    """Return the exercise, with its numbers drawn: none lies at a kink."""
    rng = np.random.default_rng(SEED)
    cases = []
    for name, (examples, classes) in SHAPES.items():
        z = rng.normal(size=(examples, classes))
        y = rng.integers(classes, size=examples)
        cases.append(Case(name, {"z": z, "y": y}, examples))
    # Here every loss, and so every gradient, is exactly 0.
    z = np.array([[4.0, 0.5, -1.0], [0.25, 3.0, 1.0], [0.0, 0.75, 2.5]])
    met = {"z": z, "y": np.array([0, 1, 2])}
    cases.append(Case("every margin is met", met, len(z)))
    return Exercise("hinge", (_loss(tuple(cases)), _gradient(tuple(cases))))


def _mean_hinge(arguments: Arguments) -> float:
    compared = comparison("identity", "hinge")(arguments["z"], one_hot(arguments))
    return float(compared.loss.mean())


def _loss(cases: tuple[Case, ...]) -> Function:
    return Function(
        name="loss",
        parameters=("z", "y"),
        outputs=(Output("loss"),),
        cases=cases,
        truth=lambda arguments: (np.asarray(_mean_hinge(arguments)),),
        recipe=_wrong_loss,
        mistakes=(
            *LOSS_MISTAKES,
            _COUNTS_RIGHT_CLASS,
            ROWS_TAKEN,
            Mistake(
                "margin_left_out",
                "margin",
                "the margin of 1 is left out",
                "a class costs nothing only if it lies behind the right one by 1 or more",
            ),
            Mistake(
                "order_turned",
                "margin",
                "the difference of scores is turned round: right answers cost, wrong ones do not",
                "it costs when a wrong class has the larger score",
            ),
            Mistake(
                "not_cut_off",
                "cut",
                "negative terms are not cut off at 0",
                "max(0, ...) for each class by itself, before the sum",
            ),
            Mistake(
                "largest_alone",
                "cut",
                "only the class that violates the margin most is counted",
                "here all other classes count: their terms add up",
            ),
            Mistake("squared", "cut", "the terms are squared", "this hinge is a ramp, no parabola"),
        ),
    )


def _margins(arguments: Arguments, made: frozenset[str]) -> FloatArray:
    """Return z_j - z_y + 1 for every class, (examples, classes)."""
    z = arguments["z"]
    right = (z * one_hot(arguments)).sum(axis=1, keepdims=True)
    behind = z - (z[arguments["y"]] if "rows_taken" in made else right)
    if "order_turned" in made:
        behind = -behind
    return np.asarray(behind if "margin_left_out" in made else behind + 1)


def _wrong_loss(arguments: Arguments, made: frozenset[str]) -> Outputs:
    terms = _margins(arguments, made)
    if "right_class_counted" not in made:
        terms = terms * (1 - one_hot(arguments))
    if "not_cut_off" not in made:
        terms = np.maximum(terms, 0)
    if "squared" in made:
        terms = terms**2
    each = terms.max(axis=1) if "largest_alone" in made else terms.sum(axis=1)
    return (mean_loss(each, terms.shape[1], made),)


def _gradient(cases: tuple[Case, ...]) -> Function:
    return Function(
        name="gradient",
        parameters=("z", "y"),
        outputs=(Output("dz", of="z"),),
        cases=cases,
        truth=_true_gradient,
        recipe=_wrong_gradient,
        mistakes=(
            *GRADIENT_MISTAKES,
            Mistake(
                "right_class_left_out",
                "right class",
                "the right class receives no gradient",
                "its score stands in every term of the sum: what does each of them hand back?",
            ),
            _RIGHT_CLASS_ONCE,
            replace(_RIGHT_CLASS_ONCE, way="right_class_once_if_any"),
            _COUNTS_RIGHT_CLASS,
            ROWS_TAKEN,
            Mistake(
                "margin_left_out",
                "margin",
                "the mask leaves out the margin of 1: classes that lie behind by less are missed",
                "a term is active where z_j - z_y + 1 is above 0",
            ),
            Mistake(
                "order_turned",
                "margin",
                "the difference of scores is turned round in the mask",
                "it costs when a wrong class has the larger score",
            ),
            Mistake(
                "mask_left_out",
                "cut",
                "the mask is left out: classes that cost nothing receive a gradient",
                "where max(0, ...) is 0, nothing flows back",
            ),
            Mistake(
                "terms_as_mask",
                "cut",
                "the terms themselves are handed back in place of 1 where they are active",
                "the slope of the ramp is 1, however high up on it",
            ),
        ),
        objective=_mean_hinge,
    )


def _true_gradient(arguments: Arguments) -> Outputs:
    compared = comparison("identity", "hinge")(arguments["z"], one_hot(arguments))
    return (compared.residual / len(arguments["z"]),)


def _wrong_gradient(arguments: Arguments, made: frozenset[str]) -> Outputs:
    margins, t = _margins(arguments, made), one_hot(arguments)
    active = np.ones_like(margins) if "mask_left_out" in made else (margins > 0).astype(float)
    if "terms_as_mask" in made:
        active = np.maximum(margins, 0)
    others = active * (1 - t)
    count = others.sum(axis=1, keepdims=True)
    if "right_class_left_out" in made:
        count = np.zeros_like(count)
    if "right_class_once" in made:
        count = np.ones_like(count)
    if "right_class_once_if_any" in made:
        count = np.minimum(count, 1)
    if "right_class_counted" in made:
        count = count + 1
    return (mean_gradient(others - t * count, made),)
