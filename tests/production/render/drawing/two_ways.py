"""The same film drawn by Manim and by us, with its pictures noted instead of encoded."""

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from manim.scene.scene_file_writer import SceneFileWriter

from backprop_core.experiment.config import Experiment
from scenes.kit.film import Film
from scenes.production.render.drawing.boxes import Box
from scenes.production.render.drawing.encoder import H264
from scenes.production.render.drawing.renderer import Renderer

Told = tuple[dict[int, int], dict[str, Any], str]
"""What was drawn at which frame, the ledger, and the captions."""


class Watching(SceneFileWriter):
    """Manim's writer, which notes pictures instead of encoding them."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.pictures: dict[int, int] = {}

    def begin_animation(self, *args: Any, **kwargs: Any) -> None:
        """Open no file."""

    def end_animation(self, *args: Any, **kwargs: Any) -> None:
        """Close none."""

    def write_frame(self, pixels: Any, *, repeat: int = 1) -> None:
        """Note it."""
        for _ in range(repeat):
            self.pictures[len(self.pictures)] = zlib.crc32(pixels.tobytes())

    def finish(self) -> None:
        """Write the captions."""
        self.movie_file_path.parent.mkdir(parents=True, exist_ok=True)
        self.write_subcaption_file()


class Noting(Renderer):
    """Ours, which draws chosen pieces and notes pictures instead of encoding them."""

    def __init__(self, folder: Path, mine: Callable[[int], bool]) -> None:
        super().__init__(folder, H264)
        self._mine = mine
        self.changed_below: list[str] = []
        """What was taken for still, and was not."""
        self.pictures: dict[int, int] = {}

    def _claim(self, n: int) -> bool:
        return self._mine(n)

    def play(self, *args: Any, **kwargs: Any) -> None:
        super().play(*args, **kwargs)
        if self._encoder is not None:
            lying = self.canvas._lying
            these = [one.thing for one in lying]
            self.changed_below += [
                f"{type(one.thing).__name__} in play {self.num_plays}"
                for one, now in zip(lying, self.canvas._seen(these), strict=True)
                if now is not one
            ]

    def _write(self, repeat: int, boxes: Sequence[Box]) -> None:
        picture = zlib.crc32(np.ascontiguousarray(self.canvas.pixel_array).tobytes())
        for n in range(repeat):
            self.pictures[self.frames + n] = picture


def run(film_class: type[Film], experiment: Experiment, renderer: Any) -> Told:
    """Draw a film."""
    film = film_class(experiment, renderer=renderer)
    film.render()
    return told(film, renderer)


def told(film: Film, renderer: Any) -> Told:
    """Return what a film that was drawn has told its renderer."""
    writer = renderer.file_writer
    captions = writer.movie_file_path.with_suffix(".srt").read_text(encoding="utf-8")
    pictures = getattr(renderer, "pictures", None) or writer.pictures
    return pictures, film.ledger.document({}), captions
