"""One process at a time makes a film; only folders of dead processes count as left behind."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scenes.production.store.build import Built
from scenes.production.store.clean import clean
from scenes.production.store.folder_lock import held, is_held
from scenes.production.store.output_paths import Target
from scenes.production.store.own_folders import only_one, private_folder
from tests.patience import PATIENCE

Make = Callable[..., Built[Target]]
ROOT = Path(__file__).parents[3]

HOLD = """
import sys, time
from pathlib import Path
from scenes.production.store.output_paths import Target
from scenes.production.store.own_folders import only_one, private_folder
target = Target(Path(sys.argv[1]), "tiny", "mp4")
with only_one(target), private_folder(target) as private:
    (private / "frame").write_bytes(bytes(1000))
    print(private, flush=True)
    time.sleep(600)
"""


def holder(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    """Start a process that holds the film `tiny` in a folder; return it and its private folder."""
    process = subprocess.Popen(
        (sys.executable, "-c", HOLD, str(folder)), stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_held_folder_goes_when_it_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "tiny.lock"
    with held(folder):
        assert is_held(folder)
    assert not folder.exists()


def test_two_threads_never_hold_it_at_once(tmp_path: Path) -> None:
    inside, most = [0], [0]

    def work() -> None:
        for _ in range(50):
            with held(tmp_path / "lock"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert not (tmp_path / "lock").exists()


def test_the_second_waits_until_the_first_is_dead(tmp_path: Path) -> None:
    process, _ = holder(tmp_path)
    target, told = Target(tmp_path, "tiny", "mp4"), []

    def waiting() -> None:
        told.append(True)
        # It is told again and again, so that whoever waits can have enough of it.
        if len(told) == 2:
            process.kill()

    hangs = threading.Timer(PATIENCE, process.kill)
    hangs.start()
    with only_one(target, waiting):
        hangs.cancel()
        assert process.wait(timeout=PATIENCE) == -signal.SIGKILL
    end(process)
    assert len(told) > 1


def test_a_file_in_the_way_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("a file of mine")
    with pytest.raises(FileExistsError), held(tmp_path / "lock"):
        pass
    assert (tmp_path / "lock").read_text() == "a file of mine"


def test_another_film_in_the_same_folder_need_not_wait(tmp_path: Path) -> None:
    process, _ = holder(tmp_path)
    try:
        with only_one(Target(tmp_path, "other", "mp4"), pytest.fail):
            pass
    finally:
        end(process)


def test_the_one_that_waited_has_nothing_left_to_do(make: Make) -> None:
    made: list[Built[Target]] = []
    threads = [threading.Thread(target=lambda: made.append(make())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.reused for one in made) == [False, True]
    assert made[0].facts == made[1].facts
    assert sorted(p.name for p in made[0].target.state.iterdir()) == ["folder.json", "tiny.json"]


def test_clean_takes_what_the_dead_left_and_nothing_else(tmp_path: Path, made: Path) -> None:
    folder = made.parent
    dead, left = holder(made)
    end(dead)
    living, kept = holder(folder / "other")
    mine = made / ".backprop" / "render-notes"
    mine.write_text("a file of mine")
    elsewhere = folder / "render-elsewhere"
    elsewhere.mkdir()
    try:
        assert left in [one.path for one in clean(folder, dry_run=True)]
        assert left.is_dir()
        removed = clean(folder)
        assert {one.path for one in removed} == {left, made / ".backprop" / "tiny.lock"}
        assert sum(one.bytes for one in removed) == 1000
        assert not left.exists()
        assert kept.is_dir()
        assert mine.is_file()
        assert elsewhere.is_dir()
        assert (made / "tiny.mp4").is_file()
        assert clean(folder) == []
    finally:
        end(living)


def test_a_link_to_a_private_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("keep me")
    state = tmp_path / "films" / "default" / ".backprop"
    state.mkdir(parents=True)
    (state / "render-x").symlink_to(outside)
    assert clean(tmp_path / "films") == []
    assert (outside / "precious").is_file()


def test_a_private_folder_is_held_while_it_is_used(tmp_path: Path) -> None:
    with private_folder(Target(tmp_path, "tiny", "mp4")) as private:
        assert is_held(private)
        assert list((tmp_path / ".backprop").iterdir()) == [private]
    assert not private.exists()
