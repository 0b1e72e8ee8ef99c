"""The results of a learner's functions, and their differences from the right ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.task import Output, parts
from backprop_core.number_text import to_compare

RELATIVE = 1e-8
"""Relative tolerance of an entry. Equivalent formulas differ by 1e-15 (float64), 6e-8 (float32)."""
ABSOLUTE = 1e-10
"""Tolerance relative to the largest entry, as small entries may be differences of large ones."""
_NOTHING = 1e-9
"""Largest number that is accepted if every entry should be 0, such as log(1 + 1e-12)."""


@dataclass(frozen=True)
class Raised:
    """An error in a learner's function.

    Attributes
    ----------
    error, message
        Class and message of the error.
    line, code
        Number and text of the innermost line of the learner's file in the traceback.
    cell
        In a notebook, the number of the code cell in which the line is counted.
    """

    error: str
    message: str
    line: int | None = None
    code: str = ""
    cell: int | None = None

    @property
    def place(self) -> str:
        """The line in words; "" if none is known."""
        if self.line is None:
            return ""
        return f"line {self.line}" if self.cell is None else f"cell {self.cell}, line {self.line}"


@dataclass(frozen=True, eq=False)
class Result:
    """One output of one call.

    Attributes
    ----------
    arrays
        The array, or those of a list, as float64.
    dtypes
        The dtypes before the conversion.
    problem
        Why the output is not an array or list of arrays; "" if it is.
    """

    arrays: tuple[FloatArray, ...] = ()
    dtypes: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Answer:
    """The outcome of one call.

    Attributes
    ----------
    results
        The results, one for each output; empty if the call failed.
    raised
        The error that ended it.
    problem
        Why there are no results though nothing was raised.
    changed
        Names of arguments that the call changed.
    """

    results: tuple[Result, ...] = ()
    raised: Raised | None = None
    problem: str = ""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Difference:
    """The difference of an output from the right one.

    Attributes
    ----------
    kind
        "problem", "length", "shape", "not_finite" or "value".
    words
        The problem in words, with both numbers.
    part
        Index of the array in a list; 0 where there is no list.
    entry
        Index of the entry that differs most.
    expected, got
        The right and the returned entry, for the kinds "value" and "not_finite".
    arrays
        The right array and the returned one, if both exist.
    """

    kind: str
    words: str
    part: int = 0
    entry: tuple[int, ...] = ()
    expected: float | None = None
    got: float | None = None
    arrays: tuple[FloatArray, ...] = ()


def agree(left: FloatArray, right: FloatArray, tolerance: float = RELATIVE) -> bool:
    """Tell whether two arrays have the same shape and, up to rounding, the same entries."""
    return left.shape == right.shape and not _wrong(left, right, tolerance).any()


def all_agree(
    left: Sequence[FloatArray], right: Sequence[FloatArray], tolerance: float = RELATIVE
) -> bool:
    """Tell whether there are as many arrays on both sides, and each pair agrees."""
    pairs = zip(left, right, strict=False)
    return len(left) == len(right) and all(agree(a, b, tolerance) for a, b in pairs)


def _wrong(expected: FloatArray, got: FloatArray, tolerance: float = RELATIVE) -> Any:
    finite = np.isfinite(expected)
    largest = np.abs(expected[finite]).max(initial=0.0)
    with np.errstate(invalid="ignore", over="ignore"):
        allowed = tolerance * np.abs(expected) + (ABSOLUTE * largest or _NOTHING)
        near = np.abs(got - expected) <= allowed
    return ~(near | (got == expected) | (np.isnan(got) & np.isnan(expected)))


def difference(output: Output, truth: Any, result: Result) -> Difference | None:
    """Return the largest difference of an output from the right one, or None."""
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
