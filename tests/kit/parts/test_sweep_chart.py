"""Charts of many runs: axes, lines, and positions of names."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.kit.charts.marks import dot
from scenes.kit.charts.scales import Linear, Logarithmic, Marked
from scenes.kit.layout import STAGE, apart
from scenes.kit.parts.run_curves import RunCurves, entering
from scenes.kit.parts.sweep_chart import SweepChart, losses_axis, on_axis
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import count, sentence

GAINS = np.log10([1.0, 6.0, 30.0])


def sweep_chart(pen: Pen, y: Linear | Logarithmic) -> SweepChart:
    marks = tuple((float(at), count("gain", int(10**at + 0.5))) for at in GAINS)
    return SweepChart(STAGE, Marked(-0.1, 1.6, marks), y, pen, x_name="gain", y_name="loss")


def test_losses_of_one_size_have_a_linear_axis_from_zero() -> None:
    axis = losses_axis([3.3, 1.1, np.inf], [np.array([65.4, 9.0, 3.0]), np.array([4.0, 1.1])])
    assert isinstance(axis, Linear)
    assert axis.low == 0
    # The run that starts near is held, the one that falls from far off enters; none is infinite.
    assert 4.0 < axis.high < 5.0


@pytest.mark.parametrize("run", [[2.0, 9.0, 1.1], [12.0, 3.0, 9.0, 1.1], [99.0, 8.0, 9.0, 1.1]])
def test_a_run_that_rises_again_is_held_from_there_on(run: list[float]) -> None:
    axis = losses_axis([3.3, 1.1], [np.array(run)])
    assert 9.0 < axis.high < 15.0
    x, y = entering(axis, np.array(run))
    assert y.max() <= axis.high
    assert np.all(np.diff(x) > 0)


def test_losses_of_many_sizes_have_a_logarithmic_one_that_holds_all() -> None:
    axis = losses_axis([0.1, 2.0, 3.0, 1e9, np.inf], [np.array([1e12, 1e9])])
    assert isinstance(axis, Logarithmic)
    assert axis.low <= -1
    assert axis.high >= 12
    assert on_axis(axis, [100.0, 0.0]).tolist() == [2.0, -np.inf]


@pytest.mark.parametrize("losses", [[], [np.inf], [0.0, 0.0]])
def test_where_there_is_nothing_to_hold_there_is_an_axis_all_the_same(losses: list[float]) -> None:
    axis = losses_axis(losses)
    assert axis.high > axis.low


def test_a_curve_enters_where_it_comes_below_the_top() -> None:
    x, y = entering(Linear(0, 4), np.array([12.0, 8.0, 2.0, 1.0]))
    assert x == pytest.approx([1 + 2 / 3, 2, 3])
    assert y == pytest.approx([4, 2, 1])
    whole = np.array([3.0, 2.0])
    assert entering(Linear(0, 4), whole)[1] is whole


def test_a_run_without_a_number_has_a_cross_at_the_top_and_no_line(pen: Pen) -> None:
    chart = sweep_chart(pen, Linear(0, 4))
    line, marks = chart.median(GAINS, np.array([3.0, 1.0, np.inf]), pen.theme.ink, dot)
    assert len(marks) == 3
    assert marks[-1].get_top()[1] < chart.plot.top
    assert marks[-1].get_center()[1] > chart.positions(0.0, 3.7)[1]
    assert marks[-1].get_color().to_hex() == pen.theme.saturated
    right = chart.positions(GAINS[1], 0.0)[0]
    assert line.get_right()[0] == pytest.approx(right, abs=0.1)


def test_a_band_reaches_from_the_smallest_to_the_largest(pen: Pen) -> None:
    chart = sweep_chart(pen, Linear(0, 4))
    low, high = np.array([1.0, 1.0, np.inf]), np.array([2.0, np.inf, np.inf])
    (area,) = chart.band(GAINS, low, high, pen.theme.ink)
    corners = chart.positions(GAINS[:2], [1.0, 4.0])
    assert area.get_bottom()[1] == pytest.approx(corners[0, 1])
    assert area.get_top()[1] == pytest.approx(corners[1, 1])
    assert area.get_right()[0] == pytest.approx(corners[1, 0])


def test_flags_of_neighbours_stand_on_either_side(pen: Pen) -> None:
    chart = sweep_chart(pen, Linear(0, 4))
    left = chart.flag(0.70, "best", pen.theme.healthy, left=True)
    right = chart.flag(0.71, "theory", pen.theme.theory, left=False)
    assert left[1].get_right()[0] < left[0].get_left()[0]
    assert right[1].get_left()[0] > right[0].get_right()[0]
    assert left[1].get_bottom()[1] > chart.plot.top


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5))
def test_names_keep_apart_and_keep_their_order(heights: list[float]) -> None:
    moved = apart(heights, 0.5, -2.0, 2.0)
    ranked = sorted(zip(heights, moved, strict=True), key=lambda pair: pair[1])
    assert all(b - a >= 0.5 - 1e-9 for (_, a), (_, b) in pairwise(ranked))
    assert all(a <= b for (a, _), (b, _) in pairwise(ranked))
    assert min(moved) >= -2.0
    assert max(moved) <= 2.0 + 1e-9


def test_names_that_are_apart_already_stay() -> None:
    assert apart([1.0, -1.0, 0.0], 0.5, -2.0, 2.0) == pytest.approx([1.0, -1.0, 0.0])


def test_a_run_that_overflowed_is_named_and_has_no_curve(pen: Pen) -> None:
    names = [sentence("gain {g}", g=count("gain", g)) for g in (1, 6, 30)]
    runs = [np.array([9.0, 3.2, 3.2]), None, np.array([3.0, 2.0, 1.0])]
    colors = [pen.theme.ink] * 3
    picture = RunCurves(STAGE, 2, Linear(0, 4), runs, names, colors, None, pen, left=1.0)
    assert len(picture.curves) == 2
    assert len(picture.names) == len(picture.ends) == 3
    inks = [ink for ink in picture.names if isinstance(ink, Typeset)]
    assert [ink.plain for ink in inks] == ["gain 1", "gain 6", "gain 30"]
    assert all(STAGE.holds(ink) for ink in inks)
    colors = [ink.get_color().to_hex() for ink in inks]
    assert colors == [pen.theme.ink, pen.theme.saturated, pen.theme.ink]
    heights = [ink.get_center()[1] for ink in inks]
    assert heights[1] > heights[0] > heights[2]
