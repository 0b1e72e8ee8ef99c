"""The dial: one number is in front, where its window is."""

import numpy as np
import pytest

from scenes.kit.layout import Region, point
from scenes.kit.stage.dial import Dial
from scenes.kit.stage.world import Look
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.dives import played
from tests.kit.pictures.listings import numbers

PLACE = point(-1.0, 0.5)


@pytest.fixture
def dial(pen: Pen) -> Dial:
    return Dial(PLACE, numbers(1, 2, 3, 2000), pen, 60)


def in_front(dial: Dial) -> list[float]:
    """The opacities of the numbers."""
    return [float(number.get_fill_opacity()) for number in dial.numbers]


@pytest.mark.parametrize("number", [0, 1, 3])
def test_the_number_that_is_set_is_in_front(dial: Dial, number: int) -> None:
    played(dial.turn_to(number))
    shown = in_front(dial)
    assert int(np.argmax(shown)) == number
    assert shown[number] == pytest.approx(1)
    assert all(opacity == 0 for n, opacity in enumerate(shown) if n != number)
    np.testing.assert_allclose(
        dial.numbers[number].get_center(), dial.window.get_center(), atol=1e-6
    )


def test_neighbours_are_seen_while_it_turns_alone(dial: Dial) -> None:
    turn = dial.turn_to(2)
    played(turn, 0.5)
    shown = in_front(dial)
    assert shown[1] == pytest.approx(1)
    assert shown[0] == pytest.approx(shown[2])
    assert shown[0] > 0.1
    turn.interpolate(1.0)
    assert in_front(dial) == pytest.approx([0, 0, 1, 0])


def test_all_numbers_stay_inside_the_window(dial: Dial) -> None:
    window = dial.window
    for at in np.linspace(0, 3, 25):
        dial.turn(float(at))
        for number in dial.numbers:
            assert number.get_top()[1] < window.get_top()[1]
            assert number.get_bottom()[1] > window.get_bottom()[1]
            assert number.get_left()[0] > window.get_left()[0]
            assert number.get_right()[0] < window.get_right()[0]


def test_it_turns_as_large_as_the_camera_sees_it(dial: Dial) -> None:
    played(Look([dial], Region(-2, 2, -1, 1), Region(-4, 4, -2, 2)))
    height = dial.numbers[0].height
    played(dial.turn_to(2))
    played(dial.turn_to(0))
    assert dial.numbers[0].height == pytest.approx(height, rel=0.02)
    assert dial.numbers[0].font_size == pytest.approx(120)


def test_the_way_depends_on_time_alone(dial: Dial) -> None:
    turn = dial.turn_to(3)
    played(turn, 0.4)
    points = dial.numbers[2].points.copy()
    turn.interpolate(0.9)
    turn.interpolate(0.4)
    np.testing.assert_array_equal(dial.numbers[2].points, points)
