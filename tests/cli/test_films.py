"""`backprop films` and `backprop render`."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result

from backprop_core.experiment.config import Experiment
from scenes.production.render import plan
from scenes.production.request import catalog
from scenes.production.request.job import Job
from scenes.production.store.build import current
from scenes.production.store.output_paths import Target
from scenes.production.video.verify import decode
from tests.patience import PATIENCE, wait_until
from tests.selection import quick_cases

Backprop = Callable[..., Result]
TINY_FOLDER = Path(__file__).parents[1] / "production"
SEARCHED = os.pathsep.join([str(TINY_FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])])
LOW = ("--quality", "low")


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put films of a few seconds in the catalog, in place of the real ones."""
    names = {"tiny": "Tiny", "broken": "Broken", "endless": "Endless", "unsuited": "Unsuited"}
    monkeypatch.setenv("PYTHONPATH", SEARCHED)
    monkeypatch.syspath_prepend(TINY_FOLDER)
    monkeypatch.setattr(catalog, "FILMS", {n: f"tiny:{film}" for n, film in names.items()})
    monkeypatch.setattr(plan, "default_experiment", lambda film: Experiment())


def written(folder: Path) -> list[str]:
    paths = (path.relative_to(folder) for path in folder.rglob("*.*"))
    return sorted(str(path) for path in paths if ".backprop" not in path.parts)


def test_films_are_listed_in_the_order_of_the_lecture(backprop: Backprop) -> None:
    result = backprop("films", "--json")
    listed = json.loads(result.stdout)["films"]
    assert [film["name"] for film in listed] == list(catalog.FILMS)
    expected = [catalog.describe(name).seconds for name in catalog.FILMS]
    assert [film["seconds"] for film in listed] == expected
    words = backprop("films").stdout
    for film in listed:
        assert film["title"] in words
        assert film["summary"] in words
        assert ", ".join(film["reads"]) in words


def test_the_length_is_that_of_the_film_that_was_made(backprop: Backprop, tmp_path: Path) -> None:
    folder = tmp_path / "films" / "default"
    folder.mkdir(parents=True)
    experiment = catalog.default_experiment("vanishing").model_dump(mode="json")
    ledger = {"experiment": experiment, "files": {"vanishing.mp4": {"seconds": 47.5}}}
    (folder / "vanishing.json").write_text(json.dumps(ledger))
    assert (
        f"{catalog.describe('vanishing').title}, 48 s"
        in backprop("films", "--output", "films").stdout
    )


def test_the_length_of_a_mixture_does_not_count_and_a_line_says_so(
    backprop: Backprop, tmp_path: Path
) -> None:
    folder = tmp_path / "films" / "default"
    (folder / ".backprop").mkdir(parents=True)
    experiment = catalog.default_experiment("vanishing").model_dump(mode="json")
    ledger = {"experiment": experiment, "files": {"vanishing.mp4": {"seconds": 1234}}}
    (folder / "vanishing.json").write_text(json.dumps(ledger))
    coming = {"vanishing.mp4": [{"bytes": 1, "sha256": "0" * 64}]}
    record = {"content": "0" * 64, "parts": {}, "files": {}, "coming": coming}
    (folder / ".backprop" / "vanishing.json").write_text(json.dumps(record))
    result = backprop("films", "--output", "films")
    assert "1234 s" not in result.stdout
    assert result.stderr == (
        "films/default/vanishing.json: is not of the same render as what lies beside it\n"
    )


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ([], "default"),
        (["--preset", "shallow"], "shallow"),
        (["--config", "sub/deep.toml"], "deep"),
        (["--config", "sub/deep.toml", "--set", "network.depth=3"], "deep,network.depth=3"),
        (["--config", "sub/deep.toml", "--theme", "light"], "deep,light"),
        (["--set", "network.depth=3", "--name", "lecture-3"], "lecture-3"),
    ],
)
def test_a_dry_run_says_what_would_be_made(
    backprop: Backprop, tmp_path: Path, words: list[str], name: str
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "deep.toml").write_text("network.depth = 4\n")
    result = backprop("render", "vanishing", "--dry-run", *words)
    assert result.stdout == f"would render media/films/{name}/vanishing.mp4\n"
    assert (result.exit_code, result.stderr) == (0, "")
    assert written(tmp_path) == ["sub/deep.toml"]


def test_a_dry_run_of_all_films_in_another_folder(backprop: Backprop, tmp_path: Path) -> None:
    words = ("--all", "--dry-run", "--json", "--output", "there", "--format", "gif")
    films = json.loads(backprop("render", *words).stdout)["films"]
    assert [film["film"] for film in films] == list(catalog.FILMS)
    assert [film["video"] for film in films] == [f"there/default/{n}.gif" for n in catalog.FILMS]
    assert {film["status"] for film in films} == {"would render"}
    assert written(tmp_path) == []


