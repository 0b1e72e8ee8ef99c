"""The numbers and sentences of the film `numerics`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from backprop_core.budget import fewer_examples
from backprop_core.data.resolved import resolve
from backprop_core.experiment.config import Experiment
from backprop_core.measures.numerics import (
    DIGITS,
    FLOATS,
    SlopeErrors,
    exp_border,
    in_dtype,
    naive_sigmoid,
    one_border,
    plain_signal,
    slope_errors,
    unmoved_layers,
    zero_border,
)
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.first_pass import initialize
from backprop_core.passes.trace import trace
from scenes.stories.float_runs import FloatRun, Profile, attempt
from scenes.stories.subject import describe
from scenes.words.figures import (
    Figure,
    Sentence,
    constant,
    coordinate,
    count,
    index,
    infinite,
    magnitude,
    measured,
    sentence,
    setting,
)

TYPED = ("a = 1 / (1 + np.exp(-z))", "slope = a * (1 - a)")
"""The sigmoid as it is usually typed first."""
STABLE = ("e = np.exp(-np.abs(z))", "a = np.where(z < 0, e, 1) / (1 + e)", "slope = e / (1 + e)**2")
"""A stable form, in which no exponential overflows and nothing cancels."""

BELOW = {"float16": -12.0, "float32": -95.0, "float64": -720.0}
"""Values of z slightly beyond those at which exp(-z) overflows."""
SAFE = -8.0
"""A value of z at which no type overflows."""
FARTHEST, STEPS = 45.0, 180
"""Largest z for which errors are shown, and the number of steps."""
SECONDS = {"float16": 1.5, "float64": 2.0}
"""Time in seconds that a pass in the slowest types may take of a film's budget."""


