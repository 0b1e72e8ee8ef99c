"""The process that renders one film: ``python -m scenes.production.worker``.

A job stands on the first line of stdin. What happens is said on stdout, a JSON object a line; all
that Manim and the libraries say goes to stderr.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter

from backprop_core.errors import InputError, NumericalError
from scenes.kit.film import Film
from scenes.kit.settings import rendering
from scenes.production.catalog import reference
from scenes.production.job import Job

BETWEEN_REPORTS = 0.2
"""Seconds."""

VP9 = {"crf": "32", "cpu-used": "5", "row-mt": "1"}
"""About the quality of the mp4; at the encoder's own pace the film takes twice as long."""


class CountingWriter(SceneFileWriter):
    """A file writer that counts the frames it was given, and tells after each."""

    drawn = 0

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.after_frame: Callable[[], None] = lambda: None

    def write_frame(self, pixels: Any, *, repeat: int = 1) -> None:
        """Write a frame `repeat` times."""
        super().write_frame(pixels, repeat=repeat)
        self.drawn += repeat
        self.after_frame()


class Reports:
    """What the process says about itself, on the stream that it began with as stdout."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = 0.0

    def say(self, **facts: Any) -> None:
        """Write one object."""
        self._stream.write(json.dumps(facts) + "\n")
        self._stream.flush()

    def progress(self, film: Film, frames: int) -> None:
        """Say how far the film is, but not too often."""
        now = time.monotonic()
        if now - self._last >= BETWEEN_REPORTS:
            self._last = now
            self.say(frames=frames, beats=len(film.ledger.beats), beats_in_all=len(film.script()))


def main() -> int:
    """Render the job on stdin into the working folder; return the exit code."""
    reports = Reports(_reserve_stdout())
    _end_with(os.getppid())
    job = Job.from_json(sys.stdin.readline())
    try:
        reports.say(**render(job, Path.cwd(), reports))
    except InputError as error:
        reports.say(problems=error.problems)
        return 2
    except NumericalError as error:
        reports.say(numerical=str(error))
        return 1
    except Exception as error:
        traceback.print_exc()
        reports.say(crashed=f"{type(error).__name__}: {error}")
        return 1
    return 0


def render(job: Job, directory: Path, reports: Reports) -> dict[str, Any]:
    """Render a film into `directory`; return how many frames were drawn, and the video."""
    module, _, name = reference(job.film).partition(":")
    film_class: type[Film] = getattr(import_module(module), name)
    settings: dict[str, Any] = {"format": "mp4"}
    if job.format == "webm":
        settings = {"format": "webm", "video_encoder_options": VP9}
    # A GIF is made of the finished mp4.
    with rendering(directory, job.quality, **settings):
        film = film_class(job.experiment, renderer=CairoRenderer(CountingWriter))
        writer = film.renderer.file_writer
        assert isinstance(writer, CountingWriter)
        writer.after_frame = lambda: reports.progress(film, writer.drawn)
        film.render()
        return {"drawn": writer.drawn, "video": str(writer.movie_file_path)}


def _reserve_stdout() -> TextIO:
    """Keep stdout for reports: whatever else is printed, by whomever, goes to stderr."""
    reserved = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return reserved


def _end_with(parent: int) -> None:
    """End this process soon after its parent ends, however that came about."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
