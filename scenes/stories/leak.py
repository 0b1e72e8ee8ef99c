"""The numbers of the film `leak`."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_core.budget import fewer_epochs, fewer_examples
from backprop_core.data.datasets import load_data
from backprop_core.experiment.config import Experiment
from scenes.stories.learning import has_learned, history_of
from scenes.stories.subject import at_another_depth, describe
from scenes.stories.training_run import Run
from scenes.words.figures import Sentence

CODE = (
    "net = initialize(depth)",
    "for epoch in range(epochs):",
    "    for x, y in batches:",
    "        grads = backward(net, x, y)",
    "        net = step(net, grads)",
)
"""A training loop that works for any network."""
BACKWARD = 3
"""Number of the line with the backward pass, on which learning depends."""


@dataclass(frozen=True, eq=False)
class LeakStory:
    """What `leak` shows of one experiment: its network, and the same code at another depth.

    Attributes
    ----------
    shown
        The experiment with as many examples and epochs as the budget allows for both runs.
    shallow, deep
        The two runs, of two layers and of more.
    """

    shown: Experiment
    shallow: Run
    deep: Run

    @classmethod
    def of(cls, experiment: Experiment) -> LeakStory:
        """Train both networks on the same examples for as many epochs."""
        affordable = fewer_examples(experiment, 0.3)
        other = at_another_depth(affordable)
        deeper = max(affordable, other, key=lambda each: each.depth)
        planned = fewer_epochs(deeper, 3.7)
        budget = {
            "data.samples": planned.data.samples,
            "training.epochs": planned.training.epochs,
        }
        shown = experiment.override(budget)
        runs = (_run("this", shown), _run("other", other.override(budget)))
        shallow, deep = runs if runs[0].depth < runs[1].depth else runs[::-1]
        return cls(shown, shallow, deep)

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.shown, len(load_data(self.shown).x))


def _run(name: str, experiment: Experiment) -> Run:
    history = history_of(experiment)
    learns = history is not None and has_learned(history, experiment)
    return Run(name, experiment.depth, history, learns)
