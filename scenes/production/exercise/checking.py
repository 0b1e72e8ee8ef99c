"""Check a learner's file and return a report."""

from __future__ import annotations

from pathlib import Path

from backprop_core.errors import InputError
from backprop_core.exercise.catalog import NAMES, exercise, named_in
from backprop_core.exercise.judgement import Judgement, failed, judge, standard
from backprop_core.exercise.task import Function
from backprop_core.formatting import source_name
from scenes.production.exercise.learner_process import Limits
from scenes.production.exercise.report import Report
from scenes.production.exercise.running import Ran, run
from scenes.production.exercise.submission import Submission, read_submission


def check(path: Path, named: str | None, limits: Limits) -> Report:
    """Run a learner's file and judge its functions.

    Parameters
    ----------
    path
        The file.
    named
        Name of the exercise; None means the one that the file names.
    limits
        Time and memory that its process may take.

    Raises
    ------
    InputError
        If there is no such file, or it does not say which exercise it is.
    """
    where = source_name(str(path))
    submission = _read(path, where)
    chosen = named or named_in(submission.source.decode("utf-8", errors="replace"))
    if chosen is None:
        raise InputError(
            f'{where}: does not say which exercise it is; allowed a line EXERCISE = "layer" '
            f"(or {', '.join(NAMES[1:])}), or --exercise"
        )
    task = exercise(chosen)
    ran = run(submission, task, limits)
    judgements = tuple(_judge(function, ran) for function in task.functions)
    return Report(where, task.name, judgements, ran.load_failed, ran.broke_off, ran.printed)


def _read(path: Path, where: str) -> Submission:
    try:
        return read_submission(path)
    except FileNotFoundError:
        raise InputError(
            f"{where}: no such file; `backprop exercise new layer` writes one"
        ) from None
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _judge(function: Function, ran: Ran) -> Judgement:
    if ran.load_failed is not None:
        return failed(function, "the file cannot be used")
    if function.name in ran.stopped:
        return failed(function, ran.stopped[function.name])
    return judge(standard(function), ran.answers[function.name])
