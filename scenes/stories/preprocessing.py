"""The numbers and sentences of the film `preprocessing`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.budget import fewer_epochs
from backprop_core.data.datasets import load_data
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.passes.layer import layer_pass, saturation_border
from backprop_core.passes.network import Network
from backprop_core.training.history import History
from backprop_core.training.sgd import train_many
from scenes.stories.learning import has_learned
from scenes.stories.preactivations import (
    MOST_VALUES,
    STATES,
    bin_edges,
    saturated_bins,
    shares,
    state_of,
)
from scenes.stories.subject import describe
from scenes.words.figures import (
    Figure,
    Sentence,
    coordinate,
    count,
    index,
    magnitude,
    measured,
    percent,
    sentence,
)

Array = NDArray[np.float64]

EPOCHS = 10
"""Maximum number of epochs shown, as the relevant changes happen early."""
SECONDS = 6.0
SATURATES = 0.1
"""Raw inputs saturate the layer if its saturated share exceeds the standardised one by this."""
ALIKE = 1.25
"""Two sizes are called alike if their ratio lies below this."""


@dataclass(frozen=True, eq=False)
class LayerState:
    """Layer 1 after some epoch.

    Attributes
    ----------
    shares
        The share of units x examples in each bin of z, (bins + 2,).
    saturated
        Fraction of units x examples that is saturated.
    median_slope
        Median of f'(z) over units x examples.
    """

    shares: Array
    saturated: float
    median_slope: float


@dataclass(eq=False)
class Side:
    """The network on one version of the data.

    Attributes
    ----------
    name
        Name in the ledger: "raw" or "standardized".
    experiment
        Network and data.
    mean, std
        Mean and standard deviation of all inputs together.
    feature_mean, feature_std
        Mean and standard deviation of each feature, (features,).
    states
        Layer 1 before training and after every epoch until an overflow.
    history
        The run; None where it left the range of floats.
    """

    name: str
    experiment: Experiment
    mean: float
    std: float
    feature_mean: Array
    feature_std: Array
    states: list[LayerState] = field(default_factory=list)
    history: History | None = None

    @property
    def words(self) -> str:
        """The word for its inputs in a sentence."""
        return "raw" if self.name == "raw" else "standardised"

    @property
    def log10_dW(self) -> FloatArray:  # noqa: N802
        """Norm of dW of layer 1 at every epoch, (epochs+1,); empty where the run overflowed."""
        return np.empty(0) if self.history is None else self.history.log10_dW[:, 0]

    @property
    def loss_curve(self) -> FloatArray:
        """Loss at every epoch, (epochs+1,); empty where the run overflowed."""
        return np.empty(0) if self.history is None else self.history.loss

    def saturated(self, epoch: int) -> Figure:
        """Return the fraction of saturated units after an epoch."""
        return percent(f"{self.name}.saturated[{epoch}]", self.states[epoch].saturated)

    def median_slope(self, epoch: int) -> Figure:
        """Return the median slope after an epoch."""
        return measured(f"{self.name}.median_slope[{epoch}]", self.states[epoch].median_slope)

    def dW(self, epoch: int) -> Figure:  # noqa: N802
        """Return the norm of dW of layer 1 after an epoch."""
        if self.history is None:
            raise ValueError("a run that overflowed has no gradients")
        return magnitude(f"{self.name}.dW[{epoch}]", float(self.history.log10_dW[epoch, 0]))

    def loss(self, epoch: int) -> Figure:
        """Return the loss after an epoch."""
        if self.history is None:
            raise ValueError("a run that overflowed has no loss")
        return measured(f"{self.name}.loss[{epoch}]", float(self.history.loss[epoch]))

    def inputs(self) -> tuple[Figure, Figure]:
        """Return mean and standard deviation of the inputs."""
        return _moment(f"{self.name}.mean", self.mean), _moment(f"{self.name}.std", self.std)


@dataclass(frozen=True, eq=False)
class PreprocessingStory:
    """What `preprocessing` shows of one experiment: its network on raw and on standardised data.

    Attributes
    ----------
    shown
        The experiment with as many examples and epochs as are shown.
    raw, standardized
        The two runs; everything but the data is the same.
    edges
        Edges of the histograms' bins.
    """

    shown: Experiment
    raw: Side
    standardized: Side
    edges: Array

    @classmethod
    def of(cls, experiment: Experiment) -> PreprocessingStory:
        """Train the network on both versions of its data, and watch layer 1."""
        planned = experiment.override({"training.epochs": min(EPOCHS, experiment.training.epochs)})
        shown = fewer_epochs(planned, SECONDS, members=2)
        sides = [_side(shown, name) for name in ("raw", "standardized")]
        edges = bin_edges(shown.network.activation)
        inputs = [_few(load_data(side.experiment).x, shown) for side in sides]

        def watch(number: int, _: int, network: Network) -> None:
            sides[number].states.append(_state(network, inputs[number], edges))

        outcomes = train_many([side.experiment for side in sides], watch=watch)
        for side, outcome in zip(sides, outcomes, strict=True):
            side.history = None if isinstance(outcome, NumericalError) else outcome
        return cls(shown, sides[0], sides[1], edges)

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both runs."""
        return self.raw, self.standardized

    @property
    def activation(self) -> str:
        """Name of the hidden layers' activation."""
        return self.shown.network.activation

    @property
    def epochs(self) -> int:
        """The last epoch that is shown, which both runs reach without overflow."""
        return min(len(side.states) for side in self.sides) - 1

    @property
    def borders(self) -> tuple[float, ...]:
        """The z at which saturation begins."""
        border = saturation_border(self.activation)
        return () if border is None else (0.0,) if border == 0 else (-border, border)

    def saturated_bins(self) -> NDArray[np.bool_]:
        """Return which bins hold saturated units, (bins + 2,)."""
        return saturated_bins(self.activation, self.edges)

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.shown, len(load_data(self.shown).x))

    def data(self) -> Sentence:
        """Say what is compared."""
        return sentence(
            "One network, the same examples twice: raw, and with every feature standardised."
        )

    def raw_start(self) -> Sentence:
        """Say how many units are saturated by raw inputs before any step."""
        if not self._can_saturate:
            return sentence("Raw inputs, before the first step: no unit of this kind saturates.")
        words = f"Raw inputs, before the first step: {{p}} of layer {{one}} {self._is_state}."
        return sentence(words, p=self.raw.saturated(0), one=index(1))

    def standardized_start(self) -> Sentence:
        """Say the same of standardised ones."""
        if not self._can_saturate:
            return sentence("Standardised inputs: centred, and the slope is the same.")
        words = "Standardised inputs, the same weights: {p}."
        return sentence(words, p=self.standardized.saturated(0))

    def gradient(self) -> Sentence:
        """Compare the gradients of layer 1 before any step."""
        if any(side.history is None for side in self.sides):
            return sentence("dW holds the input as a factor: large inputs make large steps.")
        figures = {"one": index(1), "a": self.raw.dW(0), "b": self.standardized.dW(0)}
        log10_raw, log10_other = (float(side.log10_dW[0]) for side in self.sides)
        if log10_raw > log10_other + np.log10(ALIKE):
            words = "Large inputs, large dW in layer {one}: {a} raw, {b} standardised."
        else:
            words = "The first dW of layer {one}: {a} raw, {b} standardised."
        return sentence(words, **figures)

    def first_epoch(self) -> Sentence:
        """Say where layer 1 is after one epoch."""
        if self.epochs < 1:
            broken = self.raw if len(self.raw.states) < 2 else self.standardized
            return sentence(f"On {broken.words} inputs training leaves the range of floats.")
        if not self._can_saturate:
            return sentence("One epoch later the units have moved.")
        figures = {"a": self.raw.saturated(1), "b": self.standardized.saturated(1)}
        words = f"One epoch later: {{a}} {self._is_state} on raw inputs, {{b}} on standardised."
        return sentence(words, **figures)

    def more_epochs(self) -> Sentence:
        """Say what is left of the slope in the end."""
        figures = {"n": count("epochs", self.epochs)}
        if self.activation in STATES:
            figures |= {"a": self.raw.saturated(self.epochs)}
            figures |= {"b": self.standardized.saturated(self.epochs)}
            words = (
                f"After {{n}} epochs: {{a}} {self._is_state} on raw inputs, {{b}} on standardised."
            )
            return sentence(words, **figures)
        figures |= {"a": self.raw.median_slope(self.epochs)}
        figures |= {"b": self.standardized.median_slope(self.epochs)}
        words = "Median slope after {n} epochs: {a} on raw inputs, {b} on standardised."
        return sentence(words, **figures)

    def losses(self) -> Sentence:
        """Compare the losses in the end."""
        broken = [side.words for side in self.sides if side.history is None]
        if broken:
            on = "either" if len(broken) == 2 else broken[0]
            return sentence(f"On {on} inputs the loss leaves the range of floats.")
        a, b = (side.loss(-1) for side in self.sides)
        return sentence("Loss at the end: {a} on raw inputs, {b} on standardised.", a=a, b=b)

    def verdict(self) -> Sentence:
        """Say what to do, if these numbers say so."""
        raw, other = self.sides
        if other.history is None:
            return sentence("Standardised inputs do not help where the steps are too large.")
        better = raw.history is None or _clearly_less(other.history.loss[-1], raw.history.loss[-1])
        if better:
            return sentence("Subtract the mean, divide by the deviation: then show the network.")
        if not self._learned(other) and not self._learned(raw):
            return sentence("Neither learns: what ails this network is not its inputs.")
        if raw.history is not None and _clearly_less(raw.history.loss[-1], other.history.loss[-1]):
            return sentence("Here raw inputs do better: their scale suits these weights.")
        if self.raw.states[0].saturated > self.standardized.states[0].saturated + SATURATES:
            return sentence("The losses stay close, although raw inputs saturate the first layer.")
        return sentence("Here it makes little difference: these raw inputs are tame already.")

    @property
    def _can_saturate(self) -> bool:
        return self.activation != "identity"

    @property
    def state(self) -> str:
        """The word for a unit without slope."""
        return state_of(self.activation)

    @property
    def _is_state(self) -> str:
        return f"is {self.state}"

    @staticmethod
    def _learned(side: Side) -> bool:
        return side.history is not None and has_learned(side.history, side.experiment)


def _side(shown: Experiment, name: str) -> Side:
    experiment = shown.override({"data.standardize": name == "standardized"})
    x = load_data(experiment).x.astype(np.float64)
    return Side(name, experiment, float(x.mean()), float(x.std()), x.mean(axis=0), x.std(axis=0))


def _few(x: NDArray[np.floating], shown: Experiment) -> NDArray[np.floating]:
    """Return only as many examples as a histogram can count quickly."""
    from backprop_core.data.datasets import layer_widths

    return x[: max(10, MOST_VALUES // layer_widths(shown)[1])]


def _state(network: Network, x: NDArray[np.floating], edges: Array) -> LayerState:
    layer = layer_pass(network.weights[0], network.biases[0], x, network.activation)
    return LayerState(shares(layer.z, edges), layer.saturated, layer.median_slope)


def _moment(name: str, value: float) -> Figure:
    """Write a mean or a deviation; what rounding has left of a zero is not worth a power of ten."""
    return coordinate(name, value) if abs(value) < 100 else measured(name, value)


def _clearly_less(a: float, b: float) -> bool:
    return bool(ALIKE * a < b)
