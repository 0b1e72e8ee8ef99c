"""Zeros of a gradient: which of them are rounded, and which are of the network or the loss."""

from fractions import Fraction

import numpy as np
import pytest

from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.recording.measured_pass import measured_layer
from backprop_core.recording.rounded import Arriving

N, UNITS, ABOVE = 32, 12, 5


def layer(dtype: str, scale: float) -> tuple[np.ndarray, np.ndarray, Arriving]:
    """Return z, delta and what arrives of a sigmoid layer whose gradients are about `scale`."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal((N, UNITS)).astype(dtype)
    W = rng.standard_normal((ABOVE, UNITS)).astype(dtype)
    above = (scale * rng.standard_normal((N, ABOVE))).astype(dtype)
    back = above @ W
    return z, back * ACTIVATIONS["sigmoid"].slope(z), Arriving(back, above, W)


@pytest.mark.parametrize(
    ("dtype", "scale"), [("float16", 1e-7), ("float32", 2e-45), ("float64", 1e-323)]
)
@pytest.mark.parametrize("known", ["back", "above", "all"])
def test_a_product_too_small_for_a_float_is_counted(dtype: str, scale: float, known: str) -> None:
    z, delta, all_known = layer(dtype, scale)
    back, above, W = all_known
    assert above is not None
    assert W is not None
    assert back is not None
    if known == "back":
        # Where dL/da is rounded itself, nobody can tell from it alone.
        all_known = Arriving(back)
        wanted = (delta == 0) & (back != 0)
    else:
        all_known = Arriving(None if known == "above" else back, above, W)
        exact = [
            [sum(Fraction(float(u)) * Fraction(float(v)) for u, v in zip(row, column, strict=True))
             for column in W.T]
            for row in above
        ]  # fmt: skip
        wanted = (delta == 0) & np.array([[value != 0 for value in row] for row in exact])
    assert wanted.any()
    share = measured_layer(z, delta, "sigmoid", all_known)["zeros"]
    assert share == wanted.sum() / wanted.size


@pytest.mark.parametrize("known", ["back", "above", "all", "nothing"])
def test_examples_that_the_loss_leaves_out_are_not_rounded(known: str) -> None:
    z, delta, (back, above, W) = layer("float32", 1e-3)
    assert back is not None
    assert above is not None
    for each in (delta, back, above):
        each[::2] = 0
    arriving = {
        "back": Arriving(back),
        "above": Arriving(None, above, W),
        "all": Arriving(back, above, W),
        "nothing": Arriving(),
    }[known]
    assert measured_layer(z, delta, "sigmoid", arriving)["zeros"] == 0


def test_what_dropout_sets_to_0_is_not_rounded() -> None:
    z, delta, arriving = layer("float32", 1e-3)
    delta[np.random.default_rng(1).random(delta.shape) < 0.5] = 0
    assert measured_layer(z, delta, "sigmoid", arriving)["zeros"] == 0


def test_terms_that_cancel_are_not_rounded() -> None:
    z, *_ = layer("float32", 1e-3)
    W = np.ones((2, UNITS), dtype=np.float32)
    above = np.repeat(np.float32([[1e-30, -1e-30]]), N, axis=0)
    assert measured_layer(z, 0 * z, "sigmoid", Arriving(None, above, W))["zeros"] == 0


def test_without_what_arrives_zeros_beside_the_smallest_float16_are_counted() -> None:
    z, delta, _ = layer("float16", 1e-6)
    assert 0 < np.abs(delta[delta != 0]).min() < np.finfo(np.float16).tiny
    assert measured_layer(z, delta, "sigmoid")["zeros"] == (delta == 0).mean() > 0
    delta[np.abs(delta) < np.finfo(np.float16).tiny] = 0
    assert measured_layer(z, delta, "sigmoid")["zeros"] == 0
    # A float32 that small moves no weight, rounded or not.
    z, delta, _ = layer("float32", 1e-44)
    assert (delta == 0).any()
    assert measured_layer(z, delta, "sigmoid")["zeros"] == 0
