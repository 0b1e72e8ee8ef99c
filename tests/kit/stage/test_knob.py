"""A knob points lower left at first, and lower right when it is turned up."""

import numpy as np
import pytest

from scenes.kit.layout import point
from scenes.kit.stage.knob import Knob
from scenes.kit.type.typesetting import Pen
from tests.kit.stage.activations import one_by_one, played

PLACE = point(1.0, 2.0)


def knob(pen: Pen) -> Knob:
    return Knob(PLACE, 0.5, pen)


def test_it_turns_from_end_to_end_over_the_top(pen: Pen) -> None:
    drawn = knob(pen)
    ways = [drawn._pointer.points[-1] - PLACE]
    assert not len(drawn._arc.points)
    move = drawn.turn()
    move.begin()
    for alpha in (0.5, 1.0):
        move.interpolate(alpha)
        ways.append(drawn._pointer.points[-1] - PLACE)
    assert [np.sign(way[0].round(6)) for way in ways] == [-1, 0, 1]
    assert [np.sign(way[1].round(6)) for way in ways] == [-1, 1, -1]
    assert drawn._arc.points[-1] == pytest.approx(drawn._track.points[-1])


def test_it_stays_where_it_is(pen: Pen) -> None:
    drawn = knob(pen)
    drawn.shift(point(1.0))
    played(drawn.turn(), 0.5)
    assert drawn._pointer.get_center()[0] > PLACE[0] + 1.0
    assert one_by_one(lambda: knob(pen), lambda one: one.turn())
