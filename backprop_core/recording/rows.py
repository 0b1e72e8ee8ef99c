"""The row of a pass in a recording: its measurements; and the tables that rows make."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from backprop_core.errors import InputError, NumericalError
from backprop_core.recording.contents import COUNTS, NORMS, NOT_RUN, SHARES, Layer
from backprop_core.recording.measured_pass import (
    Floats,
    arriving_of,
    back_of,
    measured_layer,
    norms_of,
    not_finite,
)
from backprop_core.recording.one_pass import Pass

Row: TypeAlias = dict[str, float | list[float]]
"""What was measured of a pass, by its name: a number, or one of each layer."""
_BY_LOSS = ("loss", "signal", "dW", "back")
"""What a loss that is multiplied by a factor multiplies, too."""


def row_of(one: Pass, z: Floats, delta: Floats, layers: Sequence[Layer]) -> Row:
    """Measure a pass of some layers, whose z and delta were checked.

    Raises
    ------
    NumericalError
        If it holds NaN or infinity.
    InputError
        If it has not one array for each layer.
    """
    # Check z first, because NaN in the forward pass spreads to all of the backward pass.
    bad = not_finite(z)
    if bad is not None:
        raise NumericalError(f"layer {bad + 1}, z: NaN or infinity", bad + 1)
    row: Row = {"step": one.step, "batch": one.examples}
    measured = _measured(one, z, delta, layers)
    row |= {kind: [layer[kind] for layer in measured] for kind in ("signal", *SHARES)}
    given: dict[str, Sequence[Any] | None] = {
        "dW": one.dW,
        "W": one.weights,
        "update": one.update,
        "step_dW": one.step_dW,
        "back": back_of(one, delta),
    }
    row |= {kind: norms_of(arrays, kind) for kind, arrays in given.items() if arrays is not None}
    if one.loss is not None:
        if not np.isfinite(one.loss):
            raise NumericalError("loss: NaN or infinity")
        row["loss"] = float(one.loss)
    row |= one.facts()
    _unscale(row)
    for kind in given:
        values, wanted = row.get(kind), len(layers) - (kind == "back")
        if isinstance(values, list) and len(values) != wanted:
            raise InputError(f"{kind}: got {len(values)}; allowed one a layer, {wanted}")
    return row


def _measured(
    one: Pass, z: Floats, delta: Floats, layers: Sequence[Layer]
) -> list[dict[str, float]]:
    """Measure each layer; those without a gradient have zeros."""
    found = []
    for n, (here, back, layer) in enumerate(zip(z, delta, layers, strict=True)):
        if here is None or back is None:
            found.append(dict.fromkeys(("signal", *SHARES), 0.0))
            continue
        seen = one.applied_to(n)
        arriving = partial(arriving_of, one, delta, n)
        # Behind a norm, dL/dz is no product with the slope.
        applied = here if seen is None else seen
        try:
            numbers = measured_layer(applied, back, layer.activation, arriving, batch=one.examples)
        except NumericalError as error:
            raise NumericalError(f"layer {n + 1}, {error}", n + 1) from None
        found.append(numbers if seen is None else numbers | {"zeros": 0.0})
    return found


def _unscale(row: Row) -> None:
    """Divide the loss and the gradients of a pass by the factor of its loss, if it has one."""
    scale = row.get("loss_scale")
    if not isinstance(scale, float):
        return
    for kind in _BY_LOSS:
        values = row.get(kind)
        if isinstance(values, list):
            row[kind] = [value / scale for value in values]
        elif values is not None:
            row[kind] = values / scale


def widen(row: Row, at: int) -> None:
    """Make room in a row for a layer that did not run, in front of the one with index `at`."""
    row.pop("back", None)
    for kind, values in row.items():
        if isinstance(values, list):
            values.insert(at, float(NOT_RUN) if kind == "received" else 0.0)


def tables(rows: Sequence[Row], left_out: Collection[str]) -> dict[str, Any]:
    """Return the fields of a recording that have a row for each pass, by their names.

    Parameters
    ----------
    left_out
        Kinds of values that were not observed, though rows have them.
    """
    everywhere = set.intersection(*(set(row) for row in rows)) - set(left_out)

    def table(kind: str, dtype: type = np.float64) -> NDArray[Any]:
        return np.array([row[kind] for row in rows], dtype=dtype)

    def optional(kind: str, dtype: type = np.float64) -> NDArray[Any] | None:
        return table(kind, dtype) if kind in everywhere else None

    back = optional("back")
    return {
        "steps": table("step", np.int64),
        "batch": table("batch", np.int64),
        "norms": {kind: table(kind) for kind in NORMS if kind in everywhere},
        "shares": {kind: table(kind) for kind in SHARES},
        "counts": {kind: table(kind, np.int64) for kind in COUNTS if kind in everywhere},
        "loss": optional("loss"),
        "back": None if back is None else back.reshape(len(rows), -1),
        "received": optional("received", np.int64),
        "rate": optional("rate"),
        "loss_scale": optional("loss_scale"),
    }