@dataclass(frozen=True, eq=False)
class NumericsStory:
    """What `numerics` shows.

    Attributes
    ----------
    shown
        The experiment with as many examples as fit the budget, in float64.
    depth
        L, the number of layers with weights.
    runs
        The plain pass in each of `FLOATS`, with the same weights and examples, rounded.
    scaled
        The pass of the core in float64, which carries separate exponents.
    errors
        Errors of both slopes of a sigmoid, in each of `FLOATS`.
    """

    shown: Experiment
    depth: int
    runs: tuple[FloatRun, ...]
    scaled: FloatRun
    errors: tuple[SlopeErrors, ...]

    @classmethod
    def of(cls, experiment: Experiment) -> NumericsStory:
        """Pass the network in every type, and compare slopes with mpmath."""
        shown = experiment
        for dtype, seconds in SECONDS.items():
            shown = fewer_examples(shown.override({"dtype": dtype}), seconds)
        shown = shown.override({"dtype": "float64"})
        resolved = resolve(shown)
        network, data = initialize(resolved), resolved.data
        loss = shown.network.loss

        def plain(name: str) -> FloatRun:
            return attempt(
                name, lambda: plain_signal(in_dtype(network, name), data.x, data.y, loss)
            )

        def scaled() -> Profile:
            return trace(network, data.x, data.y, loss).log10_norm("signal")

        def stepped(run: FloatRun) -> FloatRun:
            rate = shown.training.learning_rate
            stays = unmoved_layers(in_dtype(network, run.name), data.x, data.y, loss, rate)
            return replace(run, stays=stays)

        runs, truth = [plain(name) for name in FLOATS], attempt("scaled", scaled)
        lossy = _short_of(runs, truth)
        return cls(
            shown=shown,
            depth=network.depth,
            runs=tuple(stepped(run) if run is lossy else run for run in runs),
            scaled=truth,
            errors=_errors(),
        )

    @property
    def lanes(self) -> tuple[FloatRun, ...]:
        """All passes, the scaled one last."""
        return (*self.runs, self.scaled)

    @property
    def ended(self) -> tuple[FloatRun, ...]:
        """The plain passes that overflow, or lose a gradient that is not zero."""
        return tuple(run for run in self.runs if run.signal is None or run.lost(self.scaled))

    @property
    def signal(self) -> Profile:
        """log10 of the true signal of each layer; NaN where it is unknown."""
        known = self.scaled.signal
        return np.full(self.depth, np.nan) if known is None else known

    # Numbers of the sigmoid, in the type `name`

    @staticmethod
    def exponential(name: str, z: float, stable: bool = False) -> Figure:
        """Return exp(-z), or exp(-abs(z)), as computed in that type."""
        argument = np.array([-abs(z) if stable else -z], dtype=name)
        with np.errstate(over="ignore"):
            value = float(np.exp(argument)[0])
        label = f"{'exp_abs' if stable else 'exp'}[{name}:{z!r}]"
        return infinite(label) if np.isinf(value) else measured(label, value)

    @staticmethod
    def sigmoid(name: str, z: float, stable: bool = False) -> Figure:
        """Return the sigmoid of z in that type, as typed first or stable."""
        function = ACTIVATIONS["sigmoid"].f if stable else naive_sigmoid
        value = float(function(np.array([z], dtype=name))[0])
        return measured(f"{'stable' if stable else 'typed'}[{name}:{z!r}]", value)

    @staticmethod
    def levels(z: float, stable: bool = False) -> list[float]:
        """Return the decades of exp(-z) above 1, as a fraction of the decades of each type."""
        argument = -abs(z) if stable else -z
        return [argument / exp_border(name) for name in FLOATS]

    @staticmethod
    def largest(name: str) -> Figure:
        """Return the largest number of that type."""
        # Use its logarithm: rounded to three digits the largest float64 would overflow.
        return magnitude(f"largest[{name}]", float(np.log10(float(np.finfo(name).max))))

    @staticmethod
    def one_border(name: str) -> Figure:
        """Return the z from which a (1 - a) is exactly 0 in that type."""
        return measured(f"one_border[{name}]", one_border(name))

    @staticmethod
    def exp_border(name: str) -> Figure:
        """Return the z below which exp(-z) is infinite in that type."""
        return measured(f"exp_border[{name}]", -exp_border(name))

    def reached(self, run: FloatRun, layer: int) -> Figure:
        """Return how many layers have a gradient when a pass has come down to `layer`."""
        layers = self.depth - max(run.end(self.depth), layer - 1)
        return count(f"reached[{run.name}:{layer}]", layers)

    def gradient(self, layer: int) -> Figure:
        """Return the true gradient at a layer."""
        return magnitude(f"signal[{layer}]", float(self.signal[layer - 1]))

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.shown, self.shown.data.samples)

    def typed(self) -> Sentence:
        """Show the sigmoid as it is typed."""
        return sentence("A sigmoid as one types it first: one exponential, one division.")

    def short_overflows(self) -> Sentence:
        """Say where the shortest type ends."""
        words = "{t} ends at {n}: beyond z = {z}, exp(−z) is infinite."
        return sentence(
            words,
            t=_type("float16"),
            n=count("largest[float16]", int(np.finfo("float16").max)),
            z=self.exp_border("float16"),
        )

    def long_overflow(self) -> Sentence:
        """Say where the others end."""
        words = "{s} holds down to z = {a}, {d} to z = {b}."
        return sentence(
            words,
            s=_type("float32"),
            d=_type("float64"),
            a=self.exp_border("float32"),
            b=self.exp_border("float64"),
        )

    def gives_zero(self) -> Sentence:
        """Say what the overflow does to the sigmoid."""
        z = BELOW["float16"]
        return sentence(
            "At z = {z} {t} could hold the true {s}.",
            z=setting("z", z),
            t=_type("float16"),
            s=self.sigmoid("float16", z, stable=True),
        )

    def stable(self) -> Sentence:
        """Show the form that does not overflow."""
        return sentence(
            "The exponential of a negative number never overflows: all three are right."
        )

    def cancels(self) -> Sentence:
        """Say what happens to the slope."""
        one = constant("one", "1")
        return sentence(
            "For large z, a is nearly {one}: {one} − a loses digit after digit.", one=one
        )

    def all_of_it(self) -> Sentence:
        """Say from where the slope is all wrong."""
        return sentence(
            "Beyond z = {z} even {d} has a slope of exactly {o}.",
            z=self.one_border("float64"),
            d=_type("float64"),
            o=constant("zero", "0"),
        )

    def cancels_nothing(self) -> Sentence:
        """Say how exact the other form is."""
        return sentence(
            "This form cancels nothing: only {t} runs out of numbers, beyond z = {z}.",
            t=_type("float16"),
            z=measured("zero_border[float16]", zero_border("float16")),
        )

    def error_name(self) -> Sentence:
        """Name the axis of the errors."""
        digits = constant("digits", str(DIGITS))
        words = "relative error of the slope, largest in each step of z, against mpmath, {n} digits"
        return sentence(words, n=digits)

    def ends(self, run: FloatRun) -> Sentence:
        """Say where a plain pass ends. The pass must be one that ends."""
        name, end = _type(run.name), run.end(self.depth)
        if run.signal is None:
            return self._overflows(run)
        if end == self.depth:
            return sentence("In {t} even the output has a gradient of exactly zero.", t=name)
        reached = count(f"reached[{run.name}:1]", self.depth - end)
        layers = f"layer{'s' * (reached.value != 1)}"
        if run is self.ended[0]:
            words = f"Plain backpropagation in {{t}}: exactly zero after {{n}} {layers}."
        else:
            words = f"{{t}} lasts for {{n}} {layers}; those below get exactly zero."
        return sentence(words, t=name, n=reached)

    def _overflows(self, run: FloatRun) -> Sentence:
        name = _type(run.name)
        if not run.overflow:
            return sentence("{t} cannot even hold the inputs: they overflow.", t=name)
        way = "forward" if run.going_up else "backward"
        words = f"{{t}} overflows on the way {way}, at layer {{l}}: infinity, and no gradient."
        return sentence(words, t=name, l=index(run.overflow))

    def goes_on(self) -> Sentence:
        """Say how far the scaled pass gets."""
        if self.scaled.signal is None:
            return sentence("Powers of two cannot save it: the network itself overflows.")
        end = self.scaled.end(self.depth)
        if end:
            words = "Even scaled, layer {l} gets exactly zero: this zero is the network's own."
            return sentence(words, l=index(end))
        first = {"g": self.gradient(1), "l": index(1)}
        if not self.ended:
            words = "Plain or scaled, in every float type layer {l} receives a gradient: {g}."
        elif all(run.signal is None for run in self.ended):
            first["d"] = _type("float64")
            words = "Where there is room, in {d}, layer {l} receives a gradient: {g}."
        elif self.runs[-1] not in self.ended:
            words = "Longer floats and the scaled pass go on: {g} at layer {l}."
        else:
            words = "Scaled by powers of two, the pass goes on: {g} at layer {l}."
        return sentence(words, **first)

    def verdict(self) -> Sentence:
        """Say what that means for training."""
        layers, lossy = count("depth", self.depth), _short_of(self.runs, self.scaled)
        if lossy is not None:
            words = (
                "A step in {t} leaves {n} of {all} layers unmoved: too little gradient, no step."
            )
            if lossy.name == "float32":
                words = "Most networks train in {t}: a step leaves {n} of {all} layers unmoved."
            n = count(f"unmoved[{lossy.name}]", lossy.unmoved(self.scaled))
            return sentence(words, t=_type(lossy.name), n=n, all=layers)
        if any(run.signal is None for run in self.runs):
            return sentence("Infinity is no gradient either: stop at once, and say where.")
        if self.scaled.end(self.depth):
            return sentence("No number is too small here: there is no gradient to lose.")
        return sentence("At depth {all} no layer loses its gradient to the floats.", all=layers)


def _short_of(runs: Sequence[FloatRun], truth: FloatRun) -> FloatRun | None:
    """Return the pass in float32 or else float16 that loses gradients; None if neither does."""
    lossy = {run.name: run for run in runs if run.lost(truth)}
    return lossy.get("float32", lossy.get("float16"))


@cache
def _errors() -> tuple[SlopeErrors, ...]:
    """Return the errors of both slopes, which do not depend on the experiment."""
    edges = np.linspace(0.0, FARTHEST, STEPS + 1)
    return tuple(slope_errors(name, edges) for name in FLOATS)


def float_type(name: str) -> Sentence:
    """Return the name of a float type, or "scaled", as a label."""
    return sentence("{t}", t=_type(name)) if name in FLOATS else sentence(name)


def _type(name: str) -> Figure:
    return constant("dtype", name)


def place(z: float) -> Figure:
    """Return the z of the unit for a live number."""
    return coordinate("z", z, 1)
