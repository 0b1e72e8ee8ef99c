"""A trained network on examples that it was not trained on."""

from __future__ import annotations

import numpy as np

from backprop_core.arrays import FloatArray, IntArray
from backprop_core.data.datasets import Data
from backprop_core.errors import NumericalError
from backprop_core.measures.stack import members_a_chunk
from backprop_core.passes.forward import decisions, forward
from backprop_core.passes.losses import Compare, targets
from backprop_core.passes.network import Network
from backprop_core.passes.output import compare_output
from backprop_core.training.history import HeldOut


def judge(network: Network, data: Data, compare: Compare, loss: str) -> HeldOut | None:
    """Pass the held-out examples forward; see `History.held_out`.

    Parameters
    ----------
    network
        The trained network.
    data
        The examples that it was trained on, and those held out.
    compare, loss
        Output and loss, see `backprop_core.passes.losses.comparison`, and the name of the loss.
    """
    held = data.held_out
    if held is None:
        return None
    wanted = targets(held.y, data.outputs, loss, network.dtype)
    rows = members_a_chunk(network.widths, 1, network.dtype.itemsize)
    parts = range(0, len(held.x), rows)
    try:
        passed = [
            _pass(network, held.x[at : at + rows], wanted[at : at + rows], compare) for at in parts
        ]
    except NumericalError:
        return None
    losses, answers = (np.concatenate(each) for each in zip(*passed, strict=True))
    accuracy = chance = None
    if held.y.ndim == 1:
        accuracy = float((answers == held.y).mean())
        chance = float((held.y == np.bincount(data.y).argmax()).mean())
    return HeldOut(len(held.x), float(losses.mean(dtype=np.float64)), accuracy, chance)


def _pass(
    network: Network, x: FloatArray, wanted: FloatArray, compare: Compare
) -> tuple[FloatArray, IntArray]:
    """Return the loss of each example, and the index of its largest output."""
    passed = forward(network, x)
    compared = compare_output(network, passed, compare, wanted)
    exponent = passed.z_exponent.get(network.depth)
    return compared.loss, decisions(compared.a, passed.z[-1], exponent)
