"""Running a learner's file: in a process of its own, within limits, and never left behind."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import site
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from backprop_core.errors import InputError
from backprop_core.exercise.answers import Answer, Raised
from backprop_core.exercise.task import Exercise, Function
from scenes.production.exercise import runner
from scenes.production.exercise.answering import Said, read_answers

SECONDS, MEGABYTES = 10, 1024
"""What a learner's file may take, unless somebody allows it more."""
WRITTEN_BYTES = 4 * 1024**2
"""The most of anything that it prints or writes to one file."""
PRINTED = 2000
"""Characters of what it prints that are kept."""
_BELT = 5
"""Extra seconds of CPU time for the start of the process."""
_STARTING = 60.0
"""Seconds in which a process must have begun."""
_IDLE = 0.05
_REQUEST, _ANSWERS, _PRINTED = "request.json", "answers.jsonl", "printed.txt"
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}\.py")


@dataclass(frozen=True)
class Limits:
    """What one process may take."""

    seconds: int = SECONDS
    megabytes: int = MEGABYTES


@dataclass
class Ran:
    """What came of a learner's file.

    Attributes
    ----------
    load_failed
        Why not even its import came to an end.
    answers
        Of each function that was called to the end, one for each case.
    stopped
        Of each that was not: why, in words.
    printed
        What it printed, cut off.
    """

    load_failed: Raised | None = None
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    printed: str = ""


def run(source: bytes, name: str, exercise: Exercise, limits: Limits) -> Ran:
    """Call all functions of an exercise in a learner's file.

    A function that does not come back ends its process; those after it are called in another one.

    Parameters
    ----------
    source
        The file's content.
    name
        Its name, for messages.
    """
    ran, left = Ran(), list(exercise.functions)
    while left:
        with _ended_process(source, name, left, limits) as (said, ending, printed):
            ran.printed = ran.printed or printed
            ran.load_failed = said.load_failed
            for function in left:
                if function.name in said.missing:
                    ran.stopped[function.name] = f"there is no function {function.call}"
                if len(said.answers.get(function.name, [])) == len(function.cases):
                    ran.answers[function.name] = said.answers[function.name]
            done = ran.answers.keys() | ran.stopped.keys()
            first = len(left) == len(exercise.functions)
            left = [f for f in left if f.name not in done]
            if said.load_failed is None and not said.finished:
                _note_end(ran, said, ending, left, loaded=not first or bool(done))
                left = [f for f in left if f.name not in ran.stopped]
        if ran.load_failed is not None:
            break
    return ran


def _note_end(ran: Ran, said: Said, ending: str, left: Sequence[Function], *, loaded: bool) -> None:
    """Note for which function a process ended too early."""
    if said.begun is None and not loaded:
        ran.load_failed = Raised("", f"the file {ending}")
        return
    if said.begun is None:
        # It was loaded before, or ended between two calls, which a thread of it can do.
        ran.stopped.update({function.name: f"the file {ending}" for function in left[:1]})
        return
    name, case = said.begun
    function = next(function for function in left if function.name == name)
    ran.stopped[name] = f"in the case '{function.cases[case].name}' it {ending}"


@contextmanager
def _ended_process(
    source: bytes, name: str, functions: Sequence[Function], limits: Limits
) -> Iterator[tuple[Said, str, str]]:
    """Run a process to its end; give what it said, why it ended, and what it printed."""
    with tempfile.TemporaryDirectory(
        prefix="backprop-exercise-", ignore_cleanup_errors=True
    ) as private:
        # Messages of the learner's process hold this path, as the system resolves it.
        folder = Path(private).resolve()
        learner = folder / "learner" / (name if _PLAIN_NAME.fullmatch(name) else "exercise.py")
        learner.parent.mkdir()
        learner.write_bytes(source)
        request = _request(learner, functions, limits)
        (folder / _REQUEST).write_text(json.dumps(request), encoding="utf-8")
        ending, printed = _end_of_process(folder, limits)
        try:
            said = read_answers(folder / _ANSWERS, {f.name: f for f in functions})
        except InputError as error:
            said = Said()
            ending = str(error)
        yield said, ending, printed.replace(f"{learner.parent}{os.sep}", "").strip()


def _request(learner: Path, functions: Sequence[Function], limits: Limits) -> dict[str, Any]:
    return {
        "source": str(learner),
        "functions": [
            {
                "name": function.name,
                "parameters": function.parameters,
                "listed": [output.listed for output in function.outputs],
                "cases": [
                    [_encoded(case.arguments[name]) for name in function.parameters]
                    for case in function.cases
                ],
            }
            for function in functions
        ],
        "limits": {
            # The system enforces this one, so an endless loop ends even if this process has died.
            "CPU": limits.seconds + _BELT,
            "AS": limits.megabytes * 1024**2,
            "FSIZE": WRITTEN_BYTES,
            "CORE": 0,
        },
    }


def _encoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_encoded(part) for part in value]
    array = np.asarray(value)
    plain = np.ascontiguousarray(array, dtype="<i8" if array.dtype.kind == "i" else "<f8")
    data = base64.b64encode(plain.tobytes()).decode()
    return {"shape": array.shape, "dtype": plain.dtype.str, "data": data}


def _end_of_process(folder: Path, limits: Limits) -> tuple[str, str]:
    """Run the process, end all that it started; say how it ended, and what it printed."""
    with (folder / _PRINTED).open("w+b") as printed:
        process = subprocess.Popen(
            # -P: neither its own folder nor this one is where modules are looked for.
            (sys.executable, "-P", runner.__file__, str(folder / _REQUEST), str(folder / _ANSWERS)),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            cwd=folder / "learner",
            env=_environment(folder),
            start_new_session=True,
        )
        try:
            code = _wait(process, folder / _ANSWERS, limits.seconds)
        finally:
            _end(process)
        return _words(code, limits), _beginning(printed)


def _wait(process: subprocess.Popen[bytes], begun: Path, seconds: float) -> int | None:
    """Return the exit code, or None if the process takes longer than it may.

    Parameters
    ----------
    begun
        A file that is there once the process has begun with the learner's file: on a busy machine
        it takes seconds to come so far.
    """
    last = time.monotonic() + _STARTING
    started = False
    while (left := last - time.monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=min(left, _IDLE))
        if not started and begun.exists():
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
    """End a process and, where the system knows groups, those that it started."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()


def _environment(folder: Path) -> dict[str, str]:
    """Return a minimal environment: only the variables that a process needs to start."""
    kept = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
    private = {name: str(folder) for name in ("HOME", "TMPDIR", "TEMP", "TMP")}
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **private,
        # NumPy may be installed for this user alone.
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        # Threads would only take memory.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _beginning(printed: IO[bytes]) -> str:
    """Return the beginning of what a process printed."""
    # The file is the one that was opened, whatever has become of its name.
    printed.seek(0)
    text = printed.read(4 * PRINTED).decode("utf-8", errors="replace")
    return text if len(text) <= PRINTED else f"{text[:PRINTED]} ..."
