"""Checks of the contents of a recording, which may come from arrays or from a file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backprop_core import caps
from backprop_core.arrays import IntArray
from backprop_core.formatting import format_value, is_seen, shorten
from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.recording.contents import LONGEST_NAME, NORMS, SHARES, Contents

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
        if layer.activation is not None and layer.activation not in ACTIVATIONS:
            came = format_value(layer.activation)
            yield f"layer {number}: got {came}; allowed {', '.join(ACTIVATIONS)}, or none"
        if min(layer.inputs, layer.units) < 1:
            came = f"{layer.inputs} inputs, {layer.units} units"
            yield f"layer {number}: got {came}; allowed at least 1"
    if recording.dtype not in DTYPES:
        yield f"dtype: got {format_value(recording.dtype)}; allowed {', '.join(DTYPES)}"
    texts = [recording.source, recording.ended or "", *recording.passed_over]
    texts += [layer.name for layer in layers]
    for text in texts:
        if len(text) > LONGEST_NAME or not is_seen(text):
            allowed = f"allowed up to {LONGEST_NAME} printable characters"
            yield f"names: got {format_value(text)}; {allowed}"
            return


def _shape_problems(recording: Contents) -> Iterator[str]:
    if recording.steps.ndim != 1 or not 1 <= recording.passes <= MOST_PASSES:
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
    if name == "loss":
        return (passes,), "norm"
    if name in {*NORMS, *SHARES, "back"}:
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
