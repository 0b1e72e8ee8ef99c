"""Load or draw the examples of an experiment, scale them, and derive the widths of the layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop_core import caps
from backprop_core.data.builtin import digits, draw_blobs, draw_moons, draw_noise
from backprop_core.data.held_files import holding_files, raw_data
from backprop_core.data.held_out import drawn_in_addition, second_file, split
from backprop_core.data.raw_data import Floats, RawData
from backprop_core.data.taken_files import TO_PREDICT, check_quantity
from backprop_core.errors import InputError
from backprop_core.experiment.model import DataSection, Experiment
from backprop_core.formatting import source_name

DATA_STREAM = 0
"""Number of the random stream for data. One seed feeds four streams: data 0, weights 1,
minibatches 2, landscape 3."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Inputs (examples, n_0), and classes or targets; see `Data`. Read-only."""

    x: NDArray[np.floating]
    y: NDArray[np.floating] | NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Data:
    """Scaled examples, ready for a network. The arrays are shared and read-only."""

    name: str
    """Name of the data set in the configuration: digits, moons, blobs, noise or file."""
    x: NDArray[np.floating]
    """Inputs (examples, n_0), scaled, shifted and standardised, in the experiment's dtype."""
    y: NDArray[np.floating] | NDArray[np.integer]
    """Classes 0..n_L - 1 as int64 (examples,), or targets (examples, n_L) in the same dtype."""
    outputs: int
    """n_L: the number of classes, or of target columns."""
    available: int | None
    """Number of examples in the whole data set; None for sets that are drawn on request."""
    held_out: Examples | None = None
    """Examples that are not trained on, in the same dtype, scaled and shifted likewise, and
    standardised with the mean and deviation of `x`; None if there are none."""


@dataclass(frozen=True)
class Ends:
    """The sizes of a data set, known before any example is drawn."""

    features: int
    outputs: int
    available: int | None


_DRAWN: dict[str, tuple[Ends, Callable[[np.random.Generator, int], RawData]]] = {
    "moons": (Ends(2, 2, None), draw_moons),
    "blobs": (Ends(2, 3, None), draw_blobs),
    "noise": (Ends(64, 10, None), draw_noise),
}
_DIGITS = Ends(64, 10, 1797)
_LARGE = 64 * 1024**2
"""Bytes of inputs above which a data set counts as large."""


def load_data(experiment: Experiment) -> Data:
    """Load or draw the examples of an experiment.

    The same data section, seed and dtype give the same arrays, which are cached between calls. For
    one seed, a smaller sample of a fixed data set is the beginning of a larger one.

    Raises
    ------
    InputError
        If a data file cannot be used, if scaled inputs leave the range of the dtype, or if the loss
        is not defined for the targets.
    """
    section = experiment.data
    with holding_files(section):
        check_quantity(experiment)
        ends = _ends(section)
        large = sum(_sizes(section, ends)) * ends.features * 8 > _LARGE
        load = _load_large if large else _load
        data = load(section, experiment.seed, experiment.dtype, _digests(section))
    check_targets(data, experiment)
    return data


def layer_widths(experiment: Experiment) -> tuple[int, ...]:
    """Return all widths, input first: the ends follow from the data, the rest from the experiment.

    Raises
    ------
    InputError
        If `network.widths` does not match the data, or if the network has too many parameters or
        needs too much memory or arithmetic for its examples.
    """
    network, ends = experiment.network, _ends(experiment.data)
    check_quantity(experiment)
    widths = network.widths
    if widths is None:
        hidden = (network.width,) * (network.depth - 1)
        widths = (ends.features, *hidden, ends.outputs)
    elif (widths[0], widths[-1]) != (ends.features, ends.outputs):
        raise InputError(
            f"network.widths: got {widths[0]} inputs and {widths[-1]} outputs; allowed "
            f"{ends.features} and {ends.outputs}, those of the data ({_called(experiment.data)})"
        )
    examples, held_out = _sizes(experiment.data, ends)
    problems = caps.budget_problems(
        widths,
        examples=examples,
        held_out=held_out,
        itemsize=np.dtype(experiment.dtype).itemsize,
        epochs=experiment.training.epochs,
        batch_size=experiment.training.batch_size,
        orthogonal=network.init == "orthogonal",
    )
    if problems:
        raise InputError(*problems)
    return widths


def _called(section: DataSection, field: str = "path") -> str:
    return source_name(section.files.get(field, section.name))


def _digests(section: DataSection) -> tuple[str, ...]:
    return tuple(
        raw_data(path, field, section.target).digest for field, path in section.files.items()
    )


def _sizes(section: DataSection, ends: Ends) -> tuple[int, int]:
    """Return how many examples are trained on and how many are held out."""
    if ends.available is None:
        return section.samples, drawn_in_addition(section)
    used, held_out = split(section, ends.available)
    second = section.files.get("held_out")
    if second is not None:
        held_out = len(raw_data(second, "held_out", section.target).x[: caps.EXAMPLES])
    return used, held_out


def _ends(section: DataSection) -> Ends:
    if section.path is not None:
        raw = raw_data(section.path, target=section.target)
        return Ends(raw.x.shape[1], raw.outputs, raw.x.shape[0])
    return _DIGITS if section.name == "digits" else _DRAWN[section.name][0]


@lru_cache(maxsize=8)
def _load(section: DataSection, seed: int, dtype: str, digests: tuple[str, ...]) -> Data:
    return _made(section, seed, dtype)


