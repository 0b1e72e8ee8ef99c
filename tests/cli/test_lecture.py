"""`backprop lecture`: all films in one video, whole and in order, or nothing new."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import srt
from click.testing import Result
from PIL import Image

from backprop_core.experiment.config import Experiment
from scenes.cli import render_report
from scenes.production.lecture import concat as joining
from scenes.production.lecture import lecture
from scenes.production.render import plan
from scenes.production.request import catalog
from scenes.production.request.job import Job
from scenes.production.request.keys import file_digest
from scenes.production.store.output_paths import Target
from scenes.production.video.verify import decode
from tests.cli.tiny_lecture import OPTIONS
from tests.cli.tiny_lecture import folder as folder
from tests.cli.tiny_lecture import joined_once as joined_once
from tests.cli.tiny_lecture import tiny as tiny
from tests.selection import quick_cases

Backprop = Callable[..., Result]
FILES = [f"lecture.{end}" for end in ("json", "md", "mp4", "png", "srt", "vtt")]


def add_film(monkeypatch: pytest.MonkeyPatch, name: str, film: str) -> None:
    monkeypatch.setattr(catalog, "FILMS", {**catalog.FILMS, name: f"tiny:{film}"})


def facts(folder: Path, film: str) -> dict[str, Any]:
    found: dict[str, Any] = document(folder, film)["files"][f"{film}.mp4"]
    return found


def document(folder: Path, film: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{film}.json").read_text(encoding="utf-8"))
    return found


def pictures(path: Path) -> Iterator[tuple[Fraction, np.ndarray]]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.pts * frame.time_base, frame.to_ndarray()


def chapters(path: Path) -> list[tuple[str, float, float]]:
    with av.open(str(path)) as container:
        return [
            (c["metadata"]["title"], c["start"] * c["time_base"], c["end"] * c["time_base"])
            for c in container.chapters()
        ]


def contents(folder: Path) -> dict[str, str]:
    return {name: file_digest(folder / name) for name in FILES}


def test_every_frame_of_every_film_is_there_in_order(folder: Path) -> None:
    sources = [
        picture for film in ("tiny", "second") for picture in pictures(folder / f"{film}.mp4")
    ]
    joined = list(pictures(folder / "lecture.mp4"))
    assert len(sources) == facts(folder, "tiny")["frames"] + facts(folder, "second")["frames"]
    for n, ((_, wanted), (time, found)) in enumerate(zip(sources, joined, strict=True)):
        assert time == Fraction(n, 15)
        assert (found == wanted).all()


def test_the_video_has_a_chapter_for_each_film(folder: Path) -> None:
    one, all_ = facts(folder, "tiny")["seconds"], facts(folder, "lecture")["seconds"]
    found = chapters(folder / "lecture.mp4")
    assert [title for title, *_ in found] == ["Tiny", "Second"]
    times = [seconds for _, *pair in found for seconds in pair]
    assert times == pytest.approx([0, one, one, all_], abs=1e-3)
    with av.open(str(folder / "lecture.mp4")) as container:
        assert container.metadata["title"] == lecture.TITLE
        assert container.duration / av.time_base == pytest.approx(all_, abs=1e-3)
    content = (folder / "lecture.mp4").read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")


def test_captions_and_beats_are_those_of_the_films_shifted(folder: Path) -> None:
    start = facts(folder, "tiny")["seconds"]
    captions = list(srt.parse((folder / "lecture.srt").read_text(encoding="utf-8")))
    assert [caption.content for caption in captions] == ["It turns.", "It fades.", "It grows."]
    assert [caption.index for caption in captions] == [1, 2, 3]
    (alone,) = srt.parse((folder / "second.srt").read_text(encoding="utf-8"))
    shift = timedelta(seconds=start)
    assert abs(captions[2].start - alone.start - shift) <= timedelta(milliseconds=1)
    assert abs(captions[2].end - alone.end - shift) <= timedelta(milliseconds=1)

    web = (folder / "lecture.vtt").read_text(encoding="utf-8")
    assert [web.count(caption.content) for caption in captions] == [1, 1, 1]

    first, second = document(folder, "lecture")["films"]
    assert (first["film"], first["title"], first["start"]) == ("tiny", "Tiny", 0)
    assert first["end"] == second["start"] == start
    assert second["end"] == facts(folder, "lecture")["seconds"]
    assert first["beats"] == document(folder, "tiny")["beats"]
    (beat,), (before,) = second["beats"], document(folder, "second")["beats"]
    assert (beat["name"], beat["sentence"]) == ("it_grows", "It grows.")
    for name in ("start", "end", "pause"):
        assert beat[name] == pytest.approx(before[name] + start)


def test_facts_and_poster_are_those_of_the_video(folder: Path) -> None:
    about, decoded = facts(folder, "lecture"), decode(folder / "lecture.mp4")
    assert about["sha256"] == file_digest(folder / "lecture.mp4")
    assert about["frames"] == decoded.frames
    assert (about["width"], about["height"], about["fps"]) == (decoded.width, 480, 15)
    with Image.open(folder / "lecture.png") as poster:
        assert poster.tobytes() == decoded.last.tobytes()
    assert document(folder, "lecture")["left_out"] == []


def test_what_has_not_changed_is_kept(backprop: Backprop, folder: Path) -> None:
    before = contents(folder), (folder / "lecture.mp4").stat().st_mtime_ns
    assert backprop("lecture", "--dry-run", *OPTIONS).stdout.splitlines() == [
        "would keep films/default/tiny.mp4",
        "would keep films/default/second.mp4",
        "would keep films/default/lecture.mp4",
    ]
    kept = backprop("lecture", *OPTIONS)
    assert (kept.exit_code, kept.stdout) == (0, "films/default/lecture.mp4\n")
    assert kept.stderr.splitlines()[-1] == "lecture: nothing has changed; --force joins it again"
    assert (contents(folder), (folder / "lecture.mp4").stat().st_mtime_ns) == before
    # One that is missing is made again; one that a person has changed is theirs.
    (folder / "lecture.srt").unlink()
    assert (
        json.loads(backprop("lecture", "--json", *OPTIONS).stdout)["lecture"]["status"] == "joined"
    )
    assert contents(folder) == before[0]
    (folder / "lecture.srt").write_text("")
    refused = backprop("lecture", "--json", *OPTIONS)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == (
        "films/default/lecture.srt: was changed since it was made; "
        "rename it, or choose another folder, for example --name default-2\n"
    )
    assert (folder / "lecture.srt").read_text() == ""


@pytest.mark.thorough
@pytest.mark.parametrize("to", quick_cases(["mp4", "html", "pdf"], "mp4"))
def test_films_that_are_no_longer_of_one_render_are_not_joined(
    backprop: Backprop, folder: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    honest, before = render_report.render, contents(folder)

    def disturbed(job: Job, target: Target, **options: Any) -> Any:
        made = honest(job, target, **options)
        # Another process is at it, or died just now.
        target.captions.write_text("of another render")
        return made

    monkeypatch.setattr(render_report, "render", disturbed)
    result = backprop("lecture", "--to", to, "--force", *OPTIONS)
    assert (result.exit_code, result.stdout) == (1, "")
    said = "tiny.mp4 and the files beside it are not of one render; type the same again"
    assert said in result.stderr.splitlines()[-1]
    after = contents(folder)
    assert {name: after[name] for name in before if name.startswith("lecture")} == {
        name: digest for name, digest in before.items() if name.startswith("lecture")
    }
    assert f"lecture.{to}" in before or f"lecture.{to}" not in after


def test_the_transcript_holds_all_films_with_their_times_in_the_lecture(folder: Path) -> None:
    text = (folder / "lecture.md").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert [line for line in lines if line.startswith(("# ", "## "))] == [
        f"# {lecture.TITLE}",
        "## Tiny",
        "## Second",
    ]
    (grows,) = (line for line in lines if line.endswith("It grows") and line.startswith("####"))
    assert grows.split()[1].startswith(f"0:{int(facts(folder, 'tiny')['seconds']):02}")
    assert "](second.png)" in text


def test_films_keep_the_order_in_which_they_are_named(backprop: Backprop, folder: Path) -> None:
    result = backprop("lecture", "second", "tiny", "second", "--json", *OPTIONS)
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert [film["film"] for film in report["films"]] == ["second", "tiny"]
    assert [film["status"] for film in report["films"]] == ["kept", "kept"]
    assert report["lecture"]["status"] == "joined"
    assert report["lecture"]["frames"] == facts(folder, "lecture")["frames"]
    assert [title for title, *_ in chapters(folder / "lecture.mp4")] == ["Second", "Tiny"]
    (one,) = json.loads(backprop("lecture", "second", "--json", *OPTIONS).stdout)["films"]
    assert one["frames"] == facts(folder, "lecture")["frames"] == facts(folder, "second")["frames"]


def test_a_title_of_the_users_own_is_that_of_the_video(backprop: Backprop, tmp_path: Path) -> None:
    words = ("--set", 'film.title="My day"', "--name", "mine")
    assert backprop("lecture", "second", *words, *OPTIONS).exit_code == 0
    video = tmp_path / "films" / "mine" / "lecture.mp4"
    with av.open(str(video)) as container:
        assert container.metadata["title"] == "My day"
    assert [title for title, *_ in chapters(video)] == ["Second"]


@pytest.mark.parametrize("film", ["Unsuited", "Overflowing"])
def test_a_film_that_cannot_show_the_experiment_is_left_out(
    backprop: Backprop, folder: Path, monkeypatch: pytest.MonkeyPatch, film: str
) -> None:
    add_film(monkeypatch, "third", film)
    result = backprop("lecture", "--json", *OPTIONS)
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert [film["status"] for film in report["films"]] == ["kept", "kept", "left out"]
    (left_out,) = report["lecture"]["left_out"]
    assert left_out["film"] == "third"
    assert left_out["why"] in result.stderr.splitlines()
    assert "lecture: 2 films, without third, " in result.stderr
    assert document(folder, "lecture")["left_out"] == [left_out]


def test_a_lecture_needs_a_film(
    backprop: Backprop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)
    add_film(monkeypatch, "third", "Unsuited")
    result = backprop("lecture", "third", *OPTIONS)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith("lecture: not made, as no film can show this experiment\n")
    assert contents(folder) == before


def test_a_film_whose_own_experiment_does_not_go_with_the_data_is_left_out(
    backprop: Backprop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez("targets.npz", x=np.eye(4), y=np.eye(4)[:, :2])
    hinge = Experiment(network={"loss": "hinge", "output": "identity"})
    own = {"tiny": hinge, "second": Experiment()}
    for module in (plan, lecture):
        monkeypatch.setattr(module, "default_experiment", own.get)
    words = ("--set", "data.path=targets.npz", "--set", "data.name=file", *OPTIONS)
    result = backprop("lecture", "--dry-run", "--json", *words)
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [film["film"] for film in report["films"]] == ["second"]
    assert [film["film"] for film in report["lecture"]["left_out"]] == ["tiny"]
    assert result.stderr.startswith("tiny: --set: data.path: ")
    assert "targets.npz: y: got targets" in result.stderr
    # What no film can show is bad input.
    refused = backprop("lecture", "tiny", *words)
    assert refused.exit_code == 2
    assert "allowed classes" in refused.stderr


def test_a_render_that_fails_costs_the_new_lecture_but_not_the_old_one(
    backprop: Backprop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)
    add_film(monkeypatch, "broken", "Broken")
    result = backprop("lecture", "--json", *OPTIONS)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert [film["status"] for film in report["films"]] == ["kept", "kept", "failed"]
    assert report["lecture"]["status"] == "failed"
    assert result.stderr.splitlines()[-1] == "lecture: not made, as a film is missing"
    assert contents(folder) == before


@pytest.mark.parametrize("damage", ["a film twice", "half a file", "a gap"])
def test_a_lecture_that_is_not_all_of_its_films_is_not_published(
    backprop: Backprop, folder: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    before, honest = contents(folder), joining.join

    def damaged(sources: list[Path], target: Path, rate: int, *more: Any) -> None:
        if damage == "a film twice":
            sources = [*sources, sources[0]]
        honest(sources, target, rate * 2 if damage == "a gap" else rate, *more)
        if damage == "half a file":
            content = target.read_bytes()
            target.write_bytes(content[: len(content) // 2])

    monkeypatch.setattr(joining, "join", damaged)
    result = backprop("lecture", "second", *OPTIONS)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = (line for line in result.stderr.splitlines() if line.startswith("lecture"))
    assert line.startswith("lecture: the films cannot be joined: ")
    assert contents(folder) == before
    assert not list((folder / ".backprop").glob("render-*"))


def test_films_of_different_sizes_are_not_joined(
    backprop: Backprop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, honest = contents(folder), joining.join

    def resized(sources: list[Path], *more: Any) -> None:
        small = sources[1].with_name("small.mp4")
        with av.open(str(small), "w") as container:
            stream = container.add_stream("libx264", rate=15)
            stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
            container.mux(stream.encode(av.VideoFrame(64, 36, "yuv420p")))
            container.mux(stream.encode())
        honest([sources[0], small], *more)

    monkeypatch.setattr(joining, "join", resized)
    result = backprop("lecture", "second", "tiny", *OPTIONS)
    assert result.exit_code == 1
    assert "small.mp4 has another size" in result.stderr.splitlines()[-1]
    assert contents(folder) == before


def test_bad_words_are_refused_before_anything_is_made(backprop: Backprop, tmp_path: Path) -> None:
    unknown = backprop("lecture", "tiny", "secnd", *OPTIONS)
    assert unknown.exit_code == 2
    assert unknown.stderr == 'film: got "secnd"; allowed tiny, second; did you mean second?\n'
    (tmp_path / "films" / "default" / "lecture.mp4").mkdir(parents=True)
    blocked = backprop("lecture", *OPTIONS)
    assert (blocked.exit_code, blocked.stdout) == (2, "")
    assert "lecture.mp4: is a folder" in blocked.stderr
    assert [path.name for path in (tmp_path / "films" / "default").iterdir()] == ["lecture.mp4"]
