"""What a learner's functions returned, and where it differs from what is right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.task import Output, parts
from backprop_core.number_text import to_compare

RELATIVE = 1e-8
"""Of an entry; float64 leaves 1e-15 of a formula in another style, float32 6e-8."""
ABSOLUTE = 1e-10
"""Of the largest entry: small ones may be differences of large ones."""
_NOTHING = 1e-9
"""Passes for 0 where every entry is to be 0: log(1 + 1e-12), added for safety, does."""


@dataclass(frozen=True)
class Raised:
    """An error in a learner's function.

    Attributes
    ----------
    error, message
        Its class and its words.
    line, code
        The innermost line of the learner's file that it passed, and what stands there.
    """

    error: str
    message: str
    line: int | None = None
    code: str = ""


@dataclass(frozen=True, eq=False)
class Result:
    """One output of one call.

    Attributes
    ----------
    arrays
        One, or those of a list; as float64.
    dtypes
        What they were before.
    problem
        Why it is no such thing at all; "" if it is one.
    """

    arrays: tuple[FloatArray, ...] = ()
    dtypes: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Answer:
    """What came of one call.

    Attributes
    ----------
    results
        For each output; none if the call failed.
    raised
        The error that ended it.
    problem
        Why there are no results though nothing was raised.
    changed
        Arguments that are no longer what they were.
    """

    results: tuple[Result, ...] = ()
    raised: Raised | None = None
    problem: str = ""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Difference:
    """Where an output differs from what is right.

    Attributes
    ----------
    kind
        "problem", "length", "shape", "not_finite" or "value".
    words
        What is wrong, with both numbers.
    part
        Index of the array in a list; 0 where there is no list.
    entry
        Index of the entry that differs most.
    expected, got
        That entry, of a value or of what is not finite.
    arrays
        The right array and the one that came, where both are there.
    """

    kind: str
    words: str
    part: int = 0
    entry: tuple[int, ...] = ()
    expected: float | None = None
    got: float | None = None
    arrays: tuple[FloatArray, ...] = ()


def agree(left: FloatArray, right: FloatArray, tolerance: float = RELATIVE) -> bool:
    """Tell whether two arrays have one shape and, but for rounding, the same entries."""
    return left.shape == right.shape and not _wrong(left, right, tolerance).any()


def _wrong(expected: FloatArray, got: FloatArray, tolerance: float = RELATIVE) -> Any:
    finite = np.isfinite(expected)
    largest = np.abs(expected[finite]).max(initial=0.0)
    with np.errstate(invalid="ignore", over="ignore"):
        allowed = tolerance * np.abs(expected) + (ABSOLUTE * largest or _NOTHING)
        near = np.abs(got - expected) <= allowed
    return ~(near | (got == expected) | (np.isnan(got) & np.isnan(expected)))


def difference(output: Output, truth: Any, result: Result) -> Difference | None:
    """Return the worst difference of an output from what is right, or None."""
    if result.problem:
        return Difference("problem", f"{output.name} {result.problem}")
    wanted = parts(truth)
    if len(wanted) != len(result.arrays):
        return Difference(
            "length",
            f"{output.name} is a list of {len(result.arrays)} arrays; expected {len(wanted)}",
        )
    for index, (expected, got) in enumerate(zip(wanted, result.arrays, strict=True)):
        if expected.shape != got.shape:
            words = f"{output.part(index)} has shape {got.shape}; expected {expected.shape}"
            return Difference("shape", words, index, arrays=(expected, got))
    return _worst(output, wanted, result.arrays)


def _worst(
    output: Output, wanted: tuple[FloatArray, ...], came: tuple[FloatArray, ...]
) -> Difference | None:
    """Return the entry that differs most, measured by the largest entry of its array."""
    worst: Difference | None = None
    most = -1.0
    for index, (expected, got) in enumerate(zip(wanted, came, strict=True)):
        wrong = _wrong(expected, got)
        if not wrong.any():
            continue
        scale = np.abs(expected).max(initial=0.0) or 1.0
        # A NaN differs more than any number.
        with np.errstate(invalid="ignore", over="ignore"):
            error = np.abs(got - expected) / scale
        error = np.where(wrong, np.where(np.isfinite(error), error, math.inf), -1.0)
        entry = tuple(int(i) for i in np.unravel_index(int(error.argmax()), error.shape))
        if error[entry] > most:
            most = float(error[entry])
            worst = _entry(output, index, entry, expected, got)
    return worst


def _entry(
    output: Output, index: int, entry: tuple[int, ...], truth: FloatArray, came: FloatArray
) -> Difference:
    expected, got, arrays = float(truth[entry]), float(came[entry]), (truth, came)
    where = f"{output.part(index)}{list(entry) if entry else ''}"
    if not math.isfinite(got):
        words = f"{where} is {got}; expected {to_compare(expected)}"
        return Difference("not_finite", words, index, entry, expected, got, arrays)
    words = f"{where}: expected {to_compare(expected)}, got {to_compare(got)}"
    return Difference("value", words, index, entry, expected, got, arrays)
