"""One pass of a network of any library, as it is given or as it was watched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from backprop_core.arrays import FloatArray, IntArray
from backprop_core.errors import InputError

Arrays = Sequence[ArrayLike]
Activations = Callable[[IntArray, IntArray, FloatArray], FloatArray | None]
WIDEST = 8
"""Bytes of a float64; wider floats are converted to it."""


def floats(values: ArrayLike, name: str, like: np.dtype[Any] | None = None) -> FloatArray:
    """Return values as an array of floats, in their own dtype or in the dtype `like`."""
    array = np.asarray(values)
    kind = array.dtype.kind
    if kind not in "biuf":
        raise InputError(f"{name}: got {array.dtype}; allowed real numbers")
    if kind != "f" or array.dtype.itemsize > WIDEST:
        array = array.astype(np.float64)
    return array if like is None else array.astype(like, copy=False)


def kept_rows(which: IntArray, rows: int, batch: int) -> IntArray:
    """Return the row of each kept example in a layer that has several rows for each, (E,).

    Of a picture or a sequence, this is the row in the middle of the example.
    """
    return np.asarray((which * rows + rows // 2) // batch if rows != batch else which)


@dataclass(frozen=True, eq=False)
class Pass:
    """One forward and one backward pass of a batch; arrays that were not observed are None.

    Lists have one entry for each layer, in the order of the forward pass. Layouts are those of this
    project: one row for each example, and ``W`` (units, inputs), so that ``z = a @ W.T + b``. For
    libraries that keep ``W`` as (inputs, units), pass ``W.T``.

    Attributes
    ----------
    z, delta
        (examples, n_l) each: pre-activations, and gradients of the mean loss with respect to them.
    step
        The number of the pass in the training, counted from 0.
    a
        (examples, n_l) each: activations.
    x
        (examples, m_1), the input.
    weights, biases
        (n_l, m_l) and (n_l,) each.
    dW
        (n_l, m_l) each: gradients of the mean loss with respect to W.
    update
        (n_l, m_l) each: W after the step that follows, minus W before it.
    step_dW
        (n_l, m_l) each: the gradients that the optimizer received, if they were clipped.
    back
        (examples, n_l) of the hidden layers: gradients with respect to a. If a[l] is the
        input of W[l+1], they are computed from delta and the weights.
    loss
        The mean loss of the batch.
    """

    z: Arrays
    delta: Arrays
    step: int = 0
    a: Arrays | None = None
    x: ArrayLike | None = None
    weights: Arrays | None = None
    biases: Arrays | None = None
    dW: Arrays | None = None
    update: Arrays | None = None
    step_dW: Arrays | None = None
    back: Arrays | None = None
    loss: float | None = None

    may_lack: ClassVar[bool] = False
    """Whether layers may lack, and may have the rows of several calls."""

    @property
    def examples(self) -> int:
        """N, the examples of the batch."""
        return len(np.asarray(self.z[0]))

    def rows_of(self, n: int) -> int:
        """Return how many rows of layer n, counted from 0, belong to its first call."""
        return self.examples

    def applied_to(self, n: int) -> FloatArray | None:
        """Return what the activation of layer n is applied to, if that is not z."""
        return None

    def is_direct(self, n: int) -> bool:
        """Tell whether nothing around the activation of layer n makes gradients 0."""
        return True

    def active(self, n: int, rows: IntArray, units: IntArray, z: FloatArray) -> FloatArray | None:
        """Return the activations of some rows and units of layer n, if they are known."""
        if self.a is None or self.a[n] is None:
            return None
        a, whole = floats(self.a[n], "a"), np.shape(self.z[n])
        if a.shape != whole:
            raise InputError(f"a: got shape {a.shape}; allowed that of z, {whole}")
        return np.asarray(a[rows[:, None], units])

    def inputs(self, which: IntArray, like: np.dtype[Any]) -> FloatArray | None:
        """Return the inputs of some examples, if they are known."""
        if self.x is None:
            return None
        x = floats(self.x, "x", like)
        if x.ndim != 2 or len(x) != self.examples:
            raise InputError(f"x: got shape {x.shape}; allowed ({self.examples}, inputs)")
        return np.asarray(x[which])

    def facts(self) -> dict[str, float | list[float]]:
        """Return what else is known of the pass and its layers, by its name in a row."""
        return {}


@dataclass(frozen=True, eq=False)
class WatchedPass(Pass):
    """A pass of a training that was watched, in which layers may lack, and may have run often.

    Layers that got no gradient have None in each list. Those that ran several times have the rows
    of all their calls, one call after the other.

    Attributes
    ----------
    batch
        N, the examples of the batch.
    first_rows
        How many rows of each layer belong to its first call.
    activations
        Of each layer, a function of some rows, some units and z of these, which returns their
        activations, or None if they are not known.
    seen
        What the activation of each layer is applied to, where that is not z: a norm stands between.
    direct
        Whether nothing stands between z and its activation, nor behind that, which makes gradients
        0: then a gradient of 0 where there is a slope is rounded.
    received
        What each layer got, see `Contents.received`.
    more
        Values of each layer that are already norms, or counts of the pass, by their names.
    scale
        The factor by which the loss was multiplied, or None.
    """

    batch: int = 0
    first_rows: Sequence[int] = ()
    activations: Sequence[Activations] = ()
    seen: Sequence[FloatArray | None] = ()
    direct: Sequence[bool] = ()
    received: Sequence[int] = ()
    more: Mapping[str, float | list[float]] = field(default_factory=dict)
    scale: float | None = None

    may_lack: ClassVar[bool] = True

    @property
    def examples(self) -> int:
        """N, the examples of the batch."""
        return self.batch

    def rows_of(self, n: int) -> int:
        """Return how many rows of layer n, counted from 0, belong to its first call."""
        return self.first_rows[n]

    def applied_to(self, n: int) -> FloatArray | None:
        """Return what the activation of layer n is applied to, if that is not z."""
        return self.seen[n]

    def is_direct(self, n: int) -> bool:
        """Tell whether nothing around the activation of layer n makes gradients 0."""
        return self.direct[n]

    def active(self, n: int, rows: IntArray, units: IntArray, z: FloatArray) -> FloatArray | None:
        """Return the activations of some rows and units of layer n, if they are known."""
        return self.activations[n](rows, units, z)

    def inputs(self, which: IntArray, like: np.dtype[Any]) -> FloatArray | None:
        """Return the inputs of some examples, if they are known."""
        if self.x is None or len(x := floats(self.x, "x", like)) < self.batch:
            return None
        return np.asarray(x[kept_rows(which, len(x), self.batch)])

    def facts(self) -> dict[str, float | list[float]]:
        """Return what else is known of the pass and its layers, by its name in a row."""
        scale = {} if self.scale is None else {"loss_scale": float(self.scale)}
        return {**self.more, "received": [float(code) for code in self.received], **scale}
