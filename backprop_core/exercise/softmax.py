"""The exercise `softmax`: probabilities, their cross-entropy, and its gradient."""

from __future__ import annotations

from collections.abc import Iterator

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
from backprop_core.passes.losses import comparison, softmax

_LARGE = 1000.0
"""exp overflows at 709.8."""
_OVERFLOW = Mistake(
    "overflow",
    "size",
    "exp of a large score overflows to infinity, and infinity over infinity is NaN",
    "subtracting one number from all scores of an example changes no probability: choose it so "
    "that no exp is above 1",
)
_LOG_OF_ZERO = Mistake(
    "overflow",
    "size",
    "with large scores exp overflows, or a probability is rounded to 0 and its logarithm is minus "
    "infinity",
    "write the logarithm of the probability in terms of the scores first, and shift them by the "
    "largest one; then no log meets a 0",
)


def exercise() -> Exercise:
    """Return the exercise, with its numbers drawn."""
    rng = np.random.default_rng(SEED)
    cases = []
    for name, (examples, classes) in SHAPES.items():
        z = rng.normal(scale=1.5, size=(examples, classes))
        y = rng.integers(classes, size=examples)
        cases.append(Case(name, {"z": z, "y": y}, examples))
    z = np.array([[_LARGE, 0.0, -_LARGE, 1.0], [0.0, _LARGE, _LARGE - 1, 3.0]])
    name = f"scores from -{_LARGE:.0f} to {_LARGE:.0f}"
    cases.append(Case(name, {"z": z, "y": np.array([3, 2])}, len(z), large=True))
    scores = tuple(Case(c.name, {"z": c.arguments["z"]}, c.examples, c.large) for c in cases)
    return Exercise("softmax", (_softmax(scores), _loss(tuple(cases)), _gradient(tuple(cases))))


def _softmax(cases: tuple[Case, ...]) -> Function:
    return Function(
        name="softmax",
        parameters=("z",),
        outputs=(Output("p"),),
        cases=cases,
        truth=lambda arguments: (softmax(arguments["z"]),),
        recipe=lambda arguments, made: (_probabilities(arguments["z"], made),),
        mistakes=(*_ABOUT_SUM, *_ABOUT_SHIFTED_SUM),
        not_finite=_OVERFLOW,
        only_large=_OVERFLOW,
        when_large=lambda arguments: iter([(_overflowed(arguments["z"]),)]),
    )


_ABOUT_SUM = (
    Mistake(
        "whole_batch",
        "sum",
        "the sum runs over the whole batch: all examples together have the probability 1",
        "each example has its own sum, so the sum needs an axis",
    ),
    Mistake(
        "batch_axis",
        "sum",
        "the sum runs over the examples in place of the classes",
        "each row of z is one example; its probabilities add up to 1",
    ),
    Mistake(
        "keepdims_missing",
        "sum",
        "the sums lie along the wrong direction when they divide: they lost their dimension",
        "a sum over the classes of shape (examples,) is stretched along rows; (examples, 1) is not",
    ),
    Mistake(
        "not_normalised",
        "sum",
        "the division by the sum is missing",
        "probabilities of one example add up to 1",
    ),
    Mistake(
        "logarithm",
        "log",
        "this is the logarithm of the softmax",
        "return the probabilities themselves",
    ),
)


_ABOUT_SHIFTED_SUM = tuple(
    Mistake(m.kind, m.axis, m.words, m.remedy, way=f"{m.kind}_shifted") for m in _ABOUT_SUM[:3]
)
"""The same mistakes with scores rightly shifted row by row, which gives other numbers."""


def _probabilities(z: FloatArray, made: frozenset[str]) -> FloatArray:
    shifted = z - z.max(axis=1, keepdims=True)
    if "whole_batch" in made:
        e = np.exp(z - z.max())
        p = e / e.sum()
    elif "whole_batch_shifted" in made:
        p = np.exp(shifted) / np.exp(shifted).sum()
    elif "batch_axis" in made:
        e = np.exp(z - z.max(axis=0))
        p = e / e.sum(axis=0)
    elif "batch_axis_shifted" in made:
        p = np.exp(shifted) / np.exp(shifted).sum(axis=0)
    elif "keepdims_missing" in made:
        p = np.exp(z) / np.exp(z).sum(axis=1)
    elif "keepdims_missing_shifted" in made:
        p = np.exp(shifted) / np.exp(shifted).sum(axis=1)
    elif "not_normalised" in made:
        p = np.exp(z)
    else:
        p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    return np.asarray(np.log(p) if "logarithm" in made else p)


