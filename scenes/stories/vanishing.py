"""The numbers of the film `vanishing`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.budget import fewer_epochs, fewer_examples
from backprop_core.data.datasets import load_data
from backprop_core.data.resolved import resolve
from backprop_core.experiment.config import Experiment
from backprop_core.measures import edges, layers
from backprop_core.measures.layers import Factors
from backprop_core.measures.theory import draws_differ, quarter_bound
from backprop_core.passes.first_pass import run
from backprop_core.passes.trace import Trace
from backprop_core.training.history import History
from scenes.stories.learning import guess_of, has_learned, history_of
from scenes.stories.light import Array, Profile, Traced
from scenes.stories.subject import describe
from scenes.words.figures import Sentence

KEPT = 0.01
"""A layer is still what it was if training has changed its weights by less than this share."""
SCALED = ("relu", "leaky_relu", "identity")
"""Activations that have no largest value: units show them beside the largest in their layer."""


@dataclass(frozen=True, eq=False)
class OneStep:
    """The way of the gradient from the last layer to the one before.

    Attributes
    ----------
    weight_part, slope_part
        Its factors.
    leaves
        What each unit of the last layer sends out, (n_L,).
    arrives, slopes
        What reaches each unit before its slope, and what the unit lets through of that,
        (n_{L-1},).
    z
        The pre-activations of one example, (n_{L-1},).
    """

    weight_part: float
    slope_part: float
    leaves: Array
    arrives: Array
    slopes: Array
    z: Array


@dataclass(frozen=True, eq=False)
class VanishingStory(Traced):
    """What `vanishing` shows of one experiment.

    Attributes
    ----------
    shown
        The experiment with as many examples as the budget allows.
    trace, signal, factors
        Its forward and backward pass, the gradient profile, and the factors per layer.
    bound
        The profile that the maximum slope alone would give.
    training, history
        The experiment with as many epochs as the budget allows; None if training diverged.
    asked
        The number of epochs that were asked for.
    """

    shown: Experiment
    trace: Trace
    signal: Profile
    factors: Factors
    bound: Profile
    training: Experiment
    asked: int
    history: History | None

    @classmethod
    def of(cls, experiment: Experiment) -> VanishingStory:
        """Compute everything; raise NumericalError if the network itself overflows."""
        shown = fewer_examples(experiment, 0.16)
        resolved = resolve(shown)
        trace = run(resolved)
        signal = trace.log10_norm("signal")
        top = float(signal[-1])
        training = fewer_epochs(resolved, 4.0)
        return cls(
            shown=shown,
            trace=trace,
            signal=signal,
            factors=layers.factors(trace),
            bound=quarter_bound(experiment.network.activation, len(signal), top),
            training=training,
            asked=experiment.training.epochs,
            history=history_of(resolve(training, resolved)),
        )

    x_name: ClassVar[str] = "epoch"
    other: ClassVar[Profile | None] = None
    """The profile of a later pass; only recordings have one."""

    @property
    def profile(self) -> Profile:
        """The gradient profile."""
        return self.signal

    @property
    def theme(self) -> str:
        """Name of the theme of the film."""
        return self.shown.film.theme

    @property
    def activation(self) -> str | None:
        """Name of the hidden layers' activation."""
        return self.shown.network.activation

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of every layer, input first."""
        return self.trace.network.widths

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.shown, self.trace.examples)

    # Training

    @property
    def losses(self) -> FloatArray | None:
        """The loss in training; None where it diverged."""
        return None if self.history is None else self.history.loss

    @property
    def learned(self) -> bool | None:
        """Whether it does better than guessing in the end; None where training diverged."""
        return None if self.history is None else has_learned(self.history, self.training)

    @property
    def guessed(self) -> float | None:
        """The loss of the best constant answer; None where there is none to reach."""
        least = guess_of(self.training).loss
        return least if np.isfinite(least) else None

    @property
    def first_steps(self) -> FloatArray | None:
        """update:weight of each layer in the first epoch, (L,); None where it is not known."""
        if self.history is None or not np.isfinite(self.history.update_to_weight[0]).all():
            return None
        return np.asarray(self.history.update_to_weight[0])

    @property
    def epochs(self) -> int:
        """How many epochs were trained."""
        return 0 if self.history is None else len(self.history.loss) - 1

    @cached_property
    def changes(self) -> FloatArray | None:
        """How much training has changed each weight matrix, over its size at first, (L,).

        Sizes are Frobenius norms. None where training diverged.
        """
        if self.history is None or self.history.network is None:
            return None
        return np.array([self._change(layer) for layer in range(1, self.depth + 1)])

    @property
    def kept(self) -> tuple[bool, ...]:
        """Whether the weights of each layer are still about what they were before training."""
        return () if self.changes is None else tuple(bool(change < KEPT) for change in self.changes)

    @property
    def is_drawn(self) -> bool:
        """Whether weights are drawn at random."""
        return draws_differ(self.shown.network)

    def change_of_edges(self, layer: int, units: Sequence[int], before: Sequence[int]) -> Array:
        """Return by how much weights have changed, over the root mean square of their matrix."""
        start, end = self._weights(layer)
        moved = (end - start)[np.ix_(units, before)]
        size = np.linalg.norm(start) / np.sqrt(start.size)
        return np.abs(moved) / size if size else np.zeros_like(moved)

    def _weights(self, layer: int) -> tuple[Array, Array]:
        """Return the weights of a layer before and after training."""
        assert self.history is not None
        assert self.history.network is not None
        # Half precision has no room for squares.
        start, end = (
            np.asarray(network.weights[layer - 1], dtype=np.float64)
            for network in (self.trace.network, self.history.network)
        )
        return start, end

    def _change(self, layer: int) -> float:
        start, end = self._weights(layer)
        change, size = float(np.linalg.norm(end - start)), float(np.linalg.norm(start))
        if size == 0:
            return np.inf if change else 0.0
        return change / size

    # Forward

    @property
    def picture(self) -> Array:
        """The features of one example as they come, before they are standardised, (n_0,)."""
        raw = self.shown.override({"data.standardize": False})
        return np.asarray(load_data(raw).x[0], dtype=np.float64)

    @property
    def is_picture(self) -> bool:
        """Whether the features are the pixels of a square."""
        return self.shown.data.name == "digits"

    @property
    def has_scaled_fills(self) -> bool:
        """Whether units show their activation beside the largest in their layer."""
        return self.activation in SCALED

    def fills(self, layer: int) -> Array | None:
        """Return how far each unit of a layer is filled, 0 to 1: its activation of one example.

        Where activations have no largest value, it is a share of the largest in the layer.
        """
        shown = np.abs(np.asarray(self.trace.a[layer][0], dtype=np.float64))
        largest = float(shown.max(initial=0.0))
        bounded = 0 < layer < self.depth and self.activation not in SCALED
        return np.clip(shown / (1.0 if bounded else largest or 1.0), 0.0, 1.0)

    # Backward

    @cached_property
    def step(self) -> OneStep | None:
        """The way from the last layer to the one before; None where nothing sets out."""
        weight_part = float(self.factors.weight_part[-1])
        slope_part = float(self.factors.slope_part[-1])
        if not np.isfinite(weight_part):
            return None
        below = self.depth - 1
        arrives = edges.arriving_signal(self.trace, below)
        passed = edges.unit_signal(self.trace, below)
        slopes = np.divide(passed, arrives, out=np.zeros_like(passed), where=arrives > 0)
        z = np.asarray(self.trace.z[below - 1][0], dtype=np.float64)
        known = slope_part if np.isfinite(slope_part) else 0.0
        leaves = edges.unit_signal(self.trace, self.depth)
        return OneStep(weight_part, known, leaves, arrives, slopes, z)
