"""The process that renders one film: ``python -m scenes.production.worker``.

A `Request` stands on the first line of stdin; see `serving`. Once the numbers are there, the
process copies itself, and all draw.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from scenes.kit.film import Film
from scenes.kit.settings import rendering
from scenes.production.catalog import reference
from scenes.production.drawing.encoder import H264, VP9
from scenes.production.drawing.renderer import Renderer
from scenes.production.drawing.team import Team
from scenes.production.job import Request
from scenes.production.serving import Reports, end_with, serve

BETWEEN_REPORTS = 0.2
"""Seconds."""
ENCODINGS = {"mp4": H264, "webm": VP9, "gif": H264}
"""A GIF is made of the finished mp4."""


class Pace:
    """Says how far a film is: after each beat, and not too often between them."""

    def __init__(self, reports: Reports, team: Team) -> None:
        self._reports, self._team = reports, team
        self._last, self._beats = 0.0, 0

    def say(self, film: Film, renderer: Renderer) -> None:
        """Say it, unless it was said just now."""
        now, beats = time.monotonic(), len(film.ledger.beats)
        if now - self._last < BETWEEN_REPORTS and beats == self._beats:
            return
        self._last, self._beats = now, beats
        self._team.check()
        self._reports.say(
            process=self._team.number,
            drawn=renderer.drawn,
            walked=renderer.frames,
            beats=beats,
            beats_in_all=len(film.script()),
        )


def main() -> int:
    """Render the job on stdin into the working folder; return the exit code."""
    # The folder is not named: FFmpeg and Manim stumble over quotes and braces in paths.
    return serve(lambda line, reports: render(Request.from_json(line), Path(), reports))


def render(request: Request, directory: Path, reports: Reports) -> Mapping[str, Any]:
    """Render a film into `directory`; return how many frames it has, and its files."""
    job = request.job
    module, _, name = reference(job.film).partition(":")
    film_class: type[Film] = getattr(import_module(module), name)
    encoding = ENCODINGS[job.format]
    team = Team(request.processes, end_with)
    pace = Pace(reports, team)
    with rendering(directory, job.quality, format=encoding.container):
        renderer = Renderer(directory, encoding)
        film = film_class(job.experiment, renderer=renderer)
        renderer.after_frame = lambda: pace.say(film, renderer)
        film.when_computed = team.gather
        film.render()
    team.wait()
    if team.number:
        return {}
    video = renderer.file_writer.movie_file_path
    return {
        "finished": renderer.frames,
        "pieces": [str(piece) for piece in renderer.pieces],
        "ledger": str(video.with_suffix(".json")),
        "captions": str(video.with_suffix(".srt")),
    }


if __name__ == "__main__":
    sys.exit(main())
