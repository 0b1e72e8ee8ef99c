"""Findings about inputs that are not standardised."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import BoolArray, FloatArray
from backprop_core.diagnosis.finding import Finding
from backprop_core.number_text import as_typed, number, percent
from backprop_core.passes.trace import Trace
from backprop_core.training.history import History

OFF_CENTRE = 0.5
"""Largest mean of an input, either way. Inputs learn fastest with mean 0 (LeCun et al. 1998,
"Efficient BackProp", section 4.3); half of the standard deviation that is wanted is a convention.
"""

OFF_SCALE = 2.0
"""Largest factor between an input's standard deviation and 1, either way: a convention. The same
source asks for the same variance in all inputs."""

CHANCE = 4.0
"""Tolerance in standard errors beyond a threshold: 1 of 16 000 normal draws exceeds it."""

FEWEST_EXAMPLES = 10
"""Fewest examples from which mean and standard deviation are judged."""


CONTRADICTORY = 0.01
"""Largest share of examples that no network can get right, as others with the same inputs have
another class; a convention."""


def constant_inputs(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find examples that are all the same."""
    if len(trace.x) > 1 and not np.ptp(trace.x, axis=0).any():
        yield Finding(
            "constant_inputs",
            (0,),
            0.0,
            0.0,
            f"All {len(trace.x):,} examples have the same inputs: nothing tells them apart.",
            "Look at the data: a scale of 0 or a wrong column makes all examples equal.",
        )


def contradictory_labels(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find examples with the same inputs and different classes, unless all inputs are the same."""
    if trace.y.ndim != 1 or not np.ptp(trace.x, axis=0).any():
        return
    _, group = np.unique(trace.x, axis=0, return_inverse=True)
    labels = trace.y.astype(np.int64)
    counts = np.zeros((group.max() + 1, labels.max() + 1), dtype=np.int64)
    np.add.at(counts, (group.ravel(), labels), 1)
    value = 1 - float(counts.max(axis=1).sum()) / len(trace.y)
    if value > CONTRADICTORY:
        yield Finding(
            "contradictory_labels",
            (0,),
            value,
            CONTRADICTORY,
            f"Labels contradict each other: examples with the same inputs have different classes, "
            f"so {percent(value)} of all can never be right.",
            "Look at the data: labels may be shuffled, or an input may be missing.",
        )


def off_centre(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find inputs whose mean is far from 0."""
    yield from off_centre_of(trace.x)


def off_centre_of(x: FloatArray, share: float = 0.0) -> Iterator[Finding]:
    """Judge the means of inputs, (examples, n_0), if more than a share of them is off."""
    mean, deviation, varies = _input_moments(x)
    limit = OFF_CENTRE + CHANCE / np.sqrt(len(x)) * deviation
    size = np.abs(mean)
    off = varies & (size > limit)
    if off.sum() > share * varies.sum():
        worst = int(np.where(off, size, 0).argmax())
        yield Finding(
            "off_centre",
            (0,),
            float(mean[worst]),
            OFF_CENTRE,
            f"{_inputs(off, varies)} off centre: input {worst + 1} has mean "
            f"{number(float(mean[worst]))}, where at most {as_typed(OFF_CENTRE)} either way "
            "is good.",
            "Subtract its mean from each input (data.standardize = true).",
        )


def off_scale(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find inputs whose standard deviation is far from 1."""
    yield from off_scale_of(trace.x)


def off_scale_of(x: FloatArray, share: float = 0.0) -> Iterator[Finding]:
    """Judge the deviations of inputs, (examples, n_0), if more than a share of them is off."""
    _, deviation, varies = _input_moments(x)
    limit = OFF_SCALE * (1 + CHANCE / np.sqrt(len(x)))
    # The deviation of the smallest floats underflows to 0.
    positive = np.maximum(deviation, np.finfo(np.float64).tiny)
    distance = np.abs(np.log2(np.where(varies, positive, 1.0)))
    off = varies & (distance > np.log2(limit))
    if off.sum() > share * varies.sum():
        worst = int(distance.argmax())
        value = float(deviation[worst])
        yield Finding(
            "off_scale",
            (0,),
            value,
            OFF_SCALE if value > 1 else 1 / OFF_SCALE,
            f"{_inputs(off, varies)} off scale: with a standard deviation of "
            f"{_from_to(deviation[off])}, where {as_typed(1 / OFF_SCALE)} to {as_typed(OFF_SCALE)} "
            "is good.",
            "Divide each input by its standard deviation (data.standardize = true).",
        )


def _input_moments(
    x: FloatArray,
) -> tuple[NDArray[np.float64], NDArray[np.float64], BoolArray]:
    """Return mean and standard deviation of every input, and which can be judged, (n_0,).

    A constant input cannot be judged, because it acts as a bias.
    """
    varies = (x.max(axis=0) > x.min(axis=0)) & (len(x) >= FEWEST_EXAMPLES)
    # Inputs are divided by the largest, so that no square overflows or underflows.
    largest = np.where(varies, np.abs(x).max(axis=0).astype(np.float64), 1.0)
    unit = np.where(varies, x / largest, 0.0)
    return unit.mean(axis=0) * largest, unit.std(axis=0) * largest, np.asarray(varies)


def _from_to(values: NDArray[np.float64]) -> str:
    low, high = number(float(values.min())), number(float(values.max()))
    return low if low == high else f"{low} to {high}"


def _inputs(off: BoolArray, varies: BoolArray) -> str:
    verb = "is" if off.sum() == 1 else "are"
    return f"{off.sum():,} of {varies.sum():,} inputs that vary {verb}"
