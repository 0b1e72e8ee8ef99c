"""Diagnoses a configured network within about a second, or with its training if asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from backprop_core.budget import fewer_examples
from backprop_core.data.datasets import load_data
from backprop_core.diagnosis.diagnose import Diagnosis, diagnose
from backprop_core.diagnosis.finding import Finding
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.number_text import number, percent
from backprop_core.passes.first_pass import run
from backprop_core.training.history import HeldOut, History
from backprop_core.training.sgd import train

_VANISHED = frozenset(("vanishing", "zero", "underflow", "lost"))
"""The kinds of findings about gradients that are small or 0."""
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
    history
        The training; None without training, or if it diverged.
    diverged
        The error with which training diverged, or None.
    options
        The options that choose the experiment, as on a command line.
    """

    diagnosis: Diagnosis
    examples: int
    of: int
    epochs: int = 0
    history: History | None = None
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
            "accuracy": self.accuracy,
            "held_out": None if self.held_out is None else asdict(self.held_out),
            "diverged": self.diverged,
        }

    @property
    def vanished(self) -> bool:
        """Whether the gradient of some layers is small or 0."""
        return any(finding.kind in _VANISHED for finding in self.diagnosis)

    @property
    def loss(self) -> tuple[float, float] | None:
        """The loss on what it was trained on, before and after."""
        history = self.history
        return None if history is None else (float(history.loss[0]), float(history.loss[-1]))

    @property
    def accuracy(self) -> float | None:
        """The share of what it was trained on that is right in the end."""
        if self.history is None or self.history.accuracy is None:
            return None
        return float(self.history.accuracy[-1])

    @property
    def held_out(self) -> HeldOut | None:
        """The trained network on the examples held out."""
        return None if self.history is None else self.history.held_out

    def _held_out_lines(self) -> Iterator[tuple[str, str]]:
        """Yield what is right, and of what."""
        held, right = self.held_out, self.accuracy
        if right is not None:
            words = f"{percent(right)} right on {_the(self.of)} it was trained on"
            if held is not None and held.accuracy is not None:
                words += f", {percent(held.accuracy)} on the {held.examples:,} held out"
            yield "accuracy", words
        elif held is not None:
            yield "held out", f"loss {number(held.loss)} on {_the(held.examples)} held out"

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield the lines to print, each as a name and a text."""
        if self.diverged is not None:
            yield "finding", f"Training diverges: {self.diverged}."
            yield "  remedy", "Lower the learning rate (training.learning_rate)."
        elif self.loss is not None:
            before, after = self.loss
            epochs = f"{self.epochs} epoch{'s' * (self.epochs != 1)}"
            yield "training", f"{epochs}, loss from {number(before)} to {number(after)}"
            yield from self._held_out_lines()
        if self.examples < self.of:
            yield "diagnosed", f"on {self.examples:,} of {self.of:,} examples"
        if self.diagnosis.healthy and self.diverged is None:
            where = "" if self.epochs else " before training (--train also checks the training)"
            yield "diagnosis", f"nothing found{where}"
        for finding in self.diagnosis:
            yield "finding", finding.words
            yield "  remedy", finding.remedy
            yield "  film", self.command(finding)


def _the(examples: int) -> str:
    return "the one example" if examples == 1 else f"the {examples:,} examples"


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
        history=history,
        diverged=diverged,
        options=options,
    )
