"""Gradients against HIPS autograd, which knows nothing of our formulas."""

from itertools import pairwise, product
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_core import ACTIVATIONS, Network, Trace, trace
from backprop_core.passes.initializers import INITIALIZERS
from backprop_core.passes.losses import LEGAL_PAIRS
from backprop_core.textbook import FUNCTIONS, backward, forward, output_delta

Parameters = list[tuple[Any, Any]]

F = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "identity": lambda z: z,
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}


def oracle_loss(parameters: Parameters, x: Any, y: np.ndarray, names: tuple[str, str, str]) -> Any:
    """Return the mean loss as a textbook has it, an example at a time."""
    activation, output, loss = names
    a = x
    for W, b in parameters[:-1]:
        a = F[activation](anp.dot(a, anp.transpose(W)) + b)
    W, b = parameters[-1]
    z = anp.dot(a, anp.transpose(W)) + b
    out = F[output](z)
    total = 0.0
    for i, k in enumerate(y):
        t = np.eye(z.shape[1])[k]
        if loss == "quadratic":
            total = total + 0.5 * anp.sum((out[i] - t) ** 2)
        elif loss == "hinge":
            others = [j for j in range(z.shape[1]) if j != k]
            total = total + sum(anp.maximum(0.0, z[i, j] - z[i, k] + 1) for j in others)
        elif output == "softmax":
            total = total + anp.log(anp.sum(anp.exp(z[i] - z[i, k])))
        else:
            total = total + anp.sum(anp.logaddexp(0, anp.where(t == 1, -z[i], z[i])))
    return total / len(y)


def oracle(t: Trace, loss: str) -> tuple[float, list[np.ndarray]]:
    """Return the loss and dW1, db1, dW2, ... dx."""
    parameters = list(zip(t.network.weights, t.network.biases, strict=True))
    names = (t.network.activation, t.network.output, loss)
    by_layer = grad(oracle_loss, 0)(parameters, t.x, t.y, names)
    dx = grad(oracle_loss, 1)(parameters, t.x, t.y, names)
    value = oracle_loss(parameters, t.x, t.y, names)
    return float(value), [g for pair in by_layer for g in pair] + [dx]


def agrees(gradients: list[np.ndarray], truth: list[np.ndarray]) -> bool:
    return all(
        g.shape == w.shape and np.abs(g - w).max() <= 1e-9 * np.abs(w).max() + 1e-13
        for g, w in zip(gradients, truth, strict=True)
    )


def ours(t: Trace) -> list[np.ndarray]:
    return [g for pair in zip(t.dW, t.db, strict=True) for g in pair] + [t.dx]


def network(
    widths: list[int], names: tuple[str, str], init: str, seed: int
) -> tuple[Network, np.random.Generator]:
    rng = np.random.default_rng(seed)
    pairs = list(pairwise(widths))
    weights = tuple(INITIALIZERS[init].draw(rng, n, m, 1.5) for n, m in pairs)
    biases = tuple(0.5 * rng.standard_normal(m) for m in widths[1:])
    return Network(weights, biases, *names), rng


@pytest.mark.parametrize("init", list(INITIALIZERS))
@pytest.mark.parametrize(
    ("activation", "pair"), list(product(ACTIVATIONS, LEGAL_PAIRS)), ids=lambda v: str(v)
)
@settings(max_examples=4, deadline=None)
@given(
    widths=st.lists(st.integers(1, 6), min_size=2, max_size=6),
    examples=st.integers(1, 6),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_activation_output_loss_and_init(
    activation: str, pair: tuple[str, str], init: str, widths: list[int], examples: int, seed: int
) -> None:
    net, rng = network(widths, (activation, pair[0]), init, seed)
    x = rng.standard_normal((examples, widths[0]))
    t = trace(net, x, rng.integers(0, widths[-1], examples), pair[1])
    loss, truth = oracle(t, pair[1])
    assert t.loss == pytest.approx(loss, rel=1e-12, abs=1e-13)
    assert agrees(ours(t), truth)


def textbook(t: Trace, mutation: str = "") -> list[np.ndarray]:
    """Backpropagate as the textbook does, with at most one mistake; cross-entropy, sigmoids."""
    network, functions = t.network, dict(FUNCTIONS)
    if mutation == "transpose":
        network = Network(tuple(W.T for W in network.weights), network.biases)
    if mutation == "slope":
        functions["sigmoid"] = (FUNCTIONS["sigmoid"][0], lambda z, a: a)
    z, a = forward(t.network, t.x)
    targets = np.eye(network.widths[-1])[t.y]
    delta = output_delta(network, z[-1], a[-1], targets, "cross_entropy")
    if mutation == "no 1/N":
        delta = delta * t.examples
    deltas, dW, db = backward(network, z, a, delta, functions)
    by_layer = [g for pair in zip(dW, db, strict=True) for g in pair]
    return [*by_layer, deltas[0] @ network.weights[0]]


def square_trace() -> Trace:
    net, rng = network([4, 4, 4, 4], ("sigmoid", "sigmoid"), "normal", 1)
    return trace(net, rng.standard_normal((5, 4)), rng.integers(0, 4, 5))


def test_the_oracle_accepts_the_textbook() -> None:
    t = square_trace()
    assert agrees(textbook(t), oracle(t, "cross_entropy")[1])


@pytest.mark.parametrize("mutation", ["transpose", "no 1/N", "slope"])
def test_the_oracle_rejects_a_mistake(mutation: str) -> None:
    t = square_trace()
    assert not agrees(textbook(t, mutation), oracle(t, "cross_entropy")[1])


def test_targets_in_place_of_classes() -> None:
    net, rng = network([3, 4, 2], ("tanh", "sigmoid"), "xavier", 3)
    x, classes = rng.standard_normal((6, 3)), rng.integers(0, 2, 6)
    for loss in ("quadratic", "cross_entropy"):
        by_class, by_target = trace(net, x, classes, loss), trace(net, x, np.eye(2)[classes], loss)
        assert by_class.loss == by_target.loss
        np.testing.assert_array_equal(by_class.dW[0], by_target.dW[0])


@pytest.mark.parametrize("pair", LEGAL_PAIRS, ids=str)
def test_shares_of_the_loss_are_those_of_single_examples(pair: tuple[str, str]) -> None:
    net, rng = network([3, 5, 4], ("tanh", pair[0]), "he", 7)
    x, y = rng.standard_normal((8, 3)), rng.integers(0, 4, 8)
    whole = trace(net, x, y, pair[1])
    single = [trace(net, x[i : i + 1], y[i : i + 1], pair[1]) for i in range(8)]
    assert whole.loss == pytest.approx(np.mean([t.loss for t in single]))
    square = np.mean([np.square(t.delta[0]).sum() for t in single])
    assert 10 ** whole.log10_norm("signal")[0] == pytest.approx(np.sqrt(square))
