"""The process that draws the overview of a sweep.

The facts of the sweep stand on the first line of stdin; see `serving`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import manim as mn
from PIL import Image

from scenes.kit.settings import rendering
from scenes.kit.theme import THEMES
from scenes.kit.type.typesetting import Pen
from scenes.production.process.worker_protocol import leave, serve
from scenes.production.sweeps.overview_picture import Overview
from scenes.stories.sweep import SweepStory

PICTURE = "overview.png"
"""The name of the file that is drawn."""


def main() -> int:
    """Draw what stdin says into the working folder; return the exit code."""
    return serve(lambda line, reports: draw(json.loads(line), Path()))


def draw(facts: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Draw an overview into `directory`; return where it is."""
    theme, path = THEMES[facts["theme"]], directory / PICTURE
    with rendering(directory, "high", format="png"):
        camera = mn.Camera(background_color=mn.ManimColor(theme.background))
        camera.capture_mobjects([Overview(SweepStory.of(facts), Pen(theme))])
        Image.fromarray(camera.pixel_array[..., :3]).save(path, optimize=True)
    return {"picture": str(path)}


if __name__ == "__main__":
    leave(main())
