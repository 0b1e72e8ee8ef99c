"""The numbers of `preprocessing`."""

from __future__ import annotations

from functools import cache

import numpy as np

import backprop_core as core
from backprop_core.passes.layer import LayerPass, layer_pass
from tests.scenes.recompute.again import Again, Table


def table(again: Again) -> Table:
    """Return what only this film shows."""
    epochs = int(again.of("epochs")) if "epochs" in again.names else 1
    names = ("raw", "standardized")
    versions = [
        again.shown.override({"data.standardize": name == names[1], "training.epochs": epochs})
        for name in names
    ]
    networks: dict[tuple[str, int], core.Network] = {}

    def watch(number: int, epoch: int, network: core.Network) -> None:
        networks[names[number], epoch] = network

    histories = dict(zip(names, core.train_many(versions, watch=watch), strict=True))

    def history(name: str) -> core.History:
        found = histories[name]
        assert isinstance(found, core.History)
        return found

    @cache
    def layer(name: str, epoch: int) -> LayerPass:
        network = networks[name, epoch]
        x = core.load_data(versions[names.index(name)]).x[: max(10, 40_000 // network.widths[1])]
        return layer_pass(network.weights[0], network.biases[0], x, network.activation)

    entries: Table = {"epochs": lambda _: epochs}
    for side, experiment in zip(names, versions, strict=True):
        x = core.load_data(experiment).x.astype(np.float64)
        entries = dict(entries) | {
            f"{side}.mean": lambda _, x=x: float(x.mean()),
            f"{side}.std": lambda _, x=x: float(x.std()),
            f"{side}.saturated": lambda e, s=side: layer(s, int(e)).saturated,
            f"{side}.median_slope": lambda e, s=side: layer(s, int(e)).median_slope,
            f"{side}.dW": lambda e, s=side: 10 ** float(history(s).log10_dW[int(e), 0]),
            f"{side}.loss": lambda e, s=side: float(history(s).loss[int(e)]),
        }
    return entries
