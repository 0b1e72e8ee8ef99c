"""Stochastic gradient descent, and what each epoch made of every layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backprop_core.activations import ACTIVATIONS, Activation
from backprop_core.arrays import FloatArray, IntArray, lock
from backprop_core.errors import NumericalError
from backprop_core.losses import Compare, comparison, targets
from backprop_core.measures import accuracy, dead_units, saturated_fraction
from backprop_core.network import Network, initialize
from backprop_core.scaled import matmul
from backprop_core.threads import one_blas_thread
from backprop_core.trace import Trace, trace

if TYPE_CHECKING:
    from backprop_core.config import Experiment

# Sums of squares below this are taken again, on entries divided by the largest.
_SMALL_SQUARES = 1e-280


@dataclass(frozen=True, eq=False)
class History:
    """A training run, measured on all examples before it and after every epoch.

    Attributes
    ----------
    loss
        (epochs+1,), the mean loss.
    accuracy
        (epochs+1,), fraction of examples classified rightly; None where targets are not classes.
    log10_signal
        (epochs+1, L), decimal logarithm of the signal of each layer.
    log10_dW
        (epochs+1, L), decimal logarithm of the norm of dW.
    update_to_weight
        (epochs, L), mean over the steps of an epoch of norm(step of W) / norm(W) before it.
    saturated
        (epochs+1, L-1), fraction of saturated units x examples of each hidden layer.
    dead
        (epochs+1, L-1), number of dead units of each hidden layer.
    network
        As trained.
    """

    loss: FloatArray
    accuracy: FloatArray | None
    log10_signal: FloatArray
    log10_dW: FloatArray
    update_to_weight: FloatArray
    saturated: FloatArray
    dead: IntArray
    network: Network

    @property
    def signal(self) -> NDArray[np.float64]:
        """The signal, (epochs+1, L), in plain floats: 0 where it underflows."""
        return np.asarray(10.0**self.log10_signal)

    @property
    def norm_dW(self) -> NDArray[np.float64]:  # noqa: N802
        """The norm of dW, (epochs+1, L), in plain floats: 0 where it underflows."""
        return np.asarray(10.0**self.log10_dW)


def train(experiment: Experiment) -> History:
    """Train the network of an experiment by plain stochastic gradient descent.

    Each step subtracts learning_rate times the gradient of the mean loss over a minibatch. Every
    epoch takes the examples in a new order; its last minibatch may be smaller.

    Raises
    ------
    InputError
        If the data cannot be used.
    NumericalError
        If it diverges: names epoch, layer and likely cause.
    """
    from backprop_core.datasets import load_data

    data, settings = load_data(experiment), experiment.training
    network = initialize(experiment)
    loss = experiment.network.loss
    wanted = targets(data.y, network.widths[-1], loss, network.dtype)
    rng = np.random.default_rng((experiment.seed, 2))
    descent = _Descent(network, comparison(network.output, loss), settings.learning_rate)
    measured, ratios = [_Measures.of(trace(network, data.x, data.y, loss))], []
    for epoch in range(1, settings.epochs + 1):
        order = rng.permutation(len(data.x))
        batches = [
            order[i : i + settings.batch_size] for i in range(0, len(order), settings.batch_size)
        ]
        try:
            with one_blas_thread():
                steps = [descent.step(data.x[batch], wanted[batch]) for batch in batches]
            measured.append(_Measures.of(trace(descent.network(), data.x, data.y, loss)))
        except NumericalError as error:
            raise NumericalError(f"epoch {epoch}, {error}; or the learning rate") from None
        ratios.append(np.mean(steps, axis=0))
    return _history(measured, ratios, descent.network())


@dataclass(frozen=True, eq=False)
class _Measures:
    """What a history keeps of one trace."""

    loss: float
    accuracy: float | None
    log10_signal: FloatArray
    log10_dW: FloatArray
    saturated: FloatArray
    dead: IntArray

    @classmethod
    def of(cls, t: Trace) -> _Measures:
        return cls(
            t.loss,
            accuracy(t),
            t.log10_norm("signal"),
            t.log10_norm("dW"),
            saturated_fraction(t),
            dead_units(t),
        )


def _history(
    measured: list[_Measures], ratios: list[NDArray[np.float64]], network: Network
) -> History:
    scores = [m.accuracy for m in measured if m.accuracy is not None]
    return History(
        loss=lock(np.array([m.loss for m in measured])),
        accuracy=lock(np.array(scores)) if scores else None,
        log10_signal=lock(np.stack([m.log10_signal for m in measured])),
        log10_dW=lock(np.stack([m.log10_dW for m in measured])),
        update_to_weight=lock(np.stack(ratios)),
        saturated=lock(np.stack([m.saturated for m in measured])),
        dead=np.stack([m.dead for m in measured]),
        network=network,
    )


class _Descent:
    """A network on its way down. All parameters lie in one vector, so that a step is one line."""

    def __init__(self, network: Network, compare: Compare, rate: float) -> None:
        self._start = network
        self._f: Activation = ACTIVATIONS[network.activation]
        self._compare = compare
        self._rate = network.dtype.type(rate)
        self._theta = np.concatenate(
            [p.ravel() for p in _layers(network.weights, network.biases)], dtype=network.dtype
        )
        self._gradient = np.empty_like(self._theta)
        self._W, self._b = _views(self._theta, network.widths)
        self._dW, self._db = _views(self._gradient, network.widths)
        sizes = [p.size for p in _layers(network.weights, network.biases)]
        self._bounds = np.cumsum([0, *sizes])

    def network(self) -> Network:
        """Return the network as it is now."""
        return Network(
            tuple(W.copy() for W in self._W),
            tuple(b.copy() for b in self._b),
            self._start.activation,
            self._start.output,
        )

    def step(self, x: FloatArray, wanted: FloatArray) -> NDArray[np.float64]:
        """Make one step; return norm(step of W) / norm(W), (L,)."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self._backpropagate(x, wanted)
            self._gradient *= self._rate
            steps = self._norms(self._gradient)
            ratios = np.divide(steps, self._norms(self._theta))
            self._theta -= self._gradient
        if not np.isfinite(steps).all():
            layer = int(np.flatnonzero(~np.isfinite(steps))[-1]) + 1
            raise NumericalError(
                f"layer {layer}, gradient step: not finite; likely cause: weights too large (gain)"
            )
        return ratios

    def _backpropagate(self, x: FloatArray, wanted: FloatArray) -> None:
        """Put the gradient of the minibatch into place, in plain floats as training has them."""
        a, slopes = [x], []
        for W, b in zip(self._W[:-1], self._b[:-1], strict=True):
            value, slope = self._f.value_and_slope(matmul(a[-1], W.T) + b)
            a.append(value)
            slopes.append(slope)
        compared = self._compare(matmul(a[-1], self._W[-1].T) + self._b[-1], wanted)
        delta = compared.residual / len(x)
        if compared.slope is not None:
            delta *= compared.slope
        for i in range(len(self._W) - 1, -1, -1):
            self._dW[i][...] = matmul(delta.T, a[i])
            delta.sum(axis=0, out=self._db[i])
            if i > 0:
                delta = matmul(delta, self._W[i]) * slopes[i - 1]

    def _norms(self, vector: FloatArray) -> NDArray[np.float64]:
        """Return the norms of the weights' parts of a parameter vector, (L,)."""
        squares = np.add.reduceat(np.square(vector, dtype=np.float64), self._bounds[:-1])[::2]
        norms = np.sqrt(squares)
        for i in np.flatnonzero((squares < _SMALL_SQUARES) | ~np.isfinite(squares)):
            part = vector[self._bounds[2 * i] : self._bounds[2 * i + 1]].astype(np.float64)
            largest = np.abs(part).max()
            norms[i] = largest and largest * np.linalg.norm(part / largest)
        return np.asarray(norms)


def _layers(
    weights: tuple[FloatArray, ...], biases: tuple[FloatArray, ...]
) -> Iterator[FloatArray]:
    for W, b in zip(weights, biases, strict=True):
        yield W
        yield b


def _views(
    vector: FloatArray, widths: tuple[int, ...]
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return W and b of every layer as views into a parameter vector."""
    weights, biases, i = [], [], 0
    for n_in, n_out in pairwise(widths):
        weights.append(vector[i : i + n_out * n_in].reshape(n_out, n_in))
        i += n_out * n_in
        biases.append(vector[i : i + n_out])
        i += n_out
    return weights, biases
