"""Ratios between the layers of a recorded pass, and between steps and weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import BoolArray
from backprop_core.recording import Recording
from backprop_core.recording.contents import TRAINED
from backprop_core.recording.ratios import ratios

Array = NDArray[np.float64]


def factors_of(recording: Recording, row: int) -> Array:
    """Return signal[l] / signal[l+1] of a pass, (L-1,); nan where there is no ratio.

    There is none where layer l+1 is not fed by layer l.
    """
    signal = recording.norms["signal"][row]
    fed = [below(recording, layer + 1) == layer for layer in range(1, recording.depth)]
    return np.where(fed, ratios(signal[:-1], signal[1:]), np.nan)


def factor_parts(recording: Recording, row: int) -> tuple[Array, Array] | tuple[None, None]:
    """Return the weight part and the slope part of `factors_of`; None if dL/da was not observed."""
    if recording.back is None:
        return None, None
    # The norm of delta is that of the signal / sqrt(N).
    signal, back = recording.norms["signal"][row], recording.back[row]
    root = float(np.sqrt(float(recording.batch[row])))
    return ratios(back, signal[1:], root), ratios(signal[:-1], back, 1 / root)


def update_to_weight(recording: Recording) -> Array | None:
    """Return norm(step of W) / norm(W) of every pass, (S, L); None if it was not observed.

    It is nan where there is no ratio, or no step.
    """
    if "update" not in recording.norms or "W" not in recording.norms:
        return None
    found = ratios(recording.norms["update"], recording.norms["W"])
    return np.where(trained(recording), found, np.nan)


def trained(recording: Recording) -> BoolArray:
    """Tell where weights got a gradient and a step was taken with it, (S, L)."""
    there = np.ones((recording.passes, recording.depth), dtype=bool)
    if recording.received is not None:
        there &= recording.received == TRAINED
    if recording.stepped is not None:
        there &= recording.stepped[:, None] == 1
    return there


def log10_signal(recording: Recording) -> Array:
    """Return decimal logarithms of the gradient, (S, L); -inf is exactly 0, nan is none at all."""
    return np.where(recording.arrived, recording.log10("signal"), np.nan)


def below(recording: Recording, layer: int, *, surely: bool = False) -> int:
    """Return the highest layer that feeds a layer, counted from 1; 0 is the input.

    Parameters
    ----------
    surely
        Whether a layer of which nothing is known, while it is of others, counts as fed by none,
        and not by the one before it: the projections of an attention follow each other so.
    """
    after = recording.layers[layer - 1].after
    if after is not None:
        return max(after, default=0)
    watched = any(each.after is not None for each in recording.layers)
    return 0 if surely and watched else layer - 1


def ways_down(recording: Recording, signal: Array | None = None) -> list[tuple[int, ...]]:
    """Return the layers on the way down from every output, the lowest first.

    A chain has one way down. Of a network with two heads, the head that sends down more has the
    trunk on its way, as the trunk gets the sum of both; the other has a way of its own.

    Parameters
    ----------
    signal
        The gradient of each layer, (L,); without it, the first head has the trunk on its way, and
        layers of which nothing is known are taken for a chain.
    """
    surely = signal is not None
    under = [below(recording, n, surely=surely) for n in range(1, recording.depth + 1)]
    sends = np.zeros(recording.depth) if signal is None else np.nan_to_num(signal, nan=-np.inf)
    above: dict[int, int] = {}
    for layer, low in enumerate(under, start=1):
        if low not in above or sends[layer - 1] > sends[above[low] - 1]:
            above[low] = layer
    fed = {n for layer in recording.layers for n in layer.after or ()} | set(under)
    ways = []
    for top in range(1, recording.depth + 1):
        if top in fed:
            continue
        way = [top]
        while 0 < (low := under[way[0] - 1]) < way[0] and above[low] == way[0]:
            way.insert(0, low)
        ways.append(tuple(way))
    return ways
