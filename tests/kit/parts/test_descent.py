"""Gauges, errors and a backward pass are drawn at the positions that their numbers give."""

import numpy as np
import pytest

from scenes.kit.charts.scales import Layers
from scenes.kit.layout import STAGE, Region
from scenes.kit.parts.descent_chart import DescentChart
from scenes.kit.parts.error_chart import ErrorChart
from scenes.kit.parts.gauges import Gauges
from scenes.kit.parts.lanes import Lanes
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import count, infinite, magnitude, measured, sentence

ROW = Region(-4.0, 4.0, -2.0, 0.0)


def span(path) -> tuple[float, float]:
    return float(path.points[:, 0].min()), float(path.points[:, 0].max())


@pytest.fixture
def gauges(pen: Pen) -> Gauges:
    names = [sentence("short"), sentence("long")]
    return Gauges(STAGE, names, [magnitude("top", 4.8), magnitude("top", 308.25)], 1, pen)


def test_a_gauge_is_as_full_as_its_level(gauges: Gauges) -> None:
    gauges.fill([0.5, 1.0])
    half, full = gauges._fills
    assert full.height == pytest.approx(2 * half.height)
    assert half.get_bottom()[1] == pytest.approx(full.get_bottom()[1])
    assert [hatch.get_stroke_opacity() for hatch in gauges._hatches] == [0, 0]


def test_a_gauge_that_is_left_is_hatched_and_may_return(gauges: Gauges) -> None:
    gauges.fill([1.01, -3.0])
    assert [hatch.get_stroke_opacity() for hatch in gauges._hatches] == [1, 0]
    assert max(filling.height for filling in gauges._fills) < 0.01
    gauges.fill([0.9, 0.9])
    assert [hatch.get_stroke_opacity() for hatch in gauges._hatches] == [0, 0]


def test_gauges_are_filled_in_place(gauges: Gauges) -> None:
    before = [id(member) for member in gauges.get_family()]
    gauges.fill([0.2, 1.3])
    assert [id(member) for member in gauges.get_family()] == before


def test_numbers_stand_below_their_gauges(gauges: Gauges, pen: Pen) -> None:
    numbers = gauges.live(0, [lambda: infinite("e"), lambda: measured("e", 2.0)], pen.theme.ink)
    assert [number[0].plain for number in numbers] == ["inf", "2.00"]
    for number, box in zip(numbers, gauges._boxes, strict=True):
        assert number.get_top()[1] < box.bottom
        assert number.get_left()[0] == pytest.approx(box.left, abs=0.05)
    assert all(STAGE.holds(member) for member in gauges)


@pytest.mark.parametrize(("depth", "end"), [(1000, 931), (9, 1), (2, 1), (12, 12)])
def test_a_lane_is_cut_where_the_pass_ended(depth: int, end: int, pen: Pen) -> None:
    lanes = Lanes(ROW, ["a", "b"], [end, 0], ["zero", "zero"], Layers(depth), pen)
    lanes.advance(0.5)
    (alive, whole), (dead, none) = lanes._alive, lanes._dead
    border = lanes.border(lanes.rows[0], end + 0.5)
    assert span(whole) == pytest.approx((ROW.left, ROW.right))
    assert len(none.points) == 0
    assert span(alive) == pytest.approx((border, ROW.right), abs=2e-3)
    assert span(dead) == pytest.approx((ROW.left, border), abs=0.1)


def test_lanes_fill_with_the_front(pen: Pen) -> None:
    lanes = Lanes(ROW, ["a", "b"], [60, 0], ["zero"] * 2, Layers(100), pen)
    lanes.advance(80.5)
    assert span(lanes._alive[0]) == span(lanes._alive[1])
    assert len(lanes._dead[0].points) == 0
    lanes.advance(30.5)
    start = lanes.border(ROW, 30.5)
    assert span(lanes._alive[1])[0] == pytest.approx(start)
    assert span(lanes._alive[0])[0] == pytest.approx(lanes.border(ROW, 60.5))
    assert span(lanes._dead[0])[0] == pytest.approx(start, abs=0.1)


def test_words_stand_only_where_there_is_room(pen: Pen) -> None:
    names, words = ["a", "b", "c"], ["exactly zero"] * 3
    lanes = Lanes(ROW, names, [900, 3, 0], words, Layers(1000), pen)
    assert [len(word) > 0 for word in lanes.words] == [True, False, False]
    assert ROW.holds(lanes.words[0])


@pytest.fixture
def descent(pen: Pen) -> DescentChart:
    names, words = ["a", "b", "c"], ["zero"] * 3
    log10 = np.linspace(-600, 0, 1000)
    return DescentChart(STAGE, log10, names, [900, 1000, 0], words, pen, y_name="gradient")


def test_the_line_comes_down_with_the_front(descent: DescentChart) -> None:
    assert descent._line.get_stroke_opacity() == 0
    assert descent.layer == 1000
    descent.front.set_value(600.5)
    descent.follow()
    assert descent.layer == 601
    low, high = descent.chart.positions([601, 1000], [-600 + 600 * 600 / 999, 0.0])
    assert descent._line.get_start() == pytest.approx(low, abs=1e-9)
    assert descent._line.get_end() == pytest.approx(high, abs=1e-9)
    descent.front.set_value(0.5)
    descent.follow()
    assert descent.layer == 1


def test_a_fall_stands_between_the_last_layer_reached_and_the_next(descent: DescentChart) -> None:
    (fall,), output, none = descent.falls
    assert len(output) == len(none) == 0
    left, right = descent.chart.positions([900, 901], 0.0)[:, 0]
    assert left < span(fall)[0] < right
    assert span(fall)[0] == pytest.approx(descent.lanes.border(descent.lanes.rows[0], 900.5))


def test_a_gradient_that_is_not_known_is_not_drawn(pen: Pen) -> None:
    unknown = np.full(20, np.nan)
    descent = DescentChart(STAGE, unknown, ["a"], [12], ["overflow"], pen, y_name="gradient")
    descent.front.set_value(12.5)
    descent.follow()
    assert descent._line.get_stroke_opacity() == 0
    assert len(descent.falls[0]) == 0


def test_counts_stand_beside_their_lanes(descent: DescentChart) -> None:
    region = Region(6.0, 7.0, -2.9, 2.6)
    numbers = descent.count(region, "layers", [lambda n=n: count("n", n) for n in (1, 20, 300)])
    for number, row in zip(numbers, descent.lanes.rows, strict=True):
        assert number.get_center()[1] == pytest.approx(row.center[1], abs=0.05)


def test_an_error_lies_at_its_size_and_none_below_the_axis(pen: Pen) -> None:
    z = np.linspace(0.1, 40, 5)
    chart = ErrorChart(STAGE, z, pen, x_name="z", y_name=sentence("error"))
    curve = chart.curve([0.0, 1e-10, 1e-5, 1.0, 1.0], pen.theme.ink)
    heights = np.array(curve.get_anchors())[:, 1]
    whole = chart.whole[0].get_center()[1]
    assert heights[0] == pytest.approx(chart.plot.bottom)
    assert curve.get_end()[1] == pytest.approx(whole)
    steps = (chart.positions(0.0, [-10, -5, 0.0]))[:, 1]
    assert np.allclose(np.diff(steps), steps[1] - steps[0])
    border = chart.border(sentence("type"), measured("z", 20.0), pen.theme.ink)
    assert border.get_bottom()[1] > whole
    assert border.get_center()[0] == pytest.approx(chart.positions(20.0, 0.0)[0])
