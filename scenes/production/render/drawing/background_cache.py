"""A cache of the pixels of the lowest mobjects, which seldom change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scenes.production.render.drawing.boxes import ACROSS, DOWN, Box

Pixels: TypeAlias = NDArray[np.uint8]

_PATIENCE = 6
"""The cache may grow after this many pictures in which nothing in it has changed."""


class BackgroundCache:
    """Caches the pixels of the lowest mobjects of a picture for as long as they do not change.

    Most motion happens above them, and copying their pixels is cheaper than painting them again.
    The number of cached mobjects follows from what changed lately. Each tile is painted when it is
    needed for the first time.

    Parameters
    ----------
    background
        The pixels below all mobjects, RGBA, (height, width, 4).

    Attributes
    ----------
    count
        How many of the mobjects that were painted last are cached, counted from the lowest.
    """

    def __init__(self, background: Pixels) -> None:
        height, width = background.shape[:2]
        self._background = background
        self._pixels = np.empty_like(background)
        self._known = np.zeros((-(-height // DOWN), -(-width // ACROSS)), dtype=bool)
        self.count = 0
        self._lowest, self._pictures = 0, 0

    def settle(self, unchanged: int) -> None:
        """Choose how many mobjects are cached for the next picture.

        Parameters
        ----------
        unchanged
            How many of the lowest mobjects look as they did in the previous picture.
        """
        self._lowest = min(self._lowest, unchanged) if self._pictures else unchanged
        self._pictures += 1
        if unchanged < self.count:
            self._begin(unchanged)
        elif self._pictures >= _PATIENCE:
            if self._lowest > self.count:
                self._begin(self._lowest)
            self._pictures = 0

    def unknown(self, boxes: Sequence[Box]) -> list[Box]:
        """Return the boxes that hold a tile which is not cached yet."""
        if not self.count:
            return []
        return [box for box in boxes if not self._known[_tiles(box)].all()]

    def keep(self, sketch: Pixels, boxes: Sequence[Box]) -> None:
        """Store the pixels of boxes in which the cached mobjects have just been painted."""
        for box in boxes:
            self._pixels[_pixels(box)] = sketch[_pixels(box)]
            self._known[_tiles(box)] = True

    def put(self, sketch: Pixels, boxes: Sequence[Box]) -> None:
        """Copy the cached pixels of boxes into the sketch."""
        source = self._pixels if self.count else self._background
        for box in boxes:
            sketch[_pixels(box)] = source[_pixels(box)]

    def clear(self, sketch: Pixels, boxes: Sequence[Box]) -> None:
        """Copy the plain background of boxes into the sketch."""
        for box in boxes:
            sketch[_pixels(box)] = self._background[_pixels(box)]

    def _begin(self, count: int) -> None:
        self.count, self._pictures = count, 0
        self._known[:] = False


def _pixels(box: Box) -> tuple[slice, slice]:
    x, y, width, height = box
    return np.s_[y : y + height, x : x + width]


def _tiles(box: Box) -> tuple[slice, slice]:
    x, y, width, height = box
    return np.s_[y // DOWN : -(-(y + height) // DOWN), x // ACROSS : -(-(x + width) // ACROSS)]
