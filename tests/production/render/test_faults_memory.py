"""If memory runs out, the film fails with a line that says so, and other films are made."""

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scenes.production.process.error_messages import SMALLER, RenderError, ending, words
from scenes.production.store.build import Built
from scenes.production.store.output_paths import Target
from tests.production.real_program import LOW, left_behind, run, shell
from tests.selection import quick_cases

Make = Callable[..., Built[Target]]
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process takes")
SEEMS = r"^ran out of memory, it seems \(`ulimit -v` allows [\d,]+ MB\): .*; " + SMALLER + "$"


@linux
def test_a_library_that_does_not_say_what_it_lacks(make: Make) -> None:
    with pytest.raises(RenderError, match=SEEMS):
        make("Starved")


@linux
@pytest.mark.thorough
def test_in_a_batch_it_stops_no_other(tmp_path: Path) -> None:
    films = '["killed", "hungry", "tiny"]'
    (tmp_path / "mine.toml").write_text(f"films = {films}\n[experiment]\nseed = 1\n")
    done = run("batch", "mine.toml", "--json", *LOW, cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    killed, hungry, tiny = json.loads(done.stdout)["jobs"]
    killed_by_others = "its process was killed, as happens where memory runs out"
    assert killed["error"] == f"render failed: {killed_by_others}; {SMALLER}"
    assert hungry["error"].startswith("render failed: ran out of memory (`ulimit -v` allows ")
    assert tiny["status"] == "rendered"
    assert left_behind(tmp_path / "media" / "films") == []


SURELY_TOO_LITTLE = 150
"""Megabytes of address space in which NumPy cannot start; above, it depends on the processor."""


@pytest.mark.parametrize("megabytes", quick_cases([40, 80, 130, 150, 200], 80, 150))
def test_a_program_that_cannot_even_begin(tmp_path: Path, megabytes: int) -> None:
    line = f'ulimit -v {megabytes * 1024}; "$@"'
    done = shell(line, "numbers", cwd=tmp_path)
    if megabytes > SURELY_TOO_LITTLE and done.returncode == 0:
        assert done.stdout
        assert not done.stderr
        return
    assert done.stdout == ""
    (said,) = done.stderr.splitlines()
    # OpenBLAS ends the process by itself where it cannot have its memory.
    assert said.startswith(("ran out of memory", "OpenBLAS error: Memory"))
    assert done.returncode == 1


class EncoderError(Exception):
    """An error of the library that encodes."""


EncoderError.__module__ = "av.error"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), f"ran out of memory; {SMALLER}"),
        (OSError(12, "Cannot allocate memory"), f"ran out of memory; {SMALLER}"),
        (
            ImportError("x.so: failed to map segment from shared object"),
            f"ran out of memory; {SMALLER}",
        ),
        (ImportError("no module x"), "ImportError: no module x"),
        # Where there is no limit, an encoder fails for reasons of its own.
        (EncoderError("generic"), "EncoderError: generic"),
        (RuntimeError("can't start new thread"), "RuntimeError: can't start new thread"),
        (PermissionError(13, "Permission denied", "x"), "Permission denied: x"),
        (OSError("no number"), "no number"),
        (KeyError(), "KeyError"),
        (ValueError("x" * 900), f"ValueError: {'x' * 108}..."),
    ],
)
def test_words(error: Exception, said: str) -> None:
    assert words(error) == said


def test_a_reason_is_looked_for_behind_an_error() -> None:
    error = RuntimeError("cannot encode")
    error.__cause__ = MemoryError()
    assert words(error) == f"ran out of memory; {SMALLER}"


@pytest.mark.parametrize(
    ("code", "log", "said"),
    [
        (1, "first\nthe last line\n", "the last line"),
        (3, "", "its process ended with code 3"),
        (-signal.SIGSEGV, "said before\n", "its process ended with SIGSEGV"),
    ],
)
def test_ends_without_a_reason(code: int, log: str, said: str) -> None:
    assert ending(code, log) == said
