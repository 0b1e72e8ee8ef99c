"""Findings about units that do not pass on a gradient."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.finding import Finding, layers_where
from backprop_core.formatting import layer_names
from backprop_core.measures.layers import dead_units, saturated_fraction
from backprop_core.number_text import percent
from backprop_core.passes.slopes import RELU_FAMILY
from backprop_core.passes.trace import Trace
from backprop_core.training.history import History

SATURATED = 0.5
"""Largest share of saturated units x examples: above a half the *typical* unit of the layer has
less than 4 % of the slope that it could have. Networks that train best stay below it (nine layers
of sigmoids, digits, gain 6: 40 %)."""

DEAD = 0.4
"""Largest share of dead units in a layer: the part of a network that the Stanford course CS231n
("Neural Networks Part 1") has seen die of too high a learning rate. He's weights leave up to 0.3 of
a layer of 30 units dead by chance (preset relu-he, 50 seeds), and such a network learns."""


def saturated(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find layers most of whose units are saturated; ReLUs are left out."""
    # Half of healthy ReLUs are off at any time; those that are always off are found by `dead`.
    if trace.network.activation in RELU_FAMILY:
        return
    yield from saturated_of(saturated_fraction(trace))


def saturated_of(share: NDArray[np.float64]) -> Iterator[Finding]:
    """Judge shares of saturated units, of each layer that can saturate."""
    layers = layers_where(share > SATURATED)
    if layers:
        value = float(share.max())
        yield Finding(
            "saturated",
            layers,
            value,
            SATURATED,
            f"Units are saturated in {layer_names(layers)}: up to {percent(value)} of slopes are "
            f"below 4 % of the largest; above {percent(SATURATED)} the typical unit hardly learns.",
            "Draw smaller weights (network.gain), and standardise the inputs.",
        )


def dead(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find layers of ReLUs many of which are off for every example."""
    yield from dead_of(dead_units(trace) / np.array(trace.network.widths[1:-1], dtype=np.float64))


def dead_of(share: NDArray[np.float64]) -> Iterator[Finding]:
    """Judge shares of dead units, of each layer."""
    layers = layers_where(share > DEAD)
    if layers:
        value = float(share.max())
        yield Finding(
            "dead",
            layers,
            value,
            DEAD,
            f"Units are dead in {layer_names(layers)}: up to {percent(value)} of a layer have "
            f"slope 0 for every example; above {percent(DEAD)} too little gets through.",
            "Take leaky ReLUs, or higher biases.",
        )
