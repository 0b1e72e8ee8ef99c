"""Findings about training steps that are too small or too large for the weights."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.finding import Finding, layers_where
from backprop_core.diagnosis.symptoms.units import DEAD
from backprop_core.formatting import layer_names
from backprop_core.number_text import as_typed, number
from backprop_core.passes.trace import Trace
from backprop_core.training.history import History
from backprop_core.verdicts.guess import guess
from backprop_core.verdicts.loss import learned

UPDATE_TO_WEIGHT = 1e-3
"""A step changes healthy weights by about this part of their norm: the rule of thumb of the
Stanford course CS231n ("Neural Networks Part 3", ratio of weights to updates)."""

FAR = 10.0
"""Largest factor between update:weight and `UPDATE_TO_WEIGHT`, either way: a convention. All
presets that learn stay within it."""


EVEN = FAR**1.5
"""Largest factor between the layers' update:weight at which one learning rate suits all; a
convention. With `UPDATE_TO_WEIGHT` in the middle of them, none is small or large by `FAR`."""

BLOCKED = "Mend what passes no gradient on first: no learning rate moves a layer without one."
"""The remedy where a gradient is missing."""
UNEVEN = "Even out the gradient first: no single learning rate suits all layers."
"""The remedy where layers differ too much."""
TRAINED = "Lower the learning rate (training.learning_rate): at first it was not so."
"""The remedy for what training has done to a network."""
_TOO_LOW = "Raise the learning rate (training.learning_rate)."


def small_updates(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find layers whose weights hardly change in training."""
    if history is not None:
        dead = history.dead[-1] > DEAD * np.array(trace.network.widths[1:-1])
        blocked = bool(dead.any() or np.isneginf(history.log10_signal[-1]).any())
        yield from small_updates_of(typical_of(history.update_to_weight), blocked=blocked)


def small_updates_of(
    typical: NDArray[np.float64], when: str = "epoch", *, blocked: bool = False
) -> Iterator[Finding]:
    """Judge what update:weight of each layer typically is, (L,); nan where it never was one.

    Parameters
    ----------
    typical
        The median over the epochs or passes, (L,).
    when
        What they are.
    blocked
        Whether dead units, or a gradient of exactly 0, keep layers from moving at any rate.
    """
    threshold = UPDATE_TO_WEIGHT / FAR
    layers = layers_where(typical < threshold)
    if layers:
        value = float(np.nanmin(typical))
        moving = typical[typical > 0]
        even = len(moving) == 0 or moving.max() <= EVEN * moving.min()
        all_small = even and len(layers) == len(typical)
        yield Finding(
            "small_updates",
            layers,
            value,
            threshold,
            f"Updates are tiny in {layer_names(layers)}: a step changes W by {number(value)} of "
            f"its norm (median {when}); below {as_typed(threshold)} is slow.",
            BLOCKED if blocked else _TOO_LOW if all_small else UNEVEN,
        )


def large_updates(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find layers whose weights change too much in a step."""
    # Steps of any size are right if the network learns by them.
    if history is not None and not has_learned(trace, history):
        yield from large_updates_of(typical_of(history.update_to_weight))


def large_updates_of(typical: NDArray[np.float64], when: str = "epoch") -> Iterator[Finding]:
    """Judge what update:weight of each layer typically is, (L,); nan where it never was one."""
    threshold = UPDATE_TO_WEIGHT * FAR
    layers = layers_where(typical > threshold)
    if layers:
        value = float(np.nanmax(typical))
        yield Finding(
            "large_updates",
            layers,
            value,
            threshold,
            f"Updates are large in {layer_names(layers)}: a step changes W by {number(value)} of "
            f"its norm (median {when}); above {as_typed(threshold)} is rough.",
            "Lower the learning rate (training.learning_rate).",
        )


def typical_of(update_to_weight: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the median over rows of update:weight, (L,); nan where no row has a ratio.

    The last epoch alone would mislead, because the last steps of a trained network are small.
    Weights of exactly 0 have no ratio.
    """
    finite = [column[np.isfinite(column)] for column in update_to_weight.T]
    return np.array([np.median(column) if len(column) else np.nan for column in finite])


def has_learned(trace: Trace, history: History) -> bool:
    """Tell whether training has made the network better than one answer for all examples."""
    y, network = trace.y, trace.network
    return learned(history, guess(y, network.widths[-1], network.output, trace.loss_name))
