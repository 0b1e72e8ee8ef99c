"""A description of a recorded network, and its numbers in the form that films use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray
from backprop_core.diagnosis.runs.ratios import ways_down
from backprop_core.errors import InputError
from backprop_core.recording import Recording
from scenes.words.figures import Sentence, count, sentence
from scenes.words.networks import ACTIVATION_WORDS, hidden_in_words

FEWEST_LAYERS = 2
"""Minimum number of layers for a gradient profile."""


@dataclass(frozen=True, eq=False)
class RecordedPass:
    """Activations of a recorded network, with the interface of a trace.

    Attributes
    ----------
    a
        L+1 arrays (examples, n_l), the input first. Units that were not recorded stay dark.
    """

    a: tuple[FloatArray, ...]


def describe(recording: Recording) -> Sentence:
    """Describe a recorded network, and which passes of it are shown."""
    kind = recording.activation
    adjective = f"{ACTIVATION_WORDS[kind]} " if kind else ""
    layers, figures = hidden_in_words(recording.widths, adjective)
    if recording.depth == 1:
        layers, figures = "one linear layer", {}
    figures |= {
        "p": count("passes", recording.passes),
        "n": count("batch", int(recording.batch[0])),
    }
    passes = f"{{p}} pass{'es' * (recording.passes != 1)}"
    examples = f"{{n}} example{'s' * (int(recording.batch[0]) != 1)}"
    words = f"{layers}, recorded: {passes} of {examples}"
    gap = spacing(recording)
    if gap is not None:
        figures["k"] = count("every", gap)
        words += ", every {k} steps"
    return sentence(words, **figures)


def spacing(recording: Recording) -> int | None:
    """Return the number of steps between passes; None if it is 1 or not constant."""
    gaps = np.diff(recording.steps)
    return int(gaps[0]) if len(gaps) and (gaps == gaps[0]).all() and gaps[0] > 1 else None


def first_activations(recording: Recording) -> RecordedPass | None:
    """Return one example's activations at the first pass; None where they were not kept."""
    shots = recording.snapshots
    if shots is None or shots.a is None or shots.x is None:
        return None
    whole: list[FloatArray] = [shots.x[0]]
    for layer, units, a in zip(recording.layers, shots.units, shots.a, strict=True):
        filled = np.zeros((shots.examples, layer.units), dtype=np.float64)
        filled[:, units] = a[0]
        whole.append(filled)
    return RecordedPass(tuple(whole))


def profile(recording: Recording, row: int) -> NDArray[np.float64]:
    """Return log10 of the signal of each layer at a pass, (L,).

    Raises
    ------
    InputError
        If there is only one layer, or no pass, or if the layers are no chain: then there is no way
        down through all of them.
    """
    recording.require_a_pass()
    if recording.depth < FEWEST_LAYERS:
        raise InputError(
            f"recording: has {recording.depth} layer; allowed at least {FEWEST_LAYERS}, as "
            "a gradient that goes down is shown"
        )
    if len(ways := ways_down(recording)) > 1:
        ends = " and ".join(str(way[-1]) for way in ways[:2])
        raise InputError(
            f"recording: has several ends, as layers {ends}; allowed a chain, as a gradient that "
            "goes down is shown; backprop check --recording judges each way down by itself"
        )
    return np.asarray(recording.log10("signal")[row])
