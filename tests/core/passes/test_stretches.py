"""Layers are computed in stretches, which saves memory and changes no result."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from backprop_core import Network, NumericalError, Trace, trace


def deep(
    depth: int,
    width: int = 8,
    *,
    gain: float = 4.0,
    activation: str = "sigmoid",
    dtype: Any = np.float64,
) -> Network:
    rng = np.random.default_rng(depth)
    scale = gain / np.sqrt(width)
    weights = [scale * rng.standard_normal((width, width)) for _ in range(depth)]
    biases = [0.1 * rng.standard_normal(width) for _ in range(depth)]
    return Network(
        tuple(W.astype(dtype) for W in weights),
        tuple(b.astype(dtype) for b in biases),
        activation,
    )


def batch(network: Network, examples: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    n = network.widths[0]
    return rng.standard_normal((examples, n)), rng.integers(0, n, examples)


def chain(weights: list[float]) -> Trace:
    """Pass nothing through a chain of single linear units: its gradient is a product of weights."""
    n = len(weights)
    network = Network(
        tuple(np.array([[w]]) for w in weights), (np.zeros(1),) * n, "identity", "identity"
    )
    return trace(network, np.zeros((1, 1)), np.ones((1, 1)), "quadratic")


def closed(network: Network, layer: int, z: float) -> Network:
    """Return the network with the units of one layer pushed far to one side."""
    biases = list(network.biases)
    biases[layer - 1] = np.full_like(biases[layer - 1], z)
    return Network(network.weights, tuple(biases), network.activation, network.output)


@pytest.mark.parametrize(
    "network",
    [
        deep(60),
        deep(300, gain=1.0),
        deep(80, gain=1.0, dtype=np.float32),
        deep(80, gain=1.0, dtype=np.float16),
        deep(90, gain=1.2, activation="relu"),
        closed(deep(60), 30, -700.0),
        closed(deep(60), 30, 3000.0),
        closed(deep(60, gain=1.5, activation="relu"), 30, -1000.0),
        closed(deep(60, gain=1.0, activation="tanh"), 30, 500.0),
    ],
    ids=["plain", "vanishing", "float32", "float16", "relu", "narrow", "closed", "dead", "tanh"],
)
def test_the_numbers_do_not_depend_on_how_layers_are_grouped(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = trace(network, *batch(network))
    monkeypatch.setattr("backprop_core.passes.forward.STRETCH_BYTES", 1)
    single = trace(network, *batch(network))
    for name in ("z", "a", "delta", "dW", "db"):
        for one, other in zip(getattr(together, name), getattr(single, name), strict=True):
            np.testing.assert_array_equal(one, other)
    for kind in ("delta", "signal", "dW", "db", "back"):
        np.testing.assert_allclose(
            together.log10_norm(kind), single.log10_norm(kind), rtol=4e-16, atol=4e-16
        )


def test_a_gradient_that_leaves_the_range_within_a_stretch_and_comes_back() -> None:
    weights = [1.0, 1.0, *[1e150] * 6, *[1e-200] * 5, 0.5]
    t = chain(weights)
    true = np.cumsum(np.log10([1.0, *weights[:0:-1]]))[::-1]
    np.testing.assert_allclose(t.log10_norm("delta"), true, rtol=1e-13, atol=1e-13)
    assert true.min() < -999
    assert t.log10_norm("delta")[0] == pytest.approx(-100.30103)


def test_an_example_without_error_stays_at_zero_beside_one_that_vanishes_at_once() -> None:
    one, nothing = np.ones((1, 1)), np.zeros(1)
    network = Network((one, one), (np.array([-1e6]), nothing), "sigmoid", "identity")
    t = trace(network, np.zeros((2, 1)), np.array([[1.0], [0.0]]), "quadratic")
    np.testing.assert_allclose(t.log10_norm("delta"), np.log10(0.5) - [1e6 / np.log(10), 0])
    np.testing.assert_array_equal(t.delta, [[[0.0], [0.0]], [[-0.5], [0.0]]])


def test_an_explosion_within_a_stretch_names_its_first_layer() -> None:
    with pytest.raises(NumericalError, match=r"layer 9, backward pass"):
        chain([1e10] * 40)
    ones = np.ones((1, 1))
    steep = Network((1e10 * ones,) * 60, (np.zeros(1),) * 60, "identity", "identity")
    with pytest.raises(NumericalError, match=r"layer 31, forward pass"):
        trace(steep, ones, ones, "quadratic")


@pytest.mark.parametrize("gain", [1.0, 4.0], ids=["vanishing", "plain"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_trace_takes_little_more_memory_than_it_keeps(gain: float, dtype: Any) -> None:
    peaks = []
    for depth in (100, 200, 400):
        network = deep(depth, 32, gain=gain, dtype=dtype)
        x, y = batch(network, 32)
        trace(network, x, y)
        tracemalloc.start()
        t = trace(network, x, y)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        arrays = (*t.z, *t.a, *t.delta, *t.dW, *t.db)
        assert peak <= 3 * sum(array.nbytes for array in arrays)
        peaks.append(peak)
    assert peaks[1] <= 2.1 * peaks[0]
    assert peaks[2] <= 2.1 * peaks[1]
