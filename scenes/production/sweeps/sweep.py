"""Sweeps: reads a file of films and axes, checks everything in it, and yields the points."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from backprop_core.errors import InputError
from backprop_core.experiment.model import Experiment
from backprop_core.experiment.sharing import DATA_FILES
from backprop_core.experiment.toml_input import parse_toml, read_toml_file
from backprop_core.formatting import format_value, nearest, source_name
from backprop_core.formatting import name as key_name
from scenes.production.request.catalog import reference
from scenes.production.request.error_collector import Problems
from scenes.production.request.naming import folder_name

MOST_JOBS = 10_000
"""The most jobs of a sweep: films x points."""
_LARGEST = 1e12
"""The largest end of a range; no field allows more."""
_KEYS = ("films", "combine", "axes", "experiment")
_COMBINE = ("product", "zip")
_STEPPED, _COUNTED = {"from", "to", "step"}, {"from", "to", "count"}
_RANGE = "{ from, to, step } or { from, to, count }, with log = true for equal factors"
_DIGITS, _ALL_DIGITS = 6, 17
"""Significant digits of the values between the ends of a counted range, which name folders: few,
and more where values would be the same."""


@dataclass(frozen=True)
class Sweep:
    """A sweep: its films, and the fields that it varies.

    Attributes
    ----------
    file
        The file that it was read from.
    films
        Names of films of the catalog.
    axes
        Dotted name of a field -> the values that it takes.
    combine
        "product", or "zip" for axes of equal length.
    base
        The experiment that all points start from; None if each film starts from its own default.
    """

    file: Path
    films: tuple[str, ...]
    axes: Mapping[str, tuple[object, ...]]
    combine: str
    base: Experiment | None

    @property
    def name(self) -> str:
        """The name of its folder."""
        return folder_name(self.file.stem, {})

    def points(self) -> Iterator[dict[str, object]]:
        """Yield the values of each point, by the dotted names of their fields."""
        if not self.axes:
            yield {}
            return
        columns = self.axes.values()
        zipped = self.combine == "zip"
        rows = zip(*columns, strict=True) if zipped else itertools.product(*columns)
        for row in rows:
            yield dict(zip(self.axes, row, strict=True))


def load_sweep(path: Path) -> Sweep:
    """Read a sweep from a TOML file.

    Parameters
    ----------
    path
        The file. Relative paths of data files in it start from its folder.

    Raises
    ------
    InputError
        If the file cannot be read, or with a line for each problem in it. The experiments of the
        points are not checked here, so that an invalid one does not stop the others.
    """
    source = source_name(str(path))
    document = parse_toml(read_toml_file(path, source), source)
    problems = Problems(f"{source}: ")
    found: dict[str, Any] = {"films": (), "axes": {}, "combine": "product", "base": None}
    for key in document:
        with problems.collected():
            _known(key, _KEYS, "")
    with problems.collected():
        found["films"] = _films(document.get("films"))
    with problems.collected():
        found["combine"] = _combine(document.get("combine", "product"))
    found["axes"] = _axes(document.get("axes", {}), problems)
    if "experiment" in document:
        with problems.collected():
            found["base"] = _base(document["experiment"], path.parent)
    problems.raise_all()
    found["axes"] = {field: _placed(field, v, path.parent) for field, v in found["axes"].items()}
    sweep = Sweep(path, **found)
    with problems.collected():
        _check_size(sweep)
    problems.raise_all()
    return sweep


def _known(key: str, allowed: tuple[str, ...], place: str) -> None:
    if key not in allowed:
        meant = nearest(key, allowed)
        hint = f"did you mean {place}{meant}?" if meant else f"allowed {', '.join(allowed)}"
        raise InputError(f"{place}{key_name(key)}: unknown field; {hint}")


def _films(given: object) -> tuple[str, ...]:
    if given is None:
        raise InputError('films: missing; allowed a list of films, as in films = ["vanishing"]')
    if not isinstance(given, list) or not given or not all(isinstance(f, str) for f in given):
        raise InputError(f"films: got {format_value(given)}; allowed a list of names of films")
    problems = Problems()
    for film in given:
        with problems.collected():
            if ":" in film:
                raise InputError(f"film: got {format_value(film)}; allowed names of the catalog")
            reference(film)
    problems.raise_all()
    return tuple(dict.fromkeys(given))


def _combine(given: object) -> str:
    if isinstance(given, str) and given in _COMBINE:
        return given
    raise InputError(f"combine: got {format_value(given)}; allowed {', '.join(_COMBINE)}")


def _base(given: object, folder: Path) -> Experiment:
    if not isinstance(given, Mapping):
        raise InputError(f"experiment: got {format_value(given)}; allowed a section [experiment]")
    try:
        experiment = Experiment(**given)
    except InputError as error:
        raise InputError(*(f"experiment.{line}" for line in error.problems)) from None
    return experiment.from_folder(folder)


def _axes(given: object, problems: Problems) -> dict[str, tuple[object, ...]]:
    """Return the values of each axis; both `"network.gain"` and `network.gain` name one."""
    axes: dict[str, tuple[object, ...]] = {}
    with problems.collected():
        if not isinstance(given, Mapping):
            raise InputError(f"axes: got {format_value(given)}; allowed a section [axes]")
        defaults = _fields()
        sections = {field.partition(".")[0] for field in defaults if "." in field}
        for field, value in _flat(given, sections):
            with problems.collected():
                _known(field, tuple(defaults), "axes.")
                if field in axes:
                    raise InputError(f"axes.{field}: comes twice; allowed once")
                axes[field] = _values(field, value, whole=type(defaults[field]) is int)
    return axes


def _flat(given: Mapping[str, object], sections: set[str]) -> Iterator[tuple[str, object]]:
    for key, value in given.items():
        if key in sections and isinstance(value, Mapping):
            yield from ((f"{key}.{field}", inner) for field, inner in value.items())
        else:
            yield key, value


def _fields() -> dict[str, object]:
    """Return the dotted names of all fields, with their defaults."""
    found: dict[str, object] = {}
    for key, value in Experiment().model_dump().items():
        found |= (
            {f"{key}.{k}": v for k, v in value.items()} if isinstance(value, dict) else {key: value}
        )
    return found


def _values(field: str, given: object, *, whole: bool) -> tuple[object, ...]:
    """Return the values of an axis; values from a range are rounded if the field is `whole`."""
    try:
        if isinstance(given, Mapping):
            return _range(given, whole=whole)
        if isinstance(given, list) and given:
            if len(given) > MOST_JOBS:
                raise InputError(f"got {len(given):,} values; allowed at most {MOST_JOBS:,}")
            for n, value in enumerate(given):
                _check_value(n, value)
            return tuple(given)
        raise InputError(f"got {format_value(given)}; allowed a list of values, or {_RANGE}")
    except InputError as error:
        lines = (line if line.startswith("[") else f": {line}" for line in error.problems)
        raise InputError(*(f"axes.{field}{line}" for line in lines)) from None


def _check_value(n: int, value: object) -> None:
    """Check that a field could have this value, as it names a folder and goes into a table."""
    inner = value if isinstance(value, list) else [value]
    plain = all(isinstance(v, (bool, int, float, str)) for v in inner)
    if not plain or any(isinstance(v, int) and abs(v) > _LARGEST for v in inner):
        raise InputError(
            f"[{n}]: got {format_value(value)}; allowed a word, a number, true, false, "
            "or a list of numbers"
        )


def _range(given: Mapping[str, object], *, whole: bool) -> tuple[object, ...]:
    log = given.get("log", False)
    keys = set(given) - {"log"}
    if keys not in (_STEPPED, _COUNTED) or not isinstance(log, bool) or (log and "step" in keys):
        raise InputError(
            f"got a table of {', '.join(map(key_name, given)) or 'nothing'}; allowed {_RANGE}"
        )
    first, last = _end(given, "from"), _end(given, "to")
    if last < first:
        raise InputError(
            f"got from = {format_value(first)} and to = {format_value(last)}; allowed from <= to"
        )
    if "step" in keys:
        return _stepped(first, last, _end(given, "step"))
    count = given["count"]
    if type(count) is not int or not 2 <= count <= MOST_JOBS:
        raise InputError(
            f"count: got {format_value(count)}; allowed a whole number, 2 <= count <= {MOST_JOBS}"
        )
    if log and first <= 0:
        raise InputError(
            f"from: got {format_value(first)}; allowed a number above 0 with log = true"
        )
    return _counted(first, last, count, log=log, whole=whole)


def _end(given: Mapping[str, object], key: str) -> int | float:
    value = given[key]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _LARGEST:
        return value
    raise InputError(f"{key}: got {format_value(value)}; allowed a number up to {_LARGEST:.0e}")


def _stepped(first: int | float, last: int | float, step: int | float) -> tuple[object, ...]:
    if step <= 0:
        raise InputError(f"step: got {format_value(step)}; allowed a number above 0")
    # In decimals 0.1 + 0.2 is 0.3; in floats it would name a folder 0.30000000000000004.
    start, end, by = (Decimal(repr(value)) for value in (first, last, step))
    if (last - first) / step >= MOST_JOBS:
        raise InputError(
            f"step: got {format_value(step)}, more than {MOST_JOBS:,} values; allowed a larger step"
        )
    count = int((end - start) / by) + 1
    exact = (start + n * by for n in range(count))
    if isinstance(first, int) and isinstance(step, int):
        return tuple(int(value) for value in exact)
    values = tuple(float(value) for value in exact)
    if len(set(values)) < count:
        raise InputError(
            f"step: got {format_value(step)}; allowed a larger one, that floats tell apart"
        )
    return values


def _counted(
    first: int | float, last: int | float, count: int, *, log: bool, whole: bool
) -> tuple[object, ...]:
    shares = [n / (count - 1) for n in range(1, count - 1)]
    if log:
        between = [math.exp((1 - t) * math.log(first) + t * math.log(last)) for t in shares]
    else:
        between = [(1 - t) * first + t * last for t in shares]
    if whole:
        # Values that are equal after rounding count once.
        return tuple(dict.fromkeys([first, *(round(value) for value in between), last]))
    if first == last:
        return (float(first),)
    # As few digits as tell all of them apart: 50 points between 1 and 1.0000001 are 50.
    for digits in range(_DIGITS, _ALL_DIGITS + 1):
        values = [float(v) for v in (first, *(f"{value:.{digits}g}" for value in between), last)]
        if all(low < high for low, high in pairwise(values)):
            return tuple(values)
    raise InputError(
        f"count: got {count:,}; allowed fewer, as floats do not tell so many apart "
        f"between {format_value(first)} and {format_value(last)}"
    )


def _placed(field: str, values: tuple[object, ...], folder: Path) -> tuple[object, ...]:
    """Let the paths of data files start from the folder of the sweep."""
    if field not in DATA_FILES:
        return values
    return tuple(str((folder / v).absolute()) if isinstance(v, str) else v for v in values)


def _check_size(sweep: Sweep) -> None:
    lengths = {field: len(values) for field, values in sweep.axes.items()}
    if sweep.combine == "zip" and len(set(lengths.values())) > 1:
        listed = ", ".join(f"{field} {length:,}" for field, length in lengths.items())
        raise InputError(f'axes: got {listed}; allowed with combine = "zip" axes of equal length')
    points = max(lengths.values(), default=1)
    if sweep.combine == "product":
        points = math.prod(lengths.values())
    jobs = points * len(sweep.films)
    if jobs > MOST_JOBS:
        raise InputError(
            f"axes x films: got {points:,} points x {len(sweep.films)} films = {jobs:,} jobs; "
            f"allowed at most {MOST_JOBS:,}"
        )
