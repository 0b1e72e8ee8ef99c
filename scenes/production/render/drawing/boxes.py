"""Rectangles of pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cairo

Box = tuple[int, int, int, int]
"""The x and y of the first pixel, then width and height."""
NOTHING: Box = (0, 0, 0, 0)

ACROSS, DOWN = 64, 32
"""Width and height of a tile in pixels. Boxes are made of tiles, so that few sizes occur."""
_MOST = 24
"""More boxes than this are replaced by the one box that holds them all."""


def tiled(left: int, top: int, right: int, bottom: int, width: int, height: int) -> Box:
    """Return the tiles of a picture of width x height that a rectangle touches."""
    x, y = max(left, 0) // ACROSS * ACROSS, max(top, 0) // DOWN * DOWN
    x_end = min(-(-right // ACROSS) * ACROSS, width)
    y_end = min(-(-bottom // DOWN) * DOWN, height)
    return (x, y, x_end - x, y_end - y) if x < x_end and y < y_end else NOTHING


def merged(boxes: Iterable[Box]) -> list[Box]:
    """Return boxes that cover `boxes` and do not overlap."""
    region = cairo.Region()
    for box in {box for box in boxes if box != NOTHING}:
        region.union(cairo.RectangleInt(*box))
    count = region.num_rectangles()
    if count > _MOST:
        found = [region.get_extents()]
    else:
        found = [region.get_rectangle(n) for n in range(count)]
    return [(one.x, one.y, one.width, one.height) for one in found]


def touches(box: Box, boxes: Sequence[Box]) -> bool:
    """Tell whether a box and any of `boxes` have a pixel in common."""
    x, y, width, height = box
    for left, top, across, down in boxes:
        if x < left + across and left < x + width and y < top + down and top < y + height:
            return True
    return False


def area(boxes: Iterable[Box]) -> int:
    """Return how many pixels the boxes hold; they must not overlap."""
    return sum(width * height for _, _, width, height in boxes)
