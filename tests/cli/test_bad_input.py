"""Bad input: exit 2, at once, a line for each error, nothing written."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from click.testing import Result

Backprop = Callable[..., Result]
DIGITS = "9" * 30

SETTINGS = [
    ("network.dpeth=3", "network.dpeth: unknown field; did you mean depth?"),
    ("netwrk.depth=3", "netwrk: unknown field; did you mean network?"),
    ('network.depth="10"', 'network.depth: got "10"; allowed a whole number, 2 <= depth <= 2000'),
    ("network.depth=true", "network.depth: got true; allowed a whole number"),
    ("network.depth=3.0", "network.depth: got 3.0; allowed a whole number"),
    ("network.depth=0", "network.depth: got 0; allowed a whole number, 2 <= depth <= 2000"),
    ("network.depth=1", "network.depth: got 1; allowed"),
    ("network.depth=-1", "network.depth: got -1; allowed"),
    ("network.depth=1000000000", "network.depth: got 1000000000; allowed"),
    ("network.width=0", "network.width: got 0; allowed a whole number, 1 <= width <= 4096"),
    (f"network.width={DIGITS}", f"network.width: got {DIGITS}; allowed"),
    ("network.gain=nan", "network.gain: got nan; allowed 0 < gain <= 1000"),
    ("network.gain=inf", "network.gain: got inf; allowed"),
    ("network.gain=0", "network.gain: got 0; allowed"),
    ("network.gain=1e308", "network.gain: got 1e+308; allowed"),
    ("network.activation=sigmod", 'got "sigmod"; allowed sigmoid, tanh, relu'),
    ("network.init=glorot", 'network.init: got "glorot"; allowed normal'),
    ("network.loss=mse", 'network.loss: got "mse"; allowed cross_entropy'),
    ("data.name=mnist", 'data.name: got "mnist"; allowed digits'),
    ("network.output=tanh", 'got "tanh" with loss = "cross_entropy"; allowed sigmoid + cross'),
    ("training.epochs=0", "training.epochs: got 0; allowed a whole number"),
    ("training.epochs=1000000000", "training.epochs: got 1000000000; allowed"),
    ("seed=-1", "seed: got -1; allowed a whole number, 0 <= seed <= 4294967295"),
    ("network.widths=[3, 5, 10]", "got 3 inputs and 10 outputs; allowed 64 and 10"),
    ("film.title=" + "x" * 5000, "(5,000 characters); allowed 1 to 80 printable characters"),
    ('film.title="a\\u0007b"', "film.title: got"),
    ("film.title=中文", "film.title: got"),
    ("network.depth", "allowed KEY=VALUE"),
    ("network.depth=[[", "network.depth: got"),
    ("=3", "allowed KEY=VALUE"),
]

FILES = {
    "empty": (b"", "is empty"),
    "binary": (bytes(range(256)), "is not text"),
    "large": (b"# x\n" * 2_500_000, "got 10,000,000 bytes; allowed at most 16,384"),
    "duplicate": (b"seed = 1\nseed = 2\n", "line 2"),
    "nested": (b"a = " + b"[" * 4000 + b"]" * 4000, "brackets nested more than"),
    "dotted": (b"a." * 20_000 + b"a = 1", "got 40,005 bytes"),
    "no data": (b'[data]\nname = "file"\npath = "none.npz"\n', "data.path"),
    "pickled": (b'[data]\nname = "file"\npath = "pickled.npz"\n', "data.path"),
    "holding nan": (b'[data]\nname = "file"\npath = "nan.npz"\n', "got nan"),
    "too much": (
        b"[network]\ndepth = 2000\nwidth = 4096\n",
        "parameters; allowed at most 20,000,000",
    ),
}


def refused(backprop: Backprop, *words: str) -> list[str]:
    before = sorted(Path.cwd().rglob("*"))
    start = perf_counter()
    result = backprop(*words)
    assert perf_counter() - start < 1
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sorted(Path.cwd().rglob("*")) == before
    lines = result.stderr.splitlines()
    assert lines
    assert all(line.isprintable() and len(line) < 500 for line in lines)
    return lines


# Whoever is first loads scikit-learn.
@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    from backprop_core.config import Experiment
    from scenes.production.plan import plan
    from scenes.production.selection import Selection

    Selection(settings=("film.title=x",)).experiment(Experiment())
    assert plan is not None


@pytest.mark.parametrize(("setting", "said"), SETTINGS)
def test_settings(backprop: Backprop, setting: str, said: str) -> None:
    (line,) = refused(backprop, "render", "vanishing", "--set", setting)
    assert line.startswith("--set: ")
    assert said in line


@pytest.mark.parametrize("name", FILES)
def test_files(backprop: Backprop, tmp_path: Path, name: str) -> None:
    content, said = FILES[name]
    np.savez(tmp_path / "pickled.npz", x=np.array([{}, {}], dtype=object), y=np.array([0, 1]))
    np.savez(tmp_path / "nan.npz", x=np.array([[np.nan], [1.0]]), y=np.array([0, 1]))
    (tmp_path / "bad.toml").write_bytes(content)
    (line,) = refused(backprop, "render", "vanishing", "--config", "bad.toml")
    assert line.startswith("bad.toml: ")
    assert said in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["render", "vanishing", "--config", "none.toml"], "none.toml: no such file"),
        (["render", "vanishing", "--config", "."], ".: is a folder; allowed a regular TOML file"),
        (["render", "vanishin"], 'film: got "vanishin"; allowed'),
        (["render", "vanishin"], "did you mean vanishing?"),
        (["render", ":"], 'film: got ":"; allowed leak'),
        (["render", "os:system", "--dry-run"], 'film: got "os:system"; allowed leak'),
        (["lecture", "antigravity:x"], 'film: got "antigravity:x"; allowed leak'),
        (["render", "vanishing", "--preset", "shalow"], "did you mean shallow?"),
        (["render", "vanishing", "--name", "../x"], '--name: got "../x"; allowed'),
        (["render"], "backprop render: name films, or --all; the films are"),
        (["render", "vanishing", "--all"], "backprop render: name films, or --all"),
        (["render", "vanishing", "--config", "a", "--preset", "b"], "allowed one of them"),
        (["render", "vanishing", "--quality", "8k"], "'8k' is not one of 'low', 'medium'"),
        (["render", "vanishing", "--format", "avi"], "'avi' is not one of 'mp4'"),
        (["numbers", "--theme", "blue"], "'blue' is not one of 'dark', 'light'"),
        (["numbers", "--json", "--csv"], "got both --json and --csv"),
        (["numbers", "--confg", "x"], "No such option"),
        (["numbers", "--set", "network.depth=1"], "network.depth: got 1"),
        (["check", "--set", "network.depth=1"], "network.depth: got 1"),
        (["config", "new", "--preset", "shalow"], "did you mean shallow?"),
        (["config", "new", "no/such/folder.toml"], "cannot be written: No such file"),
        (["config", "nwe"], 'got "nwe"; allowed new, presets, schema; did you mean new?'),
        (["rendr"], 'got "rendr"; allowed films, render'),
        (["rendr"], "did you mean render?"),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash'"),
    ],
)
def test_words(backprop: Backprop, words: list[str], said: str) -> None:
    (line,) = refused(backprop, *words)
    assert said in line


def test_errors_are_reported_together(backprop: Backprop) -> None:
    words = ("--set", "x", "--set", "network.depth=1", "--set", "seed=-1", "--name", "..")
    lines = refused(backprop, "render", "vanishing", "vanishin", *words)
    starts = ["--name: ", '--set: got "x"', "--set: seed", "--set: network.depth", "film: got"]
    assert len(lines) == len(starts)
    assert all(any(line.startswith(start) for line in lines) for start in starts)


def test_debug_shows_where(backprop: Backprop) -> None:
    result = backprop("numbers", "--set", "network.depth=1", "--debug")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("--set: network.depth: got 1")


def test_nan_in_the_computation_is_a_failure_with_layer_and_cause(backprop: Backprop) -> None:
    settings = ("dtype=float16", "network.gain=1000", "network.activation=identity")
    words = [word for setting in settings for word in ("--set", setting)]
    result = backprop("numbers", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("layer 2, forward pass: NaN or infinity")
    assert "likely cause: weights or inputs too large" in line


def test_the_real_program_from_another_folder(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "backprop"
    start = perf_counter()
    done = subprocess.run(
        [program, "render", "vanishing", "--set", "network.depth=0"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        check=False,
    )
    # Start of Python and imports included; two tests may run side by side.
    assert perf_counter() - start < 2
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "--set: network.depth: got 0; allowed a whole number, 2 <= depth <= 2000\n"
    )
    assert list(tmp_path.iterdir()) == []
