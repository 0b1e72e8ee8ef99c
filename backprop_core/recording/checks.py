"""Checks of the contents of a recording, which may come from arrays or from a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from backprop_core import caps
from backprop_core.arrays import IntArray
from backprop_core.formatting import format_value, is_seen, shorten
from backprop_core.recording.contents import (
    BIRTHPLACES,
    COUNTS,
    LONGEST_NAME,
    NORMS,
    SHARES,
    TRAINED,
    WHYS,
    Contents,
)
from backprop_core.recording.functions import KNOWN, function_of

DTYPES = ("float16", "float32", "float64")
MOST_PASSES = 100_000


def problems_of(recording: Contents) -> Iterator[str]:
    """Yield the problems of a recording; arrays are checked only if the description is right."""
    said = list(_about_problems(recording)) or list(_shape_problems(recording))
    yield from said or _value_problems(recording)


def _about_problems(recording: Contents) -> Iterator[str]:
    layers = recording.layers
    if not 1 <= len(layers) <= caps.DEPTH[1]:
        yield f"layers: got {len(layers):,}; allowed 1 to {caps.DEPTH[1]:,}"
    for number, layer in enumerate(layers, start=1):
        if layer.activation is not None and function_of(layer.activation) is None:
            came = format_value(layer.activation)
            yield f"layer {number}: got {came}; allowed {', '.join(KNOWN)}, or none"
        if layer.after is not None and not _rise(layer.after, 0, len(layers)):
            came = format_value(list(layer.after))
            yield f"layer {number}: got {came} below it; allowed layers, 0 to {len(layers)}, rising"
        if min(layer.inputs, layer.units) < 1:
            came = f"{layer.inputs} inputs, {layer.units} units"
            yield f"layer {number}: got {came}; allowed at least 1"
    if recording.dtype not in DTYPES:
        yield f"dtype: got {format_value(recording.dtype)}; allowed {', '.join(DTYPES)}"
    yield from _fact_problems(recording)
    texts = [recording.source, recording.ended or "", *recording.passed_over, *recording.head]
    texts += [name for layer in layers for name in (layer.name, layer.kind)]
    texts += [silent.name for silent in recording.without_gradient]
    texts += [recording.precision or "", (recording.born and recording.born.layer) or ""]
    for text in texts:
        if len(text) > LONGEST_NAME or not is_seen(text):
            allowed = f"allowed up to {LONGEST_NAME} printable characters"
            yield f"names: got {format_value(text)}; {allowed}"
            return


def _fact_problems(recording: Contents) -> Iterator[str]:
    """Yield the problems of what is told of the run as a whole."""
    for silent in recording.without_gradient:
        if silent.why not in WHYS:
            came = format_value(silent.why)
            yield f"without_gradient: got {came}; allowed {', '.join(WHYS)}"
    born = recording.born
    if born is not None and (born.what not in BIRTHPLACES or born.step < 0):
        came = format_value(f"{born.what} at step {born.step}")
        yield f"born: got {came}; allowed {', '.join(BIRTHPLACES)}, at a step"
    for name in ("own_steps", "other_steps"):
        if (getattr(recording, name) or 0) < 0:
            yield f"{name}: got {getattr(recording, name)}; allowed nothing below 0"
    if not _rise(recording.skipped, 0, None):
        yield "skipped: allowed whole numbers that rise"


def _rise(numbers: Sequence[int], least: int, most: int | None) -> bool:
    """Tell whether numbers rise, within limits."""
    inside = all(least <= n and (most is None or n <= most) for n in numbers)
    return inside and all(a < b for a, b in pairwise(numbers))


def _shape_problems(recording: Contents) -> Iterator[str]:
    # A training whose first pass was not finite has none, and says where that began.
    fewest = 1 if recording.born is None else 0
    if recording.steps.ndim != 1 or not fewest <= recording.passes <= MOST_PASSES:
        shape = shorten(str(recording.steps.shape))
        yield f"steps: got shape {shape}; allowed (passes,), 1 to {MOST_PASSES:,} of them"
        return
    missing = {"signal", *SHARES} - {*recording.norms, *recording.shares}
    for lacking in sorted(missing)[:1]:
        yield f"has no array {lacking}; allowed what Recording.save writes"
    kept = {"float": recording.dtype, "norm": "float64", "count": "int64"}
    for name, array in recording.arrays().items():
        wanted, kind = _expected(recording, name)
        if array.shape != wanted or array.dtype != np.dtype(kept[kind]):
            yield (
                f"{name}: got {format_value(array.dtype)} of shape {shorten(str(array.shape))}; "
                f"allowed {kept[kind]} of shape {shorten(str(wanted))}"
            )


def _expected(recording: Contents, name: str) -> tuple[tuple[int, ...], str]:
    """Return the expected shape of an array, and its kind: float, norm or count."""
    passes, depth, shots = recording.passes, recording.depth, recording.snapshots
    if name in {"steps", "batch"}:
        return (passes,), "count"
    if name in COUNTS:
        return (passes,), "count"
    if name in {"loss", "loss_scale"}:
        return (passes,), "norm"
    if name == "received":
        return (passes, depth), "count"
    if name in {*NORMS, *SHARES, "back", "rate"}:
        return (passes, depth - (name == "back")), "norm"
    kind, _, number = name.partition(".")
    layer = recording.layers[int(number or 1) - 1]
    if kind in {"W", "b"}:
        return (layer.units, layer.inputs)[: 2 if kind == "W" else 1], "float"
    assert shots is not None
    count = len(shots.passes) if shots.passes.ndim else 0
    if kind == "kept":
        return (count,), "count"
    few = shots.units[int(number or 1) - 1].size
    if kind == "units":
        return (few,), "count"
    examples = shots.z[0].shape[1] if shots.z[0].ndim == 3 else 0
    return (count, examples, layer.inputs if kind == "x" else few), "float"


def _value_problems(recording: Contents) -> Iterator[str]:
    for name, array in recording.arrays().items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            yield f"{name}: got NaN or infinity; allowed finite numbers"
        elif not _signed(name) and array.min(initial=0) < 0:
            yield f"{name}: got {array.min()}; allowed nothing below 0"
    for name in ("saturated", "zeros"):
        if recording.shares[name].max(initial=0) > 1:
            yield f"{name}: got {recording.shares[name].max():g}; allowed shares from 0 to 1"
    units = [layer.units for layer in recording.layers]
    if (recording.shares["dead"] > units).any():
        most = recording.shares["dead"].max()
        yield f"dead: got {most:g}; allowed at most the units of the layer"
    if recording.received is not None and (recording.received > TRAINED).any():
        yield f"received: got {recording.received.max()}; allowed 0 to {TRAINED}"
    if (recording.batch < 1).any():
        yield f"batch: got {recording.batch.min()}; allowed at least 1 example"
    yield from _order_problems(recording)


def _order_problems(recording: Contents) -> Iterator[str]:
    rising: list[tuple[str, IntArray, int | None]] = [("steps", recording.steps, None)]
    shots = recording.snapshots
    if shots is not None:
        rising.append(("kept", shots.passes, recording.passes))
        for number, layer in enumerate(recording.layers, start=1):
            rising.append((f"units.{number}", shots.units[number - 1], layer.units))
    for name, numbers, below in rising:
        if (np.diff(numbers) <= 0).any() or (below and numbers.max(initial=0) >= below):
            end = f", below {below:,}" if below else ""
            yield f"{name}: allowed whole numbers that rise{end}"


def _signed(name: str) -> bool:
    """Tell whether an array may hold negative numbers."""
    kind, dot, _ = name.partition(".")
    return name in {"x", "loss"} or (bool(dot) and kind != "units")