@pytest.mark.usefixtures("tiny")
def test_what_has_not_changed_is_kept(backprop: Backprop, tmp_path: Path) -> None:
    Path("mine.toml").write_text("seed = 3\n")
    words = ("render", "tiny", "--config", "mine.toml", "--output", "films", *LOW)
    first = backprop(*words)
    assert (first.exit_code, first.stdout) == (0, "films/mine/tiny.mp4\n")
    assert first.stderr.startswith("tiny 480p15: computing\n")
    assert first.stderr.splitlines()[-1].startswith("tiny: ")
    folder = tmp_path / "films" / "mine"
    assert written(folder) == [f"tiny.{end}" for end in ("json", "md", "mp4", "png", "srt", "vtt")]
    ledger = json.loads((folder / "tiny.json").read_text(encoding="utf-8"))
    assert ledger["experiment"]["seed"] == 3

    changed = (folder / "tiny.mp4").stat().st_mtime_ns
    assert backprop(*words, "--dry-run").stdout == "would keep films/mine/tiny.mp4\n"
    second = backprop(*words)
    assert second.stdout == first.stdout
    assert second.stderr == "tiny: nothing has changed; --force renders it again\n"
    assert (folder / "tiny.mp4").stat().st_mtime_ns == changed
    assert backprop(*words, "--dry-run", "--force").stdout.startswith("would render")
    forced = backprop(*words, "--force", "--json")
    (facts,) = json.loads(forced.stdout)["films"]
    assert (facts["status"], facts["quality"], facts["fps"]) == ("rendered", "low", 15)
    assert facts["frames"] == decode(folder / "tiny.mp4").frames
    assert (folder / "tiny.mp4").stat().st_mtime_ns > changed

    # A file of the same name elsewhere does not take the folder over.
    Path("other").mkdir()
    Path("other/mine.toml").write_text("seed = 4\n")
    words = ("render", "tiny", "--config", "other/mine.toml", "--output", "films", *LOW)
    refused = backprop(*words, "--dry-run")
    assert refused.exit_code == 2
    assert refused.stderr.endswith("for example --name mine-2\n")
    assert backprop(*words, "--dry-run", "--name", "mine-2").exit_code == 0


@pytest.mark.usefixtures("tiny")
def test_a_film_that_fails_stops_no_other(backprop: Backprop) -> None:
    result = backprop("render", "broken", "tiny", "--json", *LOW)
    assert result.exit_code == 1
    broken, tiny = json.loads(result.stdout)["films"]
    assert (broken["status"], tiny["status"]) == ("failed", "rendered")
    (line,) = (line for line in result.stderr.splitlines() if line.startswith("broken: "))
    assert line == broken["error"]
    assert line.startswith("broken: render failed: ZeroDivisionError: nothing to divide by; ")
    assert "Traceback" not in result.stderr
    log = Path(line.rpartition(" ")[2])
    assert "in it_fades" in log.read_text()
    assert not Path(broken["video"]).exists()


@pytest.mark.parametrize(
    ("sent", "code", "said"),
    quick_cases(
        [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
        (signal.SIGINT, 130, "interrupted"),
    ),
)
def test_an_interrupted_render_leaves_nothing(
    tmp_path: Path, sent: signal.Signals, code: int, said: str
) -> None:
    program = (
        "from backprop_core.experiment.config import Experiment\n"
        "from scenes.production.render import plan\n"
        "from scenes.production.request import catalog\n"
        "plan.default_experiment = lambda film: Experiment()\n"
        "catalog.FILMS = {'endless': 'tiny:Endless'}\n"
        "from scenes.cli.main import main\n"
        "main(['render', 'endless', '--quality', 'low', '--output', 'films'])\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": SEARCHED},
        stderr=subprocess.PIPE,
        text=True,
        # Programs in the background of a shell ignore Ctrl-C, and so would all they start.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    try:
        state = tmp_path / "films" / "default" / ".backprop"
        # Until it has drawn something: it will never be done.
        wait_until(lambda: list(state.glob("render-*/piece-*")), process=process)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        worker = int(children.read_text().split()[0]) if children.exists() else None
        process.send_signal(sent)
        _, stderr = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == code
    assert stderr.splitlines()[-1] == said
    assert "Traceback" not in stderr
    assert list((tmp_path / "films").iterdir()) == []
    assert worker is None or not Path(f"/proc/{worker}").exists()


def test_a_real_film_from_end_to_end(backprop: Backprop, tmp_path: Path) -> None:
    result = backprop("render", "vanishing", "--set", "network.depth=2", *LOW)
    assert result.exit_code == 0
    name = "default,network.depth=2"
    assert result.stdout == f"media/films/{name}/vanishing.mp4\n"
    folder = tmp_path / "media" / "films" / name
    ledger = json.loads((folder / "vanishing.json").read_text(encoding="utf-8"))
    assert ledger["experiment"]["network"]["depth"] == 2
    facts = ledger["files"]["vanishing.mp4"]
    assert decode(folder / "vanishing.mp4").frames == facts["frames"]
    assert facts["seconds"] == pytest.approx(ledger["beats"][-1]["end"] + 2, abs=0.2)
    experiment = catalog.default_experiment("vanishing").override({"network.depth": 2})
    job = Job("vanishing", experiment, "low")
    assert current(Target(folder, "vanishing", "mp4"), job.keys())


@pytest.mark.usefixtures("tiny")
@pytest.mark.thorough
def test_a_film_that_cannot_show_the_experiment_stops_no_other(
    backprop: Backprop, tmp_path: Path
) -> None:
    result = backprop("render", "unsuited", "tiny", *LOW, "--json")
    assert result.exit_code == 2
    assert "unsuited: network.loss: got none; allowed some" in result.stderr.splitlines()
    unsuited, made = json.loads(result.stdout)["films"]
    assert unsuited["status"] == "left out"
    assert made["status"] == "rendered"
    assert (tmp_path / "media" / "films" / "default" / "tiny.mp4").is_file()
