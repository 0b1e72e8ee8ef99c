"""Checks that stop a computation at the first NaN or infinity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.errors import NumericalError

OVERFLOWS = "forward pass: {}; likely cause: weights or inputs too large (gain, scale)"
EXPLODES = "backward pass: {}; likely cause: the gradient explodes, weights too large (gain)"


def require_finite(array: FloatArray, sizes: FloatArray, layer: int, message: str) -> None:
    """Raise NumericalError if an array of a layer is not finite.

    Parameters
    ----------
    array
        The array to check.
    sizes
        The array itself, or norms of its parts, which are not finite where a part is not.
    layer
        l, which the message names.
    message
        Step and likely cause, with {} in the place of the problem.

    Raises
    ------
    NumericalError
        If the array holds NaN or infinity; the message names layer, step and likely cause.
    """
    require_layers_finite(array, sizes[None], (layer,), message)


def require_layers_finite(
    array: FloatArray, sizes: FloatArray, layers: Sequence[int], message: str
) -> None:
    """Raise NumericalError if arrays of several layers, stacked on the first axis, are not finite.

    Raises
    ------
    NumericalError
        If a layer is not finite; the message names the first one in the given order.
    """
    # If the sum of squares is finite, all terms are. If not, the sum itself may have overflowed.
    if np.isfinite(np.vdot(sizes, sizes)):
        return
    for layer, size in zip(layers, sizes, strict=True):
        if not np.isfinite(size).all():
            limit = np.finfo(array.dtype).max
            wrong = f"NaN or infinity ({array.dtype} ends at {limit:.2g})"
            raise NumericalError(f"layer {layer}, {message.format(wrong)}", layer)
