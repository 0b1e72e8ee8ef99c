"""The numbers and sentences of the film `initialization`, of a recorded network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.errors import InputError
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.recording import Recording
from scenes.stories.draws import Draw
from scenes.stories.preactivations import bin_edges, saturated_bins, shares, state_of
from scenes.stories.recorded import describe, profile
from scenes.words.figures import Figure, Kind, Sentence, count, index, percent, sentence

Array = NDArray[np.float64]

COLUMNS = 3


@dataclass(frozen=True, eq=False)
class RecordedInitialization:
    """What `initialization` shows of a recording: three of its passes, in place of three gains.

    Attributes
    ----------
    recording
        The network.
    layer
        The hidden layer of the histograms.
    activation
        Its activation.
    edges
        Edges of their bins.
    steps
        Training steps of the passes.
    draws
        The network at each of the passes; its ``gain`` is the step.
    """

    recording: Recording
    layer: int
    activation: str
    edges: Array
    steps: tuple[int, ...]
    draws: tuple[Draw, ...]

    @classmethod
    def of(cls, recording: Recording) -> RecordedInitialization:
        """Read the first, a middle and the last recorded pass.

        Raises
        ------
        InputError
            If there are fewer, or the activation of the layer is not known.
        """
        profile(recording, 0)
        shots, layer = recording.snapshots, max(1, recording.depth // 2)
        kept = 0 if shots is None else len(shots.passes)
        if shots is None or kept < COLUMNS:
            raise InputError(
                f"recording: keeps z of {kept} passes; allowed at least {COLUMNS}, as "
                "initialization compares the first, a middle and the last one"
            )
        name = recording.layers[layer - 1].activation
        if name is None or name not in ACTIVATIONS:
            raise InputError(
                f"recording: has no activation that is known of layer {layer}; initialization "
                "needs that"
            )
        edges = bin_edges(name)
        chosen = (0, kept // 2, kept - 1)
        rows = [int(shots.passes[at]) for at in chosen]
        steps = tuple(int(recording.steps[row]) for row in rows)
        f, z = ACTIVATIONS[name], shots.z[layer - 1]
        draws = tuple(
            Draw(
                gain=float(step),
                shares=shares(z[at], edges),
                saturated=float(f.saturated(f.slope(z[at])).mean()),
                signal=profile(recording, row),
            )
            for at, row, step in zip(chosen, rows, steps, strict=True)
        )
        return cls(recording, layer, name, edges, steps, draws)

    @property
    def state(self) -> str:
        """The word for a unit without slope."""
        return state_of(self.activation)

    @property
    def saturated_bins(self) -> NDArray[np.bool_]:
        """Which bins hold units without slope."""
        return saturated_bins(self.activation, self.edges)

    @property
    def depth(self) -> int:
        """Layers with weights."""
        return self.recording.depth

    # Labels of the charts

    def heading(self, number: int) -> Sentence:
        """Name one of the passes."""
        return sentence("step {n}", n=self._step(number))

    def beyond(self, draw: Draw) -> Sentence | None:
        """Return the share of units beyond the axis of z, if there are any."""
        tails = float(draw.shares[0] + draw.shares[-1])
        if tails == 0:
            return None
        return sentence("{p} beyond", p=percent(f"beyond[{draw.gain!r}]", tails))

    def saturated_share(self, draw: Draw) -> Sentence:
        """Return the share of units without slope."""
        return sentence(
            f"{{p}} {self.state}", p=percent(f"saturated[{draw.gain!r}]", draw.saturated)
        )

    def factor_a_layer(self, draw: Draw) -> Sentence:
        """Return the factor by which a layer changes the gradient."""
        return sentence("× {f} a layer", f=draw.factor)

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.recording)

    def columns(self) -> Sentence:
        """Say what the histograms are."""
        words = "Layer {l} as recorded, at three steps: where do its units stand?"
        return sentence(words, l=index(self.layer))

    def saturation(self) -> Sentence:
        """Say how many units of the layer are saturated."""
        if self.activation == "identity":
            return sentence("A linear unit has its slope wherever it stands: none is saturated.")
        figures = {
            letter: percent(f"saturated[{draw.gain!r}]", draw.saturated)
            for letter, draw in zip("abc", self.draws, strict=True)
        }
        return sentence(f"Of its units {{a}}, {{b}} and {{c}} are {self.state}.", **figures)

    def gradients(self) -> Sentence:
        """Say what the gradient does on its way down, and what is left out."""
        first, _, last = self.draws
        return sentence(
            "A layer makes {a} of the gradient at first, {c} at last; other gains were not run.",
            a=first.factor,
            c=last.factor,
        )

    # Descriptions for viewers who cannot see the film

    def seen(self) -> dict[str, str | Sentence]:
        """Describe the beats."""
        steps = {letter: self._step(number) for number, letter in enumerate("abc")}
        return {
            "histograms": sentence(
                "Three columns, for steps {a}, {b} and {c}. In each a histogram of z over the kept "
                f"units of layer {{l}} and examples; {self.state} ones are hatched.",
                l=index(self.layer),
                **steps,
            ),
            "saturation": f"Above each histogram appears the share of it that is {self.state}.",
            "gradients": "The histograms shrink. Below each a chart of the gradient at every layer "
            "is drawn, all three on the same logarithmic axis.",
        }

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return sentence(
            "Three columns, for steps {a}, {b} and {c} of a recorded training: a histogram of z of "
            "layer {l}, and below it the gradient at every layer on a logarithmic axis.",
            l=index(self.layer),
            **{letter: self._step(number) for number, letter in enumerate("abc")},
        )

    def _step(self, number: int) -> Figure:
        return count(f"steps[{number}]", self.steps[number], Kind.INDEX)
