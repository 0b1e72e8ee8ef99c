"""The files of a class: a row of scores for each learner, and how common each mistake is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_core.errors import InputError
from backprop_core.exercise.judgement import RIGHT, Judgement
from backprop_core.formatting import WIDEST, source_name, wrap
from backprop_core.number_text import percent
from scenes.production.exercise.checking import check
from scenes.production.exercise.learner_process import Limits
from scenes.production.exercise.report import SCHEMA, Report, is_unwritten
from scenes.production.process.error_messages import one_line, words
from scenes.production.sidecars.spreadsheet import as_csv

UNEXPLAINED, FAILS = "unexplained", "fails"
"""The kinds of what is wrong and no known mistake, and of what returns no numbers at all."""
_NO_KNOWN = "other numbers than those of the known mistakes"
_WIDEST = 24


@dataclass(frozen=True, eq=False)
class Checked:
    """The file of one learner.

    Attributes
    ----------
    learner
        The shortest name that tells the learner from others of the class.
    report
        What was found; None if the file could not be checked.
    error
        Why not, in one line.
    """

    file: str
    learner: str
    report: Report | None
    error: str = ""

    @property
    def problem(self) -> str:
        """Why nothing in it was judged; "" if something was."""
        failed = None if self.report is None else self.report.load_failed
        if failed is None:
            return self.error
        return ": ".join(filter(None, (failed.place, failed.error, failed.message)))

    @property
    def passed(self) -> bool:
        """Whether every function is right."""
        return self.report is not None and self.report.passed

    def judgement(self, function: str) -> Judgement | None:
        """Return what was found about a function, if the exercise has it."""
        found = () if self.report is None else self.report.judgements
        return next((one for one in found if one.function.name == function), None)


@dataclass(frozen=True)
class Common:
    """A mistake, and who has made it."""

    function: str
    kind: str
    words: str
    learners: tuple[str, ...]


def learners(files: Sequence[Path]) -> list[str]:
    """Return a name for each file: its stem, or where they repeat, its path within the class."""
    stems = [file.stem for file in files]
    if len(set(stems)) == len(stems):
        return stems
    whole = [file.parent.resolve() / file.name for file in files]
    above = os.path.commonpath([file.parent for file in whole])
    return [file.relative_to(above).with_suffix("").as_posix() for file in whole]


def check_class(
    files: Sequence[Path],
    named: str | None,
    limits: Limits,
    tell: Callable[[int, str], None],
) -> list[Checked]:
    """Check the files of a class one after the other; one that is broken stops no other.

    Parameters
    ----------
    named
        Name of the exercise; None means the one that each file names.
    tell
        Called with the number of a file, from 1, and the learner's name before it is checked.
    """
    found = []
    for number, (file, learner) in enumerate(zip(files, learners(files), strict=True), 1):
        tell(number, learner)
        report, error = None, ""
        try:
            report = check(file, named, limits)
        except InputError as wrong:
            # They begin with the file, as it is written in lines, which stands beside them.
            about = f"{source_name(str(file))}: "
            error = one_line("; ".join(line.removeprefix(about) for line in wrong.problems))
        except Exception as wrong:
            error = one_line(words(wrong))
        found.append(Checked(str(file), learner, report, error))
    return found


def mistakes(checked: Sequence[Checked]) -> list[Common]:
    """Return the mistakes of a class, the commonest first."""
    said: dict[tuple[str, str], str] = {}
    made: dict[tuple[str, str], dict[str, None]] = {}
    for one in checked:
        for judgement in () if one.report is None else one.report.judgements:
            for kind, explained in _kinds(judgement):
                key = judgement.function.name, kind
                said.setdefault(key, explained)
                made.setdefault(key, {})[one.learner] = None
    common = [Common(*key, said[key], tuple(who)) for key, who in made.items()]
    return sorted(common, key=lambda one: (-len(one.learners), one.function, one.kind))


def _kinds(judgement: Judgement) -> Iterator[tuple[str, str]]:
    """Yield the mistakes of a function, by kind and in words."""
    if judgement.status == RIGHT or is_unwritten(judgement):
        return
    for finding in judgement.findings:
        for cause in finding.causes:
            yield cause.kind, cause.words
        if finding.causes:
            continue
        if finding.difference is not None:
            yield UNEXPLAINED, _NO_KNOWN
        elif finding.raised is not None:
            yield f"raises {finding.raised.error}", f"it ends with {finding.raised.error}"
        else:
            yield FAILS, "nothing can be judged that it returns"


def _functions(checked: Sequence[Checked]) -> list[str]:
    reports = [one.report for one in checked if one.report is not None]
    return list(dict.fromkeys(j.function.name for r in reports for j in r.judgements))


def _column(common: Common) -> str:
    return f"{common.function}: {common.kind}"


def scores_csv(checked: Sequence[Checked]) -> str:
    """Return a row for each learner: the scores, 0..1, and 1 for each mistake that was made."""
    functions, common = _functions(checked), mistakes(checked)
    header = ("learner", "file", "exercise", "passed", "score", *functions)
    rows = []
    for one in checked:
        scores = [_score(one.judgement(function)) for function in functions]
        made = [int(one.learner in each.learners) for each in common]
        about = ("", False, 0.0) if one.report is None else _about(one.report)
        rows.append((one.learner, one.file, *about, *scores, *made, one.problem))
    return as_csv((*header, *map(_column, common), "problem"), rows)


def _about(report: Report) -> tuple[str, bool, float]:
    return report.exercise, report.passed, round(report.score, 4)


def _score(judgement: Judgement | None) -> float | None:
    return None if judgement is None else round(judgement.score, 4)


def mistakes_csv(checked: Sequence[Checked]) -> str:
    """Return a row for each mistake, the commonest first: how many have made it, and who."""
    header = ("function", "mistake", "learners", "share", "words", "who")
    rows = (
        (
            *(one.function, one.kind, len(one.learners)),
            round(len(one.learners) / len(checked), 4),
            *(one.words, ", ".join(one.learners)),
        )
        for one in mistakes(checked)
    )
    return as_csv(header, rows)


def as_dict(checked: Sequence[Checked]) -> dict[str, Any]:
    """Return everything as plain data."""
    files = [
        {
            "learner": one.learner,
            "file": one.file,
            "error": one.error or None,
            "report": None if one.report is None else one.report.as_dict(),
        }
        for one in checked
    ]
    common = [vars(one) | {"learners": list(one.learners)} for one in mistakes(checked)]
    return {"schema": SCHEMA, "files": files, "mistakes": common}


def lines(checked: Sequence[Checked]) -> Iterator[str]:
    """Yield the lines that a lecturer reads."""
    functions = _functions(checked)
    width = min(_WIDEST, max(map(len, ("learner", *(one.learner for one in checked)))))
    yield "  ".join([f"{'learner':<{width}}", " score", *(f"{name:>7}" for name in functions)])
    for one in checked:
        learner = f"{_cut(one.learner, width):<{width}}"
        if one.problem:
            yield f"{learner}       -  {_cut(one.problem, max(WIDEST - width - 10, 40))}"
            continue
        assert one.report is not None
        scores = [_percent(one.judgement(name), max(7, len(name))) for name in functions]
        yield "  ".join([learner, f"{percent(one.report.score):>6}", *scores])
    common = mistakes(checked)
    if common:
        yield ""
        yield f"mistakes, of {len(checked)} learner{'s' * (len(checked) != 1)}"
    yield from common_lines(common)


def common_lines(common: Sequence[Common]) -> Iterator[str]:
    """Yield the lines that say how common each mistake is."""
    for each in common:
        yield from wrap(f"{each.function}: {each.words}", f"{len(each.learners):>4}  ")


def _percent(judgement: Judgement | None, width: int) -> str:
    return " " * width if judgement is None else f"{percent(judgement.score):>{width}}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."
