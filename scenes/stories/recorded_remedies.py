"""The numbers and sentences of the film `remedies`, of two recorded networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.errors import InputError
from backprop_core.recording import Recording
from backprop_core.verdicts.trend import Trend, median_factor, trend
from scenes.stories.recorded import profile
from scenes.stories.remedy_nets import Profile
from scenes.words.figures import Figure, Sentence, constant, count, magnitude, measured, sentence
from scenes.words.networks import ACTIVATION_WORDS

KEYS = ("first", "second")
VERBS = {
    Trend.VANISHES: "vanishes",
    Trend.HOLDS: "holds",
    Trend.EXPLODES: "explodes",
    Trend.VARIES: "varies",
}


@dataclass(frozen=True, eq=False)
class RecordedNet:
    """One of the recordings.

    Attributes
    ----------
    key
        Name of the recording: the first or the second.
    function
        The name of its activation.
    signal
        Its gradient profile at the first pass.
    times, losses
        The steps of its passes, and the loss at each; None where it was not observed.
    """

    key: str
    function: str
    signal: Profile
    times: NDArray[np.int64]
    losses: NDArray[np.float64] | None
    theory: None = None
    band: None = None
    right: None = None

    @classmethod
    def of(cls, key: str, recording: Recording) -> RecordedNet:
        """Read a recording; raise InputError if its activation is unknown."""
        if recording.activation is None:
            raise InputError(
                f"the {key} recording: has no one activation that is known; remedies needs that"
            )
        steps = np.asarray(recording.steps - recording.steps[0], dtype=np.int64)
        loss = recording.loss if recording.passes > 1 else None
        return cls(key, recording.activation, profile(recording, 0), steps, loss)

    def label(self) -> Sentence:
        """Name it."""
        return sentence(f"{self.key}: {ACTIVATION_WORDS[self.function]}")

    @property
    def chi_measured(self) -> Figure | None:
        """The median over the layers of the factor of the squared signal."""
        return magnitude(f"{self.key}.factor", 2 * median_factor(self.signal))

    @property
    def loss(self) -> Figure | None:
        """The final loss."""
        if self.losses is None:
            return None
        return measured(f"{self.key}.loss", float(self.losses[-1]))

    @property
    def verb(self) -> str:
        """A verb for how its gradient changes from the last layer to the first."""
        return VERBS[trend(self.signal)]


@dataclass(frozen=True, eq=False)
class RecordedRemedies:
    """What `remedies` shows of two recordings: their profiles and losses in the same axes."""

    nets: tuple[RecordedNet, ...]
    examples: tuple[int, ...]
    missing: str = "not recorded"
    x_name: str = "step"

    @classmethod
    def of(cls, recordings: Sequence[Recording]) -> RecordedRemedies:
        """Read both."""
        nets = [RecordedNet.of(key, each) for key, each in zip(KEYS, recordings, strict=True)]
        return cls(tuple(nets), tuple(int(each.batch[0]) for each in recordings))

    @property
    def depth(self) -> int:
        """Number of layers of the deeper network."""
        return max(len(net.signal) for net in self.nets)

    @property
    def last(self) -> int:
        """The last step of both recordings, counted from their first steps."""
        return max(1, *(int(net.times[-1]) for net in self.nets))

    @property
    def trains(self) -> bool:
        """Whether there are losses to show."""
        return any(net.losses is not None for net in self.nets)

    def subtitle(self) -> Sentence:
        """Describe what is compared."""
        first, second = self.nets
        return sentence(
            "two recorded networks, of {a} and {b} layers, {m} and {n} examples",
            a=count("first.depth", len(first.signal)),
            b=count("second.depth", len(second.signal)),
            m=count("first.batch", self.examples[0]),
            n=count("second.batch", self.examples[1]),
        )

    def three_nets(self) -> Sentence:
        """Say what is compared."""
        return sentence("Two recorded networks, and what their units do.")

    def profiles(self) -> Sentence:
        """Say what their gradients do."""
        first, second = (net.verb for net in self.nets)
        if first == second:
            return sentence(f"On its way down the gradient {first} in both, at their first pass.")
        return sentence(f"At first the gradient {first} in the first and {second} in the second.")

    def chi(self) -> Sentence:
        """Say what chi is."""
        words = "χ is what one layer makes of the squared gradient: near {one} it holds."
        return sentence(words, one=constant("one", "1"))

    def losses(self) -> Sentence:
        """Say where training ends."""
        ends = [(net.key, net.loss) for net in self.nets]
        known = {key: figure for key, figure in ends if figure is not None}
        if not known:
            return sentence("Their losses were not recorded.")
        words = " and ".join(f"{{{key}}} in the {key}" for key in known)
        return sentence(f"In the end the loss is {words}.", **known)

    def verdict(self) -> Sentence:
        """Say what is left out."""
        return sentence(
            "Theory, other draws and larger steps were not recorded: they are left out."
        )

    # Descriptions for viewers who cannot see the film

    def seen(self) -> dict[str, str | Sentence]:
        """Describe the beats."""
        return {
            "three_nets": "A table with the names of two networks; below it their activations, "
            "and the slopes of these.",
            "profiles": "The chart of the activations gives way to one of the gradient at each "
            "layer; a line for each network is drawn, from the last layer down.",
            "chi": "The table gets χ measured, for each network.",
            "losses": "A chart of the loss over the steps is drawn, a line for each network.",
            "verdict": "The picture stays.",
        }

    def poster(self) -> Sentence:
        """Describe the last picture."""
        first, second = self.nets
        return sentence(
            "Two charts: the gradient at each layer of two recorded networks, on a logarithmic "
            "axis, and their losses over the steps. A layer makes {a} of the squared gradient in "
            "the first, {b} in the second.",
            a=magnitude("first.factor", 2 * median_factor(first.signal)),
            b=magnitude("second.factor", 2 * median_factor(second.signal)),
        )
