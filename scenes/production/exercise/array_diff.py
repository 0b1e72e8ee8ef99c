"""The film of a wrong array beside the right one: what it shows, and what it says."""

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
"""Kinds of differences of which there are two arrays of numbers."""
_HYPHEN = re.compile(r"(?<= )-(?=[ \d])")
"""What stands for a minus sign where people type."""
_MOST_ENTRIES = 400


@dataclass(frozen=True)
class ArrayDiff:
    """The right array and the returned one, where they differ most, and why; plain data.

    Attributes
    ----------
    exercise, function, part
        Whose they are: ``dW`` or, of a list, ``dW[0] (layer 1)``.
    case
        For which arguments.
    gradient
        Whether it is a gradient, which central differences were compared with.
    expected, got
        The arrays, as nested lists of at most two levels; their shapes.
    entry
        Where they differ most; none if their shapes differ.
    cause
        What was probably done; "" if nothing tells.
    known
        Whether the cause is a mistake that gives the same numbers.
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
        """Say whose arrays these are."""
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
        """Say where the right one comes from."""
        if self.gradient:
            return sentence("This is right: the core and central differences agree on it.")
        return sentence("This should come back: the core computes it so.")

    def yours(self) -> Sentence:
        """Present the other one."""
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
        """Say what the cause rests on."""
        if self.known:
            return sentence("That, done on purpose, gives the very same numbers.")
        if self.cause:
            return sentence("That is what these numbers tell.")
        return sentence("None of the mistakes that are known gives these numbers.")

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats to those who do not see them."""
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
    """Let a vector lie as a row, and a number be the only one of its array."""
    return np.atleast_2d(array)


def _place(entry: Sequence[int]) -> list[int]:
    """Return row and column of an entry as it is drawn."""
    return [0] * (2 - len(entry)) + list(entry)
