"""The table of a sweep, with a row of numbers for each job, as CSV and as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backprop_core.budget import fewer_examples
from backprop_core.data.held_files import holding, raw_data
from backprop_core.errors import InputError, NumericalError
from backprop_core.experiment.model import Experiment
from backprop_core.measures.layers import accuracy
from backprop_core.passes.first_pass import run
from scenes.production.request.keys import Keys
from scenes.production.sidecars.layer_table import as_dicts, rows_of
from scenes.production.sidecars.spreadsheet import as_csv
from scenes.production.store.bounded_reads import read_ledger
from scenes.production.store.build import build
from scenes.production.store.output_paths import Output
from scenes.production.store.publish import Made, Source
from scenes.production.sweeps.batch import Done
from scenes.words.ledger import as_json

SECONDS = 2.0
"""Time for one experiment; if it would take longer, fewer examples are passed."""
_PLAIN = (
    *("examples", "loss", "accuracy", "signal_first", "log10_signal_first"),
    *("signal_last", "log10_signal_last", "median_factor", "saturated"),
)
"""Names of the scalar numbers of an experiment; see `numbers_of`."""
_OUTCOME = re.compile(
    r"(?:[\w.]+\.(?:loss|accuracy|training_accuracy)|loss|accuracy|training_accuracy)\[(?:0|-1)\]"
    r"|[\w.]+\.(?:loss|training_accuracy)"
)
"""Names in a film's ledger of what its networks have reached, before and after training."""
READ = ("seed", "dtype", "network", "data")
"""The fields and sections of an experiment that its numbers depend on."""


@dataclass(frozen=True)
class TableOutput(Output):
    """The table of a sweep in its folder, as CSV and as JSON."""

    stem: str = "sweep-table"

    @property
    def table(self) -> Path:
        """The CSV file."""
        return self.folder / "sweep.csv"

    @property
    def document(self) -> Path:
        """The JSON file."""
        return self.folder / "sweep.json"

    @property
    def required(self) -> frozenset[str]:
        """Both."""
        return frozenset({self.table.name, self.document.name})

    @property
    def elsewhere(self) -> str:
        """An option that leads to another folder."""
        return f"--output {self.folder.parent}-2"


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

    def of(self, experiment: Experiment, data: str | None = None) -> dict[str, Any] | None:
        """Return what `numbers_of` does; None if there are none.

        Parameters
        ----------
        data
            Digest of the data file that was filmed, if any: of another content there are none.
        """
        # Before any training nothing else counts, and how a film looks changes no number.
        fields = experiment.model_dump(exclude_unset=True, include=set(READ))
        network = Experiment(**fields)
        key = network.canonical()
        if key not in self._known:
            path, target = network.data.path, network.data.target
            try:
                with holding(path, target=target):
                    same = path is None or data in (
                        None,
                        raw_data(path, target=target).digest,
                    )
                    self._known[key] = numbers_of(network) if same else None
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
    The CSV file.

    Raises
    ------
    InputError
        If one of them was not made by this program, or was changed since.
    RenderError
        If they cannot be written.
    """
    rows = [_row(done, root) | _numbers(done, numbers) for done in results]
    axes = list(dict.fromkeys(axis for done in results for axis in done.job.values))
    output = TableOutput(root)
    files: dict[str, Source] = {
        output.document.name: as_json({"axes": axes, "jobs": rows}),
        output.table.name: _as_csv(rows, axes).encode("utf-8"),
    }
    # Its rows say how long films took: it is written each time.
    keys = Keys.of({"table": sorted(files)})
    build(output, keys, lambda private: Made(files, {}), force=True)
    return output.table


def _row(done: Done, root: Path) -> dict[str, Any]:
    video = done.job.target(root).video.relative_to(root).as_posix() if done.facts else None
    return {
        "hash": done.job.hash,
        "film": done.job.film,
        "values": done.job.public_values,
        "status": done.status,
        "error": done.job.public(done.error, root),
        "video": video,
        "seconds": done.facts.get("seconds"),
        "took": round(done.took, 3),
        "shown": _shown(done, root),
    }


def _shown(done: Done, root: Path) -> dict[str, float]:
    """Return the numbers that a film shows, by their names; of one that changes, the last."""
    if not done.facts:
        return {}
    entries = read_ledger(done.job.target(root).ledger).get("numbers")
    return {
        entry["name"]: entry["value"]
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
        and isinstance(entry.get("name"), str)
        and isinstance(entry.get("value"), (int, float))
    }


def _numbers(done: Done, numbers: Numbers) -> dict[str, Any]:
    job = done.job.job
    data = None if job is None or job.inputs is None else job.inputs.data
    found = None if job is None else numbers.of(job.experiment, data)
    return found or dict.fromkeys(_PLAIN) | {"layers": None}


def _as_csv(rows: Sequence[Mapping[str, Any]], axes: Sequence[str]) -> str:
    about = ("status", "video", "seconds", "took", *_PLAIN)
    shown = dict.fromkeys(n for row in rows for n in row["shown"] if _OUTCOME.fullmatch(n))
    cells = (
        (
            *(row["hash"], row["film"]),
            *(row["values"].get(axis) for axis in axes),
            *(row[name] for name in about),
            *(row["shown"].get(name) for name in shown),
            row["error"],
        )
        for row in rows
    )
    return as_csv(("hash", "film", *axes, *about, *shown, "error"), cells)
