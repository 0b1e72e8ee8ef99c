"""Marks: the geometry of lines, dashes, boxes and hatching."""

import manim as mn
import numpy as np
import pytest

from scenes.kit.charts import marks
from scenes.kit.charts.marks import DASH, DASH_GAP, DOT, DOT_GAP
from scenes.kit.layout import Region

WHITE = "#FFFFFF"
BOXES = [Region(-1, 0.3, -2, 1), Region(1, 1.05, 0, 0.02), Region(2, 3, -1e-3, 0)]


def strokes(path: mn.VMobject) -> np.ndarray:
    """Return start and end of each stroke, (strokes, 2, 3)."""
    curves = path.points.reshape(-1, 4, 3)
    return curves[:, [0, 3]]


def test_segments_are_straight_and_one_path() -> None:
    starts, ends = np.array([[0, 0, 0], [1, 1, 0.0]]), np.array([[3, 0, 0], [1, 4, 0.0]])
    path = marks.segments(starts, ends, WHITE)
    assert strokes(path).tolist() == np.stack([starts, ends], axis=1).tolist()
    curves = path.points.reshape(-1, 4, 3)
    assert np.allclose(np.diff(curves, axis=1), np.diff(curves, axis=1)[:, :1])
    assert len(marks.segments(starts[:0], ends[:0], WHITE).points) == 0


@pytest.mark.parametrize(
    ("draw", "on", "off"), [(marks.dashed, DASH, DASH_GAP), (marks.dotted, DOT, DOT_GAP)]
)
@pytest.mark.parametrize("corners", [[[0, 0, 0], [5, 0, 0]], [[0, 0, 0], [3, 4, 0], [6, 0, 0]]])
def test_dashes_are_measured_along_the_line(draw, on: float, off: float, corners) -> None:
    line = np.array(corners, dtype=float)
    length = np.linalg.norm(np.diff(line, axis=0), axis=1).sum()
    cut = strokes(draw(line, WHITE))
    assert len(cut) == pytest.approx(length / (on + off), abs=1)
    assert cut[0, 0].tolist() == line[0].tolist()
    sizes = np.linalg.norm(cut[:, 1] - cut[:, 0], axis=1)
    straight = sizes > 0.999 * on
    assert straight.sum() >= len(cut) - len(corners) + 1  # at a corner or the end it is shorter
    assert sizes.max() <= on * (1 + 1e-9)


@pytest.mark.parametrize("depth", [2, 60, 2000])
def test_a_dash_is_as_long_on_a_line_of_many_points(depth: int) -> None:
    x = np.linspace(0, 5, depth)
    line = np.stack([x, np.zeros(depth), np.zeros(depth)], axis=1)
    cut = strokes(marks.dashed(line, WHITE))
    assert len(cut) == np.ceil(5 / (DASH + DASH_GAP))


def test_a_line_of_no_length_draws_nothing_that_breaks() -> None:
    assert len(marks.dashed(np.zeros((2, 3)), WHITE).points) == 0
    assert len(marks.dotted(np.zeros((1, 3)), WHITE).points) == 0


def test_rectangles_are_their_boxes() -> None:
    path = marks.rectangles(BOXES, WHITE)
    parts = path.get_subpaths()
    assert len(parts) == len(BOXES)
    for part, box in zip(parts, BOXES, strict=True):
        low, high = np.min(part, axis=0), np.max(part, axis=0)
        assert [low[0], high[0], low[1], high[1]] == pytest.approx(
            [box.left, box.right, box.bottom, box.top]
        )
        assert part[0] == pytest.approx(part[-1])
    assert len(marks.rectangles([], WHITE).points) == 0


def test_hatching_stays_inside_its_boxes_and_reaches_their_sides() -> None:
    for box in BOXES[:2]:
        lines = strokes(marks.hatching([box], WHITE))
        x, y = lines[..., 0], lines[..., 1]
        assert (x >= box.left - 1e-9).all()
        assert (x <= box.right + 1e-9).all()
        assert (y >= box.bottom - 1e-9).all()
        assert (y <= box.top + 1e-9).all()
        assert np.diff(x) == pytest.approx(np.diff(y))  # diagonals of 45 degrees
    tall = strokes(marks.hatching(BOXES[:1], WHITE))
    touching = np.isclose(tall[..., 0], -1) | np.isclose(tall[..., 1], -2)
    assert touching[:, 0].all()
    assert len(strokes(marks.hatching(BOXES, WHITE))) >= len(tall)
    assert len(marks.hatching([], WHITE).points) == 0


def test_neighbours_are_hatched_on_one_grid() -> None:
    both = strokes(marks.hatching([Region(0, 1, 0, 1), Region(1, 2, 0, 1)], WHITE))
    offsets = (both[:, 0, 1] - both[:, 0, 0]) / marks.HATCH_STEP
    assert offsets == pytest.approx(offsets.round())


def test_a_band_runs_up_one_side_and_down_the_other() -> None:
    x = np.linspace(0, 1, 5)
    upper = np.stack([x, 1 + x, 0 * x], axis=1)
    lower = np.stack([x, -x, 0 * x], axis=1)
    area = marks.band(upper, lower, WHITE)
    assert area.get_top()[1] == pytest.approx(2)
    assert area.get_bottom()[1] == pytest.approx(-1)
    assert area.points[0] == pytest.approx(area.points[-1])
    assert area.get_fill_opacity() == pytest.approx(0.3)


def test_a_halo_is_a_wider_line_underneath() -> None:
    line = marks.polyline(np.array([[0, 0, 0], [1, 0, 0.0]]), WHITE)
    under, over = marks.haloed(line, "#000000")
    assert over is line
    assert under.stroke_width > line.stroke_width
    assert under.get_color().to_hex() == "#000000"


def test_a_dot_is_full_and_a_ring_is_hollow() -> None:
    place = np.array([1.0, 2.0, 0.0])
    dot, ring = marks.dot(place, WHITE, "#000000"), marks.ring(place, WHITE, "#000000")
    assert dot.get_center() == pytest.approx(place)
    assert ring.get_center() == pytest.approx(place)
    assert dot.get_fill_color().to_hex() == WHITE
    assert ring.get_fill_color().to_hex() == "#000000"
    assert ring.get_stroke_color().to_hex() == WHITE
