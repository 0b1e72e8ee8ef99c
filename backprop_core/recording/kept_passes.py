"""Choose the passes of a recording that are kept in part, and their units and examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop_core import caps
from backprop_core.arrays import FloatArray, IntArray
from backprop_core.errors import InputError, NumericalError
from backprop_core.recording.contents import Layer, Snapshots
from backprop_core.recording.measured_pass import Pass, floats

MOST_SNAPSHOTS = 32
SNAPSHOT_BYTES = 128 * 1024**2
"""Most bytes of all snapshots together, counted in float64."""
KINDS = 4
"""Approximate number of arrays of a layer in a snapshot: z, a, delta, and the input."""


class Kept:
    """The passes that are kept in part: at most `MOST_SNAPSHOTS`, evenly spaced, and the last."""

    def __init__(
        self, layers: Sequence[Layer], batch: int, neurons: int, examples: int, seed: int
    ) -> None:
        rng = np.random.default_rng((seed, 3))
        self._units = tuple(
            np.sort(rng.permutation(layer.units)[:neurons]).astype(np.int64) for layer in layers
        )
        numbers = KINDS * sum(map(len, self._units)) + layers[0].inputs
        affordable = SNAPSHOT_BYTES // (np.dtype(np.float64).itemsize * numbers)
        few = max(1, min(batch, examples, affordable // 2))
        self._which: IntArray = np.sort(rng.permutation(batch)[:few]).astype(np.int64)
        self._places = [
            self._which[:, None] * layer.units + units
            for layer, units in zip(layers, self._units, strict=True)
        ]
        self._most = max(1, min(MOST_SNAPSHOTS, affordable // few))
        self._wide = layers[0].inputs <= caps.WIDTH[1]
        self._stride = 1
        self._at: list[int] = []
        self._parts: list[list[FloatArray | None]] = []
        self._last: tuple[int, list[FloatArray | None]] | None = None

    def cut(
        self, one: Pass, z: Sequence[FloatArray], delta: Sequence[FloatArray]
    ) -> list[FloatArray | None]:
        """Return copies of the kept parts of a pass: x, then z, delta and a of each layer."""
        if len(z[0]) <= self._which[-1]:
            return []
        like = z[0].dtype
        parts: list[FloatArray | None] = [None]
        if one.x is not None and self._wide:
            x = floats(one.x, "x", like)
            if x.ndim != 2 or len(x) != len(z[0]):
                raise InputError(f"x: got shape {x.shape}; allowed ({len(z[0])}, inputs)")
            parts = [x[self._which]]
        a: Sequence[Any] = [None] * len(z) if one.a is None else one.a
        for here, back, out, places in zip(z, delta, a, self._places, strict=True):
            active = None if out is None else floats(out, "a")
            if active is not None and active.shape != here.shape:
                raise InputError(f"a: got shape {active.shape}; allowed that of z, {here.shape}")
            parts += [
                None if each is None else each.ravel().take(places).astype(like, copy=False)
                for each in (here, back, active)
            ]
        # z and delta have already been checked.
        if not all(part is None or np.isfinite(part).all() for part in parts[::3]):
            raise NumericalError("a or x: NaN or infinity")
        return parts

    def add(self, row: int, parts: list[FloatArray | None]) -> None:
        """Keep a pass if its row is due; when there are too many, drop every other one."""
        if not parts:
            return
        self._last = (row, parts)
        if row % self._stride:
            return
        self._at.append(row)
        self._parts.append(parts)
        if len(self._at) > self._most:
            self._stride *= 2
            pairs = list(zip(self._at, self._parts, strict=True))
            pairs = [pair for pair in pairs if pair[0] % self._stride == 0]
            self._at, self._parts = [p[0] for p in pairs], [p[1] for p in pairs]

    def snapshots(self, count: int) -> Snapshots:
        """Return what was kept."""
        at, parts = list(self._at), list(self._parts)
        if self._last is not None and self._last[0] not in at:
            at.append(self._last[0])
            parts.append(self._last[1])

        def together(which: slice | int) -> tuple[FloatArray, ...] | None:
            taken = [p[which] if isinstance(which, slice) else [p[which]] for p in parts]
            columns = zip(*taken, strict=True)
            stacked = [
                None if any(part is None for part in column) else np.stack(list(column))
                for column in columns
            ]
            found = tuple(part for part in stacked if part is not None)
            return found if len(found) == len(stacked) else None

        x, z, delta = together(0), together(slice(1, None, 3)), together(slice(2, None, 3))
        assert z is not None
        assert delta is not None
        return Snapshots(
            np.array(at, dtype=np.int64),
            self._units,
            z,
            delta,
            together(slice(3, None, 3)),
            None if x is None else x[0],
        )
