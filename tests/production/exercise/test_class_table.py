"""The table of a class: a row for each learner, whatever is in the files of others."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from scenes.production.exercise import filming
from scenes.production.exercise.class_table import (
    Checked,
    Common,
    as_dict,
    check_class,
    common_lines,
    learners,
    lines,
    mistakes,
    mistakes_csv,
    scores_csv,
)
from scenes.production.exercise.learner_process import Limits
from scenes.production.exercise.report import Report
from tests.cli.conftest import backprop as backprop
from tests.production.exercise.variants import judged

Backprop = Callable[..., Result]
SOLVED = (Path(__file__).parent / "learners" / "solved_layer.py").read_text(encoding="utf-8")


def learner(name: str, *variants: str) -> Checked:
    """Return a file with these versions of functions of the exercise `layer`."""
    found = [
        judged("wrong_layer.py" if "__" in whole else "right.py", "layer").get(whole)
        or judged("right.py", "layer")[f"layer__{whole}"]
        for whole in variants
    ]
    return Checked(f"{name}.py", name, Report(f"{name}.py", "layer", tuple(found)))


@pytest.fixture(scope="module")
def group() -> list[Checked]:
    turned = "backward__gradient_transposed"
    return [
        learner("anna", "forward", "backward"),
        learner("ben", "forward", turned),
        learner("=carla", "forward__results_swapped", turned),
        Checked("dora.py", "dora", None, "does not say which exercise it is"),
    ]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_learner_has_a_row(group: list[Checked]) -> None:
    anna, ben, carla, dora = rows(scores_csv(group))
    assert (anna["learner"], anna["score"], anna["passed"]) == ("anna", "1.0", "true")
    turned = [name for name in anna if name.endswith(": gradient_transposed")]
    assert len(turned) == 1
    assert [row[turned[0]] for row in (anna, ben, carla, dora)] == ["0", "1", "1", "0"]
    assert 0 < float(carla["score"]) < float(ben["score"]) < 1
    # A spreadsheet would take this name for a formula.
    assert carla["learner"] == "'=carla"
    assert (dora["score"], dora["problem"]) == ("0.0", "does not say which exercise it is")


def test_mistakes_are_counted_the_commonest_first(group: list[Checked]) -> None:
    first, second = mistakes(group)
    assert (first.kind, first.learners) == ("gradient_transposed", ("ben", "=carla"))
    assert (second.kind, second.learners) == ("results_swapped", ("=carla",))
    turned, swapped = rows(mistakes_csv(group))
    assert (turned["learners"], turned["share"], turned["who"]) == ("2", "0.5", "ben, =carla")
    assert swapped["words"] == "z and a are swapped"


def test_the_lines_fit_a_terminal(group: list[Checked]) -> None:
    said = list(lines(group))
    assert max(map(len, said)) <= 80
    assert said[1].split() == ["anna", *["100", "%"] * 3]
    assert said[4].split(maxsplit=2) == ["dora", "-", "does not say which exercise it is"]
    assert said[6] == "mistakes, of 4 learners"
    assert said[7].split(maxsplit=1)[0] == "2"
    (one,) = (line for line in lines(group[1:2]) if line.startswith("mistakes"))
    assert one == "mistakes, of 1 learner"
    long = Common("backward", "long", "word " * 30, ("ben",))
    assert max(map(len, common_lines([long]))) <= 80


def test_programs_read_the_same(group: list[Checked]) -> None:
    found = as_dict(group)
    assert json.loads(json.dumps(found)) == found
    assert [one["error"] for one in found["files"]] == [None, None, None, dora_error()]
    assert found["mistakes"][0]["learners"] == ["ben", "=carla"]


def dora_error() -> str:
    return "does not say which exercise it is"


def test_learners_are_told_apart() -> None:
    assert learners([Path("a/anna.py"), Path("ben.py")]) == ["anna", "ben"]
    same = [Path("hand-ins/anna/mine.py"), Path("hand-ins/ben/mine.py")]
    assert learners(same) == ["anna/mine", "ben/mine"]


def test_a_file_that_is_broken_stops_no_other(backprop: Backprop, tmp_path: Path) -> None:
    (tmp_path / "anna.py").write_text(SOLVED)
    (tmp_path / "ben.py").write_text("x = 1\n")
    (tmp_path / "carla.ipynb").write_text("no notebook")
    files = ("carla.ipynb", "ben.py", "gone.py", ".", "anna.py")
    result = backprop("exercise", "check", *files, "--csv", "scores.csv")
    assert result.exit_code == 1
    assert "anna" in result.stdout
    table = rows((tmp_path / "scores.csv").read_text())
    assert [row["score"] for row in table] == ["0.0", "0.0", "0.0", "0.0", "1.0"]
    assert all(row["problem"] for row in table[:4])
    assert (tmp_path / "scores-mistakes.csv").is_file()


@pytest.mark.parametrize(
    "name",
    [
        "mine.py",
        "two  blanks.py",
        "tab\there.py",
        "\u202eturned.py",
        f"{'long' * 55}.py",
        "a: b.py",
    ],
)
def test_a_problem_does_not_begin_with_the_file_beside_it(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("x = 1\n")
    gone = tmp_path / "gone" / name
    found = check_class([file, gone], None, Limits(10, 1024), lambda *_: None)
    assert found[0].problem.startswith("does not say which exercise it is")
    assert found[1].problem.startswith("no such file")


def test_tables_that_are_there_are_kept(backprop: Backprop, tmp_path: Path) -> None:
    (tmp_path / "scores-mistakes.csv").write_text("mine")
    words = ("exercise", "check", "gone.py", "none.py", "--csv", "scores.csv")
    result = backprop(*words)
    assert result.exit_code == 2
    assert result.stderr == (
        "scores-mistakes.csv: exists and is kept; allowed a new file, or --force\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["scores-mistakes.csv"]
    # Not a single file could be checked.
    assert backprop(*words, "--force").exit_code == 2
    assert (tmp_path / "scores-mistakes.csv").read_text().startswith("function,mistake,")


def test_one_file_at_a_time_is_filmed(backprop: Backprop) -> None:
    result = backprop("exercise", "check", "a.py", "b.py", "--film")
    assert result.exit_code == 2
    assert result.stderr.endswith("got --film and 2 files; allowed one file to be filmed\n")


def test_the_only_file_of_a_table_is_filmed_too(
    backprop: Backprop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = SOLVED.replace("upstream * a * (1 - a)", "a * (1 - a)")
    (tmp_path / "mine.py").write_text(wrong)
    monkeypatch.setattr(filming, "film", lambda diff, target, *_: target.video)
    words = ("exercise", "check", "mine.py", "--film", "--csv", "scores.csv", "--force")
    result = backprop(*words)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "media/films/mine/backward.mp4"
    assert [row["learner"] for row in rows((tmp_path / "scores.csv").read_text())] == ["mine"]
    found = json.loads(backprop(*words, "--json").stdout)
    assert found["films"] == {"backward": "media/films/mine/backward.mp4"}
    (tmp_path / "mine.py").write_text("x = 1\n")
    assert json.loads(backprop(*words, "--json").stdout)["films"] == {}
