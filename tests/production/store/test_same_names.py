"""Names that a file system takes for one; on a disk that tells them apart, nothing is said."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from scenes.production.store import same_names
from scenes.production.store.folder_checks import check_folder
from scenes.production.store.output_paths import Target
from scenes.production.store.same_names import one_for_two, other_names
from scenes.production.sweeps.jobs import plan_batch, write_specs
from scenes.production.sweeps.sweep import load_sweep

SWEEP = 'films = ["leak"]\n[axes]\n"film.title" = ["A", "a"]\n'


def folded(name: str) -> str:
    return unicodedata.normalize("NFD", name).casefold()


@pytest.fixture
def folding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all disks find a file by a name in other letters, as those of macOS do."""

    def is_there(path: Path) -> bool:
        there = path.parent.iterdir() if path.parent.is_dir() else ()
        return folded(path.name) in {folded(other.name) for other in there}

    monkeypatch.setattr(same_names, "_is_there", is_there)


def batch(tmp_path: Path) -> Callable[[], None]:
    file = tmp_path / "titles.toml"
    file.write_text(SWEEP)
    jobs = plan_batch(load_sweep(file), "low", "mp4")
    return lambda: write_specs(tmp_path / "films" / "titles", jobs, str(file))


@pytest.mark.usefixtures("folding")
def test_two_points_that_would_be_one_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        batch(tmp_path)()
    (line,) = caught.value.problems
    assert "film.title=A and film.title=a would be one file on this disk" in line
    assert not (tmp_path / "films").exists()


@pytest.mark.usefixtures("folding")
def test_a_folder_that_is_there_in_other_letters(tmp_path: Path) -> None:
    (tmp_path / "Deep").mkdir()
    with pytest.raises(InputError, match=r"deep: is the same as Deep on this disk"):
        check_folder(Target(tmp_path / "deep", "leak", "mp4"), "x", named=True)
    check_folder(Target(tmp_path / "Deep", "leak", "mp4"), "x", named=True)


@pytest.mark.usefixtures("folding")
def test_a_disk_that_writes_accents_in_another_form(tmp_path: Path) -> None:
    composed, parts = "\u00fcbung", "u\u0308bung"
    (tmp_path / parts).mkdir()
    assert list(other_names([tmp_path / composed])) == []
    assert len(list(one_for_two(tmp_path, [composed, parts]))) == 1


def test_a_disk_that_tells_them_apart(tmp_path: Path) -> None:
    (tmp_path / "Deep").mkdir()
    if (tmp_path / "deep").exists():
        pytest.skip("this disk does not")
    check_folder(Target(tmp_path / "deep", "leak", "mp4"), "x", named=True)
    batch(tmp_path)()
    assert len(list((tmp_path / "films" / "titles" / ".backprop" / "jobs").iterdir())) == 2
