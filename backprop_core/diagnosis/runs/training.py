"""The loss of a recorded run, and the end of its numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.finding import Finding
from backprop_core.diagnosis.symptoms.updates import TRAINED
from backprop_core.formatting import shorten
from backprop_core.number_text import number
from backprop_core.recording import Recording
from backprop_core.verdicts.loss import FLAT

Array = NDArray[np.float64]

LEARNS = 0.5
"""Part of its first value that the loss must reach for the size of the steps to be no fault; a
convention."""
FEWEST_PASSES = 5
"""Fewest losses from which a plateau is judged."""
_LARGEST = 0.5 * float(np.finfo(np.float64).max)
CAUSES = {
    "bad_data": "the data hold NaN or infinity",
    "diverged": "the numbers overflow",
    "no_gradient": "no gradient arrives at some layers",
    "never_moved": "no weight moves",
    "piled_up": "gradients of earlier passes pile up",
    "squashed_twice": "the output is squashed twice",
    "wrong_loss": "the loss does not fit the output",
    "identical_units": "units are identical",
    "decayed": "the weights shrink to nothing",
    "no_activation": "the network is linear",
    "zero": "layers get no gradient at all",
    "vanishing": "the gradient vanishes on its way down",
    "lost": "gradients are rounded to 0",
    "dead": "units are dead",
    "saturated": "units are saturated",
    "small_updates": "the steps are tiny",
    "clipped": "the gradient is clipped to a small part",
    "large_updates": "the steps are too large",
    "exploding": "the gradient explodes on its way down",
}
"""Maps kinds of findings to causes of a loss that does not fall, the likeliest first."""


_OVERFLOW = "Lower the learning rate, or draw smaller weights."
_BIRTHS = {
    "x": (
        "in the data that the model is given",
        "Count them (numpy.isnan(x).sum()), and leave these examples out or fill in their values.",
    ),
    "W": ("in a step that changed the weights of layer{layer}", _OVERFLOW),
    "z": ("in layer{layer}: its input and weights are finite, z is not", _OVERFLOW),
    "loss": (
        "in the loss: the output of the model is finite, the loss is not",
        "Look for log(0), a division by 0 or exp of large numbers in the loss: hand it logits, or "
        "add a small number inside the logarithm.",
    ),
    "delta": (
        "on the way back to layer{layer}: the loss is finite, its gradient is not",
        "Look between this layer and the loss for a root, a norm or a logarithm at 0: its slope "
        "is infinite there; add a small number inside.",
    ),
    "dW": ("in the gradient of the weights of layer{layer}", _OVERFLOW),
}
"""Where NaN or infinity is born, and the remedy."""


def learns(recording: Recording) -> bool:
    """Tell whether the loss falls so far that the steps suit it, whatever their size."""
    share = fallen(recording)
    return share is not None and share > 1 - LEARNS


def late(recording: Recording) -> str:
    """Return the remedy for what training has done to a network."""
    if learns(recording):
        return "The loss falls all the same; should it stop, lower the learning rate."
    return TRAINED


def fallen(recording: Recording) -> float | None:
    """Return by which share of its first value the loss falls; None if there is no such share."""
    loss = recording.loss
    if loss is None or not len(loss):
        return None
    before, after = _ends(loss)
    if before == 0:
        return None
    # Divided one by one, as a difference of the largest floats overflows.
    with np.errstate(over="ignore"):
        share = np.sign(before) * (1 - np.float64(after) / np.float64(before))
    return float(np.clip(share, -_LARGEST, _LARGEST))


def _ends(loss: Array) -> tuple[float, float]:
    """Return what the loss typically is at first and at last."""
    few = max(1, len(loss) // 10)
    # Half of each, as the median of an even number of the largest floats overflows.
    first, last = (float(np.median(part / 2)) for part in (loss[:few], loss[-few:]))
    return 2 * min(first, _LARGEST), 2 * min(last, _LARGEST)


def not_finite(recording: Recording) -> Iterator[Finding]:
    """Find the end of a recording in NaN or infinity, and where that was born."""
    if recording.ended is None:
        return
    born, last = recording.born, int(recording.steps[-1]) if recording.passes else 0
    what = "other" if born is None else born.what
    place, remedy = _BIRTHS.get(what, (None, _OVERFLOW))
    words = f"The numbers leave the range of floats: {recording.ended}."
    if born is not None and place is not None:
        layer = "" if born.layer is None else f" {_numbered(recording, born.layer)}"
        before = f"while at step {last:,} all was finite" if recording.passes else "the first one"
        words = (
            f"NaN or infinity is born {place.format(layer=layer)}; first seen at step "
            f"{born.step:,}, {before}."
        )
    if what == "W" and (recording.every or 1) > 1:
        remedy += " To see the step, record every pass (every=1)."
    yield Finding(
        "bad_data" if what == "x" else "diverged",
        (0,) if what == "x" else (),
        float(last),
        float(last),
        words,
        remedy,
        step=last if born is None else born.step,
    )


def _numbered(recording: Recording, name: str) -> str:
    """Return the number of a layer, and its name if that is not the number."""
    numbers = {layer.name: number for number, layer in enumerate(recording.layers, start=1)}
    if name not in numbers:
        return shorten(name)
    number = str(numbers[name])
    return number if name == number else f"{number} ({shorten(name)})"


def flat(recording: Recording, kinds: set[str]) -> Iterator[Finding]:
    """Find a loss that does not fall, and say why."""
    loss = recording.loss
    if loss is None or len(loss) < FEWEST_PASSES:
        return
    share = fallen(recording)
    if share is None or share >= FLAT:
        return
    before, after = _ends(loss)
    cause = next((words for kind, words in CAUSES.items() if kind in kinds), None)
    why = f"most likely as {cause}" if cause else "and nothing that was recorded says why"
    remedy = "Mend that first." if cause else "Look at the data, the loss and the learning rate."
    yield Finding(
        "flat",
        (),
        share,
        FLAT,
        f"The loss is flat, {why}: {number(before)} at first, {number(after)} at last, over "
        f"{int(recording.steps[-1] - recording.steps[0]) + 1:,} steps.",
        remedy,
    )
