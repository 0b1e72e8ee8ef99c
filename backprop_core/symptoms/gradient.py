"""What the gradient does on its way down."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backprop_core.finding import Finding, layers_where
from backprop_core.history import History
from backprop_core.legible import layer_names, number, power_of_ten
from backprop_core.measures import factors
from backprop_core.trace import Trace

VANISHING, EXPLODING = 0.8, 1.25
"""Median factors per layer below and above which the gradient vanishes and explodes, a convention:
ten such layers make a tenth, or ten times."""

FEWEST_FACTORS = 2
"""One layer makes no profile: what it does to the signal is not repeated."""


_FLATTEN = {
    "sigmoid": "Take tanh with Xavier weights, ReLU with He weights, or fewer layers.",
    "tanh": "Draw larger weights (network.gain, Xavier), or take fewer layers.",
    "relu": "Draw larger weights (He), or take fewer layers.",
    "leaky_relu": "Draw larger weights (He), or take fewer layers.",
    "identity": "Draw larger weights (network.gain, orthogonal).",
}


def vanishing(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find a gradient that shrinks in most layers."""
    steps = _steps(trace)
    if len(steps) >= FEWEST_FACTORS and np.median(steps) < np.log10(VANISHING):
        yield Finding(
            "vanishing",
            layers_where(factors(trace).total < VANISHING),
            _median(steps),
            VANISHING,
            f"The gradient vanishes on its way down: a layer passes on {_typically(steps)}; "
            f"below {VANISHING:g} is vanishing.",
            _FLATTEN[trace.network.activation],
        )


def exploding(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find a gradient that grows in most layers."""
    steps = _steps(trace)
    if len(steps) >= FEWEST_FACTORS and np.median(steps) > np.log10(EXPLODING):
        yield Finding(
            "exploding",
            layers_where(factors(trace).total > EXPLODING),
            _median(steps),
            EXPLODING,
            f"The gradient explodes on its way down: a layer passes on {_typically(steps)}; "
            f"above {EXPLODING:g} is exploding.",
            "Draw smaller weights (network.gain).",
        )


def _steps(trace: Trace) -> NDArray[np.float64]:
    """Return log10 of the factors between layers that both have a gradient."""
    total = factors(trace).total
    return np.asarray(np.log10(total[total > 0]))


def _median(steps: NDArray[np.float64]) -> float:
    return float(10.0 ** np.median(steps))


def _typically(steps: NDArray[np.float64]) -> str:
    whole = power_of_ten(float(steps.sum()))
    return f"{number(_median(steps))} of it (median), all together {whole}"


def zero(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find layers without any gradient."""
    layers = layers_where(np.isneginf(trace.log10_norm("signal")))
    if layers:
        above = layers[-1] < trace.depth
        yield Finding(
            "zero",
            layers,
            0.0,
            0.0,
            f"The gradient of {layer_names(layers)} is 0 exactly, not just too small for a float: "
            "nothing changes there.",
            "Look at the layers above: dead units or weights of 0 pass nothing on."
            if above
            else "If the loss is not 0, look at the output: it does not depend on its inputs.",
        )


def underflow(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find gradients that the floats of the network cannot hold."""
    dtype = trace.network.dtype
    tiny = float(np.log10(float(np.finfo(dtype).tiny)))
    size = trace.log10_norm("delta")
    gone = np.array([not delta.any() for delta in trace.delta])
    layers = layers_where(np.isfinite(size) & ((size < tiny) | gone))
    if layers:
        value = float(min(size[layer - 1] for layer in layers))
        yield Finding(
            "underflow",
            layers,
            value,
            tiny,
            f"{dtype} cannot hold the gradient of {layer_names(layers)}: its norm goes down to "
            f"{power_of_ten(value)}; below {power_of_ten(tiny)} digits get lost, then all.",
            "Even out the gradient" + ("." if dtype == np.float64 else ", or compute in float64."),
        )
