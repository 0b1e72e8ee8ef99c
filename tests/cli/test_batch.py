"""`backprop batch` and `backprop job`, with films of a few seconds."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

from backprop_core import factors, run
from backprop_core.experiment.config import Experiment
from scenes.production.request import catalog
from scenes.production.store.build import Built
from scenes.production.sweeps import jobs, overview, overview_picture
from scenes.production.sweeps.overview import OverviewOutput
from scenes.production.video.verify import decode
from tests.patience import PATIENCE, wait_until
from tests.selection import quick_cases

Backprop = Callable[..., Result]
TINY_FOLDER = Path(__file__).parents[1] / "production"
SEARCHED = os.pathsep.join([str(TINY_FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])])
LOW = ("--quality", "low")
ROOT = Path("media/films/mine")
SWEEP = """films = ["tiny", "second"]
[axes]
"network.depth" = [2, 1, 3]
[experiment.data]
samples = 50
"""


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put films of a few seconds in the catalog, in place of the real ones."""
    names = {"tiny": "Tiny", "second": "Second", "broken": "Broken", "unsuited": "Unsuited"}
    monkeypatch.setenv("PYTHONPATH", SEARCHED)
    monkeypatch.syspath_prepend(TINY_FOLDER)
    monkeypatch.setattr(catalog, "FILMS", {n: f"tiny:{film}" for n, film in names.items()})
    monkeypatch.setattr(jobs, "default_experiment", lambda film: Experiment())


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the overview out."""
    monkeypatch.setattr(
        overview, "draw_overview", lambda root, *_, **__: Built(OverviewOutput(root), True, {}, 0)
    )


def write(text: str, name: str = "mine.toml") -> None:
    Path(name).write_text(text, encoding="utf-8")


def films(folder: Path) -> dict[str, int]:
    """Return when each film of a folder was written."""
    return {str(p.relative_to(folder)): p.stat().st_mtime_ns for p in folder.glob("*/*.mp4")}


def hidden(folder: Path) -> set[str]:
    """Return the kinds of internal folders in an output folder."""
    return {
        path.name.partition("-")[0]
        for state in folder.rglob(".backprop")
        for path in state.iterdir()
        if path.is_dir()
    }


@pytest.mark.usefixtures("tiny")
def test_one_bad_point_stops_no_other(backprop: Backprop) -> None:
    write(SWEEP)
    result = backprop("batch", "mine.toml", "--jobs", "2", *LOW)
    assert result.exit_code == 1
    assert result.stdout == f"{ROOT / 'sweep.csv'}\n{ROOT / 'sweep.png'}\n"
    bad = "network.depth: got 1; allowed a whole number, 2 <= depth <= 2000"
    lines = result.stderr.splitlines()
    assert lines[-3] == "4 rendered, 0 reused, 2 failed"
    assert lines[-2:] == [f"  {film} network.depth=1: {bad}" for film in ("tiny", "second")]
    assert sorted(line.split()[0] for line in lines[:6]) == [f"{n}/6" for n in range(1, 7)]
    assert len(lines) == 9
    made = films(ROOT)
    assert sorted(made) == [
        f"network.depth={depth}/{film}.mp4" for depth in (2, 3) for film in ("second", "tiny")
    ]
    assert all(decode(ROOT / film).frames > 1 for film in made)
    assert hidden(ROOT) == {"jobs"}
    check_table()
    with Image.open(ROOT / "sweep.png") as picture:
        assert picture.size == (1920, 1080)
    drawn = (ROOT / "sweep.png").stat().st_mtime_ns

    again = backprop("batch", "mine.toml", "--json", *LOW)
    assert again.exit_code == 1
    found = json.loads(again.stdout)
    assert found["counts"] == {"rendered": 0, "reused": 4, "failed": 2}
    assert [job["status"] for job in found["jobs"]] == [*["reused"] * 2, *["failed"] * 2] + [
        "reused"
    ] * 2
    assert films(ROOT) == made
    assert found["overview"] == str(ROOT / "sweep.png")
    assert (ROOT / "sweep.png").stat().st_mtime_ns == drawn

    # Only what is missing is made, by its name too.
    (ROOT / "network.depth=3" / "second.mp4").unlink()
    *_, last = found["jobs"]
    words = ("job", last["hash"])
    first, second = backprop(*words), backprop(*words)
    assert first.stdout == second.stdout == f"{ROOT / 'network.depth=3' / 'second.mp4'}\n"
    assert first.stderr.startswith("1/1 second network.depth=3: rendered in ")
    assert second.stderr == "1/1 second network.depth=3: reused\n"
    remade = films(ROOT)
    assert {film for film in made if made[film] != remade[film]} == {"network.depth=3/second.mp4"}


def check_table() -> None:
    with (ROOT / "sweep.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    jobs = json.loads((ROOT / "sweep.json").read_text(encoding="utf-8"))["jobs"]
    assert [row["hash"] for row in rows] == [job["hash"] for job in jobs]
    assert [(row["film"], row["network.depth"]) for row in rows] == [
        (film, depth) for depth in "213" for film in ("tiny", "second")
    ]
    for row, job in zip(rows, jobs, strict=True):
        if row["network.depth"] == "1":
            assert (row["status"], row["video"], row["loss"], job["layers"]) == (
                *("failed", "", ""),
                None,
            )
            assert row["error"].startswith("network.depth: got 1")
            continue
        depth = int(row["network.depth"])
        trace = run(Experiment(network={"depth": depth}, data={"samples": 50}))
        signal = trace.log10_norm("signal")
        assert row["status"] == "rendered"
        assert (ROOT / row["video"]).is_file()
        assert float(row["loss"]) == trace.loss
        assert float(row["log10_signal_first"]) == signal[0]
        assert float(row["log10_signal_last"]) == signal[-1]
        middle = sorted(factors(trace).total)
        assert float(row["median_factor"]) == pytest.approx(sum(middle) / len(middle))
        assert [layer["log10_signal"] for layer in job["layers"]] == list(signal)


@pytest.mark.usefixtures("tiny")
def test_a_list_renders_nothing_and_its_jobs_can_be_run(backprop: Backprop) -> None:
    write(SWEEP)
    result = backprop("batch", "mine.toml", "--list", *LOW)
    assert result.exit_code == 0
    named = [line.split(" ", 1) for line in result.stdout.splitlines()]
    assert [label for _, label in named] == [
        f"{film} network.depth={depth}" for depth in (2, 3) for film in ("tiny", "second")
    ]
    assert len(result.stderr.splitlines()) == 2
    listed = json.loads(backprop("batch", "mine.toml", "--list", "--json", *LOW).stdout)
    assert [job["hash"] for job in listed["jobs"] if "error" not in job] == [h for h, _ in named]
    assert films(ROOT) == {}
    specs = ROOT / ".backprop" / "jobs"
    assert {path.stem for path in specs.iterdir()} == {name for name, _ in named}

    # A sweep that has changed has other jobs; those of before may wait in a queue, until `clean`.
    write(SWEEP.replace("[2, 1, 3]", "[2]"))
    backprop("batch", "mine.toml", "--list", *LOW)
    assert {path.stem for path in specs.iterdir()} == {name for name, _ in named}
    old = {str(specs / f"{name}.json") for name, _ in named[2:]}
    assert set(backprop("clean", "--dry-run").stdout.splitlines()) == old
    assert set(backprop("clean").stdout.splitlines()) == old
    assert {path.stem for path in specs.iterdir()} == {name for name, _ in named[:2]}
    gone = backprop("job", named[-1][0])
    assert gone.exit_code == 2
    assert gone.stderr == (
        f"media/films: no sweep has a job {named[-1][0]}; "
        "`backprop batch SWEEP --list` writes the jobs of a sweep\n"
    )


@pytest.mark.usefixtures("tiny")
def test_a_list_of_another_quality_keeps_the_jobs_that_wait_in_a_queue(backprop: Backprop) -> None:
    write(SWEEP)
    waiting = backprop("batch", "mine.toml", "--list", *LOW).stdout.split()[0]
    other = backprop("batch", "mine.toml", "--list", "--quality", "medium").stdout.split()[0]
    assert backprop("job", waiting).exit_code == 0
    assert "job" in backprop("clean").stdout
    assert backprop("job", waiting).exit_code == 2
    assert (ROOT / ".backprop" / "jobs" / f"{other}.json").exists()


@pytest.mark.thorough
@pytest.mark.usefixtures("tiny")
def test_no_folder_of_whoever_made_it_is_handed_on(backprop: Backprop) -> None:
    Path("makers-own").mkdir()
    rng = np.random.default_rng(0)
    np.savez("makers-own/a.npz", x=rng.normal(size=(40, 3)), y=rng.integers(0, 2, 40))
    write(
        'films = ["tiny"]\n[axes]\n"data.path" = ["makers-own/a.npz", "makers-own/none.npz"]\n'
        '[experiment.data]\nname = "file"\npath = "makers-own/a.npz"\n'
    )
    assert backprop("batch", "mine.toml", *LOW).exit_code == 1
    public = [path for path in ROOT.rglob("*") if ".backprop" not in path.parts and path.is_file()]
    assert {"sweep.csv", "sweep.json", "sweep.png", "tiny.json", "tiny.md"} <= {
        path.name for path in public
    }
    for path in public:
        content = str(path).encode() + path.read_bytes()
        assert not any(word in content for word in (b"makers-own", str(Path.cwd()).encode())), path
    assert "data.path: none.npz: no such file" in (ROOT / "sweep.csv").read_text()


def test_specs_are_not_removed_through_a_link(backprop: Backprop) -> None:
    write('films = ["leak"]\n')
    name = backprop("batch", "mine.toml", "--list", *LOW).stdout.split()[0]
    (ROOT / ".backprop" / "listed.json").write_text('{"jobs": []}')
    ROOT.symlink_to(ROOT.rename("elsewhere").absolute())
    assert backprop("clean").stdout == ""
    assert Path("elsewhere/.backprop/jobs", f"{name}.json").exists()


def test_another_sweep_of_the_same_name_does_not_take_the_folder_over(backprop: Backprop) -> None:
    Path("other").mkdir()
    write('films = ["leak"]\n')
    write('films = ["vanishing"]\n', "other/mine.toml")
    assert backprop("batch", "mine.toml", "--list").exit_code == 0
    jobs = sorted((ROOT / ".backprop" / "jobs").iterdir())
    refused = backprop("batch", "other/mine.toml", "--list")
    assert (refused.exit_code, refused.stdout) == (2, "")
    here = Path.cwd()
    assert refused.stderr == (
        f"{ROOT}: holds films of {here / 'mine.toml'}, not of {here / 'other' / 'mine.toml'}; "
        "choose another folder, for example --output media/films-2\n"
    )
    assert sorted((ROOT / ".backprop" / "jobs").iterdir()) == jobs
    words = ("batch", "other/mine.toml", "--list", "--output", "media/films-2")
    assert backprop(*words).exit_code == 0


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("folder", "../.."),
        ("film", "tiny:Tiny"),
        ("film", "unknown"),
        ("quality", "low "),
        ("experiment", {"seed": -1}),
        ("experiment", {"seed": 5}),
        ("values", None),
    ],
)
def test_a_damaged_job_is_not_run(backprop: Backprop, field: str, value: object) -> None:
    write(SWEEP)
    backprop("batch", "mine.toml", "--list", *LOW)
    spec = min((ROOT / ".backprop" / "jobs").iterdir())
    spec.write_text(json.dumps(json.loads(spec.read_text()) | {field: value}))
    result = backprop("job", spec.stem)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{spec}: is damaged; `backprop batch SWEEP --list` writes it anew\n"
    assert films(ROOT) == {}


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("name", ["sweep.png", "sweep.json"])
def test_what_is_in_the_way_is_found_before_anything_is_rendered(
    backprop: Backprop, name: str
) -> None:
    write('films = ["tiny"]\n')
    (ROOT / name).mkdir(parents=True)
    result = backprop("batch", "mine.toml", *LOW)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{ROOT / name}: is a folder; allowed a file, or nothing\n"
    assert films(ROOT) == {}


@pytest.mark.thorough
@pytest.mark.usefixtures("tiny")
def test_an_overview_that_fails_is_one_line(
    backprop: Backprop, monkeypatch: pytest.MonkeyPatch
) -> None:
    write('films = ["tiny"]\n')

    def draw(*_: object) -> None:
        raise ZeroDivisionError("nothing to\ndivide by")

    monkeypatch.setattr(overview_picture, "draw", draw)
    plain = backprop("batch", "mine.toml", *LOW)
    assert (plain.exit_code, plain.stdout) == (1, f"{ROOT / 'sweep.csv'}\n")
    _, failed, counts = plain.stderr.splitlines()
    assert failed == "overview: render failed: ZeroDivisionError: nothing to divide by"
    assert counts == "1 rendered, 0 reused, 0 failed"
    assert len(films(ROOT)) == 1
    assert hidden(ROOT) == {"jobs"}
    as_json = backprop("batch", "mine.toml", "--json", *LOW)
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["overview"] is None


@pytest.mark.usefixtures("tiny", "undrawn")
def test_films_that_fail_say_why_and_stop_no_other(backprop: Backprop) -> None:
    write('films = ["broken", "unsuited", "tiny"]\n[experiment]\nseed = 1\n')
    result = backprop("batch", "mine.toml", "--json", *LOW)
    assert result.exit_code == 1
    broken, unsuited, tiny = json.loads(result.stdout)["jobs"]
    assert broken["error"].startswith("render failed: ZeroDivisionError: nothing to divide by; ")
    assert Path(broken["error"].rpartition(" ")[2]).is_file()
    assert unsuited["error"] == "network.loss: got none; allowed some"
    assert (tiny["status"], tiny["error"]) == ("rendered", None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["batch", "none.toml"], "none.toml: no such file"),
        (["batch", "bad.toml"], "bad.toml: films: missing; allowed a list of films"),
        (["batch", "good.toml", "--jobs", "0"], "0 is not in the range 1<=x<=256"),
        (["batch", "good.toml", "--jobs", "2", "--dask", "x"], "got both --jobs and --dask"),
        (
            ["batch", "good.toml", "--output", "bad.toml"],
            "bad.toml cannot be written to (Not a directory)",
        ),
        (["job", "../x"], 'HASH: got "../x"; allowed 16 hexadecimal digits'),
        (["job", "0" * 16], "media/films: no sweep has a job 0000000000000000"),
    ],
)
def test_bad_words(backprop: Backprop, words: list[str], said: str) -> None:
    write('combine = "zip"\n', "bad.toml")
    write('films = ["leak"]\n', "good.toml")
    result = backprop(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert said in line
    assert not Path("media").exists()


@pytest.mark.thorough
def test_a_terminal_shows_bars_and_what_failed(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    (tmp_path / "mine.toml").write_text(
        'films = ["tiny"]\n[axes]\nseed = [1, -1]\n[experiment.network]\ndepth = 2\n'
    )
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": SEARCHED, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        program("Endless"), cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    # A terminal that is closed by its last program is an error on Linux.
    with suppress(OSError):
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    stdout, _ = process.communicate(timeout=PATIENCE)
    words = re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", shown.decode())
    assert (process.returncode, stdout.decode()) == (
        1,
        f"{ROOT / 'sweep.csv'}\n{ROOT / 'sweep.png'}\n",
    )
    bad = "seed: got -1; allowed a whole number, 0 <= seed <= 4294967295"
    assert f"tiny seed=-1: failed: {bad}\r\n" in words
    bars = [line.split() for line in re.split(r"[\r\n]+", words) if "━" in line]
    assert "1/2" in {bar[-2] for bar in bars if bar[0] == "all"}
    assert ["tiny", "seed=1"] in [bar[:2] for bar in bars]
    counts, failed = re.split(r"[\r\n]+", words.strip())[-2:]
    assert counts == "1 rendered, 0 reused, 1 failed"
    assert failed == f"  tiny seed=-1: {bad}"


def program(endless: str) -> list[str]:
    code = (
        "from scenes.production.request import catalog\n"
        f"catalog.FILMS = {{'tiny': 'tiny:Tiny', 'endless': 'tiny:{endless}'}}\n"
        "from backprop_core.experiment.config import Experiment\n"
        "from scenes.production.sweeps import jobs\n"
        "jobs.default_experiment = lambda film: Experiment()\n"
        # Without the overview.
        "from scenes.production.sweeps import overview\n"
        "overview.draw_overview = lambda root, *_, **__: overview.Built(\n"
        "    overview.OverviewOutput(root), True, {}, 0)\n"
        "from scenes.cli.main import main\n"
        "main(['batch', 'mine.toml', '--quality', 'low', '--jobs', '3'])\n"
    )
    return [sys.executable, "-c", code]


@pytest.mark.parametrize(
    ("sent", "code", "said"),
    quick_cases(
        [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
        (signal.SIGINT, 130, "interrupted"),
    ),
)
def test_an_interrupted_batch_leaves_nothing_and_goes_on_where_it_was(
    tmp_path: Path, sent: signal.Signals, code: int, said: str
) -> None:
    (tmp_path / "mine.toml").write_text(
        'films = ["tiny", "endless"]\n[axes]\nseed = [1, 2]\n[experiment.network]\ndepth = 2\n'
    )
    root = tmp_path / ROOT
    environment = {**os.environ, "PYTHONPATH": SEARCHED}
    process = subprocess.Popen(
        program("Endless"),
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        # Programs in the background of a shell ignore Ctrl-C, and so would all they start.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    try:
        # Both films that come to an end are there, and the others never will be.
        wait_until(lambda: len(films(root)) == 2, process=process)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        tasks = children.parents[1].glob("*/children") if children.exists() else []
        workers = [int(word) for path in tasks for word in path.read_text().split()]
        start = time.monotonic()
        process.send_signal(sent)
        _, stderr = process.communicate(timeout=PATIENCE)
        assert time.monotonic() - start < 5
    finally:
        process.kill()
    assert process.returncode == code
    assert stderr.splitlines()[-1] == said
    assert "Traceback" not in stderr
    assert workers or not children.exists()
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    before = films(root)
    assert sorted(before) == ["seed=1/tiny.mp4", "seed=2/tiny.mp4"]
    assert hidden(root) == {"jobs"}

    done = subprocess.run(
        program("Second"), cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "2 rendered, 2 reused, 0 failed"
    after = films(root)
    assert len(after) == 4
    assert before.items() <= after.items()
