"""Find causes in the pattern of wrong results, whatever the formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.answers import Answer, Difference, Raised, agree, all_agree
from backprop_core.exercise.recognition import Cause
from backprop_core.exercise.task import Case, Function, Mistake, Outputs, parts
from backprop_core.number_text import roughly

ROUNDING = 1e-5
"""Relative error below which a result may be due to float32; wrong formulas exceed it."""
ROUNDING_HALF = 0.02
"""The same for float16."""
_CONSTANT = 1e-6
"""Relative spread below which a ratio counts as one number."""
_SIZES = re.compile(r"^matmul: .*\(size (\d+) is different from (\d+)\)")
_SHAPE_WORDS = ("matmul", "broadcast", "not aligned", "mismatch", "shapes")
"""NumPy's message about shapes that do not fit in a matrix product."""


@dataclass(frozen=True, eq=False)
class Wrong:
    """An output that is wrong somewhere.

    Attributes
    ----------
    output
        Its index.
    differences
        The difference for each case; None if it is right or nothing was returned.
    """

    function: Function
    output: int
    answers: Sequence[Answer]
    truths: Sequence[Outputs]
    differences: Sequence[Difference | None]

    def cases(self, *, right: bool) -> list[Case]:
        """Return the cases with right, or with wrong, results."""
        both = zip(self.function.cases, self.answers, self.differences, strict=True)
        return [case for case, a, wrong in both if a.results and (wrong is None) == right]


def precision(wrong: Wrong) -> Iterator[Cause]:
    """Yield the cause if the results are right but for their digits."""
    dtypes = sorted(
        {
            dtype
            for answer, differs in zip(wrong.answers, wrong.differences, strict=True)
            if differs is not None and answer.results
            for dtype in answer.results[wrong.output].dtypes
        }
    )
    whole = [dtype for dtype in dtypes if dtype.startswith(("int", "uint", "bool"))]
    if whole and _only_cut_off(wrong):
        yield Cause(
            "integers",
            "the result is an array of whole numbers, so fractions are cut off",
            f"its dtype is {whole[0]}, and every entry is the right one without its fraction",
            "give the array that is filled a dtype of float, or make it from floats",
        )
    allowed = ROUNDING_HALF if "float16" in dtypes else ROUNDING
    if _only_rounded(wrong, allowed):
        short = [dtype for dtype in dtypes if dtype in {"float32", "float16"}]
        rounded = (
            f"no entry is off by more than {roughly(allowed)} of the largest, "
            "but hardly one is right"
        )
        told = f"its dtype is {short[0]}" if short else rounded
        yield Cause(
            "float32",
            "it is computed in float32, or less: digits are lost",
            told,
            "keep to float64: look for a dtype, or for a cast",
        )


def _only_cut_off(wrong: Wrong) -> bool:
    """Tell whether all results are the right ones as whole numbers."""
    return all(
        any(agree(cut(left), right) for cut in (np.trunc, np.floor, np.rint))
        for left, right in _compared(wrong)
    )


def _only_rounded(wrong: Wrong, allowed: float) -> bool:
    """Tell whether all results are right except for rounding."""
    errors = [_error(left, right) for left, right in _compared(wrong)]
    return bool(errors) and 0 < max(errors) <= allowed


