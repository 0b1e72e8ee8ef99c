"""Which examples are kept from training, to judge a trained network on."""

from __future__ import annotations

import re
from dataclasses import replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from backprop_core import caps
from backprop_core.data.held_files import raw_data
from backprop_core.data.raw_data import Floats, RawData
from backprop_core.errors import InputError
from backprop_core.experiment.model import DataSection
from backprop_core.formatting import format_value, shorten, source_name
from backprop_core.number_text import as_typed

_WHOLE = re.compile("-?[0-9]+")


def split(section: DataSection, available: int) -> tuple[int, int]:
    """Return how many examples of a fixed data set are trained on, and how many are held out.

    A share is rounded up, as scikit-learn's `train_test_split` does. In the order in which the
    examples are drawn, those for training come first and those held out last.

    Parameters
    ----------
    available
        Number of examples in the data set.

    Raises
    ------
    InputError
        If none are left to train on.
    """
    share = section.held_out
    if not isinstance(share, float):
        used = min(section.samples, available)
        left_out = available - used if section.name == "digits" else 0
        return used, min(left_out, caps.EXAMPLES)
    aside = ceil(share * available)
    if aside == available:
        raise InputError(
            f"data.held_out: got {as_typed(share)}, which takes {_examples(available)} of "
            f"{available:,}; allowed a share that leaves examples to train on"
        )
    return min(section.samples, available - aside), min(aside, caps.EXAMPLES)


def drawn_in_addition(section: DataSection) -> int:
    """Return how many held-out examples of a generated data set are drawn."""
    share = section.held_out
    return ceil(share * section.samples) if isinstance(share, float) else 0


def second_file(section: DataSection) -> RawData | None:
    """Return the examples of the second file, with its classes numbered as in the first.

    Raises
    ------
    InputError
        If it cannot be used, or has other features, targets or classes than the first.
    """
    if section.path is None or not isinstance(section.held_out, str):
        return None
    target = section.target
    first = raw_data(section.path, target=target)
    second = raw_data(section.held_out, "held_out", target)
    try:
        return _like(second, first)
    except InputError as error:
        raise InputError(f"data.held_out: {source_name(section.held_out)}: {error}") from None


def _like(second: RawData, first: RawData) -> RawData:
    """Return the second file's examples as the first file has its own."""
    features, allowed = second.x.shape[1], first.x.shape[1]
    if features != allowed:
        raise InputError(f"got {features} features; allowed {allowed}, as data.path has")
    second = _in_order(second, first)
    if second.y.ndim < first.y.ndim and (targets := _as_targets(second, first)) is not None:
        return replace(second, y=targets, outputs=first.outputs, names=())
    if second.y.ndim != first.y.ndim:
        kinds = {1: "classes", 2: "targets"}
        raise InputError(
            f"y: got {kinds[second.y.ndim]}; allowed {kinds[first.y.ndim]}, as data.path has"
        )
    if second.y.ndim == 2:
        if second.outputs != first.outputs:
            raise InputError(
                f"y: got {second.outputs} outputs; allowed {first.outputs}, as data.path has"
            )
        return second
    return replace(second, y=_renumbered(second, first), outputs=first.outputs, names=())


def _in_order(second: RawData, first: RawData) -> RawData:
    """Return the second file with its features in the order of the first, by their names."""
    one, other = first.features, second.features
    if one == other or len({*one}) < len(one) or sorted(one) != sorted(other):
        return second
    order = [other.index(name) for name in one]
    return replace(second, x=second.x[:, order], features=one)


def _as_targets(second: RawData, first: RawData) -> Floats | None:
    """Return whole numbers of the second file as targets, where those of the first are no classes.

    A part of the examples may hold so few of them that they look like classes.
    """
    names, y = _class_names(second), second.y.astype(np.int64, copy=False)
    if first.outputs > 1 and second.features == () and second.outputs <= first.outputs:
        return np.eye(first.outputs)[y] if names == tuple(map(str, range(len(names)))) else None
    if first.outputs == 1 and all(_WHOLE.fullmatch(name) for name in names):
        return np.array([float(name) for name in names])[y][:, None]
    return None


def _renumbered(second: RawData, first: RawData) -> NDArray[np.int64]:
    """Return the classes of the second file, by the numbers that they have in the first."""
    y = second.y.astype(np.int64, copy=False)
    known, names = _class_names(first), _class_names(second)
    place = {name: number for number, name in enumerate(known)}
    new = np.array([place.get(name, -1) for name in names])[y]
    if new.min() < 0:
        wrong, allowed = format_value(names[y[new.argmin()]]), shorten(", ".join(known))
        raise InputError(f"got class {wrong}; allowed those of data.path: {allowed}")
    return new


def _class_names(raw: RawData) -> tuple[str, ...]:
    return raw.names or tuple(map(str, range(raw.outputs)))


def _examples(number: int) -> str:
    return "the one" if number == 1 else "all"
