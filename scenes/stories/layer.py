"""The numbers of the film `layer`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.data.resolved import resolve
from backprop_core.errors import NumericalError
from backprop_core.experiment.config import Experiment
from backprop_core.passes.activations import ACTIVATIONS, SATURATED_BELOW
from backprop_core.passes.first_pass import initialize
from backprop_core.passes.layer import LayerGradients, layer_gradients
from scenes.words.figures import (
    Figure,
    Sentence,
    count,
    index,
    measured,
    sentence,
    setting,
)
from scenes.words.networks import ACTIVATION_WORDS, INIT_WORDS

Array = NDArray[np.float64]

VISIBLY_OFF = 0.01
"""Relative error above which two significant digits differ."""

EXAMPLES = 2
"""Most examples that are rows of one matrix."""

SLOPES_DIFFER = float(np.log10(1.5))
"""log10 of a ratio from which on slopes differ visibly."""

FORWARD = {
    "sigmoid": "1 / (1 + np.exp(-{u}))",
    "tanh": "np.tanh({u})",
    "relu": "np.maximum(0, {u})",
    "leaky_relu": "np.where({u} > 0, {u}, 0.01 * {u})",
    "identity": "{u}",
}
"""Code for the output of a layer. The first one is from the article; the others follow it."""

SLOPE = {
    "sigmoid": "z * (1 - z)",
    "tanh": "1 - z**2",
    "relu": "z > 0",
    "leaky_relu": "np.where(z > 0, 1, 0.01)",
    "identity": "np.ones_like(z)",
}
"""Code for the slope, computed from the output alone."""

NAMED = ("leaky_relu", "identity")
"""Activations whose slope gets a line of its own, as it is too long to be written twice."""

_ROUNDED: dict[str, Callable[[FloatArray], FloatArray]] = {
    "sigmoid": lambda z: z * (1 - z),
    "tanh": lambda z: 1 - z**2,
}
"""The value of the article's slope where 1 - z cancels."""


@dataclass(frozen=True)
class Code:
    """The code of a layer, and the names of its lines and parts.

    Attributes
    ----------
    lines
        The program.
    sums, slope
        Names of W @ x and of the slope where they appear by themselves.
    backward
        Numbers of the lines that first compute the slope, dx and dW.
    batch
        The lines that compute the sums, dx and dW of many examples, each a row of x.
    """

    lines: tuple[str, ...]
    sums: str
    slope: str
    backward: tuple[int, int, int]
    batch: tuple[str, str, str]

    @classmethod
    def of(cls, activation: str, biased: bool) -> Code:
        """Write the program for an activation."""
        named_sum = biased or activation == "leaky_relu"
        sums = "W @ x + b" if biased else "W @ x"
        forward: tuple[str, ...] = (f"u = {sums}",) if named_sum else ()
        inner = f"({sums})" if activation == "sigmoid" else sums
        output = FORWARD[activation].format(u="u" if named_sum else inner)
        forward = (*forward, f"z = {output}")
        slope, named = SLOPE[activation], activation in NAMED
        extra = (f"s = {slope}",) if named else ()
        shown = "s" if named else slope
        dx = "dx = W.T @ s" if named else f"dx = W.T @ ({slope})"
        dW = f"dW = np.outer({shown}, x)"
        last = len(forward) + len(extra)
        factor = "s" if named else f"({slope})"
        return cls(
            lines=(*forward, *extra, dx, dW),
            sums="u" if named_sum else sums,
            slope=shown,
            backward=(len(forward), last, last + 1),
            batch=(
                forward[0].replace("W @ x", "x @ W.T"),
                f"dx = {factor} @ W",
                f"dW = {factor}.T @ x",
            ),
        )


