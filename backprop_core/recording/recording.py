"""A recording in memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backprop_core.errors import InputError
from backprop_core.formatting import format_value
from backprop_core.recording.archive import save
from backprop_core.recording.checks import problems_of
from backprop_core.recording.contents import Contents


@dataclass(frozen=True, eq=False)
class Recording(Contents):
    """Measurements of S passes of a network of L layers; all arrays are read-only.

    Attributes
    ----------
    layers
        The layers in the order in which they were run.
    source, dtype
        Origin of the passes, for example a library and its version, and the dtype of the network.
    steps, batch
        (S,), the number of each pass in the training, and the size N of its batch.
    norms
        (S, L) for each kind of `NORMS` that was observed; see the package's docstring.
    shares
        (S, L) for each kind of `SHARES`.
    loss, back
        (S,) the mean loss, and (S, L-1) the norm of dL/da of hidden layers; None if not observed.
    snapshots, weights, biases
        Parts of some passes, and W and b at the first pass; None if not kept.
    every, seed
        Distance of measured passes, and the seed that chose units and examples; None if unknown.
    ended
        Why the recording ended before the training did; None if it did not.
    passed_over
        Names of modules that were not recorded.
    received
        (S, L), 0 to 3: what each layer got in each pass, see `arrived`; None if all got a gradient.
    counts
        (S,) for each of `COUNTS` that is known: `stepped`, `since_step`, `in_step`.
    rate
        (S, L), the learning rate of W at the step after each pass, or None.
    loss_scale
        (S,), the factor of the loss by which gradients were multiplied on their way, or None.
    without_gradient
        The layers that got no gradient in any recorded pass, and why.
    skipped
        Numbers of the passes that were left out, as their step was skipped.
    own_steps, other_steps
        Steps of optimizers that hold parameters of the model, and of others; None if not known.
    precision
        The dtype that the network computes in, if NumPy has none such: "bfloat16".
    head
        The functions between the last layer and the loss, as far as they are known.
    born
        Where NaN or infinity was first seen; None if it was not.

    Raises
    ------
    InputError
        If shapes, dtypes or numbers do not fit together.
    """

    def __post_init__(self) -> None:
        problems = list(problems_of(self))
        if problems:
            raise InputError(*problems)
        for array in self.arrays().values():
            array.setflags(write=False)

    def log10(self, kind: str) -> NDArray[np.float64]:
        """Return decimal logarithms of the norms of a kind, (S, L); -inf is exactly 0.

        Raises
        ------
        InputError
            If this kind was not observed.
        """
        if kind not in self.norms:
            raise InputError(f"recording: has no {kind}; it has {', '.join(self.norms)}")
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(self.norms[kind]))

    def require_a_pass(self) -> None:
        """Raise InputError, which says why, if there is no pass: the first one was not finite."""
        if not self.passes:
            why = self.ended or "the first one was not finite"
            raise InputError(f"recording: has no pass; allowed at least one, and {why}")

    def row(self, step: int) -> int:
        """Return the row of a step of the training.

        Raises
        ------
        InputError
            If that step was not recorded; the nearest one is named.
        """
        self.require_a_pass()
        found = np.flatnonzero(self.steps == step)
        if len(found):
            return int(found[0])
        near = int(self.steps[np.argmin(np.abs(self.steps.astype(np.float64) - step))])
        raise InputError(
            f"--step: got {format_value(step)}; allowed a step that was recorded, "
            f"{self.steps[0]} to {self.steps[-1]}; the nearest is {near}"
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the recording to a file atomically, and return its path.

        Raises
        ------
        InputError
            If the path does not end in .npz, cannot be written, or is a file of another kind.
        """
        return save(self, Path(path))
