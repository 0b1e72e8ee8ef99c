"""Which axis goes where, and what is left out where there is no room."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.kit.facets import (
    COLUMN_GAP,
    HEADING,
    LEAST_HEIGHT,
    LEAST_WIDTH,
    MOST_LINES,
    ROW_GAP,
    Facets,
    Room,
    arrange,
    spread,
)

ROOM = Room(12.0, 4.4)


def arranged(*lengths: int, label: float = 0.5, room: Room = ROOM) -> Facets:
    return arrange(lengths, [label] * len(lengths), [label] * len(lengths), room)


def shown(facets: Facets) -> list[tuple[int, ...]]:
    return [place for *_, lines in facets.panels for place in lines]


def test_the_first_two_axes_span_the_grid_and_the_third_is_lines() -> None:
    for lengths in ((8, 5, 2), (3, 3, 3), (2, 4, 6)):
        facets = arranged(*lengths)
        assert {facets.across, facets.down} == {0, 1}
        assert facets.within == (2,)
        assert sorted(shown(facets)) == list(itertools.product(*map(range, lengths)))
    wide = arranged(8, 5, 2)
    assert (wide.across, wide.rows, wide.columns) == (0, 5, 8)


def test_a_long_axis_is_not_put_into_lines() -> None:
    facets = arranged(2, 2, 20)
    assert facets.within in {(0,), (1,), (0, 1)}
    assert len(shown(facets)) == 80


def test_one_axis_is_a_wrapped_row_and_none_a_single_panel() -> None:
    facets = arranged(30)
    assert facets.wrapped
    assert facets.rows * facets.columns >= 30
    assert shown(facets) == [(n,) for n in range(30)]
    assert [row * facets.columns + column for row, column, _ in facets.panels] == list(range(30))
    assert shown(arranged()) == [()]


def test_long_labels_take_fewer_columns() -> None:
    assert arranged(30, label=2.6).columns <= 4
    assert arranged(5, 5, label=3.0).columns < 5


@given(st.lists(st.integers(2, 300), max_size=4), st.floats(0.1, 3.0))
def test_whatever_is_shown_fits_and_the_ends_of_every_axis_are(
    lengths: list[int], label: float
) -> None:
    facets = arranged(*lengths, label=label)
    places = shown(facets)
    assert len(set(places)) == len(places)
    panels = list(facets.panels)
    assert all(row < facets.rows and column < facets.columns for row, column, _ in panels)
    assert len(facets.shown_within) <= MOST_LINES
    if not lengths:
        return
    # Either end of each axis that spans the grid is seen, and no number is beyond its axis.
    for axis, length in enumerate(lengths):
        numbers = {place[axis] for place in places}
        assert numbers <= set(range(length))
        assert 0 in numbers
    width = ROOM.width if facets.wrapped else ROOM.width - label - 0.15
    heading = HEADING if facets.wrapped else 0.0
    height = ROOM.height if facets.wrapped else ROOM.height - HEADING
    columns, rows = facets.columns, facets.rows
    if columns > 1:
        assert (width - (columns - 1) * COLUMN_GAP) / columns >= max(LEAST_WIDTH, label) - 1e-6
    if rows > 1:
        least = LEAST_HEIGHT + heading
        assert (height - (rows - 1) * ROW_GAP) / rows >= least - 1e-6


@pytest.mark.parametrize(("total", "most"), [(1, 1), (5, 9), (30, 10), (300, 7), (10, 1)])
def test_what_is_left_out_is_so_evenly(total: int, most: int) -> None:
    numbers = spread(total, most)
    assert len(numbers) == min(total, most)
    assert numbers[0] == 0
    if most > 1:
        assert numbers[-1] == total - 1
    gaps = [b - a for a, b in itertools.pairwise(numbers)]
    assert not gaps or max(gaps) - min(gaps) <= math.ceil(total / most) - total // most + 1
