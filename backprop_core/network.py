"""A fully connected network, its forward pass and its backward pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from backprop_core.activations import ACTIVATIONS
from backprop_core.arrays import FloatArray, locked_copy, together
from backprop_core.errors import InputError, NumericalError
from backprop_core.initializers import INITIALIZERS
from backprop_core.scaled import Scaled, matmul, times_slope, times_weights

if TYPE_CHECKING:
    from backprop_core.config import Experiment


@dataclass(frozen=True)
class Network:
    """Weights, biases and activations; layer l = 1..L stands at index l - 1.

    Attributes
    ----------
    weights
        ``weights[l-1]`` is W[l], (n_l, n_{l-1}). A leading axis, if there is one, counts the
        networks of a stack.
    biases
        ``biases[l-1]`` is b[l], (n_l,), with the same leading axis.
    activation
        Name of the hidden layers' activation.
    output
        Name of the output layer's: an activation or "softmax".

    Raises
    ------
    InputError
        If shapes or dtypes do not fit together, or the activation is unknown.
    """

    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]
    activation: str = "sigmoid"
    output: str = "sigmoid"

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise InputError(*problems)
        object.__setattr__(self, "weights", tuple(map(locked_copy, self.weights)))
        object.__setattr__(self, "biases", tuple(map(locked_copy, self.biases)))

    @property
    def depth(self) -> int:
        """Number L of layers with weights."""
        return len(self.weights)

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of every layer, (L+1,), the input first."""
        return (self.weights[0].shape[-1], *(W.shape[-2] for W in self.weights))

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """The dtype of every weight."""
        return self.weights[0].dtype

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum(W.size for W in self.weights) + sum(b.size for b in self.biases)


def _problems(network: Network) -> list[str]:
    weights, biases = network.weights, network.biases
    if not weights or len(weights) != len(biases):
        return [f"network: {len(weights)} weights and {len(biases)} biases; allowed: one of each"]
    problems = []
    if network.activation not in ACTIVATIONS:
        allowed = ", ".join(ACTIVATIONS)
        problems.append(f"network.activation: got {network.activation!r}; allowed: {allowed}")
    for layer, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
        if W.ndim < 2 or W.shape[:-1] != b.shape or 0 in W.shape:
            problems.append(f"layer {layer}: W {W.shape} and b {b.shape}; allowed: (n, m) and (n,)")
        elif layer > 1 and W.shape[-1] != weights[layer - 2].shape[-2]:
            problems.append(
                f"layer {layer}: W {W.shape} after {weights[layer - 2].shape[-2]} units"
            )
        if W.dtype != weights[0].dtype or b.dtype != W.dtype or W.dtype.kind != "f":
            problems.append(
                f"layer {layer}: {W.dtype} and {b.dtype}; allowed: one float type for all"
            )
    return problems


def initialize(experiment: Experiment) -> Network:
    """Draw the network of an experiment from its seed.

    Parameters
    ----------
    experiment
        Its ``network`` says the shape and the scheme; the ends come from its data.

    Returns
    -------
    The same weights, rounded, for every dtype; the same weights for every ``bias_std``.
    """
    from backprop_core.datasets import layer_widths

    return draw(experiment, layer_widths(experiment), experiment.seed)


def draw(experiment: Experiment, widths: tuple[int, ...], seed: int) -> Network:
    """Draw a network with these widths, input first, from this seed."""
    settings = experiment.network
    rng = np.random.default_rng((seed, 1))
    initializer = INITIALIZERS[settings.init]
    weights = [
        initializer.draw(rng, n_in, n_out, settings.gain) for n_in, n_out in pairwise(widths)
    ]
    biases = [settings.bias_std * rng.standard_normal(n) for n in widths[1:]]
    dtype = np.dtype(experiment.dtype)
    return Network(
        weights=tuple(W.astype(dtype, copy=False) for W in weights),
        biases=tuple(b.astype(dtype, copy=False) for b in biases),
        activation=settings.activation,
        output=settings.output,
    )


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
    # A finite sum has finite terms; one that is not may also have overflowed itself.
    if not np.isfinite(sizes.sum()) and not np.isfinite(sizes).all():
        limit = np.finfo(array.dtype).max
        wrong = f"NaN or infinity ({array.dtype} ends at {limit:.2g})"
        raise NumericalError(f"layer {layer}, {message.format(wrong)}", layer)


