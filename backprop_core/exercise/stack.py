"""The exercise `stack`: several sigmoid layers, half the squared distance, and the way back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.exercise.losses import LOSS_MISTAKES, mean_loss
from backprop_core.exercise.sigmoid import sigmoid, slope, slope_mistakes
from backprop_core.exercise.task import (
    SEED,
    Arguments,
    Case,
    Exercise,
    Function,
    Mistake,
    Output,
    Outputs,
)
from backprop_core.forward import forward
from backprop_core.losses import comparison
from backprop_core.network import Network
from backprop_core.trace import Trace, trace

_SHAPES = {
    "6 examples, widths 4 3 5 2": (6, (4, 3, 5, 2)),
    "1 example, widths 4 3 5 2": (1, (4, 3, 5, 2)),
    "5 examples, widths 2 1 1 3": (5, (2, 1, 1, 3)),
    "3 examples, widths 3 3 3 3": (3, (3, 3, 3, 3)),
    "4 examples, one layer, widths 3 2": (4, (3, 2)),
}


def exercise() -> Exercise:
    """Return the exercise, with its numbers drawn."""
    rng = np.random.default_rng(SEED)
    passes, losses, whole = [], [], []
    for name, (examples, widths) in _SHAPES.items():
        shapes = [(n, m) for m, n in pairwise(widths)]
        parameters = {
            "x": rng.normal(size=(examples, widths[0])),
            "weights": [rng.normal(size=shape) for shape in shapes],
            "biases": [rng.normal(size=shape[0]) for shape in shapes],
        }
        y = rng.uniform(size=(examples, widths[-1]))
        a = list(_pass(parameters | {"y": y}).a)
        given = {"activations": a, **{n: parameters[n] for n in ("weights", "biases")}, "y": y}
        passes.append(Case(name, parameters, examples))
        losses.append(Case(name, {"output": a[-1], "y": y}, examples))
        whole.append(Case(name, given, examples))
    return Exercise("stack", (_forward(passes), _loss(losses), _backward(whole)))


def _pass(arguments: Arguments) -> Trace:
    x = arguments["x"] if "x" in arguments else arguments["activations"][0]
    network = Network(tuple(arguments["weights"]), tuple(arguments["biases"]))
    y = arguments.get("y", np.zeros((len(x), network.widths[-1])))
    return trace(network, x, y, "quadratic")


def _forward(cases: list[Case]) -> Function:
    return Function(
        name="forward",
        parameters=("x", "weights", "biases"),
        outputs=(Output("activations", listed=True, first=0),),
        cases=tuple(cases),
        truth=lambda arguments: (list(_pass(arguments).a),),
        recipe=_wrong_forward,
        mistakes=(
            Mistake(
                "input_left_out",
                "list",
                "the input is missing from the list",
                "the list begins with x: backward will need it for dW of layer 1",
            ),
            Mistake(
                "preactivations",
                "list",
                "the list holds z of each layer in place of a",
                "append what comes out of the sigmoid",
            ),
            Mistake(
                "linear_output",
                "activation",
                "the last layer has no sigmoid",
                "here every layer has one, the last one, too",
            ),
            Mistake(
                "activation_left_out",
                "activation",
                "the sigmoid is left out in every layer",
                "without it all layers together are one linear map",
            ),
            Mistake("bias_left_out", "bias", "the biases are left out", "z has two terms"),
            Mistake(
                "transpose_missing",
                "product",
                "a is multiplied by W as it lies: a transpose is missing",
                "W has one row a unit: row j of W meets row i of a in z[i, j]",
            ),
        ),
    )


def _wrong_forward(arguments: Arguments, made: frozenset[str]) -> Outputs:
    a, passed = arguments["x"], [arguments["x"]]
    last = len(arguments["weights"])
    for layer, (W, b) in enumerate(zip(arguments["weights"], arguments["biases"], strict=True), 1):
        z = a @ (W if "transpose_missing" in made else W.T)
        if "bias_left_out" not in made:
            z = z + b
        linear = layer == last and "linear_output" in made
        a = z if linear or "activation_left_out" in made else sigmoid(z)
        passed.append(z if "preactivations" in made else a)
    return (passed[1:] if "input_left_out" in made else passed,)


def _loss(cases: list[Case]) -> Function:
    return Function(
        name="loss",
        parameters=("output", "y"),
        outputs=(Output("loss"),),
        cases=tuple(cases),
        truth=lambda arguments: (np.asarray(_half_square(arguments, frozenset()).mean()),),
        recipe=_wrong_loss,
        mistakes=(
            *LOSS_MISTAKES,
            Mistake(
                "half_left_out",
                "half",
                "the factor 1/2 is left out",
                "half the squared distance: its slope is then the distance itself",
            ),
            Mistake(
                "not_squared",
                "square",
                "distances are not squared",
                "half the squared distance",
            ),
        ),
    )


def _half_square(arguments: Arguments, made: frozenset[str]) -> FloatArray:
    distance = np.abs(arguments["output"] - arguments["y"])
    terms = distance if "not_squared" in made else distance**2
    return np.asarray(terms.sum(axis=1) / (1 if "half_left_out" in made else 2))


def _wrong_loss(arguments: Arguments, made: frozenset[str]) -> Outputs:
    return (mean_loss(_half_square(arguments, made), arguments["y"].shape[1], made),)


def _backward(cases: list[Case]) -> Function:
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
        mistakes=(*_ABOUT_LOSS, *_ABOUT_LAYERS, *slope_mistakes(), *_ABOUT_RESULTS),
        objective=_mean_loss,
    )


def _mean_loss(arguments: Arguments) -> float:
    network = Network(tuple(arguments["weights"]), tuple(arguments["biases"]))
    z = forward(network, arguments["activations"][0]).z[-1]
    return float(comparison("sigmoid", "quadratic")(z, arguments["y"]).loss.mean())


def _true_backward(arguments: Arguments) -> Outputs:
    passed = _pass(arguments)
    return list(passed.dW), list(passed.db)


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
    Mistake(
        "gradient_transposed",
        "dW",
        "dW lies on its side: it is the transpose of what it should be",
        "dW has the shape of W, (units, inputs): which factor comes first?",
        ("dW",),
    ),
    Mistake(
        "bias_not_summed",
        "db",
        "db is not summed over the batch: it has one row an example",
        "one b serves all examples, so their gradients add up",
        ("db",),
    ),
    Mistake(
        "bias_averaged",
        "db",
        "db is averaged over the examples where it should sum",
        "delta holds its 1/N already; here examples add up",
        ("db",),
    ),
    Mistake(
        "bias_keeps_dimension",
        "db",
        "db keeps the batch as a dimension of 1 (keepdims)",
        "db has the shape of b, (units,)",
        ("db",),
    ),
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
        db.append(_bias(delta, made))
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


def _bias(delta: FloatArray, made: frozenset[str]) -> FloatArray:
    if "bias_not_summed" in made:
        return delta
    if "bias_averaged" in made:
        return np.asarray(delta.mean(axis=0))
    return np.asarray(delta.sum(axis=0, keepdims="bias_keeps_dimension" in made))
