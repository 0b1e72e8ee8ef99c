"""The axes that small panels share."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.kit.panel_axes import AIR, LEAST_DECADES, TICKS_APART, Decades, LayerAxis, decades

DOWN = np.linspace(-5.4, 0.2, 9)
NONE = np.full(5, -np.inf)


def test_the_axis_holds_all_profiles_in_whole_decades() -> None:
    axis = decades([DOWN, np.array([-np.inf, 3.1]), NONE])
    assert axis.low <= -5.4
    assert axis.high >= 3.1
    assert axis == Decades(-6, 4)
    flat = decades([np.zeros(4)])
    assert flat.high - flat.low >= LEAST_DECADES
    assert flat.low <= 0 <= flat.high


def test_a_few_that_go_on_much_further_are_cut() -> None:
    far = np.linspace(-630, 0.2, 1000)
    assert decades([DOWN] * 3 + [far]) == decades([DOWN])
    # Of three profiles one is too many to leave out.
    assert decades([DOWN] * 2 + [far]).low <= -630
    assert decades([DOWN] * 3 + [-far]).high < 3
    assert decades([DOWN] * 3 + [np.linspace(-16, 0, 9)]).low == -16


def test_where_there_is_nothing_there_are_no_ticks() -> None:
    for profiles in ([], [NONE]):
        assert decades(profiles).ticks(3.0) == []
    assert LayerAxis.of([]).marks(3.0) == []


@given(st.integers(-700, 0), st.integers(0, 250), st.floats(0.62, 5.0))
def test_ticks_are_even_apart_and_at_both_ends(low: int, high: int, height: float) -> None:
    axis = decades([np.array([low, high + 0.01])])
    ticks = axis.ticks(height)
    assert (ticks[0], ticks[-1]) == (axis.low, axis.high)
    steps = {b - a for a, b in pairwise(ticks)}
    assert len(steps) == 1
    unit = (height - 2 * AIR) / (axis.high - axis.low)
    assert len(ticks) == 2 or steps.pop() * unit >= TICKS_APART - 1e-9


def test_networks_of_about_one_depth_share_their_layers() -> None:
    axis = LayerAxis.of([9, 7, 9])
    assert not axis.own
    assert axis.places(7) == pytest.approx(axis.places(9)[:7])
    assert [words.plain for _, words in axis.marks(8.0)] == [str(n) for n in range(1, 10)]
    assert [words.plain for _, words in axis.marks(1.0)] == ["1", "9"]


def test_networks_of_other_depths_have_the_whole_width_each() -> None:
    axis = LayerAxis.of([3, 1000])
    assert axis.own
    for depth in (2, 3, 1000):
        places = axis.places(depth)
        assert (places[0], places[-1]) == (axis.places(2)[0], axis.places(2)[-1])
        assert np.ptp(np.diff(places)) < 1e-12
    assert [words.plain for _, words in axis.marks(5.0)] == ["1", "last"]


@given(st.integers(2, 2000), st.floats(0.9, 13.0))
def test_layers_are_labelled_in_order_with_room_between(depth: int, width: float) -> None:
    marks = LayerAxis.of([depth]).marks(width)
    layers = [int(words.plain) for _, words in marks]
    assert (layers[0], layers[-1]) == (1, depth)
    assert layers == sorted(set(layers))
    if len(layers) > 2:
        gaps = np.diff([share * width for share, _ in marks])
        assert gaps.min() > 0.14 * len(str(depth))
