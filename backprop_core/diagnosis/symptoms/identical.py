"""Findings about units of a layer that compute the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.diagnosis.finding import Finding, after_epochs, layers_where
from backprop_core.formatting import layer_names
from backprop_core.number_text import percent
from backprop_core.passes.network import Network
from backprop_core.passes.trace import Trace
from backprop_core.training.history import History

Counts: TypeAlias = NDArray[np.int64]
"""Units of each hidden layer, (L-1,)."""

IDENTICAL = 0.5
"""Largest share of a layer's units that may be the same, a convention: a pair by chance is no
finding, a layer that is mostly one unit is."""

ALIKE = 1e-3
"""Largest difference between the weights of two trained units that counts as none, as a part of
the layer's largest weight; a convention. Gradients of units that are the same are the same, but
their sums may be rounded in another order, and training can make that grow."""


def identical_units(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find units that start out the same, or that training has made the same."""
    units = np.array(trace.network.widths[1:-1])
    at_first = identical_of(trace.network)
    trained = None if history is None else history.network
    if (at_first > IDENTICAL * units).any():
        words = "compute the same"
        if history is not None and trained is not None:
            words = f"start out the same; {after_epochs(history)} "
            words += _kept(at_first, identical_of(trained, ALIKE), units)
        yield _finding(at_first, units, words)
    elif history is not None and trained is not None:
        at_last = identical_of(trained, ALIKE)
        if (at_last > IDENTICAL * units).any():
            finding = _finding(at_last, units, f"compute the same {after_epochs(history)}")
            yield replace(finding, step=history.epochs)


def _kept(before: Counts, after: Counts, units: Counts) -> str:
    """Say how far training has told units apart; exactly computed, it never would."""
    start, end = before > IDENTICAL * units, after > IDENTICAL * units
    if not (start & end).any():
        return "rounding has told most of them apart"
    if (start & ~end).any():
        return f"rounding has told most of {layer_names(layers_where(start & ~end))} apart"
    if (after < before).any():
        return "most of them still do, rounding has told the others apart"
    return "they still do"


def identical_of(network: Network, tolerance: float = 0.0) -> Counts:
    """Count the units of each hidden layer that are the same, (L-1,).

    Two units are the same if they have the same weights, bias, and weights to the layer above.
    A majority of the units of a layer holds its median; counts below a majority are those of
    units that happen to hold it, and mean nothing. A layer of one unit counts 0.

    Parameters
    ----------
    network
        The network.
    tolerance
        Largest difference to the median that counts as none, as a part of the layer's largest
        weight, incoming and outgoing ones by themselves; 0 asks for the same bits.
    """
    counts = []
    layers = zip(network.weights, network.biases, network.weights[1:], strict=False)
    for weights, biases, above in layers:
        incoming = near(np.column_stack([weights, biases]), tolerance)
        same = incoming & near(above.T, tolerance)
        counts.append(int(same.sum()) if len(biases) > 1 else 0)
    return np.array(counts, dtype=np.int64)


def near(rows: FloatArray, tolerance: float) -> NDArray[np.bool_]:
    """Tell which rows are near the median row; see `identical_of` for the tolerance."""
    # The lower of two medians: a mean of both would not have the bits of either.
    middle = np.partition(rows, (len(rows) - 1) // 2, axis=0)[(len(rows) - 1) // 2]
    # In halves, so that no difference overflows.
    off = np.abs(rows.astype(np.float64) / 2 - middle.astype(np.float64) / 2).max(axis=1)
    return np.asarray(off <= tolerance * np.abs(rows).max() / 2)


def _finding(same: Counts, units: Counts, words: str) -> Finding:
    share = same / units
    layers, worst = layers_where(share > IDENTICAL), int(share.argmax())
    counts = {(int(same[n - 1]), int(units[n - 1])) for n in layers}
    return Finding(
        "identical_units",
        layers,
        float(share[worst]),
        IDENTICAL,
        f"{'Up to ' * (len(counts) > 1)}{same[worst]:,} of {units[worst]:,} units of "
        f"{layer_names(layers)} {words}; above {percent(IDENTICAL)} of a layer is too much.",
        "Draw weights at random (network.init), or biases (network.bias_std).",
    )
