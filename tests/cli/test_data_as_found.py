"""`backprop check` says of a data file what was taken for what."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from tests.cli.conftest import NAMED, unwrapped

Backprop = Callable[..., Result]
SMALL = ("--set", "network.depth=2", "--set", "network.width=3", "--set", "data.name=file")
TABLE = "Id;p;q;kind;more\n" + "".join(
    f"{n + 1};{n / 4};{n * n % 7},5;{'uvw'[n % 3]};{n % 2}\n".replace(".", ",") for n in range(12)
)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def check(backprop: Backprop, path: str, *settings: str) -> Result:
    words = [word for one in (f"data.path={path}", *settings) for word in ("--set", one)]
    return backprop("check", *SMALL, *words)


def lines_of(result: Result) -> list[str]:
    assert (result.exit_code, result.stderr) == (0, "")
    return [
        f"{line[:NAMED].strip()}: {line[NAMED:]}" for line in unwrapped(result.stdout).splitlines()
    ]


def test_of_a_table(backprop: Backprop) -> None:
    Path("mine.csv").write_text(TABLE)
    lines = lines_of(check(backprop, "mine.csv", "data.target=kind", "data.held_out=mine.csv"))
    assert lines[:9] == [
        "configuration: valid",
        "data: file, 12 examples, 3 features",
        'target: column "kind" (3), as data.target says; 3 classes: u (4), v (4), w (4)',
        "features: 3: p, q, more",
        "note: cells are separated by semicolons",
        "note: numbers have decimal commas",
        'note: column "Id" (0) is left out: it numbers or names the rows',
        'held out: column "kind" (3), as data.target says',
        "network: 3 3 3, 24 parameters",
    ]


def test_lines_fit_a_terminal(backprop: Backprop) -> None:
    path = Path("price.csv")
    path.write_text("id,rooms,price\n" + "".join(f"{n},{n % 4},{n * 13 / 7}\n" for n in range(40)))
    words = ("network.output=identity", "network.loss=quadratic", "data.standardize=false")
    said = check(backprop, "price.csv", *words).stdout.splitlines()
    assert said[1:5] == [
        "data           file, 40 examples, 1 feature",
        'target         column "price" (2), the last column; one number to predict: 40',
        "               different numbers in 40 rows, from 0 to 72.4285714",
        "features       1: rooms",
    ]
    assert max(len(line) for line in said if "backprop render" not in line) <= 80
    # What is to be typed stays on one line.
    typed = [line for line in said if line.startswith("  film")]
    assert all(line.endswith("data.standardize=false") for line in typed)
    assert max(map(len, typed)) > 80


def test_of_a_table_as_json(backprop: Backprop) -> None:
    Path("mine.csv").write_text("a,b,t\n0.5,1,u\n1,2,v\n")
    found = json.loads(backprop("check", *SMALL, "--set", "data.path=mine.csv", "--json").stdout)
    assert found["taken"] == {
        "path": {
            "target": 'column "t" (2), the last column',
            "classes": "2 classes: u (1), v (1)",
            "features": "2: a, b",
            "notes": [],
            "quantity": "",
            "other": "",
        }
    }


@pytest.mark.parametrize(
    "command",
    [
        ("render", "leak", "vanishing"),
        ("lecture", "leak"),
        ("gallery", "leak", "vanishing"),
    ],
)
def test_before_films_are_made_of_them(backprop: Backprop, command: tuple[str, ...]) -> None:
    Path("mine.csv").write_text(TABLE)
    words = ("--set", "data.path=mine.csv", "--set", "data.target=kind", "--dry-run")
    result = backprop(*command, *SMALL, *words)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        f'{Path.cwd() / "mine.csv"}: target column "kind" (3), as data.target says; '
        "3 classes: u (4), v (4), w (4)"
    ]


SWEEP = """films = ["leak", "vanishing"]
[axes]
"network.depth" = [2, 3]
"data.target" = ["kind", "more", "gone"]
[experiment.data]
name = "file"
path = "mine.csv"
"""


def test_before_a_sweep_is_made_of_them(backprop: Backprop) -> None:
    Path("mine.csv").write_text(TABLE)
    # Words in a feature: the points of which "more" is the target say so themselves.
    Path("sweep.toml").write_text(SWEEP)
    said = [
        f'{Path.cwd() / "mine.csv"}: target column "kind" (3), as data.target says; '
        "3 classes: u (4), v (4), w (4)"
    ]
    listed = backprop("batch", "sweep.toml", "--list")
    assert (listed.exit_code, listed.stderr.splitlines()) == (0, said)
    shown = backprop("gallery", "--sweep", "sweep.toml", "--dry-run")
    assert shown.stderr.splitlines()[: len(said) + 1] == [*said, "sweep sweep: 12 films"]


def test_of_an_archive(backprop: Backprop) -> None:
    np.savez("mine.npz", train_images=np.zeros((6, 2, 2)), train_labels=np.arange(6) % 2 + 1)
    assert lines_of(check(backprop, "mine.npz"))[1:5] == [
        "data: file, 6 examples, 4 features",
        "target: array train_labels; 2 classes: 1 (3), 2 (3)",
        "features: 4, from the array train_images",
        "note: inputs of 2 x 2 are flattened",
    ]


def test_of_data_without_a_file_nothing_is_said(backprop: Backprop) -> None:
    lines = lines_of(backprop("check", "--preset", "shallow"))
    assert lines[1].startswith("data: digits, 1,000 examples")
    assert not any(line.startswith(("target", "features", "note")) for line in lines)


def test_numbers_are_predicted_by_the_loss_for_them(backprop: Backprop) -> None:
    Path("price.csv").write_text(
        "a,b,price\n" + "".join(f"{n / 7},{n % 5},{200 + n}\n" for n in range(60))
    )
    result = check(backprop, "price.csv")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "60 different numbers in 60 rows, from 200 to 259, which are no classes" in line
    # What the line says to type is taken.
    words = line.partition("type ")[2].partition(",")[0].split()
    assert words[::2] == ["--set", "--set"]
    lines = lines_of(check(backprop, "price.csv", *words[1::2]))
    assert lines[2] == (
        'target: column "price" (2), the last column; one number to predict: '
        "60 different numbers in 60 rows, from 200 to 259"
    )
    assert lines[4].startswith("network: 2 3 1,")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (r'"C:\Users\me\x.csv"', "write 'C:\\Users\\me\\x.csv' in single quotes"),
        (r"C:\Users\me\x.csv", "no such file"),
        (r"'C:\Users\me\x.csv'", "no such file"),
    ],
)
def test_a_path_of_windows(backprop: Backprop, value: str, said: str) -> None:
    result = check(backprop, value)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_target_without_a_file_is_refused(backprop: Backprop) -> None:
    result = backprop("check", "--set", "data.target=label")
    assert result.stderr == (
        '--set: data.target: given with name = "digits"; allowed with name = "file"\n'
    )
