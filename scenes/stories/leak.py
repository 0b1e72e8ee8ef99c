"""The numbers of the film `leak`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from backprop_core.budget import fewer_epochs, fewer_examples
from backprop_core.data.datasets import layer_widths, load_data
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.passes.first_pass import run
from backprop_core.passes.trace import Trace, trace
from backprop_core.verdicts.guess import Guess
from scenes.stories.learning import guess_of, has_learned, history_of
from scenes.stories.light import Array, Profile, Traced
from scenes.stories.subject import at_another_depth, describe
from scenes.stories.training_run import Run
from scenes.words.figures import Figure, Kind, Sentence, magnitude, typed

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
STEP = 4
"""Number of the line that uses what the backward pass gives."""
WORDS = {1: "net", BACKWARD: "backward", STEP: "grads"}
"""The words that are spoken of, by their line."""
BATCH = 2
"""Number of the line that hands out examples."""
OTHER = "other"
"""Name of the run at another depth than that of the experiment."""
MOST_STOPS = 9
"""Numbers on the dial."""


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

    def left_at(self, layer: float) -> Figure:
        """Write the gradient of a layer in percent of that of the last layer.

        On the way from one layer to the next it changes by equal factors.
        """
        there = float(np.interp(layer, np.arange(1, self.depth + 1), self.profile))
        log10 = there - float(self.profile[-1])
        written = magnitude(f"inner.left[{float(layer)!r}]", log10 + 2, unit="%", digits=2)
        return replace(written, value=10.0**log10, log10=log10)

    def factor_from(self, layer: int) -> Figure:
        """Write the factor by which the gradient changes from a layer to the one before."""
        step = float(self.profile[layer - 2] - self.profile[layer - 1])
        return magnitude(f"inner.factor[{layer - 1}]", step, digits=2)

    def steepest_of(self, units: Sequence[int]) -> tuple[int, float]:
        """Return which of some units of the last hidden layer is steepest, and where it stands.

        That is its pre-activation with the first example. Of equally steep ones it is the one that
        is nearest to zero.
        """
        layer = self.depth - 2
        z, slope = (each[layer][0, list(units)] for each in (self.trace.z, self.trace.slope))
        place = int(np.lexsort((np.abs(z), -slope))[0])
        return units[place], float(z[place])


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
    waves
        The gradient of the shallow network and of the deep one, each before its first step and
        after its last; None where there is none, as the run has left the range of floats.
    """

    shown: Experiment
    asked: int
    shallow: Run
    deep: Run
    widths: tuple[tuple[int, ...], tuple[int, ...]]
    guess: Guess
    light: InnerLight | None
    waves: tuple[tuple[InnerLight | None, InnerLight | None], ...]

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
        runs = tuple(_run(*each) for each in (shallow, deep))
        first = tuple(_light(each) for _, each in (shallow, deep))
        last = (_light_after(run, shown) for run in runs)
        return cls(
            shown=shown,
            asked=experiment.training.epochs,
            shallow=runs[0],
            deep=runs[1],
            widths=(layer_widths(shallow[1]), layer_widths(deep[1])),
            guess=guess_of(shown),
            light=first[1],
            waves=tuple(zip(first, last, strict=True)),
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
    def activation(self) -> str:
        """The activation of hidden layers."""
        return self.shown.network.activation

    @property
    def dries_up(self) -> bool:
        """Whether nothing that can be seen of the gradient gets to the first layer."""
        return self.light is None or not self.light.lit[0]

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


def _run(name: str, experiment: Experiment) -> Run:
    history = history_of(experiment)
    learns = history is not None and has_learned(history, experiment)
    return Run(name, experiment.depth, history, learns)


def _light(experiment: Experiment) -> InnerLight | None:
    try:
        passed = run(experiment)
    except NumericalError:
        return None
    return InnerLight(passed, experiment.film.theme, passed.log10_norm("signal"))


def _light_after(run: Run, experiment: Experiment) -> InnerLight | None:
    """Return the gradient of a trained network, on the examples of an experiment."""
    if run.history is None or run.history.network is None:
        return None
    data = load_data(experiment)
    try:
        passed = trace(run.history.network, data.x, data.y, experiment.network.loss)
    except NumericalError:
        return None
    return InnerLight(passed, experiment.film.theme, passed.log10_norm("signal"))
