"""Read recordings from files, and check them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core import caps
from backprop_core.data.npz_data import read_arrays
from backprop_core.errors import InputError
from backprop_core.files import open_regular
from backprop_core.formatting import format_value, source_name
from backprop_core.recording.archive import ABOUT, ABOUT_BYTES, FORMAT, READABLE, VERSION
from backprop_core.recording.contents import (
    COUNTS,
    EXTRAS,
    NORMS,
    SHARES,
    Born,
    Layer,
    Silent,
    Snapshots,
)
from backprop_core.recording.recording import Recording

_LAYERED = {"units", "z", "a", "delta", "W", "b"}
_PLAIN = {ABOUT, "steps", "batch", "loss", "back", "kept", "x", *NORMS, *SHARES, *COUNTS, *EXTRAS}
_NUMBER = re.compile("[1-9][0-9]{0,3}")


def load(path: str | os.PathLike[str]) -> Recording:
    """Read a recording.

    Raises
    ------
    InputError
        If the file is not a recording, has another version, is damaged or too large, or holds NaN
        or infinity; one line for each problem.
    """
    where = source_name(os.fsdecode(path))
    try:
        with open_regular(Path(path), "a recording that Recording.save wrote") as file:
            return _recording(read_arrays(file, _allowed, caps.DATA_BYTES))
    except FileNotFoundError:
        raise InputError(f"{where}: no such file") from None
    except InputError as error:
        raise InputError(*(f"{where}: {line}" for line in error.problems)) from None
    except OSError as error:
        raise InputError(f"{where}: cannot be read: {error.strerror or error}") from None


def _allowed(name: str) -> bool:
    kind, dot, number = name.partition(".")
    return name in _PLAIN or (bool(dot) and kind in _LAYERED and bool(_NUMBER.fullmatch(number)))


def _recording(arrays: Mapping[str, NDArray[Any]]) -> Recording:
    about = _parsed(arrays)
    layers = tuple(_layer(found, n) for n, found in enumerate(about["layers"], start=1))
    depth = len(layers)
    known = _PLAIN | {f"{kind}.{n}" for kind in _LAYERED for n in range(1, depth + 1)}
    foreign = sorted(set(arrays) - known)
    if foreign:
        raise InputError(
            f"has an array {format_value(foreign[0])}; allowed those of {depth} layers"
        )
    missing = [name for name in ("steps", "batch", "signal", *SHARES) if name not in arrays]
    if missing:
        raise InputError(f"has no array {missing[0]}; allowed what Recording.save writes")
    return Recording(
        layers=layers,
        steps=arrays["steps"],
        batch=arrays["batch"],
        norms={kind: arrays[kind] for kind in NORMS if kind in arrays},
        shares={kind: arrays[kind] for kind in SHARES},
        loss=arrays.get("loss"),
        back=arrays.get("back"),
        snapshots=_snapshots(arrays, depth),
        weights=_all_of(arrays, "W", depth),
        biases=_all_of(arrays, "b", depth),
        passed_over=tuple(about["passed_over"]),
        counts={kind: arrays[kind] for kind in COUNTS if kind in arrays},
        received=arrays.get("received"),
        rate=arrays.get("rate"),
        loss_scale=arrays.get("loss_scale"),
        without_gradient=tuple(_silent(found) for found in about["without_gradient"]),
        skipped=tuple(about["skipped"]),
        head=tuple(about["head"]),
        born=_born(about["born"]),
        **{name: about[name] for name in _AS_THEY_ARE},
    )


def _snapshots(arrays: Mapping[str, NDArray[Any]], depth: int) -> Snapshots | None:
    units, z, delta, a = (_all_of(arrays, kind, depth) for kind in ("units", "z", "delta", "a"))
    if "kept" not in arrays:
        found = [name for name in arrays if name.partition(".")[0] in {"units", "z", "a", "delta"}]
        if found or "x" in arrays:
            raise InputError("has no array kept; allowed what Recording.save writes")
        return None
    if units is None or z is None or delta is None:
        raise InputError("has no units, z or delta; allowed what Recording.save writes")
    return Snapshots(arrays["kept"], units, z, delta, a, arrays.get("x"))


def _all_of(
    arrays: Mapping[str, NDArray[Any]], kind: str, depth: int
) -> tuple[NDArray[Any], ...] | None:
    found = [arrays.get(f"{kind}.{layer}") for layer in range(1, depth + 1)]
    if all(array is None for array in found):
        return None
    for layer, array in enumerate(found, start=1):
        if array is None:
            raise InputError(f"has no array {kind}.{layer}; allowed one for each layer")
    return tuple(array for array in found if array is not None)


_AS_THEY_ARE = (
    "source",
    "dtype",
    "every",
    "seed",
    "ended",
    "own_steps",
    "other_steps",
    "precision",
)
_SINCE_2: Mapping[str, tuple[tuple[type, ...], Any]] = {
    "own_steps": ((int, NoneType), None),
    "other_steps": ((int, NoneType), None),
    "precision": ((str, NoneType), None),
    "born": ((dict, NoneType), None),
    "skipped": ((list,), []),
    "head": ((list,), []),
    "without_gradient": ((list,), []),
}
"""What version 2 says in addition: the types, and what stands for it in version 1."""
_TYPES: Mapping[str, tuple[type, ...]] = {
    "source": (str,),
    "dtype": (str,),
    "every": (int, NoneType),
    "seed": (int, NoneType),
    "ended": (str, NoneType),
    "passed_over": (list,),
    "layers": (list,),
}


def _parsed(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Return the description in a file, after checking its types."""
    foreign = InputError("is no recording; allowed what Recording.save writes")
    raw = arrays.get(ABOUT)
    if raw is None or raw.dtype != np.uint8 or raw.ndim != 1 or raw.size > ABOUT_BYTES:
        raise foreign
    try:
        about = json.loads(raw.tobytes())
    except (ValueError, RecursionError):
        raise foreign from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise foreign
    if about.get("version") not in READABLE:
        raise InputError(
            f"version: got {format_value(about.get('version'))}; allowed 1 to {VERSION}"
        )
    if about["version"] < VERSION:
        about |= {name: instead for name, (_, instead) in _SINCE_2.items()}
    for name, types in {**_TYPES, **{n: types for n, (types, _) in _SINCE_2.items()}}.items():
        if name not in about or type(about[name]) not in types:
            raise InputError(
                f"about: got {format_value(about.get(name))} for {name}; see the format"
            )
    _check_lists(about)
    return about


