"""A file that this program has not made, or that a person has changed, is never written over."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from scenes.production.exercise.filming import FunctionFilm
from scenes.production.request.keys import Keys, file_digest
from scenes.production.store.folder_checks import check_folder
from scenes.production.store.output_paths import Target
from scenes.production.store.own_folders import private_folder
from scenes.production.store.place_checks import check_places
from scenes.production.store.publish import Made, publish
from tests.production.real_program import LOW, run, shell

MINE = "an evening's work"
SWEEP = 'films = ["tiny"]\n[axes]\nseed = [1]\n'
COMMANDS: dict[str, tuple[str, ...]] = {
    "films/default/tiny.md": ("render", "tiny"),
    "films/default/tiny.mp4": ("render", "tiny", "--force"),
    "films/default/tiny.json": ("render", "tiny", "second"),
    "films/default/lecture.md": ("lecture", "tiny"),
    "films/default/lecture.mp4": ("lecture", "tiny", "--force"),
    "films/default/lecture.html": ("lecture", "tiny", "--to", "html"),
    "films/mine/sweep.csv": ("batch", "mine.toml"),
    "films/mine/sweep.json": ("batch", "mine.toml", "--force"),
    "films/mine/sweep.png": ("batch", "mine.toml"),
}


@pytest.mark.parametrize("place", COMMANDS)
def test_what_a_person_has_put_there(tmp_path: Path, place: str) -> None:
    (tmp_path / "mine.toml").write_text(SWEEP)
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    path.write_text(MINE)
    done = run(*COMMANDS[place], "--output", "films", *LOW, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{place}: was not made by this program; rename it, or choose another")
    assert path.read_text() == MINE
    assert list(path.parent.glob("[!.]*")) == [path]


def test_what_a_person_has_changed_in_a_film(tmp_path: Path, made: Path) -> None:
    (made / "tiny.srt").write_text(MINE)
    before = file_digest(made / "tiny.mp4")
    words = ("render", "tiny", "--name", "default", "--output", "films", *LOW)
    done = run(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "films/default/tiny.srt: was changed since it was made; rename it, or choose another "
        "folder, for example --name default-2\n"
    )
    assert (made / "tiny.srt").read_text() == MINE
    assert file_digest(made / "tiny.mp4") == before


def test_a_film_whose_record_was_lost_is_nobodys(tmp_path: Path, made: Path) -> None:
    (made / ".backprop" / "tiny.json").unlink()
    with pytest.raises(InputError, match="was not made by this program; rename it") as caught:
        check_folder(Target(made, "tiny", "mp4"), "x", named=True)
    assert len(caught.value.problems) == 6
    for name in ("tiny.mp4", "tiny.json", "tiny.png", "tiny.srt", "tiny.vtt", "tiny.md"):
        (made / name).unlink()
    check_folder(Target(made, "tiny", "mp4"), "x", named=True)


FACTS: dict[str, str | int | float] = {
    "quality": "low",
    "width": 640,
    "height": 360,
    "fps": 15,
    "frames": 15,
    "seconds": 1.0,
    "bytes": 1,
    "sha256": "0" * 64,
}


def put(folder: Path, format: str, content: str) -> None:
    target = Target(folder, "tiny", format)
    files = {name: f"{content} {name}".encode() for name in target.required}
    with private_folder(target) as private:
        made = Made(files, {**FACTS, "format": format})
        publish(made, target, Keys.of({"content": content}), None, private)


def test_a_film_in_another_format_is_still_ours_when_it_is_out_of_date(tmp_path: Path) -> None:
    folder = tmp_path / "default"
    folder.mkdir()
    for format, content in (("gif", "a"), ("mp4", "a"), ("mp4", "b"), ("mp4", "c"), ("gif", "c")):
        put(folder, format, content)
    put(folder, "mp4", "d")
    (folder / "tiny.gif").write_text(MINE)
    # The film does not care.
    put(folder, "mp4", "e")
    with pytest.raises(InputError, match=r"tiny\.gif: was changed since it was made"):
        put(folder, "gif", "e")
    assert (folder / "tiny.gif").read_text() == MINE


def test_slides_do_not_care_for_a_video_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "films" / "default").mkdir(parents=True)
    video = tmp_path / "films" / "default" / "lecture.mp4"
    video.write_text(MINE)
    words = ("lecture", "tiny", "--to", "html", "--dry-run", "--output", "films", *LOW)
    assert run(*words, cwd=tmp_path).returncode == 0
    assert video.read_text() == MINE


def test_the_film_of_a_function_has_no_transcript_that_could_be_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "forward.md").write_text(MINE)
    check_places(FunctionFilm(tmp_path, "forward"))
    (tmp_path / "forward.vtt").write_text(MINE)
    with pytest.raises(InputError, match=r"forward\.vtt: was not made by this program"):
        check_places(FunctionFilm(tmp_path, "forward"))


@pytest.mark.thorough
@pytest.mark.skipif(os.name != "posix", reason="rights are other ones here")
def test_all_files_follow_the_umask(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(SWEEP)
    words = ("batch", "mine.toml", "--output", "films", *LOW)
    done = shell('umask 027; "$@"', *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made = list((tmp_path / "films").rglob("*"))
    rights: dict[Callable[[Path], bool], int] = {Path.is_file: 0o640, Path.is_dir: 0o750}
    for kind, expected in rights.items():
        found = {p.name: p.stat().st_mode & 0o777 for p in made if kind(p)}
        assert set(found.values()) == {expected}, found
    assert json.loads((tmp_path / "films" / "mine" / "sweep.json").read_text())
