"""The frame, cut into regions."""

from itertools import pairwise

import manim as mn
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.kit.layout import (
    FRAME,
    MARGIN,
    NARRATION_BASELINE,
    SAFE,
    STAGE,
    SUBTITLE_BASELINE,
    TITLE_BASELINE,
    Region,
    apart,
    stands_free,
)

shares = st.lists(st.floats(0.1, 10), min_size=1, max_size=6)
gaps = st.floats(0, 0.2)


@given(shares, gaps)
def test_columns_fill_the_region_from_left_to_right(parts: list[float], gap: float) -> None:
    columns = STAGE.columns(*parts, gap=gap)
    assert columns[0].left == STAGE.left
    assert columns[-1].right == pytest.approx(STAGE.right)
    for column, share in zip(columns, parts, strict=True):
        assert (column.bottom, column.top) == (STAGE.bottom, STAGE.top)
        assert column.width / columns[0].width == pytest.approx(share / parts[0])
    for left, right in pairwise(columns):
        assert right.left - left.right == pytest.approx(gap, abs=1e-9)


@given(shares, gaps)
def test_rows_fill_the_region_from_top_to_bottom(parts: list[float], gap: float) -> None:
    rows = STAGE.rows(*parts, gap=gap)
    assert rows[0].top == STAGE.top
    assert rows[-1].bottom == pytest.approx(STAGE.bottom)
    for row, share in zip(rows, parts, strict=True):
        assert (row.left, row.right) == (STAGE.left, STAGE.right)
        assert row.height / rows[0].height == pytest.approx(share / parts[0])
    for upper, lower in pairwise(rows):
        assert upper.bottom - lower.top == pytest.approx(gap, abs=1e-9)


def test_a_region_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="an empty region"):
        Region(0, 0, 0, 1)
    with pytest.raises(ValueError, match="an empty region"):
        Region(0, 1, 1, 0)
    with pytest.raises(ValueError, match="an empty region"):
        STAGE.inset(left=7, right=7)
    with pytest.raises(ValueError, match="an empty region"):
        STAGE.columns(1, 1, gap=20)


def test_measures_of_a_region() -> None:
    region = Region(-1, 3, -2, 0).inset(left=1, top=0.5)
    assert (region.width, region.height) == (3, 1.5)
    assert region.center.tolist() == [1.5, -1.25, 0]


def test_a_region_holds_what_lies_inside() -> None:
    square = mn.Square(1.0)
    assert Region(-0.5, 0.5, -0.5, 0.5).holds(square)
    for side in (mn.LEFT, mn.RIGHT, mn.UP, mn.DOWN):
        assert not Region(-0.5, 0.5, -0.5, 0.5).holds(square.copy().shift(0.1 * side))


def test_the_bands_of_the_frame() -> None:
    assert FRAME.width / FRAME.height == pytest.approx(16 / 9)
    assert STAGE.height >= 0.7 * FRAME.height
    assert pytest.approx(MARGIN) == FRAME.right - SAFE.right == SAFE.left - FRAME.left
    assert TITLE_BASELINE > SUBTITLE_BASELINE > STAGE.top
    assert SAFE.bottom <= NARRATION_BASELINE < STAGE.bottom


@pytest.mark.parametrize(
    "wanted",
    [[0.0], [1.0, 1.0, 1.0], [0.0, 0.1, 3.0], [4.9, 5.0, 4.8], [2.0, 1.0, 4.0], [9.0, -9.0]],
)
def test_heights_are_moved_apart_as_little_as_possible(wanted: list[float]) -> None:
    placed = np.array(apart(wanted, 0.4, 0.0, 5.0))
    assert np.all(np.diff(np.sort(placed)) >= 0.4 - 1e-9)
    assert placed.min() >= -1e-9
    assert placed.max() <= 5.0 + 1e-9
    order = np.argsort(wanted, kind="stable")
    assert np.array_equal(np.argsort(placed, kind="stable"), order)
    far = np.diff(np.sort(np.clip(wanted, 0, 5)), prepend=-9, append=19)
    free = np.minimum(far[:-1], far[1:])[np.argsort(order)] > 0.81
    inside = (np.array(wanted) >= 0) & (np.array(wanted) <= 5)
    assert placed[free & inside] == pytest.approx(np.array(wanted)[free & inside])


@pytest.mark.parametrize(("x", "free"), [(0.0, False), (2.05, False), (2.2, True), (-2.2, True)])
def test_a_word_stands_free_with_a_gap_on_either_side(x: float, free: bool) -> None:
    other, word = (
        mn.Rectangle(width=2, height=1),
        mn.Rectangle(width=2, height=1).shift(x * mn.RIGHT),
    )
    assert stands_free(word, [other]) is free
    assert stands_free(word, [])
