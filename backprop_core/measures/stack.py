"""Passes through many networks of one shape at once, with one call for each layer.

A stack is a `Network` whose arrays have a leading axis that counts the members. The numbers of a
member do not depend on the other members, because NumPy computes each matrix product separately.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray, IntArray, lock
from backprop_core.passes.backward import backward
from backprop_core.passes.forward import Forward, decisions, forward
from backprop_core.passes.losses import Compare
from backprop_core.passes.network import Network
from backprop_core.passes.output import compare_output, output_delta
from backprop_core.passes.slopes import dead_count, saturated_share
from backprop_core.passes.trace import norms_by_kind

CHUNK_BYTES = 2**20
"""Size of one layer of a chunk of networks in bytes, chosen to fit into the cache."""


@dataclass(frozen=True, eq=False)
class Measures:
    """Measurements of a pass for each of S members.

    Attributes
    ----------
    loss
        (S,), the mean losses.
    right
        (S, examples), whether the largest output is the class; empty where targets are no classes.
    log10_signal, log10_dW
        (S, L), decimal logarithms of the signal and of the norm of dW.
    saturated, dead
        (S, L-1), fraction of saturated units x examples, and number of dead units.
    """

    loss: NDArray[np.float64]
    right: NDArray[np.bool_]
    log10_signal: NDArray[np.float64]
    log10_dW: NDArray[np.float64]
    saturated: NDArray[np.float64]
    dead: IntArray

    def member(self, row: int) -> Self:
        """Return the measures of one member, as a stack of one."""
        return type(self)(*(getattr(self, f.name)[row : row + 1] for f in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Join the measures of several stacks, in their order."""
        names = [field.name for field in fields(cls)]
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def stacked(members: Sequence[Network]) -> Network:
    """Stack networks of the same shape into one, with a leading axis that counts the members."""
    first = members[0]
    return Network(
        weights=tuple(map(lock, map(np.stack, zip(*(m.weights for m in members), strict=True)))),
        biases=tuple(map(lock, map(np.stack, zip(*(m.biases for m in members), strict=True)))),
        activation=first.activation,
        output=first.output,
    )


def members_a_chunk(widths: Sequence[int], examples: int, itemsize: int) -> int:
    """Return the number of networks to pass examples through at once."""
    return max(1, CHUNK_BYTES // (examples * max(widths) * itemsize))


def measure(
    network: Network,
    x: FloatArray,
    y: IntArray | FloatArray,
    wanted: FloatArray,
    compare: Compare,
) -> Measures:
    """Pass examples through a stack, forward and backward.

    Parameters
    ----------
    network
        A stack of S networks.
    x, wanted
        (examples, n_0) and (examples, n_L), or one of each for every member, (S, examples, n).
    y
        Integer classes (..., examples), or the targets themselves.
    compare
        See `backprop_core.passes.losses.comparison`.

    Raises
    ------
    NumericalError
        If NaN or infinity arises in any member.
    """
    passed = forward(network, x)
    compared = compare_output(network, passed, compare, wanted)
    saturated, dead = _slopes(network, passed)
    norms = norms_by_kind(
        backward(network, passed, output_delta(network, passed, compared)), x.shape[-2]
    )
    classes = y.dtype.kind in "iu" and y.ndim < wanted.ndim
    exponent = passed.z_exponent.get(network.depth)
    right = (
        decisions(compared.a, passed.z[-1], exponent) == y
        if classes
        else np.empty((len(saturated), 0), bool)
    )
    return Measures(
        loss=compared.loss.mean(axis=-1, dtype=np.float64),
        right=right,
        log10_signal=norms["signal"].log10(),
        log10_dW=norms["dW"].log10(),
        saturated=saturated,
        dead=dead,
    )


def _slopes(network: Network, passed: Forward) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Count saturated and dead units; must run before `backward` overwrites the slopes."""
    shape = (len(network.weights[0]), network.depth - 1)
    saturated, dead = np.zeros(shape), np.zeros(shape, dtype=np.int64)
    for i, slope in enumerate(passed.slope):
        saturated[:, i] = saturated_share(slope, network.activation)
        dead[:, i] = dead_count(slope, network.activation)
    return saturated, dead
