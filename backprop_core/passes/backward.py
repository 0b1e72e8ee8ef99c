"""The backward pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from backprop_core.arrays import FloatArray, IntArray, LayerArrays
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.finite import EXPLODES, require_layers_finite
from backprop_core.passes.forward import Forward
from backprop_core.passes.magnitudes import Magnitudes, norms
from backprop_core.passes.network import Network
from backprop_core.passes.scaled import (
    Scaled,
    matmul,
    normalized,
    stays_in_range,
    times_slope,
    times_weights,
)


@dataclass(frozen=True, eq=False)
class Gradients:
    """The gradients of the mean loss at K neighbouring layers, along the first axis.

    Attributes
    ----------
    layers
        The layers l, counted 1..L.
    delta
        (K, examples, n_l), gradients with respect to z[l], with an exponent for each example.
    dW, db
        (K, n_l, n_{l-1}) and (K, 1, n_l), mantissas of the gradients with respect to W[l] and b[l].
    dW_exponent, db_exponent
        (K, 1, 1), their exponents.
    norms
        (K,), Frobenius norms of "delta", "dW" and "db". At hidden layers also of "back", the
        gradient with respect to a[l], which is not yet multiplied by the slope. "sum" is the size
        of the sum of delta over examples and units.
    """

    layers: range
    delta: Scaled
    dW: FloatArray
    db: FloatArray
    dW_exponent: IntArray
    db_exponent: IntArray
    norms: Mapping[str, Magnitudes]


def backward(
    network: Network, passed: Forward, delta: Scaled, memory: LayerArrays | None = None
) -> Iterator[Gradients]:
    """Propagate a gradient from the output down, one stretch of layers at a time.

    Parameters
    ----------
    network
        The network, or a stack of them.
    passed
        Its forward pass; the slopes in it are overwritten.
    delta
        (examples, n_L), the gradient with respect to z[L], normalized.
    memory
        Arrays to write dW of every layer into; new ones by default.

    Yields
    ------
    The gradients at layers L, L-1, ..., 1 (Rumelhart et al. 1986, eq. 4-7).

    Raises
    ------
    NumericalError
        If a gradient is not finite.
    """
    *below, output = passed.stretches
    yield _gradients(passed, output, {}, delta[None], memory)
    delta = _without_rounding(network.weights[-1], delta)
    for stretch in reversed(below):
        for layers, back, deltas in _sent_back(network, passed, delta, stretch):
            yield _gradients(passed, layers, {"back": back}, deltas, memory)
            delta = deltas[0]


def _without_rounding(weights: FloatArray, delta: Scaled) -> Scaled:
    """Set rows of the gradient at z[L] to 0 that cancel in weights equal for all outputs.

    Such weights pass on the sum over the outputs, which is 0 for a softmax or a hinge. Its rounding
    error would go down as if it were a gradient.
    """
    # Two rows tell weights that were drawn at once.
    if not (weights[..., 0, :] == weights[..., -1, :]).all(axis=-1).any():
        return delta
    equal = (weights == weights[..., :1, :]).all(axis=(-2, -1))
    size, outputs = np.abs(delta.mantissa), delta.mantissa.shape[-1]
    rounding = outputs * np.finfo(delta.mantissa.dtype).eps * size.sum(axis=-1, keepdims=True)
    sums = np.abs(delta.mantissa.sum(axis=-1, keepdims=True))
    gone = equal[..., None, None] & (sums <= rounding)
    if not gone.any():
        return delta
    return Scaled.of(np.where(gone, 0, delta.mantissa), delta.exponent)


def _sent_back(
    network: Network, passed: Forward, delta: Scaled, layers: range
) -> Iterator[tuple[range, Magnitudes, Scaled]]:
    """Yield layers, norms of the gradient with respect to a, and delta, given delta above them."""
    delta = normalized(delta)
    # The range of float16 is too small for the fast way.
    roomy = network.dtype != np.float16
    if roomy:
        back, deltas = _plainly(network, passed, delta, layers)
        if stays_in_range(delta, deltas):
            yield layers, back, deltas
            return
    # The gradient changed so much that digits may be lost: repeat it layer by layer, scaled.
    f = ACTIVATIONS[network.activation]
    for layer in reversed(layers):
        z = passed.argument(layer, f)
        with np.errstate(over="ignore", invalid="ignore"):
            slope = f.slope(z) if roomy else passed.slope[layer - 1]
            sent = times_weights(delta, network.weights[layer])
            delta = times_slope(sent, z, slope, f)
        yield range(layer, layer + 1), sent[None].norm(), delta[None]


def _plainly(
    network: Network, passed: Forward, delta: Scaled, layers: range
) -> tuple[Magnitudes, Scaled]:
    """Send a gradient back through a stretch in plain floats; deltas overwrite the slopes."""
    deltas = passed.slope.joined(layers[0] - 1, len(layers))
    back = passed.spare_like(deltas)
    above = delta.mantissa
    with np.errstate(over="ignore", invalid="ignore"):
        for layer, sent, slope in zip(layers[::-1], back[::-1], deltas[::-1], strict=True):
            matmul(above, network.weights[layer], out=sent)
            above = np.multiply(sent, slope, out=slope)
        exponent = np.broadcast_to(delta.exponent, (len(layers), *delta.exponent.shape))
        return norms(back, exponent), Scaled.of(deltas, exponent)


def _gradients(
    passed: Forward,
    layers: range,
    back: Mapping[str, Magnitudes],
    delta: Scaled,
    memory: LayerArrays | None,
) -> Gradients:
    place = None if memory is None else memory.joined(layers[0] - 1, len(layers))
    common = delta.aligned()
    db, exponent = common.mantissa.sum(axis=-2, keepdims=True), common.exponent
    dW, dW_exponent, size = _products(passed, layers, delta, common, place)
    sizes = {"delta": delta.norm(), "dW": size, "db": norms(db, exponent)}
    for array, size in zip((delta.mantissa, dW, db), sizes.values(), strict=True):
        require_layers_finite(array, size.mantissa[::-1], layers[::-1], EXPLODES)
    sizes["sum"] = Magnitudes(
        np.abs(db.sum(axis=(-2, -1), dtype=np.float64)),
        np.asarray(exponent[..., 0, 0], dtype=np.int64),
    )
    return Gradients(layers, delta, dW, db, dW_exponent, exponent, {**sizes, **back})


def _products(
    passed: Forward, layers: range, delta: Scaled, common: Scaled, out: FloatArray | None
) -> tuple[FloatArray, IntArray, Magnitudes]:
    """Return mantissas, exponents and norms of dW; `common` is delta, aligned."""
    a, exponent = passed.inputs(layers), passed.input_exponents(layers)
    if exponent is None:
        dW = _sum_of_products(common.mantissa, a, out)
        size = norms(dW, common.exponent)
        if not _underflows(dW, common, size):
            return dW, common.exponent, size
        exponent = np.zeros((1,) * a.ndim, dtype=np.int64)
    # Only with both factors of order 1 does no product of examples underflow.
    left, right = delta.leveled(), Scaled.of(a, exponent).leveled()
    left = replace(left, exponent=left.exponent + right.exponent).aligned()
    dW = _sum_of_products(left.mantissa, right.mantissa, out)
    return dW, left.exponent, norms(dW, left.exponent)


def _underflows(dW: FloatArray, delta: Scaled, size: Magnitudes) -> bool:
    """Tell whether sums of products may have lost digits because their mantissas are small."""
    _, binary = np.frexp(size.mantissa)
    small = binary + size.exponent - delta.exponent[..., 0, 0] < np.finfo(dW.dtype).minexp // 2
    alive = (delta.rows.mantissa > 0).any(axis=-1)
    return bool((alive & (small | (size.mantissa == 0))).any())


def _sum_of_products(delta: FloatArray, a: FloatArray, out: FloatArray | None) -> FloatArray:
    """Sum outer(delta, a) over the examples; for float16 the sum is float32, as it may be large."""
    with np.errstate(over="ignore", invalid="ignore"):
        if a.dtype == np.float16:
            return delta.astype(np.float32).mT @ a.astype(np.float32)
        return np.matmul(delta.mT, a, out=out)
