"""The numbers of `leak`."""

from __future__ import annotations

from functools import cache

import numpy as np

import backprop_core as core
from tests.scenes.recompute.again import Again, Table


def table(again: Again) -> Table:
    """Return what only this film shows."""
    depth = 2 if again.experiment.depth > 2 else 9

    @cache
    def other() -> core.History:
        """Return the run at the other depth, with the same ends and the same first hidden layer."""
        first, hidden, *_, last = core.layer_widths(again.shown)
        widths = [first, *[hidden] * (depth - 1), last]
        changes = {"network.widths": widths, "training.epochs": int(again.of("epochs"))}
        return core.train(again.shown.override(changes))

    return {
        "accuracy": lambda epoch: np.asarray(again.history.accuracy)[int(epoch)],
        "this.loss": lambda epoch: again.history.loss[int(epoch)],
        "other.loss": lambda epoch: other().loss[int(epoch)],
        "this.depth": lambda _: again.experiment.depth,
        "other.depth": lambda _: depth,
    }
