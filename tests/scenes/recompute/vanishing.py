"""The numbers of `vanishing`."""

from __future__ import annotations

import numpy as np

import backprop_core as core
from backprop_core.textbook import forward
from tests.scenes.recompute.again import Again, Table


def held_out(again: Again) -> tuple[int, float]:
    """Return how many examples are held out, and the share that the trained network has right."""
    data, network = core.load_data(again.trained), again.history.network
    assert data.held_out is not None
    assert network is not None
    x, y = data.held_out.x, data.held_out.y
    return len(x), float((forward(network, x)[1][-1].argmax(axis=1) == y).mean())


def table(again: Again) -> Table:
    """Return what only this film shows."""
    signal = again.trace.log10_norm("signal")
    factors = core.factors(again.trace)
    shares = 10 ** (signal - signal.max())
    gain = again.experiment.network.gain
    contrast_gain = gain * 10 if gain * 10 <= 1000 else gain / 10

    def theory_factor(_: str) -> float:
        return float(np.median(np.sqrt(core.mean_field(again.shown, again.trace.x).chi)))

    def contrast(_: str) -> float:
        other = core.run(again.shown.override({"network.gain": contrast_gain}))
        there = other.log10_norm("signal")
        return float(10 ** np.median(there[:-1] - there[1:]))

    def ratio(_: str) -> float:
        """The way round that makes it larger than 1; a ratio near 1 is given as it is."""
        first_to_last = float(signal[0] - signal[-1])
        near = abs(first_to_last) < np.log10(2)
        return 10 ** (first_to_last if near else abs(first_to_last))

    return {
        "signal": lambda layer: 10 ** signal[int(layer) - 1],
        "signal.min": lambda _: 10 ** signal.min(),
        "signal.max": lambda _: 10 ** signal.max(),
        "weight_part": lambda layer: factors.weight_part[int(layer) - 1],
        "slope_part": lambda layer: factors.slope_part[int(layer) - 1],
        "median_factor": lambda _: 10 ** np.median(signal[:-1] - signal[1:]),
        "theory_factor": theory_factor,
        "contrast_factor": contrast,
        "contrast.gain": lambda _: contrast_gain,
        "ratio": ratio,
        "asked_epochs": lambda _: again.experiment.training.epochs,
        "layers_seen": lambda _: np.sum(shares >= 0.01),
        "loss": lambda epoch: again.history.loss[int(epoch)],
        "training_accuracy": lambda epoch: np.asarray(again.history.accuracy)[int(epoch)],
        "held_out_accuracy": lambda _: held_out(again)[1],
        "held_out_examples": lambda _: held_out(again)[0],
        "update_to_weight": lambda layer: again.history.update_to_weight[0, int(layer) - 1],
    }
