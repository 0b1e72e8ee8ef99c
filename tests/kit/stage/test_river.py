"""The river is as wide as the signal, and its lanes pass through their units."""

from functools import cache

import manim as mn
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.kit.layout import STAGE, Region
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.opened import Opened
from scenes.kit.stage.river import CHORD, FILLED, LEAST_GAUGE, PINCH, TIP, River
from scenes.kit.stage.world import Look
from scenes.kit.theme import THEMES
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.networks import (
    ARRIVES,
    LEAVES,
    SLOPES,
    last_two,
    network_in,
    river_in,
)
from tests.kit.stage.activations import curve, one_by_one, played

PEN = Pen(THEMES["dark"])
UNITS = st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3)


@cache
def network() -> NetworkStage:
    """Two columns from near, as films show them."""
    stage = network_in(STAGE.columns(1, 3)[0], [3, 3, 3], PEN)
    played(Look([stage], last_two(stage), Region(-2.0, 6.0, -2.5, 2.2)))
    return stage


def river_of(weight_part: float, arrives: np.ndarray, slopes: np.ndarray) -> River:
    """A river whose parts agree with each other."""
    slope_part = float((arrives * slopes).sum() / arrives.sum()) if arrives.sum() else 0.0
    return river_in(network(), PEN, (weight_part, slope_part), arrives, slopes)


def banks(river: River) -> tuple[np.ndarray, np.ndarray]:
    """The upper and the lower bank of each lane, from its tail on, (lanes, points, 3)."""
    (water,) = river
    corners = water.points.reshape(3, -1, 4, 3)[:, :, 0]
    upper, lower = np.split(corners, 2, axis=1)
    return upper, lower[:, ::-1]


def widths(river: River, x: float) -> np.ndarray:
    """How wide each lane is at its tail, when that is at an x."""
    end = river.mouth if x <= river.middle else river.middle
    river.draw(x, end)
    upper, lower = banks(river)
    # At the source, each strand begins where its banks meet the circle of its unit.
    assert upper[:, 0, 0] == pytest.approx(x) or x == river.source
    return np.asarray(upper[:, 0, 1] - lower[:, 0, 1])


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 100.0), UNITS, st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3))
def test_widths_are_in_proportion_to_the_signal(
    weight_part: float, shares: list[float], slopes: list[float]
) -> None:
    arrives, let = np.array(shares), np.array(slopes)
    river = river_of(weight_part, arrives, let)
    source = widths(river, river.source)
    assert source.sum() == pytest.approx(river.width_at(0))
    assert source / source.sum() == pytest.approx(LEAVES / LEAVES.sum())
    brink = widths(river, river.brink)
    assert brink.sum() / source.sum() == pytest.approx(weight_part)
    assert brink / brink.sum() == pytest.approx(arrives / arrives.sum())
    assert widths(river, river.beyond) == pytest.approx(brink * let)
    mouth = widths(river, river.mouth + TIP)
    slope_part = float((arrives * let).sum() / arrives.sum())
    assert mouth.sum() / source.sum() == pytest.approx(weight_part * slope_part)
    assert mouth / mouth.sum() == pytest.approx(arrives * let / (arrives * let).sum())
    assert [river.width_at(n) / river.width_at(0) for n in (1, 2)] == pytest.approx(
        [weight_part, weight_part * slope_part]
    )
    # Where lanes of outputs become lanes of units, nothing is lost.
    before = widths(river, river.middle + TIP).sum()
    assert widths(river, river.middle).sum() == pytest.approx((source.sum() + brink.sum()) / 2)
    assert min(source.sum(), brink.sum()) <= before * (1 + 1e-9)
    assert before <= max(source.sum(), brink.sum()) * (1 + 1e-9)


@pytest.mark.parametrize("trunk", [0, 1, 2])
def test_a_gauge_is_as_long_as_its_trunk_is_wide(trunk: int) -> None:
    river = river_of(1.11, ARRIVES, SLOPES)
    river.draw(river.source, river.mouth)
    hair, *arrow = river.gauge(trunk, 2.0)
    assert hair.get_top()[1] == pytest.approx(2.0)
    assert hair.get_bottom()[1] == pytest.approx(river.width_at(trunk) / 2 + network_middle(river))
    assert len(arrow) == (river.width_at(trunk) >= LEAST_GAUGE)
    for each in arrow:
        assert each.height == pytest.approx(river.width_at(trunk))
        assert each.get_center()[0] == pytest.approx(river.trunks[trunk])
    wide = widths(river, river.trunks[trunk]).sum()
    assert trunk == 2 or wide == pytest.approx(river.width_at(trunk))


