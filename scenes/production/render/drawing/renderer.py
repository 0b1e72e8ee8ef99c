"""A renderer that draws some pieces of a film and skips the pictures of the others.

A film is cut into pieces at its beats and plays, and in the middle of long plays, always at the
same frames. Each piece, and therefore each beat, begins with a key frame, so that beats can be cut
out later. Every process runs through the whole film. The first process that reaches a piece draws
it; the others only finish its animations. So several processes share a film without a plan, and a
piece does not depend on which process draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import manim as mn
import numpy as np
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter

from scenes.production.render.drawing.boxes import Box
from scenes.production.render.drawing.canvas import Canvas, ClearCanvas
from scenes.production.render.drawing.encoder import Encoder, Encoding

PIECE = 2.0
"""Seconds. A piece ends with its beat, or with the first play that makes it this long. A longer
play is cut."""


class Captions(SceneFileWriter):
    """Writes only the captions of what Manim writes; `Encoder` writes the pictures.

    Attributes
    ----------
    begun
        How many sections have begun; each beat is a section.
    """

    begun = 0

    def next_section(self, *args: Any, **kwargs: Any) -> None:
        """Count the section."""
        super().next_section(*args, **kwargs)
        self.begun += 1

    def finish(self) -> None:
        """Write the captions."""
        self.movie_file_path.parent.mkdir(parents=True, exist_ok=True)
        if self.subcaptions:
            self.write_subcaption_file()


class Renderer(CairoRenderer):
    """Draws the pieces that no other process draws.

    Parameters
    ----------
    folder
        Where the pieces are written.
    encoding
        How they are encoded.

    Attributes
    ----------
    frames
        Frames of the film that this renderer has passed.
    drawn
        How many of these it has drawn.
    after_frame
        Called after each frame that it draws.
    """

    canvas: Canvas

    def __init__(self, folder: Path, encoding: Encoding) -> None:
        super().__init__(Captions, ClearCanvas if encoding.clear else Canvas)
        assert isinstance(self.camera, Canvas)
        self.canvas = self.camera
        self.frames = self.drawn = 0
        self._folder, self._encoding = folder, encoding
        self.after_frame: Callable[[], None] = lambda: None
        self._pieces = 0
        self._until = 0
        self._begun = 0
        self._cuts: set[int] = set()
        self._encoder: Encoder | None = None
        self._still = False

    @property
    def pieces(self) -> tuple[Path, ...]:
        """The files of the pieces that this renderer has passed, in order."""
        return tuple(self._piece(n) for n in range(self._pieces))

    def play(self, scene: mn.Scene, *args: Any, **kwargs: Any) -> None:
        """Draw a play, or only finish its animations."""
        scene.compile_animation_data(*args, **kwargs)
        if self.frames >= self._until or self._begun != self._sections():
            self._next_piece()
        scene.begin_animations()
        frozen = scene.is_current_animation_frozen_frame()
        frames = self._count(scene, frozen=frozen)
        end = self.frames + frames
        self._cuts = set() if frozen else self._inner_cuts(frames)
        if self._encoder is not None or self._cuts:
            self._draw(scene, frames, frozen=frozen)
        else:
            self._walk(scene, frozen=frozen)
        self.frames = end
        # Times are added up as in Manim, so that captions get the times that Manim would give them.
        step = 1 / self.camera.frame_rate
        for _ in range(1 if frozen else frames):
            self.time += frames * step if frozen else step
        self.num_plays += 1

    def render(self, scene: mn.Scene, time: float, moving_mobjects: Any = None) -> None:
        """Draw one frame of a play, if it is in a piece that no other process draws."""
        if self.frames in self._cuts:
            self._next_piece()
        if self._encoder is not None:
            self._write(1, self.canvas.show(moving_mobjects))
        self.frames += 1

    def scene_finished(self, scene: mn.Scene) -> None:
        """End the last piece, and write the captions."""
        self._end_piece()
        self.file_writer.finish()

    def _count(self, scene: mn.Scene, *, frozen: bool) -> int:
        """Return how many frames the play has, as Manim counts them."""
        step = 1 / self.camera.frame_rate
        if frozen:
            return int(scene.duration / step)
        assert scene.animations is not None
        return len(np.arange(0, scene.get_run_time(scene.animations), step))

    def _inner_cuts(self, frames: int) -> set[int]:
        """Return the numbers of the frames at which a piece begins in the middle of a play."""
        parts = int(frames // (PIECE * self.camera.frame_rate))
        return {self.frames + frames * n // parts for n in range(1, parts)}

    def _draw(self, scene: mn.Scene, frames: int, *, frozen: bool) -> None:
        self.skip_animations = False
        self.canvas.lay(scene.static_mobjects)
        if frozen:
            self._write(frames, self.canvas.show(scene.moving_mobjects))
        else:
            scene.play_internal()

    def _walk(self, scene: mn.Scene, *, frozen: bool) -> None:
        if frozen:
            return
        # Updaters have to run for every frame, or the play would not end as if it had been drawn.
        stepwise = any(one.updaters for one in scene.get_mobject_family_members())
        self.skip_animations = not stepwise
        scene.play_internal(skip_rendering=True)
        self.skip_animations = False

    def _write(self, repeat: int, boxes: Sequence[Box]) -> None:
        assert self._encoder is not None
        self._encoder.write(self.canvas.frame, repeat, boxes)
        self.drawn += repeat
        self.after_frame()

    def _next_piece(self) -> None:
        self._end_piece()
        n = self._pieces
        self._pieces += 1
        self._until = self.frames + round(PIECE * self.camera.frame_rate)
        self._begun = self._sections()
        if self._claim(n):
            width, height = self.canvas.pixel_width, self.canvas.pixel_height
            rate = round(self.camera.frame_rate)
            ground = mn.ManimColor(self.canvas.background_color).to_int_rgb()
            red, green, blue = (int(part) for part in ground)
            self._encoder = Encoder(
                self._piece(n), self._encoding, width, height, rate, (red, green, blue)
            )
            self.canvas.start_anew()

    def _sections(self) -> int:
        assert isinstance(self.file_writer, Captions)
        return self.file_writer.begun

    def _end_piece(self) -> None:
        if self._encoder is not None:
            self._encoder.close()
            self._encoder = None

    def _claim(self, n: int) -> bool:
        """Tell whether this renderer is the first to reach a piece."""
        try:
            self._piece(n).with_suffix(".claimed").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def _piece(self, n: int) -> Path:
        return self._folder / f"piece-{n:05}.{self._encoding.container}"
