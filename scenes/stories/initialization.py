"""The numbers and sentences of the film `initialization`.

What its budget buys and what is cut first is said in `scenes.stories.gains`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.datasets import load_data
from backprop_core.experiment.config import Experiment
from backprop_core.measures.theory import has_theory
from backprop_core.training.history import History
from backprop_core.verdicts.neighbours import Ends
from backprop_core.verdicts.trend import Trend, trend
from scenes.stories.draws import Draw, drawn
from scenes.stories.gains import Sweep, gains_to_show, kept_gain, sweep
from scenes.stories.learning import has_learned
from scenes.stories.preactivations import bin_edges, saturated_bins, state_of
from scenes.stories.subject import describe
from scenes.words import ends
from scenes.words.figures import (
    Figure,
    Sentence,
    constant,
    count,
    index,
    measured,
    percent,
    sentence,
    setting,
)

Array = NDArray[np.float64]

MOST = 0.5
"""Share above which a sentence says "most units"."""


@dataclass(frozen=True, eq=False)
class InitializationStory:
    """What `initialization` shows of one experiment.

    Attributes
    ----------
    shown
        The experiment with as many examples and epochs as the budget allows for all runs.
    gains
        The three gains that are looked at closely; one of them is the experiment's own.
    layer
        The hidden layer of the histograms.
    edges
        Edges of their bins.
    draws
        The network at each of the three gains; None where it leaves the range of floats.
    kept
        The gain at which theory predicts a constant gradient size, or None.
    this, other
        Sweeps of many gains for the network, and for one of another depth.
    """

    shown: Experiment
    gains: tuple[float, float, float]
    layer: int
    edges: Array
    draws: tuple[Draw | None, ...]
    kept: float | None
    this: Sweep
    other: Sweep

    @classmethod
    def of(cls, experiment: Experiment) -> InitializationStory:
        """Draw and train the network at many gains, and one of another depth."""
        kept = kept_gain(experiment)
        gains = gains_to_show(experiment.network.gain, kept)
        this, other = sweep(experiment, gains)
        shown = this.experiment
        layer = shown.depth // 2
        edges = bin_edges(shown.network.activation)
        draws = tuple(drawn(shown, gain, layer, edges) for gain in gains)
        return cls(shown, gains, layer, edges, draws, kept, this, other)

    @property
    def depth(self) -> int:
        """Layers with weights."""
        return self.shown.depth

    @property
    def histories(self) -> tuple[History | None, ...]:
        """Runs at the three gains with the experiment's own seed; None for a run that diverged."""
        return tuple(self.this.histories[gain] for gain in self.gains)

    @property
    def learned(self) -> tuple[bool, ...]:
        """Which of them learned."""
        return tuple(h is not None and has_learned(h, self.shown) for h in self.histories)

    @property
    def state(self) -> str:
        """The word for a unit without slope."""
        return state_of(self.shown.network.activation)

    @property
    def saturated_bins(self) -> NDArray[np.bool_]:
        """Which bins hold units without slope."""
        return saturated_bins(self.shown.network.activation, self.edges)

    def gain(self, number: int) -> Figure:
        """Return one of the three gains."""
        return _gain(self.gains[number])

    def first_loss(self, number: int) -> Figure:
        """Return the loss of one of the three runs before training."""
        return measured(f"loss[{self.gains[number]!r}, 0]", self._losses(number)[0])

    def last_losses(self, number: int) -> Ends:
        """Return the last loss of one of the three runs, and those of its neighbours."""
        others = self.this.neighbours.get(self.gains[number], ())
        return Ends(self._losses(number)[-1], others)

    def last_loss(self, number: int) -> Sentence:
        """Return the last loss of one of the three runs, or from where to where it came."""
        return ends.spread(f"loss[{self.gains[number]!r}, -1]", self.last_losses(number))

    def _losses(self, number: int) -> list[float]:
        history = self.histories[number]
        if history is None:
            raise ValueError("a run that overflowed has no loss")
        return [float(loss) for loss in history.loss]

    @property
    def has_best(self) -> bool:
        """Whether a gain can be called the best: one at which something was learned."""
        return self.gain_matters and self.this.best is not None and bool(self.this.learned.any())

    @property
    def gain_matters(self) -> bool:
        """Whether another gain gives another network: weights of 0 have none."""
        return self.shown.network.init != "zeros"

    # Labels of the charts

    def beyond(self, draw: Draw) -> Sentence | None:
        """Return the share of units beyond the axis of z, if there are any."""
        tails = float(draw.shares[0] + draw.shares[-1])
        if tails == 0:
            return None
        return sentence("{p} beyond", p=percent(f"beyond[{draw.gain!r}]", tails))

    def saturated_share(self, draw: Draw) -> Sentence:
        """Return the share of units without slope."""
        p = percent(f"saturated[{draw.gain!r}]", draw.saturated)
        return sentence(f"{{p}} {self.state}", p=p)

    def factor_a_layer(self, draw: Draw) -> Sentence:
        """Return the factor by which a layer changes the gradient."""
        return sentence("× {f} a layer", f=draw.factor)

    def loss_axis(self) -> Sentence:
        """Name the axis of the final loss."""
        figures = {"n": self.epochs}
        words = f"loss after {{n}} epoch{'s' * (self.epochs.value != 1)}"
        if self.seeds.value == 1:
            return sentence(f"{words}, one draw a gain", **figures)
        return sentence(f"{words}: median and range of {{s}} draws", s=self.seeds, **figures)

    def heading(self, number: int) -> Sentence:
        """Name one of the three gains."""
        return sentence("gain {g}", g=self.gain(number))

    def run_name(self, number: int) -> Sentence:
        """Name the run of one of the three gains."""
        over = ": overflow" if self.histories[number] is None else ""
        return sentence(f"gain {{g}}{over}", g=self.gain(number))

    def depth_label(self, runs: Sweep) -> Sentence:
        """Name the network of a sweep."""
        return sentence("{d} layers", d=runs.depth)

    def beyond_axis(self, top: float) -> Sentence | None:
        """Give the first losses of runs that start above the axis, if there are any."""
        high = [n for n, h in enumerate(self.histories) if h is not None and h.loss[0] > top]
        if not high:
            return None
        figures = {"o": constant("epoch", "0")}
        figures |= {"abc"[n]: self.first_loss(n) for n in high}
        return sentence("at epoch {o}: " + ", ".join(f"{{{'abc'[n]}}}" for n in high), **figures)

    def best_flag(self) -> Sentence:
        """Name the gain with the smallest loss."""
        return sentence("best: {g}", g=self.best_gain)

    def kept_flag(self) -> Sentence:
        """Name the gain at which theory keeps the gradient's size."""
        if self.kept is None:
            raise ValueError("no gain keeps the gradient")
        words = "theory (χ = {one}): {g}"
        return sentence(words, one=constant("chi", "1"), g=measured("kept_gain", self.kept))

    @property
    def epochs(self) -> Figure:
        """The epochs of every run."""
        return count("epochs", self.shown.training.epochs)

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.shown, len(load_data(self.shown).x))

    def columns(self) -> Sentence:
        """Say what the histograms are."""
        words = "Layer {l} before training, at three gains: where do its units stand?"
        return sentence(words, l=index(self.layer))

    def saturation(self) -> Sentence:
        """Say how many units of the layer are saturated."""
        if self.shown.network.activation == "identity":
            return sentence("A linear unit has its slope wherever it stands: none is saturated.")
        drawn = [draw for draw in self.draws if draw is not None]
        if len(drawn) < len(self.draws):
            return sentence("Where the numbers overflow there is no layer to be drawn.")
        figures = {
            letter: percent(f"saturated[{draw.gain!r}]", draw.saturated)
            for letter, draw in zip("abc", drawn, strict=True)
        }
        return sentence(f"Of its units {{a}}, {{b}} and {{c}} are {self.state}.", **figures)

    def gradients(self) -> Sentence:
        """Say what the gradient does on its way down."""
        drawn = [draw for draw in self.draws if draw is not None]
        if not drawn:
            return sentence("No gradient comes down: the numbers overflow at all three gains.")
        last = drawn[-1]
        grows = trend(last.signal) is Trend.EXPLODES
        if self.state == "saturated" and last.saturated > MOST and grows:
            words = "Gain {g} saturates most units, yet its gradient grows: {f} times a layer."
            return sentence(words, g=_gain(last.gain), f=last.factor)
        factors = {letter: draw.factor for letter, draw in zip("abc", drawn, strict=False)}
        listed = ("{a}", "{a} and {b}", "{a}, {b} and {c}")[len(drawn) - 1]
        return sentence(f"Each layer multiplies the gradient by {listed}.", **factors)

    def question(self) -> Sentence:
        """Ask the audience."""
        return sentence("Which of the three trains?")

    def answer(self) -> Sentence:
        """Say which of them learned."""
        n, learned = self.epochs, self.learned
        epochs = f"{{n}} epoch{'s' * (n.value != 1)}"
        good = [number for number in range(len(learned)) if learned[number]]
        if not good:
            return sentence(f"None of them: in {epochs} no gain does better than guessing.", n=n)
        if len(good) == 1:
            words = f"Only gain {{g}} learns: in {epochs} its loss comes to {{b}}."
            return sentence(words, g=self.gain(good[0]), b=self.last_loss(good[0]), n=n)
        if len(good) == len(learned):
            return self._all_learn(epochs)
        (bad,) = set(range(len(learned))) - set(good)
        words = f"In {epochs} gains {{g}} and {{h}} learn; gain {{k}} does not."
        return sentence(words, g=self.gain(good[0]), h=self.gain(good[1]), k=self.gain(bad), n=n)

    def _all_learn(self, epochs: str) -> Sentence:
        if not self.gain_matters:
            zero = constant("zero", "0")
            return sentence("All three learn alike: at any gain weights of {z} are {z}.", z=zero)
        losses = [self.last_losses(number) for number in range(len(self.gains))]
        best = min(range(len(losses)), key=lambda number: losses[number].value)
        rest = losses[:best] + losses[best + 1 :]
        if not all(losses[best].clearly_below(other, 1.0) for other in rest):
            words = f"All three learn; after {epochs} rounding alone decides which is ahead."
            return sentence(words, n=self.epochs)
        words = f"All three learn; after {epochs} gain {{g}} has the smallest loss, {{b}}."
        return sentence(words, g=self.gain(best), b=self.last_loss(best), n=self.epochs)

    def points(self) -> Sentence:
        """Say what a point of the other chart is."""
        return sentence("The loss at the end of each run is one point, over its gain.")

    def swept(self) -> Sentence:
        """Say what shape many gains have."""
        k, s = count("gains", len(self.this.gains)), self.seeds
        figures = {"k": k} | ({} if s.value == 1 else {"s": s})
        start = "{k} gains, one draw each:" if s.value == 1 else "{k} gains, {s} draws each:"
        if self.this.best is None:
            return sentence(f"{start} every run overflows.", **figures)
        if not self.this.learned.any():
            return sentence(f"{start} none learns.", **figures)
        if self.this.learning == 0:
            figures |= {"m": count("this.learned", int(self.this.learned.sum()))}
            figures |= {"r": count("this.runs", self.this.learned.size)}
            return sentence(f"{start} {{m}} of {{r}} runs learn.", **figures)
        return sentence(f"{start} {self._shape()}.", **figures)

    def _shape(self) -> str:
        """Say which gains hurt."""
        hurts = self.this.hurting
        if not self.gain_matters:
            return "the gain makes no difference"
        if not hurts.any():
            return "the gain makes hardly a difference"
        if hurts[0] and hurts[-1]:
            return "too small hurts, and so does too large"
        if hurts[0] and not (hurts[1:] > hurts[:-1]).any():
            return "only a gain too small hurts"
        if hurts[-1] and not (hurts[1:] < hurts[:-1]).any():
            return "only a gain too large hurts"
        return "some do clearly worse, in no order"

    def theory(self) -> Sentence:
        """Compare the best gain with the one at which theory keeps the gradient."""
        if not has_theory(self.shown.network):
            return sentence(
                "Mean-field theory is of random weights: of equal ones it says nothing."
            )
        if self.kept is None:
            return sentence("Theory knows no gain that keeps the size of the gradient here.")
        g = measured("kept_gain", self.kept)
        start = "Theory keeps the gradient's size at gain {g}"
        if self.this.best is None or not self.has_best or not self.this.hurting.any():
            return sentence(f"{start}; these runs do not tell.", g=g)
        there = self.this.nearest(self.kept)
        if there == self.this.best:
            return sentence(f"{start}, and near there training does best.", g=g)
        if self.this.median[there] <= self.this.high[self.this.best]:
            return sentence(f"{start}; training does about as well there as anywhere.", g=g)
        return sentence(f"{start}; training does best at {{b}}.", g=g, b=self.best_gain)

    def depths(self) -> Sentence:
        """Compare with the network of another depth."""
        k = len(self.this.gains)
        here, there = self.this.learning, self.other.learning
        d, all_gains = self.other.depth, count("gains", k)
        if there == k:
            if here == k:
                return sentence("With {d} layers every gain learns, too.", d=d)
            if not self.this.learned.any() or not self.gain_matters:
                return sentence("With {d} layers every gain learns.", d=d)
            return sentence("With {d} layers every gain learns: depth makes gain matter.", d=d)
        if not self.other.learned.any():
            either = "" if self.this.learned.any() else " either"
            return sentence(f"With {{d}} layers no gain learns{either}.", d=d)
        figures = {"d": d, "k": all_gains, "m": count("other.learning", there)}
        if here == k and there > 0 and d.value > self.this.depth.value:
            words = "With {d} layers only {m} of {k} gains learn: depth makes gain matter."
            return sentence(words, **figures)
        figures |= {"e": self.this.depth, "n": count("this.learning", here)}
        return sentence("With {d} layers {m} of {k} gains learn, with {e} layers {n}.", **figures)

    @property
    def seeds(self) -> Figure:
        """Draws of each gain."""
        return count("seeds", self.this.losses.shape[1])

    @property
    def best_gain(self) -> Figure:
        """The gain with the smallest loss."""
        if self.this.best is None:
            raise ValueError("no gain is best: all runs overflow")
        gain = self.this.gains[self.this.best]
        return Figure("best_gain", gain, _gain(gain).mantissa, _gain(gain).exponent)


def _gain(value: float) -> Figure:
    return setting(f"gain[{value!r}]", value)
