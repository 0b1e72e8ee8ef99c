"""Streams are as wide as the gradient is large, wherever they are and whatever is drawn."""

from collections.abc import Callable

import manim as mn
import numpy as np
import pytest

from scenes.kit.layout import FRAME, STAGE, Region
from scenes.kit.stage.parting import HAIRLINE, Parting
from scenes.kit.stage.world import Look
from scenes.kit.type.typesetting import Pen
from tests.kit.stage.activations import one_by_one, played

AREA = Region(-3.7, FRAME.right, STAGE.bottom, STAGE.top)
LAYER = Region(-1.0, 5.5, STAGE.bottom, STAGE.top)
FIRST, LAST = (0.2, 0.19, 0.17), (0.05, 0.043, 1.04)


def parting(pen: Pen, sizes: tuple[float, float, float] = FIRST) -> Parting:
    largest = (max(FIRST[1], sizes[1]), max(LAST[2], sizes[2]))
    return Parting(AREA, LAYER, sizes, largest, pen)


def there(pen: Pen, sizes: tuple[float, float, float] = FIRST) -> Parting:
    drawn = parting(pen, sizes)
    played(drawn.come())
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
        assert width_near(drawn, name, LAYER.left) == pytest.approx(unit * FIRST[0])
        at = drawn.straight(name)[0]
        assert width_near(drawn, name, at) == pytest.approx(unit * size, rel=1e-3)
        assert drawn.width_of(name) == drawn.marked(name) == pytest.approx(unit * size)


def test_the_largest_widths_fit(pen: Pen) -> None:
    for sizes in (FIRST, LAST, (0.1, 7.0, 1e6), (1.0, 1e6, 3.0), (1e-9, 1e-9, 1e-9)):
        drawn = there(pen, sizes)
        seen = drawn.streams.values()
        assert min(one.get_bottom()[1] for one in seen) > AREA.bottom - 0.1
        assert max(one.get_top()[1] for one in seen) < AREA.top + 0.1


def test_a_thin_stream_can_be_seen_and_nothing_is_nothing(pen: Pen) -> None:
    drawn = there(pen, (1e-9, 1e-9, 1e-9))
    assert drawn.width_of("own") == HAIRLINE
    drawn = there(pen, (0.2, 0.2, 0.0))
    assert height(drawn, "passed") == drawn.width_of("passed") == 0
    assert height(drawn, "own") > 0
    drawn = there(pen, (0.0, 0.0, 0.0))
    assert height(drawn, "own") == height(drawn, "passed") == 0


def test_streams_come_and_run_off(pen: Pen) -> None:
    drawn = parting(pen)
    assert all(not len(one.points) for one in drawn.streams.values())
    played(drawn.enter())
    assert not height(drawn, "passed")
    assert drawn.streams["own"].get_left()[0] == pytest.approx(AREA.left)
    played(drawn.pass_back())
    assert drawn.streams["passed"].get_left()[0] == pytest.approx(AREA.left)
    played(drawn.drain())
    assert all(not len(one.points) for one in drawn.streams.values())
    played(drawn.come())
    assert all(len(one.points) for one in drawn.streams.values())


def test_only_wide_streams_are_marked(pen: Pen) -> None:
    drawn = there(pen, (0.2, 0.001, 0.17))
    played(drawn.mark())
    assert not len(drawn._marks["own"][0].points)
    marks = drawn._marks["passed"][0]
    assert np.ptp(marks.points[:, 1]) == pytest.approx(drawn.marked("passed"))
    # They stay where they are when the stream grows.
    played(drawn.take(lambda part: (0.2, 0.001, 0.17 + part)))
    assert np.ptp(marks.points[:, 1]) == pytest.approx(drawn.marked("passed"))
    assert drawn.width_of("passed") > 3 * drawn.marked("passed")


def test_it_draws_itself_where_the_camera_has_moved_it(pen: Pen) -> None:
    drawn = there(pen)
    aside = Region(LAYER.left - 5, LAYER.right - 5, LAYER.bottom, LAYER.top)
    played(Look([drawn], LAYER, aside))
    moved = {name: one.points.copy() for name, one in drawn.streams.items()}
    drawn.draw(drawn.pose)
    for name, one in drawn.streams.items():
        assert one.points == pytest.approx(moved[name])


VERBS: dict[str, Callable[[Parting], mn.Animation]] = {
    "come": lambda drawn: drawn.come(),
    "enter": lambda drawn: drawn.enter(),
    "back": lambda drawn: drawn.pass_back(),
    "take": lambda drawn: drawn.take(lambda part: (0.2, 0.2, 0.2 + part)),
    "mark": lambda drawn: drawn.mark(),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_motion_does_not_depend_on_the_frames_drawn(verb: str, pen: Pen) -> None:
    assert one_by_one(lambda: parting(pen), VERBS[verb])


def test_running_off_does_not_depend_on_the_frames_drawn(pen: Pen) -> None:
    assert one_by_one(lambda: there(pen), lambda drawn: drawn.drain())
