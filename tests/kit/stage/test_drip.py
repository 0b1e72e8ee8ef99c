"""Drops: threads grow to their lengths, and drops fall from those that let go."""

import numpy as np
import pytest

from scenes.kit.stage.drip import Drip
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.dives import played

TOPS = np.array([[-1.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
FLOOR = -2.0
LETS_GO, END = (1.2, 2.7), 4.5


@pytest.fixture
def drip(pen: Pen) -> Drip:
    return Drip(TOPS, [1.0, 0.4], [LETS_GO, ()], FLOOR, 0.5, pen)


def parts(drip: Drip, side: int) -> np.ndarray:
    """All points left or right of the middle."""
    points = drip[0].points
    return points[np.sign(points[:, 0]) == side]


def test_nothing_is_there_at_first(drip: Drip) -> None:
    assert not len(drip[0].points)


def test_threads_grow_and_stay_within_their_length(drip: Drip) -> None:
    lowest = []
    for now in (1.0, 2.0, END):
        drip.draw(now)
        lowest.append(float(parts(drip, 1)[:, 1].min()))
    assert lowest == sorted(lowest, reverse=True)
    assert 0.6 - 1e-9 <= lowest[-1] < 0.7


def test_drops_fall_only_where_they_may_and_land_on_the_floor(drip: Drip) -> None:
    drip.draw(END)
    assert parts(drip, -1)[:, 1].min() == pytest.approx(FLOOR, abs=0.1)
    assert parts(drip, 1)[:, 1].min() > 0


def test_a_drop_falls_when_it_is_let_go(drip: Drip) -> None:
    lowest = {}
    for now in (LETS_GO[0], LETS_GO[0] + 0.3):
        drip.draw(now)
        lowest[now] = float(parts(drip, -1)[:, 1].min())
    drip.draw(LETS_GO[0])
    before = len(drip[0].points)
    drip.draw(LETS_GO[0] + 0.3)
    assert len(drip[0].points) > before
    assert lowest[LETS_GO[0] + 0.3] < lowest[LETS_GO[0]] - 0.1


def test_outlines_that_overlap_leave_no_hole(drip: Drip) -> None:
    # Cairo fills where outlines wind round a point; opposite ones would cancel out.
    drip.draw(LETS_GO[0] + 0.05)
    areas = []
    for path in drip[0].get_subpaths():
        x, y = path[::4, 0], path[::4, 1]
        areas.append(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    assert len(areas) > len(TOPS)
    assert np.ptp(np.sign(areas)) == 0


def test_the_way_depends_on_time_alone(drip: Drip) -> None:
    drip.draw(3.0)
    points = drip[0].points.copy()
    run = drip.run(0.0, 6.0)
    played(run, 0.9)
    run.interpolate(0.5)
    np.testing.assert_array_equal(drip[0].points, points)
