"""The network that a film is about, in words: shared by the films of whole networks."""

from __future__ import annotations

from collections.abc import Iterable

from backprop_core.data.datasets import layer_widths
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from scenes.words.figures import Sentence
from scenes.words.networks import network_in_words

SHALLOW, DEEP = 2, 9
"""The depth that a deep network is compared with, and that for one which is shallow itself."""


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


def at_another_depth(experiment: Experiment) -> Experiment:
    """Return the experiment with two layers, or if it has two, with nine or as many as may be.

    Raises
    ------
    InputError
        If the first hidden layer is too wide for any.
    """
    depths = [SHALLOW] if experiment.depth > SHALLOW else range(DEEP, SHALLOW, -1)
    other = at_depth(experiment, depths)
    if other is None:
        hidden = layer_widths(experiment)[1]
        raise InputError(
            f"network.width: got {hidden:,}; allowed less, to be compared at other depths"
        )
    return other


def at_depth(experiment: Experiment, depths: Iterable[int]) -> Experiment | None:
    """Return the experiment at the first of some depths that is allowed, or None.

    Its ends stay, and every hidden layer is as wide as the first one was: many of the widest layers
    would be more than a network may have.
    """
    first, hidden, *_, last = layer_widths(experiment)
    for depth in depths:
        widths = [first, *[hidden] * (depth - 1), last]
        other = experiment.override({"network.widths": widths})
        try:
            layer_widths(other)
        except InputError:
            continue
        return other
    return None