@dataclass(frozen=True, eq=False)
class LayerStory:
    """What `layer` shows of the first layer of an experiment, for its first example.

    Attributes
    ----------
    experiment
        Where the layer comes from.
    weights, biases, x
        (units, inputs), (units,) and (inputs,).
    gradients
        Output and gradients, computed by the core.
    code
        The code that computes the same.
    examples
        The first examples, (n, inputs), of which x is the first.
    further
        Output and gradients of all of them but the first; none where they overflow.
    """

    experiment: Experiment
    weights: FloatArray
    biases: FloatArray
    x: FloatArray
    gradients: LayerGradients
    code: Code
    examples: FloatArray
    further: tuple[LayerGradients, ...]

    @classmethod
    def of(cls, experiment: Experiment) -> LayerStory:
        """Initialise the layer, and run the first examples forward and backward through it."""
        resolved = resolve(experiment)
        network, examples = initialize(resolved), resolved.data.x[:EXAMPLES]
        weights, biases = network.weights[0], network.biases[0]
        name = experiment.network.activation
        x, *others = examples
        gradients = layer_gradients(weights, biases, x, name)
        try:
            further = tuple(layer_gradients(weights, biases, other, name) for other in others)
        except NumericalError:
            further = ()
        return cls(
            experiment,
            weights,
            biases,
            x,
            gradients,
            Code.of(name, bool(biases.any())),
            examples,
            further,
        )

    @property
    def activation(self) -> str:
        """Name of the activation."""
        return self.experiment.network.activation

    @property
    def biased(self) -> bool:
        """Whether the layer has biases."""
        return bool(self.biases.any())

    @property
    def arrays(self) -> dict[str, Array]:
        """Every array of the film as columns and matrices, by the name that the code gives it.

        X has the examples as rows; dW_second is dW of the second one, and dW2 the sum over both.
        """
        g = self.gradients
        columns = {"x": self.x, "b": self.biases, "u": g.z, "z": g.a, "slope": g.slope, "dx": g.dx}
        # Products of a weight, with its input and with the slope of its unit.
        product, term = self.weights * self.x, self.weights * g.slope[:, None]
        matrices = {"W": self.weights, "dW": g.dW, "product": product, "term": term}
        arrays = matrices | {name: column[:, None] for name, column in columns.items()}
        if self.further:
            arrays |= {"X": self.examples, "slopes": np.stack([p.slope for p in self.passes])}
            second = self.further[0].dW
            arrays |= {"dW_second": second, "dW2": np.add(g.dW, second, dtype=np.float64)}
        return {name: np.asarray(a, dtype=np.float64) for name, a in arrays.items()}

    @property
    def passes(self) -> tuple[LayerGradients, ...]:
        """Output and gradients of each example."""
        return (self.gradients, *self.further)

    @property
    def rounds(self) -> bool:
        """Whether the slope that the code computes from a rounded z is visibly wrong."""
        if self.activation not in _ROUNDED:
            return False
        slope = self.gradients.slope
        error = np.abs(_ROUNDED[self.activation](self.gradients.a) - slope)
        return bool(np.any(error > VISIBLY_OFF * slope))

    def entry(self, name: str, row: int, column: int, digits: int) -> Figure:
        """Return one number of an array."""
        value = float(self.arrays[name][row, column])
        where = f"{name}[{row},{column}]"
        # A cell has no space for "0 exactly". Only an exact zero is written as 0.
        return measured(where, value, digits=digits) if value else Figure(where, 0.0, "0")

    def subtitle(self) -> Sentence:
        """Describe the layer, and say which example passes."""
        kind, init = ACTIVATION_WORDS[self.activation], INIT_WORDS[self.experiment.network.init]
        m, n = self.weights.shape
        units = f"{{m}} {kind} unit{'s' * (m != 1)}, {{n}} input{'s' * (n != 1)}"
        words = f"layer {{one}}: {units}, {init} init, gain {{g}}, the first example of "
        return sentence(
            words + self.experiment.data.name,
            one=index(1),
            m=count("units", m),
            n=count("inputs", n),
            g=setting("network.gain", self.experiment.network.gain),
        )

    # Verdicts

    @property
    def slopes(self) -> Array:
        """The slope of every unit, (units,)."""
        return np.asarray(self.gradients.slope, dtype=np.float64)

    @property
    def slopeless(self) -> int:
        """Number of units whose slope is zero, or too small for a float."""
        return int(np.sum(self.slopes == 0))

    @property
    def slope_ratio(self) -> float:
        """log10 of the largest slope over the smallest one that is not zero."""
        slopes = self.slopes[self.slopes > 0]
        return float(np.log10(slopes.max()) - np.log10(slopes.min())) if len(slopes) else 0.0

    @property
    def flat(self) -> Array:
        """Which units let through less than half of what the steepest one does, (units,)."""
        return np.asarray(self.slopes < self.slopes.max() / 2)

    @property
    def flat_ratios(self) -> tuple[float, ...]:
        """log10 of the largest slope over the largest and the smallest slope of flat units.

        Empty where a unit has no slope, or none is flat.
        """
        flat = self.slopes[self.flat]
        if not flat.size or not flat.min():
            return ()
        most = np.log10(self.slopes.max())
        return tuple(float(most - np.log10(slope)) for slope in (flat.max(), flat.min()))

    @property
    def is_flat(self) -> bool:
        """Whether all units are saturated, or off."""
        steepest = ACTIVATIONS[self.activation].max_slope
        return bool(self.slopes.max() < SATURATED_BELOW * steepest)

    @property
    def is_told_by_ratio(self) -> bool:
        """Whether one unit learns visibly less than another, but something."""
        differs = self.slope_ratio >= SLOPES_DIFFER and self.input_counts
        return differs and not self.is_flat and not self.slopeless

    @property
    def input_counts(self) -> bool:
        """Whether any input is not zero; without one no weight has a gradient."""
        return bool(self.x.any())

    @property
    def most_learned(self) -> float:
        """The gradient of a weight from the largest input to a unit of the steepest slope."""
        steepest = ACTIVATIONS[self.activation].max_slope
        return steepest * float(np.abs(self.x).max())
