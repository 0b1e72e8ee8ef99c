"""NaN and infinity stop a computation at once, and are never drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.errors import NumericalError

OVERFLOWS = "forward pass: {}; likely cause: weights or inputs too large (gain, scale)"
EXPLODES = "backward pass: {}; likely cause: the gradient explodes, weights too large (gain)"


def require_finite(array: FloatArray, sizes: FloatArray, layer: int, message: str) -> None:
    """Stop at NaN and infinity.

    Parameters
    ----------
    array
        What is looked at.
    sizes
        The array itself, or sizes of its parts, not finite where a part is not.
    layer
        l, for the message.
    message
        Step and likely cause, with {} for what went wrong.

    Raises
    ------
    NumericalError
        Naming them.
    """
    require_layers_finite(array, sizes[None], (layer,), message)


def require_layers_finite(
    array: FloatArray, sizes: FloatArray, layers: Sequence[int], message: str
) -> None:
    """Stop at NaN and infinity in any of several layers, which `sizes` counts on its first axis.

    Raises
    ------
    NumericalError
        Naming the first of the layers, in the order given, that is not finite.
    """
    # A finite sum of squares has finite terms; one that is not may also have overflowed itself.
    if np.isfinite(np.vdot(sizes, sizes)):
        return
    for layer, size in zip(layers, sizes, strict=True):
        if not np.isfinite(size).all():
            limit = np.finfo(array.dtype).max
            wrong = f"NaN or infinity ({array.dtype} ends at {limit:.2g})"
            raise NumericalError(f"layer {layer}, {message.format(wrong)}", layer)
