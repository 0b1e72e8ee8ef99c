"""The process that renders one film: ``python -m scenes.production.worker``.

A job stands on the first line of stdin; see `serving`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter

from scenes.kit.film import Film
from scenes.kit.settings import rendering
from scenes.production.catalog import reference
from scenes.production.job import Job
from scenes.production.serving import Reports, serve

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


class Pace:
    """Says how far a film is, but not too often."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._last = 0.0

    def say(self, film: Film, frames: int) -> None:
        """Say it, unless it was said just now."""
        now = time.monotonic()
        if now - self._last >= BETWEEN_REPORTS:
            self._last = now
            beats = {"beats": len(film.ledger.beats), "beats_in_all": len(film.script())}
            self._reports.say(frames=frames, **beats)


def main() -> int:
    """Render the job on stdin into the working folder; return the exit code."""
    return serve(lambda line, reports: render(Job.from_json(line), Path.cwd(), reports))


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
        pace = Pace(reports)
        writer.after_frame = lambda: pace.say(film, writer.drawn)
        film.render()
        return {"drawn": writer.drawn, "video": str(writer.movie_file_path)}


if __name__ == "__main__":
    sys.exit(main())
