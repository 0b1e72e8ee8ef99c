"""Folders with names that shells, FFmpeg and Manim stumble over."""

import json
import os
import sys
from pathlib import Path

import pytest

from scenes.production.video.verify import decode
from tests.production.real_program import LOW, left_behind, run

ODD = 'it\'s "100%d" {x}; $y *?[z]\\ \n\tü∂ #-'
"""Everything at once: quotes, a percent sign, braces, blanks, a line end."""
NO_TEXT = b"bad\xff\xfe"
bytes_in_names = pytest.mark.skipif(
    sys.platform != "linux", reason="names of files are text on this system"
)


@pytest.mark.thorough
def test_a_film_in_a_folder_with_an_odd_name(tmp_path: Path) -> None:
    done = run("render", "tiny", "broken", "--json", "--output", ODD, *LOW, cwd=tmp_path)
    tiny, broken = json.loads(done.stdout)["films"]
    assert done.returncode == 1
    assert tiny["video"] == str(Path(ODD, "default", "tiny.mp4"))
    assert decode(tmp_path / tiny["video"]).frames == tiny["frames"]
    # The whole path stands in the line, with what does not print escaped.
    log = Path(ODD, "default", ".backprop", "broken.log")
    assert broken["error"].endswith(f"; the log of the render is {log}")
    assert done.stderr.splitlines()[-1].endswith(str(log).replace("\n", r"\n").replace("\t", r"\t"))
    assert left_behind(tmp_path) == []
    assert (tmp_path / log).is_file()


@bytes_in_names
def test_an_output_that_is_no_text_is_refused(tmp_path: Path) -> None:
    done = run("render", "tiny", "--output", NO_TEXT + b"/films", *LOW, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    said = "--output: got bad\\udcff\\udcfe/films/default; allowed a path that is text in UTF-8\n"
    assert done.stderr == said
    assert list(tmp_path.iterdir()) == []


@bytes_in_names
@pytest.mark.thorough
def test_a_working_folder_that_is_no_text_is_no_matter(tmp_path: Path) -> None:
    here = tmp_path / os.fsdecode(NO_TEXT)
    here.mkdir()
    (here / "mine.toml").write_text("seed = 3\n")
    done = run("render", "tiny", "--config", "mine.toml", *LOW, cwd=here)
    assert (done.returncode, done.stdout) == (0, "media/films/mine/tiny.mp4\n")
    again = run("render", "tiny", "--config", "mine.toml", *LOW, cwd=here)
    assert again.stderr == "tiny: nothing has changed; --force renders it again\n"


def test_a_working_folder_that_was_removed(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    for words in (("numbers",), ("render", "tiny")):
        done = run(*words, cwd=tmp_path, before=("sh", "-c", 'cd gone; rmdir ../gone; "$@"', "sh"))
        said = "the working folder was removed; cd to another one\n"
        assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
        gone.mkdir()
