"""The exercise `layer`: one sigmoid layer, forward and backward."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backprop_core.exercise.parameters import (
    BIAS_KEEPS_DIMENSION,
    BIAS_NOT_SUMMED,
    GRADIENT_TRANSPOSED,
    bias_averaged,
    bias_gradient,
)
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
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.network import Network
from backprop_core.passes.trace import trace

_SHAPES = {
    "4 examples, 3 inputs, 2 units": (4, 3, 2),
    "1 example, 3 inputs, 2 units": (1, 3, 2),
    "5 examples, 1 input, 4 units": (5, 1, 4),
    "3 examples, 4 inputs, 1 unit": (3, 4, 1),
    "3 examples, 3 inputs, 3 units": (3, 3, 3),
}
_LARGE = 1000.0
"""exp overflows at 709.8."""


def exercise() -> Exercise:
    """Return the exercise, with its numbers drawn."""
    # backward is given z and a, so forward is called with other numbers.
    forward = _forward(tuple(_passes(SEED + 1)))
    return Exercise("layer", (_sigmoid(), forward, _backward(tuple(_passes(SEED)))))


def _passes(seed: int) -> Iterator[Case]:
    """Yield all arguments of a pass for every shape."""
    rng = np.random.default_rng(seed)
    for name, (examples, inputs, units) in _SHAPES.items():
        x, W = rng.normal(size=(examples, inputs)), rng.normal(size=(units, inputs))
        b = rng.normal(size=units)
        z = x @ W.T + b
        upstream = rng.normal(size=z.shape)
        arguments = {"upstream": upstream, "x": x, "W": W, "b": b, "z": z, "a": sigmoid(z)}
        yield Case(name, arguments, examples)


def _sigmoid() -> Function:
    rng = np.random.default_rng(SEED)
    z = {f"z of shape {shape}": rng.normal(scale=2, size=shape) for shape in ((4, 3), (1, 1), (5,))}
    large = np.array([[-_LARGE, -30.0, 0.0], [2.0, 40.0, _LARGE]])
    cases = [Case(name, {"z": values}, len(values)) for name, values in z.items()]
    cases.append(Case(f"z from -{_LARGE:.0f} to {_LARGE:.0f}", {"z": large}, 2, large=True))
    return Function(
        name="sigmoid",
        parameters=("z",),
        outputs=(Output("a"),),
        cases=tuple(cases),
        truth=lambda arguments: (sigmoid(arguments["z"]),),
        recipe=_wrong_sigmoid,
        mistakes=(
            Mistake(
                "sign",
                "formula",
                "the sign in the exponent is turned round: this falls where the sigmoid rises",
                "the sigmoid of a large z is 1; which sign must exp get for that?",
            ),
            Mistake(
                "tanh",
                "formula",
                "this is tanh, which runs from -1 to 1",
                "the sigmoid runs from 0 to 1; the two differ by a shift and two factors",
            ),
            Mistake(
                "returns_slope",
                "formula",
                "this is the slope of the sigmoid",
                "return the value here; the slope belongs into backward",
            ),
        ),
        not_finite=Mistake(
            "overflow",
            "size",
            "exp of a large number overflows to infinity, and infinity over infinity is NaN",
            "choose the form of the sigmoid in which exp is taken of numbers below 0",
        ),
    )


def _wrong_sigmoid(arguments: Arguments, made: frozenset[str]) -> Outputs:
    z = arguments["z"]
    if "sign" in made:
        return (sigmoid(-z),)
    if "tanh" in made:
        return (np.tanh(z),)
    if "returns_slope" in made:
        return (ACTIVATIONS["sigmoid"].slope(z),)
    return (sigmoid(z),)


def _forward(passes: tuple[Case, ...]) -> Function:
    both = ("z", "a")
    return Function(
        name="forward",
        parameters=("x", "W", "b"),
        outputs=(Output("z"), Output("a")),
        cases=tuple(case.only("x", "W", "b") for case in passes),
        truth=_true_forward,
        recipe=_wrong_forward,
        mistakes=(
            Mistake(
                "transpose_missing",
                "product",
                "x is multiplied by W as it lies: a transpose is missing",
                "W has one row a unit: row j of W meets row i of x in z[i, j]",
            ),
            Mistake(
                "result_transposed",
                "turn",
                "the result lies on its side: units down, examples across",
                "one row an example: (examples, units)",
            ),
            Mistake("bias_left_out", "bias", "b is left out", "z has two terms", both),
            Mistake(
                "activation_left_out",
                "activation",
                "a is z: the sigmoid is left out",
                "a is the sigmoid of z",
                ("a",),
            ),
            Mistake(
                "activation_twice",
                "activation",
                "the sigmoid is applied twice",
                "a is the sigmoid of z, once",
                ("a",),
            ),
            Mistake(
                "results_swapped",
                "order",
                "z and a are swapped",
                "return z first, then a",
                both,
                whole=True,
            ),
        ),
    )


def _true_forward(arguments: Arguments) -> Outputs:
    network = Network((arguments["W"],), (arguments["b"],))
    targets = np.zeros((len(arguments["x"]), len(arguments["b"])))
    passed = trace(network, arguments["x"], targets, "quadratic")
    return passed.z[0], passed.a[1]


def _wrong_forward(arguments: Arguments, made: frozenset[str]) -> Outputs:
    x, W, b = arguments["x"], arguments["W"], arguments["b"]
    z = x @ (W if "transpose_missing" in made else W.T)
    if "bias_left_out" not in made:
        z = z + b
    a = z if "activation_left_out" in made else sigmoid(z)
    if "activation_twice" in made:
        a = sigmoid(a)
    if "result_transposed" in made:
        z, a = z.T, a.T
    return (a, z) if "results_swapped" in made else (z, a)


def _backward(passes: tuple[Case, ...]) -> Function:
    return Function(
        name="backward",
        parameters=("upstream", "x", "W", "z", "a"),
        outputs=(Output("dx", of="x"), Output("dW", of="W"), Output("db", of="b")),
        cases=tuple(case.only("upstream", "x", "W", "z", "a", "b") for case in passes),
        truth=_true_backward,
        recipe=_wrong_backward,
        mistakes=(
            *_ABOUT_DZ,
            *slope_mistakes(),
            *_ABOUT_PRODUCTS,
            *_ABOUT_BIAS,
            bias_averaged("upstream"),
        ),
        objective=_sum_of_outputs,
    )


def _sum_of_outputs(arguments: Arguments) -> float:
    """Return the scalar whose gradient with respect to a is `upstream`."""
    z = arguments["x"] @ arguments["W"].T + arguments["b"]
    return float((arguments["upstream"] * sigmoid(z)).sum())


def _true_backward(arguments: Arguments) -> Outputs:
    dz = arguments["upstream"] * ACTIVATIONS["sigmoid"].slope(arguments["z"])
    return dz @ arguments["W"], dz.T @ arguments["x"], dz.sum(axis=0)


_ABOUT_DZ = (
    Mistake(
        "upstream_left_out",
        "upstream",
        "the upstream gradient is left out: these are the gradients of the sum of the outputs",
        "chain rule: what arrives from above is multiplied in before anything else",
    ),
    Mistake(
        "slope_of_z",
        "slope",
        "z (1 - z) is used: the formula of the slope is that of a, not of z",
        "sigma'(z) = sigma(z) (1 - sigma(z)): which of the arguments is sigma(z)?",
    ),
    Mistake(
        "averaged",
        "mean",
        "it is divided by the number of examples: averaged where it should sum",
        "upstream is the gradient of a mean already and holds its 1/N; here examples add up",
    ),
    Mistake("sign", "sign", "the sign is turned round", "nothing in a layer turns signs round"),
)
_ABOUT_PRODUCTS = (
    Mistake(
        "transpose_wrong",
        "dx",
        "W is transposed where it should not be",
        "forward took W.T; on the way back unit j hands its gradient to the inputs in row j of W",
        ("dx",),
    ),
    GRADIENT_TRANSPOSED,
    Mistake(
        "transpose_missing",
        "dW",
        "a transpose is missing in the product that makes dW",
        "dW[j, k] sums dz[i, j] x[i, k] over the examples i: both run down their columns",
        ("dW",),
    ),
    Mistake(
        "batch_forgotten",
        "dW",
        "an outer product of whole batches: it mixes every example with every other",
        "an outer product is right for one example; those of a batch add up",
        ("dW",),
    ),
)
_ABOUT_BIAS = (
    BIAS_NOT_SUMMED,
    Mistake(
        "bias_axis",
        "db",
        "db is summed over the units in place of the examples",
        "which axis counts the examples?",
        ("db",),
    ),
    Mistake(
        "bias_summed_whole",
        "db",
        "db is summed over everything: the axis is missing",
        "b has one entry a unit; sum over the examples alone",
        ("db",),
    ),
    BIAS_KEEPS_DIMENSION,
)


def _wrong_backward(arguments: Arguments, made: frozenset[str]) -> Outputs:
    x, W, z, a = (arguments[name] for name in ("x", "W", "z", "a"))
    upstream = np.ones_like(z) if "upstream_left_out" in made else arguments["upstream"]
    dz = upstream * (z * (1 - z) if "slope_of_z" in made else slope(a, made))
    if "averaged" in made:
        dz = dz / len(x)
    if "sign" in made:
        dz = -dz
    dx = dz @ (W.T if "transpose_wrong" in made else W)
    dW = dz.T @ x
    if "gradient_transposed" in made:
        dW = dW.T
    if "transpose_missing" in made:
        dW = dz @ x
    if "batch_forgotten" in made:
        dW = np.outer(dz, x)
    return dx, dW, bias_gradient(dz, made)
