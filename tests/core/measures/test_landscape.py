"""The hinge loss over a plane, against plain loops, the core's hinge, dense grids and areas."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from autograd import grad
from autograd import numpy as anp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from backprop_core import Experiment, InputError, Landscape, NumericalError, landscape, load_data
from backprop_core.passes.losses import comparison, targets

seeds = st.integers(0, 10_000)
places = st.floats(-10, 10)


def drawn(seed: int = 0, examples: int = 4, classes: int = 5, features: int = 3) -> Landscape:
    """A small landscape of blobs or digits, whatever the seed gives."""
    name = ("digits", "noise", "blobs", "moons")[seed % 4]
    return landscape(Experiment(seed=seed, data={"name": name, "samples": 30}), examples)


def scores(land: Landscape, a: float, b: float) -> np.ndarray:
    U, V = land.directions
    return np.asarray(land.x @ (land.weights + a * U + b * V).T)


def plain_loss(land: Landscape, a: float, b: float) -> np.ndarray:
    """The loss of each example, in loops over examples and classes."""
    losses = []
    for s, y in zip(scores(land, a, b), land.y, strict=True):
        losses.append(sum(max(0.0, s[j] - s[y] + 1) for j in range(len(s)) if j != y))
    return np.array(losses)


@pytest.mark.parametrize("seed", range(4))
def test_the_plane_against_loops_and_the_core_s_own_hinge(seed: int) -> None:
    land = drawn(seed)
    a, b = np.linspace(-3, 4, 7), np.linspace(-2, 5, 4)
    losses = land.losses(a, b)
    assert losses.shape == (len(land.y), 4, 7)
    hinge = comparison("identity", "hinge")
    classes = len(land.weights)
    t = targets(land.y, classes, "hinge", np.dtype(np.float64))
    for row, column in np.ndindex(4, 7):
        at = (float(a[column]), float(b[row]))
        np.testing.assert_allclose(losses[:, row, column], plain_loss(land, *at), atol=1e-12)
        again = hinge(scores(land, *at), t).loss
        np.testing.assert_allclose(losses[:, row, column], again, atol=1e-12)


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    land = drawn()
    a, b = np.linspace(-3, 3, 20), np.linspace(-3, 3, 10)
    whole = land.losses(a, b)
    monkeypatch.setattr(import_module("backprop_core.measures.landscape"), "_BLOCK", 450)
    np.testing.assert_allclose(land.losses(a, b), whole, rtol=1e-14)
    np.testing.assert_array_equal(land.losses(a, b, 2), land.losses(a, b)[:2])


@given(seeds, places, places)
@settings(max_examples=30, deadline=None)
def test_the_gradient_against_autograd(seed: int, a: float, b: float) -> None:
    land = drawn(seed)
    ours = land.gradients(np.array([a]), np.array([b]))[:, :, 0, 0]
    U, V = land.directions
    for i, (x, y) in enumerate(zip(land.x, land.y, strict=True)):

        def loss(place: np.ndarray, x: np.ndarray = x, y: int = int(y)) -> Any:
            s = anp.dot(land.weights + place[0] * U + place[1] * V, x)
            margins = anp.maximum(0.0, s - s[y] + 1)
            return anp.sum(margins) - 1.0

        np.testing.assert_allclose(ours[i], grad(loss)(np.array([a, b])), atol=1e-10)


@given(seeds, st.tuples(places, places), st.tuples(places, places), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_it_is_convex_and_above_its_tangents(
    seed: int, p: tuple[float, float], q: tuple[float, float], share: float
) -> None:
    land = drawn(seed)

    def at(place: np.ndarray) -> np.ndarray:
        return land.losses(place[:1], place[1:])[:, 0, 0]

    one, other = np.array(p), np.array(q)
    between = at(share * one + (1 - share) * other)
    assert (between <= share * at(one) + (1 - share) * at(other) + 1e-9).all()
    slopes = land.gradients(one[:1], one[1:])[:, :, 0, 0]
    assert (at(other) >= at(one) + slopes @ (other - one) - 1e-9).all()


@given(seeds, st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_kinks_are_where_a_dense_look_sees_the_slope_jump(seed: int, example: int) -> None:
    land = drawn(seed)
    reach = land.reach
    a = np.linspace(-reach, reach, 4001)
    step = a[1] - a[0]
    loss = land.terms(example, a).sum(axis=0)
    np.testing.assert_allclose(loss, land.losses(a, np.zeros(1))[example, 0], atol=1e-12)
    kinks = land.kinks(example, reach)
    assert (np.diff(kinks) >= 0).all()
    assert (np.abs(kinks) < reach).all()
    bends = np.abs(np.diff(loss, 2))
    seen = a[1:-1][bends > 1e-9 * max(1.0, loss.max())]
    # Every bend lies beside a kink, and every kink that is strong enough bends.
    assert all(np.abs(kinks - place).min(initial=np.inf) <= step for place in seen)
    d = land.d[0, example]
    strong = [k for k, jump in zip(-land.c[example] / d, np.abs(d), strict=True) if jump > 1e-3]
    for kink in strong:
        if abs(kink) < reach - step:
            assert np.abs(seen - kink).min() <= step


@given(seeds, st.integers(0, 3), places)
@settings(max_examples=40, deadline=None)
def test_the_slope_is_that_of_a_small_step(seed: int, example: int, a: float) -> None:
    land = drawn(seed)
    h = 1e-6
    kinks = land.kinks(example, 100.0)
    if np.abs(kinks - a).min(initial=np.inf) > 2 * h:
        low, high = land.terms(example, [a - h, a + h]).sum(axis=0)
        assert land.slope(example, a) == pytest.approx((high - low) / (2 * h), abs=1e-6)


def test_lines_are_where_a_term_begins() -> None:
    land = drawn(0)
    lines = land.lines(2)
    assert lines.shape == (2 * 9, 3)
    for c, d, e in lines:
        foot = -c * np.array([d, e]) / (d * d + e * e)
        s = scores(land, *foot)
        gaps = [s[i] - s[i, land.y[i]] + 1 for i in range(2)]
        assert np.abs(np.concatenate(gaps)).min() < 1e-12


@pytest.mark.parametrize("examples", [1, 3])
@pytest.mark.parametrize("seed", range(6))
def test_lines_that_cross_the_map_change_side_on_it(seed: int, examples: int) -> None:
    land = drawn(seed)
    reaches = (land.reach, 0.6 * land.reach)
    corners = np.array([[i, j] for i in (-1, 1) for j in (-1, 1)]) * reaches
    heights = land.lines(examples) @ np.column_stack([np.ones(4), corners]).T
    changes = (heights.min(axis=1) < 0) & (heights.max(axis=1) > 0)
    assert land.crossing(examples, *reaches) == changes.sum()


@pytest.mark.parametrize("examples", [1, 2])
@pytest.mark.parametrize("seed", range(12))
def test_the_flat_part_is_where_the_gradient_is_zero(seed: int, examples: int) -> None:
    land = drawn(seed)
    reaches = (1.5 * land.reach, land.reach)
    middles = (np.arange(100) + 0.5) / 50 - 1
    pulls = land.gradients(middles * reaches[0], middles * reaches[1])[:examples]
    still = ~pulls.any(axis=(0, 1))
    # Of the 100 x 100 cells those along its edge may count or not.
    assert land.flat_share(examples, *reaches) == pytest.approx(still.mean(), abs=0.02)
    # Whether there is any such part is a linear program.
    lines = land.lines(examples)
    bounds = [(-reach, reach) for reach in reaches]
    program = linprog([0, 0], A_ub=lines[:, 1:], b_ub=-lines[:, 0], bounds=bounds)
    assert bool(len(land.flat(examples, *reaches))) == program.success


def test_no_line_leaves_all_flat_and_no_kink() -> None:
    still = landscape(Experiment(data={"name": "moons", "scale": 0.0}))
    assert not still.d.any()
    assert still.reach == 1.0
    assert still.flat_share(100, 2.0, 1.0) == 1.0
    assert len(still.kinks(0, 1e6)) == still.crossing(100, 1e6, 1e6) == 0
    assert (still.losses(np.zeros(1), np.zeros(1)) == 1.0).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_directions_are_orthonormal_and_drawn_from_the_seed(seed: int) -> None:
    land = drawn(seed)
    U, V = land.directions
    assert np.sum(U * U) == pytest.approx(1)
    assert np.sum(V * V) == pytest.approx(1)
    assert np.sum(U * V) == pytest.approx(0, abs=1e-12)
    assert np.array_equal(drawn(seed).weights, land.weights)
    assert not np.array_equal(drawn(seed + 4).weights, land.weights)
    deviation = land.weights.std() * np.sqrt(land.weights.shape[1])
    assert 0.5 < deviation < 2


def test_the_examples_are_the_first_ones_whatever_the_network() -> None:
    experiment = Experiment(seed=2, data={"samples": 300})
    land = landscape(experiment, 7)
    np.testing.assert_array_equal(land.x, load_data(experiment).x[:7])
    np.testing.assert_array_equal(land.y, load_data(experiment).y[:7])
    other = {"network": {"depth": 3, "gain": 7.0, "activation": "relu"}, "dtype": "float32"}
    again = landscape(Experiment(seed=2, data={"samples": 300}, **other), 7)
    np.testing.assert_array_equal(again.c, land.c)
    assert len(landscape(Experiment(data={"samples": 5})).y) == 5
    assert len(landscape(Experiment()).y) == 100


def test_another_example_comes_first() -> None:
    land = drawn(0)
    moved = land.starting_with(2)
    assert moved.y.tolist() == land.y[[2, 0, 1, 3]].tolist()
    np.testing.assert_array_equal(moved.kinks(0, 9.0), land.kinks(2, 9.0))
    a, b = np.linspace(-1, 1, 3), np.linspace(-1, 1, 2)
    np.testing.assert_array_equal(moved.losses(a, b), land.losses(a, b)[[2, 0, 1, 3]])
    np.testing.assert_array_equal(moved.gradients(a, b), land.gradients(a, b)[[2, 0, 1, 3]])


def test_what_it_holds_cannot_be_changed() -> None:
    land = drawn(0)
    for each in (land, land.starting_with(1)):
        for name in ("x", "y", "weights", "directions", "c", "d"):
            with pytest.raises(ValueError, match="read-only"):
                getattr(each, name)[...] = 0


def test_what_cannot_be_done(tmp_path: Path) -> None:
    path = tmp_path / "targets.npz"
    np.savez(path, x=np.eye(4), y=np.eye(4) / 2)
    with pytest.raises(InputError, match="allowed classes"):
        landscape(Experiment(data={"name": "file", "path": str(path)}))
    with pytest.raises(InputError, match="examples: got 0"):
        landscape(Experiment(), 0)
    huge = tmp_path / "huge.npz"
    np.savez(huge, x=np.full((4, 3), 1.7e308), y=np.arange(4))
    far = Experiment(data={"name": "file", "path": str(huge), "standardize": False})
    with pytest.raises(NumericalError, match="scores of the linear classifier"):
        landscape(far)
    land, end = drawn(0), np.array([1e308])
    with pytest.raises(NumericalError, match="losses of the linear classifier"):
        land.losses(end, end)
