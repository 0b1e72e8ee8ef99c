"""Make a recording from arrays of any library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backprop_core.errors import InputError
from backprop_core.recording.building import Building
from backprop_core.recording.one_pass import Pass
from backprop_core.recording.recording import Recording


def from_arrays(
    passes: Pass | Iterable[Pass],
    activations: str | Sequence[str | None],
    *,
    names: Sequence[str] | None = None,
    source: str = "arrays",
    neurons: int = 64,
    examples: int = 64,
    seed: int = 0,
) -> Recording:
    """Make a recording from arrays of any library.

    Parameters
    ----------
    passes
        One `Pass`, or several in the order of their steps.
    activations
        One activation for all hidden layers (the output is then "identity"), or one for each layer.
        None stands for an activation that this project does not know.
    names
        Names of the layers; by default their numbers.
    source
        Origin of the arrays, for example "Keras 3".
    neurons, examples, seed
        Most units of each layer and most examples of a pass that are kept, chosen by the seed.

    Raises
    ------
    InputError
        If shapes, dtypes or steps do not fit together, or the first pass holds NaN or infinity. In
        a later pass these end the recording, and ``ended`` says why.
    """
    found = [passes] if isinstance(passes, Pass) else list(passes)
    if not found:
        raise InputError("passes: got none; allowed at least one")
    depth = len(found[0].z)
    if isinstance(activations, str):
        activations = [*[activations] * (depth - 1), "identity"]
    names = [str(n) for n in range(1, depth + 1)] if names is None else [str(n) for n in names]
    building = Building(names, activations, source, neurons=neurons, examples=examples, seed=seed)
    for one in found:
        if not building.add(one):
            break
    return building.finished()
