"""Run a learner's process within limits and in a folder of its own, and end it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from scenes.production.exercise import guard, runner
from scenes.production.exercise.private_folder import private_folder
from scenes.production.exercise.submission import Submission

SECONDS, MEGABYTES = 10, 1024
"""Default limits of time and memory."""
WRITTEN_BYTES = 4 * 1024**2
"""Most bytes that it may print, or write to one file."""
PRINTED = 2000
"""Most characters of its printed output that are kept."""
_BELT = 5
"""Extra seconds of CPU time for the start of the process."""
_STARTING = 60.0
"""Seconds within which a process must have begun."""
_ENDING = 30.0
"""Seconds within which the guard must have ended everything."""
_LOADING = 0.5
"""Share of its time after which a file that has defined its functions is no longer run."""
_IDLE = 0.05
_PRINTED = "printed.txt"
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}\.py")
_PACKAGES = ("site-packages", "dist-packages")
"""Names of folders in which packages are installed."""


@dataclass(frozen=True)
class Limits:
    """Time and memory that one process may take."""

    seconds: int = SECONDS
    megabytes: int = MEGABYTES


@dataclass(frozen=True)
class Ended:
    """The output of a process that has ended.

    Attributes
    ----------
    answers
        The answers that it wrote, cut off after a number of bytes.
    words
        How it ended, as a verb phrase about the file or a function.
    printed
        The beginning of what it printed.
    """

    answers: bytes
    words: str
    printed: str


def ended_process(
    submission: Submission, functions: Sequence[dict[str, Any]], limits: Limits, most: int
) -> Ended:
    """Run a learner's process to its end, and end all that it started.

    Parameters
    ----------
    submission
        The learner's file.
    functions
        What `runner` should call.
    most
        Most bytes of the answers that are read.
    """
    with private_folder() as folder:
        plain = _PLAIN_NAME.fullmatch(submission.name) is not None
        learner = folder / "learner" / (submission.name if plain else "exercise.py")
        learner.parent.mkdir()
        learner.write_bytes(submission.source)
        request = {
            "source": str(learner),
            "cells": submission.cells,
            "functions": functions,
            "limits": _limits(limits),
            "loading": limits.seconds * _LOADING,
        }
        (folder / runner.REQUEST).write_text(json.dumps(request), encoding="utf-8")
        # Both files are read through these handles, whatever the process puts in their places.
        with (
            (folder / runner.ANSWERS).open("x+b") as answers,
            (folder / _PRINTED).open("x+b") as printed,
        ):
            code = _run(learner.parent, answers, printed, limits.seconds)
            answers.seek(0)
            text = _beginning(printed).replace(f"{learner.parent}{os.sep}", "").strip()
            return Ended(answers.read(most), _words(code, limits), text)


def _limits(limits: Limits) -> dict[str, int]:
    return {
        # The system enforces this one, so an endless loop ends even if this process has died.
        "CPU": limits.seconds + _BELT,
        "AS": limits.megabytes * 1024**2,
        "FSIZE": WRITTEN_BYTES,
        "CORE": 0,
    }


def _run(working: Path, answers: IO[bytes], printed: IO[bytes], seconds: float) -> int | None:
    """Run the process to its end; return its exit code, or None if it takes too long."""
    packages = _package_folders()
    direct = sys.platform == "win32"
    # Windows has neither groups nor sessions of processes: there it is started without a guard.
    process = subprocess.Popen(
        guard.learner_command(runner.__file__, working.parent, packages)
        if direct
        else (
            *(sys.executable, "-P", "-m", guard.MODULE),
            *(runner.__file__, str(working), *packages),
        ),
        # The guard ends when this pipe does.
        stdin=subprocess.DEVNULL if direct else subprocess.PIPE,
        stdout=printed,
        stderr=subprocess.STDOUT,
        cwd=working if direct else None,
        env=guard.learner_environment(working.parent) if direct else None,
        start_new_session=True,
    )
    try:
        return _wait(process, answers, seconds)
    finally:
        _end(process)


def _package_folders() -> list[str]:
    """Return the folders in which packages are installed, but no checkout of this project."""
    return [
        entry
        for entry in sys.path
        if Path(entry).is_absolute()
        and (Path(entry).name in _PACKAGES or (Path(entry) / "numpy").is_dir())
    ]


def _wait(process: subprocess.Popen[bytes], answers: IO[bytes], seconds: float) -> int | None:
    """Return the exit code, or None if the process takes longer than it may.

    Parameters
    ----------
    answers
        A file that has content once the process begins to load the learner's file. Only then is
        its time measured, as the start takes seconds on a busy machine.
    """
    last = time.monotonic() + _STARTING
    started = False
    while (left := last - time.monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=min(left, _IDLE))
        if not started and os.fstat(answers.fileno()).st_size:
            started, last = True, time.monotonic() + seconds
    return None


def _words(code: int | None, limits: Limits) -> str:
    if code is None:
        return (
            f"did not come back within {limits.seconds} s: an endless loop? --seconds allows more"
        )
    if code >= 0:
        return "ends the program in the middle" if code == 0 else f"ends the program with {code}"
    name = signal.Signals(-code).name
    if name == "SIGXCPU":
        return f"did not come back within {limits.seconds} s of computing: an endless loop?"
    if name == "SIGKILL":
        return f"was killed, as happens where memory runs out ({limits.megabytes} MB are allowed)"
    return f"crashed with {name}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the guard, which ends all that it has started; kill it if it takes too long."""
    if process.stdin is None:
        process.kill()
    else:
        process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_ENDING)
        # A learner's process ends with its guard.
        process.kill()
    process.wait()


def _beginning(printed: IO[bytes]) -> str:
    """Return the beginning of what a process printed."""
    # The file is the one that was opened, whatever has become of its name.
    printed.seek(0)
    text = printed.read(4 * PRINTED).decode("utf-8", errors="replace")
    return text if len(text) <= PRINTED else f"{text[:PRINTED]} ..."
