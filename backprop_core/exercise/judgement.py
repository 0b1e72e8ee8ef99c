"""Judge a learner's functions: compare them with the right results, and find likely causes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise import patterns
from backprop_core.exercise.answers import Answer, Difference, Raised, difference
from backprop_core.exercise.recognition import Cause, Suspects
from backprop_core.exercise.task import Arguments, Case, Function, Outputs, parts
from backprop_core.measures.gradcheck import gradcheck

RIGHT, WRONG, FAILED = "right", "wrong", "failed"
"""A function agrees in all cases; differs in some; or returns nothing."""


@dataclass(frozen=True, eq=False)
class Finding:
    """One problem of a function.

    Attributes
    ----------
    output
        The output concerned; "" if the whole function is.
    case
        The case in which the problem shows.
    words
        What is wrong, in one line.
    difference
        The entry that differs most, if numbers came back.
    central
        Central difference for that entry, if the output is a gradient.
    raised
        The error that ended the call, if any.
    causes
        Likely causes, the likeliest first.
    known
        Whether the causes are known mistakes that reproduce the learner's numbers.
    """

    output: str
    case: Case | None
    words: str
    difference: Difference | None = None
    central: float | None = None
    raised: Raised | None = None
    causes: tuple[Cause, ...] = ()
    known: bool = False


@dataclass(frozen=True, eq=False)
class Judgement:
    """The judgement of one function.

    Attributes
    ----------
    status
        `RIGHT`, `WRONG` or `FAILED`.
    score
        Fraction of cases x outputs that are right, 0..1.
    right, cases
        Number of cases with all outputs right, and number of all cases.
    findings
        The problems.
    """

    function: Function
    status: str
    score: float
    right: int
    cases: int
    findings: tuple[Finding, ...]


def failed(function: Function, words: str) -> Judgement:
    """Return the judgement of a function whose calls did not finish."""
    finding = Finding("", None, words)
    return Judgement(function, FAILED, 0.0, 0, len(function.cases), (finding,))


@dataclass(frozen=True, eq=False)
class Standard:
    """The right results of a function.

    Attributes
    ----------
    truths
        The results of the core, one for each case.
    central
        For each case central differences of every output that is a gradient, by its name.
    """

    function: Function
    truths: tuple[Outputs, ...]
    central: tuple[Mapping[str, tuple[FloatArray, ...]], ...]


def standard(function: Function) -> Standard:
    """Compute what a function should return.

    Raises
    ------
    RuntimeError
        If the core and central differences disagree, so that neither can serve as the standard.
    """
    truths = tuple(function.truth(case.arguments) for case in function.cases)
    both = zip(function.cases, truths, strict=True)
    return Standard(function, truths, tuple(central_differences(function, *pair) for pair in both))


# A learner's numbers may be as large as a float can be.
@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def judge(right: Standard, answers: Sequence[Answer]) -> Judgement:
    """Compare the answers of a function, one for each case, with the right results."""
    function = right.function
    table = [_differences(function, *pair) for pair in zip(right.truths, answers, strict=True)]
    good = [
        [differs is None and bool(a.results) and not a.changed for differs in row]
        for row, a in zip(table, answers, strict=True)
    ]
    wrong = tuple(_wrong_outputs(right, answers, table))
    explained = any(finding.known for finding in wrong)
    findings = (
        *_changes(function, answers),
        *_failures(function, answers, explained=explained),
        *wrong,
    )
    count = sum(map(all, good))
    came = any(answer.results for answer in answers)
    status = RIGHT if count == len(good) else WRONG if came else FAILED
    return Judgement(function, status, float(np.mean(good)), count, len(good), findings)


def _differences(function: Function, truth: Outputs, answer: Answer) -> list[Difference | None]:
    if not answer.results:
        return [None] * len(function.outputs)
    compared = zip(function.outputs, truth, answer.results, strict=True)
    return [difference(output, value, result) for output, value, result in compared]


def central_differences(
    function: Function, case: Case, truth: Outputs
) -> Mapping[str, tuple[FloatArray, ...]]:
    """Return central differences of every output that is a gradient, by its name.

    Raises
    ------
    RuntimeError
        If they disagree with the gradients of the core.
    """
    found: dict[str, tuple[FloatArray, ...]] = {}
    if function.objective is None or case.large:
        return found
    for output, value in zip(function.outputs, truth, strict=True):
        if output.of is None:
            continue
        checks = [
            gradcheck(
                partial(_objective, function.objective, case.arguments, output.of, i),
                gradient,
                parts(case.arguments[output.of])[i],
            )
            for i, gradient in enumerate(parts(value))
        ]
        for check in checks:
            if not check.passed:
                raise RuntimeError(f"{function.name}, {output.name}, {case.name}: {check.message}")
        found[output.name] = tuple(check.numeric for check in checks)
    return found


def _objective(
    objective: Callable[[Arguments], float],
    arguments: Arguments,
    name: str,
    index: int,
    array: FloatArray,
) -> float:
    """Return the objective with one array of one argument replaced."""
    value: Any = arguments[name]
    if isinstance(value, list):
        return objective({**arguments, name: [*value[:index], array, *value[index + 1 :]]})
    return objective({**arguments, name: array})


def _changes(function: Function, answers: Sequence[Answer]) -> Iterator[Finding]:
    for case, answer in zip(function.cases, answers, strict=True):
        if answer.changed:
            names = " and ".join(answer.changed)
            cause = Cause(
                "changed_in_place",
                f"{names} is written to: the caller's array is another one afterwards",
                f"compared before and after the call, in '{case.name}'",
                "+=, -=, *= and a[...] = write into the array itself; make a new one, or copy",
            )
            words = f"it changes its argument {names} in place"
            yield Finding("", case, words, causes=(cause,))
            return


def _failures(
    function: Function, answers: Sequence[Answer], *, explained: bool
) -> Iterator[Finding]:
    """Yield the first failed call; the error's cause is given only if nothing else tells more."""
    for case, answer in zip(function.cases, answers, strict=True):
        error = answer.raised
        if error is not None:
            words = patterns.error_words(error)
            causes = () if explained else tuple(patterns.raised(error))
            yield Finding("", case, words, raised=error, causes=causes)
            return
        if answer.problem:
            yield Finding("", case, answer.problem)
            return


