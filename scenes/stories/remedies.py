"""The numbers and sentences of the film `remedies`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from backprop_core.budget import (
    affordable_seeds,
    epoch_seconds,
    fewer_epochs,
    fewer_examples,
    pass_seconds,
)
from backprop_core.data.datasets import layer_widths, load_data
from backprop_core.experiment.config import Experiment
from backprop_core.measures.theory import draws_differ
from backprop_core.training.history import History
from scenes.stories.large_step import FACTORS, Price, Stepped
from scenes.stories.remedy_nets import (
    BAND,
    FEWEST_FOR_BAND,
    Net,
    built,
    remedy,
    shorts,
    the_three,
)
from scenes.words.figures import (
    Figure,
    Kind,
    Sentence,
    constant,
    count,
    magnitude,
    measured,
    percent,
    sentence,
)
from scenes.words.figures import setting as typed
from scenes.words.networks import hidden_in_words

MOST_DRAWS, MOST_COUNTED, MOST_TRAINED = 60, 20, 7
"""Maximum number of draws for profiles, for dead ReLUs and for further training."""
NEAR = np.log10(1.5)
"""Maximum distance from theory, in decades, at which a median agrees with it."""


class Plan(NamedTuple):
    """The amount of work within the budget: whether to train, and how many draws and steps."""

    trains: bool
    seeds: int
    factors: tuple[int, ...]
    counted: int
    trained: int

    @classmethod
    def of(cls, experiment: Experiment) -> Plan:
        """Estimate the plan. The three networks and two more passes are always computed."""
        examples, epochs = experiment.data.samples, experiment.training.epochs
        one = pass_seconds(experiment, examples)
        factors = FACTORS if one < 0.06 else (1, 10, 100) if one < 0.25 else (100,)
        countable = int(0.8 / (one * (len(factors) + 1)))

        def after(draws: int) -> float:
            return 2 * epochs * epoch_seconds(experiment, examples, draws, measured=False)

        return cls(
            trains=one < 0.6,
            seeds=affordable_seeds(experiment, 0.4, MOST_DRAWS),
            factors=factors,
            counted=min(MOST_COUNTED, countable),
            trained=max((n for n in range(1, MOST_TRAINED + 1) if after(n) < 1.8), default=0),
        )


def affordable(experiment: Experiment) -> Experiment:
    """Return the experiment with examples and epochs that all runs of the film can afford.

    With fewer examples more ReLUs would seem dead, so the film uses as many as possible.
    """
    return fewer_epochs(fewer_examples(experiment, 0.1), 0.9)


@dataclass(frozen=True, eq=False)
class RemediesStory:
    """What `remedies` shows of one experiment.

    Attributes
    ----------
    shown
        The experiment with as many examples and epochs as the budget allows.
    plan
        The other work that the budget allows.
    nets
        The experiment's own network, tanh + Xavier and ReLU + He, all with the same seed.
    price
        The effect of a step that is too large on the ReLU network.
    """

    shown: Experiment
    plan: Plan
    nets: tuple[Net, ...]
    price: Price

    @classmethod
    def of(cls, experiment: Experiment) -> RemediesStory:
        """Compute everything within the budget."""
        shown = affordable(experiment)
        plan = Plan.of(shown)
        nets = built(the_three(shown), plan.seeds, plan.trains)
        relu, leaky = (remedy(shown, name, "he") for name in ("relu", "leaky_relu"))
        price = Price.of(relu, leaky, plan.factors, plan.counted, plan.trained)
        return cls(shown, plan, nets, price)

    x_name: ClassVar[str] = "epoch"

    @property
    def depth(self) -> int:
        """Layers with weights."""
        return self.shown.depth

    @property
    def last(self) -> int:
        """The last epoch."""
        return self.shown.training.epochs

    @property
    def trains(self) -> bool:
        """Whether there are losses to show."""
        return self.plan.trains

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return tuple(layer_widths(self.shown)[1:-1])

    @property
    def epochs(self) -> Figure:
        """The epochs of every run."""
        return count("epochs", self.shown.training.epochs)

    @property
    def rate(self) -> Figure:
        """The learning rate."""
        return typed("training.learning_rate", self.shown.training.learning_rate)

    @property
    def units(self) -> Figure:
        """All hidden units."""
        return count("hidden_units", sum(self.hidden))

    # Labels of the charts

    def subtitle(self) -> Sentence:
        """Describe what the networks have in common."""
        layers, figures = hidden_in_words(layer_widths(self.shown))
        examples = len(load_data(self.shown).x)
        figures |= {"r": self.rate, "n": count("examples", examples)}
        words = f"{layers}, rate {{r}}, {{n}} example{'s' * (examples != 1)}"
        return sentence(f"{words} of {self.shown.data.name}", **figures)

    def theory_key(self) -> Sentence:
        """Explain the dashed lines and the bands."""
        if all(net.draws is None for net in self.nets):
            return sentence("theory dashed")
        n = count("seeds", self.plan.seeds)
        if self.plan.seeds < FEWEST_FOR_BAND:
            return sentence("theory dashed, band: {n} draws", n=n)
        low, high = (count("percentile", end) for end in BAND)
        words = "theory dashed, band: {low} to {high} % of {n} draws"
        return sentence(words, low=low, high=high, n=n)

    def map_key(self, layers_a_column: int, leaky: bool) -> Sentence:
        """Explain which units a map shows, and the hatching."""
        name = "leaky ReLU" if leaky else "ReLU"
        if layers_a_column == 1:
            return sentence(f"{name} + He: dead units hatched")
        k = count("layers_a_column", layers_a_column, Kind.CONSTANT)
        words = f"{name} + He: {{k}} layers a bar{'' if leaky else ', dead hatched'}"
        return sentence(words, k=k)

    def loss_of(self, after: Stepped) -> Figure:
        """Return the loss after a step."""
        return measured(f"step.loss[{after.factor}]", after.loss)

    def dead_of(self, after: Stepped) -> Figure:
        """Return the dead units after a step."""
        return count(f"step.dead[{after.factor}]", after.total, Kind.MEASURED)

    def result(self, kind: str) -> Figure | None:
        """Return the result of training after the step; None if it diverged."""
        history = (self._after[kind] or (None,))[0]
        if history is None:
            return None
        if history.accuracy is None:
            return measured(f"{kind}.after.loss", float(history.loss[-1]))
        return percent(f"{kind}.after.training_accuracy", float(history.accuracy[-1]))

    def worst(self, kind: str) -> Figure | None:
        """Return the worst result of all draws; None if there are few draws, or one diverged."""
        histories = self._after[kind]
        kept = [history for history in histories if history is not None]
        if len(kept) < max(2, len(histories)):
            return None
        if kept[0].accuracy is None:
            worst = max(float(history.loss[-1]) for history in kept)
            return measured(f"{kind}.worst.loss", worst)
        rights = [float(h.accuracy[-1]) for h in kept if h.accuracy is not None]
        return percent(f"{kind}.worst.training_accuracy", min(rights))

    def overflowing(self, kind: str) -> Figure:
        """Return how many draws diverged."""
        lost = sum(history is None for history in self._after[kind])
        return count(f"{kind}.overflowing", lost, Kind.MEASURED)

    def trained_draws(self, kind: str) -> Figure:
        """Return how many draws were trained."""
        return count("trained_draws", len(self._after[kind]))

    @property
    def still_dead(self) -> Figure | None:
        """The number of dead ReLUs after further training; None if it diverged."""
        history = (self.price.relu_after or (None,))[0]
        if history is None:
            return None
        return count("relu.after.dead", int(history.dead[-1].sum()), Kind.MEASURED)

    @property
    def measure(self) -> str:
        """The name of the measure by which runs are compared."""
        return "right" if self.nets[-1].classes else "loss"

    @property
    def missing(self) -> str:
        """The text in place of a number that does not exist."""
        return "overflow"

    @property
    def no_theory(self) -> str:
        """The text in place of what theory does not say."""
        return "none"

    @property
    def _after(self) -> dict[str, tuple[History | None, ...]]:
        return {"relu": self.price.relu_after, "leaky_relu": self.price.leaky_after}

    # The sentences, in the order of the film

    def three_nets(self) -> Sentence:
        """Say what differs."""
        return sentence(
            "One seed, three networks: only the activation and its initial weights differ."
        )

    def profiles(self) -> Sentence:
        """Say what their gradients do."""
        names: dict[str, list[str]] = {}
        for net, short in zip(self.nets, shorts(self.nets), strict=True):
            names.setdefault(net.verb, []).append(short)
        if len(names) == 1:
            return sentence(f"On its way down the gradient {self.nets[0].verb} with all three.")
        groups = [f"{verb} with {' and '.join(who)}" for verb, who in names.items()]
        joined = " and ".join(groups) if len(groups) == 2 else ", ".join(groups)
        return sentence(f"On its way down the gradient {joined}.")

    def chi(self) -> Sentence:
        """Say what chi is."""
        words = "χ is what one layer makes of the squared gradient: near {one} it holds."
        return sentence(words, one=constant("one", "1"))

    def draws(self) -> Sentence:
        """Say how other draws compare with theory."""
        if all(net.draws is None for net in self.nets):
            return sentence("For more draws of these networks this film has no time.")
        n = count("seeds", self.plan.seeds)
        off = self.nets[-1].off
        if off is not None and abs(off) > NEAR:
            side = "above" if off > 0 else "below"
            f = magnitude("relu.off", abs(off))
            words = f"Of {{n}} draws, the median of ReLU lies up to {{f}} times {side} theory."
            return sentence(words, n=n, f=f)
        in_theory = [net for net in self.nets if net.log10_chi is not None]
        if all(net.off is not None and abs(net.off) <= NEAR for net in in_theory):
            of = "" if len(in_theory) == len(self.nets) else " of tanh and ReLU"
            return sentence(f"In {{n}} draws the medians{of} stay near what theory expects.", n=n)
        of = "each" if draws_differ(self.nets[0].experiment.network) else "tanh and ReLU"
        return sentence(f"The bands hold {{n}} draws of {of}: so far a seed decides.", n=n)

    def losses(self) -> Sentence:
        """Say which of them learned."""
        if not self.plan.trains:
            return sentence("To train networks of this size, this film has no time.")
        start = f"After {{n}} epoch{'s' * (self.epochs.value != 1)} at rate {{r}}"
        names = shorts(self.nets)
        good = [name for name, net in zip(names, self.nets, strict=True) if net.learned]
        bad = [name for name in names if name not in good]
        endings = {
            0: "none of them has learned",
            1: f"only {' '.join(good)} has learned",
            2: f"{' and '.join(good)} have learned, {' '.join(bad)} has not",
            3: "all three have learned",
        }
        return sentence(f"{start} {endings[len(good)]}.", n=self.epochs, r=self.rate)

    def dead(self) -> Sentence:
        """Say what a dead unit is."""
        n = count("examples", len(load_data(self.shown).x))
        if n.value == 1:
            return sentence("A ReLU that is off for every example is dead: it passes nothing down.")
        words = "A ReLU that is off for all {n} examples is dead: it passes nothing down."
        return sentence(words, n=n)

    def one_step(self) -> Sentence:
        """Say what the ladder of steps leads to."""
        ladder = self.price.ladder
        if ladder is None:
            return sentence("The ReLU network overflows as it is: there is no step to take.")
        last = ladder.last
        d, n, f = self.dead_of(last), self.units, times(last.factor)
        if ladder.dead_from_the_start:
            d = self.dead_of(ladder.rungs[0])
            return sentence("Before any step {d} of {n} ReLUs are dead already.", d=d, n=n)
        if ladder.kills and last.factor == 1:
            words = "The price: a single step at rate {r} leaves {d} of {n} ReLUs dead."
            return sentence(words, r=self.rate, d=d, n=n)
        if ladder.kills:
            words = "The price: one step {f} times as large leaves {d} of {n} ReLUs dead."
            return sentence(words, f=f, d=d, n=n)
        if ladder.overflow is not None:
            f = times(ladder.overflow)
            words = "A step {f} times as large overflows; before, {d} of {n} ReLUs are dead."
            return sentence(words, f=f, d=d, n=n)
        if last.total == 0:
            return sentence("Even a step {f} times as large leaves no ReLU dead.", f=f)
        words = "Even a step {f} times as large leaves only {d} of {n} ReLUs dead."
        return sentence(words, f=f, d=d, n=n)

    def other_draws(self) -> Sentence:
        """Say how many ReLUs the same step kills in other draws."""
        counts = self.price.dead_draws
        if len(counts) < 2:
            return sentence("Other draws may fare better or worse; this film has time for one.")
        ladder = self.price.ladder
        at_first = ladder is not None and ladder.dead_from_the_start
        last, name = (counts[:, 0], "dead_at_first") if at_first else (counts[:, -1], "dead_draws")
        figures = {
            "k": count("dead_draws", len(counts), Kind.MEASURED),
            "a": count(f"{name}.least", int(last.min()), Kind.MEASURED),
            "b": count(f"{name}.most", int(last.max()), Kind.MEASURED),
        }
        if last.max() == 0:
            words = "In none of {k} draws does the same step leave a ReLU dead."
            return sentence(words, k=figures["k"])
        if last.min() == last.max():
            del figures["b"]
            words = "In each of {k} draws the same step leaves {a} ReLUs dead."
            if at_first:
                words = "In each of {k} draws {a} ReLUs are dead before any step."
            return sentence(words, **figures)
        words = "In {k} draws the same step leaves between {a} and {b} ReLUs dead."
        if at_first:
            words = "In {k} draws between {a} and {b} ReLUs are dead before any step."
        return sentence(words, **figures)

    def leaky(self) -> Sentence:
        """Say what the same step does to leaky ReLUs."""
        if self.price.leaky is None:
            return sentence("With leaky ReLUs, the same network overflows.")
        ladder = self.price.ladder
        words = "Leaky ReLU, same seed, same step: its slope is never {zero}, no unit dies."
        if ladder is not None and ladder.dead_from_the_start:
            words = "Leaky ReLU, same seed: its slope is never {zero}, no unit is dead."
        return sentence(words, zero=constant("zero", "0"))

    def after(self) -> Sentence:
        """Give the result of further training of both."""
        if self.plan.trained == 0 or self.price.ladder is None:
            return sentence("Training on from here is more than this film has time for.")
        start = f"{{n}} epoch{'s' * (self.epochs.value != 1)} later"
        figures = {"n": self.epochs}
        relu, leaky = self.result("relu"), self.result("leaky_relu")
        history = (self.price.relu_after or (None,))[0]
        if history is None or relu is None:
            if leaky is None:
                return sentence(f"{start} both have left the range of floats.", **figures)
            words = f"{start} ReLU has left the range of floats, leaky ReLU has not."
            return sentence(words, **figures)
        dead = int(history.dead[-1].sum())
        now = "no ReLU is dead"
        if dead:
            figures["d"] = count("relu.after.dead", dead, Kind.MEASURED)
            now = f"{{d}} ReLU{'s' * (dead > 1)} {'are' if dead > 1 else 'is'} dead"
        if leaky is None:
            return sentence(f"{start} {now}; leaky ReLU has left the range of floats.", **figures)
        figures |= {"p": relu, "q": leaky}
        if history.accuracy is None:
            return sentence(f"{start} {now}, loss {{p}}; leaky ReLU: {{q}}.", **figures)
        return sentence(f"{start} {now}, {{p}} right; leaky ReLU: {{q}}.", **figures)

    def verdict(self) -> Sentence:
        """Sum up the results."""
        plain = self.nets[-1].right
        results = [self.result("relu"), self.result("leaky_relu")]
        values = [figure.value for figure in results if figure is not None]
        tried = len(self.price.relu_after) > 0 and self.nets[-1].learned
        if plain is None or not tried or any(plain.value <= value for value in values):
            return sentence("Activation, initial weights and step size have to fit each other.")
        words = "Without that step ReLU comes to {p}: no slope replaces the right step."
        return sentence(words, p=plain)


def times(factor: int) -> Figure:
    """Return how many times as large a step is."""
    return count(f"factor[{factor}]", factor)
