"""The numbers of the film `saturation`, of a recorded network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backprop_core.arrays import FloatArray
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.layer import LayerPass, layer_pass
from backprop_core.recording import Recording
from scenes.stories.preactivations import MOST_VALUES
from scenes.stories.saturation import SCALES, SaturationStory
from scenes.words.figures import Kind, Sentence, count, index, sentence
from scenes.words.networks import ACTIVATION_WORDS


@dataclass(frozen=True, eq=False)
class RecordedSaturation(SaturationStory):
    """What `saturation` shows of the first layer of a recording, at its first pass.

    Attributes
    ----------
    step
        Training step of that pass.
    """

    step: int

    @classmethod
    def of_recording(cls, recording: Recording) -> RecordedSaturation:
        """Read the layer and pass its examples through it at every scale.

        Raises
        ------
        InputError
            If its inputs, its weights or its activation are unknown.
        """
        shots, name = recording.snapshots, recording.layers[0].activation
        lacking = {
            "inputs (x)": shots is None or shots.x is None,
            "weights and biases": recording.weights is None or recording.biases is None,
            "activation that is known": name not in ACTIVATIONS,
        }
        missing = [what for what, lacks in lacking.items() if lacks]
        if missing:
            raise InputError(
                f"recording: has no {' and no '.join(missing)} of the first layer; saturation "
                "needs that"
            )
        assert shots is not None
        assert shots.x is not None
        assert recording.weights is not None
        assert recording.biases is not None
        assert name is not None
        weights, biases = recording.weights[0], recording.biases[0]
        x = shots.x[0][: max(10, MOST_VALUES // len(biases))]
        return cls(
            shown=Experiment().override({"network.activation": name}),
            weights=weights,
            biases=biases,
            x=x,
            passes=_passes(weights, biases, x, name),
            step=int(recording.steps[shots.passes[0]]),
        )

    def subtitle(self) -> Sentence:
        """Describe the layer."""
        m, n = self.weights.shape
        units = f"{{m}} {ACTIVATION_WORDS[self.activation]} unit{'s' * (m != 1)}"
        words = f"layer {{one}}: {units}, {{n}} input{'s' * (n != 1)}, recorded at step {{s}}, "
        return sentence(
            f"{words}{{N}} example{'s' * (len(self.x) != 1)}",
            one=index(1),
            m=count("units", m),
            n=count("inputs", n),
            s=count("step", self.step, Kind.INDEX),
            N=count("examples", len(self.x)),
        )

    @property
    def is_picture(self) -> bool:
        """A recording does not say whether its features are the pixels of a picture."""
        return False


def _passes(
    weights: FloatArray, biases: FloatArray, x: FloatArray, name: str
) -> tuple[LayerPass, ...]:
    """Pass the examples through the layer at every scale; a recording may hold any numbers."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            return tuple(layer_pass(weights, biases, x, name, scale) for scale in SCALES)
    except FloatingPointError:
        raise InputError(
            "recording: the inputs and weights of the first layer are too large: their products "
            "overflow; saturation cannot show that"
        ) from None
