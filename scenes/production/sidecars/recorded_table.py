"""The numbers of each layer of a recorded network, as rows of `layer_table`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.runs.ratios import factor_parts, factors_of
from backprop_core.recording import Recording
from scenes.production.sidecars.layer_table import LayerRow


def rows_of(recording: Recording, row: int) -> list[LayerRow]:
    """Return the rows of a recorded pass, layer 1 first; values that were not recorded are None.

    Parameters
    ----------
    row
        Index of the pass in the recording.
    """
    total, (weights, slopes) = factors_of(recording, row), factor_parts(recording, row)
    signal = recording.log10("signal")[row]
    norm_dW = recording.log10("dW")[row] if "dW" in recording.norms else None
    saturated = recording.shares["saturated"][row]
    return [
        LayerRow(
            layer=n + 1,
            width=layer.units,
            log10_signal=float(signal[n]),
            log10_dW=None if norm_dW is None else float(norm_dW[n]),
            factor=_at(total, n),
            weight_part=_at(weights, n),
            slope_part=_at(slopes, n),
            median_slope=None,
            saturated=_at(saturated[:-1], n)
            if layer.activation not in {None, "identity"}
            else None,
            log10_theory=None,
            log10_activation_std=None,
            log10_gradient_std=None,
        )
        for n, layer in enumerate(recording.layers)
    ]


def about(recording: Recording, row: int) -> dict[str, Any]:
    """Return what is known about the recorded pass, as plain data."""
    return {
        "source": recording.source,
        "dtype": recording.dtype,
        "passes": recording.passes,
        "step": int(recording.steps[row]) if recording.passes else None,
        "batch": int(recording.batch[row]) if recording.passes else None,
        "layers": [vars(layer) for layer in recording.layers],
        "passed_over": list(recording.passed_over),
        "ended": recording.ended,
        "skipped": list(recording.skipped),
        "without_gradient": [vars(silent) for silent in recording.without_gradient],
    }


def _at(values: NDArray[np.float64] | None, n: int) -> float | None:
    if values is None or n >= len(values) or math.isnan(values[n]):
        return None
    return float(values[n])
