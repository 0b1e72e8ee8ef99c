"""A number that rides: it counts, and stands where what it says is so."""

import numpy as np
import pytest

from scenes.kit.stage.ride import Ride
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Figure, measured

WAY, ENDS, ARRIVALS = (9, 5, 1), (4.0, 1.0, -3.0), (0.2, 0.6, 0.9)


def read(place: float) -> Figure:
    return measured(f"left[{place!r}]", 2.0**place)


@pytest.fixture
def ride(pen: Pen) -> Ride:
    return Ride(read, WAY, ENDS, pen, baseline=-2.0, color=pen.theme.backward, size=60)


def shown(ride: Ride, share: float) -> tuple[float, float]:
    """Ride this share of the time; return the value and its left end."""
    motion = ride.run(ARRIVALS)
    motion.begin()
    motion.interpolate(share)
    ride.number.settle()
    (figure,) = ride.number.figures
    return figure.value, float(ride.number.get_left()[0])


@pytest.mark.parametrize(
    ("share", "place", "end"),
    [(0.0, 9, 4.0), (0.2, 9, 4.0), (0.4, 7, 2.5), (0.6, 5, 1.0), (0.9, 1, -3.0), (1.0, 1, -3.0)],
)
def test_it_waits_rides_and_counts(ride: Ride, share: float, place: float, end: float) -> None:
    value, left = shown(ride, share)
    assert value == pytest.approx(2.0**place)
    assert left == pytest.approx(end, abs=0.02)


def test_it_counts_down_without_a_step_back(ride: Ride) -> None:
    values = [shown(ride, share)[0] for share in np.linspace(0, 1, 21).tolist()]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) > 10


def test_a_pulse_grows_from_the_left_end_and_leaves_it_as_it_was(ride: Ride) -> None:
    ink = ride.number[0]
    points, left = ink.points.copy(), ink.get_left()[0]
    pulse = ride.pulse()
    pulse.begin()
    pulse.interpolate(0.5)
    assert ink.get_left()[0] == pytest.approx(left)
    assert np.ptp(ink.points[:, 0]) > 1.1 * np.ptp(points[:, 0])
    pulse.interpolate(1.0)
    np.testing.assert_allclose(ink.points, points, atol=1e-9)