def _wrong_outputs(
    right: Standard,
    answers: Sequence[Answer],
    table: Sequence[Sequence[Difference | None]],
) -> Iterator[Finding]:
    function, suspects = right.function, Suspects(right.function, right.truths, answers)
    outputs = {
        j: patterns.Wrong(function, j, answers, right.truths, [row[j] for row in table])
        for j in range(len(function.outputs))
        if any(row[j] is not None for row in table)
    }
    found = {j: suspects.causes(j) for j in outputs}
    if not (known := any(found.values())):
        found = {j: _whatever_formula(wrong) for j, wrong in outputs.items()}
        if not all(found.values()):
            # What explains one output, and not another one that is wrong, is a guess.
            found = {}
    for j, wrong in outputs.items():
        first = next(i for i, differs in enumerate(wrong.differences) if differs is not None)
        differs = wrong.differences[first]
        assert differs is not None
        output = function.outputs[j]
        numeric = right.central[first].get(output.name, ()) if differs.kind == "value" else ()
        causes = (*found.get(j, ()), *patterns.size(wrong, partial(suspects.made, j)))
        yield Finding(
            output.name,
            function.cases[first],
            differs.words,
            differs,
            float(numeric[differs.part][differs.entry]) if numeric else None,
            causes=causes or tuple(patterns.batch(wrong)),
            known=known and bool(found[j]),
        )


def _whatever_formula(wrong: patterns.Wrong) -> tuple[Cause, ...]:
    """Return a cause that explains an output, whatever the formula."""
    for look in (patterns.mended, patterns.precision, patterns.ratio):
        if found := tuple(look(wrong)):
            return found
    return ()
