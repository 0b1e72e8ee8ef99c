"""Findings about the gradient on its way down through the layers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.finding import Finding, layers_where
from backprop_core.formatting import layer_names
from backprop_core.measures.layers import factors
from backprop_core.number_text import as_typed, number, percent, power_of_ten
from backprop_core.passes.magnitudes import LOG10_2
from backprop_core.passes.trace import Trace
from backprop_core.recording.measured_pass import measured_layer
from backprop_core.training.history import History

VANISHING, EXPLODING = 0.8, 1.25
"""Median factor of a layer below which the gradient vanishes, and above which it explodes. By
convention: ten such layers multiply it by about 0.1, or by about 10."""

FEWEST_FACTORS = 2
"""Fewest factors from which a trend over the layers is judged."""


_FLATTEN = {
    "sigmoid": "Take tanh with Xavier weights, ReLU with He weights, or fewer layers.",
    "tanh": "Draw larger weights (network.gain, Xavier), or take fewer layers.",
    "relu": "Draw larger weights (He), or take fewer layers.",
    "leaky_relu": "Draw larger weights (He), or take fewer layers.",
    "identity": "Draw larger weights (network.gain, orthogonal).",
}


def vanishing(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find a gradient that shrinks in most layers."""
    yield from vanishing_of(factors(trace).total, trace.network.activation)


def exploding(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find a gradient that grows in most layers."""
    yield from exploding_of(factors(trace).total)


def vanishing_of(total: NDArray[np.float64], activation: str | None) -> Iterator[Finding]:
    """Judge factors from layer to layer, (L-1,); nan where there is nothing to compare."""
    steps = _steps(total)
    if len(steps) >= FEWEST_FACTORS and np.median(steps) < np.log10(VANISHING):
        yield Finding(
            "vanishing",
            layers_where(total < VANISHING),
            _median(steps),
            VANISHING,
            f"The gradient vanishes on its way down: a layer passes on {_typically(steps)}; "
            f"below {as_typed(VANISHING)} is vanishing.",
            _FLATTEN.get(activation or "", "Draw larger weights, or take fewer layers."),
        )


def exploding_of(total: NDArray[np.float64]) -> Iterator[Finding]:
    """Judge factors from layer to layer, (L-1,); nan where there is nothing to compare."""
    steps = _steps(total)
    if len(steps) >= FEWEST_FACTORS and np.median(steps) > np.log10(EXPLODING):
        yield Finding(
            "exploding",
            layers_where(total > EXPLODING),
            _median(steps),
            EXPLODING,
            f"The gradient explodes on its way down: a layer passes on {_typically(steps)}; "
            f"above {as_typed(EXPLODING)} is exploding.",
            "Draw smaller weights (network.gain).",
        )


def _steps(total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log10 of the factors between layers that both have a gradient."""
    return np.asarray(np.log10(total[(total > 0) & np.isfinite(total)]))


def _median(steps: NDArray[np.float64]) -> float:
    return float(10.0 ** np.median(steps))


def _typically(steps: NDArray[np.float64]) -> str:
    whole = power_of_ten(float(steps.sum()))
    return f"{number(_median(steps))} of it (median), all together {whole}"


def zero(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find layers without any gradient."""
    yield from zero_of(trace.log10_norm("signal"), "not just too small for a float: ")


def zero_of(log10_signal: NDArray[np.float64], because: str = "") -> Iterator[Finding]:
    """Judge the gradient of each layer, (L,)."""
    layers = layers_where(np.isneginf(log10_signal))
    if layers:
        above = layers[-1] < len(log10_signal)
        yield Finding(
            "zero",
            layers,
            0.0,
            0.0,
            f"The gradient of {layer_names(layers)} is 0 exactly, {because}nothing changes there.",
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


LOST = 0.01
"""Largest share of a layer's gradients that may be rounded to 0, a convention. Such a gradient
moves no weight."""


def lost(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find gradients that are rounded to 0, entry by entry."""
    names = [trace.network.activation] * (trace.depth - 1) + ["identity"]
    layers = [
        measured_layer(z, delta, name)
        for z, delta, name in zip(trace.z, trace.delta, names, strict=True)
    ]
    zeros, largest = (np.array([layer[k] for layer in layers]) for k in ("zeros", "largest"))
    # Layers whose gradient is exactly zero, or underflows as a whole, have findings of their own.
    there = np.isfinite(trace.log10_norm("signal")) & (largest > 0)
    yield from lost_of(np.where(there, zeros, 0.0), largest, trace.network.dtype.name)


def lost_of(
    zeros: NDArray[np.float64], largest: NDArray[np.float64], dtype: str
) -> Iterator[Finding]:
    """Judge the shares of gradients that are exactly 0, (L,), given the largest of each layer."""
    layers = layers_where(zeros > LOST)
    if not layers:
        return
    limits = np.finfo(dtype)
    value, top = float(zeros.max()), float(largest.max())
    # Leave a factor of 2 to 4 below the largest float, for larger gradients in later batches.
    power = int(np.floor(np.log2(float(limits.max)) - np.log2(top))) - 1 if top > 0 else 0
    remedy = "Even out the gradient, or compute in a wider type."
    if power > 0:
        kept = float(np.log10(float(limits.smallest_subnormal))) - power * LOG10_2
        remedy = (
            f"Multiply the loss by up to 2^{power}, and divide the gradients by it before the "
            f"step: then what is above {power_of_ten(kept)} is kept."
        )
    yield Finding(
        "lost",
        layers,
        value,
        LOST,
        f"{dtype} rounds gradients to 0 in {layer_names(layers)}: up to {percent(value)} of those "
        f"whose units have a slope; above {as_typed(100 * LOST)} % steps are lost.",
        remedy,
    )
