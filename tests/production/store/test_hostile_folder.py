"""Files in a hostile output folder cannot redirect writes, block the program or use up memory."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import chdir, suppress
from pathlib import Path
from typing import Any

import av
import pytest

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from scenes.production.process.error_messages import RenderError
from scenes.production.process.worker_client import converse
from scenes.production.render import render_pipeline as making
from scenes.production.request.catalog import default_experiment
from scenes.production.request.job import Job
from scenes.production.request.keys import hash_of
from scenes.production.store.bounded_reads import STATE_BYTES, read_json
from scenes.production.store.build import Built, current
from scenes.production.store.clean import clean
from scenes.production.store.durations import length
from scenes.production.store.folder_checks import check_folder
from scenes.production.store.folder_lock import held
from scenes.production.store.output_paths import Target
from scenes.production.store.own_folders import keep_log
from scenes.production.sweeps.jobs import find_jobs, plan_batch, write_specs
from scenes.production.sweeps.sweep import load_sweep
from scenes.production.video.files import join
from scenes.production.video.verify import decode
from scenes.words.ledger import write_json
from tests.patience import at_once

Make = Callable[..., Built[Target]]

UNREADABLE: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a folder": Path.mkdir,
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "lists in lists": lambda path: path.write_text("[" * 100_000),
    "objects in objects": lambda path: path.write_text('{"a":' * 50_000),
    "a long number": lambda path: path.write_text('{"made_from": ' + "9" * 10_000 + "}"),
    "no UTF-8": lambda path: path.write_bytes(b'{"made_from": "\xff"}'),
    "a list": lambda path: path.write_text("[1]"),
    "null": lambda path: path.write_text("null"),
    "too large": lambda path: path.write_text('{"made_from": "' + "x" * STATE_BYTES + '"}'),
}


@pytest.fixture(params=UNREADABLE)
def unreadable(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    """Return a function that puts something in a place where an object is looked for."""

    def put(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        UNREADABLE[request.param](path)

    return put


def quickly(function: Callable[[], object]) -> object:
    with at_once():
        return function()


def target(folder: Path) -> Target:
    return Target(folder, "tiny", "mp4")


def test_what_cannot_be_read_is_nothing(tmp_path: Path, unreadable: Callable[[Path], None]) -> None:
    path = tmp_path / "x.json"
    unreadable(path)
    assert quickly(lambda: read_json(path)) == {}


def test_a_memory_and_a_manifest(made: Path, unreadable: Callable[[Path], None]) -> None:
    unreadable(made / ".backprop" / "folder.json")
    if not (made / ".backprop" / "folder.json").is_dir():
        quickly(lambda: check_folder(target(made), "another", named=False))
    unreadable(made / ".backprop" / "tiny.json")
    keys = Job("tiny:Tiny", Experiment(), "low").keys()
    assert quickly(lambda: current(target(made), keys)) is None


def test_a_length(tmp_path: Path, unreadable: Callable[[Path], None]) -> None:
    unreadable(tmp_path / "films" / "default" / "leak.json")
    assert quickly(lambda: length("leak", tmp_path / "films")) is None


@pytest.mark.parametrize(
    "seconds", [-1, 0, 1e9, float("nan"), float("inf"), "12", None, [1], 10**400]
)
def test_a_length_that_is_none(tmp_path: Path, seconds: object) -> None:
    ledger = {
        "experiment": default_experiment("leak").model_dump(mode="json"),
        "files": {"leak.mp4": {"seconds": seconds}},
    }
    path = tmp_path / "default" / "leak.json"
    path.parent.mkdir()
    path.write_text(json.dumps(ledger))
    found = length("leak", tmp_path)
    assert found is None or (seconds == "12" and found == 12.0)


def without(document: dict[str, Any], *place: str) -> dict[str, Any]:
    *way, last = place
    inner = document
    for name in way:
        inner = inner[name]
    del inner[last]
    return document


def changed(document: dict[str, Any], value: object, *place: str) -> dict[str, Any]:
    *way, last = place
    inner = document
    for name in way:
        inner = inner[name]
    inner[last] = value
    return document


PART = ("parts", "tiny.mp4")
FACTS = (*PART, "facts")
CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no content": lambda m: without(m, "content"),
    "no parts": lambda m: without(m, "parts"),
    "parts are a number": lambda m: changed(m, 3, "parts"),
    "facts are a number": lambda m: changed(m, 3, *FACTS),
    "no checksum": lambda m: without(m, *FACTS, "sha256"),
    "no key": lambda m: without(m, *PART, "key"),
    "no frames": lambda m: without(m, *FACTS, "frames"),
    "frames of a word": lambda m: changed(m, "99", *FACTS, "frames"),
    "frames without end": lambda m: changed(m, 10**30, *FACTS, "frames"),
    "no length": lambda m: changed(m, float("nan"), *FACTS, "seconds"),
    "no rate": lambda m: changed(m, 0, *FACTS, "fps"),
    "something more": lambda m: changed(m, "\x1b[31m", *FACTS, "more"),
    "another video": lambda m: changed(m, m["parts"]["tiny.mp4"], "parts", "../../x.mp4"),
    "another file": lambda m: changed(m, m["files"]["tiny.srt"], "files", "../../../etc/passwd"),
    "a file of another film": lambda m: changed(m, m["files"]["tiny.srt"], "files", "leak.srt"),
    "a file to come elsewhere": lambda m: changed(m, {"../x": []}, "coming"),
    "a file of a number": lambda m: changed(m, 3, "files", "tiny.srt"),
    "a file of endless size": lambda m: changed(m, 2**60, "files", "tiny.srt", "bytes"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_manifest_that_nobody_wrote_is_none(made: Path, change: str) -> None:
    keys = Job("tiny:Tiny", Experiment(), "low").keys()
    assert current(target(made), keys)
    path = made / ".backprop" / "tiny.json"
    path.write_text(json.dumps(CHANGES[change](json.loads(path.read_text()))))
    assert target(made).record() is None
    assert current(target(made), keys) is None


@pytest.mark.parametrize("name", ["tiny.mp4", "tiny.srt", "tiny.json"])
def test_a_record_that_leaves_a_file_out_is_of_no_complete_film(made: Path, name: str) -> None:
    keys = Job("tiny:Tiny", Experiment(), "low").keys()
    path = made / ".backprop" / "tiny.json"
    path.write_text(json.dumps(without(json.loads(path.read_text()), "files", name)))
    assert current(target(made), keys) is None


@pytest.mark.parametrize("name", ["tiny.mp4", "tiny.json", "tiny.png", "tiny.md"])
@pytest.mark.parametrize("kind", ["a pipe", "a device", "huge"])
def test_files_in_the_place_of_a_film_are_not_read_without_end(
    made: Path, name: str, kind: str
) -> None:
    path = made / name
    path.unlink()
    if kind == "huge":
        with path.open("wb") as file:
            file.truncate(2**40)
    else:
        UNREADABLE[kind](path)
    keys = Job("tiny:Tiny", Experiment(), "low").keys()
    assert quickly(lambda: current(target(made), keys)) is None


def test_facts_are_those_of_the_manifest(made: Path) -> None:
    record = target(made).record()
    assert record is not None
    assert record.parts["tiny.mp4"].facts.keys() == {
        *("quality", "format", "width", "height", "fps", "frames", "seconds", "bytes", "sha256")
    }


@pytest.mark.parametrize("where", ["the folder", "its state"])
def test_a_folder_that_leads_elsewhere_is_refused(tmp_path: Path, where: str) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "films" / "default"
    outside.mkdir()
    link = folder if where == "the folder" else folder / ".backprop"
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    with pytest.raises(InputError) as caught:
        check_folder(target(folder), "x", named=True)
    assert caught.value.problems == (f"{link}: is a symbolic link; allowed a folder, or nothing",)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("where", ["gains", "gains/.backprop", "gains/.backprop/jobs"])
def test_a_sweep_whose_folder_leads_elsewhere_is_refused(tmp_path: Path, where: str) -> None:
    file = tmp_path / "gains.toml"
    file.write_text('films = ["leak"]\n[axes]\nseed = [1]\n')
    outside, link = tmp_path / "outside", tmp_path / "films" / where
    outside.mkdir()
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    jobs = plan_batch(load_sweep(file), "low", "mp4")
    with pytest.raises(InputError, match="is a symbolic link; allowed a folder"):
        write_specs(tmp_path / "films" / "gains", jobs, str(file))
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", ["tiny.json", "folder.json", "tiny.log"])
def test_folders_in_the_place_of_state_are_found_before_a_render(tmp_path: Path, name: str) -> None:
    (tmp_path / ".backprop" / name).mkdir(parents=True)
    with pytest.raises(InputError, match=rf"{name}: is a folder; allowed a file"):
        check_folder(target(tmp_path), "x", named=True)


LOCKS = ("a pipe", "a link to nothing", "a device", "a list")


@pytest.mark.parametrize("kind", LOCKS)
def test_a_lock_that_is_no_folder_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    lock = target(tmp_path).lock
    lock.parent.mkdir()
    UNREADABLE[kind](lock)
    with pytest.raises(InputError, match=r"tiny\.lock: is a file; allowed a folder"):
        check_folder(target(tmp_path), "x", named=True)

    def hold() -> None:
        with pytest.raises((FileExistsError, NotADirectoryError)), held(lock):
            pass

    quickly(hold)


def test_a_log_is_put_in_the_place_of_a_link(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    precious = tmp_path / "profile"
    precious.write_text("mine")
    state = tmp_path / "films" / "default" / ".backprop"
    state.mkdir(parents=True)
    (state / "tiny.log").symlink_to(precious)

    def fail(job: Job, private: Path, say: object) -> None:
        (private / "render.log").write_text("it went wrong")
        raise RenderError("it went wrong")

    monkeypatch.setattr(making, "draw", fail)
    with pytest.raises(RenderError):
        make()
    assert precious.read_text() == "mine"
    assert (state / "tiny.log").read_text() == "it went wrong"
    assert not (state / "tiny.log").is_symlink()


@pytest.mark.parametrize("kind", ["a link", "a link to nothing", "a pipe"])
def test_a_worker_writes_its_log_to_a_new_file_or_not_at_all(tmp_path: Path, kind: str) -> None:
    precious, log = tmp_path / "profile", tmp_path / "private" / "render.log"
    precious.write_text("mine")
    log.parent.mkdir()
    if kind == "a link":
        log.symlink_to(precious)
    else:
        UNREADABLE[kind](log)

    def say() -> None:
        with pytest.raises(FileExistsError):
            converse("scenes.production.render.worker", "{}", log.parent, ends_with="finished")

    quickly(say)
    assert precious.read_text() == "mine"
    assert [path.name for path in log.parent.iterdir()] == ["render.log"]


def test_a_link_among_what_a_worker_left_is_no_log(tmp_path: Path) -> None:
    precious, private = tmp_path / "profile", tmp_path / "private"
    precious.write_text("mine")
    private.mkdir()
    (private / "render.log").symlink_to(precious)
    one = target(tmp_path)
    one.state.mkdir()
    keep_log(private / "render.log", one)
    assert list(one.state.iterdir()) == []


def test_nothing_is_cleaned_where_a_link_leads(tmp_path: Path) -> None:
    precious = tmp_path / "home" / "render-thesis"
    precious.mkdir(parents=True)
    (tmp_path / "home" / "x.lock").mkdir()
    films = tmp_path / "films"
    (films / "deep").mkdir(parents=True)
    (films / "deep" / ".backprop").symlink_to(tmp_path / "home")
    (films / "linked").symlink_to(films / "deep")
    assert clean(films) == []
    assert precious.is_dir()


@pytest.fixture
def bottomless(tmp_path: Path) -> Iterator[Path]:
    """Return a private folder of a dead render, with folders in it deeper than Python recurses."""
    folder = tmp_path / "films" / "default" / ".backprop" / "render-x"
    folder.mkdir(parents=True)
    with chdir(folder):
        for _ in range(1500):
            Path("a").mkdir()
            os.chdir("a")
    yield folder
    # No library removes it.
    with chdir(folder):
        depth = 0
        while Path("a").is_dir():
            os.chdir("a")
            depth += 1
        for _ in range(depth):
            os.chdir("..")
            Path("a").rmdir()


def test_folders_nested_without_end_stop_nobody(tmp_path: Path, bottomless: Path) -> None:
    for dry_run in (True, False):
        (one,) = clean(tmp_path / "films", dry_run=dry_run)
        assert one.path == bottomless
    assert length("leak", tmp_path / "films") is None


# Jobs of a sweep


def spec(output: Path, **changes: Any) -> str:
    """Write a job that is named as its content says; return its name."""
    found = {"film": "leak", "quality": "low", "format": "mp4", "experiment": {}, **changes}
    name = "0" * 16
    with suppress(Exception):
        parts = {
            "film": f"scenes.{found['film']}:{found['film'].title()}",
            "experiment": Experiment(**found["experiment"]).canonical(),
            "quality": found["quality"],
            "format": found["format"],
        }
        name = hash_of(parts)[:16]
    about = {"hash": name, "values": {}, "folder": "seed=1", "origin": "/a.toml"}
    folder = output / "gains" / ".backprop" / "jobs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({**about, **found}))
    return name


def test_a_job_that_is_good_is_found(tmp_path: Path) -> None:
    ((job, root),) = find_jobs(tmp_path, spec(tmp_path))
    assert root == tmp_path / "gains"
    assert job.target(root).video == tmp_path / "gains" / "seed=1" / "leak.mp4"


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "/../../../../evil"},
        {"format": "avi"},
        {"format": ["mp4"]},
        {"quality": "/../../evil"},
        {"quality": None},
        {"film": "os:system"},
        {"film": "../leak"},
        {"film": {"a": 1}},
        {"folder": "../../evil"},
        {"folder": ".."},
        {"folder": "/tmp"},
        {"folder": ""},
        {"folder": "a\x1b[31m"},
        {"folder": 3},
        {"values": 3},
        {"experiment": {"network": {"depth": 10**9}}},
        {"experiment": []},
    ],
    ids=str,
)
def test_a_job_that_leads_elsewhere_is_damaged(tmp_path: Path, changes: dict[str, Any]) -> None:
    name = spec(tmp_path, **changes)
    with pytest.raises(InputError, match="is damaged; `backprop batch SWEEP --list` writes it"):
        list(find_jobs(tmp_path, name))


def test_a_job_that_cannot_be_read_is_damaged(
    tmp_path: Path, unreadable: Callable[[Path], None]
) -> None:
    name = spec(tmp_path)
    unreadable(tmp_path / "gains" / ".backprop" / "jobs" / f"{name}.json")
    with pytest.raises(InputError, match=r"is damaged|no sweep has a job"):
        quickly(lambda: list(find_jobs(tmp_path, name)))


# Videos


def test_a_play_list_is_no_video(made: Path, tmp_path: Path) -> None:
    """FFmpeg looks at what is in a file, not at its name: a list would make it read others."""
    path = tmp_path / "list.mp4"
    path.write_text(f"ffconcat version 1.0\nfile '{made / 'tiny.mp4'}'\n")
    with av.open(str(path), options={"safe": "0"}) as container:
        assert container.streams.video
    with pytest.raises(av.FFmpegError):
        decode(path)
    with pytest.raises(av.FFmpegError):
        join((path,), tmp_path / "joined.mp4", 15, "x", ())


# What is written


def test_whatever_is_written_can_be_listed_on_a_terminal(tmp_path: Path) -> None:
    text = "\x1b[31m\x7f\x9b\u202e\u2028\udcff\U000e0041 größer × 10 😀"
    write_json(tmp_path / "x.json", {text: [text]})
    written = (tmp_path / "x.json").read_text(encoding="utf-8")
    assert all(line.isprintable() for line in written.splitlines())
    assert "größer × 10 😀" in written
    assert json.loads(written) == {text: [text]}
