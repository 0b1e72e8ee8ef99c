"""The numbers and sentences of the film `leak`."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_core.budget import fewer_epochs, fewer_examples
from backprop_core.data.datasets import load_data
from backprop_core.experiment.config import Experiment
from scenes.stories.learning import has_learned, history_of
from scenes.stories.subject import at_another_depth, describe
from scenes.stories.training_run import Run
from scenes.words.figures import Figure, Sentence, count, sentence

CODE = (
    "net = initialize(depth)",
    "for epoch in range(epochs):",
    "    for x, y in batches:",
    "        grads = backward(net, x, y)",
    "        net = step(net, grads)",
)
"""A training loop, whatever the network."""
BACKWARD = 3
"""The line that everything hangs on."""


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

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.shown, len(load_data(self.shown).x))

    def code(self) -> Sentence:
        """Say what the code does."""
        return sentence(
            "These lines train any network: forward, backward, a step, again and again."
        )

    def first_run(self) -> Sentence:
        """Say what they do to the shallow network."""
        epochs = count("epochs", self.shown.training.epochs)
        start = f"Run on {{d}} layers for {{n}} epoch{'s' * (epochs.value != 1)}:"
        return _said(start, self.shallow, n=epochs)

    def second_run(self) -> Sentence:
        """Say what they do to the deep one."""
        return _said("The same lines on {d} layers:", self.deep)

    def nothing(self) -> Sentence:
        """Say what the code says of the difference."""
        if self.shallow.learns and not self.deep.learns:
            return sentence("Nothing in the code says why.")
        if self.shallow.learns and self.deep.learns:
            return sentence("Both learn, this time; nothing in the code promises it.")
        if self.deep.learns:
            return sentence("The deeper one learns; nothing in the code says why.")
        return sentence("Neither learns, and nothing in the code says why.")

    def leak(self) -> Sentence:
        """Say what a leaky abstraction is."""
        return sentence("A leaky abstraction: to use this line, one has to know what flows inside.")


def _run(name: str, experiment: Experiment) -> Run:
    history = history_of(experiment)
    learns = history is not None and has_learned(history, load_data(experiment).y)
    return Run(name, experiment.depth, history, learns)


def _said(start: str, run: Run, **figures: Figure) -> Sentence:
    figures["d"] = run.depth_figure
    if run.history is None:
        return sentence(f"{start} the loss leaves the range of floats.", **figures)
    figures["b"] = run.loss(-1)
    if not run.learns:
        return sentence(f"{start} the loss stays at {{b}}, no better than guessing.", **figures)
    figures["a"] = run.loss(0)
    return sentence(f"{start} the loss falls from {{a}} to {{b}}.", **figures)
