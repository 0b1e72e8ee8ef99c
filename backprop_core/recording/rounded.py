"""Tell a gradient that is rounded to 0 from one that is 0.

delta = dL/da * f'(z). If delta is 0 and f'(z) is not, then either nothing arrives (an example that
the loss leaves out, a dropped unit, weights of 0), or the product of what arrives is too small for
a float. Only the second is rounding, and only it is helped by a scale of the loss.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import BoolArray, FloatArray
from backprop_core.passes.activations import ACTIVATIONS

Array = NDArray[np.float64]


class Arriving(NamedTuple):
    """What is known of the gradient that reaches the activations of a layer.

    Attributes
    ----------
    back
        (examples, n), dL/da as it was computed; None if it was not observed.
    delta, W
        (examples, m) and (m, n): dL/dz and W of the layer above; None if it is not known that the
        layer above is fed by this one.
    """

    back: FloatArray | None = None
    delta: FloatArray | None = None
    W: FloatArray | None = None


def rounded(
    z: FloatArray, delta: FloatArray, activation: str, suspects: BoolArray, arriving: Arriving
) -> int:
    """Count the zeros of delta, (examples, n), that are rounded.

    Parameters
    ----------
    suspects
        (examples, n), where delta is 0 and the slope is not.
    arriving
        What the layer above passes down.
    """
    tiny = float(np.log2(float(np.finfo(delta.dtype).tiny)))
    if arriving.back is None and (arriving.delta is None or arriving.W is None):
        return _at_the_edge(delta, suspects)
    rows, columns = np.nonzero(suspects)
    size = np.full(len(rows), -np.inf)
    if arriving.back is not None:
        size = _log2(arriving.back[rows, columns])
    nothing = np.isneginf(size)
    if nothing.any() and arriving.delta is not None and arriving.W is not None:
        # dL/da may have been rounded itself.
        size[nothing] = _of_product(arriving.delta, arriving.W, rows[nothing], columns[nothing])
    product = size + _log2_slope(z[rows, columns], activation)
    # A product that a float can hold, and that is 0 all the same, was set to 0: by dropout, say.
    return int(np.count_nonzero(np.isfinite(product) & (product < tiny)))


def _at_the_edge(delta: FloatArray, suspects: BoolArray) -> int:
    """Count zeros whose product is not known: those beside numbers that are about to be rounded.

    Only float16 has such numbers where they matter to weights.
    """
    size = np.abs(delta)
    least = size[size > 0].min(initial=np.inf)
    if delta.dtype != np.float16 or least >= np.finfo(delta.dtype).tiny:
        return 0
    return int(np.count_nonzero(suspects & delta.any(axis=1, keepdims=True)))


def _of_product(
    delta: FloatArray, W: FloatArray, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> Array:
    """Return log2 of (delta @ W)[rows, columns], which does not underflow; -inf where it is 0."""
    which, row = np.unique(rows, return_inverse=True)
    (above, up), (weights, of_weights) = _scaled(delta[which], 1), _scaled(W, None)
    exact, whole = above @ weights, np.abs(above) @ np.abs(weights)
    # Terms that cancel leave what they were rounded by.
    exact[np.abs(exact) <= float(np.finfo(delta.dtype).eps) * whole] = 0
    return np.asarray(_log2(exact[row, columns]) + up[row, 0] + of_weights[0, 0])


def _scaled(values: FloatArray, axis: int | None) -> tuple[Array, NDArray[np.int64]]:
    """Divide by powers of two, so that the largest numbers are about 1; return the powers, too."""
    wide = values.astype(np.float64)
    power = np.frexp(np.abs(wide).max(axis=axis, keepdims=True))[1].astype(np.int64)
    return np.ldexp(wide, -power), power


def _log2(values: FloatArray) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log2(np.abs(values.astype(np.float64))))


def _log2_slope(z: FloatArray, activation: str) -> Array:
    f, wide = ACTIVATIONS[activation], z.astype(np.float64)
    if f.log_slope is not None:
        return np.asarray(f.log_slope(wide) / np.log(2.0))
    return _log2(f.slope(wide))
