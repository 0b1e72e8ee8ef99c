"""The numbers of the film `leak`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from backprop_core.budget import fewer_epochs, fewer_examples
from backprop_core.data.datasets import layer_widths, load_data
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.passes.first_pass import run
from backprop_core.passes.trace import Trace
from backprop_core.verdicts.guess import Guess
from scenes.stories.learning import guess_of, has_learned, history_of
from scenes.stories.light import Array, Profile, Traced
from scenes.stories.subject import at_another_depth, describe
from scenes.stories.training_run import Run
from scenes.words.figures import Figure, Kind, Sentence, magnitude, measured, typed

CODE = (
    "depth =",
    "net = initialize(depth)",
    "for x, y in batches(epochs):",
    "  grads = backward(net, x, y)",
    "  net = step(net, grads)",
)
"""A training loop that works for any network. The number at the end of its first line is a dial."""
BACKWARD = 3
"""Number of the line with the backward pass, on which learning depends."""
WORDS = {1: "net", BACKWARD: "backward"}
"""The words that are spoken of, by their line."""
LOOP = (2, 3, 4)
OTHER = "other"
"""Name of the run at another depth than that of the experiment."""
MOST_STOPS = 9
"""Numbers on the dial."""
EVENLY = 1.5
"""Guessing is right in one of as many cases as there are classes, if the commonest of them is not
more frequent than by this factor."""


@dataclass(frozen=True, eq=False)
class InnerLight(Traced):
    """The gradient of the deep network before its first step, as light.

    Attributes
    ----------
    trace
        Its forward and backward pass.
    theme_name
        Name of the theme of the film.
    signal
        The gradient profile.
    """

    trace: Trace
    theme_name: str
    signal: Profile

    @property
    def profile(self) -> Profile:
        """The gradient profile."""
        return self.signal

    @property
    def light_of_layers(self) -> Array:
        """How bright each layer is: its gradient over the largest one, (L,)."""
        if self.no_gradient:
            return np.zeros(self.depth)
        return np.asarray(10.0 ** (self.profile - self.profile.max()))

    @property
    def theme(self) -> str:
        """Name of the theme of the film."""
        return self.theme_name

    @property
    def can_be_written(self) -> bool:
        """Whether every layer has a gradient, of which factors can be told."""
        return bool(np.isfinite(self.profile).all())

    def left_at(self, layer: int) -> Figure:
        """Write the gradient of a layer in percent of that of the last layer."""
        log10 = float(self.profile[layer - 1] - self.profile[-1])
        written = magnitude(f"inner.left[{layer}]", log10 + 2, unit="%")
        return replace(written, value=10.0**log10, log10=log10)

    def factor_from(self, layer: int) -> Figure:
        """Write the factor by which the gradient changes from a layer to the one before."""
        step = float(self.profile[layer - 2] - self.profile[layer - 1])
        return measured(f"inner.factor[{layer - 1}]", 10.0**step)


@dataclass(frozen=True, eq=False)
class LeakStory:
    """What `leak` shows of one experiment: its network, and the same code at another depth.

    Attributes
    ----------
    shown
        The experiment with as many examples and epochs as the budget allows for both runs.
    asked
        The number of epochs that were asked for.
    shallow, deep
        The two runs, of two layers and of more.
    widths
        Units of every layer of the two networks, input first.
    guess
        What is reached without looking at the inputs.
    light
        The gradient inside the deep network; None where its forward pass overflows.
    """

    shown: Experiment
    asked: int
    shallow: Run
    deep: Run
    widths: tuple[tuple[int, ...], tuple[int, ...]]
    guess: Guess
    light: InnerLight | None

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
        both = (("this", shown), (OTHER, other.override(budget)))
        shallow, deep = both if shown.depth < other.depth else both[::-1]
        return cls(
            shown=shown,
            asked=experiment.training.epochs,
            shallow=_run(*shallow),
            deep=_run(*deep),
            widths=(layer_widths(shallow[1]), layer_widths(deep[1])),
            guess=guess_of(shown),
            light=_light(deep[1]),
        )

    def subtitle(self) -> Sentence:
        """Describe both networks."""
        depths = {self.shallow.depth, self.deep.depth} - {self.shown.depth}
        return describe(self.shown, len(load_data(self.shown).x), *depths)

    @property
    def stops(self) -> tuple[Figure, ...]:
        """The numbers on the dial: one layer, then from the shallow depth to the deep one."""
        low, high = self.shallow.depth, self.deep.depth
        between = np.unique(np.rint(np.geomspace(low, high, MOST_STOPS - 1)).astype(int))
        if high - low < MOST_STOPS:
            between = np.arange(low, high + 1)
        passing = [typed("dial", int(each), Kind.TICK) for each in (1, *between[1:-1])]
        # They stand in code, in which a number has no commas.
        ends = [typed(run.depth_figure.name, run.depth) for run in (self.shallow, self.deep)]
        return passing[0], ends[0], *passing[1:], ends[1]

    @property
    def top(self) -> float:
        """The largest loss of both runs and of guessing, which fills the tank."""
        losses = [run.history.loss for run in (self.shallow, self.deep) if run.history]
        finite = [float(np.max(loss)) for loss in losses]
        return max([*finite, *([] if self.guessed is None else [self.guessed])], default=1.0)

    @property
    def guessed(self) -> float | None:
        """The loss of the best constant answer; None where there is none to reach."""
        return self.guess.loss if np.isfinite(self.guess.loss) else None

    @property
    def guesses_evenly(self) -> bool:
        """Whether the deep network is as often right as a guess among equally frequent classes."""
        history, right = self.deep.history, self.guess.accuracy
        if history is None or history.accuracy is None or right is None:
            return False
        even = right * self.widths[1][-1] <= EVENLY
        return even and round(100 * right) == round(100 * float(history.accuracy[-1]))


def _run(name: str, experiment: Experiment) -> Run:
    history = history_of(experiment)
    learns = history is not None and has_learned(history, experiment)
    return Run(name, experiment.depth, history, learns)


def _light(experiment: Experiment) -> InnerLight | None:
    try:
        trace = run(experiment)
    except NumericalError:
        return None
    return InnerLight(trace, experiment.film.theme, trace.log10_norm("signal"))
