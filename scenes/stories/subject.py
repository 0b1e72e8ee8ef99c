"""Descriptions of the network of a film, shared by the films of whole networks."""

from __future__ import annotations

from collections.abc import Iterable

from backprop_core.data.datasets import layer_widths
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from scenes.words.figures import Sentence
from scenes.words.networks import network_in_words

SHALLOW, DEEP = 2, 9
"""The depth to which a deep network is compared, and the depth for a shallow network."""


def describe(experiment: Experiment, examples: int, other_depth: int | None = None) -> Sentence:
    """Describe the network of an experiment, and how many examples of its data are shown.

    With `other_depth` it is of two networks, of which the other has that depth.
    """
    network = experiment.network
    return network_in_words(
        widths=layer_widths(experiment),
        activation=network.activation,
        init=network.init,
        gain=network.gain,
        data=experiment.data.name,
        examples=examples,
        other_depth=other_depth,
    )


def at_another_depth(experiment: Experiment) -> Experiment:
    """Return the experiment with two layers, or if it has two, with nine or as many as may be.

    Raises
    ------
    InputError
        If the first hidden layer is too wide for any other depth.
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

    Input and output stay, and every hidden layer gets the width of the first one. Many layers of
    the largest width could exceed the limit on a network's size.
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
