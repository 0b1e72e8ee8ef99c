"""Find the known mistakes that reproduce the numbers of a learner's function.

Each mistake, and each pair of mistakes, is computed with the learner's arguments. They are the
cause only if they reproduce everything that the function returned: every output, in shape and
entries, in every case that returned something. What explains one output and leaves another one open
explains nothing, and is not named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.answers import Answer, all_agree
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
        """Return the one or two mistakes that were made in an output, or none.

        There are none, either, if some other output cannot be explained.
        """
        if self._explanation is None:
            return ()
        mistakes = self._explanation[output]
        error = self._error(output, mistakes)
        assert error is not None
        return tuple(self._causes(mistakes, len(self._came(output)), error))

    def made(self, output: int, case: int) -> Any:
        """Return an output of a case with the mistakes that explain it, or the right one."""
        mistakes = () if self._explanation is None else self._explanation[output]
        made = self._results(mistakes)[case]
        return (self._truths[case] if made is None else made)[output]

    @cached_property
    def _explanation(self) -> tuple[tuple[Mistake, ...], ...] | None:
        """For each output the mistakes made in it, so that all is reproduced; None if nothing does.

        Mistakes that were made throughout are tried first, then those of each output by itself.
        """
        outputs = range(len(self._function.outputs))
        for mistakes in self._tried():
            if all(self._error(j, mistakes) is not None for j in outputs):
                return tuple(tuple(m for m in mistakes if self._concerns(m, j)) for j in outputs)
        found = [self._of_output(j) for j in outputs]
        known = tuple(mistakes for mistakes in found if mistakes is not None)
        return known if len(known) == len(found) else None

    def _of_output(self, output: int) -> tuple[Mistake, ...] | None:
        """Return the fewest mistakes that reproduce an output; None if there are none."""
        for mistakes in self._tried():
            alone = all(self._concerns(m, output) and not m.whole for m in mistakes)
            if alone and self._error(output, mistakes) is not None:
                return mistakes
        return None

    def _concerns(self, mistake: Mistake, output: int) -> bool:
        return not mistake.outputs or self._function.outputs[output].name in mistake.outputs

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

    def _tried(self) -> Iterator[tuple[Mistake, ...]]:
        """Yield what may explain an output: no mistake, one, or two."""
        yield ()
        yield from self._candidates(1)
        yield from self._candidates(2)

    def _candidates(self, count: int) -> Iterator[tuple[Mistake, ...]]:
        """Yield one or two mistakes that do not exclude each other."""
        for some in combinations(self._function.mistakes, count):
            if len({mistake.axis for mistake in some}) == count:
                yield some

    def _results(self, mistakes: Sequence[Mistake]) -> list[Outputs | None]:
        made = frozenset(mistake.made for mistake in mistakes)
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

    def _error(self, output: int, mistakes: Sequence[Mistake]) -> float | None:
        """Return the relative distance of an output from that with mistakes; None if too far."""
        made, error = self._results(mistakes), 0.0
        for i, arrays in self._came(output).items():
            wrong = made[i]
            if wrong is None:
                return None
            wanted = parts(wrong[output])
            if not all_agree(wanted, arrays, MATCH):
                return None
            error = max([error, *map(_distance, wanted, arrays)])
        return error


def _overflows(arrays: Sequence[FloatArray]) -> bool:
    return not all(np.isfinite(array).all() for array in arrays)


def _distance(left: FloatArray, right: FloatArray) -> float:
    finite = np.isfinite(left) & np.isfinite(right)
    scale = np.abs(left[finite]).max(initial=0.0) or 1.0
    return float(np.abs(left[finite] - right[finite]).max(initial=0.0) / scale)
