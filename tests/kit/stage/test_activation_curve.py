"""A curve, its dots and tangents stay in the circle, and are true to the function."""

import numpy as np
import pytest

from backprop_core.passes.activations import ACTIVATIONS
from scenes.kit.stage.activation_curve import INNER, TANGENT, ActivationCurve
from tests.kit.stage.activations import SPANS, curve

Z = np.array([-1e300, -80.0, -6.0, -3.0, -0.4, 0.0, 0.7, 2.9, 6.0, 1e12])


@pytest.fixture(params=SPANS)
def drawn(request: pytest.FixtureRequest) -> ActivationCurve:
    return curve(request.param)


def distance_to(line: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return how far places are from a polyline."""
    starts, steps = line[:-1], np.diff(line, axis=0)
    away = places[:, None] - starts
    part = np.clip(np.sum(away * steps, axis=-1) / np.sum(steps**2, axis=-1), 0, 1)
    return np.linalg.norm(away - part[..., None] * steps, axis=-1).min(axis=1)


def test_dots_lie_on_the_curve(drawn: ActivationCurve) -> None:
    assert distance_to(drawn.line(121), drawn.dots(Z)).max() < 2e-3


def test_nothing_leaves_the_circle(drawn: ActivationCurve) -> None:
    starts, ends = drawn.tangents(Z)
    for places in (drawn.line(121), starts, ends, drawn.dots(Z)):
        assert np.linalg.norm(places, axis=-1).max() < INNER + 1e-5
    # The curve's ends stop at the rim and not before.
    assert np.linalg.norm(drawn.line(121)[[0, -1]], axis=-1) == pytest.approx(INNER, abs=0.01)


def test_tangents_touch_the_dot_and_have_one_length(drawn: ActivationCurve) -> None:
    starts, ends = drawn.tangents(Z)
    assert np.linalg.norm(ends - starts, axis=-1) == pytest.approx(2 * TANGENT)
    to_dot, whole = drawn.dots(Z) - starts, ends - starts
    assert to_dot[:, 0] * whole[:, 1] == pytest.approx(to_dot[:, 1] * whole[:, 0], abs=1e-9)


def test_a_tangent_is_as_steep_as_the_curve() -> None:
    drawn = curve("tanh")
    starts, ends = drawn.tangents(0.3)
    step = np.diff(drawn.positions([0.2999, 0.3001]), axis=0)[0]
    rise = (ends - starts)[0]
    assert rise[1] / rise[0] == pytest.approx(step[1] / step[0], rel=1e-6)


def test_a_kink_stays_sharp() -> None:
    drawn = curve("relu")
    corner = drawn.positions(0.0)
    assert np.linalg.norm(drawn.line(40) - corner, axis=-1).min() < 1e-12


def test_only_what_lies_outside_the_span_is_beyond() -> None:
    drawn = curve("sigmoid")
    assert drawn.beyond([-80, -6, 0, 6, 80]).tolist() == [-1, 0, 0, 0, 1]
    assert 0 < drawn.beyond(6.1)[0] < 1


def test_saturated_is_what_the_core_calls_so() -> None:
    z = np.linspace(-9, 9, 181)
    for name in ("sigmoid", "tanh", "relu"):
        sigma = ACTIVATIONS[name]
        assert (curve(name).saturated(z) == sigma.saturated(sigma.slope(z))).all()


def test_levels_wider_than_the_values_show_two_functions_on_one_scale() -> None:
    sigmoid = ACTIVATIONS["sigmoid"]
    drawn = ActivationCurve(sigmoid.f, sigmoid.slope, (-4, 4), (-1, 1))
    line = drawn.line(81)
    assert line[:, 1].min() > 0
    assert np.linalg.norm(line, axis=-1).max() < INNER + 1e-5


def test_halfway_between_two_functions_is_their_mean() -> None:
    one, other = curve("sigmoid"), curve("relu")
    half, z = one.toward(other, 0.5), np.array([-2.0, 0.5])
    assert half.f(z) == pytest.approx((one.f(z) + other.f(z)) / 2)
    assert half.slope(z) == pytest.approx((one.slope(z) + other.slope(z)) / 2)
    assert one.toward(other, 0) is one
    assert one.toward(other, 1) is other
    assert distance_to(half.line(121), half.dots(z)).max() < 2e-3
