"""Initialization schemes. Each states Var(W) once, for the draw as well as for the theory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.threads import one_blas_thread

Variance: TypeAlias = Callable[[int, int], float]
Draw: TypeAlias = Callable[[np.random.Generator, int, int, float], FloatArray]


@dataclass(frozen=True)
class Initializer:
    """A distribution of weight matrices with mean zero, or one weight for all.

    Attributes
    ----------
    name
        The name in a configuration.
    unit_variance
        Returns Var(W) at gain 1 from (n_in, n_out); where nothing is drawn, the square of the one
        weight that all connections of a layer share.
    draw_shape
        Draws (n_out, n_in) float64 weights from (generator, n_in, n_out, standard deviation).
    source
        Paper and equation.
    drawn
        Whether weights are drawn. Those that are not are the same for every seed, their variance
        is 0, and mean-field theory does not hold for them.
    """

    name: str
    unit_variance: Variance
    draw_shape: Draw
    source: str
    drawn: bool = True

    def variance(self, n_in: int, n_out: int, gain: float = 1.0) -> float:
        """Return Var(W) of one entry of a layer from n_in to n_out units."""
        return gain**2 * self.unit_variance(n_in, n_out) if self.drawn else 0.0

    def draw(
        self, rng: np.random.Generator, n_in: int, n_out: int, gain: float = 1.0
    ) -> FloatArray:
        """Draw the weights (n_out, n_in) of one layer, float64."""
        deviation = gain * float(np.sqrt(self.unit_variance(n_in, n_out)))
        return self.draw_shape(rng, n_in, n_out, deviation)


def _normal(rng: np.random.Generator, n_in: int, n_out: int, deviation: float) -> FloatArray:
    return np.asarray(deviation * rng.standard_normal((n_out, n_in)))


def _uniform(rng: np.random.Generator, n_in: int, n_out: int, deviation: float) -> FloatArray:
    # A uniform variable on (-r, r) has the variance r^2 / 3.
    return np.asarray(deviation * np.sqrt(3.0) * rng.uniform(-1.0, 1.0, (n_out, n_in)))


def _orthogonal(rng: np.random.Generator, n_in: int, n_out: int, deviation: float) -> FloatArray:
    tall = rng.standard_normal((max(n_in, n_out), min(n_in, n_out)))
    with one_blas_thread():
        q, r = np.linalg.qr(tall)
    # The signs of r's diagonal make q uniform over all orthogonal matrices (Mezzadri 2007, 5).
    q *= np.where(np.diag(r) < 0, -1.0, 1.0)
    scale = deviation * np.sqrt(float(max(n_in, n_out)))
    return np.ascontiguousarray(scale * (q if n_out >= n_in else q.T))


def _equal(rng: np.random.Generator, n_in: int, n_out: int, weight: float) -> FloatArray:
    return np.full((n_out, n_in), weight)


_ALL = (
    Initializer(
        "normal",
        lambda n_in, n_out: 1 / n_in,
        _normal,
        "W ~ N(0, gain^2 / n_in); Schoenholz et al. (2017), eq. 1 with sigma_w = gain",
    ),
    Initializer(
        "uniform",
        lambda n_in, n_out: 1 / (3 * n_in),
        _uniform,
        "W ~ gain U(-1/sqrt(n_in), 1/sqrt(n_in)); Glorot & Bengio (2010), eq. 1",
    ),
    Initializer(
        "lecun",
        lambda n_in, n_out: 1 / n_in,
        _uniform,
        "uniform, standard deviation gain / sqrt(n_in); LeCun et al. (1998), eq. 16",
    ),
    Initializer(
        "xavier",
        lambda n_in, n_out: 2 / (n_in + n_out),
        _uniform,
        "W ~ gain U(-r, r), r = sqrt(6 / (n_in + n_out)); Glorot & Bengio (2010), eq. 16",
    ),
    Initializer(
        "he",
        lambda n_in, n_out: 2 / n_in,
        _normal,
        "W ~ N(0, 2 gain^2 / n_in); He et al. (2015), eq. 10",
    ),
    Initializer(
        "orthogonal",
        lambda n_in, n_out: 1 / max(n_in, n_out),
        _orthogonal,
        "gain times a random (semi-)orthogonal matrix; Saxe et al. (2014), section 3",
    ),
    # With gain / n_in a unit takes the mean of its inputs times gain, so gain 1 passes on what
    # units that are all equal hold, at any width: the spectral norm of a square layer is gain.
    Initializer(
        "constant",
        lambda n_in, n_out: 1 / n_in**2,
        _equal,
        "W = gain / n_in, the same for every seed: equal units, told apart by rounding alone; "
        "Goodfellow et al. (2016), Deep Learning, section 8.4",
        drawn=False,
    ),
    Initializer(
        "zeros",
        lambda n_in, n_out: 0.0,
        _equal,
        "W = 0, whatever the gain: equal units, and at first no gradient below layer L; "
        "Goodfellow et al. (2016), Deep Learning, section 8.4",
        drawn=False,
    ),
)

INITIALIZERS: Mapping[str, Initializer] = MappingProxyType({i.name: i for i in _ALL})
"""Every initialization scheme by its name."""
