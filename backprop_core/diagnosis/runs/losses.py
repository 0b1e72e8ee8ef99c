"""A loss that does not fit the output of the model, or its targets.

The functions between the last layer and the loss are known of PyTorch. They tell most mistakes by
themselves; others show in the loss, or in dL/dz of the last layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.finding import Finding
from backprop_core.diagnosis.runs.advice import by
from backprop_core.number_text import as_typed, number, percent
from backprop_core.recording import Recording
from backprop_core.recording.functions import MOVES, function_of

Array = NDArray[np.float64]

_LIKELIHOOD = {"nll_loss", "nll_loss2_d"}
_CHANCES = {"softmax", "sigmoid"}
_AVERAGES = {"mean", "sum", "div"}
_DISTANCES = {("mse_loss",), ("smooth_l1_loss",), ("huber_loss",), ("sub", "abs")}
"""Losses of PyTorch that stretch what they compare to one shape; the last is its `l1_loss`."""
_BINARY = "binary_cross_entropy_with_logits"
_REACH = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, np.inf)}
"""Between what the outputs of functions lie."""
UNEVEN = 0.02
"""Part of the gradients of an example by which their sum misses 0, from which a softmax was not
taken over its classes; a convention. Rounding leaves about 1e-6 in float32, 1e-3 in float16."""
_LARGE = 0.1
"""Part of the largest gradient of an example below which no sum is judged."""
BEYOND = 0.1
"""Part of the targets that an output cannot reach, above which it is a mistake; a convention."""
_FLAT = 1e-3
"""Least slope through which a target is found from a gradient."""
_TIMES = 3.0
"""Factor within which the targets that were found explain the loss; a convention."""


class _Wrong(NamedTuple):
    words: str
    remedy: str
    value: float = 0.0
    threshold: float = 0.0


def wrong_loss(recording: Recording) -> Iterator[Finding]:
    """Find a loss that cannot train this output, the surest sign first."""
    # Where layers run again on the way back, the last one is not the one before the loss.
    known = all(layer.after is not None for layer in recording.layers)
    if not known or any(recording.depth in (layer.after or ()) for layer in recording.layers):
        return
    signs = (_no_logarithm, _negated, _stretched, _across, _beyond_chances, _out_of_reach)
    for wrong in (sign(recording) for sign in signs):
        if wrong is not None:
            words, remedy, value, threshold = wrong
            first = int(recording.steps[0])
            yield Finding(
                "wrong_loss", (recording.depth,), value, threshold, words, remedy, step=first
            )
            return


def _head(recording: Recording) -> tuple[str, ...]:
    """Return the functions behind the last layer, without the factor of a loss scaler."""
    scaled = recording.loss_scale is not None and recording.head[-1:] == ("mul",)
    return recording.head[:-1] if scaled else recording.head


def _computed(recording: Recording) -> list[str]:
    """Return the functions behind the last layer, but for those that only move numbers."""
    return [name for name in _head(recording) if name not in MOVES]


def _negative(recording: Recording) -> float | None:
    """Return the lowest loss if it is below 0."""
    low = 0.0 if recording.loss is None else float(recording.loss.min(initial=0.0))
    return low if low < 0 else None


def _no_logarithm(recording: Recording) -> _Wrong | None:
    """Find a likelihood of outputs whose logarithm was not taken."""
    names = _computed(recording)
    squashed = names[0] if names and names[0] in _CHANCES else None
    if not names or names[1 if squashed else 0 :][:1] not in ([each] for each in _LIKELIHOOD):
        return None
    given = f"what the {squashed} gives" if squashed else "the output as it is"
    return _Wrong(
        f"The negative log-likelihood takes logarithms of probabilities, and gets {given}.",
        f"Take the cross-entropy of the logits{by(recording, 'nn.CrossEntropyLoss')}, or put a "
        f"log-softmax before this loss{by(recording, 'nn.LogSoftmax')}.",
    )


def _negated(recording: Recording) -> _Wrong | None:
    """Find a cross-entropy whose sign was turned."""
    names, low = _computed(recording), _negative(recording)
    turned = names[:1] == ["log_softmax"] and set(names[1:2]) <= _LIKELIHOOD and len(names) > 2
    if not turned or low is None or set(names[2:]) - _AVERAGES != {"neg"}:
        return None
    return _Wrong(
        f"The loss is a cross-entropy with a minus before it, {number(low)} at its lowest: each "
        "step makes wrong answers likelier.",
        "Leave out the minus: a cross-entropy is never below 0, and is to be made small.",
        low,
    )


def _stretched(recording: Recording) -> _Wrong | None:
    """Find an output of one number that is compared with the targets of all examples."""
    head = _head(recording)
    where = head.index("expand") if "expand" in head else None
    alone = recording.layers[-1].units == 1 and recording.batch.max(initial=0) > 1
    if where is None or not alone or not set(head[:where]) <= MOVES:
        return None
    if not any(head[where + 1 : where + 1 + len(names)] == names for names in _DISTANCES):
        return None
    return _Wrong(
        "The output is stretched to the shape of the targets: each output is compared with the "
        "targets of all examples, and comes near their mean.",
        "Give both the same shape, (examples, 1) or (examples,)"
        f"{by(recording, 'y.unsqueeze(1), or out.squeeze(1)')}.",
    )


def _across(recording: Recording) -> _Wrong | None:
    """Find a softmax that was taken over something else than the classes."""
    head, shots = _head(recording), recording.snapshots
    if head not in {("log_softmax", "nll_loss"), ("softmax", "log", "nll_loss")} or shots is None:
        return None
    delta = shots.delta[-1].astype(np.float64)
    if not 1 < recording.layers[-1].units == delta.shape[-1]:
        return None
    size = np.abs(delta).sum(axis=-1)
    # Of examples that are right, p - 1 may be rounded to 0, and the rest adds up to anything.
    there = size > _LARGE * size.max()
    left = np.divide(np.abs(delta.sum(axis=-1)), size, out=np.zeros_like(size), where=there)
    # Over the examples, all probabilities are about the same at first, and add up by chance.
    medians = [np.median(each[rows]) for each, rows in zip(left, there, strict=True) if rows.any()]
    missed = float(max(medians, default=0.0))
    if missed <= UNEVEN:
        return None
    return _Wrong(
        "The softmax is not taken over the classes: the gradients of an example's classes "
        f"should add up to 0, and miss that by {percent(missed)} of their size.",
        f"Take it over the classes{by(recording, 'dim=1')}: the probabilities of each example "
        "then add up to 1.",
        missed,
        UNEVEN,
    )


def _beyond_chances(recording: Recording) -> _Wrong | None:
    """Find a binary cross-entropy below 0, which no targets between 0 and 1 give."""
    names, low = _computed(recording), _negative(recording)
    if low is None or names[:1] != [_BINARY] or not set(names[1:]) <= _AVERAGES:
        return None
    return _Wrong(
        f"The binary cross-entropy is {number(low)} at its lowest, and cannot be below 0 if "
        "targets are: some lie outside of 0 to 1.",
        "Give it targets of 0 and 1: (y + 1) / 2 of targets of -1 and 1.",
        low,
    )


def _out_of_reach(recording: Recording) -> _Wrong | None:
    """Find targets that the function behind the last layer never gives."""
    names = _computed(recording)
    if len(names) != 2 or names[0] not in _REACH or names[1] != "mse_loss":
        return None
    targets = _targets(recording, names[0])
    if targets is None:
        return None
    low, high = _REACH[names[0]]
    least, most = float(targets.min()), float(targets.max())
    margin = 0.01 * (most - least)
    beyond = float(((targets < low - margin) | (targets > high + margin)).mean())
    if beyond <= BEYOND:
        return None
    name = "ReLU" if names[0] == "relu" else names[0]
    gives = (
        "no number below 0"
        if high == np.inf
        else f"numbers from {as_typed(low)} to {as_typed(high)}"
    )
    return _Wrong(
        f"Targets go from {number(least)} to {number(most)}, and the output ends in a {name}, "
        f"which gives {gives}: it cannot reach {percent(beyond)} of them.",
        f"Leave out the {name} behind the last layer, or scale the targets into its range.",
        beyond,
        BEYOND,
    )


def _targets(recording: Recording, name: str) -> Array | None:
    """Return the targets of a mean or a sum of squares, from its gradient in the first pass.

    dL/dz = 2 f'(z) (f(z) - t) / n, where n is the count of outputs, or 1. None if the loss is not
    explained by the targets that this gives.
    """
    shots, function, loss = recording.snapshots, function_of(name), recording.loss
    if shots is None or function is None or loss is None or not loss[shots.passes[0]] > 0:
        return None
    z, delta = (each[-1][0].astype(np.float64) for each in (shots.z, shots.delta))
    slope = function.slope(z)
    there = slope > _FLAT
    if not there.any():
        return None
    first = int(shots.passes[0])
    count = float(recording.batch[first] * recording.layers[-1].units)
    scale = 1.0 if recording.loss_scale is None else float(recording.loss_scale[first])
    off = delta[there] / slope[there] / 2 / scale
    square = float((off**2).mean())
    for factor, explained in ((count, count**2 * square), (1.0, count * square)):
        if 1 / _TIMES < explained / float(loss[first]) < _TIMES:
            return np.asarray(function.f(z)[there] - factor * off)
    return None
