"""The forward pass."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from backprop_core.arrays import FloatArray, IntArray, LayerArrays, layer_arrays, lock
from backprop_core.passes.activations import ACTIVATIONS, Activation
from backprop_core.passes.finite import OVERFLOWS, require_finite, require_layers_finite
from backprop_core.passes.network import Network
from backprop_core.passes.scaled import LN_2, Scaled, matmul, plain
from backprop_core.passes.scaled_forward import activated, affine, rowwise, small_rows

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
        (examples, n_0), the mantissas of the input.
    z
        ``z[l-1]`` (examples, n_l): mantissas of the pre-activations of layer l = 1..L.
    hidden
        ``hidden[l-1]`` (examples, n_l): mantissas of f(z) of the hidden layers, 1..L-1.
    slope
        ``slope[l-1]`` (examples, n_l): f'(z) of the hidden layers. `backward` overwrites them,
        because reused memory is faster than new memory.
    spare
        Scratch memory for one more array of a stretch of hidden layers, reused likewise.
    z_exponent, a_exponent
        (examples, 1), exponents of z[l], l = 1..L, and of a[l], l = 0..L-1, at the key l. Where
        there is none, the mantissas are the numbers themselves.
    """

    stretches: Sequence[range]
    x: FloatArray
    z: LayerArrays
    hidden: LayerArrays
    slope: LayerArrays
    spare: FloatArray
    z_exponent: dict[int, IntArray] = field(default_factory=dict)
    a_exponent: dict[int, IntArray] = field(default_factory=dict)

    def exact(self) -> dict[str, dict[int, Scaled]]:
        """Return "z" and "a" of the layers l that have exponents, by l."""
        return {
            "z": {n: Scaled.of(lock(self.z[n - 1]), e) for n, e in self.z_exponent.items()},
            "a": {
                n: Scaled.of(lock(self.hidden[n - 1] if n else self.x[:]), e)
                for n, e in self.a_exponent.items()
            },
        }

    @property
    def logits(self) -> FloatArray:
        """z[L] in plain floats."""
        return _floats(self.z[-1], self.z_exponent.get(self.stretches[-1][-1]))

    def inputs(self, layers: range) -> FloatArray:
        """Return a[l-1] for every layer l of a stretch, (layers, examples, n_{l-1})."""
        if layers[0] == 1:
            return self.x[None]
        return self.hidden.joined(layers[0] - 2, len(layers))

    def input_exponents(self, layers: range) -> IntArray | None:
        """Return the exponents of `inputs`, (layers, examples, 1); None where there are none."""
        if not self.a_exponent:
            return None
        found = [self.a_exponent.get(layer - 1) for layer in layers]
        some = next((exponent for exponent in found if exponent is not None), None)
        if some is None:
            return None
        return np.stack([np.zeros_like(some) if e is None else e for e in found])

    def argument(self, layer: int, f: Activation) -> FloatArray:
        """Return numbers with the slopes of z[l]: z[l] in plain floats, or with its signs."""
        z = self.z[layer - 1]
        return z if f.homogeneous else _floats(z, self.z_exponent.get(layer))

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
    *below, _ = stretches = _stretches(network, shapes)
    z, hidden, slope = layer_arrays(network.dtype, shapes, shapes[:-1], shapes[:-1])
    longest = max((len(s) * math.prod(shapes[s[0] - 1]) for s in below), default=0)
    start = None if small_rows(x) is None else rowwise(x)
    spare = np.empty(longest, network.dtype)
    passed = Forward(stretches, x if start is None else start.mantissa, z, hidden, slope, spare)
    if start is not None:
        _keep(passed.a_exponent, 0, start)
    with np.errstate(over="ignore", invalid="ignore"):
        for layers in stretches:
            # The signal became too small for products of floats: repeat it layer by layer, scaled.
            if layers[0] - 1 in passed.a_exponent or not _plainly(network, passed, layers):
                for layer in layers:
                    _scaled(network, passed, layer)
    return passed


