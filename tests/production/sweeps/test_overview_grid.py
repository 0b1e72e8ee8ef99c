"""The layout of axes in the overview, and what is left out if there is no room."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.production.sweeps.axes import Axis
from scenes.production.sweeps.overview_grid import (
    COLUMN_GAP,
    HEADING,
    LEAST_HEIGHT,
    LEAST_WIDTH,
    MOST_LINES,
    ROW_GAP,
    Grid,
    arrange,
    spread,
)

WIDTH, HEIGHT = 1600, 600
NAMES = "abcd"


def arranged(*lengths: int, label: float = 60) -> Grid:
    sides = zip(NAMES, lengths, strict=False)
    axes = [Axis(name, tuple(f"{n}" for n in range(length))) for name, length in sides]
    return arrange(axes, lambda _: label, WIDTH, HEIGHT)


def axes_of(grid: Grid) -> tuple[str, str, str]:
    across, down, within = (
        "".join(axis.name for axis in axes) for axes in (grid.across, grid.down, grid.within)
    )
    return across, down, within


def test_the_first_two_axes_span_the_grid_and_the_third_is_lines() -> None:
    for lengths in ((8, 5, 2), (3, 3, 3), (2, 4, 6)):
        grid = arranged(*lengths)
        across, down, within = axes_of(grid)
        assert {across, down} == {"a", "b"}
        assert within == "c"
        assert sorted(itertools.chain(*grid.panels)) == list(range(math.prod(lengths)))
    wide = arranged(8, 5, 2)
    assert (axes_of(wide), wide.rows, wide.columns) == (("a", "b", "c"), 5, 8)
    # Rows by b, columns by a, lines by c, which is the fastest.
    assert wide.panels[:2] == ((0, 1), (10, 11))
    assert wide.panels[8] == (2, 3)
    assert (wide.headings[-1], wide.row_labels[-1]) == ("7", "4")
    assert wide.line_labels == ("c 0", "c 1")


def test_a_long_axis_is_not_put_into_lines() -> None:
    assert "c" not in axes_of(arranged(2, 2, 20))[2]
    assert axes_of(arranged(30, 2)) == ("a", "", "b")
    for lengths in ((2, 2, 20), (30, 2), (2, 30)):
        assert len(list(itertools.chain(*arranged(*lengths).panels))) == math.prod(lengths)


def test_one_axis_fills_rows_and_none_is_a_single_panel() -> None:
    grid = arranged(30)
    assert axes_of(grid) == ("a", "", "")
    assert grid.rows * grid.columns >= 30
    assert grid.panels == tuple((n,) for n in range(30))
    assert arranged().panels == ((0,),)


def test_long_labels_take_fewer_columns() -> None:
    assert arranged(30, label=350).columns <= 4
    assert arranged(5, 5, label=400).columns < 5


@given(st.lists(st.integers(2, 60), max_size=4), st.floats(1, 400))
def test_whatever_is_shown_fits_and_the_ends_of_every_axis_are(
    lengths: list[int], label: float
) -> None:
    grid = arranged(*lengths, label=label)
    shown = list(itertools.chain(*grid.panels))
    assert len(set(shown)) == len(shown)
    assert all(0 <= number < math.prod(lengths) for number in shown)
    # Either end of all is seen.
    assert {0, math.prod(lengths) - 1} <= set(shown) or not lengths or 1 in grid_shape(grid)
    assert len(grid.panels) <= grid.rows * grid.columns
    assert {len(panel) for panel in grid.panels} == {len(grid.line_labels)}
    assert len(grid.line_labels) <= MOST_LINES
    width = WIDTH - label if grid.down else WIDTH
    heading = 0 if grid.down else HEADING
    height = HEIGHT - HEADING if grid.down else HEIGHT
    if grid.columns > 1:
        each = (width - (grid.columns - 1) * COLUMN_GAP) / grid.columns
        assert each >= max(LEAST_WIDTH, label) - 1e-6
    if grid.rows > 1:
        each = (height - (grid.rows - 1) * ROW_GAP) / grid.rows
        assert each >= LEAST_HEIGHT + heading - 1e-6


def grid_shape(grid: Grid) -> tuple[int, int]:
    return grid.rows, grid.columns


@pytest.mark.parametrize(("total", "most"), [(1, 1), (5, 9), (30, 10), (300, 7), (10, 1)])
def test_what_is_left_out_is_so_evenly(total: int, most: int) -> None:
    numbers = spread(total, most)
    assert len(set(numbers)) == len(numbers) == min(total, most)
    assert numbers[0] == 0
    if most > 1:
        assert numbers[-1] == total - 1
    gaps = [b - a for a, b in itertools.pairwise(numbers)]
    assert not gaps or max(gaps) - min(gaps) <= math.ceil(total / most) - total // most + 1
