"""Streams are as wide as the gradient is large, wherever they are and whatever is drawn."""

from collections.abc import Callable

import manim as mn
import numpy as np
import pytest

from scenes.kit.layout import FRAME, STAGE, Region, point
from scenes.kit.stage.channels import HAIRLINE, Band, Channels
from scenes.kit.stage.parting import Parting
from scenes.kit.type.typesetting import Pen
from tests.kit.stage.activations import one_by_one, played

WEIGHTS = Region(-2.6, -1.4, -0.4, 2.3)
LAYER = Region(0.2, 6.0, STAGE.bottom, STAGE.top)
COURSE = Channels(FRAME.right, LAYER, 0.7, WEIGHTS, -3.8, point(-4.0, -2.0), 1.0)
FIRST, LAST = (0.2, 0.19, 0.17), (0.05, 0.043, 1.04)
SCALE = 30.0


def parting(pen: Pen, sizes: tuple[float, float, float] = FIRST) -> Parting:
    largest = (max(FIRST[1], sizes[1]), max(LAST[2], sizes[2]))
    return Parting(COURSE, sizes, largest, pen)


def there(pen: Pen, sizes: tuple[float, float, float] = FIRST) -> Parting:
    drawn = parting(pen, sizes)
    played(drawn.leave())
    return drawn


def grown(pen: Pen) -> Parting:
    drawn = there(pen)
    played(drawn.take(lambda part: (*LAST, SCALE) if part == 1 else (*FIRST, 1.0)))
    return drawn


def height(drawn: Parting, name: str) -> float:
    points = drawn.streams[name].points
    return float(np.ptp(points[:, 1])) if len(points) else 0.0


def width_near(drawn: Parting, name: str, x: float) -> float:
    """Return the height of a stream at the corners nearest to a place."""
    corners = drawn.streams[name].points[::4]
    nearest = np.abs(corners[:, 0] - x).min()
    return float(np.ptp(corners[np.abs(corners[:, 0] - x) <= nearest + 1e-9, 1]))


def test_widths_are_on_one_scale(pen: Pen) -> None:
    drawn = there(pen)
    unit = drawn.unit
    assert height(drawn, "entering") == pytest.approx(unit)
    for name, size in (("own", FIRST[1]), ("passed", FIRST[2])):
        assert width_near(drawn, name, COURSE.parts) == pytest.approx(unit * FIRST[0])
        assert width_near(drawn, name, -3.2) == pytest.approx(unit * size, rel=1e-3)
        assert drawn.width_of(name) == drawn.marked(name) == pytest.approx(unit * size)


def test_weights_widen_what_goes_back_and_nothing_else(pen: Pen) -> None:
    drawn = there(pen)
    before = width_near(drawn, "passed", WEIGHTS.right)
    assert before == pytest.approx(width_near(drawn, "passed", WEIGHTS.left), rel=0.02)
    drawn = grown(pen)
    thin, wide = (width_near(drawn, "passed", x) for x in (WEIGHTS.right, -3.7))
    assert wide == pytest.approx(drawn.unit * LAST[2])
    assert wide / thin == pytest.approx(SCALE, rel=0.1)
    assert width_near(drawn, "own", WEIGHTS.left) == pytest.approx(drawn.unit * LAST[1], rel=0.02)


def test_a_stream_is_as_wide_where_it_bends(pen: Pen) -> None:
    drawn = there(pen, (0.2, 0.2, 0.2))
    x = np.linspace(COURSE.bends, WEIGHTS.right, 30)
    upper, lower = drawn._flow.banks(drawn.pose, "passed", x)
    assert np.linalg.norm(upper - lower, axis=1) == pytest.approx(drawn.unit * 0.2)


def test_the_largest_widths_fit(pen: Pen) -> None:
    for sizes in (FIRST, LAST, (0.1, 7.0, 1e6), (1.0, 1e6, 3.0), (1e-9, 1e-9, 1e-9)):
        drawn = there(pen, sizes)
        assert drawn.width_of("passed") <= WEIGHTS.height + 1e-9
        assert drawn.width_of("own") <= COURSE.own_room + 1e-9
        assert drawn.unit < LAYER.height


def test_a_thin_stream_can_be_seen_and_nothing_is_nothing(pen: Pen) -> None:
    drawn = there(pen, (1e-9, 1e-9, 1e-9))
    assert drawn.width_of("own") == HAIRLINE
    drawn = there(pen, (0.2, 0.2, 0.0))
    assert height(drawn, "passed") == drawn.width_of("passed") == 0
    assert height(drawn, "own") > 0
    drawn = there(pen, (0.0, 0.0, 0.0))
    assert height(drawn, "own") == height(drawn, "passed") == 0


def test_streams_leave_and_end_where_they_should(pen: Pen) -> None:
    drawn = parting(pen)
    assert not height(drawn, "own")
    assert not height(drawn, "passed")
    played(drawn.leave())
    assert drawn.streams["own"].get_left()[0] == pytest.approx(COURSE.own[0], abs=0.01)
    assert drawn.streams["passed"].get_left()[0] == pytest.approx(COURSE.back)
    assert not len(drawn.streams["relit"].points)
    played(drawn.relight())
    assert drawn.streams["relit"].points == pytest.approx(drawn.streams["passed"].points)


def test_the_beam_of_a_unit_becomes_the_stream_of_the_layer(pen: Pen) -> None:
    drawn = parting(pen)
    move = drawn.inherit(lambda: Band(2.0, 1.0, 0.5))
    move.begin()
    assert height(drawn, "entering") == pytest.approx(0.5)
    assert drawn.streams["entering"].get_left() == pytest.approx(point(2.0, 1.0))
    move.interpolate(1.0)
    assert drawn.streams["entering"].points == pytest.approx(
        parting(pen).streams["entering"].points
    )


def test_only_wide_streams_leave_an_outline(pen: Pen) -> None:
    drawn = there(pen, (0.2, 0.001, 0.17))
    played(drawn.mark())
    assert not drawn.has_outline("own")
    assert not len(drawn._marks["own"][0].points)
    outline = drawn._marks["passed"][0]
    assert np.ptp(outline.points[:, 1]) == pytest.approx(drawn.marked("passed"))
    # It stays where it is when the stream grows.
    played(drawn.take(lambda part: (0.2, 0.001, 0.17 + part, 1.0)))
    assert np.ptp(outline.points[:, 1]) == pytest.approx(drawn.marked("passed"))
    assert drawn.width_of("passed") > 3 * drawn.marked("passed")


VERBS: dict[str, Callable[[Parting], mn.Animation]] = {
    "inherit": lambda drawn: drawn.inherit(lambda: Band(2.0, 1.0, 0.5)),
    "leave": lambda drawn: drawn.leave(),
    "light": lambda drawn: drawn.light(0.2, 0.5),
    "relight": lambda drawn: drawn.relight(),
    "run on": lambda drawn: drawn.run_on(),
    "take": lambda drawn: drawn.take(lambda part: (0.2, 0.2, 0.2 + part, 1 + part)),
    "mark": lambda drawn: drawn.mark(),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_motion_does_not_depend_on_the_frames_drawn(verb: str, pen: Pen) -> None:
    assert one_by_one(lambda: parting(pen), VERBS[verb])
    assert one_by_one(lambda: grown(pen), VERBS[verb])
