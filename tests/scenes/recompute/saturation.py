"""The numbers of `saturation`."""

from __future__ import annotations

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

    def slope(z: str) -> float:
        return float(f.slope(np.array([float(z)]))[0])

    def moved(which: str) -> float:
        return float(getattr(layer("30"), which) / getattr(layer("1"), which))

    def typical() -> int:
        """Return the example whose shares of saturated units are closest to those of all."""
        away = []
        for scale in ("1", "2", "4", "8", "16", "30"):
            flat = f.saturated(layer(scale).slope)
            away.append(np.abs(flat.mean(axis=1) - flat.mean()))
        return int(np.argmin(np.max(away, axis=0)))

    def shown_saturated(scale: str) -> int:
        slopes = layer(scale).slope[typical()]
        numbers = np.linspace(0, units - 1, min(units, 30)).round().astype(int)
        return int(f.saturated(slopes[numbers]).sum())

    return {
        "shown": lambda _: min(units, 30),
        "units": lambda _: units,
        "inputs": lambda _: inputs,
        "border": lambda _: border or 0.0,
        "slope": slope,
        "shown_saturated": shown_saturated,
        "dW": lambda scale: layer(scale).rms_dW,
        "dx": lambda scale: layer(scale).rms_dx,
        "dW_ratio": lambda _: moved("rms_dW"),
        "dx_ratio": lambda _: moved("rms_dx"),
        "slope_share": lambda _: moved("rms_dx") / 30,
        "largest_scale": lambda _: 30.0,
    }
