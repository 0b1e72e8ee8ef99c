"""Starts a worker process, listens to it, and never leaves it behind."""

from __future__ import annotations

import json
import os
import signal
import site
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from backprop_core.errors import InputError, NumericalError
from backprop_core.files import open_regular
from backprop_core.folder import Folder
from scenes.kit.type.typst_cache import cache_directory
from scenes.production.process.environment import portable_environment
from scenes.production.process.error_messages import LOG, RenderError, ending
from scenes.production.process.launcher import command
from scenes.production.request.job import Request

WORKER = "scenes.production.render.worker"
"""The module that a worker runs to render a film."""
_FAILURES = {"problems", "numerical", "crashed"}
"""Keys of the messages in which a worker reports its failure."""
_IDLE = 0.25
"""Seconds of silence after which a report is made anyway."""
_LAST_BYTES = 4096
"""Bytes at the end of a log that are searched for the reason of a failure."""


@dataclass(frozen=True)
class Progress:
    """The progress of a render.

    Attributes
    ----------
    frames
        Frames drawn so far.
    fraction
        Fraction of the film, 0..1, estimated from the finished beats; None before the first one.
    """

    frames: int
    fraction: float | None


class _Estimate:
    """Estimates the length of a film by assuming that all beats are as long as those so far."""

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
            # A progress bar must never run backwards.
            self._fraction = max(self._fraction, min(frames / self._whole, 1.0))
            self.latest = Progress(frames, self._fraction)
        return self.latest


@dataclass(frozen=True)
class Drawn:
    """What a worker has rendered.

    Attributes
    ----------
    frames
        Number of frames of the film.
    pieces
        The pieces of the video, in order.
    ground
        Background colour of the theme, ``#RRGGBB``; the poster of a transparent film is laid on it.
    """

    frames: int
    pieces: tuple[Path, ...]
    ledger: Path
    captions: Path
    ground: str


def draw(
    request: Request, directory: Path, report: Callable[[Progress], None] | None = None
) -> Drawn:
    """Render a job in a worker process.

    Parameters
    ----------
    request
        What to render, and how many processes draw it.
    directory
        An empty private folder; Manim's files and the `LOG` stay there.
    report
        Called several times a second, whatever the worker does. An exception that it raises ends
        the worker.

    Raises
    ------
    InputError, NumericalError
        As the film raised them.
    RenderError
        If the worker failed in any other way.
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
    """Start a worker, send it a request, and listen until it ends.

    Parameters
    ----------
    module
        The module that it runs; see `scenes.production.process.worker_protocol`.
    request
        One line for its stdin.
    directory
        Its working folder, an empty private one; the `LOG` stays there.
    hear
        Called with each message, and with None several times a second while the worker is
        silent. An exception that it raises ends the worker.
    ends_with
        A key that the last message has if all went well.

    Returns
    -------
    The last message.

    Raises
    ------
    InputError, NumericalError
        As the worker raised them.
    RenderError
        If the worker failed in any other way.
    """
    log = directory / LOG
    last: dict[str, Any] = {}
    with Folder(directory) as private, private.create(LOG) as stderr:
        process = subprocess.Popen(
            command(directory, "-m", module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=_environment(directory),
            text=True,
            encoding="utf-8",
            # Ctrl-C must reach this process only, which then ends the worker properly.
            start_new_session=True,
        )
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            _tell(process.stdin, request)
            for line in _lines(process.stdout):
                said = None if line is None else json.loads(line)
                # The first failure is the cause; later ones only follow from it.
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
    """Return the last lines of a log, or nothing if it has been removed."""
    with suppress(OSError, InputError), open_regular(log, follow=False) as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _LAST_BYTES))
        return file.read().decode("utf-8", errors="replace")
    return ""


def _tell(stdin: IO[str], request: str) -> None:
    """Send a request; the pipe stays open, as the worker ends when it is closed."""
    # The worker may have ended already; its log says why.
    with suppress(BrokenPipeError):
        stdin.write(request + "\n")
        stdin.flush()


def _lines(stream: IO[str]) -> Iterator[str | None]:
    """Yield the lines of a stream as they arrive, and None while there are none."""
    queue: SimpleQueue[str | None] = SimpleQueue()

    def read() -> None:
        # The consumer may have stopped and closed the stream.
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
    """Return an environment in which Manim finds no ``manim.cfg`` of the user."""
    inherited = portable_environment()
    return {
        **inherited,
        # Manim looks for it in the home folder and in the working folder. The real home folder
        # also holds things that are needed: the user's Python packages, and the font cache.
        "HOME": str(directory.absolute()),
        "PYTHONUSERBASE": str(Path(site.getuserbase()).absolute()),
        "XDG_CACHE_HOME": str(cache_directory().parent.parent.absolute()),
        # pydub, which Manim imports, fails without PATH.
        "PATH": inherited.get("PATH") or os.defpath,
        "PYTHONIOENCODING": "utf-8",
        # Computation uses one thread; more would only take memory.
        "OPENBLAS_NUM_THREADS": "1",
    }


def _end(process: subprocess.Popen[str]) -> None:
    if os.name == "posix":
        # Its helpers may outlive the worker.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None and not pipe.closed:
            # What was not read to its end cannot be written any more.
            with suppress(BrokenPipeError):
                pipe.close()


def _failure(last: dict[str, Any], code: int, log: str) -> Exception:
    if "problems" in last:
        return InputError(*last["problems"])
    if "numerical" in last:
        return NumericalError(last["numerical"])
    if "crashed" in last:
        return RenderError(last["crashed"])
    return RenderError(ending(code, log))
