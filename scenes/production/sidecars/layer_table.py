"""The numbers of each layer of a network, as a table, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.measures.layers import factors, median_slope, saturated_fraction
from backprop_core.measures.spreads import log10_activation_std, log10_gradient_std
from backprop_core.measures.theory import has_theory, mean_field
from backprop_core.number_text import whole
from backprop_core.passes.first_pass import run
from backprop_core.passes.trace import Trace
from scenes.words.figures import magnitude, measured, percent


@dataclass(frozen=True)
class LayerRow:
    """One layer. A value that does not exist is None; the log10 of an exact zero is -inf.

    Attributes
    ----------
    log10_signal, log10_dW, log10_theory
        Decimal logarithms of the measured signal, of the norm of dW, and of the signal that
        mean-field theory predicts. The last is None if a float cannot hold the variances,
        or if no weights are drawn.
    factor, weight_part, slope_part
        signal[l] / signal[l+1], and the two parts whose product it is; hidden layers only.
    log10_activation_std, log10_gradient_std
        Decimal logarithms of standard deviations over units x examples: of the activations, hidden
        layers only, and of one example's gradients with respect to z.
    median_slope, saturated
        The median of f'(z), and the share of units x examples whose f'(z) is below 4 % of the
        largest slope; hidden layers only.
    """

    layer: int
    width: int
    log10_signal: float
    log10_dW: float | None
    factor: float | None
    weight_part: float | None
    slope_part: float | None
    median_slope: float | None
    saturated: float | None
    log10_theory: float | None
    log10_activation_std: float | None
    log10_gradient_std: float | None


def layer_rows(experiment: Experiment) -> list[LayerRow]:
    """Compute the rows of an experiment, layer 1 first.

    Raises
    ------
    InputError
        If the data cannot be used.
    NumericalError
        If NaN or infinity arises.
    """
    return rows_of(run(experiment), experiment)


def rows_of(trace: Trace, experiment: Experiment) -> list[LayerRow]:
    """Return the rows of an experiment's trace, layer 1 first."""
    signal, norm_dW = trace.log10_norm("signal"), trace.log10_norm("dW")
    theory = _theory(experiment, trace.x, float(signal[-1]))
    parts = factors(trace)
    slopes, saturated = median_slope(trace), saturated_fraction(trace)
    spread, gradient_spread = log10_activation_std(trace), log10_gradient_std(trace)
    return [
        LayerRow(
            layer=n + 1,
            width=trace.network.widths[n + 1],
            log10_signal=float(signal[n]),
            log10_dW=float(norm_dW[n]),
            factor=_hidden(parts.total, n),
            weight_part=_hidden(parts.weight_part, n),
            slope_part=_hidden(parts.slope_part, n),
            median_slope=_hidden(slopes, n),
            saturated=_hidden(saturated, n),
            log10_theory=None if theory is None else float(theory[n]),
            log10_activation_std=_hidden(spread, n),
            log10_gradient_std=float(gradient_spread[n]),
        )
        for n in range(trace.depth)
    ]


def _theory(experiment: Experiment, x: FloatArray, anchor: float) -> NDArray[np.float64] | None:
    if not has_theory(experiment.network):
        return None
    try:
        return mean_field(experiment, x).log10_signal(anchor)
    except NumericalError:
        return None


def _hidden(values: NDArray[np.float64], n: int) -> float | None:
    """Return an entry; None for the output layer, and for nan, the parts of a signal of zero."""
    return float(values[n]) if n < len(values) and not math.isnan(values[n]) else None


def as_dicts(rows: list[LayerRow]) -> list[dict[str, Any]]:
    """Return rows for JSON: missing values are None, and so is the log10 of an exact zero.

    Each log10 is preceded by the number itself, which is None if a float cannot hold it.
    """
    return [_as_dict(row) for row in rows]


def from_dict(row: Mapping[str, Any]) -> LayerRow:
    """Read back a row that `as_dicts` wrote.

    Raises
    ------
    KeyError, TypeError
        If it is not such a row.
    """
    found = {field.name: row[field.name] for field in fields(LayerRow)}
    for name in (name for name in found if name.startswith("log10_")):
        if found[name] is None and row[name.removeprefix("log10_")] == 0.0:
            found[name] = -math.inf
    return LayerRow(**found)


def as_csv(rows: list[LayerRow]) -> str:
    """Return rows as CSV with a header; missing values are empty cells."""
    text = io.StringIO()
    dicts = as_dicts(rows)
    writer = csv.DictWriter(text, list(dicts[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(dicts)
    return text.getvalue()


HEADINGS = {
    "layer": "layer",
    "width": "width",
    "log10_signal": "signal",
    "log10_dW": "norm of dW",
    "factor": "factor",
    "weight_part": "weight part",
    "slope_part": "slope part",
    "median_slope": "median slope",
    "saturated": "saturated",
    "log10_theory": "theory",
    "log10_activation_std": "std of a",
    "log10_gradient_std": "std of gradients",
}


def as_text(row: LayerRow) -> list[str]:
    """Format the numbers of a row for people to read, in the order of `HEADINGS`."""
    return [_written(name, getattr(row, name)) for name in HEADINGS]


def _as_dict(row: LayerRow) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in (field.name for field in fields(row)):
        value = getattr(row, name)
        if name.startswith("log10_"):
            found[name.removeprefix("log10_")] = None if value is None else _plain(value)
            value = value if value is not None and math.isfinite(value) else None
        found[name] = value
    return found


def _plain(log10: float) -> float | None:
    """Return 10**log10, or None if a float cannot hold it."""
    if log10 == -math.inf:
        return 0.0
    return 10.0**log10 if -300 < log10 < 300 else None


def _written(name: str, value: float | None) -> str:
    if value is None:
        return ""
    if name in {"layer", "width"}:
        return whole(int(value))
    write: Callable[[str, float], Any] = measured
    if name.startswith("log10_"):
        write = magnitude
    elif name == "saturated":
        write = percent
    plain: str = write(name, value).plain
    return plain
