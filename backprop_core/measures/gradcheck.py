"""Check gradients against central differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from backprop_core.arrays import BoolArray
from backprop_core.errors import InputError
from backprop_core.number_text import as_typed, number, to_compare
from backprop_core.passes.forward import forward
from backprop_core.passes.losses import comparison, targets
from backprop_core.passes.network import Network
from backprop_core.passes.trace import Trace

Array = NDArray[np.float64]

_EPSILON = float(np.finfo(np.float64).eps)
# Assumed rounding error of f, in units of eps * abs(f).
_ROUNDINGS = 32.0


@dataclass(frozen=True, eq=False)
class GradCheck:
    """A gradient compared with central differences.

    Attributes
    ----------
    analytic
        The gradient to check, any shape.
    numeric
        Central differences, same shape.
    resolution
        Same shape: the largest error of a difference that rounding alone can cause.
    relative_error
        Same shape: the part of abs(analytic - numeric) that exceeds the resolution, divided by
        max(abs(analytic), abs(numeric)); 0 where both are within the resolution.
    tolerance
        Largest relative error that passes.
    """

    analytic: Array
    numeric: Array
    resolution: Array
    relative_error: Array
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether all errors are within rounding and tolerance."""
        return bool((self.relative_error <= self.tolerance).all())

    @property
    def undecided(self) -> BoolArray:
        """Entries that differences cannot check, because both numbers are within rounding."""
        size = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
        return np.asarray(size <= self.resolution)

    @property
    def worst(self) -> tuple[int, ...]:
        """Index of the largest relative error."""
        flat = int(np.argmax(self.relative_error))
        return tuple(int(i) for i in np.unravel_index(flat, self.relative_error.shape))

    @property
    def message(self) -> str:
        """One line: the verdict, the worst entry with both its numbers, and what is undecided."""
        verdict = "agrees" if self.passed else "disagrees"
        text = f"gradient {verdict} with central differences"
        if self.relative_error[self.worst] > 0:
            text += (
                f": worst at {list(self.worst)}, analytic {to_compare(self.analytic[self.worst])}, "
                f"numeric {to_compare(self.numeric[self.worst])}, relative error "
                f"{number(self.relative_error[self.worst])} (allowed {as_typed(self.tolerance)})"
            )
        else:
            text += ": no difference that rounding does not explain"
        count = int(self.undecided.sum())
        if not count:
            return text
        return f"{text}; {count} of {self.analytic.size} are too small for differences to tell"


def gradcheck(
    f: Callable[[Array], float],
    gradient: Callable[[Array], ArrayLike] | ArrayLike,
    x: ArrayLike,
    *,
    tolerance: float = 1e-6,
) -> GradCheck:
    """Compare a gradient with central differences of a function.

    Differences cannot check vanished gradients: entries below the resolution are `undecided`.

    Parameters
    ----------
    f
        A scalar function of an array of the shape of x.
    gradient
        Its gradient: a function of x, or the array itself, of the shape of x.
    x
        The point of comparison, any shape. A kink within a step of 6e-6 max(1, abs(x)) shows as an
        error.
    tolerance
        Largest relative error that passes.

    Raises
    ------
    InputError
        If the gradient does not have the shape of x, or a number is not finite.
    """
    x = np.array(x, dtype=np.float64)
    given = gradient(x.copy()) if callable(gradient) else gradient
    analytic = np.array(given, dtype=np.float64)
    if analytic.shape != x.shape:
        raise InputError(f"gradient: got shape {analytic.shape}; allowed: that of x, {x.shape}")
    # The cube root of eps balances the errors of truncation and of rounding.
    h = np.cbrt(_EPSILON) * np.maximum(1.0, np.abs(x))
    numeric, resolution = np.empty_like(x), np.empty_like(x)
    for i in np.ndindex(x.shape):
        above, below, width = _both_sides(f, x, i, h[i])
        numeric[i] = (above - below) / width
        resolution[i] = _ROUNDINGS * _EPSILON * max(abs(above), abs(below)) / width
    if not (np.isfinite(numeric).all() and np.isfinite(analytic).all()):
        raise InputError("gradcheck: f or its gradient is not finite; allowed: finite numbers")
    error = np.maximum(np.abs(analytic - numeric) - resolution, 0.0)
    size = np.maximum(np.abs(analytic), np.abs(numeric))
    relative = np.divide(error, size, out=np.zeros_like(x), where=size > resolution)
    return GradCheck(analytic, numeric, resolution, relative, tolerance)


def _both_sides(
    f: Callable[[Array], float], x: Array, i: tuple[int, ...], h: float
) -> tuple[float, float, float]:
    """Return f one step above and one step below x[i], and the exact distance of the two points."""
    up, down = x.copy(), x.copy()
    up[i] += h
    down[i] -= h
    return float(f(up)), float(f(down)), float(up[i] - down[i])


def check_trace(
    trace: Trace, loss: str = "cross_entropy", entries: int = 8, *, tolerance: float = 1e-5
) -> GradCheck:
    """Check the dW and db of a trace against differences of its loss, in float64.

    Parameters
    ----------
    trace
        A pass through any network.
    loss
        The loss of the trace.
    entries
        Number of entries of each W and each b, evenly spaced, that are checked.
    tolerance
        Largest relative error that passes; a float32 trace needs about 1e-3.

    Returns
    -------
    One entry for each number checked: layer 1's W, layer 1's b, layer 2's W, ...
    """
    parameters = [
        np.array(p, dtype=np.float64)
        for pair in zip(trace.network.weights, trace.network.biases, strict=True)
        for p in pair
    ]
    analytic = [g for pair in zip(trace.dW, trace.db, strict=True) for g in pair]
    chosen = [
        (k, int(i))
        for k, p in enumerate(parameters)
        for i in np.unique(np.linspace(0, p.size - 1, min(entries, p.size)).astype(int))
    ]
    start = np.array([parameters[k].flat[i] for k, i in chosen])
    gradient = np.array([analytic[k].flat[i] for k, i in chosen], dtype=np.float64)

    def mean_loss(values: Array) -> float:
        moved = [p.copy() for p in parameters]
        for (k, i), value in zip(chosen, values, strict=True):
            moved[k].flat[i] = value
        return _mean_loss(trace, moved, loss)

    return gradcheck(mean_loss, gradient, start, tolerance=tolerance)


def _mean_loss(trace: Trace, parameters: list[Array], loss: str) -> float:
    activation, output = trace.network.activation, trace.network.output
    network = Network(tuple(parameters[::2]), tuple(parameters[1::2]), activation, output)
    wanted = targets(trace.y, network.widths[-1], loss, network.dtype)
    z = forward(network, trace.x.astype(np.float64)).logits
    return float(comparison(output, loss)(z, wanted).loss.mean())
