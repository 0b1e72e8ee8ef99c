"""One forward and one backward pass through a network, with all arrays kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray, IntArray, layer_arrays, lock, locked_copy
from backprop_core.errors import InputError
from backprop_core.html_tables import Column, layer_table, magnitude, of_hidden, value
from backprop_core.number_text import percent
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.backward import Gradients, backward
from backprop_core.passes.finite import (
    EXPLODES,
    require_layers_finite,
)
from backprop_core.passes.forward import decisions, forward
from backprop_core.passes.losses import comparison, targets
from backprop_core.passes.magnitudes import Magnitudes, joined
from backprop_core.passes.network import Network
from backprop_core.passes.output import compare_output, output_delta
from backprop_core.passes.scaled import (
    Scaled,
    plain,
    times_weights,
)
from backprop_core.passes.slopes import RELU_FAMILY, dead_count, saturated_share
from backprop_core.threads import one_blas_thread

_MEASURED = ("delta", "dW", "db", "back")
_SUM = "sum"
KINDS = (*_MEASURED, "signal")
"""The kinds that `Trace.log10_norm` and `Trace.norm` accept."""


@dataclass(frozen=True, eq=False)
class Trace:
    """All arrays of one forward and one backward pass; they are read-only.

    Layer l = 1..L stands at index l - 1, except in ``a``, where layer l stands at index l and
    ``a[0]`` is the input. Gradients are those of the mean loss, so they hold a 1/N.

    Attributes
    ----------
    network
        The network of the pass.
    y
        Integer classes (examples,) or targets (examples, n_L), as given.
    z
        L arrays (examples, n_l), pre-activations, rounded to the dtype, hence 0 where they
        underflow. Their true size is in `scaled`.
    a
        L+1 arrays (examples, n_l), the input first, the output last, rounded likewise.
    delta
        L arrays (examples, n_l), gradients with respect to z: the exact value rounded to the
        dtype, hence 0 where it underflows. Their true size is in `log10_norm`.
    dW, db
        L arrays (n_l, n_{l-1}) and (n_l,), gradients with respect to W and b, rounded likewise.
    loss
        Mean over the examples of the loss summed over the outputs.
    loss_name
        The loss function: "cross_entropy", "quadratic" or "hinge".
    """

    network: Network
    y: IntArray | FloatArray
    z: tuple[FloatArray, ...]
    a: tuple[FloatArray, ...]
    delta: tuple[FloatArray, ...]
    dW: tuple[FloatArray, ...]
    db: tuple[FloatArray, ...]
    loss: float
    loss_name: str
    _first: Scaled = field(repr=False)
    _exact: Mapping[str, Mapping[int, Scaled]] = field(repr=False)
    _norms: Mapping[str, Magnitudes] = field(repr=False)

    @property
    def x(self) -> FloatArray:
        """The input, (examples, n_0)."""
        return self.a[0]

    @property
    def examples(self) -> int:
        """Number N of examples."""
        return int(self.x.shape[0])

    @property
    def depth(self) -> int:
        """Number L of layers with weights."""
        return self.network.depth

    @cached_property
    def slope(self) -> tuple[FloatArray, ...]:
        """f'(z) of the hidden layers, L-1 arrays (examples, n_l); computed when first asked for."""
        f = ACTIVATIONS[self.network.activation]
        # The slope of a ReLU depends on the sign of z, even where z underflows.
        signs = self._exact["z"] if f.homogeneous else {}
        z = [signs[n].mantissa if n in signs else z for n, z in enumerate(self.z[:-1], start=1)]
        return tuple(lock(f.slope(each)) for each in z)

    @property
    def accuracy(self) -> float | None:
        """Fraction of examples whose largest output is their class; None without classes."""
        if self.y.ndim != 1:
            return None
        exact = self._exact["z"].get(self.depth)
        logits = (self.z[-1], None) if exact is None else (exact.mantissa, exact.exponent)
        return float((decisions(self.a[-1], *logits) == self.y).mean())

    def scaled(self, kind: str) -> tuple[Scaled, ...]:
        """Return z or a as mantissas and exponents, where no number underflows.

        Parameters
        ----------
        kind
            "z" gives L matrices (examples, n_l); "a" gives L+1, the input first. The exponents are
            (examples, 1), one for each example.

        Raises
        ------
        InputError
            For another kind.
        """
        arrays = {"z": self.z, "a": self.a}
        if kind not in arrays:
            raise InputError(f"kind: got {kind!r}; allowed: {', '.join(arrays)}")
        one = np.zeros((self.examples, 1), dtype=np.int64)
        return tuple(
            self._exact[kind].get(layer) or Scaled.of(array, one)
            for layer, array in enumerate(arrays[kind], start=kind == "z")
        )

    @cached_property
    def dx(self) -> FloatArray:
        """Gradient with respect to the input, (examples, n_0)."""
        sent = times_weights(self._first, self.network.weights[0])
        return lock(plain(sent.mantissa, sent.exponent, self.network.dtype))

    def norm(self, kind: str) -> Magnitudes:
        """Return a norm of every layer, as mantissas and exponents.

        Parameters
        ----------
        kind
            "delta", "dW", "db": Frobenius norms, (L,). "signal": sqrt(N) times that of delta, the
            root mean square over the examples of the norm of one example's gradient, (L,).
            "back": Frobenius norm of the gradient with respect to a[l], before the slope of layer
            l; hidden layers only, (L-1,).

        Raises
        ------
        InputError
            For another kind.
        """
        if kind not in KINDS:
            raise InputError(f"kind: got {kind!r}; allowed: {', '.join(KINDS)}")
        return self._norms[kind]

    @property
    def sum_of_delta(self) -> Magnitudes:
        """The size of the sum of delta over examples and units, (L,)."""
        return self._norms[_SUM]

    def log10_norm(self, kind: str) -> NDArray[np.float64]:
        """Return decimal logarithms of `norm`, accurate even if floats underflow; -inf for exact 0.

        "dW" and "db" are sums over the examples. Where terms cancel, what is left is as accurate as
        the digits of the largest term allow.

        Parameters
        ----------
        kind
            "delta", "signal", "dW", "db" give (L,); "back" gives (L-1,).
        """
        return self.norm(kind).log10()

    def __repr__(self) -> str:
        # The arrays are left out, because they may hold millions of numbers.
        layers = f"{self.depth} layers, {self.network.activation}"
        return f"<Trace: {layers}, {self.examples} examples, loss {value(self.loss)}>"

    def _repr_html_(self) -> str:
        right = self.accuracy
        judged = "" if right is None else f", {percent(right)} of them right"
        return layer_table(
            f"Trace: {self.depth} layers, {self.network.activation}, "
            f"{self.examples:,} examples{judged}, loss {value(self.loss)}",
            self.depth,
            self._columns(),
            "Signal: root mean square over the examples of the norm of dL/dz. Norm of dW: of the "
            "gradient of the mean loss. Factor: signal of a layer over that of the next layer up. "
            "Saturated: slopes below 4 % of the activation's largest.",
        )

    def _columns(self) -> dict[str, Column]:
        """Return the columns of the table that a notebook shows."""
        f, delta = self.network.activation, self.norm("delta")
        signal, norm_dW = self.log10_norm("signal"), self.log10_norm("dW")
        medians = [float(np.median(s)) for s in self.slope]
        shares = [float(saturated_share(s, f)) for s in self.slope]
        columns: dict[str, Column] = {
            "layer": lambda n: str(n + 1),
            "units": lambda n: str(self.network.widths[n + 1]),
            "signal": lambda n: magnitude(float(signal[n])),
            "norm of dW": lambda n: magnitude(float(norm_dW[n])),
            "factor": of_hidden(delta[:-1].ratio(delta[1:]), value),
            "median slope": of_hidden(medians, value),
            "saturated": of_hidden(shares, percent),
        }
        if f in RELU_FAMILY:
            dead = [int(dead_count(s, f)) for s in self.slope]
            columns["dead units"] = of_hidden(dead, lambda count: str(int(count)))
        return columns


