"""Compares the gradients of a configured network with central differences, within seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from backprop_core.data.datasets import layer_widths, load_data
from backprop_core.data.taken_files import taken_of
from backprop_core.experiment.config import Experiment
from backprop_core.measures.gradcheck import GradCheck, check_trace
from backprop_core.passes.first_pass import run
from backprop_core.passes.network import Network
from backprop_core.passes.trace import trace

EXAMPLES = 10
SECONDS = 5.0
MOST_ENTRIES = 8
"""The most entries that are checked of each W and each b."""

_SECONDS_PER_LAYER = 1e-4
_SECONDS_PER_PARAMETER = 2e-8


@dataclass(frozen=True, eq=False)
class GradientReport:
    """The result of a gradient check.

    Attributes
    ----------
    experiment
        The experiment whose network was checked.
    result
        The gradients, the differences, and their comparison.
    entries
        How many entries of each W and b were checked at most.
    examples
        How many examples were used.
    lowest_layer
        The lowest layer that was checked; above 1 if there was no time for all layers.
    kinks
        Whether the function has kinks, near which differences and gradient disagree.
    """

    experiment: Experiment
    result: GradCheck
    entries: int
    examples: int
    lowest_layer: int
    kinks: bool

    @property
    def passed(self) -> bool:
        """Whether no entry disagrees."""
        return self.result.passed

    @property
    def undecided(self) -> int:
        """How many gradients are too small for a comparison with differences."""
        return int(self.result.undecided.sum())

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        worst = self.result.worst
        return {
            "valid": True,
            "taken": {
                field: taken.as_dict() for field, taken in taken_of(self.experiment.data).items()
            },
            "widths": layer_widths(self.experiment),
            "passed": self.passed,
            "compared": self.result.analytic.size,
            "undecided": self.undecided,
            "worst": {
                "analytic": float(self.result.analytic[worst]),
                "numeric": float(self.result.numeric[worst]),
                "relative_error": float(self.result.relative_error[worst]),
                "allowed": self.result.tolerance,
            },
            "lowest_layer": self.lowest_layer,
            "examples": self.examples,
        }

    def lines(self, *, vanished: bool) -> Iterator[tuple[str, str]]:
        """Yield the lines to print, each as a name and a text.

        Parameters
        ----------
        vanished
            Whether the gradient vanishes. Without that, one of a few entries is small, or 0 because
            an input is always 0 or a unit silent on these examples.
        """
        widths = layer_widths(self.experiment)
        parameters = sum((n + 1) * m for n, m in pairwise(widths))
        yield "configuration", "valid"
        yield from self._data_lines()
        yield "network", f"{_joined(widths)}, {parameters:,} parameters"
        yield (
            "compared",
            f"{self.result.analytic.size:,} gradients, up to {self.entries} of each W and b, "
            f"on {_counted(self.examples, 'example')}",
        )
        if self.lowest_layer > 1:
            yield "", f"layers {self.lowest_layer} to {len(widths) - 1} only, to save time"
        yield "gradient", self.result.message.removeprefix("gradient ")
        if self.undecided and vanished:
            yield "", "a vanished gradient proves nothing here: 0 would pass as well"
        if self.kinks and not self.passed:
            yield "", "a kink of the activation or loss can cause this; try another seed"

    def _data_lines(self) -> Iterator[tuple[str, str]]:
        """Yield the data, and what was taken for what in the files that they come from."""
        data = load_data(self.experiment)
        examples = _counted(len(data.x), "example")
        features = f", {_counted(data.x.shape[1], 'feature')}"
        given = self.experiment.data.path is not None
        yield "data", f"{data.name}, {examples}{features * given}"
        for field, taken in taken_of(self.experiment.data).items():
            if field == "held_out":
                yield "held out", taken.target
            else:
                yield from taken.lines()


def check_gradient(experiment: Experiment) -> GradientReport:
    """Check the gradients of an experiment, on a few examples and in float64.

    If checking all layers would take longer than `SECONDS`, only the uppermost layers are checked,
    as a network whose input is the activation of the layer below.

    Raises
    ------
    NumericalError
        If NaN or infinity arises.
    """
    settings = experiment.network
    few = min(EXAMPLES, experiment.data.samples)
    whole = run(experiment.override({"dtype": "float64", "data.samples": few}))
    entries, lowest = _affordable(whole.network.widths)
    upper = Network(
        whole.network.weights[lowest - 1 :],
        whole.network.biases[lowest - 1 :],
        settings.activation,
        settings.output,
    )
    part = trace(upper, whole.a[lowest - 1], whole.y, settings.loss) if lowest > 1 else whole
    return GradientReport(
        experiment=experiment,
        result=check_trace(part, settings.loss, entries),
        entries=entries,
        examples=whole.examples,
        lowest_layer=lowest,
        kinks=settings.loss == "hinge" or settings.activation in {"relu", "leaky_relu"},
    )


def _affordable(widths: tuple[int, ...]) -> tuple[int, int]:
    """Return how many entries of each array can be checked in time, and the lowest layer."""
    depth = len(widths) - 1
    for lowest in range(1, depth + 1):
        for entries in range(MOST_ENTRIES, 0, -1):
            if _seconds(widths[lowest - 1 :], entries) <= SECONDS:
                return entries, lowest
    return 1, depth


def _seconds(widths: tuple[int, ...], entries: int) -> float:
    layers = len(widths) - 1
    parameters = sum((n + 1) * m for n, m in pairwise(widths))
    one_pass = layers * _SECONDS_PER_LAYER + parameters * _SECONDS_PER_PARAMETER
    # Two passes, one step up and one down, for each entry of W and of b.
    return 4 * entries * layers * one_pass


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _joined(widths: tuple[int, ...]) -> str:
    if len(widths) > 12:
        return f"{' '.join(map(str, widths[:3]))} ... {' '.join(map(str, widths[-2:]))}"
    return " ".join(map(str, widths))
