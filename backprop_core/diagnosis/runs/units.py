"""Units of a recorded network that pass on no gradient, or that are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import BoolArray
from backprop_core.diagnosis.finding import Finding, layers_where
from backprop_core.diagnosis.runs.advice import by
from backprop_core.diagnosis.runs.ratios import below
from backprop_core.diagnosis.runs.training import late, learns
from backprop_core.diagnosis.symptoms import units
from backprop_core.diagnosis.symptoms.identical import ALIKE, IDENTICAL, near
from backprop_core.formatting import layer_names
from backprop_core.number_text import percent
from backprop_core.recording import Recording, Snapshots
from backprop_core.recording.functions import function_of
from backprop_core.recording.measured_pass import HAVE_NO_SLOPE

BOTH_SIDES = {"sigmoid", "tanh", "softsign", "hardtanh", "hardsigmoid"}
"""Functions that saturate on both sides. Others are flat on one: half of healthy ReLUs are off."""
_SLOPED = {
    "relu6": "between 0 and 6",
    "hardtanh": "between -1 and 1",
    "hardsigmoid": "between -3 and 3",
    "hardswish": "above -3",
}
"""Where functions have a slope. Dead units of theirs come to life by what moves z there, not by
another function, whose slope is small so far out. Of ReLUs, `units.dead_of` says the remedy."""
Array = NDArray[np.float64]
Counts = NDArray[np.int64]


def hidden_shares(recording: Recording, kind: str, wanted: set[str]) -> Array:
    """Return shares of the hidden layers with some activations, (S, L-1); 0 for other layers."""
    shares = recording.shares[kind][:, :-1].copy()
    others = [layer.activation not in wanted for layer in recording.layers[:-1]]
    shares[:, others] = 0
    return shares


def saturated(recording: Recording) -> Iterator[Finding]:
    """Find layers that saturate, and the first one to do so."""
    shares = hidden_shares(recording, "saturated", BOTH_SIDES)
    for finding in units.saturated_of(shares.max(axis=0, initial=0)):
        row, layer = first_in(shares > units.SATURATED)
        step = int(recording.steps[row])
        words = f"{finding.words} Layer {layer} is the first, at step {step:,}."
        if row:
            remedy = late(recording)
        else:
            remedy = _by_biases(recording, finding.layers[0]) or finding.remedy
        yield replace(finding, words=words, remedy=remedy, step=step)


def _by_biases(recording: Recording, layer: int) -> str | None:
    """Return a remedy if a layer saturates at first by its biases; None if not, or if unknown."""
    shots, biases, name = recording.snapshots, recording.biases, recording.layers[layer - 1]
    function = None if name.activation is None else function_of(name.activation)
    if shots is None or not biases or function is None or shots.passes[0] != 0:
        return None
    z = shots.z[layer - 1][0].astype(np.float64)
    bias = biases[layer - 1][shots.units[layer - 1]].astype(np.float64)
    share, without = (float(function.flat(each).mean()) for each in (z, z - bias))
    if share <= units.SATURATED or without > units.SATURATED:
        return None
    return (
        f"Start with biases near 0: without them, {percent(without)} of slopes would be so small."
    )


def dead(recording: Recording, row: int) -> Iterator[Finding]:
    """Find layers with units whose slope is 0 for all of a batch, whatever their function is."""
    widths = np.array([layer.units for layer in recording.layers[:-1]], dtype=np.float64)
    for finding in units.dead_of(hidden_shares(recording, "dead", HAVE_NO_SLOPE)[row] / widths):
        functions = {str(recording.layers[layer - 1].activation) for layer in finding.layers}
        yield replace(finding, remedy=_alive(functions) or finding.remedy)


def _alive(functions: set[str]) -> str | None:
    """Return what lets units of some functions live again; None if `units.dead_of` says it."""
    if functions == {"relu"}:
        return None
    where = {_SLOPED.get(name, "above 0") for name in functions}
    there = where.pop() if len(where) == 1 else "where the functions have a slope"
    return (
        f"Start with biases near 0, and centre the inputs, so that z is {there} for some examples."
    )


def identical(recording: Recording) -> Iterator[Finding]:
    """Find units that start with the same weights, on their way in and on their way out."""
    units = np.array([layer.units for layer in recording.layers[:-1]])
    same, biases = _same_at_first(recording)
    share = same / np.maximum(units, 1)
    layers = layers_where(share > IDENTICAL)
    if not layers:
        return
    worst = int(share.argmax())
    up_to = "Up to " * (len({(same[n - 1], units[n - 1]) for n in layers}) > 1)
    apart = "" if biases else ", and only biases tell them apart"
    yield Finding(
        "identical_units",
        layers,
        float(share[worst]),
        IDENTICAL,
        f"{up_to}{same[worst]:,} of {units[worst]:,} units of {layer_names(layers)} start with "
        f"the same weights{apart}{_in_the_end(recording, layers)}; above {percent(IDENTICAL)} of "
        "a layer is too much.",
        f"Draw the weights at random, each by itself{by(recording, 'nn.init.xavier_uniform_')}.",
        step=int(recording.steps[0]),
    )


def _same_at_first(recording: Recording) -> tuple[Counts, bool]:
    """Count units of hidden layers that start the same, (L-1,); tell whether biases do, too."""
    count = np.zeros(recording.depth - 1, dtype=np.int64)
    alike = True
    weights, biases, shots = recording.weights, recording.biases, recording.snapshots
    for n in range(recording.depth - 1):
        units = recording.layers[n].units
        # Of layers that got no gradient at first, the weights at first are not known.
        known = recording.arrived[0, n : n + 2].all()
        if units == 1 or not known or below(recording, n + 2) != n + 1:
            continue
        if weights and biases and weights[n + 1].shape[1] == units:
            same = near(weights[n], 0.0) & near(weights[n + 1].T, 0.0)
            alike = alike and bool(near(biases[n][:, None], 0.0)[same].all())
            count[n] = int(same.sum())
        elif shots is not None:
            same = _doing_the_same(shots, n, 0)
            count[n] = round(same.mean() * units)
    return count, alike


def _doing_the_same(shots: Snapshots, layer: int, kept: int) -> BoolArray:
    """Tell which kept units have the same z, but for a bias, and the same dL/dz, (K,)."""
    z, delta = (each[layer][kept].astype(np.float64) for each in (shots.z, shots.delta))
    varying = z - z.mean(axis=0)
    return near(varying.T, ALIKE) & near(delta.T, ALIKE) & (len(z) > 1)


def _in_the_end(recording: Recording, layers: tuple[int, ...]) -> str:
    """Say whether training has told them apart."""
    shots = recording.snapshots
    if shots is None or len(shots.passes) < 2:
        return ""
    step = f"{recording.steps[shots.passes[-1]]:,}"
    still = [_doing_the_same(shots, n - 1, -1).mean() > IDENTICAL for n in layers]
    if all(still):
        return f", and most still do the same at step {step}"
    return f", and {'some' if any(still) else 'most'} have come apart by step {step}"


def no_activation(recording: Recording) -> Iterator[Finding]:
    """Find a network that is linear, as nobody put a function between its layers."""
    layers = recording.layers
    plain = all(each.kind == "linear" and each.activation == "identity" for each in layers[:-1])
    # Who hands over arrays names the functions, and knows of them.
    watched = recording.chained and layers[0].after is not None
    if not plain or not watched or len(layers) < 2 or learns(recording):
        return
    yield Finding(
        "no_activation",
        tuple(range(1, recording.depth)),
        float(recording.depth - 1),
        0.0,
        f"No activation function stands behind {layer_names(range(1, recording.depth))}: "
        f"{recording.depth} layers together compute one linear function.",
        f"Put an activation function behind each hidden layer{by(recording, 'nn.ReLU()')}.",
        step=int(recording.steps[0]),
    )


def first_in(wrong: BoolArray) -> tuple[int, int]:
    """Return the first row in which something is true, and the lowest layer in it."""
    row = int(np.flatnonzero(wrong.any(axis=1))[0])
    return row, int(np.flatnonzero(wrong[row])[0]) + 1
