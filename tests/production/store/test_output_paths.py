"""Paths of output files, and the memory of an output folder."""

import json
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from scenes.production.store.folder_checks import check_folder
from scenes.production.store.output_paths import Target


def target(folder: Path) -> Target:
    return Target(folder, "vanishing", "mp4")


def remembers(folder: Path, origin: str) -> None:
    (folder / ".backprop").mkdir(parents=True)
    (folder / ".backprop" / "folder.json").write_text(json.dumps({"made_from": origin}))


def test_files_share_a_stem(tmp_path: Path) -> None:
    found = target(tmp_path)
    names = [path.name for path in (found.video, *found.sidecars)]
    assert names == [f"vanishing.{end}" for end in ("mp4", "json", "png", "srt", "vtt", "md")]


def test_a_new_folder_and_its_own_are_fine_and_nothing_is_written(tmp_path: Path) -> None:
    check_folder(target(tmp_path / "new" / "deep"), "/home/a/deep.toml", named=False)
    assert list(tmp_path.iterdir()) == []
    remembers(tmp_path / "deep", "/home/a/deep.toml")
    check_folder(target(tmp_path / "deep"), "/home/a/deep.toml", named=False)


def test_another_file_of_the_same_stem_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "deep"
    remembers(folder, "/home/a/deep.toml")
    with pytest.raises(InputError) as caught:
        check_folder(target(folder), "/home/b/deep.toml", named=False)
    assert caught.value.problems == (
        f"{folder}: holds films of /home/a/deep.toml, not of /home/b/deep.toml; "
        "choose another folder, for example --name deep-2",
    )
    check_folder(target(folder), "/home/b/deep.toml", named=True)


def test_a_memory_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    remembers(tmp_path, "x")
    (tmp_path / ".backprop" / "folder.json").write_text('{"made_from": ')
    check_folder(target(tmp_path), "y", named=False)


def test_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "vanishing.png").mkdir()
    with pytest.raises(InputError, match=r"vanishing\.png: is a folder; allowed a file"):
        check_folder(target(tmp_path), "x", named=False)
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(InputError, match=r"^--output: .*file cannot be written to"):
        check_folder(target(file / "deep"), "x", named=False)
