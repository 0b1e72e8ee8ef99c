"""Ctrl-C, SIGTERM or a closed terminal end the program cleanly within five seconds."""

import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from scenes.production.store.folder_lock import held
from scenes.production.store.output_paths import Target
from tests.patience import PATIENCE, wait_until
from tests.production.real_program import (
    LOW,
    command,
    environment,
    left_behind,
    processes_in,
    run,
)
from tests.selection import quick_cases

ROOT = Path(__file__).parents[2]
FILMS = Path("media/films")
OUT_OF_TIME = "computing took longer than the system allows (SIGXCPU)"


def started(*words: str, cwd: Path, ignored: Sequence[int] = ()) -> subprocess.Popen[str]:
    def prepare() -> None:
        # Programs in the background of a shell ignore Ctrl-C, and so would all they start.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)

    return subprocess.Popen(
        command(*words),
        cwd=cwd,
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,
    )


def is_drawing(output: Path) -> bool:
    """Tell whether a film that never ends has begun."""
    return bool(list(output.rglob("render-*/piece-*")))


def job_of(film: str, cwd: Path) -> str:
    (cwd / "mine.toml").write_text(f'films = ["{film}"]\n[experiment]\nseed = 1\n')
    return run("batch", "mine.toml", "--list", *LOW, cwd=cwd).stdout.split()[0]


@pytest.mark.parametrize(
    ("words", "sent", "code", "said"),
    quick_cases(
        [
            (("render", "endless", *LOW), (signal.SIGHUP,), 129, "terminal closed"),
            (("render", "endless", *LOW), (signal.SIGXCPU,), 152, OUT_OF_TIME),
            (("lecture", "endless", *LOW), (signal.SIGTERM, signal.SIGINT), 143, "terminated"),
            (("job", "HASH"), (signal.SIGINT, signal.SIGINT, signal.SIGTERM), 130, "interrupted"),
        ],
        "render",
        "lecture",
        ids=["render", "time", "lecture", "job"],
    ),
)
def test_what_renders_ends_with_it(
    tmp_path: Path, words: tuple[str, ...], sent: tuple[int, ...], code: int, said: str
) -> None:
    if "HASH" in words:
        words = ("job", job_of("endless", tmp_path))
    process = started(*words, cwd=tmp_path)
    try:
        wait_until(partial(is_drawing, tmp_path / FILMS), process=process)
        start = time.monotonic()
        for number in sent:
            # People press Ctrl-C twice; what is being cleaned up is cleaned up all the same.
            process.send_signal(number)
            time.sleep(0.01)
        stdout, stderr = process.communicate(timeout=PATIENCE)
        wait_until(lambda: not processes_in(tmp_path))
        assert time.monotonic() - start < 5
    finally:
        process.kill()
    assert (process.returncode, stdout) == (code, "")
    assert stderr.splitlines()[-1] == said
    assert "Traceback" not in stderr
    assert left_behind(tmp_path / FILMS) == []
    assert list((tmp_path / FILMS).rglob("*.mp4")) == []


@pytest.mark.parametrize(
    "words",
    quick_cases(
        [(("render", "tiny", *LOW),), (("job", "HASH"),), (("batch", "mine.toml", *LOW),)],
        "render",
        ids=["render", "job", "batch"],
    ),
)
def test_who_waits_for_another_render_need_not(tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = tmp_path / FILMS / "default"
    if "render" not in words:
        name = job_of("tiny", tmp_path)
        words = tuple(name if word == "HASH" else word for word in words)
        folder = tmp_path / FILMS / "mine" / "default"
    with held(Target(folder, "tiny", "mp4").lock), ExitStack() as stack:
        process = started(*words, cwd=tmp_path, ignored=[signal.SIGHUP])
        stack.callback(process.kill)
        assert process.stderr is not None
        while "waiting for another render" not in process.stderr.readline():
            assert process.poll() is None
        # As nohup has it, a closed terminal is nothing to it.
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert process.poll() is None
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=PATIENCE)
        assert time.monotonic() - start < 5
    assert (process.returncode, stderr) == (130, "interrupted\n")


SLOW = """
import time
from pathlib import Path
from tests.selection import quick_cases
Path("begun").touch()
time.sleep(60)
"""


def test_ctrl_c_is_answered_while_the_program_is_imported(tmp_path: Path) -> None:
    # As the file does that pip installs as `backprop`.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["scripts"]["backprop"].partition(":")
    (tmp_path / "click.py").write_text(SLOW)
    process = subprocess.Popen(
        [sys.executable, "-c", f"from {module} import {name}; {name}()"],
        cwd=tmp_path,
        env=environment(PYTHONPATH=os.pathsep.join((str(tmp_path), str(ROOT)))),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        wait_until((tmp_path / "begun").exists, process=process)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert (process.returncode, *said) == (130, "", "interrupted\n")
