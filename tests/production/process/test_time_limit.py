"""Limits of the system on time: named as such, whatever says so."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scenes.production.process.error_messages import SMALLER, ending

posix = pytest.mark.skipif(sys.platform == "win32", reason="of Unix")
BUSY = """
from scenes.production.process.worker_protocol import serve


def compute(request, reports):
    while True:
        pass


raise SystemExit(serve(compute))
"""
PARENT = """
import resource, sys
from pathlib import Path
from scenes.production.process.worker_client import converse
allowed = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime) + 4
resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed))
converse("busy", "", Path(sys.argv[1]), ends_with="finished")
"""


@posix
def test_a_limit_of_computing_time_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "busy.py").write_text(BUSY)
    (tmp_path / "private").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    words = (sys.executable, "-c", PARENT, str(tmp_path / "private"))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    said = r"RenderError: computing took longer than the system allows \(`ulimit -t` is \d s\); "
    assert re.search(f"{said}{SMALLER}$", done.stderr.strip())


@posix
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SIGKILL", "its process was killed, as happens where memory runs out"),
        ("SIGXCPU", "computing took longer than the system allows"),
        ("SIGTERM", "its process was ended by SIGTERM, as a batch system does where time is up"),
    ],
)
def test_ended_from_outside(name: str, said: str) -> None:
    number = signal.Signals[name]
    # A shell between the two says it with a code.
    for code in (-number, 128 + number):
        assert ending(code, "what a library said last\n").startswith(said)
        assert ending(code, "").endswith(SMALLER)


def test_other_codes_are_no_signals() -> None:
    assert ending(255, "the last line\n") == "the last line"
    assert ending(128, "") == "its process ended with code 128"
