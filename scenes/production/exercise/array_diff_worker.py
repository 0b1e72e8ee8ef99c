"""The process that draws the film of a wrong array: ``python -m`` and the name of this module.

The first line of stdin holds an `ArrayDiff` and the quality; see `process.worker_protocol`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scenes.kit.settings import rendering
from scenes.production.exercise.array_diff import ArrayDiff
from scenes.production.exercise.array_diff_film import ArrayDiffFilm
from scenes.production.process.worker_protocol import leave, serve
from scenes.production.render.drawing.encoder import H264
from scenes.production.render.drawing.renderer import Renderer


def main() -> int:
    """Draw the film that stdin describes in the working folder; return the exit code."""
    return serve(lambda line, reports: draw(json.loads(line), Path()))


def draw(request: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Render a film into `directory`; return how many frames it has, and its files."""
    diff = ArrayDiff.from_json(request["diff"])
    with rendering(directory, request["quality"], format=H264.container):
        renderer = Renderer(directory, H264)
        ArrayDiffFilm(diff, renderer=renderer).render()
    video = renderer.file_writer.movie_file_path
    return {
        "finished": renderer.frames,
        "pieces": [str(piece) for piece in renderer.pieces],
        "ledger": str(video.with_suffix(".json")),
        "captions": str(video.with_suffix(".srt")),
    }


if __name__ == "__main__":
    leave(main())
