"""The loss of a recorded run, and the end of its numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backprop_core.diagnosis.finding import Finding
from backprop_core.number_text import number
from backprop_core.recording import Recording

FLAT = 0.1
"""A loss is flat if it falls by less than this share of its first value; a convention."""
LEARNS = 0.5
"""Part of its first value that the loss must reach for the size of the steps to be no fault; a
convention."""
FEWEST_PASSES = 5
"""Fewest losses from which a plateau is judged."""
_LARGEST = 0.5 * float(np.finfo(np.float64).max)
CAUSES = {
    "diverged": "the numbers overflow",
    "never_moved": "no weight moves",
    "piled_up": "gradients of earlier passes pile up",
    "squashed_twice": "the output is squashed twice",
    "identical_units": "units are identical",
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


def learns(recording: Recording) -> bool:
    """Tell whether the loss falls so far that the steps suit it, whatever their size."""
    loss = recording.loss
    if loss is None or not loss[0] > 0:
        return False
    return float(np.median(loss[-max(1, len(loss) // 10) :])) < LEARNS * float(loss[0])


def diverged(recording: Recording) -> Iterator[Finding]:
    """Find the end of a recording in NaN or infinity."""
    if recording.ended is not None:
        last = int(recording.steps[-1])
        yield Finding(
            "diverged",
            (),
            float(last),
            float(last),
            f"The numbers leave the range of floats: {recording.ended}.",
            "Lower the learning rate, or draw smaller weights.",
            step=last,
        )


def flat(recording: Recording, kinds: set[str]) -> Iterator[Finding]:
    """Find a loss that does not fall, and say why."""
    loss = recording.loss
    if loss is None or len(loss) < FEWEST_PASSES:
        return
    few = max(1, len(loss) // 10)
    # Half of each, as the median of an even number of the largest floats overflows.
    before, after = (
        2 * min(float(np.median(part / 2)), _LARGEST) for part in (loss[:few], loss[-few:])
    )
    fallen = max(1 - after / before, -_LARGEST) if before > 0 else 1.0
    if fallen >= FLAT:
        return
    cause = next((words for kind, words in CAUSES.items() if kind in kinds), None)
    why = f"most likely as {cause}" if cause else "and nothing that was recorded says why"
    remedy = "Mend that first." if cause else "Look at the data, the loss and the learning rate."
    yield Finding(
        "flat",
        (),
        fallen,
        FLAT,
        f"The loss is flat, {why}: {number(before)} at first, {number(after)} at last, over "
        f"{int(recording.steps[-1] - recording.steps[0]) + 1:,} steps.",
        remedy,
    )
