"""Numbers that never underflow: a float mantissa and an integer exponent.

Multiplying by a power of two is exact, and it commutes with matrix products as long as nothing
under- or overflows within them. So a backward pass on mantissas gives the very bits of a plain one
where that one survives, and goes on where it would report zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.activations import Activation
from backprop_core.arrays import BoolArray, FloatArray, IntArray

LOG10_2 = float(np.log10(2.0))
LN_2 = float(np.log(2.0))

# Squares and their sums are safe between these.
_SAFE_SQUARES = (2.0**-900, 2.0**900)
# Stands for the exponent of an exact zero.
_LOWEST = -(2**40)


@dataclass(frozen=True)
class Magnitudes:
    """Sizes, each as mantissa * 2**exponent.

    Attributes
    ----------
    mantissa
        float64, any shape, not negative; 0 is exactly zero.
    exponent
        Integers, same shape.
    """

    mantissa: NDArray[np.float64]
    exponent: NDArray[np.int64]

    def log10(self) -> NDArray[np.float64]:
        """Return the decimal logarithms; exactly zero gives -inf."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(self.mantissa) + self.exponent * LOG10_2)

    def ratio(self, other: Magnitudes) -> NDArray[np.float64]:
        """Return self / other, right where both are too small for a float; nan for 0 / 0."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            quotient = self.mantissa / other.mantissa
            return np.asarray(np.ldexp(quotient, self.exponent - other.exponent))

    def __getitem__(self, index: slice) -> Magnitudes:
        return Magnitudes(self.mantissa[index], self.exponent[index])

    def times(self, factor: float) -> Magnitudes:
        """Return these sizes, all multiplied by a factor near 1."""
        return Magnitudes(self.mantissa * factor, self.exponent)


def stack(sizes: Sequence[Magnitudes]) -> Magnitudes:
    """Join sizes, one of each layer, along a new last axis."""
    if not sizes:
        return Magnitudes(np.zeros(0), np.zeros(0, dtype=np.int64))
    return Magnitudes(
        np.stack([s.mantissa for s in sizes], axis=-1),
        np.stack([s.exponent for s in sizes], axis=-1),
    )


def norm_of(parts: Magnitudes) -> Magnitudes:
    """Return sqrt(sum of squares) over the last axis of sizes."""
    fraction, binary = np.frexp(parts.mantissa)
    exponent = np.where(fraction > 0, parts.exponent + binary, _LOWEST)
    highest = exponent.max(axis=-1, keepdims=True)
    squares = np.square(np.ldexp(fraction, exponent - highest)).sum(axis=-1)
    return Magnitudes(np.asarray(np.sqrt(squares)), np.asarray(highest[..., 0]))


def row_norms(matrix: FloatArray) -> Magnitudes:
    """Return the Euclidean norm of every row, (..., rows); right also where squares underflow."""
    matrix = matrix.astype(np.float64, copy=False)
    squares = np.einsum("...ij,...ij->...i", matrix, matrix)
    exponent = np.zeros(squares.shape, dtype=np.int64)
    low, high = _SAFE_SQUARES
    unsafe = ~((squares > low) & (squares < high))
    if unsafe.any():
        rows = matrix[unsafe]
        # Dividing by a power of two near the largest entry brings every square back into range.
        _, binary = np.frexp(np.abs(rows).max(axis=-1))
        rows = np.ldexp(rows, -binary[:, None])
        squares[unsafe] = np.einsum("ij,ij->i", rows, rows)
        exponent[unsafe] = binary
    return Magnitudes(np.sqrt(squares), exponent)


def times_power_of_two(matrix: FloatArray, exponent: IntArray) -> FloatArray:
    """Return matrix * 2**exponent: exact, or rounded once where it underflows."""
    # Two steps, as 2**exponent itself may be out of range where the product is not.
    half, one = exponent // 2, matrix.dtype.type(1)
    return np.asarray(matrix * np.ldexp(one, half) * np.ldexp(one, exponent - half))


@dataclass(frozen=True)
class Scaled:
    """A matrix as mantissa * 2**exponent, with an exponent for each row or one for all.

    Attributes
    ----------
    mantissa
        (..., rows, columns).
    exponent
        (..., rows, 1) or (..., 1, 1), integers, never above 0.
    rows
        (..., rows), norm of every row of the mantissa.
    """

    mantissa: FloatArray
    exponent: IntArray
    rows: Magnitudes

    @classmethod
    def of(cls, mantissa: FloatArray, exponent: IntArray) -> Scaled:
        """Return mantissa * 2**exponent, with the norms of its rows."""
        return cls(mantissa, exponent, row_norms(mantissa))

    def plain(self, dtype: np.dtype[np.floating] | None = None) -> FloatArray:
        """Return the matrix as ordinary floats: rounded once, 0 where it underflows."""
        dtype = dtype or self.mantissa.dtype
        if not self.exponent.any():
            return self.mantissa.astype(dtype, copy=False)
        wide = self.mantissa.astype(np.float64, copy=False)
        return times_power_of_two(wide, self.exponent).astype(dtype, copy=False)

    def aligned(self) -> Scaled:
        """Return the same matrix with one exponent, that of its largest row."""
        first = self.exponent[..., :1, :]
        if (self.exponent == first).all():
            return Scaled(self.mantissa, first, self.rows)
        alive = self.rows.mantissa[..., None] > 0
        common = np.max(self.exponent, axis=-2, keepdims=True, where=alive, initial=_LOWEST)
        shift = np.where(alive, self.exponent - common, 0)
        rows = Magnitudes(self.rows.mantissa, self.rows.exponent + shift[..., 0])
        return Scaled(times_power_of_two(self.mantissa, shift), common, rows)

    def norm(self) -> Magnitudes:
        """Return the Frobenius norm of each matrix, shape (...)."""
        exponent = self.rows.exponent + self.exponent[..., 0]
        return norm_of(Magnitudes(self.rows.mantissa, exponent))


def normalized(matrix: Scaled) -> Scaled:
    """Give every small row the exponent that brings its norm into [1/2, 1).

    A row that is not small has exponent 0: its mantissas are the plain floats.
    """
    dtype = matrix.mantissa.dtype
    _, binary = np.frexp(matrix.rows.mantissa)
    total = matrix.exponent[..., 0] + matrix.rows.exponent + binary
    small = (total < np.finfo(dtype).minexp // 8) & (matrix.rows.mantissa > 0)
    wanted = np.where(small, total, 0)[..., None]
    shift = matrix.exponent - wanted
    if not shift.any():
        return Scaled(matrix.mantissa, wanted, matrix.rows)
    rows = Magnitudes(matrix.rows.mantissa, matrix.rows.exponent + shift[..., 0])
    return Scaled(times_power_of_two(matrix.mantissa, shift), wanted, rows)


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
    # Weights so small that a product may underflow take their exponent along.
    exponent = np.where(binary < np.finfo(weights.dtype).minexp // 2, binary, 0)
    W = times_power_of_two(weights, -exponent) if exponent.any() else weights
    return Scaled.of(matmul(delta.mantissa, W), delta.exponent + exponent)


def times_slope(back: Scaled, z: FloatArray, slope: FloatArray, activation: Activation) -> Scaled:
    """Multiply a signal by the slopes of the units that it enters: delta = back * f'(z).

    Parameters
    ----------
    back
        (..., examples, n), the gradient with respect to a.
    z, slope
        Same shape: pre-activations and f'(z). The result takes the place of the slopes.
    activation
        The f.
    """
    product = Scaled.of(np.multiply(back.mantissa, slope, out=slope), back.exponent)
    if activation.log_slope is not None:
        size = np.ldexp(product.rows.mantissa, product.rows.exponent)
        lost = (size < np.finfo(slope.dtype).tiny) & (back.rows.mantissa > 0)
        if lost.any():
            product = _by_logarithms(product, back, lost, activation.log_slope(z[lost]))
    return normalized(product)


def _by_logarithms(product: Scaled, back: Scaled, lost: BoolArray, log_slope: FloatArray) -> Scaled:
    """Take those rows of a product again in which the slopes underflowed."""
    fraction, binary = np.frexp(back.mantissa[lost].astype(np.float64))
    log2 = np.where(fraction != 0, binary + log_slope.astype(np.float64) / LN_2, -np.inf)
    shift = np.ceil(log2.max(axis=-1, keepdims=True))
    product.mantissa[lost] = fraction * np.exp2(log2 - shift)
    exponent = np.array(np.broadcast_to(product.exponent, (*lost.shape, 1)), dtype=np.int64)
    exponent[lost] += shift.astype(np.int64)
    return Scaled.of(product.mantissa, exponent)


def matmul(left: FloatArray, right: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return left @ right, in `out` if given; float16 adds up in float32 and rounds once."""
    if left.dtype != np.float16:
        return np.matmul(left, right, out=out)
    narrow = (left.astype(np.float32) @ right.astype(np.float32)).astype(np.float16)
    if out is None:
        return narrow
    out[...] = narrow
    return out
