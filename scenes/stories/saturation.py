"""The numbers of the film `saturation`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.data.datasets import layer_widths, load_data
from backprop_core.data.resolved import resolve
from backprop_core.experiment.config import Experiment
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.first_pass import initialize
from backprop_core.passes.layer import LayerPass, layer_pass, saturation_border
from scenes.stories.preactivations import MOST_VALUES, state_of
from scenes.words.figures import Sentence, count, index, sentence, setting
from scenes.words.networks import ACTIVATION_WORDS, INIT_WORDS

Array = NDArray[np.float64]
Way = Literal["falls", "holds", "rises"]

SCALES = (1, 2, 4, 8, 16, 30)
STEPS = 41
"""Scales at which the sizes of gradients are computed for their way from first to last."""
MOST_FEATURES = 30
"""Features that are shown of an example that is not a picture."""
LESS, MORE = 0.8, 1.25
"""Ratios between which a size is said to hold; a convention."""


@dataclass(frozen=True, eq=False)
class Sizes:
    """Sizes of gradients over the scale of the weights.

    Attributes
    ----------
    log_scales
        Natural logarithms of the scales, (n,).
    sizes
        Root mean squares of slope, dW and dx at these scales, (n, 3).
    """

    log_scales: Array
    sizes: Array

    def at(self, scale: float) -> tuple[float, float, float]:
        """Return the three at a scale; between those that were computed it is interpolated."""
        slope, own, passed = (
            float(np.interp(np.log(scale), self.log_scales, column)) for column in self.sizes.T
        )
        return slope, own, passed


@dataclass(frozen=True, eq=False)
class SaturationStory:
    """What `saturation` shows of the first layer of an experiment.

    Attributes
    ----------
    shown
        The experiment with as many examples as fit the histogram.
    weights, biases, x
        The layer, (units, inputs) and (units,), and its examples, (examples, inputs).
    passes
        The layer at each of the scales.
    """

    shown: Experiment
    weights: FloatArray
    biases: FloatArray
    x: FloatArray
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
        return cls(shown, weights, biases, x, passes)

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

    @cached_property
    def example(self) -> int:
        """The example whose shares of saturated units are closest to those of all examples."""
        f = ACTIVATIONS[self.activation]
        away = [
            np.abs(f.saturated(layer.slope).mean(axis=1) - layer.saturated) for layer in self.passes
        ]
        return int(np.argmin(np.max(away, axis=0)))

    def z(self, scale: float) -> Array:
        """Return where the units stand for that example, at any scale of the weights, (units,)."""
        z = scale * self.weights @ self.x[self.example] + self.biases
        return np.asarray(z, dtype=np.float64)

    @property
    def picture(self) -> Array | None:
        """The features of that example as they come, (inputs,); None if they are too many."""
        if self.is_picture:
            raw = self.shown.override({"data.standardize": False})
            return np.asarray(load_data(raw).x[self.example], dtype=np.float64)
        features = np.asarray(self.x[self.example], dtype=np.float64)
        return features if len(features) <= MOST_FEATURES else None

    @property
    def is_picture(self) -> bool:
        """Whether the features are the pixels of a square."""
        return self.shown.data.name == "digits"

    @cached_property
    def sizes(self) -> Sizes:
        """The gradients over the scales, for pictures that show them on the way."""
        scales = np.geomspace(SCALES[0], SCALES[-1], STEPS)
        scales[[0, -1]] = SCALES[0], SCALES[-1]
        layers = [self.at(float(scale)) for scale in scales]
        return Sizes(
            np.log(scales),
            np.array([[_rms(each.slope), each.rms_dW, each.rms_dx] for each in layers]),
        )

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

    # What its numbers mean

    @property
    def max_slope(self) -> float:
        """The largest slope of the activation."""
        return ACTIVATIONS[self.activation].max_slope

    @property
    def own_way(self) -> Way:
        """What large weights do to dW."""
        return way(self.passes[-1].rms_dW, self.passes[0].rms_dW)

    @property
    def passed_way(self) -> Way:
        """What large weights do to dx."""
        return way(self.passes[-1].rms_dx, self.passes[0].rms_dx)

    @property
    def floods(self) -> bool:
        """Whether more goes back at last than reaches the weights."""
        return self.passes[-1].rms_dx > self.passes[-1].rms_dW

    @property
    def slope_way(self) -> Way:
        """What large weights do to the slopes."""
        return way(_rms(self.passes[-1].slope), _rms(self.passes[0].slope))

    @property
    def reached(self) -> Array:
        """What goes back to each input of that example, at the largest scale, (inputs,)."""
        slope = np.asarray(self.passes[-1].slope[self.example], dtype=np.float64)
        return np.asarray(SCALES[-1] * slope @ self.weights.astype(np.float64))

    @property
    def own_ratio(self) -> float | None:
        """By how much dW has grown at the largest scale; None if there was none."""
        return _ratio(self.passes[-1].rms_dW, self.passes[0].rms_dW)

    @property
    def passed_ratio(self) -> float | None:
        """By how much dx has grown at the largest scale; None if there was none."""
        return _ratio(self.passes[-1].rms_dx, self.passes[0].rms_dx)

    @property
    def slope_share(self) -> float | None:
        """The part of that which is due to slopes: the weights have multiplied it by the scale."""
        return None if self.passed_ratio is None else self.passed_ratio / SCALES[-1]

    @property
    def no_weights(self) -> bool:
        """Whether all weights are exactly zero."""
        return not self.weights.any()

    @property
    def example_word(self) -> str:
        """What one example is called."""
        return "digit" if self.is_picture else "example"

    @property
    def state(self) -> str:
        """The word for a unit without slope."""
        return state_of(self.activation)


def way(after: float, before: float) -> Way:
    """Tell what happened to a size."""
    if before == 0:
        return "rises" if after > 0 else "holds"
    ratio = after / before
    return "falls" if ratio < LESS else "rises" if ratio > MORE else "holds"


def _ratio(after: float, before: float) -> float | None:
    return after / before if before > 0 else None


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
