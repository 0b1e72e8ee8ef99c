"""The numbers and sentences of the film `vanishing`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.budget import affordable_seeds, fewer_epochs, fewer_examples
from backprop_core.data.datasets import load_data
from backprop_core.data.resolved import Resolved, resolve
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.measures import layers as measures
from backprop_core.measures.ensemble import ensemble
from backprop_core.measures.layers import Factors
from backprop_core.measures.theory import draws_differ, has_theory, mean_field, quarter_bound
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.first_pass import run
from backprop_core.passes.trace import Trace
from backprop_core.training.history import History
from backprop_core.verdicts.trend import Trend, median_factor, trend
from scenes.stories.learning import has_learned, history_of
from scenes.stories.subject import describe
from scenes.words.figures import (
    Figure,
    Sentence,
    constant,
    count,
    fitting,
    index,
    magnitude,
    measured,
    percent,
    sentence,
    setting,
)
from scenes.words.networks import ACTIVATION_WORDS

Profile = NDArray[np.float64]
"""log10 of one magnitude per layer, layer 1 first, (L,)."""

SEEN = 0.01
"""A bar below this share of the tallest one is not visible."""
CONTRAST = 10.0
BAND = (5, 95)
FEWEST_FOR_BAND = 20
"""Minimum number of draws for percentiles. With fewer draws the band holds all of them."""
CLOSE, NEAR = np.log10(1.3), np.log10(3.0)
"""A measurement agrees with theory within 30 %, and is near it within a factor of 3."""


class Profiled:
    """Sentences about a gradient profile, either computed or recorded."""

    @property
    @abstractmethod
    def profile(self) -> Profile:
        """The gradient profile."""

    @property
    @abstractmethod
    def activation(self) -> str:
        """Name of the hidden layers' activation."""

    @property
    def depth(self) -> int:
        """L, the number of layers with weights."""
        return len(self.profile)

    @property
    def trend(self) -> Trend:
        """How the gradient changes from the last layer to the first."""
        return trend(self.profile)

    def forward_pass(self) -> Sentence:
        """Say what forward means."""
        return sentence("Forward, each layer hands its activations to the next.")

    def fill_key(self) -> Sentence:
        """Say what the fill of a unit is, and how it is scaled."""
        return sentence("one example's activations, each layer to its largest")

    def one_step(self) -> Sentence:
        """Say what one step down is."""
        return sentence("One layer down: through the weights, then times the slope of each unit.")

    def drawn_to_scale(self) -> Sentence:
        """Say which layers are seen on a linear axis."""
        least = self.profile.max() + np.log10(SEEN)
        seen = int(np.sum(np.isfinite(self.profile) & (self.profile >= least)))
        if seen == self.depth:
            return sentence(
                "All the way down, drawn to scale: every layer has a gradient one can see."
            )
        words = "All the way down, drawn to scale: only {n} of {all} layers can be seen."
        return sentence(words, n=count("layers_seen", seen), all=count("depth", self.depth))

    def bound_key(self) -> Sentence:
        """Name the bound."""
        top = ACTIVATIONS[self.activation].max_slope
        return sentence("slopes of {s} alone", s=setting("max_slope", top))

    def slopes_alone(self) -> Sentence:
        """Say what the bound on the slopes explains."""
        name = self.activation
        top = setting("max_slope", ACTIVATIONS[name].max_slope)
        words = f"The slope of {_units(name)} is at most {{s}}: alone, it draws the dotted line."
        return sentence(words, s=top)

    def verdict(self) -> Sentence:
        """Say how the first layer compares with the last."""
        first, last = index(1), index(self.depth)
        if np.isneginf(self.profile[0]):
            return sentence(
                "Layer {a} receives no gradient at all from layer {b}.", a=first, b=last
            )
        ratio = float(self.profile[-1] - self.profile[0])
        if abs(ratio) < np.log10(2.0):
            factor = magnitude("ratio", -ratio)
            return sentence(
                "Layer {a} receives {r} times the gradient of layer {b}.", a=first, b=last, r=factor
            )
        more = "less" if ratio > 0 else "more"
        factor = magnitude("ratio", abs(ratio))
        words = f"Layer {{a}} receives {{r}} times {more} gradient than layer {{b}}."
        return sentence(words, a=first, b=last, r=factor)


