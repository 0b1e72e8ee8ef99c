"""What is wrong with a configured network, within about a second; with training, when asked."""

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
"""For one pass of the data; of an experiment that takes longer, fewer examples are passed."""


@dataclass(frozen=True)
class Findings:
    """A diagnosis, and what it was made of.

    Attributes
    ----------
    examples, of
        How many were passed through the network, and how many there are.
    epochs
        How many it was trained for; 0 without training.
    loss
        Before and after training; None without, or if it diverged.
    diverged
        What training ended with, if it did not come to its end.
    options
        What chose the experiment, as it is typed behind a command.
    """

    diagnosis: Diagnosis
    examples: int
    of: int
    epochs: int = 0
    loss: tuple[float, float] | None = None
    diverged: str | None = None
    options: str = ""

    def command(self, finding: Finding) -> str:
        """Return the line that films a finding."""
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
        """Yield what to print: a name, and what is to be said of it."""
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
            where = "" if self.epochs else " before training (--train looks at that, too)"
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
        Whether to train it as the experiment says, for as long as that takes, and to look at the
        updates. A run that diverges is itself something that was found.
    options
        What chose the experiment, as it is typed behind a command.

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