def _typed(z: FloatArray) -> FloatArray:
    """Return the softmax as one types it first: NaN where exp overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(z)
        return np.asarray(e / e.sum(axis=1, keepdims=True))


def _overflowed(z: FloatArray) -> FloatArray:
    """Return the softmax whose NaN are replaced by 0 afterwards."""
    return np.nan_to_num(_typed(z))


def _mean_cross_entropy(arguments: Arguments) -> float:
    compared = comparison("softmax", "cross_entropy")(arguments["z"], one_hot(arguments))
    return float(compared.loss.mean())


def _loss(cases: tuple[Case, ...]) -> Function:
    return Function(
        name="loss",
        parameters=("z", "y"),
        outputs=(Output("loss"),),
        cases=cases,
        truth=lambda arguments: (np.asarray(_mean_cross_entropy(arguments)),),
        recipe=_wrong_loss,
        mistakes=(
            *LOSS_MISTAKES,
            ROWS_TAKEN,
            Mistake(
                "all_classes",
                "classes",
                "the logarithms of all classes count, not that of the right one alone",
                "y says for each example which probability matters",
            ),
            Mistake(
                "log_left_out",
                "log",
                "the logarithm is left out: this is 1 minus the probability of the right class",
                "the cross-entropy is a logarithm",
            ),
            Mistake(
                "log_base",
                "log",
                "the logarithm is that to the base 2",
                "the natural logarithm is np.log",
            ),
            *_ABOUT_SUM[:3],
            *_ABOUT_SHIFTED_SUM,
        ),
        not_finite=_LOG_OF_ZERO,
        only_large=Mistake(
            "log_of_clipped",
            "size",
            "something small is added to a probability, or it is clipped, before its logarithm: a "
            "loss that should be large is cut off",
            "write the logarithm in terms of the scores; then no 0 arises that must be mended",
        ),
        when_large=_clipped_losses,
    )


def _clipped_losses(arguments: Arguments) -> Iterator[Outputs]:
    """Yield the loss whose probabilities are kept from 0, in every usual way."""
    p = _probabilities(arguments["z"], frozenset())
    right = (p * one_hot(arguments)).sum(axis=1)
    kinds = (np.finfo(np.float32), np.finfo(np.float64))
    limits = [float(limit) for kind in kinds for limit in (kind.eps, kind.tiny)]
    for least in (*(10.0**-power for power in range(1, 308)), *limits):
        for kept in (right + least, np.maximum(right, least), np.clip(right, least, 1 - least)):
            yield (np.asarray(-np.log(kept).mean()),)


def _wrong_loss(arguments: Arguments, made: frozenset[str]) -> Outputs:
    z, t = arguments["z"], one_hot(arguments)
    log_p = z - z.max(axis=1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    if made & {m.made for m in (*_ABOUT_SUM, *_ABOUT_SHIFTED_SUM)}:
        log_p = np.log(_probabilities(z, made))
    if "rows_taken" in made:
        each = -log_p[arguments["y"]].sum(axis=1)
    else:
        each = -(log_p if "all_classes" in made else t * log_p).sum(axis=1)
    if "log_left_out" in made:
        each = 1 - np.exp(-each)
    if "log_base" in made:
        each = each / np.log(2)
    return (mean_loss(each, z.shape[1], made),)


def _gradient(cases: tuple[Case, ...]) -> Function:
    return Function(
        name="gradient",
        parameters=("z", "y"),
        outputs=(Output("dz", of="z"),),
        cases=cases,
        truth=_true_gradient,
        recipe=_wrong_gradient,
        mistakes=(*GRADIENT_MISTAKES, *_ABOUT_TARGET, *_ABOUT_SUM[:3], *_ABOUT_SHIFTED_SUM),
        objective=_mean_cross_entropy,
        not_finite=_OVERFLOW,
        only_large=_OVERFLOW,
        when_large=_overflowed_gradients,
    )


def _overflowed_gradients(arguments: Arguments) -> Iterator[Outputs]:
    """Yield the gradient whose NaN are replaced, before the target is subtracted or after it."""
    z, t = arguments["z"], one_hot(arguments)
    yield (mean_gradient(_overflowed(z) - t, frozenset()),)
    yield (np.nan_to_num(mean_gradient(_typed(z) - t, frozenset())),)


def _true_gradient(arguments: Arguments) -> Outputs:
    compared = comparison("softmax", "cross_entropy")(arguments["z"], one_hot(arguments))
    return (compared.residual / len(arguments["z"]),)


_ABOUT_TARGET = (
    Mistake(
        "target_left_out",
        "target",
        "the right class is left out: these are the probabilities alone",
        "the gradient is probability minus target, and the target is 1 at the right class",
    ),
    Mistake(
        "target_everywhere",
        "target",
        "1 is subtracted in all rows of the column, for every class in y: the index of the "
        "example is missing",
        "p[:, y] takes whole columns; one entry a row needs a row index beside y",
    ),
    Mistake(
        "target_in_all_classes",
        "target",
        "1 is subtracted at every class, not at the right one alone",
        "the target is 1 at the right class and 0 elsewhere",
    ),
    Mistake(
        "diagonal_alone",
        "target",
        "p (1 - p) is used: the diagonal of the softmax's Jacobian without the loss",
        "the logarithm of the loss cancels most of the Jacobian; write down d loss / d z once",
    ),
)


def _wrong_gradient(arguments: Arguments, made: frozenset[str]) -> Outputs:
    p: FloatArray = _probabilities(arguments["z"], made)
    each: FloatArray
    if "diagonal_alone" in made:
        each = p * (1 - p)
    elif "target_everywhere" in made:
        each = p.copy()
        each[:, arguments["y"]] -= 1
    elif "target_in_all_classes" in made:
        each = p - 1
    else:
        each = p if "target_left_out" in made else p - one_hot(arguments)
    return (mean_gradient(each, made),)
