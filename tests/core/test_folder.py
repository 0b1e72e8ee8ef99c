"""Folders held open: what is done in one is done there, whatever its path leads to by now."""

import os
from pathlib import Path

import pytest

from backprop_core.files import write_whole
from backprop_core.folder import Folder, ways

needs_handles = pytest.mark.skipif(
    os.open not in os.supports_dir_fd, reason="folders cannot be held open on this system"
)


@needs_handles
def test_a_folder_that_is_swapped_for_a_link_is_still_the_one_that_is_written_to(
    tmp_path: Path,
) -> None:
    folder, victim = tmp_path / "folder", tmp_path / "victim"
    folder.mkdir()
    victim.mkdir()
    with Folder(folder) as held:
        folder.rename(tmp_path / "renamed")
        folder.symlink_to(victim)
        with held.create("log") as file:
            file.write(b"said")
        held.move("log", held, "kept")
        held.sync()
    assert (tmp_path / "renamed" / "kept").read_bytes() == b"said"
    assert list(victim.iterdir()) == []
    with pytest.raises(OSError, match="folder"), Folder(folder):
        pass


@pytest.mark.parametrize("what", ["a file", "a link", "a link to nothing", "a pipe"])
def test_a_new_file_takes_nobodys_place(tmp_path: Path, what: str) -> None:
    victim, path = tmp_path / "victim", tmp_path / "log"
    victim.write_text("mine")
    match what:
        case "a file":
            path.write_text("mine")
        case "a link":
            path.symlink_to(victim)
        case "a link to nothing":
            path.symlink_to("nothing")
        case "a pipe":
            os.mkfifo(path)
    with pytest.raises(FileExistsError):
        write_whole(path, b"said", new=True)
    assert victim.read_text() == "mine"
    assert not (tmp_path / "nothing").exists()


def test_a_file_that_is_written_whole_takes_the_place_of_a_link(tmp_path: Path) -> None:
    victim, path = tmp_path / "victim", tmp_path / "record.json"
    victim.write_text("mine")
    path.symlink_to(victim)
    write_whole(path, b"{}")
    assert (victim.read_text(), path.read_bytes(), path.is_symlink()) == ("mine", b"{}", False)


def test_the_folders_on_the_way_to_a_place() -> None:
    assert list(ways("a/b/c.png")) == ["a", "a/b"]
    assert list(ways("c.png")) == []
