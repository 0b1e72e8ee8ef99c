"""Findings about the gradient on its way down through the layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.finding import Finding, layers_where
from backprop_core.formatting import layer_names
from backprop_core.number_text import as_typed, percent, power_of_ten
from backprop_core.passes.magnitudes import LOG10_2
from backprop_core.passes.trace import Trace
from backprop_core.recording.measured_pass import measured_layer
from backprop_core.recording.rounded import Arriving
from backprop_core.training.history import History
from backprop_core.verdicts.trend import TIMES, Trend, trend, whole_way

LARGEST_POWER = 300
"""Largest power of ten that is computed as a float."""
FEWEST_LAYERS = 3
"""Fewest layers with a gradient from which a trend is judged: one step is no trend."""

Way: TypeAlias = Sequence[int] | None
"""The numbers of layers on a way down, the lowest first; None if all layers are a chain."""
_VERBS = {"vanishing": "vanishes", "exploding": "explodes"}
_FLATTEN = {
    "sigmoid": "Take tanh with Xavier weights, ReLU with He weights, or fewer layers.",
    "tanh": "Draw larger weights (network.gain, Xavier), or take fewer layers.",
    "relu": "Draw larger weights (He), or take fewer layers.",
    "leaky_relu": "Draw larger weights (He), or take fewer layers.",
    "identity": "Draw larger weights (network.gain, orthogonal).",
}


def vanishing(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find a gradient that shrinks on its way down."""
    yield from vanishing_of(trace.log10_norm("signal"), trace.network.activation)


