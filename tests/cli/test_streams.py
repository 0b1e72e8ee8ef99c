"""If a stream is closed or full, or its reader has gone, at most a line is lost, but no film."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scenes.production.process.safe_stdio import Lenient
from scenes.production.video.verify import decode
from tests.production.real_program import LOW, environment, left_behind, run, shell
from tests.selection import quick_cases

FULL = Path("/dev/full")
NO_ROOM = "stdout: cannot be written to: No space left on device\n"
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")

SAYINGS = [("films",), ("config", "schema"), ("numbers", "--json")]
"""Commands that answer on stdout alone."""

LINES = {
    # What the shell does to the streams -> the exit code, and what is left on stderr.
    '"$@" >&-': (0, ""),
    '"$@" 2>&-': (0, ""),
    '"$@" <&-': (0, ""),
    '"$@" <&- >&- 2>&-': (0, ""),
    '"$@" 2>/dev/full': (0, ""),
    '{ "$@"; echo $? >&2; } | head -1': (0, "0\n"),
    '{ "$@"; echo $? >&2; } | true': (0, "0\n"),
    '"$@" >/dev/full': (1, NO_ROOM),
    '"$@" >/dev/full 2>&-': (1, ""),
}


@needs_full
@pytest.mark.parametrize("line", LINES)
def test_what_is_said_to_nobody(tmp_path: Path, line: str) -> None:
    words = SAYINGS[list(LINES).index(line) % 2]
    done = shell(line, *words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == LINES[line]


@needs_full
@pytest.mark.parametrize("words", SAYINGS)
def test_no_room_is_said_once(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = shell('"$@" >/dev/full', *words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, NO_ROOM)


@needs_full
def test_bad_input_stays_bad_input(tmp_path: Path) -> None:
    done = shell('"$@" >/dev/full', "numbers", "--set", "seed=-1", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("--set: seed: got -1")
    assert len(done.stderr.splitlines()) == 1


@needs_full
@pytest.mark.thorough
def test_a_film_whose_path_cannot_be_said_is_there(tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        done = run("render", "tiny", "--json", *LOW, cwd=tmp_path, stdout=full)
    assert done.returncode == 1
    assert done.stderr.endswith(NO_ROOM)
    folder = tmp_path / "media" / "films" / "default"
    ledger = json.loads((folder / "tiny.json").read_text())
    assert decode(folder / "tiny.mp4").frames == ledger["files"]["tiny.mp4"]["frames"]


def test_a_render_goes_on_when_nobody_reads_its_messages(tmp_path: Path) -> None:
    line = '{ "$@" 2>&1; echo $? >code; } | head -1'
    done = shell(line, "render", "tiny", *LOW, cwd=tmp_path)
    assert done.stdout == "tiny 480p15: computing\n"
    assert (tmp_path / "code").read_text() == "0\n"
    folder = tmp_path / "media" / "films" / "default"
    assert [path.name for path in folder.glob("*.mp4")] == ["tiny.mp4"]
    assert left_behind(folder) == []


ENCODINGS = {
    "C": {"LC_ALL": "C"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "C, as it is": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.mark.parametrize("name", quick_cases(ENCODINGS, "ascii"))
def test_letters_that_the_terminal_has_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "Übung.toml").write_text('film.title = "Grüße ∂L/∂z"\nnetwork.depth = 3\n')
    env = environment("LANG", "LC_ALL", "LC_CTYPE", **ENCODINGS[name])
    words = ("render", "tiny", "--dry-run", "--config", "Übung.toml")
    done = run(*words, cwd=tmp_path, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("would render media/films/")
    wrong = run("numbers", "--set", "film.title=Grüße∂中", cwd=tmp_path, env=env)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("--set: film.title: got ")
    assert len(wrong.stderr.splitlines()) == 1


def test_a_stream_that_failed_takes_everything_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "closed"
    with path.open("wb") as file:
        stream = Lenient(file.fileno())
        assert stream.write(b"one") == 3
    assert stream.write(b"two") == 3
    assert stream.error is not None
    assert path.read_bytes() == b"one"


def test_the_next_file_is_not_taken_for_a_stream_that_is_missing(tmp_path: Path) -> None:
    code = (
        "import os\nfrom scenes.production.process.safe_stdio import make_lenient\nmake_lenient()\n"
        "handle = os.open('mine', os.O_CREAT | os.O_RDWR)\nassert handle > 2, handle\n"
        "print('said')\nimport sys\nprint('wrong', file=sys.stderr)\n"
    )
    (tmp_path / "code.py").write_text(code)
    words = [sys.executable, str(tmp_path / "code.py")]
    root = str(Path(__file__).parents[2])
    subprocess.run(
        ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", *words],
        cwd=tmp_path,
        env=environment(PYTHONPATH=root),
        check=True,
    )
    assert (tmp_path / "mine").read_bytes() == b""
