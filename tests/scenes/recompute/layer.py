"""The numbers of `layer`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import backprop_core as core
from tests.scenes.recompute.again import Again, Table


def table(again: Again) -> Table:
    """Return what only this film shows."""
    network, examples = core.initialize(again.experiment), core.load_data(again.experiment).x[:2]
    x = examples[0]
    W, b = network.weights[0], network.biases[0]
    f = core.ACTIVATIONS[network.activation]
    u = W @ x + b
    slope = f.slope(u)
    arrays = {
        "W": W,
        "x": x,
        "b": b,
        "u": u,
        "z": f.f(u),
        "slope": slope,
        "dx": slope @ W,
        "dW": slope[:, None] * x,
        "product": W * x,
        "term": W * slope[:, None],
    }
    slopes = f.slope(examples @ W.T + b)
    arrays |= {"X": examples, "slopes": slopes}
    # The sum over the rows, in the form that the code of a batch has, and the part of the second.
    arrays |= {"dW2": slopes.T @ examples, "dW_second": slopes[1:].T @ examples[1:]}

    def entry(array: np.ndarray) -> Callable[[str], float]:
        """A vector is a column: its second index is 0."""
        shaped = array.reshape(len(array), -1)
        return lambda inside: float(shaped[tuple(int(k) for k in inside.split(","))])

    return {name: entry(array) for name, array in arrays.items()} | {
        "units": lambda _: W.shape[0],
        "inputs": lambda _: W.shape[1],
        "weights": lambda _: W.size,
        "slope_ratio": lambda _: float(slope.max() / slope[slope > 0].min()),
        "zero_slopes": lambda _: int(np.sum(slope == 0)),
        "flat_units": lambda _: int(np.sum(slope < slope.max() / 2)),
        "examples": lambda _: len(examples),
    }
