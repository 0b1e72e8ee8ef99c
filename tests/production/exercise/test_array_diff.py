"""The film of a wrong array beside the right one: legible, and with no number of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenes.production.exercise.array_diff import ArrayDiff, array_diffs
from scenes.production.exercise.array_diff_film import ArrayDiffFilm
from scenes.production.exercise.report import Report
from tests.production.exercise.variants import judged, standards
from tests.scenes.film_probe import probe

SHOWN = {
    "numbers": ("softmax", "gradient__target_everywhere", "dark"),
    "many digits and two causes": ("stack", "backward__summed__transpose_wrong", "light"),
    "another shape, without digits": ("layer", "backward__batch_forgotten", "dark"),
    "six rows": ("stack", "forward__linear_output", "light"),
}
NAME = re.compile(r"(expected|got) (\w+)(?:\[(\d+)\] \(layer \d+\))?\[(\d+),(\d+)\]")


def diff_of(exercise: str, whole: str, theme: str = "dark") -> ArrayDiff:
    judgement = judged(f"wrong_{exercise}.py", exercise)[whole]
    (diff,) = array_diffs(Report("mine.py", exercise, (judgement,)), theme).values()
    return diff


@pytest.mark.parametrize("name", SHOWN)
def test_it_is_legible_and_its_numbers_are_those_of_the_core(name: str, tmp_path: Path) -> None:
    exercise, whole, theme = SHOWN[name]
    diff = diff_of(exercise, whole, theme)
    assert ArrayDiff.from_json(diff.as_json()) == diff

    def film(_: Any, renderer: Any) -> ArrayDiffFilm:
        return ArrayDiffFilm(diff, renderer=renderer)

    found = probe(film, None, tmp_path)  # type: ignore[arg-type]
    assert found.problems == set()
    assert found.film is not None
    numbers = found.film.ledger.numbers
    assert numbers
    standard = standards(exercise)[whole.split("__")[0]]
    case = [c.name for c in standard.function.cases].index(diff.case)
    outputs = [output.name for output in standard.function.outputs]
    for entry in numbers:
        match = NAME.fullmatch(entry["name"])
        assert match is not None, entry["name"]
        which, output, part, row, column = match.groups()
        truth = standard.truths[case][outputs.index(output)]
        right = np.atleast_2d(truth if part is None else truth[int(part)])[int(row), int(column)]
        if which == "expected":
            assert entry["value"] == pytest.approx(right, rel=1e-12)
        else:
            assert np.isfinite(entry["value"])


def test_what_is_said_is_chosen_by_the_numbers() -> None:
    known = diff_of("layer", "backward__bias_axis")
    assert known.entry is None
    assert known.difference().plain == "Its shape is (4,); it should be (2,)."
    assert known.why().plain == "That, done on purpose, gives the very same numbers."
    factor = diff_of("layer", "backward__constant_factor")
    assert factor.cause == "every entry is 0.37 times what it should be"
    assert factor.why().plain == "That is what these numbers tell."
    assert factor.right().plain.startswith("This is right: the core and central differences")
    forward = diff_of("stack", "forward__linear_output")
    assert forward.right().plain == "This should come back: the core computes it so."
    once = diff_of("hinge", "gradient__right_class_once")
    assert once.cause.startswith("the right class receives \N{MINUS SIGN}1 once")
    both = diff_of("stack", "backward__summed__transpose_wrong")
    assert both.cause.count("; ") == 1


def test_what_is_not_finite_is_never_drawn() -> None:
    judgement = judged("wrong_softmax.py", "softmax")["softmax__overflow"]
    assert array_diffs(Report("mine.py", "softmax", (judgement,)), "dark") == {}
