"""Matrices that never underflow, as float mantissas with integer exponents.

Multiplication by a power of two is exact, and it commutes with matrix products unless these under-
or overflow. So a pass on mantissas equals one in plain floats bit for bit while that one does not
underflow, and still works where the plain one would give zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backprop_core.arrays import BoolArray, FloatArray, IntArray
from backprop_core.passes.activations import Activation
from backprop_core.passes.magnitudes import ZERO_EXPONENT, Magnitudes, norm_of, row_norms

LN_2 = float(np.log(2.0))


def times_power_of_two(
    matrix: FloatArray, exponent: IntArray, out: FloatArray | None = None
) -> FloatArray:
    """Return matrix * 2**exponent, which is exact, or rounded once where it underflows."""
    info, one = np.finfo(matrix.dtype), matrix.dtype.type(1)
    if exponent.min() >= info.minexp and exponent.max() < info.maxexp:
        return np.multiply(matrix, np.ldexp(one, exponent), out=out)
    # Two steps, because 2**exponent itself may be out of range where the product is not.
    half = exponent // 2
    product = np.multiply(matrix, np.ldexp(one, half), out=out)
    product *= np.ldexp(one, exponent - half)
    return product


def plain(mantissa: FloatArray, exponent: IntArray, dtype: np.dtype[np.floating]) -> FloatArray:
    """Return mantissa * 2**exponent as ordinary floats, rounded once; 0 where it underflows.

    The result overwrites the mantissas if these have that dtype.
    """
    if not exponent.any():
        return mantissa.astype(dtype, copy=False)
    wide = mantissa.astype(np.float64, copy=False)
    times_power_of_two(wide, exponent, out=wide)
    place = mantissa if mantissa.dtype == dtype else np.empty_like(mantissa, dtype=dtype)
    if place is not wide:
        place[...] = wide
    return place


@dataclass(frozen=True)
class Scaled:
    """A matrix mantissa * 2**exponent, with one exponent for each row or for the whole matrix.

    Attributes
    ----------
    mantissa
        (..., rows, columns).
    exponent
        (..., rows, 1) or (..., 1, 1), integers, never above 0.
    rows
        (..., rows), the norm of every row of the mantissa.
    """

    mantissa: FloatArray
    exponent: IntArray
    rows: Magnitudes

    @classmethod
    def of(cls, mantissa: FloatArray, exponent: IntArray) -> Scaled:
        """Return mantissa * 2**exponent, with the norms of its rows."""
        return cls(mantissa, exponent, row_norms(mantissa))

    def __getitem__(self, index: int | None) -> Scaled:
        rows = Magnitudes(self.rows.mantissa[index], self.rows.exponent[index])
        return Scaled(self.mantissa[index], self.exponent[index], rows)

    def shifted(self, shift: IntArray, exponent: IntArray) -> Scaled:
        """Return the same matrix with this exponent, which is smaller by `shift`."""
        rows = Magnitudes(self.rows.mantissa, self.rows.exponent + shift[..., 0])
        return Scaled(times_power_of_two(self.mantissa, shift), exponent, rows)

    def aligned(self) -> Scaled:
        """Return the same matrix with a single exponent, that of its largest row."""
        first = self.exponent[..., :1, :]
        if (self.exponent == first).all():
            return Scaled(self.mantissa, first, self.rows)
        alive = self.rows.mantissa[..., None] > 0
        common = np.max(self.exponent, -2, keepdims=True, where=alive, initial=ZERO_EXPONENT)
        return self.shifted(np.where(alive, self.exponent - common, 0), common)

    def leveled(self) -> Scaled:
        """Return the same matrix, with the norm of the mantissas of every row in [1/2, 1)."""
        _, binary = np.frexp(self.rows.mantissa)
        alive = (self.rows.mantissa > 0)[..., None]
        shift = np.where(alive, -(binary + self.rows.exponent)[..., None], 0)
        return self.shifted(shift, np.where(alive, self.exponent - shift, ZERO_EXPONENT))

    def norm(self) -> Magnitudes:
        """Return the Frobenius norm of each matrix, shape (...)."""
        exponent = self.rows.exponent + self.exponent[..., 0]
        return norm_of(Magnitudes(self.rows.mantissa, exponent))


def normalized(matrix: Scaled, *, shared: bool = True) -> Scaled:
    """Choose exponents of small rows so that the largest norm of a mantissa lies in [1/2, 1).

    Rows whose norms differ much get separate exponents, and without `shared` every row does. A row
    that is not small has exponent 0, so that its mantissas are the plain floats.
    """
    sizes, info = matrix.rows, np.finfo(matrix.mantissa.dtype)
    plain = not (matrix.exponent.any() or sizes.exponent.any())
    if plain and sizes.mantissa.min() >= 2.0 ** (info.minexp // 8):
        return Scaled(matrix.mantissa, matrix.exponent[..., :1, :], sizes)
    _, binary = np.frexp(sizes.mantissa)
    total = matrix.exponent[..., 0] + sizes.exponent + binary
    alive = sizes.mantissa > 0
    if shared:
        highest = total.max(axis=-1, keepdims=True, where=alive, initial=ZERO_EXPONENT)
        lowest = total.min(axis=-1, keepdims=True, where=alive, initial=0)
        if (highest - lowest < -info.minexp // 16).all():
            total = highest
    small = (total < info.minexp // 8) & (total > ZERO_EXPONENT)
    exponent = np.where(small, total, 0)[..., None]
    # A row of zeros may take any exponent, without a change of its mantissas.
    shift = np.where(alive[..., None], matrix.exponent - exponent, 0)
    if not shift.any():
        return Scaled(matrix.mantissa, exponent, sizes)
    return matrix.shifted(shift, exponent)


def stays_in_range(start: Scaled, path: Scaled) -> bool:
    """Tell whether all products stayed so far within the range of floats that none lost bits.

    Parameters
    ----------
    start
        (..., rows, columns), normalized.
    path
        (layers, ..., rows, columns), the products that it became. Rows of zeros are allowed.
    """
    low = 2.0 ** (np.finfo(path.mantissa.dtype).minexp // 2)
    sizes = path.rows.mantissa
    inside = (sizes > low) & (sizes < 1 / low) & (path.rows.exponent == 0)
    return bool(inside.all() or (inside | (start.rows.mantissa == 0)).all())


def times_weights(delta: Scaled, weights: FloatArray) -> Scaled:
    """Send the gradient at z[l+1] back through W[l+1]: delta @ W.

    Parameters
    ----------
    delta
        (..., examples, n_{l+1}), normalized.
    weights
        (..., n_{l+1}, n_l).
    """
    largest = np.maximum(weights.max(axis=(-2, -1)), -weights.min(axis=(-2, -1)))
    _, binary = np.frexp(largest[..., None, None])
    # Weights are rescaled if they are so small that a product may underflow.
    exponent = np.where(binary < np.finfo(weights.dtype).minexp // 2, binary, 0)
    W = times_power_of_two(weights, -exponent) if exponent.any() else weights
    return Scaled.of(matmul(delta.mantissa, W), delta.exponent + exponent)


def times_slope(back: Scaled, z: FloatArray, slope: FloatArray, activation: Activation) -> Scaled:
    """Multiply a gradient by the slopes of the units: delta = back * f'(z).

    Parameters
    ----------
    back
        (..., examples, n), the gradient with respect to a.
    z, slope
        Pre-activations and f'(z), of the same shape. The result overwrites the slopes.
    activation
        The activation f.
    """
    product = Scaled.of(np.multiply(back.mantissa, slope, out=slope), back.exponent)
    if activation.log_slope is not None:
        size = np.ldexp(product.rows.mantissa, product.rows.exponent)
        lost = (size < np.finfo(slope.dtype).tiny) & (back.rows.mantissa > 0)
        if lost.any():
            log_slope = activation.log_slope(z[lost].astype(np.float64))
            product = by_logarithms(product, back, lost, log_slope)
    return normalized(product)


def by_logarithms(product: Scaled, back: Scaled, lost: BoolArray, log_slope: FloatArray) -> Scaled:
    """Recompute the rows of a product in which slopes underflowed, from logarithms."""
    fraction, binary = np.frexp(back.mantissa[lost].astype(np.float64))
    log2 = np.where(fraction != 0, binary + log_slope / LN_2, -np.inf)
    shift = np.maximum(np.ceil(log2.max(axis=-1, keepdims=True)), ZERO_EXPONENT)
    product.mantissa[lost] = fraction * np.exp2(log2 - shift)
    exponent = np.array(np.broadcast_to(product.exponent, (*lost.shape, 1)), dtype=np.int64)
    exponent[lost] += shift.astype(np.int64)
    return Scaled.of(product.mantissa, exponent)


def matmul(left: FloatArray, right: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return left @ right, in `out` if given; float16 sums in float32 and rounds once."""
    if left.dtype != np.float16:
        return np.matmul(left, right, out=out)
    narrow = (left.astype(np.float32) @ right.astype(np.float32)).astype(np.float16)
    if out is None:
        return narrow
    out[...] = narrow
    return out
