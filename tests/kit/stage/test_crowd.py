"""Dots on a large curve stand on it, and move as the units of a layer do."""

import manim as mn
import numpy as np
import pytest

from scenes.kit.layout import point
from scenes.kit.stage.crowd import Crowd
from scenes.kit.stage.unit import Unit
from scenes.kit.type.typesetting import Pen
from tests.kit.stage.activations import alike, curve, one_by_one, played
from tests.kit.stage.test_activation_curve import distance_to

Z = np.random.default_rng(8).normal(size=30)


def crowd(pen: Pen, scale: float = 1.0) -> Crowd:
    return Crowd(Unit(point(1.0), 2.0, curve("sigmoid"), pen), scale * Z, pen)


def test_dots_stand_on_the_curve_of_their_unit(pen: Pen) -> None:
    drawn = crowd(pen, 4.0)
    places = (drawn.dots - point(1.0))[:, :2] / 2.0
    assert distance_to(curve("sigmoid").line(121), places).max() < 2e-3


def test_saturated_dots_are_told_apart(pen: Pen) -> None:
    drawn = crowd(pen, 4.0)
    number = int((np.abs(4.0 * Z) > 4.6).sum())
    assert 0 < number < 30
    one = len(mn.Circle().points)
    assert sum(len(path.points) for path in drawn._saturated) == number * one
    assert sum(len(path.points) for path in drawn._healthy) == (30 - number) * one


def test_a_take_ends_as_a_crowd_made_there(pen: Pen) -> None:
    drawn = crowd(pen)
    played(drawn.take(lambda part: Z * 16**part), 0.5)
    assert alike(drawn, crowd(pen, 16.0))
    played(drawn.dimmed())
    assert drawn._healthy[0].get_fill_opacity() == pytest.approx(0.22)
    played(drawn.lit())
    assert alike(drawn, crowd(pen, 16.0))


def test_a_motion_does_not_depend_on_the_frames_drawn(pen: Pen) -> None:
    assert one_by_one(lambda: crowd(pen), lambda drawn: drawn.take(lambda part: Z * 9**part))
