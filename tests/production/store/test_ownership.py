"""Folders in which another user could lay files under our hands are refused; all others are not."""

import os
import stat
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from scenes.production.process.error_messages import RenderError
from scenes.production.store import ownership
from scenes.production.store.folder_checks import check_folder
from scenes.production.store.output_paths import Target
from scenes.production.store.own_folders import private_folder
from scenes.production.store.ownership import make_folder, not_ours
from scenes.production.sweeps.jobs import plan_batch, write_specs
from scenes.production.sweeps.sweep import load_sweep
from tests.production.real_program import LOW, run

NOBODY = 65534
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away"
)
needs_users = pytest.mark.skipif(os.name != "posix", reason="rights are other ones here")


def target(folder: Path) -> Target:
    return Target(folder, "tiny", "mp4")


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        check_folder(target(folder), "x", named=True)
    (line,) = caught.value.problems
    return line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return films/default with a hidden folder in it."""
    folder = tmp_path / "films" / "default"
    make_folder(folder / ".backprop")
    check_folder(target(folder), "x", named=True)
    return folder


@needs_root
@pytest.mark.parametrize("place", [".", ".backprop"])
def test_a_folder_of_another_user_is_refused(folder: Path, place: str) -> None:
    os.chown(folder / place, NOBODY, NOBODY)
    said = refusal(folder)
    assert said.startswith(f"{folder / place}: belongs to another user (")
    assert said.endswith("; allowed a folder of your own, for example --name default-2")
    with (
        pytest.raises(RenderError, match="belongs to another user"),
        private_folder(target(folder)),
    ):
        pass


@needs_users
@pytest.mark.parametrize(
    ("place", "rights"),
    [(".", 0o777), (".backprop", 0o777), (".backprop", 0o1777), ("..", 0o777), ("../..", 0o757)],
)
def test_a_folder_that_everybody_may_write_to_is_refused(
    folder: Path, place: str, rights: int
) -> None:
    opened = (folder / place).resolve()
    opened.chmod(rights)
    said = refusal(folder)
    assert said.startswith(f"{opened}: every user of this machine may replace what is in it; ")
    assert said.endswith(f": chmod o-w {opened}")
    with pytest.raises(RenderError, match="every user"), private_folder(target(folder)):
        pass
    opened.chmod(0o755)
    check_folder(target(folder), "x", named=True)


@needs_users
@pytest.mark.parametrize("place", [".", ".backprop", ".."])
def test_a_group_is_trusted(folder: Path, place: str) -> None:
    (folder / place).chmod(0o2775)
    check_folder(target(folder), "x", named=True)
    with private_folder(target(folder)) as private:
        assert private.stat().st_mode & 0o777 == 0o700


@needs_users
def test_in_a_folder_for_everybody_a_new_one_is_ours_alone(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    check_folder(target(shared / "films" / "default"), "x", named=True)
    make_folder(shared / "films" / "default")
    assert stat.S_IMODE((shared / "films").stat().st_mode) == 0o700
    check_folder(target(shared), "x", named=True)
    make_folder(shared / ".backprop")
    assert stat.S_IMODE((shared / ".backprop").stat().st_mode) == 0o700


@needs_users
def test_what_is_made_without_an_umask_is_not_for_everybody(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_folder(tmp_path / "media" / "films" / "default")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "media").stat().st_mode) == 0o775
    check_folder(target(tmp_path / "media" / "films" / "default"), "x", named=True)


@needs_users
def test_a_disk_that_knows_no_users_is_no_matter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT shows everything as everybody's, Windows' disks under Linux do, too."""
    folder.chmod(0o777)
    assert list(not_ours(folder, "--name x"))
    honest = os.lstat

    def everybodys(path: str, **options: int) -> os.stat_result:
        found = list(honest(path, **options))
        found[stat.ST_MODE] |= 0o777
        return os.stat_result(found)

    monkeypatch.setattr(ownership.os, "lstat", everybodys)
    assert list(not_ours(folder, "--name x")) == []


@needs_users
def test_a_sweep_in_a_folder_that_everybody_may_write_to_is_refused(tmp_path: Path) -> None:
    file, root = tmp_path / "gains.toml", tmp_path / "films" / "gains"
    file.write_text('films = ["leak"]\n[axes]\nseed = [1]\n')
    root.mkdir(parents=True)
    root.chmod(0o777)
    with pytest.raises(InputError, match="every user of this machine"):
        write_specs(root, plan_batch(load_sweep(file), "low", "mp4"), str(file))
    assert list(root.iterdir()) == []


@needs_root
def test_the_program_says_so_before_anything_is_drawn(tmp_path: Path) -> None:
    state = tmp_path / "films" / "default" / ".backprop"
    state.mkdir(parents=True)
    os.chown(state, NOBODY, NOBODY)
    done = run("render", "tiny", "--output", "films", *LOW, cwd=tmp_path)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith("films/default/.backprop: belongs to another user (")
    assert list(state.iterdir()) == []
