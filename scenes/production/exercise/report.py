"""The report on a learner's file: in words for the learner, as plain data for an autograder."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_core.exercise.answers import Raised
from backprop_core.exercise.judgement import RIGHT, Finding, Judgement
from backprop_core.exercise.recognition import Cause
from backprop_core.number_text import to_compare

SCHEMA = 1
"""Version of what `Report.as_dict` returns; it rises when a field is removed or changed."""
_UNWRITTEN = "NotImplementedError"
_NAME = 10
"""Width of the names at the beginning of a line."""


@dataclass(frozen=True, eq=False)
class Report:
    """The result of a check.

    Attributes
    ----------
    file
        The path as it was typed.
    load_failed
        Why nothing could be judged; None if something could.
    broke_off
        The first error of lines that stand outside of functions, if what was defined before it, or
        in other cells, could be judged. It takes nothing from the score.
    printed
        The beginning of what the file printed.
    """

    file: str
    exercise: str
    judgements: tuple[Judgement, ...]
    load_failed: Raised | None = None
    broke_off: Raised | None = None
    printed: str = ""

    @property
    def passed(self) -> bool:
        """Whether every function is right."""
        return self.load_failed is None and all(j.status == RIGHT for j in self.judgements)

    @property
    def score(self) -> float:
        """Mean of the scores of the functions, 0..1."""
        return float(np.mean([judgement.score for judgement in self.judgements]))

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "schema": SCHEMA,
            "file": self.file,
            "exercise": self.exercise,
            "passed": self.passed,
            "score": round(self.score, 4),
            "load_failed": _plain_error(self.load_failed),
            "broke_off": _plain_error(self.broke_off),
            "functions": [_plain_judgement(judgement) for judgement in self.judgements],
            "printed": self.printed,
        }

    def lines(self) -> Iterator[str]:
        """Yield the lines that the learner reads."""
        if self.load_failed is not None:
            yield f"{self.file}: cannot be used"
            yield from _error_lines(self.load_failed)
            return
        yield f"{self.file}: exercise {self.exercise}"
        for judgement in self.judgements:
            yield f"  {judgement.function.name:<{_NAME}}{_verdict(judgement)}"
        if self.broke_off is not None:
            yield ""
            yield "it fails outside of these functions; what was defined is checked all the same"
            yield from _error_lines(self.broke_off)
        for judgement in self.judgements:
            if judgement.status != RIGHT and not is_unwritten(judgement):
                yield ""
                yield from _judgement_lines(judgement)
        yield ""
        yield self._closing()

    def _closing(self) -> str:
        if self.passed:
            return "All right: as the core computes it, and as central differences do."
        wrong = [j for j in self.judgements if j.status != RIGHT]
        written = [j for j in wrong if not is_unwritten(j)]
        if not written:
            return f"Next: write {wrong[0].function.call}; its docstring says what is wanted."
        name = written[0].function.name
        more = " Others may call it." if len(written) > 1 else ""
        return f"Next: put {name} right, then check again.{more}"


def is_unwritten(judgement: Judgement) -> bool:
    """Tell whether a function still raises NotImplementedError, as in the template."""
    return any(f.raised is not None and f.raised.error == _UNWRITTEN for f in judgement.findings)


def status(judgement: Judgement) -> str:
    """Name the status of a function: right, wrong, failed or unwritten."""
    return "unwritten" if is_unwritten(judgement) else judgement.status


def _verdict(judgement: Judgement) -> str:
    if is_unwritten(judgement):
        return "not written yet"
    if judgement.status == RIGHT:
        return f"right      in all {judgement.cases} cases"
    return f"{judgement.status:<10} right in {judgement.right} of {judgement.cases} cases"


def _judgement_lines(judgement: Judgement) -> Iterator[str]:
    function = judgement.function
    said: set[str] = set()
    for finding in judgement.findings:
        # An output may have the name of its function.
        itself = finding.words.startswith((f"{function.name}: ", f"{function.name} "))
        yield finding.words if itself else f"{function.name}: {finding.words}"
        if finding.case is not None:
            shapes = ", ".join(
                f"{name} {_shape(finding.case.arguments[name])}" for name in function.parameters
            )
            yield f"  {'where':<{_NAME}}{finding.case.name}: {shapes}"
        if finding.central is not None:
            central = to_compare(finding.central)
            yield f"  {'':<{_NAME}}central differences of the loss give {central}"
        if finding.raised is not None:
            yield from _place(finding.raised)
        for cause in finding.causes:
            if cause.kind in said:
                yield f"  {'cause':<{_NAME}}as above: {cause.words}"
                continue
            said.add(cause.kind)
            yield f"  {'cause':<{_NAME}}{cause.words}"
            yield f"  {'evidence':<{_NAME}}{cause.evidence}"
            yield f"  {'look at':<{_NAME}}{cause.remedy}"
        if not finding.causes and finding.difference is not None:
            yield f"  {'cause':<{_NAME}}none of the mistakes that are known gives these numbers"


def _shape(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_shape(part) for part in value)}]"
    return str(np.shape(value)).replace(",)", ",)")


def _error_lines(raised: Raised) -> Iterator[str]:
    yield f"  {raised.error}: {raised.message}".replace("  : ", "  ")
    yield from _place(raised)


def _place(raised: Raised) -> Iterator[str]:
    if raised.place:
        yield f"  {raised.place:<{_NAME - 1}} {raised.code}"


def _plain_error(raised: Raised | None) -> dict[str, Any] | None:
    return None if raised is None else dict(vars(raised))


def _plain_judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "name": judgement.function.name,
        "status": status(judgement),
        "score": round(judgement.score, 4),
        "right": judgement.right,
        "cases": judgement.cases,
        "findings": [_plain_finding(judgement, finding) for finding in judgement.findings],
    }


def _plain_finding(judgement: Judgement, finding: Finding) -> dict[str, Any]:
    case, differs = finding.case, finding.difference
    return {
        "output": finding.output or None,
        "words": finding.words,
        "case": None if case is None else case.name,
        "shapes": None
        if case is None
        else {n: _plain_shape(case.arguments[n]) for n in judgement.function.parameters},
        "difference": None if differs is None else differs.kind,
        "array": None if differs is None else differs.part,
        "entry": None if differs is None else list(differs.entry),
        "expected": None if differs is None else _number(differs.expected),
        "got": None if differs is None else _number(differs.got),
        "central_differences": finding.central,
        "raised": _plain_error(finding.raised),
        "causes": [_plain_cause(cause) for cause in finding.causes],
    }


def _plain_cause(cause: Cause) -> dict[str, str]:
    return dict(vars(cause))


def _plain_shape(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [_plain_shape(part) for part in value]
    return list(np.shape(value))


def _number(value: float | None) -> float | str | None:
    """Return a number for JSON, with NaN and infinity as strings."""
    return value if value is None or math.isfinite(value) else str(value)
