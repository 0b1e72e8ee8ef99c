"""One layer with an upstream gradient of 1, to show how saturation changes dW and dx.

With an upstream gradient of 1, the gradients of a layer are those of the sum of its outputs:
dW = outer(f'(z), x) and dx = W.T @ f'(z) for each example.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backprop_core.arrays import FloatArray, lock
from backprop_core.passes.activations import SATURATED_BELOW, named
from backprop_core.passes.finite import EXPLODES, OVERFLOWS, require_finite


@dataclass(frozen=True, eq=False)
class LayerPass:
    """Pre-activations, slopes and gradient norms of one layer; arrays are read-only.

    Attributes
    ----------
    z, slope
        (examples, units), pre-activations and f'(z).
    saturated
        Fraction 0..1 of units x examples that are saturated.
    median_slope
        Median of f'(z) over units and examples.
    rms_dW, rms_dx
        Root mean square over examples and entries of dW and of dx, for one example each.
    """

    z: FloatArray
    slope: FloatArray
    saturated: float
    median_slope: float
    rms_dW: float
    rms_dx: float


def layer_pass(
    weights: FloatArray, biases: FloatArray, x: FloatArray, activation: str, scale: float = 1.0
) -> LayerPass:
    """Pass examples through one layer whose weights are multiplied by `scale`.

    Parameters
    ----------
    weights, biases
        (units, inputs) and (units,).
    x
        (examples, inputs).
    activation
        Name of the activation.
    scale
        Factor on the weights; biases are not scaled.

    Raises
    ------
    InputError
        If there is no such activation.
    """
    f = named(activation)
    W = scale * weights
    z = x @ W.T + biases
    slope = f.slope(z)
    # The mean square of an outer product is the product of the mean squares.
    dW_squares = np.mean(slope**2, axis=1) * np.mean(x**2, axis=1)
    dx = slope @ W
    return LayerPass(
        z=lock(z),
        slope=lock(slope),
        saturated=float(f.saturated(slope).mean()),
        median_slope=float(np.median(slope)),
        rms_dW=float(np.sqrt(dW_squares.mean())),
        rms_dx=float(np.sqrt(np.mean(dx**2))),
    )


@dataclass(frozen=True, eq=False)
class LayerGradients:
    """One example in one layer, and the gradients of the sum of its outputs; read-only.

    Attributes
    ----------
    z, a, slope
        (units,), pre-activations, outputs f(z) and f'(z).
    dx
        W.T @ f'(z), (inputs,).
    dW
        outer(f'(z), x), (units, inputs).
    """

    z: FloatArray
    a: FloatArray
    slope: FloatArray
    dx: FloatArray
    dW: FloatArray


def layer_gradients(
    weights: FloatArray, biases: FloatArray, x: FloatArray, activation: str
) -> LayerGradients:
    """Pass one example through one layer, and pass the gradient of the sum of its outputs back.

    Parameters
    ----------
    weights, biases
        (units, inputs) and (units,).
    x
        (inputs,).
    activation
        Name of the activation.

    Raises
    ------
    InputError
        If there is no such activation.
    NumericalError
        If a value leaves the range of its dtype.
    """
    f = named(activation)
    # Overflows raise NumericalError below.
    with np.errstate(over="ignore", invalid="ignore"):
        z = weights @ x + biases
        require_finite(z, z, 1, OVERFLOWS)
        a, slope = f.value_and_slope(z)
        dx, dW = weights.T @ slope, np.outer(slope, x)
        require_finite(dx, dx, 1, EXPLODES)
        require_finite(dW, dW, 1, EXPLODES)
    return LayerGradients(*map(lock, (z, a, slope, dx, dW)))


def saturation_border(activation: str) -> float | None:
    """Return the z beyond which a unit is saturated; None if units of this kind cannot saturate.

    For sigmoid and tanh, units saturate at larger abs(z). The border has a closed form, because the
    slopes are squares of a hyperbolic secant. For the ReLU family, units saturate below 0.
    """
    return {
        "sigmoid": 2 * float(np.arccosh(SATURATED_BELOW**-0.5)),
        "tanh": float(np.arccosh(SATURATED_BELOW**-0.5)),
        "relu": 0.0,
        "leaky_relu": 0.0,
    }.get(activation)
