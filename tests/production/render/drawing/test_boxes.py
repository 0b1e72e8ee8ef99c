"""Rectangles that cover, and do not overlap."""

import numpy as np
import pytest

from scenes.production.render.drawing.boxes import NOTHING, Box, area, merged, tiled, touches

WIDTH, HEIGHT = 854, 480


def painted(boxes: list[Box]) -> np.ndarray:
    count = np.zeros((HEIGHT, WIDTH), int)
    for x, y, width, height in boxes:
        count[y : y + height, x : x + width] += 1
    return count


@pytest.mark.parametrize("many", [1, 5, 200])
def test_merged_boxes_cover_all_and_no_pixel_twice(many: int) -> None:
    rng = np.random.default_rng(many)
    corners = zip(rng.integers(-99, WIDTH, many), rng.integers(-99, HEIGHT, many), strict=True)
    boxes = [
        tiled(int(x), int(y), int(x) + 90, int(y) + 50, WIDTH, HEIGHT)  #
        for x, y in corners
    ]
    found = merged(boxes)
    count = painted(found)
    assert count.max() <= 1
    assert (count[painted(boxes) > 0] == 1).all()
    assert area(found) == count.sum()
    assert all(touches(box, found) for box in boxes if box != NOTHING)


def test_tiles_hold_the_rectangle_and_end_with_the_picture() -> None:
    assert tiled(70, 33, 71, 34, WIDTH, HEIGHT) == (64, 32, 64, 32)
    assert tiled(-10, -10, 1, 1, WIDTH, HEIGHT) == (0, 0, 64, 32)
    assert tiled(853, 479, 900, 500, WIDTH, HEIGHT) == (832, 448, 22, 32)
    assert tiled(-20, 5, -10, 9, WIDTH, HEIGHT) == NOTHING
    assert tiled(900, 5, 990, 9, WIDTH, HEIGHT) == NOTHING


def test_neighbours_do_not_touch() -> None:
    assert not touches((0, 0, 64, 32), [(64, 0, 64, 32), (0, 32, 64, 32)])
    assert touches((0, 0, 64, 32), [(63, 31, 9, 9)])
    assert merged([NOTHING]) == []
