"""Plain Manim's `-n`: captions and ledger are those of what was rendered."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import manim as mn
import pytest

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from scenes.kit import settings
from scenes.kit.excerpt import Excerpt
from scenes.kit.film import QUICK
from scenes.kit.settings import rendering
from scenes.production.video.verify import decode
from tests.kit.test_film import Square

FILM = Path(__file__).parents[2] / "scenes" / "saturation.py"
TIMES = re.compile(r"(\d+):(\d+):(\d+),(\d+)")


def rendered(folder: Path, first: int, last: int = -1) -> tuple[Square, Path, dict[str, Any]]:
    """Render plays of a film of six: say, come, hold; say, go, hold."""
    small: dict[str, Any] = {"pixel_width": 64, "pixel_height": 36, "frame_rate": 10}
    plays = {"from_animation_number": first, "upto_animation_number": last}
    with rendering(folder, "low", format="mp4", **small, **plays):
        film = Square(Experiment())
        film.render()
        path = film.renderer.file_writer.movie_file_path
        return film, path, json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def seconds(captions: str) -> list[float]:
    return [int(h) * 3600 + int(m) * 60 + int(s) + int(t) / 1000 for h, m, s, t in found(captions)]


def found(captions: str) -> list[tuple[str, ...]]:
    return TIMES.findall(captions)


@pytest.mark.parametrize(
    ("first", "last", "said", "forgotten"),
    [
        (0, 1, ["It comes at 0.250."], {"seconds"}),
        (1, 2, ["It comes at 0.250."], {"seconds"}),
        (2, 4, ["It comes at 0.250.", "It goes."], set()),
        (4, -1, ["It goes."], {"loss[0]"}),
    ],
)
def test_captions_and_ledger_are_of_the_plays_that_were_rendered(
    tmp_path: Path, first: int, last: int, said: list[str], forgotten: set[str]
) -> None:
    film, path, ledger = rendered(tmp_path, first, last)
    length = decode(path, lambda: None).frames / 10
    captions = path.with_suffix(".srt").read_text(encoding="utf-8")
    assert [line for line in captions.splitlines() if line.startswith("It")] == said
    assert 0 <= min(seconds(captions)) < max(seconds(captions)) <= length + 1e-3
    about = ledger["excerpt"]
    assert about["plays"] == [first, last if last >= 0 else None]
    assert about["end"] - about["start"] == pytest.approx(length)
    for beat in ledger["beats"]:
        for moment in ("start", "said", "pause", "end"):
            assert 0 <= beat[moment] <= length + 1e-6
        assert beat["start"] <= beat["pause"] <= beat["end"]
        assert beat["start"] <= beat["said"] <= beat["end"]
    assert {beat["sentence"] for beat in ledger["beats"]} == set(said)
    names = {number["name"] for number in ledger["numbers"] + ledger["declared"]}
    assert not names & forgotten
    assert "examples" in names
    assert film.time >= about["end"]


def test_a_whole_film_is_no_excerpt(tmp_path: Path) -> None:
    whole, _, ledger = rendered(tmp_path, 0)
    assert whole.excerpt is None
    assert "excerpt" not in ledger


def test_the_sentence_that_still_stands_is_captioned_until_it_has_faded(tmp_path: Path) -> None:
    # The second beat begins with play 3, in which the sentence of the first one fades.
    _, path, _ = rendered(tmp_path, 3, 3)
    captions = path.with_suffix(".srt").read_text(encoding="utf-8")
    assert "It comes at 0.250." in captions
    assert max(seconds(captions)) == pytest.approx(QUICK / 2, abs=0.11)


@pytest.mark.parametrize(("first", "last"), [(90, 99), (90, -1)])
def test_where_nothing_is_rendered_the_older_film_keeps_its_files(
    tmp_path: Path, first: int, last: int
) -> None:
    _, path, _ = rendered(tmp_path, 0, 2)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    with pytest.raises(InputError, match=r"^-n: got 90.*; allowed plays of this film, numbered 0"):
        rendered(tmp_path, first, last)
    after = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    assert after == before


def test_an_open_end_is_read_as_manim_writes_it() -> None:
    with mn.tempconfig({"from_animation_number": 3, "upto_animation_number": float("inf")}):
        assert Excerpt.asked() == Excerpt(3, None)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"renderer": "opengl"}, "--renderer: got opengl; allowed cairo"),
        ({"pixel_width": 1080, "pixel_height": 1920}, "resolution: got 1080 x 1920; allowed 16:9"),
        ({"pixel_width": 2560, "pixel_height": 1080}, "resolution: got 2560 x 1080; allowed 16:9"),
        ({"from_animation_number": 5, "upto_animation_number": 3}, "-n: got 5,3; allowed a last"),
    ],
)
def test_what_no_film_can_be_is_said_before_it_is_drawn(changes: dict[str, Any], line: str) -> None:
    with mn.tempconfig(changes):
        assert (settings.undrawable() or "").startswith(line)
        with pytest.raises(SystemExit) as ended:
            Square(Experiment())
    assert ended.value.code == 2


@pytest.mark.parametrize("size", [(854, 480), (1280, 720), (3840, 2160), (640, 480), (64, 36)])
def test_other_sizes_are_drawn(size: tuple[int, int]) -> None:
    with mn.tempconfig(dict(zip(("pixel_width", "pixel_height"), size, strict=True))):
        assert settings.undrawable() is None


@pytest.mark.thorough
def test_manim_itself_ends_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "manim", "render", "-ql", "--renderer=opengl", str(FILM)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "--renderer: got opengl; allowed cairo, with which all films are drawn\n"
    assert "Traceback" not in done.stdout
    assert not list(tmp_path.rglob("*.mp4"))
