"""Choose the passes of a recording that are kept in part, and their units and examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop_core import caps
from backprop_core.arrays import FloatArray, IntArray
from backprop_core.errors import NumericalError
from backprop_core.recording.contents import Layer, Snapshots
from backprop_core.recording.measured_pass import not_finite
from backprop_core.recording.one_pass import Pass, kept_rows

MOST_SNAPSHOTS = 32
SNAPSHOT_BYTES = 128 * 1024**2
"""Most bytes of all snapshots together, counted in float64."""
KINDS = 4
"""Approximate number of arrays of a layer in a snapshot: z, a, delta, and the input."""


class Kept:
    """The passes that are kept in part: at most `MOST_SNAPSHOTS`, evenly spaced, and the last."""

    def __init__(
        self,
        layers: Sequence[Layer],
        batch: int,
        neurons: int,
        examples: int,
        seed: int,
        dtype: np.dtype[Any],
    ) -> None:
        rng = np.random.default_rng((seed, 3))
        self._units = [
            np.sort(rng.permutation(layer.units)[:neurons]).astype(np.int64) for layer in layers
        ]
        self._neurons, self._seed, self._dtype = neurons, seed, dtype
        numbers = KINDS * sum(map(len, self._units)) + layers[0].inputs
        affordable = SNAPSHOT_BYTES // (np.dtype(np.float64).itemsize * numbers)
        few = max(1, min(batch, examples, affordable // 2))
        self.which: IntArray = np.sort(rng.permutation(batch)[:few]).astype(np.int64)
        self._most = max(1, min(MOST_SNAPSHOTS, affordable // few))
        self._wide = layers[0].inputs <= caps.WIDTH[1]
        self._known: dict[int, tuple[tuple[int, int], IntArray]] = {}
        self._stride = 1
        self._at: list[int] = []
        self._parts: list[list[FloatArray | None]] = []
        self._last: tuple[int, list[FloatArray | None]] | None = None

    def insert(self, at: int, layer: Layer) -> None:
        """Add a layer in front of the one with index `at`; it is 0 in all earlier passes."""
        rng = np.random.default_rng((self._seed, 3, len(self._units)))
        units = np.sort(rng.permutation(layer.units)[: self._neurons]).astype(np.int64)
        self._units.insert(at, units)
        self._known.clear()
        lists = [*self._parts, *([] if self._last is None else [self._last[1]])]
        # The last pass may be one of those that are kept.
        for parts in {id(parts): parts for parts in lists}.values():
            nothing = np.zeros((len(self.which), len(units)), dtype=self._dtype)
            parts[1 + 3 * at : 1 + 3 * at] = [nothing, nothing, nothing]
            if at == 0:
                # It was the input of another layer.
                parts[0] = None

    def cut(
        self,
        one: Pass,
        z: Sequence[FloatArray | None],
        delta: Sequence[FloatArray | None],
    ) -> list[FloatArray | None]:
        """Return copies of the kept parts of a pass: x, then z, delta and a of each layer."""
        batch = one.examples
        if batch <= self.which[-1]:
            return []
        parts: list[FloatArray | None] = [
            one.inputs(self.which, self._dtype) if self._wide else None
        ]
        for n, (here, back) in enumerate(zip(z, delta, strict=True)):
            if here is None or back is None:
                nothing = np.zeros((len(self.which), len(self._units[n])), dtype=self._dtype)
                parts += [nothing, nothing, nothing]
                continue
            rows = one.rows_of(n)
            places = self._places(n, rows, batch, here.shape[1])
            z_kept, delta_kept = self._part(here, places), self._part(back, places)
            which = kept_rows(self.which, rows, batch)
            active = one.active(n, which, self._units[n], z_kept)
            if active is not None:
                active = active.astype(self._dtype, copy=False)
            parts += [z_kept, delta_kept, active]
        # z and delta have already been checked.
        if not_finite(parts[::3]) is not None:
            raise NumericalError("a or x: NaN or infinity")
        return parts

    def _part(self, array: FloatArray, places: IntArray) -> FloatArray:
        return array.ravel().take(places).astype(self._dtype, copy=False)

    def _places(self, n: int, rows: int, batch: int, units: int) -> IntArray:
        """Return where the kept units of the kept examples stand in a layer, (E, K_l)."""
        found = self._known.get(n)
        # Most batches are of one size, and their places are the same each time.
        if found is None or found[0] != (rows, batch):
            which = kept_rows(self.which, rows, batch)
            found = ((rows, batch), which[:, None] * units + self._units[n])
            self._known[n] = found
        return found[1]

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

    def snapshots(self) -> Snapshots | None:
        """Return what was kept; None if that is nothing."""
        at, parts = list(self._at), list(self._parts)
        if self._last is not None and self._last[0] not in at:
            at.append(self._last[0])
            parts.append(self._last[1])
        if not parts:
            return None

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
            tuple(self._units),
            z,
            delta,
            together(slice(3, None, 3)),
            None if x is None else x[0],
        )