def network_middle(river: River) -> float:
    """The height of the trunk."""
    return float(river.centers[:, 1].mean() + network().columns[2].centers[:, 1].mean()) / 2


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 100.0), UNITS)
def test_strands_pass_under_the_circles_of_their_units(
    weight_part: float, shares: list[float]
) -> None:
    river = river_of(weight_part, np.array(shares), np.full(3, 0.25))
    assert widths(river, river.source).max() <= CHORD * 2 * river.radius + 1e-9
    arriving = widths(river, river.brink)
    assert arriving.max() <= CHORD * 2 * river.radius + 1e-9
    # They are pinched where the circle hides it.
    for side, part in ((1, 1.0), (-1, 0.25)):
        x = river.gate + side * PINCH * river.radius
        assert widths(river, x) == pytest.approx(arriving * part)
        assert np.hypot(PINCH * river.radius, arriving.max() / 2) <= river.radius * 1.02


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 100.0), UNITS)
def test_lanes_at_their_units_leave_room_for_their_neighbours(
    weight_part: float, shares: list[float]
) -> None:
    river = river_of(weight_part, np.array(shares), np.ones(3))
    for tail, centers in ((river.source, network().columns[2].centers), (0.0, river.centers)):
        if tail:
            river.draw(tail, river.middle)
            inside = np.concatenate(banks(river), axis=1)[:, [0, -160], :]
        else:
            river.draw(river.middle, river.mouth)
            lanes = np.concatenate(banks(river), axis=1)
            inside = lanes[:, (lanes[0, :, 0] > river.beyond) & (lanes[0, :, 0] < river.brink)]
        assert inside.size
        away = abs(inside[..., 1] - centers[:, 1][:, None])
        assert away.max() <= FILLED * abs(np.diff(centers[:, 1])).min() / 2 + 1e-9
    assert lanes[..., 0].min() == pytest.approx(river.mouth)


def test_the_front_of_lanes_that_are_one_is_one() -> None:
    river = river_of(1.11, ARRIVES, SLOPES)
    river.draw(river.mouth + TIP, river.mouth)
    upper, lower = banks(river)
    assert lower[:-1, :, 1] == pytest.approx(upper[1:, :, 1])
    whole = upper[0, :, 1] - lower[-1, :, 1]
    assert (np.diff(whole) <= 1e-12).all()
    assert whole[-1] == pytest.approx(0, abs=1e-12)


def test_lanes_lie_on_each_other_where_they_are_one() -> None:
    river = river_of(1.11, ARRIVES, SLOPES)
    for x in (river.middle, river.mouth + TIP):
        river.draw(x, river.mouth)
        upper, lower = banks(river)
        assert lower[:-1, 0, 1] == pytest.approx(upper[1:, 0, 1])


@pytest.mark.parametrize(
    ("weight_part", "shares", "slopes"),
    [
        (0.0, [0.0, 0.0, 0.0], [0.2, 0.2, 0.2]),
        (1.5, [0.5, 0.2, 0.3], [0.0, 0.0, 0.0]),
        (1.5, [0.5, 0.0, 0.5], [1.0, 1.0, 0.0]),
        (1e200, [0.5, 0.2, 0.3], [1.0, 1.0, 1.0]),
        (1e-300, [0.5, 0.2, 0.3], [1.0, 1.0, 1.0]),
        (1.0, [1e-300, 2e-300, 3e-300], [0.25, 0.25, 0.25]),
    ],
    ids=["no weights", "no slopes", "some shut", "exploding", "vanishing", "tiny"],
)
def test_any_layer_has_a_river(
    weight_part: float, shares: list[float], slopes: list[float]
) -> None:
    river = river_of(weight_part, np.array(shares), np.array(slopes))
    river.draw(river.source, river.mouth)
    points = river[0].points
    assert np.isfinite(points).all()
    assert abs(points[:, 1]).max() < 4
    mouth = widths(river, river.mouth + TIP)
    assert mouth.sum() == pytest.approx(river.width_at(2))
    shut = np.array(slopes) * np.array(shares) == 0
    assert mouth[shut] == pytest.approx(0, abs=1e-12)


