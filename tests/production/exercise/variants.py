"""Many versions of an exercise's functions in one learner's file, which one process then calls."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from backprop_core.exercise.catalog import exercise
from backprop_core.exercise.judgement import Judgement, Standard, judge, standard
from backprop_core.exercise.task import Exercise
from scenes.production.exercise.running import Limits, run
from scenes.production.exercise.submission import Submission

LEARNERS = Path(__file__).parent / "learners"
NAMED = re.compile(r"^def ((\w+?)__(\w+))\(", re.MULTILINE)


@cache
def standards(name: str) -> dict[str, Standard]:
    """Return what the functions of an exercise are judged by."""
    return {function.name: standard(function) for function in exercise(name).functions}


def variants(file: str) -> list[tuple[str, str, str]]:
    """Return name, first and second part of all functions of a file that are called f__g."""
    found = NAMED.findall((LEARNERS / file).read_text(encoding="utf-8"))
    return [(whole, first, second) for whole, first, second in found]


@cache
def judged(file: str, named: str) -> dict[str, Judgement]:
    """Run every variant of a file that belongs to an exercise, in one process, and judge it.

    The function of the exercise is the first part of the name, or the second in a file in which
    the first one is that of the exercise.
    """
    base = {}
    for whole, first, second in variants(file):
        if first == named and second in standards(named):
            base[whole] = second
        elif first in standards(named):
            base[whole] = first
    functions = [replace(standards(named)[f].function, name=whole) for whole, f in base.items()]
    source = (LEARNERS / file).read_bytes()
    ran = run(Submission(file, source), Exercise(named, tuple(functions)), Limits())
    assert ran.load_failed is None, ran.load_failed
    assert not ran.stopped
    return {whole: judge(standards(named)[f], ran.answers[whole]) for whole, f in base.items()}