def trace(
    network: Network, x: FloatArray, y: IntArray | FloatArray, loss: str = "cross_entropy"
) -> Trace:
    """Pass a batch forward and the gradient of its mean loss backward, and keep all arrays.

    `backprop_core.textbook` shows the same computation, one formula a line.

    Parameters
    ----------
    network
        One network.
    x
        (examples, n_0), any numbers that fit the network's dtype.
    y
        Integer classes (examples,) or targets (examples, n_L).
    loss
        "cross_entropy", "quadratic" or "hinge"; must go with the network's output.

    Raises
    ------
    InputError
        If x or y do not fit the network, or output and loss do not go together.
    NumericalError
        If NaN or infinity arises; the message names layer, step and likely cause.
    """
    compare = comparison(network.output, loss)
    x = checked_input(x, network.weights[0].shape[1], network.dtype)
    wanted = targets(y, len(network.biases[-1]), loss, network.dtype)
    if len(wanted) != len(x):
        raise InputError(f"y: {len(wanted)} examples; allowed: as many as x, {len(x)}")
    with one_blas_thread():
        passed = forward(network, x)
        compared = compare_output(network, passed, compare, wanted)
        (memory,) = layer_arrays(network.dtype, [W.shape for W in network.weights])
        start = output_delta(network, passed, compared)
        parts = list(backward(network, passed, start, memory))[::-1]
    first = parts[0].delta[0]
    # `plain` overwrites the mantissas below.
    first = replace(first, mantissa=first.mantissa.copy())
    exact = passed.exact()
    z, hidden = passed.z.locked(), passed.hidden.locked()
    delta = (plain(part.delta.mantissa, part.delta.exponent, network.dtype) for part in parts)
    return Trace(
        network=network,
        y=locked_copy(y),
        z=_floats(z, exact["z"]),
        a=(lock(x), *_floats(hidden, exact["a"]), lock(compared.a)),
        delta=tuple(chain.from_iterable(map(lock, delta))),
        dW=tuple(dW for p in parts for dW in _plain(p, p.dW, p.dW_exponent, network.dtype)),
        db=tuple(db[0] for p in parts for db in _plain(p, p.db, p.db_exponent, network.dtype)),
        loss=float(compared.loss.mean(dtype=np.float64)),
        loss_name=loss,
        _first=first,
        _exact=MappingProxyType(exact),
        _norms=MappingProxyType(norms_by_kind(reversed(parts), len(x))),
    )


