"""The numbers of `numerics`."""

from __future__ import annotations

from functools import cache

import mpmath
import numpy as np

import backprop_core as core
from backprop_core.measures.numerics import in_dtype
from backprop_core.textbook import backward, forward, output_delta
from tests.scenes.recompute.again import Again, Table

DIGITS = {"float16": 11, "float32": 24, "float64": 53}
LARGEST_POWER = {"float16": 16, "float32": 128, "float64": 1024}


def stays(network: core.Network, data: core.Data, loss: str, rate: float) -> np.ndarray:
    """Tell which layers have the same W and b after a step by the pass of the textbook."""
    dtype = network.dtype
    z, a = forward(network, data.x.astype(dtype))
    wanted = np.eye(network.widths[-1], dtype=dtype)[data.y]
    _, dW, db = backward(network, z, a, output_delta(network, z[-1], a[-1], wanted, loss))
    pairs = [
        (np.concatenate([W.ravel(), b]), np.concatenate([by.ravel(), also]).astype(dtype))
        for W, b, by, also in zip(network.weights, network.biases, dW, db, strict=True)
    ]
    return np.array([bool((old - dtype.type(rate) * by == old).all()) for old, by in pairs])


def exp_border(dtype: str) -> float:
    """Log of the largest float and half of its last digit."""
    p, power = DIGITS[dtype], LARGEST_POWER[dtype]
    with mpmath.workdps(50):
        return float(-mpmath.log(mpmath.mpf(2) ** power * (1 - mpmath.mpf(2) ** (-p - 1))))


def table(again: Again) -> Table:
    """Return what only this film shows."""
    shown = again.shown.override({"dtype": "float64"})
    network, data = core.initialize(shown), core.load_data(shown)

    @cache
    def scaled() -> np.ndarray:
        return core.trace(network, data.x, data.y, shown.network.loss).log10_norm("signal")

    @cache
    def plain(dtype: str) -> np.ndarray | None:
        """The signals of a plain pass; None where it overflows."""
        if dtype == "scaled":
            return scaled()
        rounded = in_dtype(network, dtype)
        return core.plain_signal(rounded, data.x, data.y, shown.network.loss)

    def reached(inside: str) -> float:
        """Layers from that one up which have a gradient."""
        name, layer = inside.split(":")
        try:
            signals = plain(name)
        except core.NumericalError as error:
            first = network.depth if "forward" in str(error) else int(error.layer or 0)
            return network.depth - max(first, int(layer) - 1)
        return float(np.isfinite(signals[int(layer) - 1 :]).sum())

    def lost(dtype: str) -> float:
        return float(np.sum(np.isneginf(plain(dtype)) & np.isfinite(scaled())))

    def unmoved(dtype: str) -> float:
        rate, loss = shown.training.learning_rate, shown.network.loss
        alike = stays(in_dtype(network, dtype), data, loss, rate)
        return float(np.sum(alike & np.isfinite(scaled())))

    def exponential(inside: str, stable: bool) -> float:
        dtype, z = inside.split(":")
        argument = -abs(float(z)) if stable else -float(z)
        with np.errstate(over="ignore"):
            return float(np.exp(np.array([argument], dtype))[0])

    def sigmoid(inside: str, stable: bool) -> float:
        dtype, z = inside.split(":")
        at = np.array([float(z)], dtype)
        with np.errstate(over="ignore"):
            naive = 1 / (1 + np.exp(-at))
        return float((core.ACTIVATIONS["sigmoid"].f(at) if stable else naive)[0])

    return {
        "exp": lambda inside: exponential(inside, stable=False),
        "exp_abs": lambda inside: exponential(inside, stable=True),
        "typed": lambda inside: sigmoid(inside, stable=False),
        "stable": lambda inside: sigmoid(inside, stable=True),
        "largest": lambda dtype: float(np.finfo(dtype).max),
        "exp_border": exp_border,
        "one_border": lambda dtype: DIGITS[dtype] * np.log(2),
        "zero_border": lambda _: 25 * np.log(2),
        "signal": lambda layer: 10 ** scaled()[int(layer) - 1],
        "reached": reached,
        "lost": lost,
        "unmoved": unmoved,
    }
