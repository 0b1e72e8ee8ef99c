"""The steps of the forward pass on mantissas with exponents: for signals that floats cannot hold.

Each example has its own exponent. Units that are far smaller than the largest one of their example
may be 0 in comparison, but keep their sign, on which the slope of a ReLU depends.
"""

from __future__ import annotations

import numpy as np

from backprop_core.arrays import BoolArray, FloatArray
from backprop_core.passes.activations import Activation
from backprop_core.passes.magnitudes import ZERO_EXPONENT
from backprop_core.passes.scaled import (
    Scaled,
    by_logarithms,
    normalized,
    plain,
    times_power_of_two,
    times_weights,
)


def small_rows(matrix: FloatArray) -> BoolArray | None:
    """Tell which rows have products that may underflow, (..., rows); None if no row has.

    Rows of zeros and of NaN count as small.
    """
    least = 2.0 ** (np.finfo(matrix.dtype).minexp // 2)
    # Where one entry is large, the norm is: a look at one column takes a tenth of the time.
    if (np.abs(matrix[..., matrix.shape[-1] // 2]) > least).all():
        return None
    wide = matrix.astype(np.float32) if matrix.dtype == np.float16 else matrix
    with np.errstate(over="ignore"):
        small = ~(np.vecdot(wide, wide) > least**2)
    return small if small.any() else None


def rowwise(matrix: FloatArray) -> Scaled:
    """Return a matrix of plain floats with an exponent for each row that is small."""
    return _rowwise(Scaled.of(matrix, np.zeros((*matrix.shape[:-1], 1), dtype=np.int64)))


def affine(a: Scaled, W: FloatArray, b: FloatArray) -> Scaled:
    """Return a @ W.T + b, of shape (..., examples, n); see `rowwise`."""
    return _rowwise(_plus(times_weights(a, W.mT), b))


def activated(f: Activation, z: Scaled) -> tuple[Scaled, FloatArray]:
    """Return f(z) and f'(z), which is in plain floats."""
    if f.homogeneous:
        a = Scaled.of(f.f(z.mantissa), z.exponent)
        return _rowwise(a), f.slope(z.mantissa)
    values, slope = f.value_and_slope(plain(z.mantissa.copy(), z.exponent, z.mantissa.dtype))
    least = np.finfo(values.dtype).minexp // 2
    if f.log_f is not None:
        a = Scaled.of(values, np.zeros((*values.shape[:-1], 1), dtype=np.int64))
        lost = np.asarray(values.max(axis=-1) < 2.0**least)
        if lost.any():
            one = Scaled.of(np.ones_like(values), a.exponent)
            a = by_logarithms(a, one, lost, f.log_f(z.mantissa[lost].astype(np.float64)))
        return _rowwise(a), slope
    # tanh: z (1 - z^2 / 3 + ...) rounds to z.
    linear = z.exponent <= least
    a = Scaled.of(np.where(linear, z.mantissa, values), np.where(linear, z.exponent, 0))
    return _rowwise(a), slope


def _rowwise(matrix: Scaled) -> Scaled:
    found = normalized(matrix, shared=False)
    return Scaled(_signed(found.mantissa, matrix.mantissa), found.exponent, found.rows)


def _plus(product: Scaled, b: FloatArray) -> Scaled:
    """Add b, (..., n), to every row; the sum of two numbers is rounded once, as floats do."""
    if not b.any():
        return product
    _, top = np.frexp(np.abs(b).max(axis=-1))
    _, binary = np.frexp(product.rows.mantissa)
    own = product.exponent[..., 0] + product.rows.exponent + binary
    own = np.where(product.rows.mantissa > 0, own, ZERO_EXPONENT)
    total = np.maximum(own, np.where(b.any(axis=-1), top, ZERO_EXPONENT)[..., None])
    small = (total < np.finfo(b.dtype).minexp // 8) & (total > ZERO_EXPONENT)
    exponent = np.where(small, total, 0)[..., None]
    moved = times_power_of_two(product.mantissa, product.exponent - exponent)
    moved = _signed(moved, product.mantissa)
    return Scaled.of(moved + times_power_of_two(b[..., None, :], -exponent), exponent)


def _signed(moved: FloatArray, before: FloatArray) -> FloatArray:
    """Return numbers of which those that underflowed are the smallest float of their sign."""
    lost = (moved == 0) & (before != 0)
    if lost.any():
        moved[lost] = np.copysign(np.finfo(moved.dtype).smallest_subnormal, before[lost])
    return moved
