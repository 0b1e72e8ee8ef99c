"""The fast pass agrees with the textbook's pass, to the last bit where that is possible."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_core import ACTIVATIONS, Network, Trace, textbook, trace
from backprop_core.passes.losses import LEGAL_PAIRS, targets
from backprop_core.textbook import backward, forward, output_delta
from backprop_core.threads import one_blas_thread

SAFE: dict[str, textbook.Function] = {
    name: (activation.f, lambda z, a, activation=activation: activation.slope(z))
    for name, activation in ACTIVATIONS.items()
}
"""The functions of the fast pass, for the textbook's sums and products."""

KINDS = list(product(ACTIVATIONS, LEGAL_PAIRS))


def drawn(
    widths: list[int], kind: tuple[str, tuple[str, str]], examples: int, seed: int = 0
) -> Trace:
    """Trace a network whose signal stays of the order of 1."""
    activation, (output, loss) = kind
    rng = np.random.default_rng(seed)
    gain = 3.0 if activation == "sigmoid" else 1.0
    weights = [gain / np.sqrt(n) * rng.standard_normal((m, n)) for n, m in pairwise(widths)]
    biases = [0.3 * rng.standard_normal(m) for m in widths[1:]]
    network = Network(tuple(weights), tuple(biases), activation, output)
    x, y = rng.standard_normal((examples, widths[0])), rng.integers(0, widths[-1], examples)
    return trace(network, x, y, loss)


def gradients(t: Trace, loss: str) -> tuple[list[np.ndarray], ...]:
    """Return z, a, delta, dW and db as the textbook has them."""
    wanted = targets(t.y, t.network.widths[-1], loss, t.network.dtype)
    z, a = forward(t.network, t.x)
    return z, a, *backward(t.network, z, a, output_delta(t.network, z[-1], a[-1], wanted, loss))


def assert_close(t: Trace, loss: str) -> None:
    """Hold every array of a trace to the textbook, by the largest number in it."""
    ours = (t.z, t.a, t.delta, t.dW, t.db)
    for fast, plain in zip(ours, gradients(t, loss), strict=True):
        for got, wanted in zip(fast, plain, strict=True):
            assert got.shape == wanted.shape
            assert np.abs(got - wanted).max() <= 1e-12 * np.abs(wanted).max() + 1e-15


def same_bits(t: Trace) -> dict[str, bool]:
    """Tell which arrays have the very bits of the textbook, with the same functions and start."""
    with one_blas_thread():
        z, a = forward(t.network, t.x, SAFE)
        delta, dW, db = backward(t.network, list(t.z), list(t.a), t.delta[-1], SAFE)
    pairs = {"z": (t.z, z), "a": (t.a[:-1], a[:-1])}
    pairs |= {"delta": (t.delta, delta), "dW": (t.dW, dW), "db": (t.db, db)}
    return {
        name: all(np.array_equal(got, wanted) for got, wanted in zip(fast, plain, strict=True))
        for name, (fast, plain) in pairs.items()
    }


@pytest.mark.parametrize("kind", KINDS, ids=str)
@settings(max_examples=10, deadline=None)
@given(
    widths=st.lists(st.integers(1, 9), min_size=2, max_size=8),
    examples=st.integers(1, 9),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_fast_pass_is_that_of_the_textbook(
    kind: tuple[str, tuple[str, str]], widths: list[int], examples: int, seed: int
) -> None:
    assert_close(drawn(widths, kind, examples, seed), kind[1][1])


SHAPES = [
    [1, 1],
    [1, 1, 1, 1],
    [5, 1, 5],
    [2, 1, 1, 2],
    [7, 20, 3],
    [3, *[8] * 40, 2],
    [64, *[30] * 8, 10],
    [100, 200, 200, 10],
]


@pytest.mark.parametrize("widths", SHAPES, ids=lambda widths: "-".join(map(str, widths[:4])))
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_where_nothing_underflows_the_bits_are_the_same(
    kind: tuple[str, tuple[str, str]], widths: list[int]
) -> None:
    for examples in (1, 3, 100, 257):
        assert all(same_bits(drawn(widths, kind, examples)).values())


def test_where_the_textbook_ends_the_fast_pass_goes_on() -> None:
    t = drawn([8] * 801, ("sigmoid", ("sigmoid", "cross_entropy")), 5)
    weaker = Network(tuple(W / 3 for W in t.network.weights), t.network.biases)
    t = trace(weaker, t.x, t.y)
    z, a = forward(weaker, t.x, SAFE)
    deltas, _, _ = backward(weaker, z, a, t.delta[-1], SAFE)
    held = [bool(np.abs(delta).min() > 1e-290) for delta in deltas]
    assert 100 < sum(held) < 700
    for delta, plain, whole in zip(t.delta, deltas, held, strict=True):
        assert np.array_equal(delta, plain) or not whole
    assert not deltas[0].any()
    assert -2000 < t.log10_norm("delta")[0] < -330


@pytest.mark.parametrize("wrong", ["slope", "weights", "mean", "input"])
def test_the_textbook_finds_a_mistake(wrong: str) -> None:
    t = drawn([4, 4, 4, 4], ("sigmoid", ("sigmoid", "cross_entropy")), 6)
    network, functions, delta = t.network, dict(SAFE), t.delta[-1]
    if wrong == "slope":
        functions["sigmoid"] = (SAFE["sigmoid"][0], lambda z, a: a)
    elif wrong == "weights":
        network = Network(tuple(W.T for W in network.weights), network.biases)
    elif wrong == "mean":
        delta = delta * len(t.x)
    z, a = (list(t.z), list(t.a)) if wrong != "input" else forward(network, t.x + 1, SAFE)
    got = backward(network, z, a, delta, functions)
    pairs = zip((t.delta, t.dW, t.db), got, strict=True)
    assert not any(np.allclose(ours[0], theirs[0], rtol=1e-6) for ours, theirs in pairs)