def _compared(wrong: Wrong) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield the right and the returned array of each wrong result."""
    rows = zip(wrong.truths, wrong.answers, wrong.differences, strict=True)
    for truth, answer, differs in rows:
        if differs is not None:
            came = answer.results[wrong.output].arrays
            yield from zip(parts(truth[wrong.output]), came, strict=False)


def _error(left: FloatArray, right: FloatArray) -> float:
    if left.shape != right.shape or not np.isfinite(right).all():
        return float("inf")
    scale = np.abs(left).max(initial=0.0) or 1.0
    return float(np.abs(left - right).max(initial=0.0) / scale)


def size(wrong: Wrong, expected: Callable[[int], Any]) -> Iterator[Cause]:
    """Yield causes of NaN and infinity.

    Parameters
    ----------
    expected
        Returns, for the index of a case, what the output is but for them: the right one, or the
        one with the mistakes that were found.
    """
    function = wrong.function
    failing = wrong.cases(right=False)
    large = bool(failing) and all(case.large for case in failing)
    told = f"only the case '{failing[0].name}' is wrong" if large else _where_not_finite(wrong)
    kinds = {differs.kind for differs in wrong.differences if differs is not None}
    if "not_finite" in kinds and function.not_finite and _only_overflown(wrong, expected):
        yield _cause(function.not_finite, told)
    elif "not_finite" in kinds:
        yield Cause(
            "not_finite",
            "NaN or infinity arises",
            _where_not_finite(wrong),
            "look for a division by 0, a logarithm of 0 and an exp of something large",
        )


def mended(wrong: Wrong) -> Iterator[Cause]:
    """Yield the cause if all that is wrong are results that large numbers made necessary to mend.

    Made on purpose, in one and the same way, it gives the results of all cases that are wrong.
    """
    make, cause = wrong.function.when_large, wrong.function.only_large
    failing = wrong.cases(right=False)
    if make is None or cause is None or not any(case.large for case in failing):
        return
    rows = zip(wrong.function.cases, wrong.answers, strict=True)
    came = [answer.results[wrong.output].arrays for case, answer in rows if case in failing]
    for ways in zip(*(make(case.arguments) for case in failing), strict=True):
        pairs = zip(ways, came, strict=True)
        if all(all_agree(parts(made[wrong.output]), arrays) for made, arrays in pairs):
            yield _cause(cause, f"made on purpose, it gives your numbers in '{failing[-1].name}'")
            return


def _only_overflown(wrong: Wrong, expected: Callable[[int], Any]) -> bool:
    """Tell whether NaN and infinity come with large numbers alone, and nothing else differs."""
    for index, differs in enumerate(wrong.differences):
        if differs is None or differs.kind != "not_finite":
            continue
        came = wrong.answers[index].results[wrong.output].arrays
        wanted = parts(expected(index))
        if not wrong.function.cases[index].large or len(came) != len(wanted):
            return False
        for left, right in zip(wanted, came, strict=True):
            finite = np.isfinite(right)
            if left.shape != right.shape or not agree(left[finite], right[finite]):
                return False
    return True


def _where_not_finite(wrong: Wrong) -> str:
    both = zip(wrong.function.cases, wrong.differences, strict=True)
    names = [case.name for case, d in both if d is not None and d.kind == "not_finite"]
    return f"NaN or infinity in the case '{names[0]}'" if names else ""


def _cause(mistake: Mistake, told: str) -> Cause:
    return Cause(mistake.kind, mistake.words, told, mistake.remedy)


def ratio(wrong: Wrong) -> Iterator[Cause]:
    """Yield the factor, if all wrong results are off by the same factor."""
    factors = []
    if any(not _is_zero(wrong, case) for case in wrong.cases(right=True)):
        return
    for left, right in _compared(wrong):
        if left.shape != right.shape or not left.any():
            return
        there = np.abs(left) > ROUNDING * np.abs(left).max()
        factors.append((right[there] / left[there]).ravel())
    if not factors:
        return
    every = np.concatenate(factors)
    if (
        every.size > 1
        and np.isfinite(every).all()
        and np.ptp(every) <= _CONSTANT * abs(every[0])
        and every[0]
    ):
        yield Cause(
            "constant_factor",
            f"every entry is {every[0]:.6g} times what it should be",
            f"the ratio is the same in {every.size} entries",
            "the formula is right but for a constant: where does it come from?",
        )


def _is_zero(wrong: Wrong, case: Case) -> bool:
    """Tell whether the right result of a case is 0, and so is any multiple of it."""
    truth = wrong.truths[wrong.function.cases.index(case)][wrong.output]
    return not any(part.any() for part in parts(truth))


def batch(wrong: Wrong) -> Iterator[Cause]:
    """Yield a cause if single examples are right and all batches are wrong."""
    right, failing = wrong.cases(right=True), wrong.cases(right=False)
    alone = [case for case in right if case.examples == 1]
    if len(alone) == len(right) > 0 and all(case.examples > 1 for case in failing):
        yield Cause(
            "batch",
            "a single example comes out right, and no batch does",
            f"right for '{alone[0].name}', wrong for '{failing[0].name}'",
            "look at what happens along the first axis: sums, means, indices, keepdims",
        )


def error_words(error: Raised) -> str:
    """Write an error on one line, in fewer words than NumPy where two shapes do not fit."""
    sizes = _SIZES.search(error.message)
    if sizes is not None:
        return f"{error.error}: a matrix product in which {sizes[2]} numbers meet {sizes[1]}"
    return f"{error.error}: {error.message}".removesuffix(": ")


def raised(error: Raised) -> Iterator[Cause]:
    """Yield causes that an error message shows."""
    if error.error == "ValueError" and any(word in error.message for word in _SHAPE_WORDS):
        yield Cause(
            "shapes_do_not_fit",
            "two arrays meet whose shapes do not fit",
            error.message,
            "write its shape beside each factor, and that of the result: mostly a transpose is "
            "missing, or one too many",
        )
