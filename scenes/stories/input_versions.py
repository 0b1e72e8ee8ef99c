"""One network on four versions of its inputs: raw, centred only, scaled only, and both.

Standardising centres every feature and divides it by its deviation. To say which of the two an
effect is due to, each is done alone. Before any step that costs one pass each, and is always
computed. Training is computed within `SECONDS`, and is cut in this order:

1. three of the four neighbours of every run, whose weights differ in their last digits,
2. training on inputs that are centred only or scaled only,
3. epochs, down to `FEW_EPOCHS`,
4. the last neighbour: then no result of training is given with more than one digit,
5. epochs and examples, as far as need be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.budget import fewer_epochs
from backprop_core.data.datasets import feature_moments
from backprop_core.data.resolved import Resolved, resolve
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.passes.first_pass import initialize, run
from backprop_core.passes.layer import layer_pass
from backprop_core.passes.network import Network
from backprop_core.training.history import History
from backprop_core.training.sgd import train_many
from backprop_core.verdicts.neighbours import Ends, neighbour
from scenes.stories.preactivations import MOST_VALUES, shares
from scenes.words import ends
from scenes.words.figures import Figure, Sentence, coordinate, magnitude, measured

Array = NDArray[np.float64]

SECONDS = 6.0
"""Planned computing time for training, of the ten seconds that a film may take."""
PLANS = ((4, 4), (4, 1), (2, 1), (2, 0))
"""How many versions are trained, and with how many neighbours each. The first pair is used that
leaves time for all epochs, or of the last two the first that leaves time for a few."""
FEW_EPOCHS = 3
WORDS = {
    "raw": "raw",
    "standardized": "standardised",
    "centred": "centred",
    "scaled": "scaled",
}
"""The versions by their names in the ledger, and the word for each in a sentence."""


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
class Watched:
    """One training run, or as much of it as stays in the range of floats.

    Attributes
    ----------
    states
        Layer 1 before training and after every epoch until an overflow.
    history
        The run; None where it left the range of floats.
    """

    states: list[LayerState] = field(default_factory=list)
    history: History | None = None


@dataclass(eq=False)
class Side:
    """The network on one version of the data.

    Attributes
    ----------
    name
        Name in the ledger, a key of `WORDS`.
    inputs
        Network and data.
    start
        Layer 1 before training.
    start_log10_dW
        log10 of the norm of dW of layer 1 before training.
    runs
        The run and its neighbours; none if this version was not trained.
    """

    name: str
    inputs: Resolved
    start: LayerState
    start_log10_dW: float
    runs: list[Watched] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The word for its inputs in a sentence."""
        return WORDS[self.name]

    @property
    def x(self) -> Array:
        """The inputs, (examples, n_0)."""
        return self.inputs.data.x.astype(np.float64)

    @property
    def states(self) -> list[LayerState]:
        """Layer 1 before training and after every epoch until an overflow."""
        return self.runs[0].states

    @property
    def history(self) -> History | None:
        """The run; None where it left the range of floats, or was not computed."""
        return self.runs[0].history if self.runs else None

    @property
    def log10_dW(self) -> FloatArray:  # noqa: N802
        """Norm of dW of layer 1 at every epoch, (epochs+1,); empty where the run overflowed."""
        return np.empty(0) if self.history is None else self.history.log10_dW[:, 0]

    @property
    def loss_curve(self) -> FloatArray:
        """Loss at every epoch, (epochs+1,); empty where the run overflowed."""
        return np.empty(0) if self.history is None else self.history.loss

    @property
    def neighbour_curves(self) -> list[FloatArray]:
        """Losses of the neighbours, (epochs+1,) each, if they end elsewhere."""
        if self.history is None or self.losses(-1).agree():
            return []
        return [run.history.loss for run in self.runs[1:] if run.history is not None]

    def start_saturated(self) -> Figure:
        """Return the fraction of units that is saturated before training."""
        return ends.share(f"{self.name}.saturated[0]", _certain(self.start.saturated))

    def start_dW(self) -> Figure:  # noqa: N802
        """Return the norm of dW of layer 1 before training."""
        return magnitude(f"{self.name}.dW[0]", self.start_log10_dW)

    def saturated(self, epoch: int) -> Figure:
        """Return the fraction of saturated units after an epoch."""
        values = [_at(run, epoch, "saturated") for run in self.runs]
        return ends.share(f"{self.name}.saturated[{epoch}]", _results(values, epoch))

    def median_slope(self, epoch: int) -> Figure:
        """Return the median slope after an epoch."""
        return ends.figure(f"{self.name}.median_slope[{epoch}]", self._slopes(epoch))

    def median_slopes(self, epoch: int) -> Sentence:
        """Return the median slope after an epoch, or from where to where it came."""
        return ends.spread(f"{self.name}.median_slope[{epoch}]", self._slopes(epoch))

    def loss(self, epoch: int) -> Figure:
        """Return the loss after an epoch."""
        return ends.figure(f"{self.name}.loss[{epoch}]", self.losses(epoch))

    def loss_spread(self, epoch: int) -> Sentence:
        """Return the loss after an epoch, or from where to where it came."""
        return ends.spread(f"{self.name}.loss[{epoch}]", self.losses(epoch))

    def losses(self, epoch: int) -> Ends:
        """Return the loss of the run and of its neighbours after an epoch; -1 is the last."""
        if self.history is None:
            raise ValueError("a run that overflowed has no loss")
        values = [
            np.inf if run.history is None else float(run.history.loss[epoch]) for run in self.runs
        ]
        return _results(values, epoch)

    def moments(self) -> tuple[Figure, Figure]:
        """Return mean and standard deviation of all inputs together."""
        x = self.x
        return (
            _moment(f"{self.name}.mean", float(x.mean())),
            _moment(f"{self.name}.std", float(x.std())),
        )

    def _slopes(self, epoch: int) -> Ends:
        return _results([_at(run, epoch, "median_slope") for run in self.runs], epoch)


