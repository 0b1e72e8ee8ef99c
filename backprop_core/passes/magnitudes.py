"""Norms that never underflow, as float mantissas with integer exponents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import BoolArray, FloatArray, IntArray

LOG10_2 = float(np.log10(2.0))

ZERO_EXPONENT = -(2**60)
"""Exponent of an exact zero; smaller exponents also mean zero."""

# Sums of squares between these have neither overflowed nor lost digits to underflow.
_SAFE_SQUARES = (2.0**-900, 2.0**900)


@dataclass(frozen=True)
class Magnitudes:
    """Non-negative numbers, each as mantissa * 2**exponent.

    Attributes
    ----------
    mantissa
        float64, any shape, not negative; a mantissa of 0 means exactly zero.
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
        """Return self / other, accurate even if both underflow in a float; nan for 0 / 0."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            quotient = self.mantissa / other.mantissa
            return np.asarray(np.ldexp(quotient, self.exponent - other.exponent))

    def __getitem__(self, index: slice) -> Magnitudes:
        return Magnitudes(self.mantissa[index], self.exponent[index])

    def times(self, factor: float) -> Magnitudes:
        """Return these numbers multiplied by a factor near 1."""
        return Magnitudes(self.mantissa * factor, self.exponent)


def joined(sizes: Sequence[Magnitudes]) -> Magnitudes:
    """Join sizes with layers on the first axis into one that has all layers on the last axis."""
    if not sizes:
        return Magnitudes(np.zeros(0), np.zeros(0, dtype=np.int64))
    return Magnitudes(
        np.concatenate([s.mantissa for s in sizes]).T.copy(),
        np.concatenate([s.exponent for s in sizes]).T.copy(),
    )


def norm_of(parts: Magnitudes) -> Magnitudes:
    """Return sqrt(sum of squares) over the last axis of sizes."""
    sizes, common = parts.mantissa, parts.exponent[..., :1]
    if (parts.exponent != common).any():
        alive = sizes > 0
        common = np.max(parts.exponent, -1, keepdims=True, where=alive, initial=ZERO_EXPONENT)
        sizes = np.ldexp(sizes, np.where(alive, parts.exponent - common, 0))
    # The largest size is scaled to 1/2 or more, so that no significant square underflows.
    _, binary = np.frexp(sizes.max(axis=-1, keepdims=True))
    squares = np.square(sizes * np.ldexp(1.0, -binary)).sum(axis=-1)
    return Magnitudes(np.sqrt(squares), (common + binary)[..., 0])


def row_norms(matrix: FloatArray) -> Magnitudes:
    """Return the Euclidean norm of every row, (..., rows); accurate even if squares underflow."""
    matrix = matrix.astype(np.float64, copy=False)
    # The norm of a row with an infinity is infinite; whoever asks for it says where it arose.
    with np.errstate(over="ignore", invalid="ignore"):
        squares = np.vecdot(matrix, matrix)
        exponent = np.zeros(squares.shape, dtype=np.int64)
        unsafe = ~_safe(squares)
        if unsafe.any():
            rows = matrix[unsafe]
            # Dividing by a power of two near the largest entry brings every square back into range.
            _, binary = np.frexp(np.abs(rows).max(axis=-1))
            rows = np.ldexp(rows, -binary[:, None])
            squares[unsafe] = np.vecdot(rows, rows)
            exponent[unsafe] = binary
    return Magnitudes(np.sqrt(squares), exponent)


def norms(matrix: FloatArray, exponent: IntArray) -> Magnitudes:
    """Return the Frobenius norm of each matrix * 2**exponent, shape (...).

    Parameters
    ----------
    matrix
        (..., rows, columns).
    exponent
        (..., rows, 1) or (..., 1, 1).
    """
    if exponent.shape[-2] == 1:
        entries = matrix.reshape(*matrix.shape[:-2], -1).astype(np.float64, copy=False)
        with np.errstate(over="ignore", invalid="ignore"):
            squares = np.vecdot(entries, entries)
        if _safe(squares).all():
            return Magnitudes(np.sqrt(squares), np.broadcast_to(exponent[..., 0, 0], squares.shape))
    rows = row_norms(matrix)
    return norm_of(Magnitudes(rows.mantissa, rows.exponent + exponent[..., 0]))


def _safe(squares: FloatArray) -> BoolArray:
    low, high = _SAFE_SQUARES
    return (squares > low) & (squares < high)
