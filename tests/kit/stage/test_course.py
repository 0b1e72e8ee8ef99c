"""A stream through all layers is as wide at each stop as it is told to be."""

import numpy as np
import pytest

from scenes.kit.stage.course import Course
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.dives import played

SOURCE, MIDDLE = 7.0, 0.5
STOPS, WIDTHS = (6.0, 3.0, 0.0, -6.0), (2.0, 0.5, 0.8, 0.0)


@pytest.fixture
def course(pen: Pen) -> Course:
    return Course(SOURCE, STOPS, WIDTHS, MIDDLE, pen)


def width_at(course: Course, x: float) -> float:
    points = course[0].points
    near = points[np.abs(points[:, 0] - x) < 0.05]
    return float(np.ptp(near[:, 1])) if len(near) else 0.0


def test_it_is_as_wide_at_each_stop_as_it_was_told(course: Course) -> None:
    played(course.flow())
    for stop, width in zip((SOURCE, *STOPS), (WIDTHS[0], *WIDTHS), strict=True):
        assert width_at(course, stop) == pytest.approx(width, abs=0.02)
    assert course[0].get_center()[1] == pytest.approx(MIDDLE)


def test_between_two_stops_it_is_between_their_widths(course: Course) -> None:
    played(course.flow())
    assert WIDTHS[1] < width_at(course, 4.5) < WIDTHS[0]
    assert WIDTHS[1] < width_at(course, 1.5) < WIDTHS[2]


def test_it_comes_from_the_right_and_waits_where_it_is_told_to(course: Course) -> None:
    played(course.flow(0.0, 0.5))
    half_way = (SOURCE + STOPS[-1]) / 2
    assert course[0].get_left()[0] == pytest.approx(half_way, abs=0.05)
    flow = course.flow(0.5, 1.0)
    flow.begin()
    assert course[0].get_left()[0] == pytest.approx(half_way, abs=0.05)
    flow.interpolate(1.0)
    assert course[0].get_left()[0] == pytest.approx(STOPS[-1], abs=0.05)


def test_nothing_is_there_at_first(course: Course) -> None:
    course.flow().begin()
    assert not len(course[0].points)


def test_one_stop_is_a_stream_of_one_width(pen: Pen) -> None:
    course = Course(SOURCE, [0.0], [1.0], MIDDLE, pen)
    played(course.flow())
    assert width_at(course, 3.0) == pytest.approx(1.0)
