"""The command: what it takes, and what it prints and writes."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.review import __main__ as command
from tests.review.figures import HEADS
from tests.review.watch import Look, Seen

SEEN = Seen(frames=90, moving={0}, looks=[Look(90, 0.5, frozenset({"net"}), 26.0)])


@pytest.fixture(autouse=True)
def _watches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "watch", lambda *_: SEEN)


def test_all_films_are_in_the_table_and_nothing_is_written(tmp_path: Path) -> None:
    result = CliRunner().invoke(command.main, ["--output", str(tmp_path / "review")])
    assert result.exit_code == 0, result.output
    rows = [line for line in result.output.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(command.FILMS)
    assert "leak is still for more than 2 s: 0.1-4.0" in result.output
    assert not (tmp_path / "review").exists()


def test_a_film_that_cannot_show_the_experiment_is_left_out(tmp_path: Path) -> None:
    options = ["--set", 'network.activation="relu"', "--set", "network.depth=2"]
    options += ["--no-sheets", "--output", str(tmp_path)]
    wrong = ["--set", "network.depth=0"]
    result = CliRunner().invoke(command.main, ["leak", "vanishing", *options])
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(command.main, ["leak", "vanishing", *wrong])
    assert "leak is left out: " in result.output
    assert CliRunner().invoke(command.main, ["leak", *wrong]).exit_code == 2


@pytest.mark.parametrize("part", ["5:3", "5", "a:b", "-1:3", "nan:3"])
def test_a_part_has_a_start_and_an_end(part: str) -> None:
    result = CliRunner().invoke(command.main, ["leak", f"--close={part}"])
    assert result.exit_code == 2
    assert "allowed two seconds of the film" in result.output


@pytest.mark.thorough
def test_sheets_and_table_lie_beside_the_film(tmp_path: Path) -> None:
    options = ["leak", "--close", "2:4", "--output", str(tmp_path), "--set", "network.depth=3"]
    result = CliRunner().invoke(command.main, options)
    assert result.exit_code == 0, result.output
    (folder,) = (tmp_path / "leak").iterdir()
    names = {path.name for path in folder.iterdir()}
    assert {"leak.mp4", "sheet-1.png", "close-2-4-1.png", "table.md"} <= names
    assert f"| {HEADS[0]} |" in (folder / "table.md").read_text(encoding="utf-8")
