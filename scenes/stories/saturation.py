"""The numbers and sentences of the film `saturation`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.data.datasets import layer_widths
from backprop_core.data.resolved import resolve
from backprop_core.experiment.config import Experiment
from backprop_core.passes.activations import ACTIVATIONS, LEAK, SATURATED_BELOW
from backprop_core.passes.first_pass import initialize
from backprop_core.passes.layer import LayerPass, layer_pass, saturation_border
from scenes.stories.preactivations import (
    MOST_VALUES,
    bin_edges,
    saturated_bins,
    shares,
    state_of,
)
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
from scenes.words.networks import ACTIVATION_WORDS, INIT_WORDS

Array = NDArray[np.float64]

SCALES = (1, 2, 4, 8, 16, 30)
LESS, MORE = 0.8, 1.25
"""Ratios between which a size is said to hold; a convention."""


@dataclass(frozen=True, eq=False)
class SaturationStory:
    """What `saturation` shows of the first layer of an experiment.

    Attributes
    ----------
    shown
        The experiment with as many examples as fit the histogram.
    weights, biases, x
        The layer, (units, inputs) and (units,), and its examples, (examples, inputs).
    edges
        Edges of the histogram's bins, symmetric about 0, including the border of saturation.
    passes
        The layer at each of the scales.
    """

    shown: Experiment
    weights: FloatArray
    biases: FloatArray
    x: FloatArray
    edges: Array
    passes: tuple[LayerPass, ...]

    @classmethod
    def of(cls, experiment: Experiment) -> SaturationStory:
        """Draw the layer and pass the examples through it at every scale."""
        units = layer_widths(experiment)[1]
        most = max(10, MOST_VALUES // units)
        shown = experiment
        if experiment.data.samples > most:
            shown = experiment.override({"data.samples": most})
        resolved = resolve(shown)
        network, x = initialize(resolved), resolved.data.x
        weights, biases = network.weights[0], network.biases[0]
        name = shown.network.activation
        passes = tuple(layer_pass(weights, biases, x, name, scale) for scale in SCALES)
        return cls(shown, weights, biases, x, bin_edges(name), passes)

    @property
    def activation(self) -> str:
        """Name of the activation."""
        return self.shown.network.activation

    @property
    def border(self) -> float | None:
        """The z beyond which a unit is saturated, or None."""
        return saturation_border(self.activation)

    def at(self, scale: float) -> LayerPass:
        """Return the layer at any scale, also between those at which the film pauses."""
        return layer_pass(self.weights, self.biases, self.x, self.activation, scale)

    def shares(self, layer: LayerPass) -> Array:
        """Return the share of units x examples in each bin, (bins + 2,); the ends are the tails."""
        return shares(layer.z, self.edges)

    def saturated_bins(self) -> NDArray[np.bool_]:
        """Return which of these bins hold saturated units, (bins + 2,)."""
        return saturated_bins(self.activation, self.edges)

    def beyond(self, layer: LayerPass, scale: float) -> Figure:
        """Return the share of units in both tails at a scale."""
        shares = self.shares(layer)
        return percent(f"beyond_axis[{scale!r}]", float(shares[0] + shares[-1]))

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the layer."""
        kind, init = ACTIVATION_WORDS[self.activation], INIT_WORDS[self.shown.network.init]
        m, n = self.weights.shape
        units = f"{{m}} {kind} unit{'s' * (m != 1)}, {{n}} input{'s' * (n != 1)}"
        data = f"{{N}} example{'s' * (len(self.x) != 1)} of {self.shown.data.name}"
        words = f"layer {{one}}: {units}, {init} init, gain {{g}}, {data}"
        return sentence(
            words,
            one=index(1),
            m=count("units", m),
            n=count("inputs", n),
            g=setting("network.gain", self.shown.network.gain),
            N=count("examples", len(self.x)),
        )

    def one_unit(self) -> Sentence:
        """Say what the slope is for."""
        return sentence("One unit slides along its curve: the slope there multiplies its gradient.")

    def largest(self) -> Sentence:
        """Say how large the slope can be."""
        zero, top = constant("zero", "0"), setting("max_slope", self._max_slope)
        if self.activation in {"sigmoid", "tanh"}:
            return sentence("The slope is largest at z = {z}: {s}, and never more.", z=zero, s=top)
        if self.activation == "identity":
            return sentence("A linear unit has a slope of {s} wherever it stands.", s=top)
        return sentence("Above zero the slope is {s}, and never more.", s=top)

    def flats(self) -> Sentence:
        """Say where a unit is saturated."""
        if self.border is None:
            return sentence("So a linear unit never saturates.")
        if self.activation == "leaky_relu":
            leak = setting("leak", LEAK)
            return sentence("Below zero a leaky ReLU keeps a slope of {s}.", s=leak)
        if self.activation == "relu":
            return sentence("Below zero a ReLU is off: no slope, no gradient.")
        border = measured("border", self.border)
        part = setting("saturated_below", 100 * SATURATED_BELOW, unit="%")
        words = "Beyond {z} on either side less than {p} of that is left: saturated."
        return sentence(words, z=border, p=part)

    def real_layer(self) -> Sentence:
        """Say how much of the real layer is saturated."""
        p = percent("saturated[1]", self.passes[0].saturated)
        if self.border is None:
            return sentence(
                "The units of a real layer: wherever they stand, their slope is the same."
            )
        words = f"The units of a real layer, over all examples: {{p}} are {self.state}."
        return sentence(words, p=p)

    def question(self) -> Sentence:
        """Ask the audience."""
        times = count("largest_scale", SCALES[-1])
        return sentence("Let its weights grow {s} times. What will dW and dx do?", s=times)

    def scaled(self, number: int) -> Sentence:
        """Say what a scale did."""
        scale = count("scale", SCALES[number])
        if self.border is None:
            return sentence(
                "Weights times {s}: the units move, the slope does not change.", s=scale
            )
        p = percent(f"saturated[{SCALES[number]}]", self.passes[number].saturated)
        words = f"Weights times {{s}}: over all examples, {{p}} of the units are {self.state}."
        return sentence(words, s=scale, p=p)

    def own_gradient(self) -> Sentence:
        """Say how dW changed."""
        words, figures = _moved("dW_ratio", self.passes[-1].rms_dW, self.passes[0].rms_dW)
        return sentence(f"dW is slope times input: {words}.", **figures)

    def passed_gradient(self) -> Sentence:
        """Say how dx changed."""
        words, figures = _moved("dx_ratio", self.passes[-1].rms_dx, self.passes[0].rms_dx)
        return sentence(f"dx is slope times weights: {words}.", **figures)

    def verdict(self) -> Sentence:
        """Say what large weights do to this layer and to the one below."""
        if not self.weights.any():
            words = "Weights of {z} stay {z} at any scale, and pass no gradient down."
            return sentence(words, z=constant("zero", "0"))
        own = _way(self.passes[-1].rms_dW, self.passes[0].rms_dW)
        passed = _way(self.passes[-1].rms_dx, self.passes[0].rms_dx)
        if (own, passed) == ("falls", "rises"):
            return sentence("Large weights starve this layer of gradient, but not the layer below.")
        if (own, passed) == ("falls", "falls"):
            return sentence("Large weights starve this layer of gradient, and the layer below too.")
        if own == "holds":
            return sentence(
                f"Large weights leave this layer's gradient; the one below it {passed}."
            )
        return sentence(
            f"With large weights this layer's gradient {own}, the one below it {passed}."
        )

    @property
    def state(self) -> str:
        """The word for a unit without slope."""
        return state_of(self.activation)

    @property
    def _max_slope(self) -> float:
        return ACTIVATIONS[self.activation].max_slope


def _way(after: float, before: float) -> str:
    if before == 0:
        return "rises" if after > 0 else "holds"
    ratio = after / before
    return "falls" if ratio < LESS else "rises" if ratio > MORE else "holds"


def _moved(name: str, after: float, before: float) -> tuple[str, dict[str, Figure]]:
    way = _way(after, before)
    if way == "holds":
        return "it hardly changes", {}
    if before == 0 or after == 0:
        return f"it {way} {'from' if before == 0 else 'to'} exactly nothing", {}
    ratio = measured(name, after / before)
    return f"it {way} to {{r}} times what it was", {"r": ratio}
