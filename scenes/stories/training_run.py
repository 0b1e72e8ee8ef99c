"""Training runs within a time budget, shared by the films that compare runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backprop_core.budget import epoch_seconds, orthogonal_seconds
from backprop_core.experiment.config import Experiment
from backprop_core.training.history import History
from scenes.words.figures import Figure, count, measured

MOST_SEEDS, FEWEST_SEEDS = 8, 4
"""Number of seeds for a band. If even the fewest exceed the budget, there is no band."""
FEWEST_EXAMPLES, FEWEST_EPOCHS = 10, 3


@dataclass(frozen=True, eq=False)
class Run:
    """One training run.

    Attributes
    ----------
    name
        Name in the ledger.
    depth
        Layers with weights.
    history
        What training measured; None where it left the range of floats.
    learns
        Whether it does better than chance in the end.
    """

    name: str
    depth: int
    history: History | None
    learns: bool

    def loss(self, epoch: int) -> Figure:
        """Return the loss after an epoch; -1 is the last."""
        return measured(f"{self.name}.loss[{epoch}]", float(self.measured.loss[epoch]))

    @property
    def measured(self) -> History:
        """What training measured; the run must have stayed in the range of floats."""
        if self.history is None:
            raise ValueError("a run that overflowed measured nothing")
        return self.history

    @property
    def depth_figure(self) -> Figure:
        """Return its depth."""
        return count(f"{self.name}.depth", self.depth)


def affordable_runs(
    experiment: Experiment, others: Sequence[Experiment], seconds: float
) -> tuple[Experiment, int]:
    """Return the experiment with as many examples and epochs as can be trained, and how many seeds.

    Parameters
    ----------
    experiment
        The experiment, which is trained with all seeds.
    others
        Other experiments, trained with one seed on the same number of examples and epochs.
    seconds
        Time budget for all runs together.
    """
    samples, epochs = experiment.data.samples, experiment.training.epochs

    def epoch(seeds: int) -> float:
        runs = sum(epoch_seconds(each, samples) for each in others)
        return runs + epoch_seconds(experiment, samples, seeds)

    def left(seeds: int) -> float:
        return seconds - seeds * orthogonal_seconds(experiment)

    least = min(FEWEST_EPOCHS, epochs)
    while samples > FEWEST_EXAMPLES and least * epoch(1) > left(1):
        samples = max(FEWEST_EXAMPLES, samples // 2)
    few = FEWEST_SEEDS if least * epoch(FEWEST_SEEDS) <= left(FEWEST_SEEDS) else 1
    epochs = max(1, min(epochs, int(left(few) / epoch(few))))
    more = range(MOST_SEEDS, few, -1) if few > 1 else ()
    seeds = next((n for n in more if epochs * epoch(n) <= left(n)), few)
    changes = {"data.samples": samples, "training.epochs": epochs}
    return experiment.override(changes), seeds
