"""The networks of the film `remedies`: one experiment, with other activations and weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.data.resolved import Resolved, resolve
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.measures.ensemble import Ensemble, ensemble
from backprop_core.measures.theory import draws_differ, has_theory, mean_field
from backprop_core.training.history import History
from backprop_core.training.sgd import train_many
from backprop_core.verdicts.trend import Trend, median_factor, trend
from scenes.stories.large_step import passed
from scenes.stories.learning import has_learned
from scenes.words.figures import Figure, Sentence, magnitude, measured, percent, sentence, setting
from scenes.words.networks import ACTIVATION_WORDS, INIT_WORDS

Profile = NDArray[np.float64]
"""log10 of one magnitude per layer, layer 1 first, (L,)."""

FIRST = "the first"
"""Name of the first network if it shares its activation with another one."""
BAND = (5, 95)
FEWEST_FOR_BAND = 20
"""Minimum number of draws for percentiles. With fewer draws the band holds all of them."""


@dataclass(frozen=True, eq=False)
class Net:
    """One of the networks, and what was measured of it.

    Attributes
    ----------
    key
        Name in the ledger.
    experiment
        The experiment of this network.
    signal
        Its gradient profile as initialised; None where the numbers overflow.
    theory, log10_chi
        The profile that mean-field theory predicts, and log10 of the median of its factors chi;
        None for weights that are not drawn.
    draws
        The same network with other weights; None if there are too few, if one overflows, or if
        all are the same.
    history
        Its training run; None if it diverged or was not trained.
    learned
        Whether it does better than chance after training.
    classes
        Whether its targets are classes.
    """

    key: str
    experiment: Experiment
    signal: Profile | None
    theory: Profile | None
    log10_chi: float | None
    draws: Ensemble | None
    history: History | None
    learned: bool
    classes: bool

    @property
    def function(self) -> str:
        """The name of its activation."""
        return self.experiment.network.activation

    @property
    def activation(self) -> str:
        """Its activation in words."""
        return ACTIVATION_WORDS[self.function]

    def label(self) -> Sentence:
        """Name it: activation, initial weights, and the gain unless that is 1."""
        settings = self.experiment.network
        words = f"{self.activation} + {INIT_WORDS[settings.init]}"
        if settings.gain == 1.0:
            return sentence(words)
        gain = setting(f"{self.key}.gain", settings.gain)
        return sentence(f"{words}, gain {{gain}}", gain=gain)

    @property
    def chi_in_theory(self) -> Figure | None:
        """The median over the layers of chi."""
        if self.log10_chi is None:
            return None
        return magnitude(f"{self.key}.chi", self.log10_chi)

    @property
    def chi_measured(self) -> Figure | None:
        """The median over the layers of the factor of the squared signal."""
        if self.signal is None:
            return None
        return magnitude(f"{self.key}.factor", 2 * median_factor(self.signal))

    @property
    def losses(self) -> FloatArray | None:
        """The loss before training and after every epoch."""
        return None if self.history is None else self.history.loss

    @property
    def times(self) -> NDArray[np.int64]:
        """The epochs of these losses."""
        return np.arange(0 if self.history is None else len(self.history.loss))

    @property
    def loss(self) -> Figure | None:
        """The final loss."""
        if self.history is None:
            return None
        return measured(f"{self.key}.loss", float(self.history.loss[-1]))

    @property
    def right(self) -> Figure | None:
        """The final share of the examples that it was trained on that it gets right."""
        if self.history is None or self.history.accuracy is None:
            return None
        return percent(f"{self.key}.training_accuracy", float(self.history.accuracy[-1]))

    @property
    def verb(self) -> str:
        """A verb for how its gradient changes from the last layer to the first."""
        if self.signal is None:
            return "overflows"
        return {
            Trend.VANISHES: "vanishes",
            Trend.HOLDS: "holds",
            Trend.EXPLODES: "explodes",
            Trend.VARIES: "varies",
        }[trend(self.signal)]

    @property
    def band(self) -> tuple[Profile, Profile] | None:
        """The lower and upper profile of the band of other draws."""
        if self.draws is None:
            return None
        ends = BAND if len(self.draws.seeds) >= FEWEST_FOR_BAND else (0, 100)
        return self.draws.percentile(ends[0]), self.draws.percentile(ends[1])

    @property
    def off(self) -> float | None:
        """log10 of the median profile over theory, at the layer where it is furthest from 0."""
        above = self._above_theory()
        return float(above[np.abs(above).argmax()]) if len(above) else None

    def _above_theory(self) -> Profile:
        if self.draws is None or self.signal is None or self.theory is None:
            return np.empty(0)
        profiles = self.draws.log10_signal
        with np.errstate(invalid="ignore"):
            above = np.median(profiles - profiles[:, -1:], axis=0)
            excess = above - (self.theory - self.signal[-1])
        return np.asarray(excess[np.isfinite(excess)])


def the_three(experiment: Experiment) -> dict[str, Experiment]:
    """Return the experiment's network (plain sigmoid if it is a remedy) and the two remedies."""
    tanh = remedy(experiment, "tanh", "xavier")
    relu = remedy(experiment, "relu", "he")
    own = experiment
    if own.network in (tanh.network, relu.network):
        own = remedy(experiment, "sigmoid", "normal")
    return {"own": own, "tanh": tanh, "relu": relu}


def remedy(experiment: Experiment, activation: str, init: str) -> Experiment:
    """Return the experiment with another activation and its initial weights, at gain 1."""
    changes = {"activation": activation, "init": init, "gain": 1.0}
    return experiment.override({f"network.{key}": value for key, value in changes.items()})


def built(experiments: dict[str, Experiment], seeds: int, trained: bool) -> tuple[Net, ...]:
    """Draw, trace, predict, repeat and train."""
    histories: Sequence[History | NumericalError | None] = [None] * len(experiments)
    if trained:
        histories = train_many(tuple(experiments.values()))
    return tuple(
        _net(key, each, seeds, history if isinstance(history, History) else None)
        for (key, each), history in zip(experiments.items(), histories, strict=True)
    )


def shorts(nets: Sequence[Net]) -> list[str]:
    """Name each network by its activation alone, if the activations differ."""
    names = [net.activation for net in nets]
    return [FIRST if names.count(name) > 1 and n == 0 else name for n, name in enumerate(names)]


def _net(key: str, experiment: Experiment, seeds: int, history: History | None) -> Net:
    resolved = resolve(experiment)
    data = resolved.data
    theory = mean_field(resolved, data.x) if has_theory(experiment.network) else None
    trace = passed(resolved)
    signal = None if trace is None else trace.log10_norm("signal")
    return Net(
        key=key,
        experiment=experiment,
        signal=signal,
        theory=theory.log10_signal(float(signal[-1])) if theory and signal is not None else None,
        log10_chi=2 * median_factor(theory.log10_signal(0.0)) if theory else None,
        draws=_draws(resolved, seeds),
        history=history,
        learned=history is not None and has_learned(history, resolved),
        classes=data.y.ndim == 1,
    )


def _draws(experiment: Resolved, seeds: int) -> Ensemble | None:
    if seeds < 2 or not draws_differ(experiment.experiment.network):
        return None
    try:
        return ensemble(experiment, seeds)
    except NumericalError:
        return None
