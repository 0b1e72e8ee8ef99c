"""Full and read-only disks, and obstacles at the paths of output files."""

import errno
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from scenes.production.process.error_messages import FULL, TOO_LARGE, RenderError, words
from scenes.production.render import render_pipeline as making
from scenes.production.request.keys import Keys, file_digest
from scenes.production.store.build import Built
from scenes.production.store.folder_checks import check_folder, not_writable
from scenes.production.store.folder_lock import held
from scenes.production.store.output_paths import Output, Target
from scenes.production.store.publish import Made, publish
from tests.production.mounts import POWERLESS, needs_mounts, needs_rights, on_a_disk
from tests.production.real_program import LOW, left_behind, run
from tests.selection import quick_cases

Make = Callable[..., Built[Target]]


@dataclass(frozen=True)
class TwoFiles(Output):
    """Two files, a and b."""

    stem: str = "two"


def contents(folder: Path) -> dict[str, str]:
    return {path.name: file_digest(path) for path in folder.glob("[!.]*")}


@needs_mounts
@pytest.mark.parametrize(
    "size",
    [
        pytest.param("64k", id="no room to draw, nor for a log"),
        pytest.param("136k", id="no room for the finished film"),
    ],
)
def test_a_full_disk_keeps_the_old_film(tmp_path: Path, made: Path, size: str) -> None:
    words = ("render", "tiny", "--force", "--name", "default", "--output", "disk", *LOW)
    done = run(*words, cwd=tmp_path, before=on_a_disk(size, made.parent))
    assert done.returncode == 1
    said = done.stderr.splitlines()[-1]
    assert said.startswith(f"tiny: render failed: {FULL}")
    assert "Traceback" not in done.stderr
    after = tmp_path / "after" / "default"
    assert contents(after) == contents(made)
    assert left_behind(tmp_path / "after") == []


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, FULL), (errno.EDQUOT, FULL), (errno.EFBIG, TOO_LARGE)],
    ids=["no space", "quota", "file too large"],
)
def test_a_full_disk_by_any_name(number: int, said: str) -> None:
    error = RuntimeError("cannot encode")
    error.__cause__ = OSError(number, "whatever")
    assert words(error) == said


def test_a_disk_that_is_full_when_it_is_asked_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, private = TwoFiles(tmp_path / "pages"), tmp_path / "private"
    private.mkdir()
    output.state.mkdir(parents=True)
    publish(Made({"a": b"old", "b": b"old"}, {}), output, Keys.of({"n": 1}), None, private)
    record = output.manifest.read_bytes()
    synced: list[int] = []

    def full(handle: int) -> None:
        synced.append(handle)
        if len(synced) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        publish(Made({"a": b"new", "b": b"new"}, {}), output, Keys.of({"n": 2}), None, private)
    assert {(output.folder / name).read_text() for name in ("a", "b")} == {"old"}
    assert output.manifest.read_bytes() == record


READ_ONLY = {
    "the output": (".", "films"),
    "the folder": ("films/default", "films/default"),
    "the state": ("films/default/.backprop", "films/default/.backprop"),
}


@needs_rights
@pytest.mark.parametrize("what", READ_ONLY)
def test_a_folder_without_rights_is_found_before_anything_is_drawn(
    tmp_path: Path, what: str
) -> None:
    closed, _ = READ_ONLY[what]
    here = tmp_path / "here"
    folder = here / closed
    folder.mkdir(parents=True)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        done = run("render", "tiny", "--output", "films", *LOW, cwd=here, before=POWERLESS)
    finally:
        folder.chmod(stat.S_IRWXU)
    assert (done.returncode, done.stdout) == (2, "")
    named = "" if closed == "." else f"{closed} "
    assert f"{named}cannot be written to (Permission denied); allowed" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(folder.iterdir()) == []


@needs_mounts
def test_a_disk_that_is_read_only_for_root_too(tmp_path: Path) -> None:
    before = on_a_disk("1m")
    line = before[-2].replace('{ "$@"', '{ mount -o remount,ro disk; "$@"')
    done = run(
        "render", "tiny", "--output", "disk/films", cwd=tmp_path, before=(*before[:-2], line, "sh")
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "disk cannot be written to (Read-only file system); allowed" in done.stderr
    assert len(done.stderr.splitlines()) == 1


PLACES: dict[str, Callable[[Path], object]] = {
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a file": lambda path: path.write_text("mine"),
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("what", PLACES)
@pytest.mark.parametrize("place", ["films", "films/default", "films/default/.backprop"])
def test_what_is_no_folder_is_found_before_anything_is_drawn(
    tmp_path: Path, place: str, what: str
) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    PLACES[what](path)
    with pytest.raises(InputError) as caught:
        check_folder(Target(tmp_path / "films" / "default", "tiny", "mp4"), "x", named=True)
    assert all(place in line and "; allowed " in line for line in caught.value.problems)


def test_where_no_folder_can_ever_be_made(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nothing")
    with pytest.raises(OSError, match="link"), held(tmp_path / "link" / "lock"):
        pass
    if Path("/proc/self").exists():
        assert not_writable(Path("/proc/films")) is not None


@pytest.mark.parametrize("what", quick_cases(PLACES, "a link to nothing", "a pipe"))
def test_what_lies_in_the_place_of_what_is_remembered_is_replaced(
    make: Make, tmp_path: Path, what: str
) -> None:
    state = tmp_path / "films" / "default" / ".backprop"
    state.mkdir(parents=True)
    for name in ("tiny.json", "folder.json", "tiny.log"):
        PLACES[what](state / name)
    make()
    assert sorted(path.name for path in state.iterdir()) == ["folder.json", "tiny.json"]
    assert not any(path.is_symlink() for path in state.iterdir())


@pytest.mark.parametrize("what", quick_cases(PLACES, "a link to nothing", "a file"))
def test_what_lies_in_the_place_of_a_film_stays_and_is_named(
    make: Make, tmp_path: Path, what: str
) -> None:
    folder = tmp_path / "films" / "default"
    folder.mkdir(parents=True)
    PLACES[what](folder / "tiny.srt")
    before = (folder / "tiny.srt").lstat()
    said = r"tiny\.srt: was not made by this program; rename it, or choose .* --name default-2$"
    with pytest.raises(InputError, match=said):
        check_folder(Target(folder, "tiny", "mp4"), "x", named=True)
    # Somebody may have put it there since.
    with pytest.raises(InputError, match=said):
        make()
    assert os.path.samestat(before, (folder / "tiny.srt").lstat())
    assert not (folder / "tiny.mp4").exists()


def test_a_folder_that_is_removed_while_it_is_rendered(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disturbed(request: object, private: Path, *others: object) -> object:
        shutil.rmtree(tmp_path / "films")
        # A library that looks for its settings may make the same folders again.
        private.mkdir(parents=True)
        raise RenderError("the process that drew found no folder")

    monkeypatch.setattr(making, "draw", disturbed)
    with pytest.raises(RenderError, match=r"films/default was removed while it was rendered$"):
        make()
    assert list((tmp_path / "films").iterdir()) == []
