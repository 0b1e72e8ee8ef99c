"""`clean` beside renders: it takes what nobody holds, and holds it while it takes it."""

import threading
from pathlib import Path

import pytest

from backprop_core.folder import Folder
from scenes.production.store.clean import clean
from scenes.production.store.folder_lock import is_held
from scenes.production.store.output_paths import Target
from scenes.production.store.own_folders import only_one, private_folder

ROUNDS, RENDERS = 150, 3


def test_renders_beside_a_clean_that_never_stops(tmp_path: Path) -> None:
    target, over = Target(tmp_path / "default", "tiny", "mp4"), threading.Event()
    inside, most, wrong = [0], [0], list[BaseException]()

    def rendering() -> None:
        try:
            for _ in range(ROUNDS):
                with only_one(target), private_folder(target) as private:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                    (private / "frame").write_bytes(b"frame")
                    assert (private / "frame").read_bytes() == b"frame"
                    inside[0] -= 1
        except BaseException as error:
            wrong.append(error)

    def cleaning() -> None:
        while not over.is_set():
            clean(tmp_path)

    renders = [threading.Thread(target=rendering) for _ in range(RENDERS)]
    cleaner = threading.Thread(target=cleaning)
    for thread in (*renders, cleaner):
        thread.start()
    for thread in renders:
        thread.join()
    over.set()
    cleaner.join()
    assert (wrong, most) == ([], [1])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["render-x", "tiny.lock"])
def test_what_is_removed_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    left = tmp_path / "default" / ".backprop" / name
    left.mkdir(parents=True)
    honest, seen = Folder.remove_tree, []

    def watched(folder: Folder, name: str) -> None:
        seen.append(is_held(folder.path / name))
        honest(folder, name)

    monkeypatch.setattr(Folder, "remove_tree", watched)
    assert [one.path for one in clean(tmp_path)] == [left]
    assert seen == [True]
    assert not left.exists()


def test_what_was_taken_since_it_was_found_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scenes.production.store import clean as module

    target = Target(tmp_path / "default", "tiny", "mp4")
    with only_one(target):
        monkeypatch.setattr(module, "leftovers", lambda output: [target.lock])
        assert clean(tmp_path) == []
        assert target.lock.is_dir()
