"""The forward pass."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from backprop_core.arrays import FloatArray, LayerArrays, layer_arrays
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.finite import OVERFLOWS, require_finite, require_layers_finite
from backprop_core.passes.network import Network
from backprop_core.passes.scaled import matmul

STRETCH_BYTES = 2**19
"""Largest stretch in bytes: one array of each of its layers fits into the cache together."""


@dataclass(frozen=True, eq=False)
class Forward:
    """The arrays of a forward pass.

    Attributes
    ----------
    stretches
        The layers 1..L, in ranges of neighbouring layers whose arrays have equal shapes.
    x
        (examples, n_0), the input.
    z
        ``z[l-1]`` (examples, n_l): the pre-activations of layer l = 1..L.
    hidden
        ``hidden[l-1]`` (examples, n_l): f(z) of the hidden layers, 1..L-1.
    slope
        ``slope[l-1]`` (examples, n_l): f'(z) of the hidden layers. `backward` overwrites them,
        because reused memory is faster than new memory.
    spare
        Scratch memory for one more array of a stretch of hidden layers, reused likewise.
    """

    stretches: Sequence[range]
    x: FloatArray
    z: LayerArrays
    hidden: LayerArrays
    slope: LayerArrays
    spare: FloatArray

    def inputs(self, layers: range) -> FloatArray:
        """Return a[l-1] for every layer l of a stretch, (layers, examples, n_{l-1})."""
        if layers[0] == 1:
            return self.x[None]
        return self.hidden.joined(layers[0] - 2, len(layers))

    def spare_like(self, array: FloatArray) -> FloatArray:
        """Return the spare memory in the shape of an array."""
        return self.spare[: array.size].reshape(array.shape)


def forward(network: Network, x: FloatArray) -> Forward:
    """Propagate a batch up to the logits z[L].

    Parameters
    ----------
    network
        The network, or a stack of them.
    x
        (examples, n_0), in the network's dtype.

    Raises
    ------
    NumericalError
        If a z is not finite.
    """
    shapes = [(*b.shape[:-1], x.shape[-2], b.shape[-1]) for b in network.biases]
    *below, output = stretches = _stretches(network, shapes)
    z, hidden, slope = layer_arrays(network.dtype, shapes, shapes[:-1], shapes[:-1])
    longest = max((len(s) * math.prod(shapes[s[0] - 1]) for s in below), default=0)
    passed = Forward(stretches, x, z, hidden, slope, np.empty(longest, network.dtype))
    with np.errstate(over="ignore", invalid="ignore"):
        a = x
        for layers in below:
            a = _through(network, passed, a, layers)
        _affine(a, network.weights[-1], network.biases[-1], z[-1])
    require_finite(z[-1], z[-1], output[0], OVERFLOWS)
    return passed


def _through(network: Network, passed: Forward, a: FloatArray, layers: range) -> FloatArray:
    """Pass a batch through a stretch of hidden layers; return a of the last one."""
    f = ACTIVATIONS[network.activation]
    first, last = layers[0] - 1, layers[-1]
    parts = [part.joined(first, last - first) for part in (passed.z, passed.hidden, passed.slope)]
    z, _, slope = parts
    spare = passed.spare_like(z)
    parameters = network.weights[first:last], network.biases[first:last]
    for W, b, *arrays in zip(*parameters, *parts, spare, strict=True):
        _affine(a, W, b, arrays[0])
        f.into(*arrays)
        a = arrays[1]
    require_layers_finite(z, z, layers, OVERFLOWS)
    f.finish(z, slope, spare)
    return a


def _affine(a: FloatArray, W: FloatArray, b: FloatArray, z: FloatArray) -> None:
    """Write a @ W.T + b into z."""
    matmul(a, W.mT, out=z)
    np.add(z, b[..., None, :], out=z)


def _stretches(network: Network, shapes: Sequence[tuple[int, ...]]) -> list[range]:
    """Split the layers 1..L into stretches of equal shapes and bounded length."""
    L = network.depth
    # The arrays of the input and of the output layer are separate from those of hidden layers.
    kinds = [(i == 0, i == L - 1, W.shape) for i, W in enumerate(network.weights)]
    # Within a stretch, a gradient that shrinks by 2^4 a layer stays far above the smallest float.
    in_range = -np.finfo(network.dtype).minexp // 16
    stretches = []
    first = 1
    for _, equal in groupby(kinds):
        size = math.prod(shapes[first - 1]) * network.dtype.itemsize
        longest = max(1, min(STRETCH_BYTES // size, in_range))
        end = first + len(list(equal))
        stretches += [range(i, min(i + longest, end)) for i in range(first, end, longest)]
        first = end
    return stretches
