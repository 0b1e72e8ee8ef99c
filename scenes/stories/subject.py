"""The network that a film is about, in words: shared by the films of whole networks."""

from __future__ import annotations

from backprop_core.config import Experiment
from backprop_core.datasets import layer_widths
from scenes.kit.figures import Sentence
from scenes.kit.wording import network_in_words


def describe(experiment: Experiment, examples: int) -> Sentence:
    """Describe the network of an experiment, and how many examples of its data are shown."""
    network = experiment.network
    return network_in_words(
        widths=layer_widths(experiment),
        activation=network.activation,
        init=network.init,
        gain=network.gain,
        data=experiment.data.name,
        examples=examples,
    )
