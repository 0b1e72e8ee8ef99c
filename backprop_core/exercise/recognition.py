"""Find the known mistake that reproduces the numbers of a learner's function.

Each mistake, and each pair of mistakes, is computed with the learner's arguments. It is the cause
only if its results equal the learner's, in shape and entries, in every case that returned
something, and if they differ from the right results in at least one of these cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.answers import Answer, agree
from backprop_core.exercise.task import Function, Mistake, Outputs, parts
from backprop_core.number_text import roughly

MATCH = 1e-6
"""Largest relative difference at which numbers count as those of a mistake."""


@dataclass(frozen=True)
class Cause:
    """A likely cause.

    Attributes
    ----------
    kind
        Stable name for programs.
    words, evidence, remedy
        The probable mistake, the evidence for it, and what to look at.
    """

    kind: str
    words: str
    evidence: str
    remedy: str


class Suspects:
    """The known mistakes of a function; each is computed once, for all outputs.

    Parameters
    ----------
    truths, answers
        The right results and the learner's, one for each case.
    """

    def __init__(
        self, function: Function, truths: Sequence[Outputs], answers: Sequence[Answer]
    ) -> None:
        self._function, self._truths, self._answers = function, truths, answers
        self._made: dict[frozenset[str], list[Outputs | None]] = {}

    def causes(self, output: int) -> tuple[Cause, ...]:
        """Return the one or two mistakes that explain an output, or none.

        A mistake that explains all outputs, including right ones, takes precedence over one that
        explains this output alone.
        """
        every = tuple(range(len(self._function.outputs)))
        tries: list[tuple[tuple[Mistake, ...], tuple[int, ...]]] = [
            (m, every) for m in self._candidates("", 1)
        ]
        name = self._function.outputs[output].name
        tries += [(m, (output,)) for m in self._candidates(name, 1)]
        tries += [(m, (output,)) for m in self._candidates(name, 2)]
        for mistakes, explained in tries:
            made = self._results(frozenset(m.made for m in mistakes))
            errors = [self._error(j, made, tells=j == output) for j in explained]
            if None not in errors:
                error = max(filter(None, errors), default=0.0)
                return tuple(self._causes(mistakes, len(self._came(output)), error))
        return ()

    def _causes(self, mistakes: Sequence[Mistake], count: int, error: float) -> Iterator[Cause]:
        gives = "it gives" if len(mistakes) == 1 else "together with the other one, it gives"
        cases = f"all {count} cases that came back" if count > 1 else "the one case that came back"
        digits = f"to {roughly(error)}" if error else "to the last digit"
        evidence = f"made on purpose, {gives} your numbers in {cases}, {digits}"
        for mistake in mistakes:
            yield Cause(mistake.kind, mistake.words, evidence, mistake.remedy)

    def _came(self, output: int) -> dict[int, tuple[FloatArray, ...]]:
        """Return the learner's arrays of an output, by case."""
        return {
            i: answer.results[output].arrays
            for i, answer in enumerate(self._answers)
            if answer.results
            and not answer.results[output].problem
            # An overflow hides all other mistakes.
            and not (self._function.cases[i].large and _overflows(answer.results[output].arrays))
        }

    def _candidates(self, output: str, count: int) -> Iterator[tuple[Mistake, ...]]:
        """Yield one or two mistakes about an output; "" means any output."""
        wanted = self._function.mistakes
        known = [m for m in wanted if not output or not m.outputs or output in m.outputs]
        for some in combinations(known, count):
            if len({mistake.axis for mistake in some}) == count:
                yield some

    def _results(self, made: frozenset[str]) -> list[Outputs | None]:
        if made not in self._made:
            self._made[made] = [self._make(i, made) for i in range(len(self._function.cases))]
        return self._made[made]

    def _make(self, case: int, made: frozenset[str]) -> Outputs | None:
        """Compute the results of mistakes; None if their shapes do not fit together."""
        try:
            with np.errstate(all="ignore"):
                return self._function.recipe(self._function.cases[case].arguments, made)
        except (ValueError, IndexError):
            return None

    def _error(self, output: int, made: Sequence[Outputs | None], *, tells: bool) -> float | None:
        """Return the relative distance of an output from that of a mistake; None if they differ.

        Parameters
        ----------
        tells
            Whether the mistake must differ from the right results in some case.
        """
        differs, error = False, 0.0
        for i, arrays in self._came(output).items():
            wrong = made[i]
            if wrong is None:
                return None
            wanted = parts(wrong[output])
            if not _same(wanted, arrays, MATCH):
                return None
            differs |= not _same(parts(self._truths[i][output]), wanted, MATCH)
            error = max([error, *map(_distance, wanted, arrays)])
        return error if differs or not tells else None


def _overflows(arrays: Sequence[FloatArray]) -> bool:
    return not all(np.isfinite(array).all() for array in arrays)


def _same(left: Sequence[FloatArray], right: Sequence[FloatArray], tolerance: float) -> bool:
    pairs = zip(left, right, strict=False)
    return len(left) == len(right) and all(agree(a, b, tolerance) for a, b in pairs)


def _distance(left: FloatArray, right: FloatArray) -> float:
    finite = np.isfinite(left) & np.isfinite(right)
    scale = np.abs(left[finite]).max(initial=0.0) or 1.0
    return float(np.abs(left[finite] - right[finite]).max(initial=0.0) / scale)