@dataclass(frozen=True, eq=False)
class VanishingStory(Profiled):
    """What `vanishing` shows of one experiment.

    Attributes
    ----------
    shown
        The experiment with as many examples as the budget allows.
    trace, signal, factors
        Its forward and backward pass, the gradient profile, and the factors per layer.
    theory, bound
        The profile that mean-field theory predicts, None for weights that are not drawn, and the
        one from the maximum slope alone.
    seeds, band
        The number of draws; the 5th and 95th percentile of their profiles, or the extremes of
        few draws. None if all draws are the same.
    training, history
        The experiment with as many epochs as the budget allows; None if training diverged.
    asked
        The number of epochs that were asked for.
    other_gain, other
        Another gain, and its profile; None if it leaves the range of floats, or changes nothing.
    """

    shown: Experiment
    trace: Trace
    signal: Profile
    factors: Factors
    theory: Profile | None
    bound: Profile
    seeds: int
    band: tuple[Profile, Profile] | None
    training: Experiment
    asked: int
    history: History | None
    other_gain: float
    other: Profile | None

    @classmethod
    def of(cls, experiment: Experiment) -> VanishingStory:
        """Compute everything; raise NumericalError if the network itself overflows."""
        shown = fewer_examples(experiment, 0.16)
        resolved = resolve(shown)
        trace = run(resolved)
        signal = trace.log10_norm("signal")
        top = float(signal[-1])
        network = experiment.network
        seeds = affordable_seeds(resolved, 3.2) if draws_differ(network) else 1
        training = fewer_epochs(resolved, 4.0)
        gain = network.gain
        other_gain = gain * CONTRAST if gain * CONTRAST <= 1000 else gain / CONTRAST
        other = shown.override({"network.gain": other_gain})
        return cls(
            shown=shown,
            trace=trace,
            signal=signal,
            factors=measures.factors(trace),
            theory=mean_field(resolved, trace.x).log10_signal(top) if has_theory(network) else None,
            bound=quarter_bound(network.activation, len(signal), top),
            seeds=seeds,
            band=_band(resolved, seeds) if draws_differ(network) else None,
            training=training,
            asked=experiment.training.epochs,
            history=history_of(resolve(training, resolved)),
            other_gain=other_gain,
            other=None if network.init == "zeros" else _profile(resolve(other, resolved)),
        )

    left_out: ClassVar[frozenset[str]] = frozenset()
    """Beats that are left out, as their numbers do not exist."""
    x_name: ClassVar[str] = "epoch"

    @property
    def profile(self) -> Profile:
        """The gradient profile."""
        return self.signal

    @property
    def activation(self) -> str:
        """Name of the hidden layers' activation."""
        return self.shown.network.activation

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of every layer, input first."""
        return self.trace.network.widths

    @property
    def activations(self) -> Trace:
        """The activations that the units show."""
        return self.trace

    @property
    def losses(self) -> FloatArray | None:
        """The loss in training; None where it diverged."""
        return None if self.history is None else self.history.loss

    @property
    def right(self) -> Sequence[tuple[Sentence, Figure]]:
        """What shares of which examples are right in the end, if they have classes."""
        if self.history is None or self.history.accuracy is None:
            return ()
        trained_on = count("training_examples", len(load_data(self.training).x))
        shares = [(sentence("right of {n} trained on", n=trained_on), self._training_accuracy)]
        if (held := self.history.held_out) is not None and self._held_out_accuracy is not None:
            examples = count("held_out_examples", held.examples)
            shares.append((sentence("right of {n} held out", n=examples), self._held_out_accuracy))
        return shares

    @property
    def _training_accuracy(self) -> Figure:
        assert self.history is not None
        assert self.history.accuracy is not None
        return percent("training_accuracy[-1]", float(self.history.accuracy[-1]))

    @property
    def _held_out_accuracy(self) -> Figure | None:
        right = None if self.history is None else self.history.held_out_accuracy
        return None if right is None else percent("held_out_accuracy", right)

    @property
    def _learned(self) -> bool:
        return self.history is not None and has_learned(self.history, self.training)

    @property
    def first_steps(self) -> FloatArray | None:
        """update:weight of each layer at first, (L,); None if weights of 0 have no such ratio."""
        if self.history is None or not np.isfinite(self.history.update_to_weight[0]).all():
            return None
        return np.asarray(self.history.update_to_weight[0])

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.shown, self.trace.examples)

    def training_run(self) -> Sentence:
        """Say whether this network learns."""
        if self.history is None:
            return sentence("Trained, this network overflows: its loss leaves the range of floats.")
        figures = {"n": count("epochs", len(self.history.loss) - 1)}
        trained = f"Trained for {{n}} epoch{'s' * (figures['n'].value != 1)}"
        if self.training.training.epochs < self.asked:
            figures["k"] = count("asked_epochs", self.asked)
            trained = "Trained for {n} of {k} epochs"
        if self.training.data.samples < self.trace.examples:
            figures["m"] = count("training_examples", self.training.data.samples)
            trained += " on {m} examples"
        if self.history.accuracy is None:
            figures |= {
                f"{end}": measured(f"loss[{at}]", float(self.history.loss[at]))
                for end, at in (("a", 0), ("b", -1))
            }
            better = "" if self._learned else ": guessing does as well"
            return sentence(f"{trained}, its loss goes from {{a}} to {{b}}{better}.", **figures)
        figures["p"] = self._training_accuracy
        score = f"{trained}, its training accuracy is {{p}}"
        if not self._learned:
            words = (
                f"{score}: no better than guessing.",
                f"{trained}, {{p}} are right, as by guessing.",
            )
            return fitting(*(sentence(each, **figures) for each in words))
        least = sentence(f"{score}.", **figures)
        if self._held_out_accuracy is None:
            return least
        both = sentence(
            f"{score}; on examples held out, {{q}}.", q=self._held_out_accuracy, **figures
        )
        return fitting(both, least)

    def one_step(self) -> Sentence:
        """Say what one step down is."""
        if self.factors.weight_part[-1] == 0:
            return sentence("One layer down: these weights let nothing through.")
        return super().one_step()

    def logarithmic(self) -> Sentence:
        """Say what theory expects."""
        if np.isneginf(self.signal[-1]):
            return sentence("The loss is exactly zero: no gradient sets out on its way down.")
        if self.theory is None:
            return sentence("On a logarithmic axis. Theory is of random weights: these are none.")
        factor = magnitude("theory_factor", median_factor(self.theory))
        return sentence("On a logarithmic axis, theory expects a factor of {f} a layer.", f=factor)

    def measured_points(self) -> Sentence:
        """Compare the measured points with theory."""
        factor = magnitude("median_factor", median_factor(self.signal))
        if np.isneginf(self.signal).any():
            return sentence(
                "Measured, some layers receive nothing at all: their gradient is exactly zero."
            )
        if self.theory is None:
            return sentence("The measured layers land at a factor of {f} a layer.", f=factor)
        off = self._off(self.theory)
        if off < CLOSE:
            return sentence("The measured layers land on it: a factor of {f} a layer.", f=factor)
        if off < NEAR:
            return sentence("The measured layers land near it: a factor of {f} a layer.", f=factor)
        words = "The measured layers leave it: {f} a layer; this theory is for wide layers."
        return sentence(words, f=factor)

    def _off(self, theory: Profile) -> float:
        """Return the largest deviation of a layer from theory, in decades.

        Random deviations accumulate over layers, so they count less the further down they occur.
        """
        steps = np.arange(self.depth - 1, 0, -1)
        return float(np.max(np.abs(self.signal - theory)[:-1] / np.sqrt(steps)))

    def other_draws(self) -> Sentence:
        """Say what the band is."""
        seeds = count("seeds", self.seeds)
        if not draws_differ(self.shown.network):
            return sentence("Nothing is drawn at random here: every seed gives this same network.")
        if self.seeds == 1:
            return sentence("A network as large as this is drawn only once: there is no band.")
        if self.seeds < FEWEST_FOR_BAND:
            words = "The band holds {n} random draws, all that the budget of a film allows."
            return sentence(words, n=seeds)
        words = "In each layer by itself, nine in ten of {n} random draws lie here."
        return sentence(words, n=seeds)

    def band_key(self) -> Sentence:
        """Name the band."""
        seeds = count("seeds", self.seeds)
        if self.seeds < FEWEST_FOR_BAND:
            return sentence(f"{{n}} draw{'s' * (self.seeds > 1)}", n=seeds)
        low, high = (count("percentile", end) for end in BAND)
        return sentence("{n} draws, {low} to {high} %", n=seeds, low=low, high=high)

    def contrast_key(self) -> Sentence:
        """Name the contrast."""
        return sentence("gain {g}", g=setting("contrast.gain", self.other_gain))

    def larger_weights(self) -> Sentence:
        """Compare with the other gain."""
        other, here = setting("contrast.gain", self.other_gain), self.shown.network.gain
        size = "larger" if self.other_gain > here else "smaller"
        if self.shown.network.init == "zeros":
            words = "Another gain changes nothing: weights of {z} stay {z}."
            return sentence(words, z=constant("zero", "0"))
        if self.other is None:
            words = f"With weights ten times {size}, at gain {{g}}, the numbers overflow."
            return sentence(words, g=other)
        factor = magnitude("contrast_factor", median_factor(self.other))
        verdicts = {
            Trend.VANISHES: "the gradient vanishes",
            Trend.HOLDS: "the gradient stays within ten times",
            Trend.EXPLODES: "the gradient explodes",
            Trend.VARIES: "the gradient varies",
        }
        words = f"With weights ten times {size}, {verdicts[trend(self.other)]}: {{f}} a layer."
        return sentence(words, f=factor)


def _units(activation: str) -> str:
    return {"identity": "a linear unit"}.get(activation, f"a {ACTIVATION_WORDS[activation]}")


def _band(experiment: Resolved, seeds: int) -> tuple[Profile, Profile]:
    draws = ensemble(experiment, seeds)
    low, high = BAND if seeds >= FEWEST_FOR_BAND else (0, 100)
    return draws.percentile(low), draws.percentile(high)


def _profile(experiment: Resolved) -> Profile | None:
    try:
        return run(experiment).log10_norm("signal")
    except NumericalError:
        return None
