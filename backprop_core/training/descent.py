"""Stochastic gradient descent of networks of one shape, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.passes.activations import ACTIVATIONS, Activation
from backprop_core.passes.losses import Compare
from backprop_core.passes.network import Network
from backprop_core.passes.scaled import matmul

# Smaller sums of squares are computed again, on entries divided by the largest, to keep digits.
_SMALL_SQUARES = 1e-280


class Descent:
    """Networks of one shape that take their steps of gradient descent together.

    All parameters lie in one vector, so that a step is one operation: W of layer 1 of every member,
    b of layer 1 of every member, W of layer 2, and so on.

    Parameters
    ----------
    members
        S networks of the same shape and kind.
    compare
        Output and loss; see `backprop_core.passes.losses.comparison`.
    rates
        The learning rate of each member.

    Attributes
    ----------
    failed
        Maps each diverged member to the layer, 1..L, whose step was first not finite. The member
        stays in the stack as NaN, without effect on the others.
    """

    def __init__(
        self, members: Sequence[Network], compare: Compare, rates: Sequence[float]
    ) -> None:
        first = members[0]
        self._kind = (first.activation, first.output)
        self._f: Activation = ACTIVATIONS[first.activation]
        self._compare = compare
        parts = [
            parts
            for layer in range(first.depth)
            for parts in (
                np.stack([m.weights[layer] for m in members]),
                np.stack([m.biases[layer] for m in members]),
            )
        ]
        self._theta = np.concatenate([part.ravel() for part in parts], dtype=first.dtype)
        self._gradient = np.empty_like(self._theta)
        shapes = [part.shape for part in parts]
        self._W, self._b = _views(self._theta, shapes)
        self._dW, self._db = _views(self._gradient, shapes)
        sizes = [part[0].size for part in parts for _ in members]
        self._bounds = np.cumsum([0, *sizes])
        self._rate = self._rates(rates, sizes)
        self.failed: dict[int, int] = {}

    def network(self, member: int) -> Network:
        """Return one of the networks in its current state."""
        return Network(
            tuple(W[member].copy() for W in self._W),
            tuple(b[member].copy() for b in self._b),
            *self._kind,
        )

    def step(self, x: FloatArray, wanted: FloatArray) -> NDArray[np.float64]:
        """Take one step of every member; return norm(step of W) / norm(W), (S, L).

        Parameters
        ----------
        x, wanted
            (S, examples, n_0) and (S, examples, n_L), the minibatch and the targets of each member.
        """
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self._backpropagate(x, wanted)
            self._gradient *= self._rate
            steps = self._norms(self._gradient)
            ratios = np.divide(steps, self._norms(self._theta))
            self._theta -= self._gradient
        if not np.isfinite(steps).all():
            for layer, member in np.argwhere(~np.isfinite(steps))[::-1]:
                self.failed.setdefault(int(member), int(layer) + 1)
        return ratios.T

    def _rates(self, rates: Sequence[float], sizes: Sequence[int]) -> FloatArray:
        """Return one rate for all, or one for each entry of the parameter vector."""
        of_member = np.asarray(rates, dtype=self._theta.dtype)
        if (of_member == of_member[0]).all():
            return of_member[:1]
        return np.repeat(np.tile(of_member, len(sizes) // len(rates)), sizes)

    def _backpropagate(self, x: FloatArray, wanted: FloatArray) -> None:
        """Write the gradients of the minibatches into the gradient vector, in plain floats."""
        a, slopes = [x], []
        for W, b in zip(self._W[:-1], self._b[:-1], strict=True):
            value, slope = self._f.value_and_slope(matmul(a[-1], W.mT) + b[:, None])
            a.append(value)
            slopes.append(slope)
        compared = self._compare(matmul(a[-1], self._W[-1].mT) + self._b[-1][:, None], wanted)
        delta = compared.residual / x.shape[1]
        if compared.slope is not None:
            delta *= compared.slope
        for i in range(len(self._W) - 1, -1, -1):
            matmul(delta.mT, a[i], out=self._dW[i])
            delta.sum(axis=1, out=self._db[i])
            if i > 0:
                delta = matmul(delta, self._W[i]) * slopes[i - 1]

    def _norms(self, vector: FloatArray) -> NDArray[np.float64]:
        """Return the norm of W of each layer and member in a parameter vector, (L, S)."""
        squares = np.add.reduceat(np.square(vector, dtype=np.float64), self._bounds[:-1])
        norms = np.sqrt(squares)
        for i in np.flatnonzero((squares < _SMALL_SQUARES) | ~np.isfinite(squares)):
            part = vector[self._bounds[i] : self._bounds[i + 1]].astype(np.float64)
            largest = np.abs(part).max()
            norms[i] = largest and largest * np.linalg.norm(part / largest)
        return np.asarray(norms.reshape(len(self._W), 2, -1)[:, 0])


def _views(
    vector: FloatArray, shapes: Sequence[tuple[int, ...]]
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return W and b of every layer, of all members, as views into a parameter vector."""
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    views = [
        vector[end - np.prod(shape) : end].reshape(shape)
        for shape, end in zip(shapes, ends, strict=True)
    ]
    return views[::2], views[1::2]
