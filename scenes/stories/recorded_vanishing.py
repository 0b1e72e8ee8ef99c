"""The numbers and sentences of the film `vanishing`, of a recorded network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.diagnosis.recorded import factor_parts, factors_of, update_to_weight
from backprop_core.measures.layers import Factors
from backprop_core.measures.theory import quarter_bound
from backprop_core.recording import Recording
from backprop_core.verdicts.trend import Trend, median_factor, trend
from scenes.stories.recorded import (
    RecordedPass,
    describe,
    first_activations,
    profile,
)
from scenes.stories.vanishing import Profile, Profiled
from scenes.words.figures import Figure, Kind, Sentence, count, magnitude, measured, sentence


@dataclass(frozen=True, eq=False)
class RecordedVanishing(Profiled):
    """What `vanishing` shows of a recording: measured values only.

    Attributes
    ----------
    recording
        The network.
    signal, other
        The gradient profile of the first pass, and of the last one if there are more.
    factors
        Factors of the gradient per layer at the first pass; None if dL/da was not recorded.
    bound
        The profile from the maximum slope alone, if the activation is known.
    """

    recording: Recording
    signal: Profile
    factors: Factors | None
    bound: Profile | None
    other: Profile | None
    theory: None = None
    band: None = None
    x_name: ClassVar[str] = "pass"

    @classmethod
    def of(cls, recording: Recording) -> RecordedVanishing:
        """Read the recording; raise InputError if it has no profile."""
        signal = profile(recording, 0)
        kind, top = recording.activation, float(signal[-1])
        later = recording.passes - 1
        return cls(
            recording=recording,
            signal=signal,
            factors=_factors(recording),
            bound=quarter_bound(kind, recording.depth, top) if kind else None,
            other=profile(recording, later) if later else None,
        )

    @property
    def left_out(self) -> frozenset[str]:
        """Beats that are left out, as their numbers do not exist."""
        missing = {
            "training_run": self.losses is None,
            "forward_pass": self.activations is None,
            "one_step": self.factors is None,
            "other_draws": True,
            "slopes_alone": self.bound is None,
            "larger_weights": self.other is None,
        }
        return frozenset(name for name, lacks in missing.items() if lacks)

    @property
    def profile(self) -> Profile:
        """The gradient profile."""
        return self.signal

    @property
    def activation(self) -> str:
        """Name of the hidden layers' activation, where they have one."""
        return self.recording.activation or "identity"

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of every layer, input first."""
        return self.recording.widths

    @property
    def activations(self) -> RecordedPass | None:
        """The activations that the units show."""
        return first_activations(self.recording)

    @property
    def losses(self) -> FloatArray | None:
        """The loss at each pass, if there are several."""
        return self.recording.loss if self.recording.passes > 1 else None

    right: ClassVar[Sequence[tuple[Sentence, Figure]]] = ()
    """The share of examples that are right is not recorded."""

    @property
    def first_steps(self) -> FloatArray | None:
        """update:weight of each layer at first, (L,)."""
        ratios = update_to_weight(self.recording)
        if ratios is None or not np.isfinite(ratios[0]).all():
            return None
        return np.asarray(ratios[0])

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.recording)

    def training_run(self) -> Sentence:
        """Say what the loss does."""
        loss = self.losses
        assert loss is not None
        first, last = self._step(0), self._step(-1)
        return sentence(
            "Recorded in training: the loss is {a} at step {m}, and {b} at step {n}.",
            a=measured("loss[0]", float(loss[0])),
            b=measured("loss[-1]", float(loss[-1])),
            m=count("steps[0]", first, Kind.INDEX),
            n=count("steps[-1]", last, Kind.INDEX),
        )

    def logarithmic(self) -> Sentence:
        """Say what the axis is for, and what is left out."""
        if np.isneginf(self.signal[-1]):
            return sentence("The last layer gets no gradient: none sets out on its way down.")
        return sentence("On a logarithmic axis; a recording knows neither theory nor other draws.")

    def measured_points(self) -> Sentence:
        """Say what the profile is."""
        step = count("steps[0]", self._step(0), Kind.INDEX)
        if np.isneginf(self.signal).any():
            return sentence(
                "At step {n} some layers get nothing: their gradient is exactly zero.", n=step
            )
        factor = magnitude("median_factor", median_factor(self.signal))
        return sentence("As recorded at step {n}: a factor of {f} a layer.", n=step, f=factor)

    def larger_weights(self) -> Sentence:
        """Say what became of the profile in training."""
        assert self.other is not None
        verdicts = {
            Trend.VANISHES: "the gradient vanishes",
            Trend.HOLDS: "the gradient stays within ten times",
            Trend.EXPLODES: "the gradient explodes",
            Trend.VARIES: "the gradient varies",
        }
        step = count("steps[-1]", self._step(-1), Kind.INDEX)
        factor = magnitude("contrast_factor", median_factor(self.other))
        words = f"At step {{n}}, the last one, {verdicts[trend(self.other)]}: {{f}} a layer."
        return sentence(words, n=step, f=factor)

    def contrast_key(self) -> Sentence:
        """Name the last profile."""
        return sentence("step {n}", n=count("steps[-1]", self._step(-1), Kind.INDEX))

    def band_key(self) -> Sentence:
        """Name the band, of which there is none."""
        return sentence("no other draws")

    def other_draws(self) -> Sentence:
        """Say that there is no band."""
        return sentence("A recording is one draw.")

    def _step(self, row: int) -> int:
        return int(self.recording.steps[row])


def _factors(recording: Recording) -> Factors | None:
    """Return the factors of the gradient per layer at the first pass."""
    weights, slopes = factor_parts(recording, 0)
    if weights is None or slopes is None:
        return None
    total = factors_of(recording, 0)
    known = np.isfinite(total) & np.isfinite(weights) & np.isfinite(slopes) & (weights > 0)
    return Factors(total, weights, slopes) if known.all() else None
