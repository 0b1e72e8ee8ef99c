"""Ratios between the layers of a recorded pass, and between steps and weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backprop_core.recording import Recording
from backprop_core.recording.ratios import ratios

Array = NDArray[np.float64]


def factors_of(recording: Recording, row: int) -> Array:
    """Return signal[l] / signal[l+1] of a pass, (L-1,); nan where there is no ratio."""
    signal = recording.norms["signal"][row]
    return ratios(signal[:-1], signal[1:])


def factor_parts(recording: Recording, row: int) -> tuple[Array, Array] | tuple[None, None]:
    """Return the weight part and the slope part of `factors_of`; None if dL/da was not observed."""
    if recording.back is None:
        return None, None
    # The norm of delta is that of the signal / sqrt(N).
    signal, back = recording.norms["signal"][row], recording.back[row]
    root = float(np.sqrt(float(recording.batch[row])))
    return ratios(back, signal[1:], root), ratios(signal[:-1], back, 1 / root)


def update_to_weight(recording: Recording) -> Array | None:
    """Return norm(step of W) / norm(W) of every pass, (S, L); None if it was not observed.

    It is nan where there is no ratio.
    """
    if "update" not in recording.norms or "W" not in recording.norms:
        return None
    return ratios(recording.norms["update"], recording.norms["W"])
