"""Experiments, traces, theories and diagnoses as HTML tables: what a notebook shows of them.

Numbers are written as everywhere in the core, all text is escaped, and no colour is set: a table
takes those of the notebook, be it dark or light.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape as as_html
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop_core.formatting import escape, layer_names, legible
from backprop_core.measures.layers import (
    RELU_FAMILY,
    accuracy,
    dead_units,
    factors,
    median_slope,
    saturated_fraction,
)
from backprop_core.number_text import number, percent, power_of_ten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from backprop_core.diagnosis.diagnose import Diagnosis
    from backprop_core.experiment.config import Experiment
    from backprop_core.measures.theory import Theory
    from backprop_core.passes.trace import Trace

MOST_LAYERS = 24
"""Of more layers only the first and the last are shown."""
AT_EACH_END = 8
"""Layers shown at either end then."""
NOT_THERE = "–"
"""Stands for what a layer does not have: above the last one there is none."""
UNDEFINED = "undefined (0 / 0)"

_WORDS, _NUMBERS = "left", "right"
"""How cells are set: each program that shows notebooks has a way of its own."""

Column = Callable[[int], str]
"""Writes what a table says of layer l, given l - 1."""


def trace_table(trace: Trace) -> str:
    """Write what a trace measured at each layer."""
    signal, norm_dW = trace.log10_norm("signal"), trace.log10_norm("dW")
    columns: dict[str, Column] = {
        "layer": lambda n: str(n + 1),
        "units": lambda n: str(trace.network.widths[n + 1]),
        "signal": lambda n: magnitude(float(signal[n])),
        "norm of dW": lambda n: magnitude(float(norm_dW[n])),
        "factor": _of_hidden(factors(trace).total, value),
        "median slope": _of_hidden(median_slope(trace), value),
        "saturated": _of_hidden(saturated_fraction(trace), percent),
    }
    if trace.network.activation in RELU_FAMILY:
        columns["dead units"] = _of_hidden(dead_units(trace), lambda count: str(int(count)))
    right = accuracy(trace)
    judged = "" if right is None else f", {percent(right)} of them right"
    return table(
        f"Trace: {trace.depth} layers, {trace.network.activation}, "
        f"{trace.examples:,} examples{judged}, loss {value(trace.loss)}",
        list(columns),
        list(_layers(trace.depth, columns)),
        "Signal: root mean square over the examples of the norm of dL/dz. Norm of dW: of the "
        "gradient of the mean loss. Factor: signal of a layer over that of the next layer up. "
        "Saturated: slopes below 4 % of the activation's largest.",
    )


def theory_table(theory: Theory) -> str:
    """Write what mean-field theory expects of each layer."""
    signal = theory.log10_signal(0.0)
    columns: dict[str, Column] = {
        "layer": lambda n: str(n + 1),
        "q": lambda n: value(float(theory.q[n])),
        "χ": _of_hidden(theory.chi, value),
        "factor √χ": _of_hidden(np.sqrt(theory.chi), value),
        "signal / signal of the last layer": lambda n: magnitude(float(signal[n])),
    }
    return table(
        f"Mean-field theory: {len(theory.q)} layers",
        list(columns),
        list(_layers(len(theory.q), columns)),
        "q: variance of z. χ: factor of the squared signal from the next layer up to this one; its "
        "root is what a trace measures as factor.",
    )


def diagnosis_table(diagnosis: Diagnosis) -> str:
    """Write each finding with what to do about it."""
    if diagnosis.healthy:
        return "<p><strong>Diagnosis</strong>: nothing found.</p>"
    count = len(diagnosis.findings)
    return table(
        f"Diagnosis: {count} finding{'s' * (count != 1)}",
        ["finding", "where", "what is wrong", "what to do"],
        [
            [found.kind.replace("_", " "), _where(found.layers), found.words, found.remedy]
            for found in diagnosis
        ],
        worded=True,
    )


def experiment_table(experiment: Experiment) -> str:
    """Write every field that has a value, under the name that `--set` knows, with its meaning."""
    return table(
        f"Experiment: {experiment.depth} layers, {experiment.network.activation}, "
        f"{experiment.data.name}",
        ["field", "value", "what it is"],
        list(_fields(experiment)),
        worded=True,
    )


def table(
    caption: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str] | str],
    note: str = "",
    *,
    worded: bool = False,
) -> str:
    """Write a table whose first column names its rows; whatever the texts hold stays text.

    Parameters
    ----------
    rows
        A cell for each heading; a single text takes the whole row.
    note
        A line below.
    worded
        Whether the cells are words, set to the left, or numbers.
    """
    style = f' style="text-align: {_WORDS if worded else _NUMBERS}"'
    head = "".join(f'<th scope="col"{style}>{_text(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{_cells(row, len(headings), style)}</tr>\n" for row in rows)
    below = f"<p>{_text(note)}</p>\n" if note else ""
    return (
        f"<table>\n<caption>{_text(caption)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n{below}"
    )


def _cells(row: Sequence[str] | str, columns: int, style: str) -> str:
    if isinstance(row, str):
        return f'<td colspan="{columns}" style="text-align: center">{_text(row)}</td>'
    first, *others = row
    cells = "".join(f"<td{style}>{_text(cell)}</td>" for cell in others)
    return f'<th scope="row"{style}>{_text(first)}</th>{cells}'


def _text(words: str) -> str:
    return as_html(escape(words))


def _layers(depth: int, columns: Mapping[str, Column]) -> Iterator[list[str] | str]:
    """Yield the row of every layer, or those of the first and the last ones."""
    last = depth if depth <= MOST_LAYERS else AT_EACH_END
    for n in range(last):
        yield [write(n) for write in columns.values()]
    if last == depth:
        return
    yield (f"{depth - 2 * AT_EACH_END:,} layers left out, {last + 1} to {depth - AT_EACH_END}")
    for n in range(depth - AT_EACH_END, depth):
        yield [write(n) for write in columns.values()]


def _of_hidden(values: NDArray[Any], write: Callable[[float], str]) -> Column:
    """Return a column of what only hidden layers have."""
    return lambda n: write(float(values[n])) if n < len(values) else NOT_THERE


def value(x: float) -> str:
    """Write a number, or say in words that it is none."""
    if math.isnan(x):
        return UNDEFINED
    if math.isinf(x):
        return "infinite" if x > 0 else "minus infinite"
    return number(x)


def magnitude(log10: float) -> str:
    """Write 10**log10, or say in words that it is exactly zero, or no number."""
    return power_of_ten(log10) if math.isfinite(log10) else value(10.0**log10)


def _where(layers: Sequence[int]) -> str:
    return "input" if tuple(layers) == (0,) else layer_names(layers)


def _fields(experiment: Experiment) -> Iterator[list[str]]:
    given = experiment.network.widths is not None
    pointless = {"network.depth", "network.width"} if given else set()
    for field, about in type(experiment).model_fields.items():
        held = getattr(experiment, field)
        if about.description is not None:
            yield [field, _setting(held, about.default), about.description]
            continue
        for inner, described in type(held).model_fields.items():
            name, setting = f"{field}.{inner}", getattr(held, inner)
            if setting is not None and name not in pointless:
                written = _setting(setting, described.default)
                yield [name, written, described.description or ""]


def _setting(held: object, default: object) -> str:
    if held == default or default is None:
        return legible(held)
    return f"{legible(held)} (default {legible(default)})"
