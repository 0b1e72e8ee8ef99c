"""The numbers of `saturation`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import backprop_core as core
from backprop_core.passes.layer import LayerPass, layer_pass, saturation_border
from tests.scenes.recompute.again import Again, Table


def table(again: Again) -> Table:
    """Return what only this film shows."""
    network = core.initialize(again.shown)
    x = core.load_data(again.shown).x
    units, inputs = network.weights[0].shape
    f = core.ACTIVATIONS[again.experiment.network.activation]
    border = saturation_border(f.name)

    def layer(scale: str) -> LayerPass:
        weights, biases = network.weights[0], network.biases[0]
        return layer_pass(weights, biases, x, f.name, float(scale or 1))

    def of_unit(part: str) -> Callable[[str], float]:
        return lambda z: float(getattr(f, part)(np.array([float(z)]))[0])

    def moved(which: str) -> float:
        return float(getattr(layer("30"), which) / getattr(layer("1"), which))

    def beyond(scale: str) -> float:
        reach = 16 * border / 6 if border else 12.0
        return float(np.mean(np.abs(layer(scale).z) > reach))

    return {
        "units": lambda _: units,
        "inputs": lambda _: inputs,
        "border": lambda _: border or 0.0,
        "f": of_unit("f"),
        "slope": of_unit("slope"),
        "saturated": lambda scale: layer(scale).saturated,
        "median_slope": lambda scale: layer(scale).median_slope,
        "beyond_axis": beyond,
        "dW": lambda scale: layer(scale).rms_dW,
        "dx": lambda scale: layer(scale).rms_dx,
        "dW_ratio": lambda _: moved("rms_dW"),
        "dx_ratio": lambda _: moved("rms_dx"),
        "largest_scale": lambda _: 30.0,
    }