def exploding(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find a gradient that grows on its way down."""
    yield from exploding_of(trace.log10_norm("signal"))


def vanishing_of(
    log10_signal: NDArray[np.float64], activation: str | None, way: Way = None
) -> Iterator[Finding]:
    """Judge log10 of the gradient of each layer on the way down, (L,), with their numbers."""
    if _trend(log10_signal) is Trend.VANISHES:
        remedy = _FLATTEN.get(activation or "", "Draw larger weights, or take fewer layers.")
        yield _on_the_way("vanishing", log10_signal, "less than a tenth is vanishing", remedy, way)


def exploding_of(log10_signal: NDArray[np.float64], way: Way = None) -> Iterator[Finding]:
    """Judge log10 of the gradient of each layer on the way down, (L,), with their numbers."""
    if _trend(log10_signal) is Trend.EXPLODES:
        remedy = "Draw smaller weights (network.gain)."
        limit = "more than ten times is exploding"
        yield _on_the_way("exploding", log10_signal, limit, remedy, way)


def gradients_of(log10_signal: NDArray[np.float64], activation: str | None) -> Iterator[Finding]:
    """Judge log10 of the gradient of each layer, (L,), in all that can be wrong with it."""
    yield from vanishing_of(log10_signal, activation)
    yield from exploding_of(log10_signal)
    yield from zero_of(log10_signal)


def _trend(log10_signal: NDArray[np.float64]) -> Trend | None:
    there = _there(log10_signal)
    return trend(there) if len(there) >= FEWEST_LAYERS else None


def _there(log10_signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out layers without a gradient: they have a finding of their own."""
    return log10_signal[np.isfinite(log10_signal)]


def _on_the_way(
    kind: str, log10_signal: NDArray[np.float64], limit: str, remedy: str, numbers: Way
) -> Finding:
    there = _there(log10_signal)
    number = range(1, len(log10_signal) + 1) if numbers is None else numbers
    way, steps = whole_way(there), len(there) - 1
    sign = np.sign(way)
    # By the limit for the whole way, each of its layers may change the gradient by this much.
    threshold = sign * np.log10(TIMES) / steps
    with np.errstate(invalid="ignore"):
        wrong = sign * (log10_signal[:-1] - log10_signal[1:]) > sign * threshold
    ends = [number[int(n)] for n in np.flatnonzero(np.isfinite(log10_signal))[[0, -1]]]
    return Finding(
        kind,
        tuple(number[n - 1] for n in layers_where(wrong & np.isfinite(log10_signal[:-1]))),
        float(10.0 ** min(way / steps, LARGEST_POWER)),
        float(10.0**threshold),
        f"The gradient {_VERBS[kind]} on its way down: layer {ends[0]} gets "
        f"{power_of_ten(way)} of what layer {ends[1]} gets, a factor of "
        f"{power_of_ten(way / steps)} a layer; {limit}.",
        remedy,
    )


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
            f"The gradient of {layer_names(layers)} is 0 exactly, {because}a step changes nothing "
            "there.",
            "Look at the layers above: dead units, weights of 0 and equal weights to all outputs "
            "pass nothing on."
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


WIDE = 32
"""Fewest bits of a float with which a scale of the loss does not help."""
LOST = 0.01
"""Largest share of a layer's gradients that may be rounded to 0, a convention. Such a gradient
moves no weight."""


def lost(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find gradients that are rounded to 0, entry by entry."""
    names = [trace.network.activation] * (trace.depth - 1) + ["identity"]
    # Where an output rounds to its target, there is nothing that could be scaled up or lost.
    there = trace.delta[-1].any(axis=1)
    if not there.any():
        return
    delta = [each[there] for each in trace.delta]
    above = zip(delta[1:], trace.network.weights[1:], strict=True)
    arriving = [*(Arriving(delta=passed, W=W) for passed, W in above), Arriving()]
    layers = [
        measured_layer(z[there], here, name, known)
        for z, here, name, known in zip(trace.z, delta, names, arriving, strict=True)
    ]
    zeros, largest = (np.array([layer[k] for layer in layers]) for k in ("zeros", "largest"))
    # An output that reaches its limit is rounded before any scale is applied, and a margin that is
    # kept asks for nothing.
    a = trace.a[-1][there]
    inside = (np.abs(a) < 1) & (a != 0) & (trace.network.output != "identity")
    zeros[-1] = float(((trace.delta[-1][there] == 0) & inside).mean())
    # Layers whose gradient is exactly zero, or underflows as a whole, have findings of their own.
    some = np.isfinite(trace.log10_norm("signal")) & (largest > 0)
    sizes = trace.log10_norm("dW")
    others = [trace.loss, *(10.0 ** sizes[np.abs(sizes) < LARGEST_POWER])]
    yield from lost_of(np.where(some, zeros, 0.0), largest, trace.network.dtype.name, others)


def lost_of(
    zeros: NDArray[np.float64],
    largest: NDArray[np.float64],
    dtype: str,
    others: Iterable[float] = (),
) -> Iterator[Finding]:
    """Judge the shares of gradients that are rounded to 0, (L,).

    Parameters
    ----------
    zeros, largest
        The share, and the largest gradient of each layer, (L,).
    dtype
        The floats that round.
    others
        What a scale of the loss multiplies, too, and must not overflow: the loss, gradients of W.
    """
    layers = layers_where(zeros > LOST)
    if not layers:
        return
    limits = np.finfo(dtype)
    value = float(zeros.max())
    # The scale is a float of this kind itself.
    top = max(1.0, float(largest.max()), *(abs(each) for each in others))
    top = min(top, float(limits.max))
    # Leave a factor of 2 to 4 below the largest float, for larger gradients in later batches.
    power = int(np.floor(np.log2(float(limits.max)) - np.log2(top))) - 1
    remedy = (
        "Even out the gradient: so small a one moves no weight, whatever the loss is scaled by."
    )
    # Wider floats go down so far that what they lose is far below the digits of any weight.
    if limits.bits < WIDE and power > 0:
        kept = float(np.log10(float(limits.smallest_subnormal))) - power * LOG10_2
        remedy = (
            f"Multiply the loss by up to 2^{power}, keep weights in float32, and divide gradients "
            f"by it before the step: then what is above {power_of_ten(kept)} is kept."
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
