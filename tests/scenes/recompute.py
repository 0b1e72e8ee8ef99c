"""Every number of a film's ledger, computed again from the public face of the core.

The films take a number from a story; here it is taken from `backprop_core` directly, for the
examples, epochs and seeds that the ledger says were used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

import backprop_core as core
from backprop_core.config import Experiment
from backprop_core.layer import layer_pass, saturation_border

Document = Mapping[str, Any]


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
        for table in ("network", "data", "training"):
            changes |= {f"{table}.{k}": v for k, v in given[table].items() if v is not None}
        self.experiment = Experiment().override(changes)
        self.shown = self.experiment.override({"data.samples": int(self._of("examples"))})

    def value(self, name: str) -> float:
        """Return the number of that name; KeyError if nothing here computes it."""
        kind, _, inside = name.rstrip("]").partition("[")
        return float(self._table[kind](inside))

    def _of(self, name: str) -> float:
        return next(e["value"] for e in self.document["numbers"] if e["name"] == name)

    @cached_property
    def trace(self) -> core.Trace:
        """The pass through the network."""
        return core.run(self.shown)

    @cached_property
    def history(self) -> core.History:
        """The training run, with the epochs that the ledger says."""
        names = {entry["name"] for entry in self.document["numbers"]}
        examples = "training_examples" if "training_examples" in names else "examples"
        changes = {
            "training.epochs": int(self._of("epochs")),
            "data.samples": int(self._of(examples)),
        }
        return core.train(self.experiment.override(changes))

    @cached_property
    def _other_history(self) -> core.History:
        """The run at the other depth, with the same ends and the same first hidden layer."""
        first, hidden, *_, last = core.layer_widths(self.shown)
        depth = int(self._table["other.depth"](""))
        widths = [first, *[hidden] * (depth - 1), last]
        changes = {"network.widths": widths, "training.epochs": int(self._of("epochs"))}
        return core.train(self.shown.override(changes))

    @property
    def _signal(self) -> np.ndarray[Any, Any]:
        return self.trace.log10_norm("signal")

    def _layer(self, scale: str) -> Any:
        network = core.initialize(self.shown)
        f = self.shown.network.activation
        return layer_pass(network.weights[0], network.biases[0], self.trace.x, f, float(scale or 1))

    def _of_unit(self, part: str) -> Callable[[str], float]:
        f = core.ACTIVATIONS[self.experiment.network.activation]
        return lambda z: float(getattr(f, part)(np.array([float(z)]))[0])

    def _beyond(self, scale: str) -> float:
        border = saturation_border(self.experiment.network.activation)
        reach = 16 * border / 6 if border else 12.0
        return float(np.mean(np.abs(self._layer(scale).z) > reach))

    def _theory_factor(self, _: str) -> float:
        chi = core.mean_field(self.shown, self.trace.x).chi
        return float(np.median(np.sqrt(chi)))

    def _contrast(self, _: str) -> float:
        gain = self._contrast_gain("")
        signal = core.run(self.shown.override({"network.gain": gain})).log10_norm("signal")
        return float(10 ** np.median(signal[:-1] - signal[1:]))

    def _contrast_gain(self, _: str) -> float:
        gain = self.experiment.network.gain
        return gain * 10 if gain * 10 <= 1000 else gain / 10

    def _ratio(self, _: str) -> float:
        """The way round that makes it larger than 1; a ratio near 1 is given as it is."""
        first_to_last = float(self._signal[0] - self._signal[-1])
        near = abs(first_to_last) < np.log10(2)
        return 10 ** (first_to_last if near else abs(first_to_last))

    def _moved(self, which: str) -> float:
        after, before = (getattr(self._layer(s), f"rms_{which}") for s in ("30", "1"))
        return float(after / before)

    @cached_property
    def _table(self) -> Mapping[str, Callable[[str], float]]:
        factors = core.factors(self.trace)
        widths = self.trace.network.widths
        f = core.ACTIVATIONS[self.experiment.network.activation]
        shares = 10 ** (self._signal - self._signal.max())
        return {
            "signal": lambda layer: 10 ** self._signal[int(layer) - 1],
            "signal.min": lambda _: 10 ** self._signal.min(),
            "signal.max": lambda _: 10 ** self._signal.max(),
            "weight_part": lambda layer: factors.weight_part[int(layer) - 1],
            "slope_part": lambda layer: factors.slope_part[int(layer) - 1],
            "median_factor": lambda _: 10 ** np.median(self._signal[:-1] - self._signal[1:]),
            "theory_factor": self._theory_factor,
            "contrast_factor": self._contrast,
            "contrast.gain": self._contrast_gain,
            "ratio": self._ratio,
            "layers_seen": lambda _: np.sum(shares >= 0.01),
            "loss": lambda epoch: self.history.loss[int(epoch)],
            "accuracy": lambda epoch: np.asarray(self.history.accuracy)[int(epoch)],
            "update_to_weight": lambda layer: self.history.update_to_weight[0, int(layer) - 1],
            "epochs": lambda _: len(self.history.loss) - 1,
            "this.loss": lambda epoch: self.history.loss[int(epoch)],
            "other.loss": lambda epoch: self._other_history.loss[int(epoch)],
            "this.depth": lambda _: self.experiment.depth,
            "other.depth": lambda _: 2 if self.experiment.depth > 2 else 9,
            "training_examples": lambda _: self._of("training_examples"),
            "examples": lambda _: len(self.trace.x),
            "seeds": lambda _: self._of("seeds"),
            "percentile": lambda _: np.nan,
            "depth": lambda _: self.trace.depth,
            "hidden_layers": lambda _: self.trace.depth - 1,
            "width": lambda layer: widths[int(layer or 1)],
            "narrowest": lambda _: min(widths[1:-1]),
            "widest": lambda _: max(widths[1:-1]),
            "network.gain": lambda _: self.experiment.network.gain,
            "max_slope": lambda _: f.max_slope,
            "units": lambda _: widths[1],
            "inputs": lambda _: widths[0],
            "border": lambda _: saturation_border(f.name) or 0.0,
            "saturated_below": lambda _: 4.0,
            "leak": lambda _: 0.01,
            "f": self._of_unit("f"),
            "slope": self._of_unit("slope"),
            "saturated": lambda scale: self._layer(scale).saturated,
            "median_slope": lambda scale: self._layer(scale).median_slope,
            "beyond_axis": self._beyond,
            "dW": lambda scale: self._layer(scale).rms_dW,
            "dx": lambda scale: self._layer(scale).rms_dx,
            "dW_ratio": lambda _: self._moved("dW"),
            "dx_ratio": lambda _: self._moved("dx"),
            "largest_scale": lambda _: 30.0,
        }


def read_back(text: str) -> tuple[float, float] | None:
    """Return the number that a text on screen says, and half a unit of its last digit.

    None where it says no single number, such as "under 0.1 %".
    """
    plain = text.replace("\N{NARROW NO-BREAK SPACE}", "").replace("\N{MINUS SIGN}", "-")
    if plain.startswith("0 exactly"):
        return 0.0, 0.0
    match = re.fullmatch(r"(-?\d+)(?:\.(\d+))?(?: × 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?(%?)", plain)
    if match is None:
        return None
    whole, decimals, power, percent = match[1], match[2] or "", match[3] or "0", match[4]
    exponent = int(power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))
    exponent -= 2 if percent else 0
    number = float(f"{whole}.{decimals or 0}e{exponent}")
    return number, 0.5 * 10.0 ** (exponent - len(decimals))
