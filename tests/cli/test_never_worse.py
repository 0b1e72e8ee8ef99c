"""No command replaces a film by the same film in worse quality."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from backprop_core.experiment.config import Experiment
from scenes.kit.quality import QUALITIES
from scenes.production.render import plan
from scenes.production.store.output_paths import Target
from scenes.production.sweeps import jobs
from scenes.production.video.files import cut
from scenes.production.video.verify import decode
from tests.cli.tiny_lecture import tiny as tiny

Backprop = Callable[..., Result]
PLACE = Path("media/films/default")
LOW, MEDIUM = ("--quality", "low"), ("--quality", "medium")
KEPT = "there in 720p30, which is not replaced by 480p15; --quality low --force does"


def heights(*films: str) -> list[int]:
    return [decode(PLACE / f"{film}.mp4").height for film in films]


@pytest.fixture
def made(backprop: Backprop) -> bytes:
    """Render `tiny` in 720p30, and return its video."""
    assert backprop("render", "tiny", *MEDIUM).exit_code == 0
    return (PLACE / "tiny.mp4").read_bytes()


@pytest.mark.thorough
def test_a_better_film_is_used_until_force_says_otherwise(backprop: Backprop, made: bytes) -> None:
    assert backprop("render", "tiny", *LOW, "--dry-run").stdout.startswith("would keep ")
    kept = backprop("render", "tiny", *LOW)
    assert (kept.exit_code, kept.stderr) == (0, f"tiny: {KEPT}\n")
    assert (PLACE / "tiny.mp4").read_bytes() == made
    found = json.loads(backprop("render", "tiny", *LOW, "--json").stdout)["films"]
    assert (found[0]["status"], found[0]["quality"]) == ("kept", "medium")
    assert "there in" not in backprop("render", "tiny", *LOW, "--force").stderr
    assert heights("tiny") == [480]


@pytest.mark.thorough
@pytest.mark.usefixtures("made")
def test_a_film_that_is_out_of_date_keeps_its_quality_unless_one_is_named(
    backprop: Backprop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenes.production.render.plan.USUAL", "low")
    monkeypatch.setattr(plan, "default_experiment", lambda film: Experiment(seed=1))
    assert backprop("render", "tiny").exit_code == 0
    assert heights("tiny") == [720]
    monkeypatch.setattr(plan, "default_experiment", lambda film: Experiment(seed=2))
    assert backprop("render", "tiny", *LOW).exit_code == 0
    assert heights("tiny") == [480]


@pytest.mark.thorough
def test_slides_use_the_better_film_beside_others(backprop: Backprop, made: bytes) -> None:
    result = backprop("lecture", "--to", "html", *LOW)
    assert result.exit_code == 0
    assert f"tiny: {KEPT}\n" in result.stderr
    assert (PLACE / "tiny.mp4").read_bytes() == made
    assert heights("tiny", "second") == [720, 480]


@pytest.mark.thorough
def test_one_video_has_the_best_quality_that_is_there(backprop: Backprop, made: bytes) -> None:
    result = backprop("lecture", *LOW)
    assert result.exit_code == 0, result.stderr
    assert "lecture: all films are made in 720p30, in which tiny is there\n" in result.stderr
    assert (PLACE / "tiny.mp4").read_bytes() == made
    assert heights("tiny", "second", "lecture") == [720] * 3
    assert Target(PLACE, "lecture", "mp4").facts()["quality"] == "medium"


@pytest.mark.thorough
def test_a_gallery_leaves_a_better_film(backprop: Backprop, made: bytes) -> None:
    assert backprop("gallery", "tiny", *LOW).exit_code == 0
    assert (PLACE / "tiny.mp4").read_bytes() == made


@pytest.mark.thorough
def test_a_batch_leaves_better_films_in_a_queue_too(
    backprop: Backprop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "default_experiment", lambda film: Experiment())
    Path("sweep.toml").write_text('films = ["tiny"]\n[axes]\nseed = [1]\n')
    waiting = backprop("batch", "sweep.toml", "--list", *LOW).stdout.split()[0]
    video = Path("media/films/sweep/seed=1/tiny.mp4")
    assert backprop("batch", "sweep.toml", *MEDIUM).exit_code == 0
    made = video.read_bytes()
    said = backprop("batch", "sweep.toml", *LOW).stderr
    assert "  1 in better quality than asked for; --force makes them anew\n" in said
    assert backprop("job", waiting).exit_code == 0
    assert video.read_bytes() == made
    assert backprop("job", waiting, "--force").exit_code == 0
    assert decode(video).height == 480


@pytest.mark.thorough
def test_all_formats_of_a_film_are_of_one_quality(backprop: Backprop, made: bytes) -> None:
    """Their captions, ledger and poster are the same files, and times are whole frames."""
    result = backprop("render", "tiny", "--format", "webm", *LOW)
    assert result.exit_code == 0
    assert result.stderr.endswith(f"; {KEPT}\n")
    assert decode(PLACE / "tiny.webm").height == 720
    assert (PLACE / "tiny.mp4").read_bytes() == made
    # A better one in another format leaves the first to be made anew, in that quality.
    assert backprop("render", "tiny", "--format", "webm", "--quality", "high").exit_code == 0
    assert (PLACE / "tiny.mp4").read_bytes() == made
    assert backprop("render", "tiny").exit_code == 0
    assert heights("tiny") == [1080]
    beats = json.loads((PLACE / "tiny.json").read_text())["beats"]
    rate = QUALITIES["high"][1]
    ranges = [range(round(b["start"] * rate), round(b["end"] * rate)) for b in beats]
    cut(PLACE / "tiny.mp4", {Path(f"{n}.mp4"): part for n, part in enumerate(ranges)}, rate)
