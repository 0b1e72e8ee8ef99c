"""A camera that paints only where the picture has changed.

Manim paints all that lies above the first thing that moves again for each frame, and prepares each
path anew. Here each thing is remembered as it was painted: what looks the same is painted again
only where something that moved lies over it or under it. What is painted is what Manim paints,
pixel for pixel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import av
import cairo
import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.production.render.drawing.background_cache import Ground
from scenes.production.render.drawing.boxes import Box, merged, touches
from scenes.production.render.drawing.paint_state import Painted, seen, visible
from scenes.production.render.drawing.shapes import Plane


class Canvas(mn.Camera):
    """What Manim's camera paints, in a video frame that is always the same memory.

    Attributes
    ----------
    frame
        The picture, RGBA.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        shape = (self.pixel_height, self.pixel_width, 4)
        self.frame = av.VideoFrame(self.pixel_width, self.pixel_height, "rgba")
        (plane,) = self.frame.planes
        memory = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]
        # A row of the frame may be followed by bytes that are never shown.
        strides = (plane.line_size, 4, 1)
        self.pixel_array = np.lib.stride_tricks.as_strided(memory, shape, strides)
        self._plane = self._new_plane()
        self._sketch = np.empty(shape, np.uint8)
        self._context = self._new_context(self._sketch)
        self._lying: list[Painted] = []
        self._painted: list[Painted] = []
        self._whole = True

    def init_background(self) -> None:
        """Take the colour, or the picture, that lies under all."""
        super().init_background()
        self._ground = Ground(np.asarray(self.background, np.uint8))

    def start_anew(self) -> None:
        """Forget what was painted, so that the next picture depends on nothing before it."""
        self._whole = True

    def lay(self, mobjects: Iterable[mn.Mobject]) -> None:
        """Say what lies still, below all that `show` is given, until this is called again."""
        self._lying = self._seen(mobjects)

    def show(self, mobjects: Iterable[mn.Mobject]) -> list[Box]:
        """Paint what lies still and, above it, `mobjects`.

        Returns
        -------
        Where any pixel may have changed.
        """
        before, now = self._painted, [*self._lying, *self._seen(mobjects)]
        self._ground.settle(_unchanged(before, now))
        if self._whole:
            boxes = [(0, 0, self.pixel_width, self.pixel_height)]
        else:
            boxes = merged(_changed(before, now))
        self._painted, self._whole = now, False
        if boxes:
            self._repaint(boxes)
        return boxes

    def _seen(self, mobjects: Iterable[mn.Mobject]) -> list[Painted]:
        known = {id(one.thing): one for one in self._painted}
        plane, unit = self._plane, self.cairo_line_width_multiple
        return [seen(one, known.get(id(one)), plane, unit) for one in visible(mobjects)]

    def _new_plane(self) -> Plane:
        across = self.pixel_width / self.frame_width
        up = self.pixel_height / self.frame_height
        x, y = self.frame_center[0], self.frame_center[1]
        origin = self.pixel_width / 2 - x * across, self.pixel_height / 2 + y * up
        return Plane(self.pixel_width, self.pixel_height, (across, -up), origin)

    def _new_context(self, pixels: NDArray[np.uint8]) -> cairo.Context[cairo.ImageSurface]:
        format_, size = cairo.Format.ARGB32, (self.pixel_width, self.pixel_height)
        return cairo.Context(cairo.ImageSurface.create_for_data(pixels.data, format_, *size))

    def _repaint(self, boxes: Sequence[Box]) -> None:
        """Paint boxes anew, and leave the rest as it is.

        Each thing is painted whole, on a sketch of which only the boxes are taken: clipped, its
        edges would be up to 4 levels lighter or darker.
        """
        ground, sketch = self._ground, self._sketch
        if unknown := ground.unknown(boxes):
            ground.clear(sketch, unknown)
            self._paint(self._painted[: ground.count], unknown)
            ground.keep(sketch, unknown)
        ground.put(sketch, boxes)
        self._paint(self._painted[ground.count :], boxes)
        for x, y, width, height in boxes:
            place = np.s_[y : y + height, x : x + width]
            self.pixel_array[place] = sketch[place]

    def _paint(self, things: Iterable[Painted], boxes: Sequence[Box]) -> None:
        self._context.get_target().mark_dirty()
        for one in things:
            if touches(one.shape.box, boxes):
                one.paint(self._context)
        self._context.get_target().flush()


class ClearCanvas(Canvas):
    """One on which nothing lies under all: what is painted is mixed with nothing."""

    def init_background(self) -> None:
        """Take no colour."""
        super().init_background()
        self._ground = Ground(np.zeros_like(self.background, np.uint8))


def _unchanged(before: Sequence[Painted], now: Sequence[Painted]) -> int:
    """Return how many are the same in two lists, up to the first that is not."""
    count = 0
    for old, new in zip(before, now, strict=False):
        if old is not new:
            break
        count += 1
    return count


def _changed(before: Sequence[Painted], now: Sequence[Painted]) -> Iterable[Box]:
    """Yield the boxes in which two lists, painted in their order, differ."""
    if len(before) == len(now) and all(
        old is new or old.thing is new.thing for old, new in zip(before, now, strict=True)
    ):
        for old, new in zip(before, now, strict=True):
            if old is not new:
                yield old.shape.box
                yield new.shape.box
        return
    places = {id(one): n for n, one in enumerate(before)}
    kept, last = set(), -1
    for new in now:
        place = places.get(id(new))
        # What has changed its place in the order is painted again, even if it looks the same.
        if place is not None and place > last:
            kept.add(id(new))
            last = place
        else:
            yield new.shape.box
    for old in before:
        if id(old) not in kept:
            yield old.shape.box
