"""Axes: ticks that are round, inside, and far enough apart."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scenes.kit.charts.scales import (
    Layers,
    Linear,
    Logarithmic,
    Marked,
    covering,
    nice_step,
    place,
)
from scenes.words.figures import index


@given(st.floats(1e-12, 1e12), st.integers(1, 20))
@example(1.0, 10)
@example(0.3, 3)
@example(1000.0, 5)
def test_a_nice_step_is_round_and_covers_the_span(span: float, most: int) -> None:
    step = nice_step(span, most)
    lead = step / 10.0 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(lead - digit) for digit in (1, 2, 5)) < 1e-6
    assert step * most >= span * (1 - 1e-8)
    assert step * most <= span * 2.5 * (1 + 1e-8)  # the next smaller one would not do


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(1, 10))
@example(-0.0, 1.0, 10)
@example(0.0, 3.7408, 4)
def test_linear_ticks_lie_inside_and_are_evenly_spaced(low: float, span: float, most: int) -> None:
    axis = Linear(low, low + span, most)
    ticks = axis.ticks()
    places = [at for at, _ in ticks]
    assert len(places) <= most + 1
    inside = place(axis, places)
    assert ((inside >= -1e-6) & (inside <= 1 + 1e-6)).all()
    if len(places) > 2:
        assert np.diff(places) == pytest.approx(np.diff(places)[0], rel=1e-6)
    assert len({figure.plain for _, figure in ticks}) == len(ticks) or abs(low) > 1e3 * span


def test_linear_ticks_read_as_written() -> None:
    read = [figure.plain for _, figure in Linear(0.0, 0.45, 5).ticks()]
    assert read == ["0", "0.1", "0.2", "0.3", "0.4"]
    assert Linear(0.0, 1.0, 0).ticks() == ()


@given(st.floats(-2000, 2000), st.floats(1, 4000), st.integers(1, 8))
def test_decades_are_whole(low: float, span: float, most: int) -> None:
    axis = Logarithmic(low, low + span, most)
    places = [at for at, _ in axis.ticks()]
    assert all(at == int(at) and low - 1e-6 <= at <= low + span + 1e-6 for at in places)
    assert len(places) <= most + 2
    assert all(figure.log10 == at for at, figure in axis.ticks())


def test_padding_adds_air_at_both_ends() -> None:
    padded = Logarithmic(-4.0, 0.0, 7).padded(0.25, 0.25)
    assert (padded.low, padded.high, padded.most_ticks) == (-5.0, 1.0, 7)


def test_a_place_is_not_clipped() -> None:
    assert place(Linear(0.0, 2.0), [-1, 0, 1, 2, 4]).tolist() == [-0.5, 0, 0.5, 1, 2]


def test_marks_are_ones_own() -> None:
    marks = ((0.0, index(1)), (5.0, index(30)))
    assert Marked(-1.0, 6.0, marks).ticks() == marks


@pytest.mark.parametrize(
    "depth", [*range(2, 130), 199, 200, 201, 999, 1000, 1001, 1250, 1999, 2000]
)
def test_layers_are_numbered_from_first_to_last(depth: int) -> None:
    axis = Layers(depth)
    labelled = axis.labelled()
    assert labelled[0] == 1
    assert labelled[-1] == depth
    assert len(labelled) <= 12
    assert list(labelled) == sorted(set(labelled))
    if depth <= 12:
        assert labelled == tuple(range(1, depth + 1))
    # At 7 units of axis and 0.16 units a digit the labels keep apart.
    digits = len(str(depth))
    at = place(axis, labelled) * 7.0
    assert min(b - a for a, b in pairwise(at)) > 0.16 * digits + 0.1
    assert place(axis, [1, depth]) == pytest.approx([1 - place(axis, depth), place(axis, depth)])


@given(st.lists(st.floats(-3000, 3000) | st.just(-math.inf), max_size=9), st.floats(0, 8))
@example([-math.inf, -math.inf], 2.0)
@example([], 2.0)
@example([0.0], 2.0)
@example([-3.0, -3.0], 7.0)
def test_an_axis_holds_all_that_is_finite(values: list[float], least: float) -> None:
    axis = covering(values, least=least)
    finite = [value for value in values if math.isfinite(value)]
    assert all(axis.low < value < axis.high for value in finite)
    assert axis.high - axis.low >= (least if finite else 2)
    assert (axis.low, axis.high) == (int(axis.low), int(axis.high))
    if finite:
        air = 0.04 * (max(finite) - min(finite)) + 2
        assert axis.low >= min(finite) - air - least
        assert axis.high <= max(finite) + air + least


def test_an_axis_holds_several_arrays() -> None:
    axis = covering([-1.0, -math.inf], np.array([[3.0], [-7.5]]))
    assert axis.low < -7.5
    assert axis.high > 3.0
