"""Diagnoses a configured network within about a second, or with its training if asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backprop_core.budget import fewer_examples
from backprop_core.data.datasets import load_data
from backprop_core.diagnosis.diagnose import Diagnosis, diagnose
from backprop_core.diagnosis.finding import Finding
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.number_text import number
from backprop_core.passes.first_pass import run
from backprop_core.training.history import History
from backprop_core.training.sgd import train

SECONDS = 0.5
"""Time for one pass of the data; if it would take longer, fewer examples are passed."""


@dataclass(frozen=True)
class Findings:
    """A diagnosis, and the data that it is based on.

    Attributes
    ----------
    examples, of
        How many examples were passed through the network, and how many the data set has.
    epochs
        How many epochs it was trained for; 0 without training.
    loss
        The loss before and after training; None without training, or if training diverged.
    diverged
        The error with which training diverged, or None.
    options
        The options that choose the experiment, as on a command line.
    """

    diagnosis: Diagnosis
    examples: int
    of: int
    epochs: int = 0
    loss: tuple[float, float] | None = None
    diverged: str | None = None
    options: str = ""

    def command(self, finding: Finding) -> str:
        """Return the command that renders the film of a finding."""
        return f"backprop render {finding.film}{self.options}"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "findings": [
                finding.as_dict() | {"command": self.command(finding)} for finding in self.diagnosis
            ],
            "diagnosed_examples": self.examples,
            "epochs": self.epochs,
            "loss": self.loss,
            "diverged": self.diverged,
        }

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield the lines to print, each as a name and a text."""
        if self.diverged is not None:
            yield "finding", f"Training diverges: {self.diverged}."
            yield "  remedy", "Lower the learning rate (training.learning_rate)."
        elif self.loss is not None:
            before, after = self.loss
            epochs = f"{self.epochs} epoch{'s' * (self.epochs != 1)}"
            yield "training", f"{epochs}, loss from {number(before)} to {number(after)}"
        if self.examples < self.of:
            yield "diagnosed", f"on {self.examples:,} of {self.of:,} examples"
        if self.diagnosis.healthy and self.diverged is None:
            where = "" if self.epochs else " before training (--train also checks the training)"
            yield "diagnosis", f"nothing found{where}"
        for finding in self.diagnosis:
            yield "finding", finding.words
            yield "  remedy", finding.remedy
            yield "  film", self.command(finding)


def find(experiment: Experiment, *, training: bool, options: str = "") -> Findings:
    """Diagnose the network of an experiment.

    Parameters
    ----------
    training
        Whether to train the network as the experiment says, however long that takes, and to
        diagnose the updates, too. Training that diverges is reported as a finding.
    options
        The options that choose the experiment, as on a command line.

    Raises
    ------
    NumericalError
        If NaN or infinity arises before any training.
    """
    shown = fewer_examples(experiment, SECONDS)
    trace, of = run(shown), len(load_data(experiment).x)
    history: History | None = None
    diverged = None
    if training:
        try:
            history = train(experiment)
        except NumericalError as error:
            diverged = str(error)
    return Findings(
        diagnose(trace, history),
        examples=trace.examples,
        of=of,
        epochs=experiment.training.epochs if training else 0,
        loss=None if history is None else (float(history.loss[0]), float(history.loss[-1])),
        diverged=diverged,
        options=options,
    )
