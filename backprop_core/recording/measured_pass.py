"""The measurements of one pass."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from backprop_core.arrays import BoolArray, FloatArray
from backprop_core.errors import InputError, NumericalError
from backprop_core.formatting import shorten
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.layer import saturation_border
from backprop_core.passes.magnitudes import norms
from backprop_core.recording.functions import function_of
from backprop_core.recording.one_pass import Pass, floats
from backprop_core.recording.rounded import Arriving, rounded

NOTHING_KNOWN = Arriving()
Floats = list[FloatArray | None]
"""An array of each layer; None where it got no gradient."""
_SAFE = {np.dtype(np.float32): (2.0**-70, 2.0**120), np.dtype(np.float64): (2.0**-900, 2.0**900)}
"""Range in which a sum of squares has lost no significant term to under- or overflow."""
_AT_ONCE = 4096
"""Numbers in a block whose squares are summed in their own dtype: so few that a float32 sum stays
accurate, and that BLAS starts no threads, which would compete with the training for the cores."""
HAVE_NO_SLOPE = {"relu", "relu6", "hardtanh", "hardsigmoid", "hardswish"}
"""Functions whose slope is 0 exactly on one side or both; of others, units are dead only by
underflow, and that is not counted."""


@np.errstate(over="ignore", invalid="ignore")
def norm(values: ArrayLike, name: str) -> float:
    """Return the Frobenius norm, accurate even if squares underflow.

    Raises
    ------
    NumericalError
        If the norm is NaN or infinity; the message starts with `name`.
    """
    return _norm(values, name)


@np.errstate(over="ignore", invalid="ignore")
def norms_of(arrays: Iterable[ArrayLike | None], name: str) -> list[float]:
    """Return the norm of each array, and 0 for None; see `norm`."""
    return [0.0 if values is None else _norm(values, name) for values in arrays]


def _norm(values: ArrayLike, name: str) -> float:
    row = floats(values, name).ravel()
    if row.dtype != np.float32:
        row = row.astype(np.float64, copy=False)
    square = _square(row)
    least, most = _SAFE[row.dtype]
    if least < square < most:
        return math.sqrt(square)
    size = norms(row.reshape(1, 1, -1), np.zeros((1, 1, 1), dtype=np.int64))
    plain = float(np.ldexp(size.mantissa, size.exponent)[0])
    if not np.isfinite(plain):
        raise NumericalError(f"{name}: NaN or infinity")
    return plain


def _square(row: FloatArray) -> float:
    """Return the sum of squares; the sums of blocks are added in float64."""
    blocks, rest = divmod(len(row), _AT_ONCE)
    left = row[len(row) - rest :]
    square = float(np.vecdot(left, left)) if rest else 0.0
    if not blocks:
        return square
    whole = row[: len(row) - rest].reshape(blocks, _AT_ONCE)
    return square + math.fsum(np.vecdot(whole, whole).tolist())


@np.errstate(over="ignore", invalid="ignore")
def not_finite(arrays: Iterable[NDArray[Any] | None]) -> int | None:
    """Return the index of the first array with NaN or infinity; None if all are finite."""
    for index, values in enumerate(arrays):
        if values is None:
            continue
        if values.dtype == np.float32 and values.size <= _AT_ONCE:
            # A sum of squares takes a third of the time, and tells as much unless it overflows.
            row = values.ravel()
            if math.isfinite(np.dot(row, row)):
                continue
        if not np.isfinite(values).all():
            return index
    return None


def measured_layer(
    z: FloatArray,
    delta: FloatArray,
    activation: str | None,
    arriving: Arriving | Callable[[], Arriving] = NOTHING_KNOWN,
    *,
    batch: int | None = None,
) -> dict[str, float]:
    """Return the measurements of one layer: its signal and `SHARES`.

    Parameters
    ----------
    z, delta
        (rows, n), what the activation is applied to, and the gradient.
    activation
        Its name, or None.
    arriving
        What is known of the gradient that reaches the activations, or what finds that out.
    batch
        N, the examples of the batch; by default each row is one.
    """
    size = norm(delta, "delta") * float(np.sqrt(batch or len(delta)))
    found = {"signal": size, "saturated": 0.0, "dead": 0.0, "zeros": 0.0}
    found["largest"] = max(float(delta.max()), -float(delta.min()))
    function = None if activation is None else function_of(activation)
    if activation is None or function is None:
        return found
    flat = _flat(z, activation)
    if activation != "identity":
        found["saturated"] = _count(flat) / flat.size
    if activation in HAVE_NO_SLOPE:
        gone = flat if activation == "relu" else function.slope(z) == 0
        found["dead"] = float(_count(np.asarray(gone.all(axis=0))))
    nothing = np.asarray(delta == 0)
    if activation in ACTIVATIONS and nothing.any():
        sloped = ~flat if activation == "relu" else ACTIVATIONS[activation].slope(z) != 0
        if (nothing & sloped).any():
            known = arriving() if callable(arriving) else arriving
            zeros = rounded(z, delta, activation, nothing & sloped, known)
            found["zeros"] = zeros / _count(sloped)
    return found


def _count(units: BoolArray) -> int:
    # Ten times as fast as the sum or mean of booleans.
    return int(np.count_nonzero(units))


def _flat(z: FloatArray, activation: str) -> BoolArray:
    """Tell which units are saturated, from z, because computing slopes would take longer."""
    if activation not in ACTIVATIONS:
        function = function_of(activation)
        assert function is not None
        return function.flat(z)
    border = saturation_border(activation)
    if border is None:
        return np.zeros(z.shape, dtype=bool)
    return np.asarray(z <= 0 if border == 0 else np.abs(z) > border)


def back_of(one: Pass, delta: Sequence[FloatArray | None]) -> list[NDArray[Any] | None] | None:
    """Return the gradients with respect to the activations of hidden layers, if they are known."""
    if one.back is not None:
        return [None if values is None else floats(values, "back") for values in one.back]
    if one.weights is None or one.may_lack:
        return None
    weights = [floats(W, "weights") for W in one.weights]
    if any(d is None or W.shape[1] != d.shape[1] for W, d in zip(weights[1:], delta, strict=False)):
        return None
    return [d @ W for d, W in zip(delta[1:], weights[1:], strict=True) if d is not None]


def arriving_of(one: Pass, delta: Sequence[FloatArray | None], n: int) -> Arriving:
    """Return what is known of the gradients that arrive at layer n, counted from 0."""
    here = delta[n]
    if here is None or not one.is_direct(n):
        return NOTHING_KNOWN
    back = _nth(one.back, n, "back")
    if back is not None and back.shape != here.shape:
        back = None
    # Layers may feed others than the next one; those whose gradients are known do not.
    chained = not one.may_lack or one.back is not None
    above, W = _nth(delta, n + 1, "delta"), _nth(one.weights, n + 1, "weights")
    if not chained or above is None or W is None or len(above) != len(here):
        return Arriving(back)
    fed = W.shape == (above.shape[1], here.shape[1])
    return Arriving(back, above, W) if fed else Arriving(back)


def _nth(arrays: Sequence[Any] | None, n: int, name: str) -> FloatArray | None:
    """Return one of some arrays; None if there is none."""
    if arrays is None or n >= len(arrays) or arrays[n] is None:
        return None
    return floats(arrays[n], name)


def checked(one: Pass) -> tuple[Floats, Floats]:
    """Return z and delta as arrays; raise InputError if their shapes do not fit together."""
    z: Floats = [None if values is None else floats(values, "z") for values in one.z]
    delta: Floats = [None if values is None else floats(values, "delta") for values in one.delta]
    if not z or len(z) != len(delta):
        raise InputError(
            f"pass: got {len(z)} z and {len(delta)} delta; allowed one of each a layer"
        )
    for number, (here, back) in enumerate(zip(z, delta, strict=True), start=1):
        if here is None and back is None and one.may_lack:
            continue
        if here is None or back is None:
            raise InputError(f"layer {number}: got no z or no delta; allowed both")
        if here.ndim != 2 or here.shape != back.shape or 0 in here.shape:
            shapes = f"z {shorten(str(here.shape))} and delta {shorten(str(back.shape))}"
            raise InputError(f"layer {number}: got {shapes}; allowed (examples, units) for both")
    if one.a is not None and len(one.a) != len(z):
        raise InputError(f"a: got {len(one.a)}; allowed one a layer, {len(z)}")
    if not one.may_lack and len({len(here) for here in z if here is not None}) > 1:
        raise InputError("z: got different numbers of examples; allowed one for all layers")
    return z, delta