@dataclass(frozen=True)
class Forward:
    """What a forward pass leaves behind.

    Attributes
    ----------
    z
        ``z[l-1]`` (examples, n_l): the pre-activations of layer l = 1..L.
    a
        ``a[l]`` (examples, n_l) of layers 0..L-1; ``a[0]`` is the input.
    slope
        ``slope[l-1]`` (examples, n_l): f'(z) of the hidden layers, 1..L-1. `backward` uses them up,
        as memory that is already there is faster than new.
    """

    z: list[FloatArray]
    a: list[FloatArray]
    slope: list[FloatArray]


def forward(network: Network, x: FloatArray) -> Forward:
    """Propagate a batch up to z of the output layer.

    Parameters
    ----------
    network
        The network, or a stack of them.
    x
        (examples, n_0), in the network's dtype.

    Raises
    ------
    NumericalError
        If a z is not finite.
    """
    f = ACTIVATIONS[network.activation]
    shapes = [(*b.shape[:-1], x.shape[-2], b.shape[-1]) for b in network.biases]
    hidden = shapes[:-1]
    memory = together([*shapes, *hidden, *hidden], network.dtype)
    L = network.depth
    z, a, slope = memory[:L], [x, *memory[L : 2 * L - 1]], memory[2 * L - 1 :]
    with np.errstate(over="ignore", invalid="ignore"):
        for layer, (W, b) in enumerate(zip(network.weights, network.biases, strict=True), start=1):
            i = layer - 1
            matmul(a[i], W.mT, out=z[i])
            z[i] += b[..., None, :]
            require_finite(z[i], z[i], layer, OVERFLOWS)
            if layer < L:
                f.into(z[i], a[layer], slope[i])
    return Forward(z, a, slope)


@dataclass(frozen=True)
class LayerGradient:
    """The gradients of the mean loss at one layer l.

    Attributes
    ----------
    layer
        l, from L down to 1.
    back
        (examples, n_l), with respect to a[l]: delta[l+1] before the slope. None at l = L.
    delta
        (examples, n_l), with respect to z[l], an exponent for each example.
    dW, db
        (n_l, n_{l-1}) and (1, n_l), with respect to W[l] and b[l].
    """

    layer: int
    back: Scaled | None
    delta: Scaled
    dW: Scaled
    db: Scaled


def backward(
    network: Network,
    passed: Forward,
    delta: Scaled,
    memory: Sequence[FloatArray | None] | None = None,
) -> Iterator[LayerGradient]:
    """Propagate a gradient from the output down, one layer after the other.

    Parameters
    ----------
    network
        The network, or a stack of them.
    passed
        Its forward pass; the slopes in it are used up.
    delta
        (examples, n_L), the gradient with respect to z[L].
    memory
        Where to put dW of every layer; new arrays by default.

    Yields
    ------
    The gradients at layer L, L-1, ... 1, as Rumelhart et al. 1986, eq. 4-7, has them.

    Raises
    ------
    NumericalError
        If a gradient is not finite.
    """
    f = ACTIVATIONS[network.activation]
    back: Scaled | None = None
    places = memory or [None] * network.depth
    for layer in range(network.depth, 0, -1):
        common = delta.aligned()
        product = _sum_of_products(common.mantissa, passed.a[layer - 1], places[layer - 1])
        dW = Scaled.of(product, common.exponent)
        db = Scaled.of(common.mantissa.sum(axis=-2, keepdims=True), common.exponent)
        for gradient in (delta, dW, db):
            require_finite(gradient.mantissa, gradient.rows.mantissa, layer, EXPLODES)
        yield LayerGradient(layer, back, delta, dW, db)
        if layer > 1:
            with np.errstate(over="ignore", invalid="ignore"):
                back = times_weights(delta, network.weights[layer - 1])
                delta = times_slope(back, passed.z[layer - 2], passed.slope[layer - 2], f)


def _sum_of_products(delta: FloatArray, a: FloatArray, out: FloatArray | None) -> FloatArray:
    """Sum delta outer a over the examples; float16 stays float32 here, as the sum may be large."""
    with np.errstate(over="ignore", invalid="ignore"):
        if a.dtype == np.float16:
            return delta.astype(np.float32).mT @ a.astype(np.float32)
        return np.matmul(delta.mT, a, out=out)
