"""A milestone of training runs, and the number of epochs until they reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backprop_core.training.history import History
from scenes.stories.learning import commonest_class
from scenes.words.figures import Figure, Kind, Sentence, count, percent, sentence

FALLEN = 0.5
"""Without classes, halfway is where the loss has come to this share of the first one."""


@dataclass(frozen=True)
class Goal:
    """Halfway to having learned everything.

    Attributes
    ----------
    accuracy
        Halfway between the accuracy of always predicting the commonest class, and 1. None if the
        targets are not classes; the goal is then half of the first loss.
    """

    accuracy: float | None

    @classmethod
    def of(cls, y: NDArray[np.number]) -> Goal:
        """Return the goal for classes, (examples,), or targets, (examples, outputs)."""
        return cls((1 + commonest_class(y)) / 2 if y.ndim == 1 else None)

    def reached(self, history: History) -> int | None:
        """Return the first epoch after which a run has reached the goal, or None."""
        if history.accuracy is None or self.accuracy is None:
            there = history.loss < FALLEN * history.loss[0]
        else:
            there = history.accuracy >= self.accuracy
        return int(history.measured[np.argmax(there)]) if there.any() else None

    @property
    def noun(self) -> str:
        """The goal as part of a template, which needs its `figures`."""
        return "half the first loss" if self.accuracy is None else "{p} right"

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of `noun`."""
        return {} if self.accuracy is None else {"p": percent("halfway", self.accuracy)}

    def key(self) -> Sentence:
        """Name the mark of runs that have reached the goal."""
        of = "" if self.accuracy is None else " in training"
        return sentence(f"{self.noun}{of}", **self.figures)


class Racer(Protocol):
    """A training run that may reach a goal."""

    @property
    def depth(self) -> int:
        """Layers with weights."""

    @property
    def depth_figure(self) -> Figure:
        """The depth as a figure."""

    @property
    def history(self) -> History | None:
        """What was measured; None where it left the range of floats."""

    @property
    def reached(self) -> int | None:
        """The epoch after which the run has reached the goal, or None."""


def compared(this: Racer, reference: Racer, goal: Goal, epochs: int) -> Sentence:
    """Compare how many epochs two depths take to reach the same goal."""
    figures = {"r": reference.depth_figure}
    there, here = reference.reached, this.reached
    if reference.history is None:
        return sentence("With {r} layers the loss leaves the range of floats.", **figures)
    figures |= goal.figures
    if this.history is None:
        if there is None:
            return sentence(f"With {{r}} layers, {goal.noun} is not reached, either.", **figures)
        figures["x"] = reckoned("reference.reached", there)
        words = f"With {{r}} layers, {goal.noun} takes {{x}} epoch{plural(there)}."
        return sentence(words, **figures)
    figures["d"] = this.depth_figure
    if here is None and there is None:
        figures["n"] = count("epochs", epochs)
        words = f"Neither {{r}} nor {{d}} layers reach {goal.noun} in {{n}} epoch{plural(epochs)}."
        return sentence(words, **figures)
    if here is None or there is None:
        name, number = ("this", here) if there is None else ("reference", there)
        figures["x"] = reckoned(f"{name}.reached", number or 0)
        fast, slow = ("d", "r") if there is None else ("r", "d")
        words = f"{goal.noun} takes {{{fast}}} layers {{x}} epoch{plural(number or 0)}; "
        return sentence(_capital(f"{words}{{{slow}}} layers never get there."), **figures)
    figures["x"] = reckoned("reference.reached", there)
    if here == there:
        words = f"{goal.noun} takes {{r}} and {{d}} layers the same {{x}} epoch{plural(there)}."
        return sentence(_capital(words), **figures)
    figures["y"] = reckoned("this.reached", here)
    figures["n"] = reckoned("epochs_between", abs(here - there))
    more = "lost" if this.depth > reference.depth else "more"
    kind = more if here > there else "fewer"
    between = f"{{n}} epoch{plural(abs(here - there))} {kind}"
    words = f"{goal.noun} takes {{r}} layers {{x}} epoch{plural(there)}, {{d}} layers {{y}}: "
    return sentence(_capital(f"{words}{between}."), **figures)


def reckoned(name: str, number: int) -> Figure:
    """Write an integer that is a result of training."""
    return count(name, number, Kind.MEASURED)


def plural(number: int) -> str:
    """Return the plural ending of a counted noun."""
    return "s" * (number != 1)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
