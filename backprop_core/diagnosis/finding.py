"""One finding about a network, and the type of the functions that look for findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from backprop_core.arrays import BoolArray
from backprop_core.formatting import layer_names
from backprop_core.passes.trace import Trace
from backprop_core.training.history import History

FILMS: Mapping[str, str] = MappingProxyType(
    {
        "constant_inputs": "preprocessing",
        "contradictory_labels": "preprocessing",
        "off_centre": "preprocessing",
        "off_scale": "preprocessing",
        "saturated": "saturation",
        "dead": "remedies",
        "identical_units": "initialization",
        "vanishing": "vanishing",
        "exploding": "vanishing",
        "zero": "vanishing",
        "clipped": "vanishing",
        "underflow": "numerics",
        "lost": "numerics",
        "small_updates": "learning_speed",
        "large_updates": "learning_speed",
        "one_output": "vanishing",
        "flat": "learning_speed",
        "guessing": "learning_speed",
        "memorised": "vanishing",
        "diverged": "learning_speed",
        "bad_data": "numerics",
        "no_gradient": "circuit",
        "never_moved": "leak",
        "piled_up": "learning_speed",
        "squashed_twice": "saturation",
        "wrong_loss": "circuit",
        "no_activation": "saturation",
        "decayed": "learning_speed",
    }
)
"""Maps each kind of finding to the film that explains it."""


@dataclass(frozen=True)
class Finding:
    """One problem of a network.

    Attributes
    ----------
    kind
        constant_inputs, contradictory_labels, off_centre, off_scale (inputs); saturated, dead,
        identical_units (units); vanishing, exploding, zero, underflow, lost (gradient);
        small_updates, large_updates (weights); one_output, flat, guessing, memorised (training);
        bad_data, diverged, no_gradient, never_moved, piled_up, squashed_twice, wrong_loss,
        no_activation, decayed, clipped (recorded training).
    layers
        The layers concerned, counted from 1; 0 is the input.
    value
        The measured number of the worst layer or input. For ``underflow`` it is the decimal
        logarithm, because the number itself is beyond the range of floats.
    threshold
        The threshold for the value, in the same unit.
    words
        One line: what is wrong, the number and the threshold.
    remedy
        One line: what to do about it.
    step
        For recordings, the training step at which the problem is first seen; for what training has
        done to a network, the number of epochs.
    """

    kind: str
    layers: tuple[int, ...]
    value: float
    threshold: float
    words: str
    remedy: str
    step: int | None = None

    @property
    def film(self) -> str:
        """The film that explains it."""
        return FILMS[self.kind]

    @property
    def where(self) -> str:
        """The layers in words: "input", "layers 1 to 7"."""
        return "input" if tuple(self.layers) == (0,) else layer_names(self.layers)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self) | {"layers": list(self.layers), "film": self.film}


Symptom: TypeAlias = Callable[[Trace, History | None], Iterable[Finding]]
"""A function that looks for one kind of finding."""


def after_epochs(history: History) -> str:
    """Say when a training run was measured last: ``after 30 epochs``."""
    return f"after {history.epochs:,} epoch{'s' * (history.epochs != 1)}"


def layers_where(wrong: BoolArray) -> tuple[int, ...]:
    """Return the layers, counted from 1, where a mask whose first entry is layer 1 is true."""
    return tuple(int(n) + 1 for n in np.flatnonzero(wrong))
