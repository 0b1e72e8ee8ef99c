"""Content of the film of a wrong array: its numbers and its sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.judgement import Finding, Judgement
from backprop_core.number_text import MINUS
from scenes.production.exercise.report import Report
from scenes.words.figures import Figure, Sentence, constant, measured, sentence, verbatim

_DRAWN = ("value", "shape")
"""Kinds of differences with two arrays of numbers."""
_HYPHEN = re.compile(r"(?<= )-(?=[ \d])")
"""A hyphen that stands for a minus sign."""
_MOST_ENTRIES = 400


@dataclass(frozen=True)
class ArrayDiff:
    """The right array and the returned one, where they differ most, and why; plain data.

    Attributes
    ----------
    exercise, function, part
        Exercise, function and output: ``dW`` or, for a list, ``dW[0] (layer 1)``.
    case
        Name of the case.
    gradient
        Whether the output is a gradient, which was compared with central differences.
    expected, got
        The arrays, as nested lists of two levels.
    entry
        Row and column where they differ most; None if their shapes differ.
    cause
        The likely cause; "" if none was found.
    known
        Whether the cause is a known mistake that gives the same numbers.
    theme
        "dark" or "light".
    """

    exercise: str
    function: str
    part: str
    case: str
    gradient: bool
    expected: list[list[float]]
    got: list[list[float]]
    expected_shape: list[int]
    got_shape: list[int]
    entry: list[int] | None
    cause: str
    known: bool
    theme: str = "dark"

    def as_json(self) -> str:
        """Write it on one line."""
        return json.dumps(vars(self))

    @classmethod
    def from_json(cls, text: str) -> ArrayDiff:
        """Read what `as_json` wrote."""
        return cls(**json.loads(text))

    # What stands on screen

    def subtitle(self) -> Sentence:
        """Return exercise, function, output and case."""
        return verbatim(f"{self.exercise}, {self.function}, {self.part}: {self.case}")

    def shape(self, which: str) -> Sentence:
        """Return the shape of an array as NumPy has it."""
        shape = tuple(self.expected_shape if which == "expected" else self.got_shape)
        return sentence("{shape}", shape=constant("shape", str(shape)))

    def figure(self, which: str, row: int, column: int, digits: int) -> Figure:
        """Return one number of an array."""
        value = (self.expected if which == "expected" else self.got)[row][column]
        name = f"{which} {self.part}[{row},{column}]"
        # In a cell there is no room for "0 exactly"; nothing but zero is written so.
        return measured(name, value, digits=digits) if value else Figure(name, 0.0, "0")

    # What is said

    def right(self) -> Sentence:
        """Say how the right array was computed."""
        if self.gradient:
            return sentence("This is right: the core and central differences agree on it.")
        return sentence("This should come back: the core computes it so.")

    def yours(self) -> Sentence:
        """Introduce the returned array."""
        return sentence("And this is what came back from your function.")

    def difference(self) -> Sentence:
        """Say where they differ most."""
        if self.entry is None:
            return sentence(
                "Its shape is {got}; it should be {expected}.",
                got=constant("shape", str(tuple(self.got_shape))),
                expected=constant("shape", str(tuple(self.expected_shape))),
            )
        row, column = self.entry
        return sentence(
            "They differ most here: {expected} is right, {got} came back.",
            expected=self.figure("expected", row, column, 3),
            got=self.figure("got", row, column, 3),
        )

    def why(self) -> Sentence:
        """Say what evidence there is for the cause."""
        if self.known:
            return sentence("That, done on purpose, gives the very same numbers.")
        if self.cause:
            return sentence("That is what these numbers tell.")
        return sentence("None of the mistakes that are known gives these numbers.")

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats for people who cannot see them."""
        return {
            "right": sentence("An array of numbers, the right {part}.", part=self._part()),
            "yours": "The array that came back appears beside it.",
            "difference": "The entry that differs most is framed in both."
            if self.entry is not None
            else "The two shapes are set off.",
            "why": verbatim(f"Below them stands the likely cause: {self.cause or 'unknown'}."),
        }

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return verbatim(
            f"Two arrays side by side: {self.part} as it should be and as it came back. "
            f"Below: {self.cause or 'no known mistake gives these numbers'}."
        )

    def _part(self) -> Figure:
        return constant("part", self.part)


def array_diffs(report: Report, theme: str) -> dict[str, ArrayDiff]:
    """Return what can be filmed of a report: for each function the first array that differs."""
    found: dict[str, ArrayDiff] = {}
    for judgement in report.judgements:
        for finding in judgement.findings:
            diff = _array_diff(report.exercise, judgement, finding, theme)
            if diff is not None:
                found.setdefault(judgement.function.name, diff)
    return found


def _array_diff(
    exercise: str, judgement: Judgement, finding: Finding, theme: str
) -> ArrayDiff | None:
    differs, case = finding.difference, finding.case
    if differs is None or case is None or differs.kind not in _DRAWN:
        return None
    expected, got = differs.arrays
    drawn = all(_can_be_drawn(array) for array in differs.arrays)
    if not drawn:
        return None
    output = next(o for o in judgement.function.outputs if o.name == finding.output)
    # Of two mistakes it takes both to give these numbers.
    told = finding.causes[:2] if finding.known else finding.causes[:1]
    cause = _HYPHEN.sub(MINUS, "; ".join(cause.words for cause in told))
    same = differs.kind == "value"
    return ArrayDiff(
        exercise=exercise,
        function=judgement.function.name,
        part=output.part(differs.part),
        case=case.name,
        gradient=output.of is not None,
        expected=_flat(expected).tolist(),
        got=_flat(got).tolist(),
        expected_shape=list(expected.shape),
        got_shape=list(got.shape),
        entry=_place(differs.entry) if same else None,
        cause=cause,
        known=finding.known,
        theme=theme,
    )


def _can_be_drawn(array: FloatArray) -> bool:
    finite = bool(np.isfinite(array).all())
    return array.ndim <= 2 and 0 < array.size <= _MOST_ENTRIES and finite


def _flat(array: FloatArray) -> FloatArray:
    """Return a vector as one row, and a number as an array of one entry."""
    return np.atleast_2d(array)


def _place(entry: Sequence[int]) -> list[int]:
    """Return row and column of an entry as it is drawn."""
    return [0] * (2 - len(entry)) + list(entry)