def _check_lists(about: Mapping[str, Any]) -> None:
    if not all(type(name) is str for name in about["passed_over"]):
        raise InputError("about: got no names for passed_over; see the format")
    for name, kind in (("skipped", int), ("head", str)):
        if not all(type(each) is kind for each in about[name]):
            raise InputError(f"about: got {format_value(about[name])} for {name}; see the format")


def _layer(found: object, number: int) -> Layer:
    match found:
        case {"name": str(name), "inputs": inputs, "units": units, "activation": None | str() as f}:
            if type(inputs) is int and type(units) is int:
                kind, after = _place(found, number)
                return Layer(name, inputs, units, f, kind, after)
    raise InputError(f"about: got {format_value(found)} for layer {number}; see the format")


def _place(found: object, number: int) -> tuple[str, tuple[int, ...] | None]:
    """Return what version 2 says of a layer in addition: its kind, and which layers feed it."""
    match found:
        case {"kind": str(kind), "after": list(after)} if all(type(n) is int for n in after):
            return kind, tuple(after)
        case {"kind": str(kind), "after": None}:
            return kind, None
        case {"kind": _} | {"after": _}:
            raise InputError(f"about: got {format_value(found)} for layer {number}; see the format")
    return "linear", None


def _silent(found: object) -> Silent:
    match found:
        case {"name": str(name), "why": str(why)}:
            return Silent(name, why)
    raise InputError(f"about: got {format_value(found)} for without_gradient; see the format")


def _born(found: object) -> Born | None:
    match found:
        case None:
            return None
        case {"step": int(step), "what": str(what), "layer": None | str() as layer}:
            return Born(step, what, layer)
    raise InputError(f"about: got {format_value(found)} for born; see the format")
