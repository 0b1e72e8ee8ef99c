"""The loss of a linear classifier along one or two directions in the space of its weights.

Scores are s = x @ W.T. The loss of an example of class y is the multiclass hinge, the sum over
the other classes j of max(0, s_j - s_y + 1) (Weston & Watkins 1999); there is no
regularisation. On the plane W + a U + b V each term is a ramp, max(0, c + d . (a, b)), so the loss
is piecewise linear, and the lines where the pieces meet are c + d . (a, b) = 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from backprop_core.arrays import IntArray, lock
from backprop_core.data.datasets import load_data
from backprop_core.errors import InputError, NumericalError
from backprop_core.experiment.model import Experiment

Array = NDArray[np.float64]

MARGIN = 1.0
MOST_EXAMPLES = 100
STREAM = 3
"""Number of the random stream for directions; see `backprop_core.data.datasets.DATA_STREAM`."""
REACH = 2.0
"""Reach of the map, in units of the median distance from its centre to a kink."""
_BLOCK = 2**18
"""Most values in a block of terms, so that it stays in the cache."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """The hinge loss of N examples over the plane W + a U + b V; arrays are read-only.

    Attributes
    ----------
    x, y
        (N, features) and (N,), the examples and their classes.
    weights
        W, (classes, features).
    directions
        U and V, (2, classes, features), of length 1 and at right angles.
    c, d
        (N, classes - 1) and (2, N, classes - 1): term j of example i is
        max(0, c[i, j] + a d[0, i, j] + b d[1, i, j]).
    """

    x: Array
    y: IntArray
    weights: Array
    directions: Array
    c: Array
    d: Array

    @property
    def reach(self) -> float:
        """Distance from W up to which the loss is shown: `REACH` median distances to a kink."""
        steepness = np.hypot(*self.d)
        moves = steepness > 0
        if not moves.any():
            return 1.0
        with np.errstate(over="ignore"):
            reach = REACH * float(np.median(np.abs(self.c[moves]) / steepness[moves]))
        return reach if 0 < reach < np.inf else 1.0

    def starting_with(self, example: int) -> Landscape:
        """Return this landscape with an example moved to the front."""
        rest = np.delete(np.arange(len(self.y)), example)
        order = np.concatenate([[example], rest])
        return Landscape(
            x=lock(self.x[order]),
            y=lock(self.y[order]),
            weights=self.weights,
            directions=self.directions,
            c=lock(self.c[order]),
            d=lock(self.d[:, order]),
        )

    def terms(self, example: int, a: ArrayLike) -> Array:
        """Return the terms of one example along U, (classes - 1, places)."""
        c, d = self.c[example, :, None], self.d[0, example, :, None]
        return np.asarray(np.maximum(0.0, c + np.asarray(a, dtype=np.float64) * d))

    def slope(self, example: int, a: float) -> float:
        """Return the slope of the loss of one example along U; at a kink, the flatter one."""
        c, d = self.c[example], self.d[0, example]
        return float(d[c + a * d > 0].sum())

    def kinks(self, example: int, reach: float) -> Array:
        """Return where the loss of one example has kinks along U, from -reach to reach, sorted."""
        c, d = self.c[example], self.d[0, example]
        moves = d != 0
        # The kink of an almost flat ramp may lie beyond the range of floats.
        with np.errstate(over="ignore"):
            places = -c[moves] / d[moves]
        return np.sort(places[np.abs(places) < reach])

    def losses(self, a: Array, b: Array, examples: int | None = None) -> Array:
        """Return the loss of each of the first examples over a grid, (examples, b, a).

        Raises
        ------
        NumericalError
            If a loss leaves the range of floats.
        """
        count = len(self.y) if examples is None else examples
        loss = np.zeros((count, len(b), len(a)))
        step = max(1, _BLOCK // (len(a) * len(b)))
        for i in range(count):
            for first in range(0, self.c.shape[1], step):
                terms = self._before_the_ramp(i, a, b, slice(first, first + step))
                with np.errstate(over="ignore"):
                    loss[i] += np.maximum(terms, 0.0, out=terms).sum(axis=0)
        _require_finite(loss, "losses")
        return loss

    def gradients(self, a: Array, b: Array) -> Array:
        """Return the gradient of each example with respect to (a, b), (examples, 2, b, a)."""
        shape = (len(self.y), 2, len(b), len(a))
        gradient = np.empty(shape)
        for i in range(len(self.y)):
            active = self._before_the_ramp(i, a, b, slice(None)) > 0
            gradient[i] = np.einsum("kj,jba->kba", self.d[:, i], active)
        return gradient

    def lines(self, examples: int) -> Array:
        """Return the kinks of the first examples on the plane as lines, (lines, 3).

        Each row is (c, d, e) of c + d a + e b = 0; constant terms have no kink.
        """
        c, d = self.c[:examples].ravel(), self.d[:, :examples].reshape(2, -1)
        lines = np.column_stack([c, *d])
        return np.asarray(lines[(d != 0).any(axis=0)])

    def crossing(self, examples: int, reach_a: float, reach_b: float) -> int:
        """Count the lines of the first examples that cross the map |a| < reach_a, |b| < reach_b."""
        c, d, e = self.lines(examples).T
        return int(np.sum(np.abs(c) < np.abs(d) * reach_a + np.abs(e) * reach_b))

    def flat(self, examples: int, reach_a: float, reach_b: float) -> Array:
        """Return the part of that map where the gradient of the mean loss is exactly zero.

        In this part no varying term is above zero, so it is a convex polygon. The result holds its
        corners, (corners, 2), and is empty if there is no such part.
        """
        corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
        polygon = np.array(corners) * (reach_a, reach_b)
        lines = self.lines(examples)
        # Lines that cut off most come first, because often nothing is left after a few.
        for c, d, e in lines[np.argsort(-lines[:, 0])]:
            polygon = _below(polygon, polygon @ (d, e) + c)
            if not len(polygon):
                break
        return polygon

    def flat_share(self, examples: int, reach_a: float, reach_b: float) -> float:
        """Return the share of the map that `flat` covers."""
        a, b = self.flat(examples, reach_a, reach_b).T
        area = abs(np.sum(a * np.roll(b, -1) - b * np.roll(a, -1))) / 2
        return float(area / (4 * reach_a * reach_b))

    def _before_the_ramp(self, i: int, a: Array, b: Array, classes: slice) -> Array:
        c, (d, e) = self.c[i, classes, None, None], self.d[:, i, classes, None, None]
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(c + (a * d + b[:, None] * e))


def landscape(experiment: Experiment, examples: int = MOST_EXAMPLES) -> Landscape:
    """Draw a linear classifier and two directions, and pass examples of an experiment through it.

    W ~ N(0, 1 / features); U and V are drawn from N(0, 1), then made orthonormal. All
    arrays are float64, whatever the dtype of the experiment; its network is not used.

    Parameters
    ----------
    experiment
        The experiment, whose data and seed are used.
    examples
        Most examples to use; they are the first ones of the data.

    Raises
    ------
    InputError
        If the targets of the data are not classes, or fewer than 1 example is asked for.
    NumericalError
        If scores leave the range of floats.
    """
    if examples < 1:
        raise InputError(f"examples: got {examples}; allowed at least 1")
    # With this loss, loading the data checks that the targets are classes.
    hinge = {"network.output": "identity", "network.loss": "hinge", "dtype": "float64"}
    data = load_data(experiment.override(hinge))
    x, y = data.x[:examples].astype(np.float64), data.y[:examples].astype(np.int64)
    rng = np.random.default_rng((experiment.seed, STREAM))
    shape = (data.outputs, x.shape[1])
    weights = rng.standard_normal(shape) / np.sqrt(x.shape[1])
    directions = _orthonormal(rng.standard_normal((2, *shape)))
    c, d = _terms(x, y, weights, directions)
    for array in (x, y, weights, directions, c, d):
        lock(array)
    return Landscape(x, y, weights, directions, c, d)


def _terms(x: Array, y: IntArray, weights: Array, directions: Array) -> tuple[Array, Array]:
    """Return c and d of every term."""
    n = np.arange(len(x))
    with np.errstate(all="ignore"):
        scores = np.stack([x @ W.T for W in (weights, *directions)])
        behind = scores - scores[:, n, y][:, :, None]
        behind[0] += MARGIN
    _require_finite(behind, "scores")
    others = np.ones(behind.shape[1:], dtype=bool)
    others[n, y] = False
    c, *d = (each[others].reshape(len(x), -1) for each in behind)
    return c, np.stack(d)


def _require_finite(array: Array, step: str) -> None:
    if not np.isfinite(array).all():
        limit = np.finfo(np.float64).max
        raise NumericalError(
            f"{step} of the linear classifier: NaN or infinity (float64 ends at {limit:.2g}); "
            "likely cause: inputs too large (scale)"
        )


def _orthonormal(two: Array) -> Array:
    u, v = two
    u = u / np.linalg.norm(u)
    v = v - np.sum(u * v) * u
    return np.stack([u, v / np.linalg.norm(v)])


def _below(polygon: Array, heights: Array) -> Array:
    """Return the part of a convex polygon where a plane of these heights at its corners is <= 0."""
    inside = heights <= 0
    if inside.all():
        return polygon
    if not inside.any():
        return polygon[:0]
    ahead, beyond = np.roll(polygon, -1, axis=0), np.roll(heights, -1)
    corners: list[Array] = []
    for k in range(len(polygon)):
        if inside[k]:
            corners.append(polygon[k])
        if inside[k] != (beyond[k] <= 0):
            share = heights[k] / (heights[k] - beyond[k])
            corners.append(polygon[k] + share * (ahead[k] - polygon[k]))
    return np.array(corners)
