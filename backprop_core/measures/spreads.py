"""Standard deviations of the activations and of the gradients in each layer.

The spread of activations over the layers is the table by which the Stanford course CS231n
("Neural Networks Part 2") compares initializations; Glorot & Bengio 2010 show both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backprop_core.passes.magnitudes import Magnitudes
from backprop_core.passes.scaled import Scaled
from backprop_core.passes.trace import Trace


def log10_activation_std(trace: Trace) -> NDArray[np.float64]:
    """Return log10 of the standard deviation of a over units and examples, (L-1,).

    Of hidden layers l = 1..L-1, accurate even if activations underflow; -inf where all are equal.
    """
    return np.array([_log10_std(a) for a in trace.scaled("a")[1:-1]], dtype=np.float64)


def log10_gradient_std(trace: Trace) -> NDArray[np.float64]:
    """Return log10 of the standard deviation of gradients over units and examples, (L,).

    The gradient of a unit is that of one example's loss with respect to its z: N times its delta.
    Accurate even if gradients underflow; -inf where all are equal.
    """
    size, sum_of_all = trace.norm("delta"), trace.sum_of_delta
    least = float(np.log10(float(np.finfo(trace.network.dtype).tiny))) / 2
    found = np.empty(trace.depth)
    for n, delta in enumerate(trace.delta):
        if float(size[n : n + 1].log10()[0]) > least:
            with np.errstate(divide="ignore"):
                # Divided by the largest, so that no square overflows.
                largest = float(np.abs(delta).max())
                found[n] = np.log10((delta / largest).std(dtype=np.float64)) + np.log10(largest)
            continue
        # What the plain floats have lost is told by the sum of squares and the sum.
        share = sum_of_all[n : n + 1].ratio(size[n : n + 1]) ** 2 / delta.size
        with np.errstate(divide="ignore"):
            rest = np.log10(np.maximum(1.0 - share, 0.0)) / 2
        found[n] = (size[n : n + 1].log10() + rest - np.log10(delta.size) / 2)[0]
    return np.asarray(found + np.log10(trace.examples))


def _log10_std(matrix: Scaled) -> float:
    common = matrix.leveled().aligned()
    deviation = common.mantissa.std(dtype=np.float64)
    sizes = Magnitudes(np.array(deviation), np.asarray(common.exponent[0, 0]))
    return float(sizes.log10())
