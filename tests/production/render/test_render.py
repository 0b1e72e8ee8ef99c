"""A render publishes files that are complete and right, or none."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest
import srt
from PIL import Image

from backprop_core.errors import InputError, NumericalError
from backprop_core.experiment.config import Experiment
from scenes.production.process.error_messages import RenderError
from scenes.production.process.worker_client import Drawn, Progress
from scenes.production.render import render_pipeline as making
from scenes.production.request.formats import FORMATS
from scenes.production.request.job import Job
from scenes.production.request.keys import file_digest
from scenes.production.store import build as store
from scenes.production.store.build import Built, current
from scenes.production.store.output_paths import Target
from scenes.production.video.verify import decode
from tests.selection import quick_cases

Make = Callable[..., Built[Target]]
FILES = ["tiny.json", "tiny.md", "tiny.mp4", "tiny.png", "tiny.srt", "tiny.vtt"]


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("[!.]*"))


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / ".backprop").glob("*"))


def test_files_tell_the_same_story(make: Make) -> None:
    seen: list[Progress] = []
    made = make(report=seen.append)
    target = made.target
    assert visible(target.folder) == FILES
    assert hidden(target.folder) == ["folder.json", "tiny.json"]

    ledger = json.loads(target.ledger.read_text(encoding="utf-8"))
    beats = ledger["beats"]
    decoded = decode(target.video)
    assert decoded.frames == pytest.approx(15 * (beats[-1]["end"] + 2), abs=1)
    assert made.facts["frames"] == decoded.frames
    assert made.facts["seconds"] == decoded.frames / 15
    assert made.facts["sha256"] == file_digest(target.video)
    assert ledger["files"] == {"tiny.mp4": dict(made.facts)}

    said = list(srt.parse(target.captions.read_text(encoding="utf-8")))
    assert [caption.content for caption in said] == ["It turns.", "It fades."]
    assert target.web_captions.read_text(encoding="utf-8").count("-->") == len(said)
    transcript = target.transcript.read_text(encoding="utf-8")
    assert transcript.startswith("# Tiny\n")
    for beat, shown in zip(beats, ledger["shown"], strict=True):
        assert (shown["beat"], shown["time"]) == (beat["name"], beat["pause"])
        assert beat["sentence"] in transcript
        assert shown["text"] in transcript
    with av.open(str(target.video)) as container:
        assert container.metadata["title"] == "Tiny"
        chapters = container.chapters()
        assert container.duration == decoded.frames * av.time_base // 15
    assert [c["metadata"]["title"] for c in chapters] == ["It turns", "It fades"]
    times = [(c["start"] * c["time_base"], c["end"] * c["time_base"]) for c in chapters]
    assert times[0] == (0, times[1][0])
    # The last one ends with the film, within a millisecond, and not after it.
    assert 0 <= Fraction(decoded.frames, 15) - times[1][1] < Fraction(1, 1000)
    with Image.open(target.poster) as poster:
        assert poster.tobytes() == decoded.last.tobytes()

    fractions = [progress.fraction for progress in seen if progress.fraction is not None]
    assert fractions == sorted(fractions)
    assert 0 < fractions[-1] <= 1


def test_what_has_not_changed_is_not_rendered_again(
    make: Make, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (made / "tiny.mp4").stat().st_mtime_ns
    with monkeypatch.context() as patch:
        patch.setattr(making, "draw", None)
        kept = make()
    assert kept.reused
    old_log = made / ".backprop" / "tiny.log"
    old_log.write_text("of a render that failed")
    forced = make(force=True)
    assert not forced.reused
    assert not old_log.exists()
    assert (made / "tiny.mp4").stat().st_mtime_ns > before
    # The same bits.
    assert forced.facts == kept.facts


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_touched_does_not_count_as_made(made: Path, name: str) -> None:
    keys = Job("tiny:Tiny", Experiment(), "low").keys()
    target = Target(made, "tiny", "mp4")
    assert current(target, keys)
    (made / name).write_bytes((made / name).read_bytes()[:-1])
    assert not current(target, keys)


@pytest.mark.usefixtures("made")
@pytest.mark.thorough
def test_formats_lie_side_by_side(make: Make) -> None:
    mp4, webm, gif, webp = (make(format=format) for format in FORMATS)
    folder = mp4.target.folder
    assert visible(folder) == sorted([*FILES, "tiny.gif", "tiny.webm", "tiny.webp"])
    files = json.loads(mp4.target.ledger.read_text(encoding="utf-8"))["files"]
    assert files == {one.target.video.name: dict(one.facts) for one in (mp4, webm, gif, webp)}
    assert all(make(format=format).reused for format in FORMATS)
    with av.open(str(webm.target.video)) as container:
        assert container.streams.video[0].codec_context.name.endswith("vp9")
    assert decode(gif.target.video).width == 640
    with Image.open(webp.target.video) as shown:
        assert (shown.format, shown.width) == ("WEBP", 640)
        assert getattr(shown, "n_frames", 1) > 5


def test_another_experiment_takes_the_place_of_the_first(make: Make, made: Path) -> None:
    (made / "tiny.gif").write_bytes(b"of the first")
    light = {"film": {"theme": "light"}}
    other = make(fields=light)
    assert not other.reused
    with Image.open(other.target.poster) as poster:
        assert min(poster.getpixel((2, 2))) > 250
    files = json.loads(other.target.ledger.read_text(encoding="utf-8"))["files"]
    assert list(files) == ["tiny.mp4"]
    gif = Job("tiny:Tiny", Experiment(**light), "low", "gif")
    assert not current(Target(made, "tiny", "gif"), gif.keys())


def test_settings_of_the_user_do_not_leak_in(
    make: Make, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    settings = "[CLI]\nfrom_animation_number = 2\nbackground_opacity = 0\nzero_pad = 1\n"
    for folder in (home / ".config" / "manim", here):
        folder.mkdir(parents=True)
        (folder / "manim.cfg").write_text(settings)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("PATH")
    monkeypatch.chdir(here)
    make(name="again")
    again = made.parent / "again"
    assert all((again / name).read_bytes() == (made / name).read_bytes() for name in FILES)
    assert [path.name for path in here.iterdir()] == ["manim.cfg"]


def test_what_a_film_prints_is_no_report(make: Make) -> None:
    assert make("Talkative").facts["frames"] > 1


def test_a_film_that_fails_leaves_its_log_and_nothing_else(make: Make, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"^ZeroDivisionError: nothing to divide by$"):
        make("Broken")
    folder = tmp_path / "films" / "default"
    assert visible(folder) == []
    assert hidden(folder) == ["tiny.log"]
    assert "in it_fades" in (folder / ".backprop" / "tiny.log").read_text()


def test_a_silent_render_is_reported_on_and_ends_where_a_report_raises(
    make: Make, tmp_path: Path
) -> None:
    class Enough(BaseException):
        pass

    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        # Its second beat sleeps, and says nothing.
        if progress.frames and seen.count(progress) == 3:
            raise Enough

    with pytest.raises(Enough):
        make("Endless", report=report)
    assert list((tmp_path / "films").iterdir()) == []


def test_numbers_that_are_none_leave_nothing(make: Make, tmp_path: Path) -> None:
    with pytest.raises(NumericalError, match=r"^layer 3: NaN$"):
        make("Overflowing")
    assert list((tmp_path / "films").iterdir()) == []


def test_a_killed_render_keeps_the_old_film(make: Make, made: Path) -> None:
    before = {name: (made / name).read_bytes() for name in FILES}
    with pytest.raises(RenderError, match=r"^its process was killed, as happens where memory"):
        make("Killed")
    assert visible(made) == FILES
    assert {name: (made / name).read_bytes() for name in FILES} == before
    assert make().reused
    assert hidden(made) == ["folder.json", "tiny.json"]


def test_a_killed_render_leaves_no_part_of_a_film(make: Make, tmp_path: Path) -> None:
    with pytest.raises(RenderError):
        make("Killed")
    assert visible(tmp_path / "films" / "default") == []


@pytest.mark.parametrize("lost", quick_cases(["frame", "half", "piece"], "frame"))
def test_a_video_that_is_not_what_was_drawn_is_not_published(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    draw = making.draw

    def damaged(*args: object) -> Drawn:
        drawn = draw(*args)
        if lost == "frame":
            return replace(drawn, frames=drawn.frames + 1)
        if lost == "piece":
            return replace(drawn, pieces=drawn.pieces[:-1])
        content = drawn.pieces[0].read_bytes()
        drawn.pieces[0].write_bytes(content[: len(content) // 2])
        return drawn

    monkeypatch.setattr(making, "draw", damaged)
    with pytest.raises(RenderError, match=r"frames, but|cannot be decoded"):
        make()
    assert visible(tmp_path / "films" / "default") == []


def test_a_link_in_the_place_of_a_file_is_neither_followed_nor_replaced(
    make: Make, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    folder = tmp_path / "films" / "default"
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).symlink_to(precious)
    with pytest.raises(InputError, match=r"tiny\.mp4: was not made by this program"):
        make()
    assert precious.read_text() == "mine"
    assert all((folder / name).is_symlink() for name in FILES)


def test_a_full_disk_is_a_render_that_failed(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "publish", full)
    with pytest.raises(RenderError, match=r"^the disk is full; make room"):
        make()
    assert visible(tmp_path / "films" / "default") == []
