"""The files of an output take their places together, or none of them does."""

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from backprop_core.folder import Folder
from scenes.production.process.error_messages import RenderError
from scenes.production.request.keys import Keys
from scenes.production.store.moves import Moves, stuck, together
from scenes.production.store.one_render import is_mixture
from scenes.production.store.output_paths import Output
from scenes.production.store.own_folders import private_folder
from scenes.production.store.publish import Counts, Made, publish
from scenes.production.store.signals import signals_wait
from tests.production.mounts import PRIVATE, needs_mounts
from tests.production.real_program import LOW, left_behind, run

NAMES = ("a.mp4", "a.srt", "deep/a.png")


@dataclass(frozen=True)
class Files(Output):
    """Three files, one of them in a folder."""

    stem: str = "a"

    @property
    def required(self) -> frozenset[str]:
        return frozenset(NAMES)


def put(output: Output, word: str) -> Counts:
    made = Made({name: f"{word} {name}".encode() for name in NAMES}, {"word": word})
    with private_folder(output) as private:
        return publish(made, output, Keys.of({"word": word}), "a test", private)


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def output(tmp_path: Path) -> Files:
    output = Files(tmp_path / "films")
    output.folder.mkdir()
    return output


def failing(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    honest, left = Moves.put, after

    def fail(moves: Moves, source: Path, place: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError("it cannot be moved")
        honest(moves, source, place)

    monkeypatch.setattr(Moves, "put", fail)


# A record, three files, the memory of the folder, and the record again.
@pytest.mark.parametrize("after", range(6))
@pytest.mark.parametrize("there", [True, False], ids=["old files", "no files"])
def test_whichever_cannot_be_moved_all_goes_back(
    output: Files, monkeypatch: pytest.MonkeyPatch, after: int, there: bool
) -> None:
    if there:
        put(output, "old")
    before = tree(output.folder)
    with monkeypatch.context() as patch:
        failing(patch, after)
        with pytest.raises(OSError, match="it cannot be moved"):
            put(output, "new")
    assert tree(output.folder) == before
    assert (output.folder / "deep").exists() == there
    assert not is_mixture(output, NAMES)
    put(output, "new")
    assert (output.folder / "deep" / "a.png").read_text() == "new deep/a.png"


@pytest.mark.parametrize("after", range(1, 6))
def test_whoever_reads_what_a_dead_process_left_knows_it(
    output: Files, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    put(output, "old")
    with monkeypatch.context() as patch:
        failing(patch, after)
        patch.setattr(Moves, "undo", lambda moves: None)
        with pytest.raises(OSError, match="it cannot be moved"):
            put(output, "new")
    assert is_mixture(output, NAMES)
    # And it is no file of somebody else.
    put(output, "new")
    assert not is_mixture(output, NAMES)


@pytest.fixture
def immutable(output: Files) -> Iterator[Path]:
    put(output, "old")
    path = output.folder / "a.srt"
    done = subprocess.run(["chattr", "+i", path], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no file can be made immutable here")
    yield path
    subprocess.run(["chattr", "-i", path], check=True)


def test_an_immutable_file_keeps_all_others(output: Files, immutable: Path) -> None:
    before = tree(output.folder)
    with pytest.raises(InputError, match=r"a\.srt: cannot be replaced: it is marked"):
        put(output, "new")
    assert tree(output.folder) == before
    # Even if it becomes so just now.
    with (
        private_folder(output) as private,
        together(output.folder, private) as moves,
        pytest.raises(RenderError, match=r"a\.srt cannot be replaced"),
    ):
        moves.keep(NAMES)
    assert tree(output.folder) == before


@needs_mounts
def test_a_mount_point_keeps_the_old_film(tmp_path: Path, made: Path) -> None:
    (tmp_path / "mounted").write_bytes((made / "tiny.srt").read_bytes())
    before = tree(made)
    line = 'mount --bind mounted films/default/tiny.srt && "$@"'
    words = ("render", "tiny", "--set", "seed=5", "--name", "default", "--output", "films", *LOW)
    done = run(*words, cwd=tmp_path, before=(*PRIVATE, "sh", "-c", line, "sh"))
    assert done.returncode == 1
    said = "tiny.srt cannot be replaced: something is mounted there"
    assert said in done.stderr.splitlines()[-1]
    after = tree(made)
    after.pop(".backprop/tiny.log", None)
    assert after == before
    assert left_behind(tmp_path / "films") == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root gives files away")
def test_another_users_file_in_a_sticky_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "a.srt").write_text("theirs")
    os.chown(tmp_path / "a.srt", 1, 1)
    with Folder(tmp_path) as folder:
        # Root may.
        assert stuck(folder, "a.srt") is None
        os.chown(tmp_path, 2, 2)
        monkeypatch.setattr(os, "geteuid", lambda: 65534)
        assert "belongs to another user" in (stuck(folder, "a.srt") or "")


def test_signals_wait_while_files_are_moved(output: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    put(output, "old")
    honest, moved = Moves.put, 0

    def interrupted(moves: Moves, source: Path, place: str) -> None:
        nonlocal moved
        honest(moves, source, place)
        moved += 1
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Moves, "put", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(output, "new")
    assert moved == 6
    assert not is_mixture(output, NAMES)
    assert (output.folder / "a.srt").read_text() == "new a.srt"


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_wait():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_folder_on_the_way_that_is_a_link_is_not_followed(output: Files, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (output.folder / "deep").symlink_to(victim)
    with pytest.raises(OSError, match="deep"):
        put(output, "new")
    assert list(victim.iterdir()) == []
    assert not (output.folder / "a.mp4").exists()
