"""Starting a process that draws, listening to it, and never leaving it behind."""

from __future__ import annotations

import json
import os
import signal
import site
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from backprop_core.errors import InputError, NumericalError
from scenes.kit.type.typst_cache import cache_directory
from scenes.production.process.error_messages import LOG, RenderError, ending
from scenes.production.request.job import Request

WORKER = "scenes.production.render.worker"
"""The module whose process renders a film."""
_FAILURES = {"problems", "numerical", "crashed"}
"""What a process says of its failure."""
_IDLE = 0.25
"""Seconds after which a report is made though the process is silent."""
_LAST_BYTES = 4096
"""Of a log, in which the reason for its end is looked for."""


@dataclass(frozen=True)
class Progress:
    """How far a render is.

    Attributes
    ----------
    frames
        Drawn so far.
    fraction
        Of the whole, 0..1, estimated from the beats that are over; None as long as none is.
    """

    frames: int
    fraction: float | None


class _Estimate:
    """How long a film will be, taking each beat for as long as those that are over were."""

    def __init__(self) -> None:
        self._drawn: dict[int, int] = {}
        self._over = 0
        self._whole: float | None = None
        self._fraction = 0.0
        self.latest = Progress(0, None)

    def progress(self, facts: dict[str, Any]) -> Progress:
        self._drawn[facts["process"]] = facts["drawn"]
        frames, over = sum(self._drawn.values()), facts["beats"]
        if over > self._over:
            self._over, self._whole = over, facts["walked"] * facts["beats_in_all"] / over
        if self._whole is None:
            self.latest = Progress(frames, None)
        else:
            # A bar that runs backwards tells nothing.
            self._fraction = max(self._fraction, min(frames / self._whole, 1.0))
            self.latest = Progress(frames, self._fraction)
        return self.latest


@dataclass(frozen=True)
class Drawn:
    """What a process that rendered has left.

    Attributes
    ----------
    frames
        Of the film.
    pieces
        Of the video, in order.
    ground
        The colour of the theme, as ``#RRGGBB``, on which a transparent film is seen in its poster.
    """

    frames: int
    pieces: tuple[Path, ...]
    ledger: Path
    captions: Path
    ground: str


def draw(
    request: Request, directory: Path, report: Callable[[Progress], None] | None = None
) -> Drawn:
    """Let a process of its own render a job.

    Parameters
    ----------
    request
        What to render, and by how many processes.
    directory
        An empty folder that nobody else uses; Manim's files and the `LOG` stay there.
    report
        Called several times a second, whatever the process does; what it raises ends the process.

    Raises
    ------
    InputError, NumericalError
        As the film raised them.
    RenderError
        If the process failed in any other way.
    """
    estimate = _Estimate()

    def hear(facts: dict[str, Any] | None) -> None:
        if report is None:
            return
        if facts is None:
            report(estimate.latest)
        elif "drawn" in facts:
            report(estimate.progress(facts))

    last = converse(WORKER, request.as_json(), directory, hear, ends_with="finished")
    pieces = tuple(directory / piece for piece in last["pieces"])
    return Drawn(
        frames=last["finished"],
        pieces=pieces,
        ledger=directory / last["ledger"],
        captions=directory / last["captions"],
        ground=last["ground"],
    )


def converse(
    module: str,
    request: str,
    directory: Path,
    hear: Callable[[dict[str, Any] | None], None] = lambda facts: None,
    *,
    ends_with: str,
) -> dict[str, Any]:
    """Start a process, tell it what is wanted, and listen until it ends.

    Parameters
    ----------
    module
        What it runs; see `scenes.production.process.worker_protocol`.
    request
        One line for its stdin.
    directory
        An empty folder that nobody else uses, in which it works; the `LOG` stays there.
    hear
        Called with each thing that it says, and with None several times a second while it is
        silent; what this raises ends the process.
    ends_with
        A key of the last thing that it says if all went well.

    Returns
    -------
    The last thing that it said.

    Raises
    ------
    InputError, NumericalError
        As they were raised there.
    RenderError
        If it failed in any other way.
    """
    log = directory / LOG
    last: dict[str, Any] = {}
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            (sys.executable, "-m", module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=directory,
            env=_environment(directory),
            text=True,
            encoding="utf-8",
            # Ctrl-C is for this process, which ends the other one in good order.
            start_new_session=True,
        )
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            _tell(process.stdin, request)
            for line in _lines(process.stdout):
                said = None if line is None else json.loads(line)
                # Why it failed is said first by the one that failed.
                if said and not _FAILURES & last.keys():
                    last = said
                hear(said)
            code = process.wait()
        finally:
            _end(process)
    if ends_with in last and code == 0:
        return last
    raise _failure(last, code, _end_of(log))


def _end_of(log: Path) -> str:
    """Return the last lines of a log; none where somebody has removed it."""
    with suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LAST_BYTES))
        return file.read().decode("utf-8", errors="replace")
    return ""


def _tell(stdin: Any, request: str) -> None:
    try:
        stdin.write(request + "\n")
        stdin.close()
    except BrokenPipeError:
        # It has ended already; its log says why.
        pass


def _lines(stream: IO[str]) -> Iterator[str | None]:
    """Yield the lines of a stream as they come, and None while none comes."""
    queue: SimpleQueue[str | None] = SimpleQueue()

    def read() -> None:
        # Who waits for lines may have left, and closed the stream.
        with suppress(ValueError, OSError):
            for line in stream:
                queue.put(line)
        queue.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    while True:
        try:
            line = queue.get(timeout=_IDLE)
        except Empty:
            yield None
            continue
        if line is None:
            return
        yield line


def _environment(directory: Path) -> dict[str, str]:
    """Return an environment in which no ``manim.cfg`` of the user is found."""
    home = directory.absolute()
    return {
        **os.environ,
        # Manim looks for one in the home folder and in the working folder. The home folder has more
        # in it that is needed: Python's packages of the user, and the cache of type.
        "HOME": str(home),
        "PYTHONUSERBASE": site.getuserbase(),
        "XDG_CACHE_HOME": str(cache_directory().parent.parent),
        # pydub, which Manim imports, fails without it.
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONIOENCODING": "utf-8",
        # Whatever computes much takes one thread; the others would only take memory.
        "OPENBLAS_NUM_THREADS": "1",
    }


def _end(process: subprocess.Popen[str]) -> None:
    if os.name == "posix":
        # Those that help it may outlive it.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None and not pipe.closed:
            pipe.close()


def _failure(last: dict[str, Any], code: int, log: str) -> Exception:
    if "problems" in last:
        return InputError(*last["problems"])
    if "numerical" in last:
        return NumericalError(last["numerical"])
    if "crashed" in last:
        return RenderError(last["crashed"])
    return RenderError(ending(code, log))
