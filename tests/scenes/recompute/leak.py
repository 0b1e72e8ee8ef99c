"""The numbers of `leak`."""

from __future__ import annotations

from functools import cache

import numpy as np

import backprop_core as core
from scenes.kit.theme import THEMES
from tests.scenes.recompute.again import Again, Table

SEEN = 1.5
"""Contrast from which light can be seen."""
CHANGES = 0.25
"""The share of an epoch, around its middle, in which its loss changes on stage."""


def table(again: Again) -> Table:
    """Return what only this film shows."""
    depth = 2 if again.experiment.depth > 2 else 9
    own = again.experiment.depth

    @cache
    def at_other_depth() -> core.Experiment:
        """Return the experiment with the same ends and the same first hidden layer."""
        first, hidden, *_, last = core.layer_widths(again.shown)
        return again.shown.override({"network.widths": [first, *[hidden] * (depth - 1), last]})

    @cache
    def other() -> core.History:
        """Return the run at the other depth."""
        epochs = {"training.epochs": len(again.history.loss) - 1}
        return core.train(at_other_depth().override(epochs))

    @cache
    def deep_signal() -> np.ndarray:
        """Return log10 of the signal of each layer of the deep network, (L,)."""
        deep = again.shown if own > depth else at_other_depth()
        return core.run(deep).log10_norm("signal")

    def layers_lit(_: str) -> int:
        """Count the layers of the deep network whose light can be seen beside the largest."""
        signal = deep_signal()
        theme = THEMES[again.experiment.film.theme]
        shares = 10 ** (signal - signal.max())
        return sum(theme.contrast_of(theme.backward, share) >= SEEN for share in shares)

    def left(layer: str) -> float:
        """Between two layers the logarithm changes evenly."""
        signal = deep_signal()
        at = np.interp(float(layer), np.arange(1, len(signal) + 1), signal)
        return float(10 ** (at - signal[-1]))

    f = core.ACTIVATIONS[again.experiment.network.activation]
    return {
        "asked_epochs": lambda _: again.experiment.training.epochs,
        "layers_lit": layers_lit,
        "inner.factor": lambda n: 10 ** (deep_signal()[int(n) - 1] - deep_signal()[int(n)]),
        "inner.left": left,
        "gradient_ratio": lambda _: 10 ** (deep_signal()[-1] - deep_signal()[0]),
        "slope": lambda z: float(f.slope(np.array([float(z)]))[0]),
        "factor": lambda _: (
            10 ** ((deep_signal()[0] - deep_signal()[-1]) / (len(deep_signal()) - 1))
        ),
        "this.loss": lambda epoch: loss_at(again.history, epoch),
        "other.loss": lambda epoch: loss_at(other(), epoch),
        "this.depth": lambda _: own,
        "other.depth": lambda _: depth,
    }


def loss_at(history: core.History, epoch: str) -> float:
    """Return the loss after an epoch, or on its way to that of the next."""
    at = float(epoch)
    before, after = history.loss[int(at)], history.loss[int(np.ceil(at))]
    done = np.clip((at % 1 - 0.5) / CHANGES + 0.5, 0, 1)
    return float(before if before == after else before + (after - before) * done)