@lru_cache(maxsize=1)
def _load_large(section: DataSection, seed: int, dtype: str, digests: tuple[str, ...]) -> Data:
    """Do the same for a large data set, of which only one is cached, to bound the memory."""
    return _made(section, seed, dtype)


def _made(section: DataSection, seed: int, dtype: str) -> Data:
    drawn = _drawn(section, seed)
    # Overflows are refused below, in messages that name the field.
    with np.errstate(all="ignore"):
        _scale(drawn.x, section)
        moments = feature_moments(drawn.x) if section.standardize else None
        _standardize(drawn.x, moments)
        _scale(drawn.held_x, section)
        _standardize(drawn.held_x, moments)
    used = _ready(drawn.x, drawn.y, section, "path", dtype)
    held_out = None
    if len(drawn.held_x):
        try:
            held_out = _ready(drawn.held_x, drawn.held_y, section, "held_out", dtype)
        except InputError:
            # Nobody asked for what the digits have left over.
            if section.held_out is not None:
                raise
    return Data(section.name, used.x, used.y, drawn.outputs, drawn.available, held_out)


def _ready(
    x: Floats, y: Floats | NDArray[np.int64], section: DataSection, field: str, dtype: str
) -> Examples:
    """Turn scaled examples into read-only arrays of a dtype; refuse those that leave its range."""
    with np.errstate(all="ignore"):
        inputs = x.astype(dtype, copy=False)
        wanted = y if y.ndim == 1 else y.astype(dtype)
    if not np.isfinite(inputs).all():
        whose = "" if field == "path" else " of held-out examples"
        raise InputError(
            f"data.scale: got {section.scale:g} with shift {section.shift:g}, which takes inputs"
            f"{whose} beyond the range of {dtype}; allowed finite inputs"
        )
    if not np.isfinite(wanted).all():
        raise InputError(f"data.{field}: {_called(section, field)}: y leaves the range of {dtype}")
    inputs.flags.writeable = wanted.flags.writeable = False
    return Examples(inputs, wanted)


class _Drawn(NamedTuple):
    """Own copies of raw inputs, with classes or targets, to train on and held out (maybe none)."""

    x: Floats
    y: Floats | NDArray[np.int64]
    held_x: Floats
    held_y: Floats | NDArray[np.int64]
    outputs: int
    available: int | None


def _drawn(section: DataSection, seed: int) -> _Drawn:
    rng = np.random.default_rng((seed, DATA_STREAM))
    if section.name in _DRAWN:
        draw = _DRAWN[section.name][1]
        raw, more = draw(rng, section.samples), drawn_in_addition(section)
        held = draw(rng, more) if more else None
        x, y = (raw.x[:0], raw.y[:0]) if held is None else (held.x, held.y)
        return _Drawn(raw.x.copy(), raw.y, x.copy(), y, raw.outputs, None)
    raw = raw_data(section.path, target=section.target) if section.path else digits()
    available = len(raw.x)
    order = rng.permutation(available)
    used, aside = split(section, available)
    chosen, last = order[:used], order[available - aside :]
    second = second_file(section)
    x, y = (raw.x[last], raw.y[last]) if second is None else _first(second)
    return _Drawn(raw.x[chosen], raw.y[chosen], x, y, raw.outputs, available)


def _first(raw: RawData) -> tuple[Floats, Floats | NDArray[np.int64]]:
    return raw.x[: caps.EXAMPLES].copy(), raw.y[: caps.EXAMPLES].copy()


def _scale(x: Floats, section: DataSection) -> None:
    """Scale and shift in place, because a copy may take half a gigabyte."""
    x *= section.scale
    x += section.shift


def _standardize(x: Floats, moments: tuple[Floats, Floats] | None) -> None:
    if moments is not None:
        x -= moments[0]
        x /= moments[1]


def feature_moments(x: Floats) -> tuple[Floats, Floats]:
    """Return what standardising subtracts from each feature and divides it by, (n_0,) each.

    A constant feature is only centred: its computed deviation is rounding noise, and so is the
    difference between its value and its computed mean.
    """
    constant = x.max(axis=0) == x.min(axis=0)
    return np.where(constant, x[0], x.mean(axis=0)), np.where(constant, 1.0, x.std(axis=0))


def check_targets(data: Data, experiment: Experiment) -> None:
    """Raise InputError if the loss is not defined for the targets.

    Cross entropy takes probabilities 0..1 or classes; the hinge loss takes classes only.
    """
    _check_targets(data.y, experiment, "path")
    if data.held_out is not None:
        _check_targets(data.held_out.y, experiment, "held_out")


def _check_targets(
    y: NDArray[np.floating] | NDArray[np.integer], experiment: Experiment, field: str
) -> None:
    network = experiment.network
    if y.ndim == 1:
        return
    where = f"data.{field}: {_called(experiment.data, field)}"
    if network.loss == "hinge":
        raise InputError(
            f'{where}: y: got targets of shape {y.shape} with loss = "hinge"; '
            "allowed classes, whole numbers of shape (examples,)"
        )
    if network.loss == "cross_entropy" and (y.min() < 0 or y.max() > 1):
        raise InputError(
            f"{where}: y: got targets from {y.min():g} to {y.max():g} "
            f'with loss = "cross_entropy"; allowed 0 to 1; {TO_PREDICT}'
        )