def _plainly(network: Network, passed: Forward, layers: range) -> bool:
    """Pass a batch through a stretch in plain floats; tell whether it stayed in their range."""
    first, last = layers[0] - 1, layers[-1]
    a = passed.inputs(layers[:1])[0]
    z = passed.z.joined(first, last - first)
    if last == network.depth:
        _affine(a, network.weights[-1], network.biases[-1], z[0])
        return _in_range(passed, layers, z)
    f = ACTIVATIONS[network.activation]
    parts = z, *(part.joined(first, last - first) for part in (passed.hidden, passed.slope))
    spare = passed.spare_like(z)
    parameters = network.weights[first:last], network.biases[first:last]
    for W, b, *arrays in zip(*parameters, *parts, spare, strict=True):
        _affine(a, W, b, arrays[0])
        f.into(*arrays)
        a = arrays[1]
    inside = _in_range(passed, layers, z) if f.log_f is None else _stays_open(layers, z)
    if inside:
        f.finish(z, parts[2], spare)
    return inside


def _in_range(passed: Forward, layers: range, z: FloatArray) -> bool:
    """Tell whether all rows are so large, or zeros, that no product has lost digits."""
    require_layers_finite(z, z, layers, OVERFLOWS)
    small = small_rows(z)
    if small is None:
        return True
    # Zeros of zeros are exact. Zeros of other numbers may have underflowed.
    alive = z.any(axis=-1) | passed.inputs(layers).any(axis=-1)
    return not bool((small & alive).any())


def _stays_open(layers: range, z: FloatArray) -> bool:
    """Tell whether no example has only units that are so far closed that f(z) underflows."""
    border = float(np.finfo(z.dtype).minexp // 2 * LN_2)
    if np.vdot(z, z) < border * border:
        return True
    require_layers_finite(z, z, layers, OVERFLOWS)
    return bool(z.min() > border or (z.max(axis=-1) > border).all())


def _scaled(network: Network, passed: Forward, layer: int) -> None:
    """Pass a batch through a layer on mantissas with exponents."""
    exponent = passed.a_exponent.get(layer - 1)
    below = passed.inputs(range(layer, layer + 1))[0]
    if exponent is None:
        exponent = np.zeros((*below.shape[:-1], 1), dtype=np.int64)
    z = affine(Scaled.of(below, exponent), network.weights[layer - 1], network.biases[layer - 1])
    require_finite(z.mantissa, z.mantissa, layer, OVERFLOWS)
    passed.z[layer - 1][...] = z.mantissa
    _keep(passed.z_exponent, layer, z)
    if layer < network.depth:
        a, slope = activated(ACTIVATIONS[network.activation], z)
        passed.hidden[layer - 1][...], passed.slope[layer - 1][...] = a.mantissa, slope
        _keep(passed.a_exponent, layer, a)


def decisions(a: FloatArray, z: FloatArray, exponent: IntArray | None) -> IntArray:
    """Return the index of the largest output of each example, (..., examples).

    Parameters
    ----------
    a
        (..., examples, n_L), the outputs.
    z, exponent
        Mantissas and exponents of the logits. Outputs of logits so small that they have exponents
        round to the same number.
    """
    largest: IntArray = a.argmax(axis=-1)
    if exponent is not None:
        exact: IntArray = z.argmax(axis=-1)
        largest = np.where(exponent[..., 0] != 0, exact, largest)
    return largest


def _keep(exponents: dict[int, IntArray], layer: int, matrix: Scaled) -> None:
    if matrix.exponent.any():
        exponents[layer] = np.broadcast_to(matrix.exponent, (*matrix.mantissa.shape[:-1], 1))


def _floats(mantissa: FloatArray, exponent: IntArray | None) -> FloatArray:
    return mantissa if exponent is None else plain(mantissa.copy(), exponent, mantissa.dtype)


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
