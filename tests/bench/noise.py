"""How far videos of a film are from its pictures as they were drawn."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import av
import numpy as np

from scenes.kit.film import Film
from scenes.kit.settings import rendering
from scenes.production.render.drawing.encoder import H264
from scenes.production.render.drawing.renderer import Renderer
from scenes.production.request.catalog import reference

EVERY = 5
"""One frame of so many is compared: the errors of neighbours are nearly the same."""


def noise(film: str, quality: str, *videos: Path) -> list[float]:
    """Return the peak signal-to-noise ratio of each video, in dB."""
    module, _, name = reference(film).partition(":")
    film_class: type[Film] = getattr(import_module(module), name)
    errors: list[list[float]] = [[] for _ in videos]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        opened = [stack.enter_context(av.open(str(video))) for video in videos]
        decoded = [container.decode(video=0) for container in opened]

        class Watched(Renderer):
            def _write(self, repeat: int, boxes: Any) -> None:
                for n in range(self.frames, self.frames + repeat):
                    for each, frames in zip(errors, decoded, strict=True):
                        frame = next(frames)
                        if n % EVERY == 0:
                            shown = frame.to_ndarray(format="rgb24").astype(np.int16)
                            picture = self.canvas.pixel_array[:, :, :3]
                            each.append(float(np.mean(np.square(shown - picture))))

        with rendering(folder, quality):
            film_class(film_class.default_experiment(), renderer=Watched(folder, H264)).render()
    return [float(10 * np.log10(255**2 / np.mean(each))) for each in errors]
