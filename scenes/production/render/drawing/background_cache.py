"""What lies at the bottom of a picture and stays, kept as pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scenes.production.render.drawing.boxes import ACROSS, DOWN, Box

Pixels: TypeAlias = NDArray[np.uint8]

_PATIENCE = 6
"""Pictures after which more may be counted to the ground, if nothing in it has changed."""


class Ground:
    """The lowest things of a picture, as long as they stay as they are.

    What moves mostly moves above them: it is cheaper to copy their pixels than to paint them again
    and again. Which things they are follows from what changed lately; they are painted when a
    place is needed for the first time, tile by tile.

    Parameters
    ----------
    background
        What lies under all, (height, width, 4).

    Attributes
    ----------
    count
        How many of the things that were painted last it holds.
    """

    def __init__(self, background: Pixels) -> None:
        height, width = background.shape[:2]
        self._background = background
        self._pixels = np.empty_like(background)
        self._known = np.zeros((-(-height // DOWN), -(-width // ACROSS)), dtype=bool)
        self.count = 0
        self._lowest, self._pictures = 0, 0

    def settle(self, unchanged: int) -> None:
        """Choose what the ground of the next picture is.

        Parameters
        ----------
        unchanged
            How many of the lowest things are as they were in the picture before.
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
        """Return those of the boxes in which it has to be painted first."""
        if not self.count:
            return []
        return [box for box in boxes if not self._known[_tiles(box)].all()]

    def keep(self, sketch: Pixels, boxes: Sequence[Box]) -> None:
        """Remember it in boxes where it has just been painted."""
        for box in boxes:
            self._pixels[_pixels(box)] = sketch[_pixels(box)]
            self._known[_tiles(box)] = True

    def put(self, sketch: Pixels, boxes: Sequence[Box]) -> None:
        """Copy it."""
        source = self._pixels if self.count else self._background
        for box in boxes:
            sketch[_pixels(box)] = source[_pixels(box)]

    def clear(self, sketch: Pixels, boxes: Sequence[Box]) -> None:
        """Copy what lies under it."""
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