def plan(experiment: Experiment) -> tuple[Experiment, int, int]:
    """Return the experiment within the budget, the versions that are trained, and neighbours."""
    settings = experiment
    for versions, neighbours in PLANS:
        settings = fewer_epochs(experiment, SECONDS, members=versions * (1 + neighbours))
        enough = experiment.training.epochs
        if versions == PLANS[-1][0]:
            enough = min(FEW_EPOCHS, enough)
        whole = settings.data.samples == experiment.data.samples
        if whole and settings.training.epochs >= enough:
            break
    return settings, versions, neighbours


def trained_sides(
    shown: Experiment, edges: Array, versions: int, neighbours: int
) -> Mapping[str, Side]:
    """Pass all versions through the network, and train it on the first ones.

    Raises
    ------
    NumericalError
        If the first pass of raw or of standardised inputs leaves the range of floats.
    """
    sides = {name: _side(name, each, edges) for name, each in _versions(shown).items()}
    found = {name: side for name, side in sides.items() if side is not None}
    _train([found[name] for name in list(WORDS)[:versions] if name in found], edges, neighbours)
    return found


def _train(sides: Sequence[Side], edges: Array, neighbours: int) -> None:
    start = initialize(sides[0].inputs)
    starts = [start, *(neighbour(start, number + 1) for number in range(neighbours))]
    for side in sides:
        side.runs = [Watched() for _ in starts]
    members = [(side, run) for side in sides for run in side.runs]
    inputs = [_few(side.inputs) for side, _ in members]

    def watch(number: int, _: int, network: Network) -> None:
        members[number][1].states.append(_state(network, inputs[number], edges))

    outcomes = train_many(
        [side.inputs for side, _ in members], watch=watch, starts=starts * len(sides)
    )
    for (_, run_), outcome in zip(members, outcomes, strict=True):
        run_.history = None if isinstance(outcome, NumericalError) else outcome


def _versions(shown: Experiment) -> dict[str, Resolved | None]:
    raw = resolve(shown.override({"data.standardize": False}))
    mean, deviation = feature_moments(raw.data.x.astype(np.float64))
    with np.errstate(over="ignore"):
        alone = {
            "centred": (raw.data.x - mean).astype(shown.dtype),
            "scaled": (raw.data.x / deviation).astype(shown.dtype),
        }
    return {
        "raw": raw,
        "standardized": resolve(shown.override({"data.standardize": True})),
    } | {
        name: replace(raw, data=replace(raw.data, x=x)) if np.isfinite(x).all() else None
        for name, x in alone.items()
    }


def _side(name: str, inputs: Resolved | None, edges: Array) -> Side | None:
    if inputs is None:
        return None
    try:
        trace = run(inputs)
    except NumericalError:
        if name in {"centred", "scaled"}:
            return None
        raise
    state = _state(trace.network, _few(inputs), edges)
    return Side(name, inputs, state, float(trace.log10_norm("dW")[0]))


def _few(inputs: Resolved) -> NDArray[np.floating]:
    """Return only as many examples as a histogram can count quickly."""
    return inputs.data.x[: max(10, MOST_VALUES // inputs.widths[1])]


def _state(network: Network, x: NDArray[np.floating], edges: Array) -> LayerState:
    layer = layer_pass(network.weights[0], network.biases[0], x, network.activation)
    return LayerState(shares(layer.z, edges), layer.saturated, layer.median_slope)


def _at(run: Watched, epoch: int, name: str) -> float:
    states = run.states
    return float(getattr(states[epoch], name)) if epoch < len(states) else np.inf


def _results(values: Sequence[float], epoch: int) -> Ends:
    """Return what runs came to; before training there is nothing that rounding could move."""
    return _certain(values[0]) if epoch == 0 else Ends(values[0], tuple(values[1:]))


def _certain(value: float) -> Ends:
    return Ends(value, (value,))


def _moment(name: str, value: float) -> Figure:
    """Write a mean or a deviation; what rounding has left of a zero is not worth a power of ten."""
    return coordinate(name, value) if abs(value) < 100 else measured(name, value)
