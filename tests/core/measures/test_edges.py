"""What weights and units carry, against HIPS autograd, one example at a time."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from backprop_core import Network, Trace, trace
from backprop_core.measures.edges import arriving_signal, edge_signal, unit_signal
from backprop_core.measures.layers import factors

F = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "identity": lambda z: z,
}
WIDTHS = (4, 6, 3, 5, 2)
LAYERS = range(1, len(WIDTHS))


def drawn(
    activation: str, dtype: str = "float64", *, examples: int = 7, gain: float = 1.5
) -> Trace:
    rng = np.random.default_rng(3)
    weights = [gain / np.sqrt(n) * rng.normal(size=(m, n)) for n, m in pairwise(WIDTHS)]
    biases = [0.3 * rng.normal(size=m) for m in WIDTHS[1:]]
    network = Network(
        tuple(W.astype(dtype) for W in weights), tuple(b.astype(dtype) for b in biases), activation
    )
    x = rng.normal(size=(examples, WIDTHS[0])).astype(dtype)
    return trace(network, x, rng.integers(0, WIDTHS[-1], examples))


def loss_of_one(moves: list[Any], t: Trace, example: int, where: str) -> Any:
    """Return the loss of one example where every z, or every a, is moved a little."""
    a, last = t.x[example].astype(float), t.depth - 1
    for n, (W, b) in enumerate(zip(t.network.weights, t.network.biases, strict=True)):
        z = anp.dot(W.astype(float), a) + b.astype(float)
        if where == "z":
            z = z + moves[n]
        if n < last:
            a = F[t.network.activation](z)
            if where == "a":
                a = a + moves[n]
    wanted = np.eye(WIDTHS[-1])[t.y[example]]
    return anp.sum(anp.logaddexp(0, anp.where(wanted == 1, -z, z)))


def by_autograd(t: Trace, where: str) -> list[np.ndarray]:
    """Return the root mean square over the examples of each unit's derivative, layer by layer."""
    still = [np.zeros(width) for width in WIDTHS[1:]]
    squares = [np.zeros(width) for width in WIDTHS[1:]]
    for example in range(t.examples):
        for total, found in zip(squares, grad(loss_of_one)(still, t, example, where), strict=True):
            total += found**2
    return [np.sqrt(total / t.examples) for total in squares]


@pytest.mark.parametrize("activation", F)
def test_a_unit_carries_what_autograd_finds(activation: str) -> None:
    t = drawn(activation)
    assert t.network.output == "sigmoid"
    for layer, expected in enumerate(by_autograd(t, "z"), start=1):
        assert unit_signal(t, layer) == pytest.approx(expected, rel=1e-10, abs=1e-15)


@pytest.mark.parametrize("activation", F)
def test_an_edge_carries_its_weight_times_that(activation: str) -> None:
    t = drawn(activation)
    for layer, expected in enumerate(by_autograd(t, "z"), start=1):
        carried, weights = edge_signal(t, layer), t.network.weights[layer - 1]
        assert carried.shape == (WIDTHS[layer], WIDTHS[layer - 1])
        for i, j in np.ndindex(carried.shape):
            wanted = abs(weights[i, j]) * expected[i]
            assert carried[i, j] == pytest.approx(wanted, rel=1e-10, abs=1e-15)


@pytest.mark.parametrize("activation", F)
def test_what_arrives_at_a_unit_is_of_its_activation(activation: str) -> None:
    t = drawn(activation)
    for layer, expected in enumerate(by_autograd(t, "a")[:-1], start=1):
        assert arriving_signal(t, layer) == pytest.approx(expected, rel=1e-10, abs=1e-15)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("activation", F)
def test_the_squares_of_the_units_add_up_to_that_of_the_layer(activation: str, dtype: str) -> None:
    t, off = drawn(activation, dtype), {"float16": 2e-3, "float32": 2e-6, "float64": 1e-12}[dtype]
    signal, parts = 10 ** t.log10_norm("signal"), factors(t)
    for layer in LAYERS:
        found = unit_signal(t, layer)
        assert found.dtype == np.float64
        assert np.linalg.norm(found) == pytest.approx(signal[layer - 1], rel=off)
    for layer in LAYERS[:-1]:
        arrives = np.linalg.norm(arriving_signal(t, layer))
        assert arrives == pytest.approx(signal[layer] * parts.weight_part[layer - 1], rel=3 * off)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_fewer_digits_give_the_same_to_those_digits(dtype: str) -> None:
    short, long = drawn("sigmoid", dtype), drawn("sigmoid")
    for layer in LAYERS:
        near = {"float16": 1e-2, "float32": 1e-5}[dtype]
        full = edge_signal(long, layer)
        assert edge_signal(short, layer) == pytest.approx(full, abs=near * full.max())


@pytest.mark.parametrize("examples", [1, 2, 50])
def test_it_is_a_mean_over_the_examples(examples: int) -> None:
    """Each example twice changes nothing; the gradient of the mean loss is halved by it."""
    t = drawn("tanh", examples=examples)
    twice = trace(t.network, np.concatenate([t.x] * 2), np.concatenate([t.y] * 2))
    for layer in LAYERS:
        assert edge_signal(twice, layer) == pytest.approx(edge_signal(t, layer), rel=1e-12)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_squares_may_leave_the_range_of_floats(size: float) -> None:
    """Beside a gradient of a half there is one whose square no float can hold."""
    weights = (np.eye(2), np.diag([size, 1.0]))
    network = Network(weights, (np.zeros(2), np.zeros(2)), "identity")
    # The output is a half for each class, so each unit of layer 2 has a gradient of a half.
    t = trace(network, np.zeros((3, 2)), np.array([0, 1, 0]))
    assert unit_signal(t, 2) == pytest.approx([0.5, 0.5])
    for measured in (unit_signal(t, 1), arriving_signal(t, 1)):
        assert measured.tolist() == pytest.approx([size / 2, 0.5], rel=1e-12)
    assert edge_signal(t, 2).tolist() == [
        pytest.approx([size / 2, 0.0], rel=1e-12),
        pytest.approx([0.0, 0.5], rel=1e-12),
    ]


def test_what_underflows_is_zero() -> None:
    """Deep down floats hold nothing, though the signal of the layer is known."""
    layers = 120
    network = Network(
        tuple(np.full((1, 1), 1.0, dtype=np.float32) for _ in range(layers)),
        tuple(np.zeros(1, dtype=np.float32) for _ in range(layers)),
        "sigmoid",
    )
    t = trace(network, np.zeros((2, 1), dtype=np.float32), np.array([0, 0]))
    assert np.isfinite(t.log10_norm("signal")).all()
    assert t.log10_norm("signal")[0] < -60
    for measured in (unit_signal(t, 1), edge_signal(t, 1), arriving_signal(t, 1)):
        assert (measured == 0).all()
    assert unit_signal(t, layers)[0] > 0


@pytest.mark.parametrize("layer", [1, 2])
def test_no_gradient_is_zero_everywhere(layer: int) -> None:
    weights = (np.ones((3, 2)), np.array([[5.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    network = Network(weights, (np.zeros(3), np.zeros(2)), "relu", "identity")
    # The right class leads by more than the margin of 1: the hinge loss is exactly zero.
    t = trace(network, np.ones((4, 2)), np.zeros(4, dtype=int), "hinge")
    assert t.loss == 0
    assert (unit_signal(t, layer) == 0).all()
    assert (edge_signal(t, layer) == 0).all()
    assert edge_signal(t, layer).shape == weights[layer - 1].shape
    assert (arriving_signal(t, 1) == 0).all()
