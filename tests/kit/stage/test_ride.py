"""A number that rides: one at a time is seen, and each stands at its stop."""

import manim as mn
import numpy as np
import pytest

from scenes.kit.layout import point
from scenes.kit.stage.ride import RESTS, Ride
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import count

STOPS = (point(4.0), point(1.0), point(-3.0, 0.5))


@pytest.fixture
def ride(pen: Pen) -> Ride:
    numbers = [pen.number(count("n", n), pen.theme.backward, 60) for n in (100, 20, 3)]
    return Ride([number.move_to(stop) for number, stop in zip(numbers, STOPS, strict=True)])


def at(ride: Ride, *shares: float) -> list[float]:
    """Go to the last of the shares of the way; return the opacities there."""
    motion = ride.run()
    motion.begin()
    for share in shares:
        motion.interpolate(share)
    return [float(number.get_fill_opacity()) for number in ride.numbers]


def test_the_first_number_stands_alone_before_the_ride(ride: Ride) -> None:
    assert [float(number.get_fill_opacity()) for number in ride.numbers] == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(("share", "stop"), [(0.0, 0), (0.5, 1), (1.0, 2)])
def test_at_a_stop_its_number_alone_is_seen_in_its_place(
    ride: Ride, share: float, stop: int
) -> None:
    shown = at(ride, share)
    assert shown == pytest.approx([float(n == stop) for n in range(3)])
    np.testing.assert_allclose(ride.numbers[stop].get_center(), STOPS[stop], atol=1e-6)


def test_a_number_rests_at_its_stop(ride: Ride) -> None:
    arrives = 0.5 * (1 - RESTS)
    assert at(ride, arrives, 0.5 * (1 - RESTS / 2)) == pytest.approx([0.0, 1.0, 0.0])


def test_it_arrives_when_it_is_told_to(ride: Ride) -> None:
    motion = ride.run(arrivals=[0.7, 0.8])
    motion.begin()
    for share, stop in ((0.7, 1), (0.8, 2), (1.0, 2)):
        motion.interpolate(share)
        assert ride.numbers[stop].get_fill_opacity() == pytest.approx(1.0)
        np.testing.assert_allclose(ride.numbers[stop].get_center(), STOPS[stop], atol=1e-6)


def test_never_are_two_numbers_seen_and_they_move_from_stop_to_stop(ride: Ride) -> None:
    motion, before = ride.run(), STOPS[0][0]
    motion.begin()
    for share in np.linspace(0.0, 1.0, 101):
        motion.interpolate(float(share))
        seen = [number for number in ride.numbers if number.get_fill_opacity() > 0.02]
        assert len(seen) <= 1
        if seen:
            x = float(seen[0].get_center()[0])
            assert x <= before + 1e-6
            before = x


def test_a_moment_does_not_depend_on_those_before(ride: Ride) -> None:
    motion = ride.run()
    motion.begin()
    motion.interpolate(0.2)
    points = np.array(ride.numbers[1].points)
    for share in (0.8, 0.3, 0.2):
        motion.interpolate(share)
    np.testing.assert_allclose(ride.numbers[1].points, points, atol=1e-9)
    assert ride.numbers[1].get_fill_opacity() > 0.1


def test_one_number_has_nowhere_to_go(pen: Pen) -> None:
    alone = Ride([pen.number(count("n", 1), pen.theme.backward, 60).move_to(mn.ORIGIN)])
    assert at(alone, 0.0, 0.4, 1.0) == [1.0]
