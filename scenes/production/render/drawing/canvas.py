"""A camera that paints only where the picture has changed.

For each frame, Manim prepares every path anew and repaints everything above the first mobject that
moves. This camera remembers how it painted each mobject. A mobject that looks the same is repainted
only where something that moved lies above or below it. The result equals Manim's, pixel for pixel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import av
import cairo
import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.production.render.drawing.background_cache import BackgroundCache
from scenes.production.render.drawing.boxes import Box, merged, touches
from scenes.production.render.drawing.paint_state import Painted, seen, visible
from scenes.production.render.drawing.shapes import Plane


class Canvas(mn.Camera):
    """Paints what Manim's camera paints, always into the memory of the same video frame.

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
        """Take the background colour or picture."""
        super().init_background()
        self._cache = BackgroundCache(np.asarray(self.background, np.uint8))

    def start_anew(self) -> None:
        """Forget what was painted, so that the next picture depends on nothing before it."""
        self._whole = True

    def lay(self, mobjects: Iterable[mn.Mobject]) -> None:
        """Set the still mobjects, which lie below those passed to `show`, until the next call."""
        self._lying = self._seen(mobjects)

    def show(self, mobjects: Iterable[mn.Mobject]) -> list[Box]:
        """Paint the still mobjects and, above them, `mobjects`.

        Returns
        -------
        The boxes in which a pixel may have changed.
        """
        before, now = self._painted, [*self._lying, *self._seen(mobjects)]
        self._cache.settle(_unchanged(before, now))
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
        """Repaint boxes, and leave all other pixels as they are.

        Each mobject is painted whole on a sketch, from which only the boxes are copied. If it were
        clipped instead, its edges would be up to 4 levels lighter or darker.
        """
        cache, sketch = self._cache, self._sketch
        if unknown := cache.unknown(boxes):
            cache.clear(sketch, unknown)
            self._paint(self._painted[: cache.count], unknown)
            cache.keep(sketch, unknown)
        cache.put(sketch, boxes)
        self._paint(self._painted[cache.count :], boxes)
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
    """A canvas with a transparent background."""

    def init_background(self) -> None:
        """Leave the background transparent."""
        super().init_background()
        self._cache = BackgroundCache(np.zeros_like(self.background, np.uint8))


def _unchanged(before: Sequence[Painted], now: Sequence[Painted]) -> int:
    """Return how many leading items of two lists are the same."""
    count = 0
    for old, new in zip(before, now, strict=False):
        if old is not new:
            break
        count += 1
    return count


def _changed(before: Sequence[Painted], now: Sequence[Painted]) -> Iterable[Box]:
    """Yield the boxes in which the pictures of two lists differ."""
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
        # A mobject that moved in the painting order is repainted, even if it looks the same.
        if place is not None and place > last:
            kept.add(id(new))
            last = place
        else:
            yield new.shape.box
    for old in before:
        if id(old) not in kept:
            yield old.shape.box
