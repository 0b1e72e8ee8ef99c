"""The examples in a NumPy archive, under the names and in the shapes that people give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from backprop_core import caps
from backprop_core.data.classes import of_array
from backprop_core.data.npz_data import Array, names_of, opened, read_all, shape_of
from backprop_core.data.npz_names import Pair, Shapes, find_pair, unread
from backprop_core.data.raw_data import Arrays
from backprop_core.data.taken import Taken, listed
from backprop_core.errors import InputError
from backprop_core.formatting import format_value, shorten

_MOST_NAMES = 64
"""Most arrays of an archive that are looked at to find those that hold the examples."""


def read_npz(file: BinaryIO, target: str | int | None = None, *, part: bool = False) -> Arrays:
    """Read the inputs and the classes or targets of an archive, without pickle.

    `npz_names.find_pair` says which arrays they are. Inputs of more dimensions than two, such as
    images, are flattened.

    Parameters
    ----------
    file
        The archive.
    target
        The name of the array of classes or targets; None if it is to be found.
    part
        Whether the examples are held out: they may lack classes.

    Raises
    ------
    InputError
        If the file is not an archive, is damaged or lacks an array, or if an array does not hold
        real numbers or is too large.
    """
    if isinstance(target, int):
        raise InputError(f"data.target: got {target}; allowed the name of an array")
    with opened(file) as archive:
        names = names_of(archive)[:_MOST_NAMES]
        shapes = {name: shape_of(archive, name) for name in names}
        pair = find_pair(shapes, target, part=part)
        x, y = read_all(archive, pair, caps.DATA_BYTES, " and ".join(pair), words=pair[1:])
    x, y, notes = _as_examples(x, y)
    found = of_array(y, part=part)
    if not part and found.y.ndim == 1 and len(found.y) and not found.y.any():
        only = format_value(found.names[0] if found.names else 0)
        raise InputError(f"{pair.y}: got a single class, {only}; allowed at least two")
    features = f"{x.shape[1]:,}" if x.ndim == 2 else "none"
    taken = Taken(
        f"array {pair.y}",
        found.words,
        f"{features}, from the array {pair.x}",
        (*notes, *(() if part else _unread(shapes, pair)), *found.notes),
        found.quantity,
    )
    return Arrays(x, found.y, found.names, (), taken)


def _unread(shapes: Shapes, pair: Pair) -> Iterator[str]:
    """Say which other arrays of examples there are."""
    test, rest = unread(shapes, pair)
    if test:
        yield f"not read: {listed(test)}; to judge on them set data.held_out to this file, too"
    if rest:
        yield f"not read: {listed(rest)}"


def _as_examples(x: Array, y: Array) -> tuple[Array, Array, list[str]]:
    """Return inputs in rows, and targets of as many; say what was done to them."""
    notes = []
    if y.ndim == 2 and len(y) == 1 < y.shape[1] == len(x):
        y = y[0]
        notes.append(f"y of shape (1, {len(y)}) is taken as a row of classes")
    if x.ndim == 2 and y.ndim and len(x) != len(y) == x.shape[1]:
        raise InputError(
            f"x: got shape {x.shape} with {len(y)} classes; allowed (examples, features): write x.T"
        )
    if x.ndim > 2 and y.ndim and len(x) != len(y) == x.shape[-1]:
        raise InputError(
            f"x: got shape {shorten(str(x.shape))} with {len(y)} classes; allowed (examples, ...): "
            "write np.moveaxis(x, -1, 0)"
        )
    if x.ndim == 1 and len(x) and y.shape[:1] == x.shape:
        x = x[:, None]
        notes.append("x of one dimension is taken as one feature")
    if x.ndim > 2 and x.size:
        shape = x.shape[1:]
        x = x.reshape(len(x), -1)
        if x.shape[1] > caps.WIDTH[1]:
            raise InputError(
                f"x: got shape {shorten(str((len(x), *shape)))}, which are {x.shape[1]:,} features "
                f"of an example when flattened; allowed at most {caps.WIDTH[1]:,}"
            )
        notes.append(f"inputs of {' x '.join(map(str, shape))} are flattened")
    return x, y, notes
