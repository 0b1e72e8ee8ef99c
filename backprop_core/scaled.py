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
from backprop_core.arrays import FloatArray, IntArray

LOG10_2 = float(np.log10(2.0))
LN_2 = float(np.log(2.0))

# Squares and their sums are safe between these.
_SAFE_SQUARES = (2.0**-900, 2.0**900)


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


@dataclass(frozen=True)
class Scaled:
    """A matrix as mantissa * 2**exponent, with an exponent for each row or one for all.

    Attributes
    ----------
    mantissa
        (..., rows, columns), in the network's dtype.
    exponent
        (..., rows, 1) or (..., 1, 1), integers, never above 0.
    """

    mantissa: FloatArray
    exponent: IntArray

    def plain(self, dtype: np.dtype[np.floating] | None = None) -> FloatArray:
        """Return the matrix as ordinary floats: rounded once, 0 where it underflows."""
        if not self.exponent.any():
            return self.mantissa.astype(dtype or self.mantissa.dtype, copy=False)
        wide = self.mantissa.astype(np.float64, copy=False)
        return np.ldexp(wide, self.exponent).astype(dtype or self.mantissa.dtype, copy=False)

    def aligned(self) -> Scaled:
        """Return the same matrix with one exponent, that of its largest row."""
        first = self.exponent[..., :1, :]
        if (self.exponent == first).all():
            return Scaled(self.mantissa, first)
        alive = self.mantissa.any(axis=-1, keepdims=True)
        lowest = int(self.exponent.min())
        common = np.max(self.exponent, axis=-2, keepdims=True, where=alive, initial=lowest)
        return Scaled(np.ldexp(self.mantissa, self.exponent - common), common)

    def norm(self) -> Magnitudes:
        """Return the Frobenius norm of each matrix, shape (...)."""
        one = self.aligned()
        exponent = np.asarray(one.exponent[..., 0, 0], dtype=np.int64)
        flat = one.mantissa.reshape(*one.mantissa.shape[:-2], -1).astype(np.float64, copy=False)
        squares = np.vecdot(flat, flat)
        low, high = _SAFE_SQUARES
        if not ((squares > low) & (squares < high)).all():
            # frexp of the largest entry brings every square back into range.
            _, shift = np.frexp(np.abs(flat).max(axis=-1))
            flat = np.ldexp(flat, -shift[..., None])
            squares = np.vecdot(flat, flat)
            exponent = exponent + shift
        return Magnitudes(np.asarray(np.sqrt(squares)), exponent)


def largest_by_row(matrix: FloatArray) -> FloatArray:
    """Return max(abs(row)) of every row, (..., rows, 1); NaN where a row holds one."""
    highest = matrix.max(axis=-1, keepdims=True, initial=0)
    lowest = matrix.min(axis=-1, keepdims=True, initial=0)
    return np.asarray(np.maximum(highest, -lowest))


def normalized(mantissa: FloatArray, exponent: IntArray, largest: FloatArray) -> Scaled:
    """Give every small row the exponent that brings its largest entry into [1/2, 1).

    A row that is not small has exponent 0: its mantissas are the plain floats.

    Parameters
    ----------
    mantissa, exponent
        The matrix, as in `Scaled`; any mantissas.
    largest
        (..., rows, 1), the largest magnitude in each row of ``mantissa``.
    """
    small = np.finfo(mantissa.dtype).minexp // 8
    _, binary = np.frexp(largest)
    total = exponent + binary
    wanted = np.where((total < small) & (largest > 0), total, 0)
    shift = exponent - wanted
    if shift.any():
        mantissa = np.ldexp(mantissa, shift)
    return Scaled(mantissa, wanted)


def scaled_matrix(matrix: FloatArray) -> Scaled:
    """Hold a matrix with one exponent, 0 unless all its entries are small."""
    largest = largest_by_row(matrix).max(axis=-2, keepdims=True)
    _, binary = np.frexp(largest)
    exponent = np.where(binary < np.finfo(matrix.dtype).minexp // 2, binary, 0)
    return Scaled(np.ldexp(matrix, -exponent) if exponent.any() else matrix, exponent)


def times_slope(back: Scaled, z: FloatArray, slope: FloatArray, activation: Activation) -> Scaled:
    """Multiply a signal by the slopes of the units that it enters: delta = back * f'(z).

    Parameters
    ----------
    back
        (..., examples, n), the gradient with respect to a.
    z, slope
        Same shape: pre-activations and f'(z).
    activation
        The f.
    """
    product = back.mantissa * slope
    largest = largest_by_row(product)
    exponent = back.exponent
    lost = largest < np.finfo(product.dtype).tiny
    if activation.log_slope is not None and lost.any():
        rows = lost[..., 0] & back.mantissa.any(axis=-1)
        exponent = np.broadcast_to(exponent, largest.shape).astype(np.int64)
        product[rows], shift = _by_logarithms(back.mantissa[rows], activation.log_slope(z[rows]))
        exponent[rows] += shift
        largest = largest_by_row(product)
    return normalized(product, exponent, largest)


def _by_logarithms(back: FloatArray, log_slope: FloatArray) -> tuple[FloatArray, IntArray]:
    """Multiply rows by slopes that underflow; return mantissas and an exponent for each row."""
    mantissa, binary = np.frexp(back.astype(np.float64))
    log2 = np.where(mantissa != 0, binary + log_slope.astype(np.float64) / LN_2, -np.inf)
    exponent = np.ceil(log2.max(axis=-1, keepdims=True))
    product = mantissa * np.exp2(log2 - exponent)
    return product.astype(back.dtype), exponent.astype(np.int64)
