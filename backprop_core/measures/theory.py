"""The predictions of mean-field theory, and of the bound on the slope alone.

Schoenholz, Gilmer, Ganguli & Sohl-Dickstein 2017, "Deep Information Propagation", eq. 3 (q) and
section 4 (chi), layer by layer and for finite widths.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray, lock
from backprop_core.data.resolved import Resolved, experiment_of, widths_of
from backprop_core.errors import InputError, NumericalError
from backprop_core.experiment.model import Experiment, NetworkSection
from backprop_core.html_tables import Column, layer_table, magnitude, of_hidden, value
from backprop_core.passes.activations import ACTIVATIONS, named
from backprop_core.passes.initializers import INITIALIZERS
from backprop_core.passes.magnitudes import LOG10_2

# Step of the grid of `gaussian_mean`, in units of z and of the standard deviation.
_STEP_Z = 0.25
_STEP_DEVIATIONS = 0.1
_REACH = 12.0
_MOST_NODES = 200_001

_TINY_EXPONENT = -400
_TINY = 2.0**_TINY_EXPONENT
"""Variances below this are carried with an exponent."""


@dataclass(frozen=True)
class Theory:
    """The prediction for one experiment; arrays are read-only.

    Attributes
    ----------
    q
        (L,), variance of z[l], l = 1..L, rounded to a float, hence 0 where it underflows.
    chi
        (L-1,), factor of the squared signal from layer l+1 to layer l, l = 1..L-1.
    """

    q: FloatArray
    chi: FloatArray
    _log10_q: FloatArray | None = None

    @property
    def log10_q(self) -> FloatArray:
        """(L,), decimal logarithms of q, accurate even if q underflows; -inf only where it is 0."""
        if self._log10_q is not None:
            return self._log10_q
        with np.errstate(divide="ignore"):
            return np.log10(self.q)

    def log10_signal(self, anchor: float) -> NDArray[np.float64]:
        """Return the predicted decimal logarithm of the signal of each layer, (L,).

        Parameters
        ----------
        anchor
            The measured logarithm of the signal of layer L, where the prediction starts.
        """
        with np.errstate(divide="ignore"):
            steps = 0.5 * np.log10(self.chi)
        return np.append(anchor + np.cumsum(steps[::-1])[::-1], anchor)

    def _repr_html_(self) -> str:
        signal = self.log10_signal(0.0)
        columns: dict[str, Column] = {
            "layer": lambda n: str(n + 1),
            "q": lambda n: magnitude(float(self.log10_q[n])),
            "χ": of_hidden(self.chi, value),
            "factor √χ": of_hidden(np.sqrt(self.chi), value),
            "signal / signal of the last layer": lambda n: magnitude(float(signal[n])),
        }
        return layer_table(
            f"Mean-field theory: {len(self.q)} layers",
            len(self.q),
            columns,
            "q: variance of z. χ: factor of the squared signal from the next layer up to this one; "
            "its root is what a trace measures as factor.",
        )


def gaussian_mean(g: Callable[[FloatArray], FloatArray], q: float) -> float:
    """Return E[g(sqrt(q) Z)], Z ~ N(0, 1).

    Uses the midpoint rule, which converges exponentially for smooth g. Its grid follows the scale
    of g and is symmetric about 0 without a node there, so a kink at 0 does not reduce the accuracy.
    Gauss-Hermite nodes would miss the peak of a slope if q is large.

    Parameters
    ----------
    g
        A function of z that varies over distances of order 1.
    q
        Variance of z.
    """
    deviation = np.sqrt(q)
    step = min(_STEP_DEVIATIONS, _STEP_Z / deviation) if deviation > 0 else _STEP_DEVIATIONS
    half = min(int(_REACH / step), _MOST_NODES // 2)
    nodes = (np.arange(-half, half) + 0.5) * (_REACH / half)
    weights = np.exp(-(nodes**2) / 2)
    return float(weights @ g(deviation * nodes) / weights.sum())


def has_theory(network: NetworkSection) -> bool:
    """Return whether weights are drawn, as `mean_field` assumes."""
    return INITIALIZERS[network.init].drawn


def draws_differ(network: NetworkSection) -> bool:
    """Return whether another seed gives another network: anything is drawn, weights or biases."""
    return has_theory(network) or network.bias_std > 0


def mean_field(experiment: Experiment | Resolved, x: FloatArray) -> Theory:
    """Predict the variance of every layer and the decay of the signal.

    q[1] = n_0 Var(W[1]) mean(x^2) + Var(b); q[l+1] = n_l Var(W[l+1]) E[f^2] + Var(b);
    chi[l] = n_l Var(W[l+1]) E[f'^2], where the backward pass is assumed to be independent of
    the forward pass. This does not hold for a ReLU, so measured signals may lie above.

    Parameters
    ----------
    experiment
        Its scheme of initialization, gain, bias_std and activation.
    x
        (examples, n_0), the inputs of the network.

    Raises
    ------
    InputError
        If the scheme draws no weights, as constant ones: the theory is one of random weights.
    NumericalError
        If a variance overflows. The network itself may still be finite, because a variance is a
        square.

    Notes
    -----
    The orthogonal scheme is treated as independent weights of the same variance.
    """
    settings, widths = experiment_of(experiment).network, widths_of(experiment)
    f = ACTIVATIONS[settings.activation]
    if not has_theory(settings):
        drawn = ", ".join(name for name, scheme in INITIALIZERS.items() if scheme.drawn)
        raise InputError(
            f'network.init: got "{settings.init}", for which there is no mean-field theory, '
            f"as nothing is drawn; allowed {drawn}"
        )
    variance = INITIALIZERS[settings.init].variance
    bias = settings.bias_std**2
    spread = [variance(n, m, settings.gain) for n, m in pairwise(widths)]
    q = [_Variance.of_inputs(x).times(widths[0] * spread[0]).plus(bias)]
    chi = []
    for layer, (n, variance_above) in enumerate(
        zip(widths[1:-1], spread[1:], strict=True), start=2
    ):
        chi.append(n * variance_above * gaussian_mean(lambda z: f.slope(z) ** 2, q[-1].mantissa))
        with np.errstate(over="ignore"):
            mean = gaussian_mean(lambda z: f.f(z) ** 2, q[-1].mantissa)
            # f(z) is c z near 0, unless f(0) is not 0, as a sigmoid's.
            square = _Variance(mean, q[-1].exponent if f.log_f is None else 0)
            q.append(square.times(n * variance_above).plus(bias))
        if not np.isfinite(q[-1].mantissa):
            raise NumericalError(
                f"layer {layer}, mean-field theory: the variance is beyond a float; "
                "weights this large explode on their way up",
                layer,
            )
    return Theory(
        lock(np.array([each.plain for each in q])),
        lock(np.array(chi)),
        lock(np.array([each.log10 for each in q])),
    )


@dataclass(frozen=True)
class _Variance:
    """A variance mantissa * 2**exponent; the exponent is 0 unless the variance is tiny.

    The mantissa of a tiny variance is still so small that activations are linear, or that of a
    ReLU on either side of 0; expectations can be taken of it in place of the variance.
    """

    mantissa: float
    exponent: int = 0

    @classmethod
    def of_inputs(cls, x: FloatArray) -> _Variance:
        """Return the mean of the squares of inputs."""
        square = float(np.mean(np.square(x, dtype=np.float64)))
        if square >= _TINY:
            return cls(square)
        _, binary = np.frexp(np.abs(x).max())
        scaled = np.ldexp(x.astype(np.float64), -int(binary))
        return cls(float(np.mean(np.square(scaled))), 2 * int(binary))._normal()

    def times(self, factor: float) -> _Variance:
        return _Variance(self.mantissa * factor, self.exponent)._normal()

    def plus(self, other: float) -> _Variance:
        """Add a number; what is too small beside it is lost, as in any sum of floats."""
        if other == 0:
            return self
        return _Variance(self.plain + other) if other >= _TINY else self._plus_tiny(other)

    def _plus_tiny(self, other: float) -> _Variance:
        fraction, binary = math.frexp(other)
        exponent = max(binary, self.exponent + math.frexp(self.mantissa)[1])
        parts = (self.mantissa, self.exponent), (fraction, binary)
        return _Variance(sum(math.ldexp(m, e - exponent) for m, e in parts), exponent)._normal()

    def _normal(self) -> _Variance:
        """Return the same with the exponent of a number that is not tiny, or a tiny mantissa."""
        if self.mantissa == 0 or not math.isfinite(self.mantissa):
            return _Variance(self.mantissa)
        binary = math.frexp(self.mantissa)[1] + self.exponent
        exponent = 0 if binary > _TINY_EXPONENT else binary - _TINY_EXPONENT
        return _Variance(math.ldexp(self.mantissa, self.exponent - exponent), exponent)

    @property
    def plain(self) -> float:
        """The variance as a float; 0 where it underflows."""
        return math.ldexp(self.mantissa, self.exponent)

    @property
    def log10(self) -> float:
        """The decimal logarithm."""
        if self.mantissa == 0:
            return -math.inf
        return math.log10(self.mantissa) + self.exponent * LOG10_2


def quarter_bound(activation: str, depth: int, anchor: float) -> NDArray[np.float64]:
    """Return the profile that the maximal slope alone predicts: a factor 1/4 a layer for a sigmoid.

    This bounds the slopes, but not the signal, which is also multiplied by the weights.

    Parameters
    ----------
    activation
        Name of the hidden layers' activation.
    depth
        Number L of layers.
    anchor
        Decimal logarithm at layer L.

    Returns
    -------
    (L,) decimal logarithms.

    Raises
    ------
    InputError
        If there is no such activation.
    """
    slope = named(activation).max_slope
    layers_above = np.arange(depth - 1, -1, -1, dtype=np.float64)
    return anchor + layers_above * float(np.log10(slope))
