"""The numbers of the film `vanishing`, of a recorded network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.diagnosis.runs.ratios import update_to_weight
from backprop_core.measures.theory import quarter_bound
from backprop_core.recording import Recording
from backprop_core.verdicts.trend import Trend, median_factor, trend
from scenes.stories.light import Array, Profile, Profiled
from scenes.stories.recorded import RecordedPass, describe, first_activations, profile
from scenes.words.figures import Figure, Kind, Sentence, count, magnitude, sentence


@dataclass(frozen=True, eq=False)
class RecordedVanishing(Profiled):
    """What `vanishing` shows of a recording: measured values only.

    Attributes
    ----------
    recording
        The network.
    theme_name
        Name of the theme of the film.
    signal, other
        The gradient profile of the first pass, and of the last one if there are more.
    bound
        The profile from the maximum slope alone, if the activation is known.
    """

    recording: Recording
    theme_name: str
    signal: Profile
    bound: Profile | None
    other: Profile | None

    step: ClassVar[None] = None
    """The close-up needs the gradient of every unit, which is not recorded."""
    learned: ClassVar[None] = None
    guessed: ClassVar[None] = None
    picture: ClassVar[None] = None
    is_picture: ClassVar[bool] = False
    has_scaled_fills: ClassVar[bool] = True
    x_name: ClassVar[str] = "pass"

    @classmethod
    def of(cls, recording: Recording, theme: str = "dark") -> RecordedVanishing:
        """Read the recording; raise InputError if it has no profile."""
        signal = profile(recording, 0)
        kind, top = recording.activation, float(signal[-1])
        later = recording.passes - 1
        return cls(
            recording=recording,
            theme_name=theme,
            signal=signal,
            bound=quarter_bound(kind, recording.depth, top) if kind else None,
            other=profile(recording, later) if later else None,
        )

    @property
    def profile(self) -> Profile:
        """The gradient profile."""
        return self.signal

    @property
    def theme(self) -> str:
        """Name of the theme of the film."""
        return self.theme_name

    @property
    def activation(self) -> str | None:
        """Name of the hidden layers' activation, where they have one."""
        return self.recording.activation

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of every layer, input first."""
        return self.recording.widths

    @property
    def losses(self) -> FloatArray | None:
        """The loss at each pass, if there are several."""
        return self.recording.loss if self.recording.passes > 1 else None

    @property
    def _activations(self) -> RecordedPass | None:
        return first_activations(self.recording)

    def fills(self, layer: int) -> Array | None:
        """Return how far one example fills each unit, beside the largest in its layer, (n_l,)."""
        if (shown := self._activations) is None:
            return None
        sizes = np.abs(np.asarray(shown.a[layer][0], dtype=np.float64))
        return np.asarray(sizes / (float(sizes.max(initial=0.0)) or 1.0))

    def light_of_edges(self, layer: int, units: Sequence[int], before: Sequence[int]) -> Array:
        """Return the brightness of the edges into a layer, which is the same for all of them."""
        return np.full((len(units), len(before)), self.light_of_layers[layer - 1])

    def light_of_units(self, layer: int, units: Sequence[int]) -> Array:
        """Return the brightness of units, which is the same for all of a layer."""
        return np.full(len(units), self.light_of_layers[layer - 1])

    @property
    def first_steps(self) -> FloatArray | None:
        """update:weight of each layer at the first pass, (L,); None where it is not known."""
        ratios = update_to_weight(self.recording)
        if ratios is None or not np.isfinite(ratios[0]).all():
            return None
        return np.asarray(ratios[0])

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.recording)

    def later(self) -> Sentence:
        """Say what became of the profile in training."""
        assert self.other is not None
        verdicts = {
            Trend.VANISHES: "the gradient vanishes",
            Trend.HOLDS: "the gradient stays within ten times",
            Trend.EXPLODES: "the gradient explodes",
            Trend.VARIES: "the gradient varies",
        }
        factor = magnitude("contrast_factor", median_factor(self.other))
        words = f"At step {{n}}, the last one, {verdicts[trend(self.other)]}: {{f}} a layer."
        return sentence(words, n=self._last_step, f=factor)

    def later_name(self) -> Sentence:
        """Name the last profile."""
        return sentence("step {n}", n=self._last_step)

    @property
    def _last_step(self) -> Figure:
        return count("steps[-1]", int(self.recording.steps[-1]), Kind.INDEX)