def _floats(mantissas: Sequence[FloatArray], exact: Mapping[int, Scaled]) -> tuple[FloatArray, ...]:
    """Return the layers 1, 2, ... in plain floats."""
    found = list(mantissas)
    for layer, matrix in exact.items():
        if layer > 0:
            copy = matrix.mantissa.copy()
            found[layer - 1] = lock(plain(copy, matrix.exponent, copy.dtype))
    return tuple(found)


def norms_by_kind(parts: Iterable[Gradients], examples: int) -> dict[str, Magnitudes]:
    """Return the norms of a backward pass, (..., L) with layer 1 first; see `Trace.norm`.

    Parameters
    ----------
    parts
        The gradients that `backward` yields, from layer L down.
    examples
        N.
    """
    norms = [part.norms for part in parts][::-1]
    by_kind = {kind: joined([n[kind] for n in norms if kind in n]) for kind in (*_MEASURED, _SUM)}
    root = float(np.sqrt(examples))
    return by_kind | {"signal": by_kind["delta"].times(root)}


def _plain(
    part: Gradients, gradient: FloatArray, exponent: IntArray, dtype: np.dtype[np.floating]
) -> FloatArray:
    with np.errstate(over="ignore"):
        floats = plain(gradient, exponent, dtype)
    if floats is not gradient:
        require_layers_finite(floats, floats[::-1], part.layers[::-1], EXPLODES)
    return lock(floats)


def checked_input(x: FloatArray, n: int, dtype: np.dtype[np.floating]) -> FloatArray:
    """Return x in the dtype of a network; raise InputError where it does not fit n input units."""
    x = np.asarray(x)
    if x.ndim != 2 or x.shape[1] != n or not len(x):
        raise InputError(f"x: got shape {x.shape}; allowed: (examples, {n})")
    with np.errstate(over="ignore"):
        cast = x.astype(dtype, copy=False)
    if not np.isfinite(cast).all():
        raise InputError(f"x: got NaN or infinity; allowed: finite numbers in {dtype}")
    return cast if cast is not x or not x.flags.writeable else x.copy()
