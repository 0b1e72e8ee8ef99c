"""The table of a sweep, with a row of numbers for each job, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from backprop_core.budget import fewer_examples
from backprop_core.errors import InputError, NumericalError
from backprop_core.experiment.model import Experiment
from backprop_core.files import write_whole
from backprop_core.formatting import escape
from backprop_core.measures.layers import accuracy
from backprop_core.passes.first_pass import run
from scenes.production.sidecars.layer_table import as_dicts, rows_of
from scenes.production.sweeps.batch import Done
from scenes.production.sweeps.jobs import plain_values
from scenes.words.ledger import write_json

_FORMULA = ("=", "+", "-", "@")
"""First characters of a cell that a spreadsheet takes for a formula."""
SECONDS = 2.0
"""Time for one experiment; if it would take longer, fewer examples are passed."""
_PLAIN = (
    *("examples", "loss", "accuracy", "signal_first", "log10_signal_first"),
    *("signal_last", "log10_signal_last", "median_factor", "saturated"),
)
"""Names of the scalar numbers of an experiment; see `numbers_of`."""
READ = ("seed", "dtype", "network", "data")
"""The fields and sections of an experiment that its numbers depend on."""


def numbers_of(experiment: Experiment) -> dict[str, Any]:
    """Compute the numbers of an experiment, before any training.

    Returns
    -------
    examples
        How many examples were passed through the network.
    loss, accuracy
        Loss and accuracy of these examples; the accuracy is None if there are no classes.
    signal_first, signal_last, log10_signal_first, log10_signal_last
        The signal of the first and the last layer, as in `backprop numbers`; the log10 of an exact
        zero is None.
    median_factor
        The median over the hidden layers of signal[l] / signal[l+1].
    saturated
        The share of units x examples, of all hidden layers, below 4 % of the largest slope.
    layers
        The rows of `backprop numbers`.

    Raises
    ------
    InputError, NumericalError
        If the numbers cannot be computed.
    """
    shown = fewer_examples(experiment, SECONDS)
    trace = run(shown)
    layers = as_dicts(rows_of(trace, shown))
    hidden = [layer for layer in layers if layer["saturated"] is not None]
    known = [layer["factor"] for layer in hidden if layer["factor"] is not None]
    first, last = layers[0], layers[-1]
    return {
        "examples": trace.examples,
        "loss": trace.loss,
        "accuracy": accuracy(trace),
        "signal_first": first["signal"],
        "log10_signal_first": first["log10_signal"],
        "signal_last": last["signal"],
        "log10_signal_last": last["log10_signal"],
        "median_factor": float(np.median(known)) if known else None,
        "saturated": sum(layer["saturated"] * layer["width"] for layer in hidden)
        / sum(layer["width"] for layer in hidden),
        "layers": layers,
    }


class Numbers:
    """The numbers of experiments, computed once for each network and its data."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any] | None] = {}

    def of(self, experiment: Experiment) -> dict[str, Any] | None:
        """Return what `numbers_of` returns, or None if the numbers cannot be computed."""
        # Before training the numbers depend on these fields only, not on training or film.
        fields = experiment.model_dump(exclude_unset=True, include=set(READ))
        network = Experiment(**fields)
        key = network.canonical()
        if key not in self._known:
            try:
                self._known[key] = numbers_of(network)
            except (InputError, NumericalError):
                self._known[key] = None
        return self._known[key]


def write_table(root: Path, results: Sequence[Done], numbers: Numbers) -> Path:
    """Write ``sweep.csv`` and ``sweep.json`` into the folder of a sweep.

    Parameters
    ----------
    numbers
        Computes the numbers, or returns those that it computed before.

    Returns
    -------
    Path of the CSV file.
    """
    rows = [_row(done, root) | _numbers(done, numbers) for done in results]
    axes = list(dict.fromkeys(axis for done in results for axis in done.job.values))
    path = root / "sweep.csv"
    write_json(path.with_suffix(".json"), {"axes": axes, "jobs": rows})
    write_whole(path, _as_csv(rows, axes).encode("utf-8"))
    return path


def _row(done: Done, root: Path) -> dict[str, Any]:
    video = done.job.target(root).video.relative_to(root).as_posix() if done.facts else None
    return {
        "hash": done.job.hash,
        "film": done.job.film,
        "values": plain_values(done.job.values),
        "status": done.status,
        "error": done.error,
        "video": video,
        "seconds": done.facts.get("seconds"),
        "took": round(done.took, 3),
    }


def _numbers(done: Done, numbers: Numbers) -> dict[str, Any]:
    found = None if done.job.job is None else numbers.of(done.job.job.experiment)
    return found or dict.fromkeys(_PLAIN) | {"layers": None}


def _as_csv(rows: Sequence[Mapping[str, Any]], axes: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    about = ("status", "video", "seconds", "took", *_PLAIN, "error")
    writer.writerow(("hash", "film", *axes, *about))
    for row in rows:
        cells = [row["hash"], row["film"], *(row["values"].get(axis) for axis in axes)]
        writer.writerow(map(_cell, [*cells, *(row[name] for name in about)]))
    return text.getvalue()


def _cell(value: object) -> object:
    """Write a value for spreadsheets, with formulas disarmed and control characters escaped."""
    if isinstance(value, (bool, list)):
        return json.dumps(value)
    if not isinstance(value, str):
        return value
    text = escape(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
