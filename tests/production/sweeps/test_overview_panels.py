"""A panel of the overview: profiles, values off the axis, exact zeros and failed networks."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scenes.kit.theme import DARK
from scenes.production.sweeps.overview_panels import (
    LEAST_DECADES,
    MOST_BEYOND,
    Panel,
    Scales,
    draw_panel,
    looks,
    marked,
)

DOWN = np.linspace(-5.4, 0.2, 9)
NONE = np.full(5, -np.inf)


def digits(text: str) -> float:
    return 14.0 * len(text)


def drawn(*lines: np.ndarray | None, scales: Scales | None = None) -> Axes:
    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    known = [line for line in lines if line is not None]
    draw_panel(axes, lines, scales or Scales.of(known), DARK)
    return axes


def with_mark(axes: Axes, mark: str) -> list[Line2D]:
    return [line for line in axes.get_lines() if line.get_marker() == mark]


def test_the_axis_holds_all_profiles_in_whole_decades() -> None:
    scales = Scales.of([DOWN, np.array([-np.inf, 3.1]), NONE])
    assert -7 < scales.low < -6
    assert 4 < scales.high < 5
    flat = Scales.of([np.zeros(4)])
    assert flat.high - flat.low > LEAST_DECADES
    assert flat.low < 0 < flat.high


def test_a_few_that_go_on_much_further_are_cut() -> None:
    far = np.linspace(-630, 0.2, 1000)
    assert Scales.of([DOWN] * 3 + [far]).low == Scales.of([DOWN]).low
    # Of three profiles one is too many to leave out.
    assert Scales.of([DOWN] * 2 + [far]).low <= -630
    assert Scales.of([DOWN] * 3 + [-far]).high < 3
    assert Scales.of([DOWN] * 3 + [np.linspace(-16, 0, 9)]).low < -16


def test_where_there_is_nothing_there_are_no_ticks() -> None:
    assert Scales.of([]).ticks(300, 300, digits) == {"xticks": [], "yticks": []}


@given(st.integers(-700, 0), st.integers(0, 250), st.floats(60, 700))
def test_there_are_two_powers_or_more_with_room_between(low: int, high: int, height: float) -> None:
    scales = Scales.of([np.array([low, high + 0.01])])
    powers = scales.ticks(300, height, digits)["yticks"]
    assert scales.low < powers[0] < powers[-1] < scales.high
    unit = height / (scales.high - scales.low)
    assert min(b - a for a, b in pairwise(powers)) * unit >= 30 - 1e-9


def test_minus_signs_are_true_ones() -> None:
    assert Scales.of([DOWN]).ticks(300, 300, digits)["yticklabels"] == ["10⁻⁶", "10⁻⁴", "10⁻²", "1"]


def test_networks_of_about_one_depth_share_their_layers() -> None:
    scales = Scales.of([DOWN, DOWN[:7], DOWN])
    assert not scales.own
    assert list(scales.across(DOWN[:7])) == [1, 2, 3, 4, 5, 6, 7]
    assert list(scales.ticks(600, 300, digits)["xticks"]) == list(range(1, 10))
    assert list(scales.ticks(110, 300, digits)["xticks"]) == [1, 5, 9]
    assert list(scales.ticks(40, 300, digits)["xticks"]) == [1, 9]


def test_networks_of_other_depths_have_the_whole_width_each() -> None:
    scales = Scales.of([np.zeros(3), np.zeros(1000)])
    assert scales.own
    for depth in (2, 3, 1000):
        places = scales.across(np.zeros(depth))
        assert (places[0], places[-1]) == (0, 1)
        assert np.ptp(np.diff(places)) < 1e-12
    assert scales.ticks(300, 300, digits)["xticklabels"] == ("1", "last")


@given(st.integers(2, 2000), st.floats(100, 1700))
def test_layers_are_labelled_in_order_with_room_between(depth: int, width: float) -> None:
    ticks = Scales.of([np.zeros(depth)]).ticks(width, 300, digits)
    layers, (low, high) = list(ticks["xticks"]), ticks["xlim"]
    assert (layers[0], layers[-1]) == (1, depth)
    assert layers == sorted(set(layers))
    if len(layers) > 2:
        assert min(np.diff(layers)) * width / (high - low) > digits(str(depth)) / 2


def test_a_profile_runs_through_its_numbers() -> None:
    first, second = drawn(DOWN, DOWN - 1).get_lines()
    assert list(first.get_xdata()) == list(range(1, 10))
    assert list(first.get_ydata()) == list(DOWN)
    assert list(second.get_ydata()) == list(DOWN - 1)
    # Several are told apart by more than their colour, and marked in turn.
    assert first.get_markerfacecolor() != second.get_markerfacecolor()
    assert not set(first.get_markevery()) & set(second.get_markevery())


def test_zeros_interrupt_a_line_and_lie_on_the_frame() -> None:
    line, zeros = drawn(np.array([-np.inf, -np.inf, -2.0, -1.0, 0.0])).get_lines()
    assert np.isfinite(line.get_ydata()).sum() == 3
    assert (list(zeros.get_xdata()), set(zeros.get_ydata())) == ([1, 2], {0})
    assert zeros.get_color() == DARK.saturated


def test_what_lies_beyond_the_axis_is_marked_at_its_end() -> None:
    scales = Scales(-6.0, 2.0, (9, 9))
    axes = drawn(np.array([-9.0, -5, 5, 1, -7, -8, -9, -8, -9]), scales=scales)
    (below,), (above,) = with_mark(axes, "v"), with_mark(axes, "^")
    assert list(above.get_xdata()) == [3]
    assert {1, 5, 9} <= set(below.get_xdata()) <= {1, 5, 6, 7, 8, 9}
    assert len(below.get_xdata()) == MOST_BEYOND
    # Within the frame, whose height is 1.
    assert 0 < min(below.get_ydata()) < 0.1
    assert 0.9 < min(above.get_ydata()) < 1
    assert drawn(DOWN).get_lines()[1:] == []


@pytest.mark.parametrize(
    ("lines", "crosses", "words"),
    [([None, None], 0, ["failed"]), ([DOWN, None], 1, []), ([DOWN, DOWN], 0, [])],
)
def test_a_network_that_there_is_not_says_so(lines: Panel, crosses: int, words: list[str]) -> None:
    axes = drawn(*lines)
    assert [text.get_text() for text in axes.texts] == words
    assert len(with_mark(axes, "x")) == crosses


def test_points_that_stand_alone_are_marked() -> None:
    alone = np.array([-1.0, -np.inf, -2.0, -np.inf, -3.0, -4.0])
    assert {0, 2} <= set(marked(alone, 1, 2, 8))
    assert marked(NONE, 0, 1, 8) == []
    assert marked(DOWN, 0, 1, 9) == list(range(9))
    assert len(marked(np.zeros(1000), 0, 1, 9)) <= 9


def test_looks_are_told_apart_by_shape_and_colour() -> None:
    six = looks(6, DARK)
    assert len({(look["marker"], look["mfc"] == look["color"]) for look in six}) == 6
    assert len({look["color"] for look in six}) == 6
    assert looks(1, DARK)[0]["color"] == DARK.backward
