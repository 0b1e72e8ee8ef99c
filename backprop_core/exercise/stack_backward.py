"""The backward pass of the exercise `stack`, and its known mistakes."""

from __future__ import annotations

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.parameters import (
    BIAS_KEEPS_DIMENSION,
    BIAS_NOT_SUMMED,
    GRADIENT_TRANSPOSED,
    bias_averaged,
    bias_gradient,
)
from backprop_core.exercise.sigmoid import slope, slope_mistakes
from backprop_core.exercise.task import Arguments, Case, Function, Mistake, Output, Outputs
from backprop_core.passes.forward import forward
from backprop_core.passes.losses import comparison
from backprop_core.passes.network import Network
from backprop_core.passes.trace import Trace, trace


def passed(arguments: Arguments) -> Trace:
    """Return the trace of a stack of sigmoid layers with half the squared distance as loss."""
    x = arguments["x"] if "x" in arguments else arguments["activations"][0]
    network = Network(tuple(arguments["weights"]), tuple(arguments["biases"]))
    y = arguments.get("y", np.zeros((len(x), network.widths[-1])))
    return trace(network, x, y, "quadratic")


def backward(cases: list[Case]) -> Function:
    """Return the function that the learner writes, with its known mistakes."""
    return Function(
        name="backward",
        parameters=("activations", "weights", "y"),
        outputs=(
            Output("dW", listed=True, of="weights"),
            Output("db", listed=True, of="biases"),
        ),
        cases=tuple(cases),
        truth=_true_backward,
        recipe=_wrong_backward,
        mistakes=(
            *_ABOUT_LOSS,
            *_ABOUT_LAYERS,
            *slope_mistakes(),
            *_ABOUT_RESULTS,
            bias_averaged("delta"),
            BIAS_KEEPS_DIMENSION,
        ),
        objective=_mean_loss,
    )


def _mean_loss(arguments: Arguments) -> float:
    network = Network(tuple(arguments["weights"]), tuple(arguments["biases"]))
    z = forward(network, arguments["activations"][0]).z[-1]
    return float(comparison("sigmoid", "quadratic")(z, arguments["y"]).loss.mean())


def _true_backward(arguments: Arguments) -> Outputs:
    truth = passed(arguments)
    return list(truth.dW), list(truth.db)


_ABOUT_LOSS = (
    Mistake(
        "summed",
        "mean",
        "the division by the number of examples is missing: summed where it should average",
        "the loss is a mean over the examples; its 1/N enters once, at the output",
    ),
    Mistake(
        "averaged_twice",
        "mean",
        "it is divided by the number of examples twice",
        "the 1/N of the loss enters once, at the output; below, examples add up",
    ),
    Mistake(
        "sign",
        "sign",
        "the sign is turned round: this leads uphill",
        "the slope of half the squared distance is output minus target",
    ),
    Mistake(
        "half_left_out",
        "half",
        "it is twice as large: the factor 1/2 of the loss has been left out",
        "the 2 of the square and the 1/2 of the loss cancel",
    ),
    Mistake(
        "output_slope_left_out",
        "slope",
        "sigma' of the last layer is left out, as if the loss were the cross-entropy",
        "the last layer has a sigmoid, too, and this loss does not cancel its slope",
    ),
    Mistake(
        "averaged_over_entries",
        "mean",
        "it is divided by the number of outputs, too",
        "the loss sums over the outputs and averages over the examples alone",
    ),
)
_ABOUT_LAYERS = (
    Mistake(
        "slope_of_layer_above",
        "slope",
        "a (1 - a) is that of the layer above: the wrong layer",
        "delta of layer l passes the sigmoid of layer l itself: which entry of the list is a[l]?",
    ),
    Mistake(
        "slope_of_layer_below",
        "slope",
        "a (1 - a) is that of the layer below: the wrong layer",
        "delta of layer l passes the sigmoid of layer l itself; the input stands at index 0",
    ),
    Mistake(
        "upstream_left_out",
        "upstream",
        "the upstream gradient is left out in the hidden layers: each of them begins anew",
        "chain rule: what arrives from the layer above is multiplied in",
    ),
    Mistake(
        "weights_left_out",
        "weights",
        "the gradient passes down without the weights",
        "unit k of the layer below feeds all units j above, each through W[j, k]",
    ),
    Mistake(
        "weights_of_layer_below",
        "weights",
        "the gradient passes down through the weights of the layer below: the wrong layer",
        "from layer l + 1 to layer l it passes the weights that lie between the two",
    ),
    Mistake(
        "transpose_wrong",
        "weights",
        "W is transposed where it should not be",
        "forward took W.T; on the way back unit j hands its gradient down in row j of W",
    ),
    Mistake(
        "inputs_of_layer_above",
        "inputs",
        "dW is made with the activations of the layer itself in place of its inputs",
        "dW of layer l meets what came into layer l",
        ("dW",),
    ),
)
_ABOUT_RESULTS = (
    Mistake(
        "layers_reversed",
        "order",
        "the list begins with the last layer",
        "the backward pass meets layer L first; the list is to begin with layer 1",
    ),
    GRADIENT_TRANSPOSED,
    BIAS_NOT_SUMMED,
)


def _wrong_backward(arguments: Arguments, made: frozenset[str]) -> Outputs:
    a, last = arguments["activations"], len(arguments["weights"])
    delta = _start(arguments, made)
    dW: list[FloatArray] = []
    db: list[FloatArray] = []
    for layer in range(last, 0, -1):
        if layer < last:
            delta = _handed_down(arguments, delta, layer, made)
        inputs = a[layer] if "inputs_of_layer_above" in made else a[layer - 1]
        product = delta.T @ inputs
        dW.append(product.T if "gradient_transposed" in made else product)
        db.append(bias_gradient(delta, made))
    order = 1 if "layers_reversed" in made else -1
    return dW[::order], db[::order]


def _start(arguments: Arguments, made: frozenset[str]) -> FloatArray:
    """Return delta of the last layer."""
    a, y = arguments["activations"], arguments["y"]
    delta = a[-1] - y
    if "output_slope_left_out" not in made:
        delta = delta * slope(a[-1], made)
    if "half_left_out" in made:
        delta = 2 * delta
    if "sign" in made:
        delta = -delta
    if "summed" in made:
        return np.asarray(delta)
    divisors = {"averaged_twice": len(y), "averaged_over_entries": y.shape[1]}
    for kind in made & divisors.keys():
        delta = delta / divisors[kind]
    return np.asarray(delta / len(y))


def _handed_down(
    arguments: Arguments, delta: FloatArray, layer: int, made: frozenset[str]
) -> FloatArray:
    """Return delta of a hidden layer, from that of the layer above."""
    a, weights = arguments["activations"], arguments["weights"]
    if "upstream_left_out" in made:
        delta = np.ones_like(delta)
    W = weights[layer - 1 if "weights_of_layer_below" in made else layer]
    arrived = (
        delta if "weights_left_out" in made else delta @ (W.T if "transpose_wrong" in made else W)
    )
    wrong = "slope_of_layer_above" in made, "slope_of_layer_below" in made
    return np.asarray(arrived * slope(a[layer + wrong[0] - wrong[1]], made))
