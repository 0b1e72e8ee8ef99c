"""Where the passes meet: the output compared with the targets, and the gradient at the logits."""

from __future__ import annotations

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.finite import OVERFLOWS, require_finite
from backprop_core.passes.forward import Forward
from backprop_core.passes.losses import Compare, Comparison
from backprop_core.passes.network import Network
from backprop_core.passes.scaled import LN_2, Scaled, by_logarithms, normalized, times_slope


def compare_output(
    network: Network, passed: Forward, compare: Compare, wanted: FloatArray
) -> Comparison:
    """Compare the output with the targets; raise NumericalError if the loss is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        compared = compare(passed.logits, wanted)
    require_finite(compared.loss, compared.loss, network.depth, f"loss of the {OVERFLOWS}")
    return compared


def output_delta(network: Network, passed: Forward, compared: Comparison) -> Scaled:
    """Return the gradient of the mean loss with respect to z[L], (..., examples, n_L)."""
    # Dividing by the mantissa of N and lowering the exponent avoids underflow of the 1/N.
    mantissa, binary = np.frexp(network.dtype.type(1) * compared.residual.shape[-2])
    residual = compared.residual / network.dtype.type(mantissa)
    exponent = np.full((*residual.shape[:-1], 1), -binary, dtype=np.int64)
    mean = normalized(_with_tiny_rows(Scaled.of(residual, exponent), passed, compared, mantissa))
    if compared.slope is None:
        return mean
    return times_slope(mean, passed.logits, compared.slope, ACTIVATIONS[network.output])


def _with_tiny_rows(mean: Scaled, passed: Forward, compared: Comparison, divisor: float) -> Scaled:
    """Recompute the rows of residuals / divisor that underflowed, from logarithms."""
    size = np.ldexp(mean.rows.mantissa, mean.rows.exponent)
    lost = size < np.finfo(mean.mantissa.dtype).tiny
    if compared.tiny is None or not lost.any():
        return mean
    z, binary = np.frexp(passed.z[-1].astype(np.float64))
    exponent = binary + passed.z_exponent.get(passed.stretches[-1][-1], 0)
    with np.errstate(divide="ignore"):
        log = np.log(np.abs(z)) + exponent * LN_2
    # The signs of logits that underflow are kept: all that is asked of the smallest of them.
    sign, log_residual = compared.tiny(np.ldexp(z, np.maximum(exponent, -1000)), log)
    # Networks of a stack may share their targets, and then the signs that follow from these alone.
    sign = np.broadcast_to(sign, mean.mantissa.shape).astype(mean.mantissa.dtype)
    lost &= sign.any(axis=-1)
    if not lost.any():
        return mean
    shrunk = log_residual[lost] - np.log(divisor)
    return by_logarithms(mean, Scaled.of(sign, mean.exponent), lost, shrunk)