def test_it_runs_from_its_source_to_where_it_is_sent_and_drains() -> None:
    river = river_of(1.11, ARRIVES, SLOPES)
    assert not len(river[0].points)
    stations = (river.mouth, river.joined, river.beyond, river.gate, river.brink, river.parting)
    stations += (river.weighed, river.middle, river.weighing, river.gathered, river.source)
    assert (np.diff(stations) > 0).all()
    for end in (river.weighing, river.parting, river.mouth):
        start = river.head
        flow = river.flow(end, rate_func=mn.linear)
        flow.begin()
        flow.interpolate(0.5)
        assert river.head == pytest.approx((start + end) / 2)
        flow.finish()
        assert river[0].get_left()[0] == pytest.approx(end)
        assert river.head == pytest.approx(end)
        right = network().columns[2].centers[:, 0]
        assert right[0] - river.radius < river[0].get_right()[0] < right[0]
    half_way = (river.source + river.joined) / 2
    drain = river.drain(river.joined, rate_func=mn.linear)
    drain.begin()
    drain.interpolate(0.5)
    assert river[0].get_right()[0] == pytest.approx(half_way)
    drain.finish()
    assert river[0].get_right()[0] == pytest.approx(river.joined)
    assert river.head == pytest.approx(river.mouth)
    drain = river.drain(rate_func=mn.linear)
    drain.begin()
    drain.interpolate(0.5)
    assert river[0].get_right()[0] == pytest.approx((river.joined + river.mouth) / 2)
    drain.finish()
    assert not len(river[0].points)


@pytest.mark.parametrize("alpha", [0.2, 0.4, 0.6, 0.9])
def test_the_tail_of_a_river_that_drains_is_round(alpha: float) -> None:
    river = river_of(1.11, ARRIVES, SLOPES)
    river.draw(river.source, river.mouth)
    whole = river[0].points.copy()
    drain = river.drain(rate_func=mn.linear)
    drain.begin()
    drain.interpolate(0.0)
    assert river[0].points == pytest.approx(whole)
    drain.interpolate(alpha)
    upper, lower = banks(river) if river.tail <= river.middle else _right_banks(river)
    wide = upper[:, :, 1] - lower[:, :, 1]
    assert wide[:, 0] == pytest.approx(0, abs=1e-12)
    assert wide.max() > 0


def _right_banks(river: River) -> tuple[np.ndarray, np.ndarray]:
    """The banks of the lanes of the outputs, which are drawn before those of the units."""
    corners = river[0].points.reshape(6, -1, 4, 3)[:3, :, 0]
    upper, lower = np.split(corners, 2, axis=1)
    return upper, lower[:, ::-1]


@pytest.mark.parametrize("verb", ["flow", "drain"])
def test_a_jump_to_the_end_equals_every_step(verb: str) -> None:
    def new() -> River:
        river = river_of(1.11, ARRIVES, SLOPES)
        river.draw(river.source, river.source if verb == "flow" else river.mouth)
        return river

    def move(river: River) -> mn.Animation:
        return river.flow(river.mouth) if verb == "flow" else river.drain()

    assert one_by_one(new, move)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "identity"])
def test_opened_units_hold_their_curve_dot_and_tangent(name: str) -> None:
    river = river_of(1.11, ARRIVES, SLOPES)
    z, inside = np.array([0.4, 1.9, -50.0]), curve(name)
    opened = Opened(river.centers, river.radius, z, inside, PEN)
    for path in opened:
        parts = path.get_subpaths()
        for part in parts:
            on_path = part[::4]
            away = np.linalg.norm(river.centers[:, None] - on_path[None], axis=2).min(axis=0)
            assert away.max() <= river.radius * 1.001
    dots = opened[-1].get_subpaths()
    assert len(dots) == 3
    for dot, center, place in zip(dots, river.centers, inside.dots(z), strict=True):
        wanted = center[:2] + river.radius * place
        assert ((dot.min(axis=0) + dot.max(axis=0)) / 2)[:2] == pytest.approx(wanted, abs=1e-6)
