"""Every number of a film's ledger, computed again from the public face of the core.

The films take a number from a story; here it is taken from `backprop_core` directly, for the
examples, epochs and seeds that the ledger says were used. What only one film shows is computed in
the module of that film's name beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np

import backprop_core as core
from tests.words.number_words import FRACTIONS, PARTS, half_a_unit, number_in

Document = Mapping[str, Any]
Table = Mapping[str, Callable[[str], float]]
"""Kind of a number -> function of what stands in its brackets, as the 3 of ``loss[3]``."""


class Again:
    """Recomputes the numbers of one ledger.

    Parameters
    ----------
    document
        The ledger as it was written.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        given = document["experiment"]
        changes = {"seed": given["seed"], "dtype": given["dtype"]}
        for table in ("network", "data", "training", "circuit"):
            changes |= {f"{table}.{k}": v for k, v in given[table].items() if v is not None}
        self.experiment = core.Experiment().override(changes)

    def value(self, name: str) -> float:
        """Return the number of that name; KeyError if nothing here computes it."""
        kind, _, inside = name.rstrip("]").partition("[")
        return float(self._table[kind](inside))

    def of(self, name: str) -> float:
        """Return a number as the ledger has it."""
        return next(e["value"] for e in self.document["numbers"] if e["name"] == name)

    @property
    def names(self) -> set[str]:
        """The names of all numbers in the ledger."""
        return {entry["name"] for entry in self.document["numbers"]}

    @cached_property
    def shown(self) -> core.Experiment:
        """The experiment with the examples that the ledger says."""
        return self.experiment.override({"data.samples": int(self.of("examples"))})

    @cached_property
    def trace(self) -> core.Trace:
        """The pass through the network."""
        return core.run(self.shown)

    @cached_property
    def history(self) -> core.History:
        """The training run."""
        return core.train(self.trained)

    @cached_property
    def trained(self) -> core.Experiment:
        """The experiment with the epochs that the ledger says, and the examples trained on."""
        examples = "training_examples" if "training_examples" in self.names else "examples"
        changes = {
            "training.epochs": int(self.of("epochs")),
            "data.samples": int(self.of(examples)),
        }
        return self.experiment.override(changes)

    @cached_property
    def _table(self) -> Table:
        film = import_module(f"tests.scenes.recompute.{self.document['film']}")
        own: Table = film.table(self)
        return self._shared | dict(own)

    @property
    def _shared(self) -> dict[str, Callable[[str], float]]:
        """What many films show: the shape of the network and the size of the experiment."""
        widths = core.layer_widths(self.experiment)
        f = core.ACTIVATIONS[self.experiment.network.activation]
        return {
            "epochs": lambda _: len(self.history.loss) - 1,
            "training_examples": lambda _: self.of("training_examples"),
            "examples": lambda _: len(self.trace.x),
            "seed": lambda _: self.experiment.seed,
            "seeds": lambda _: self.of("seeds"),
            "percentile": lambda _: np.nan,
            "depth": lambda _: self.experiment.depth,
            "hidden_layers": lambda _: self.experiment.depth - 1,
            "width": lambda layer: widths[int(layer or 1)],
            "narrowest": lambda _: min(widths[1:-1]),
            "widest": lambda _: max(widths[1:-1]),
            "network.gain": lambda _: self.experiment.network.gain,
            "max_slope": lambda _: f.max_slope,
            "saturated_below": lambda _: 4.0,
            "leak": lambda _: 0.01,
        }


def read_back(text: str) -> tuple[float, float] | None:
    """Return the number that a text on screen says, and half a unit of its last digit.

    The text may be in words. A share in words, "a quarter", gives the middle of what it stands for,
    and half its width. None where it says no single number, such as "under 0.1 %".
    """
    if text in PARTS or text in FRACTIONS:
        low, high = {**FRACTIONS, **PARTS}[text]
        return (low + high) / 2, (high - low) / 2
    if (number := number_in(text)) is not None:
        return float(number), half_a_unit(number)
    if (
        text.endswith(" percent")
        and (number := number_in(text.removesuffix(" percent"))) is not None
    ):
        return number / 100, 0.005
    plain = text.replace("\N{NARROW NO-BREAK SPACE}", "").replace("\N{MINUS SIGN}", "-")
    plain = plain.replace(",", "")
    if plain.startswith("0 exactly"):
        return 0.0, 0.0
    match = re.fullmatch(r"(-?\d+)(?:\.(\d+))?(?: × 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?(%?)", plain)
    if match is None:
        return None
    whole, decimals, power, percent = match[1], match[2] or "", match[3] or "0", match[4]
    exponent = int(power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))
    exponent -= 2 if percent else 0
    value = float(f"{whole}.{decimals or 0}e{exponent}")
    return value, 0.5 * 10.0 ** (exponent - len(decimals))
