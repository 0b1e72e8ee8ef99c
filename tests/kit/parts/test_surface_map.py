"""A map of a convex surface, and a sum of ramps, drawn at the right coordinates."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from manim.animation.animation import prepare_animation
from scipy.spatial import ConvexHull

from scenes.kit.charts.marks import arrows
from scenes.kit.layout import STAGE, Region
from scenes.kit.parts.contours import cut_lines, polygon_hatching, sublevel
from scenes.kit.parts.ramp_chart import RampChart
from scenes.kit.parts.surface_map import BANDS, SurfaceBar, SurfaceMap
from scenes.kit.theme import CURVE, HAIR
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import measured

A, B = np.linspace(-2, 2, 81), np.linspace(-1, 1, 41)
LEFT = 0.9
floats = st.floats(-3, 3)


def area(polygon: np.ndarray) -> float:
    return float(ConvexHull(polygon).volume) if len(polygon) else 0.0


def test_a_sublevel_of_a_round_bowl_is_a_disc() -> None:
    heights = A**2 + B[:, None] ** 2
    disc = sublevel(A, B, heights, 0.64)
    assert np.hypot(*disc.T) == pytest.approx(0.8, abs=0.002)
    assert area(disc) == pytest.approx(np.pi * 0.64, rel=0.005)
    assert area(sublevel(A, B, heights, 5.0)) == pytest.approx(8.0)
    assert len(sublevel(A, B, heights, -0.1)) == 0
    # A single place has no area.
    assert len(sublevel(A, B, np.where(heights == 0, 0.0, 1.0), 0.0)) in {0, 4}


def area_below(c: float, d: float, e: float) -> float:
    """Return the area of the map on which c + d a + e b is at most 0, by cutting its outline."""
    corners = np.array([[-2, -1], [2, -1], [2, 1], [-2, 1]], dtype=float)
    heights = c + corners @ (d, e)
    kept = []
    for n in range(4):
        here, there = heights[n - 1], heights[n]
        if min(here, there) < 0 < max(here, there):
            kept.append(corners[n - 1] + here / (here - there) * (corners[n] - corners[n - 1]))
        if there <= 0:
            kept.append(corners[n])
    x, y = np.array(kept).reshape(-1, 2).T
    return float(abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2)


@example(c=-1.625, d=0.5625, e=0.5625)
@given(floats, floats, floats)
@settings(max_examples=50, deadline=None)
def test_a_sublevel_of_a_plane_is_cut_off_straight(c: float, d: float, e: float) -> None:
    heights = c + d * A + e * B[:, None]
    shape = sublevel(A, B, heights, 0.0)
    if len(shape):
        assert (c + shape @ (d, e) <= 1e-9).all()
    share, below = area(shape) / 8, (heights <= 0).mean()
    assert share == pytest.approx(below, abs=0.06)
    # Near the smallest floats heights have no digits left by which to cut.
    if max(abs(c), abs(d), abs(e)) > 1e-290:
        assert share == pytest.approx(area_below(c, d, e) / 8, abs=1e-6)


@given(st.lists(st.tuples(floats, floats, floats), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_lines_end_on_the_frame(lines: list[tuple[float, float, float]]) -> None:
    given_lines = np.array([line for line in lines if np.hypot(*line[1:]) > 1e-3]).reshape(-1, 3)
    starts, ends = cut_lines(given_lines, (2.0, 1.0))
    for end in (starts, ends):
        assert np.abs(end[:, 0]).max(initial=0) <= 2 + 1e-9
        assert np.abs(end[:, 1]).max(initial=0) <= 1 + 1e-9
        distance = np.maximum(np.abs(end[:, 0]) / 2, np.abs(end[:, 1]))
        assert distance == pytest.approx(1)
    corners = np.array([[i, j] for i in (-2, 2) for j in (-1, 1)])
    heights = given_lines[:, :1] + given_lines[:, 1:] @ corners.T
    crossing = (heights.min(axis=1) < 0) & (heights.max(axis=1) > 0)
    assert len(starts) == crossing.sum()
    c, normals = given_lines[crossing, 0], given_lines[crossing, 1:]
    for places in (starts, ends):
        assert c + (normals * places).sum(axis=1) == pytest.approx(0, abs=1e-9)


def test_upright_and_level_lines_are_cut_too() -> None:
    starts, ends = cut_lines(np.array([[-1.0, 1.0, 0.0], [0.5, 0.0, 1.0]]), (2.0, 1.0))
    assert sorted([starts[0].tolist(), ends[0].tolist()]) == [[1, -1], [1, 1]]
    assert sorted([starts[1].tolist(), ends[1].tolist()]) == [[-2, -0.5], [2, -0.5]]


def test_hatching_stays_inside() -> None:
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    starts, ends = polygon_hatching(square, 0.25)
    assert len(starts) == 15
    both = np.concatenate([starts, ends])
    assert np.abs(both).max() == pytest.approx(1)
    assert ends[:, 1] - ends[:, 0] == pytest.approx(starts[:, 1] - starts[:, 0])
    assert len(polygon_hatching(square[:2], 0.25)[0]) == 0


def test_arrows_begin_and_end_where_they_should() -> None:
    starts = np.array([[0.0, 0, 0], [1, 1, 0], [5, 5, 0]])
    ends = np.array([[1.0, 0, 0], [1, 2, 0], [5, 5, 0]])
    path = arrows(starts, ends, "#E69F00")
    strokes = path.points.reshape(-1, 4, 3)
    # A shaft and two barbs each; the third one has no length and is not drawn.
    assert len(strokes) == 6
    np.testing.assert_allclose(strokes[:2, 0], starts[:2])
    np.testing.assert_allclose(strokes[:2, -1], ends[:2])
    barbs = strokes[2:]
    np.testing.assert_allclose(barbs[:, 0], np.tile(ends[:2], (2, 1)))
    tips = barbs[:, -1]
    assert (tips[[0, 2], 0] < 1).all()
    assert tips[0, 1] == pytest.approx(-tips[2, 1])
    assert len(arrows(starts[2:], ends[2:], "#E69F00").points) == 0


@pytest.fixture
def plane(pen: Pen) -> SurfaceMap:
    return SurfaceMap(STAGE, A, B, pen, x_name="a", y_name="b", left=LEFT)


def test_units_are_equal_and_the_plot_has_the_shape_of_the_plane(plane: SurfaceMap) -> None:
    assert plane.reaches == (2.0, 1.0)
    plot = plane.chart.plot
    assert plot.width / plot.height == pytest.approx(2.0)
    assert STAGE.holds(plane.chart)
    narrow = Region(-2, 2, -2.5, 2.5)
    thin = SurfaceMap(narrow, A, B, plane.chart.pen, x_name="a", y_name="b", left=LEFT)
    assert thin.chart.plot.width / thin.chart.plot.height == pytest.approx(2.0)
    assert narrow.holds(thin.chart.y_axis)


def test_bands_are_nested_and_lie_at_their_levels(plane: SurfaceMap) -> None:
    before = list(plane.bands)
    plane.paint(A**2 + B[:, None] ** 2)
    # From 0 to 5 in equal steps.
    radii = np.sqrt(5 * (1 - np.arange(BANDS) / BANDS))
    unit = plane.chart.plot.width / 4
    for radius, band in zip(radii, plane.bands, strict=True):
        places = (band.points[:, :2] - plane.chart.plot.center[:2]) / unit
        inside = (np.abs(places[:, 0]) < 1.99) & (np.abs(places[:, 1]) < 0.99)
        assert np.hypot(*places[inside].T) == pytest.approx(radius, abs=0.01)
        assert plane.chart.plot.width / unit >= np.ptp(places[:, 0]) - 1e-9
    colors = [band.get_fill_color().to_hex() for band in plane.bands]
    theme = plane.chart.pen.theme
    assert colors[0].upper() == theme.forward
    assert colors[-1].upper() == theme.loss_ramp[0]
    assert len(set(colors)) == BANDS
    plane.paint(A**2 + 4 * B[:, None] ** 2)
    assert list(plane.bands) == before


def test_a_level_surface_is_one_band(plane: SurfaceMap) -> None:
    plane.paint(np.ones((len(B), len(A))))
    widths = {round(float(band.width), 9) for band in plane.bands}
    assert widths == {round(plane.chart.plot.width, 9)}


def test_what_is_drawn_on_the_map(plane: SurfaceMap) -> None:
    plane.draw_kinks(np.array([[0.0, 1.0, 0.0], [9.0, 1.0, 0.0]]))
    middle = plane.chart.plot.center
    assert plane.kinks.get_center() == pytest.approx(middle)
    assert plane.kinks.height == pytest.approx(plane.chart.plot.height)
    strong = plane.kinks.get_stroke_opacity()
    plane.draw_kinks(np.column_stack([np.linspace(-1, 1, 99), np.ones(99), np.zeros(99)]))
    assert plane.kinks.get_stroke_opacity() < strong
    plane.draw_flat(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]))
    unit = plane.chart.plot.width / 4
    assert plane.flat.get_left()[0] >= middle[0] - 1e-9
    assert plane.flat.width <= unit + 1e-9
    plane.draw_flat(np.empty((0, 2)))
    assert len(plane.flat.points) == 0
    a, b = np.array([-1.0, 1.0]), np.array([-0.5, 0.5])
    plane.draw_field(a, b, np.stack([np.array([[1.0, 0], [0, 0]]), np.zeros((2, 2))]))
    shaft = plane.field[-1].points.reshape(-1, 4, 3)[0]
    assert shaft[[0, -1]].mean(axis=0) == pytest.approx(middle + unit * np.array([-1, -0.5, 0]))
    assert shaft[-1][0] - shaft[0][0] == pytest.approx(0.8 * 2 * unit)
    plane.draw_field(a, b, np.zeros((2, 2, 2)))
    assert all(len(path.points) == 0 for path in plane.field)


def test_the_bar_has_the_colours_of_the_map_and_its_ends(pen: Pen) -> None:
    region = Region(-2, 2, -1, 1)
    ends = [2.0, 30.0]
    reads = (lambda: measured("low", ends[0]), lambda: measured("high", ends[1]))
    bar = SurfaceBar(region, "mean loss", reads, pen)
    assert region.holds(bar)
    cells = bar[1]
    assert len(cells) == BANDS
    assert cells[0].get_fill_color().to_hex().upper() == pen.theme.loss_ramp[0]
    assert cells[-1].get_fill_color().to_hex().upper() == pen.theme.forward
    assert cells.width == pytest.approx(region.width)
    low, high = bar.numbers
    assert (low[0].plain, high[0].plain) == ("2.00", "30.0")
    ends[0] = 3.0
    low.start()
    low.settle()
    assert low[0].plain == "3.00"


PLACES = np.array([-2.0, -1.0, 1.0, 2.0])
RAMPS = np.maximum(0, np.array([[-1.0], [-1.0]]) + np.array([[-1.0], [1.0]]) * PLACES)


@pytest.fixture
def ramps(pen: Pen) -> RampChart:
    return RampChart(STAGE, 2.0, PLACES, RAMPS, pen, x_name="a", y_name="loss", left=LEFT)


def test_the_curve_is_the_sum_and_kinks_lie_on_it(ramps: RampChart) -> None:
    corners = ramps.positions(PLACES, RAMPS.sum(axis=0))
    line = ramps.curve[-1].points
    np.testing.assert_allclose(line[::4][1:], corners[1:-1])
    assert [mark.get_center().tolist() for mark in ramps.dots] == corners[1:-1].tolist()
    assert len(ramps.ramps) == 2


def test_a_ramp_has_its_own_corner_and_no_other(pen: Pen) -> None:
    places = np.linspace(-1, 1, 21)
    kinks = np.array([-0.5, 0.3])
    values = np.maximum(0, np.array([[1.0], [-1.0]]) * (places - kinks[:, None]))
    chart = RampChart(STAGE, 1.0, places, values, pen, x_name="a", y_name="loss", left=LEFT)
    for ramp, kink, heights in zip(chart.ramps, kinks, values, strict=True):
        ends = ramp.points.reshape(-1, 4, 3)
        assert len(ends) == 2
        corners = np.concatenate([ends[:, 0], ends[-1:, -1]])
        expected = chart.positions([-1.0, kink, 1.0], [heights[0], 0.0, heights[-1]])
        np.testing.assert_allclose(corners, expected, atol=1e-9)


def test_many_kinks_have_smaller_dots_and_too_many_have_none(pen: Pen) -> None:
    for number, dots, hung in ((10, 10, True), (60, 60, False), (400, 0, False)):
        places = np.linspace(-1, 1, number + 2)
        values = np.maximum(0, places - places[1:-1, None])
        chart = RampChart(STAGE, 1.0, places, values, pen, x_name="a", y_name="loss", left=LEFT)
        assert len(chart.dots) == dots
        assert bool(len(chart.drops.points)) == hung
        assert len(chart.flatten()) == dots + 2


def test_lines_too_many_to_be_seen_are_not_drawn(plane: SurfaceMap) -> None:
    lines = np.column_stack([np.linspace(-1, 1, 5000), np.ones(5000), np.zeros(5000)])
    plane.draw_kinks(lines[::10])
    assert len(plane.kinks.points) == 4 * 500
    plane.draw_kinks(lines)
    assert len(plane.kinks.points) == 0


def test_ramps_that_count_are_told_apart_by_width_too(ramps: RampChart) -> None:
    marker = ramps.place_marker(1.5, 0.5, np.array([False, True]))
    assert marker.get_center() == pytest.approx(ramps.positions(1.5, 0.5))
    assert [ramp.stroke_width for ramp in ramps.ramps] == [HAIR, CURVE]
    colors = [ramp.get_stroke_color().to_hex().upper() for ramp in ramps.ramps]
    assert colors == [ramps.pen.theme.muted, ramps.pen.theme.forward]


def test_the_curve_sinks_onto_the_middle_and_keeps_its_kinks(ramps: RampChart) -> None:
    across = [mark.get_x() for mark in ramps.dots]
    for animation in (prepare_animation(each) for each in ramps.flatten()):
        animation._setup_scene(None)
        animation.begin()
        animation.finish()
    middle = ramps.plot.center[1]
    assert ramps.curve.get_y() == pytest.approx(middle)
    assert ramps.curve.height == pytest.approx(0, abs=1e-9)
    assert [mark.get_x() for mark in ramps.dots] == pytest.approx(across)
    assert [mark.get_y() for mark in ramps.dots] == pytest.approx([middle] * 2)


def test_a_loss_of_nothing_has_an_axis(pen: Pen) -> None:
    ends = np.array([-1.0, 1.0])
    chart = RampChart(STAGE, 1.0, ends, np.zeros((1, 2)), pen, x_name="a", y_name="loss", left=LEFT)
    assert len(chart.dots) == 0
    assert chart.y_scale.high == 1.0
