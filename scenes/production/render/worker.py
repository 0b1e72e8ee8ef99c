"""The process that renders one film: ``python -m scenes.production.render.worker``.

It reads a `Request` from the first line of stdin; see `process.worker_protocol`. Once the numbers
are computed, the process forks, and all copies draw.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from backprop_core.budget import fewer_examples
from backprop_core.errors import NumericalError
from backprop_core.passes.first_pass import run
from backprop_core.recording import load
from scenes.kit.film import Film
from scenes.kit.settings import rendering
from scenes.production.process.launcher import end_with
from scenes.production.process.worker_protocol import Reports, leave, serve
from scenes.production.render.drawing.encoder import CLEAR_VP9, H264, VP9
from scenes.production.render.drawing.renderer import Renderer
from scenes.production.render.drawing.team import Team
from scenes.production.render.snapshot import taken
from scenes.production.request.catalog import reference
from scenes.production.request.job import Request
from scenes.production.sidecars import recorded_table
from scenes.production.sidecars.layer_table import LayerRow, as_dicts, rows_of
from scenes.words.ledger import write_json

BETWEEN_REPORTS = 0.2
"""Seconds between two reports of progress."""
TABLE_SECONDS = 0.3
"""Time budget of the pass that fills the table of layers."""
ENCODINGS = {"mp4": H264, "webm": VP9, "gif": H264, "webp": H264}
"""How each format is drawn; GIF and WebP are made from the finished video."""


class Pace:
    """Reports progress after each beat, and not too often in between."""

    def __init__(self, reports: Reports, team: Team) -> None:
        self._reports, self._team = reports, team
        self._last, self._beats = 0.0, 0

    def say(self, film: Film, renderer: Renderer) -> None:
        """Report progress, unless it was reported just now."""
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
            beats_in_all=len(film.beats_of_story),
        )


def main() -> int:
    """Render the job on stdin into the working folder; return the exit code."""
    # The folder is relative, as FFmpeg and Manim stumble over quotes and braces in paths.
    return serve(lambda line, reports: render(Request.from_json(line), Path(), reports))


def render(request: Request, directory: Path, reports: Reports) -> Mapping[str, Any]:
    """Render a film into `directory`; return the number of its frames, and its files."""
    with taken(request.job):
        return _render(request, directory, reports)


def _render(request: Request, directory: Path, reports: Reports) -> Mapping[str, Any]:
    job = request.job
    module, _, name = reference(job.film).partition(":")
    film_class: type[Film] = getattr(import_module(module), name)
    encoding = CLEAR_VP9 if job.transparent else ENCODINGS[job.format]
    team = Team(request.processes, end_with)
    pace = Pace(reports, team)
    with rendering(directory, job.quality, format=encoding.container):
        renderer = Renderer(directory, encoding)
        recorded = [load(path) for path in job.recordings]
        film = film_class(job.experiment, recorded, renderer=renderer)
        renderer.after_frame = lambda: pace.say(film, renderer)
        film.when_computed = team.gather
        film.render()
    team.wait()
    if team.number:
        return {}
    video = renderer.file_writer.movie_file_path
    add_layers(video.with_suffix(".json"), film)
    return {
        "finished": renderer.frames,
        "pieces": [str(piece) for piece in renderer.pieces],
        "ledger": str(video.with_suffix(".json")),
        "captions": str(video.with_suffix(".srt")),
        "ground": film.theme.background,
    }


def add_layers(ledger: Path, film: Film) -> None:
    """Add the values of every layer to the ledger of a film, if the film shows a network.

    They come from one pass, over as many examples as `TABLE_SECONDS` allows.
    """
    if "network" not in film.reads:
        return
    if film.recorded:
        first = film.recorded[0]
        _add(ledger, int(first.batch[0]), recorded_table.rows_of(first, 0))
        return
    shown = fewer_examples(film.experiment, TABLE_SECONDS)
    try:
        trace = run(shown)
        rows = rows_of(trace, shown)
    except NumericalError:
        return
    _add(ledger, trace.examples, rows)


def _add(ledger: Path, examples: int, rows: Sequence[LayerRow]) -> None:
    document = json.loads(ledger.read_text(encoding="utf-8"))
    document["layers"] = {"examples": examples, "rows": as_dicts(list(rows))}
    write_json(ledger, document)


if __name__ == "__main__":
    leave(main())
