"""Films are made without a home, an environment or a terminal, and on a poor terminal."""

import os
import re
import struct
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from scenes.cli.progress import can_draw_bars
from tests.patience import PATIENCE, wait_until
from tests.production.mounts import POWERLESS, needs_rights
from tests.production.real_program import LOW, command, environment, run
from tests.selection import quick_cases

POSIX = pytest.mark.skipif(os.name != "posix", reason="of Unix")
CACHE = (
    "from scenes.kit.type.typst_cache import svg_of; print(len(svg_of('#set page(width: auto)')))"
)
ROOT = Path(__file__).parents[2]


def caches(folder: Path) -> set[Path]:
    return set(folder.glob("leaky-backprop*"))


@POSIX
def test_without_any_environment(tmp_path: Path) -> None:
    before = caches(Path("/")) | caches(Path(tempfile.gettempdir()))
    done = run("render", "tiny", *LOW, cwd=tmp_path, env={})
    assert (done.returncode, done.stdout) == (0, "media/films/default/tiny.mp4\n")
    # Those of other programs go when these end.
    wait_until(lambda: caches(Path("/")) | caches(Path(tempfile.gettempdir())) <= before)


@pytest.mark.parametrize(
    "setting",
    quick_cases(
        ["PYTHONWARNINGS=error", "PYTHONDEVMODE=1", "PYTHONUTF8=0", "PYTHONOPTIMIZE=2"],
        "PYTHONWARNINGS=error",
    ),
)
def test_settings_of_python_are_no_reason_to_fail(tmp_path: Path, setting: str) -> None:
    name, _, value = setting.partition("=")
    done = run("render", "tiny", *LOW, cwd=tmp_path, env=environment(**{name: value}))
    assert (done.returncode, done.stdout) == (0, "media/films/default/tiny.mp4\n"), done.stderr
    assert "Warning" not in done.stderr


@pytest.mark.thorough
def test_a_backend_that_nobody_has_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('films = ["tiny"]\n[axes]\nseed = [1]\n')
    env = environment(MPLBACKEND="nonsense")
    done = run("batch", "mine.toml", *LOW, cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.rglob("sweep.png"))) == 1


@needs_rights
@pytest.mark.parametrize("home", ["read-only", "a file", "nowhere"])
def test_a_cache_that_cannot_be_kept_leaves_nothing(tmp_path: Path, home: str) -> None:
    (tmp_path / "read-only").mkdir(mode=0o500)
    (tmp_path / "a file").write_text("")
    (tmp_path / "tmp").mkdir()
    env = environment(
        "XDG_CACHE_HOME",
        HOME=str(tmp_path / "read-only" / "nowhere" if home == "nowhere" else tmp_path / home),
        TMPDIR=str(tmp_path / "tmp"),
        PYTHONPATH=str(ROOT),
    )
    subprocess.run([*POWERLESS, sys.executable, "-c", CACHE], env=env, check=True, cwd=tmp_path)
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list((tmp_path / "read-only").iterdir()) == []


def shown(tmp_path: Path, columns: int, term: str | None, *words: str) -> tuple[int, str]:
    """Run the program on a terminal; return its exit code and its output."""
    pty, fcntl, termios = map(pytest.importorskip, ("pty", "fcntl", "termios"))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = environment("TERM", "COLUMNS", "NO_COLOR") | ({"TERM": term} if term else {})
    process = subprocess.Popen(
        command(*words), cwd=tmp_path, env=env, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    text = b""
    # A terminal that is closed by its last program is an error on Linux.
    with suppress(OSError):
        while part := os.read(ours, 65536):
            text += part
    os.close(ours)
    return process.wait(timeout=PATIENCE), text.decode()


def test_a_terminal_that_cannot_draw_bars_gets_lines(tmp_path: Path) -> None:
    code, text = shown(tmp_path, 80, None, "render", "tiny", *LOW)
    assert code == 0
    assert text.startswith("tiny 480p15: computing\r\n")
    assert text.endswith("media/films/default/tiny.mp4\r\n")
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("term", "bars"), [("xterm", True), ("dumb", False), ("unknown", False), ("", False)]
)
def test_which_terminals_draw_bars(monkeypatch: pytest.MonkeyPatch, term: str, bars: bool) -> None:
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setenv("TERM", term)
    assert can_draw_bars() == bars


def test_a_narrow_terminal(tmp_path: Path) -> None:
    code, text = shown(tmp_path, 20, "xterm", "render", "tiny", *LOW)
    assert code == 0
    assert "Traceback" not in text
    words = re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", text)
    assert words.endswith("media/films/default/tiny.mp4\r\n")


@pytest.mark.parametrize(("columns", "term"), [(20, "xterm"), (80, "dumb"), (200, None)])
def test_numbers_are_never_cut_off(tmp_path: Path, columns: int, term: str | None) -> None:
    code, text = shown(tmp_path, columns, term, "numbers", "--set", "network.depth=2")
    assert code == 0
    words = re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", text)
    assert "…" not in words
    assert "median slope" in words
