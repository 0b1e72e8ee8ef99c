"""The curve that a unit holds when a film opens it."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_core.passes.activations import ACTIVATIONS, SATURATED_BELOW
from scenes.kit.stage.activation_curve import ActivationCurve

SPANS: Mapping[str, float] = {"sigmoid": 6.0}
NARROW = 3.0
"""The largest pre-activation that a unit shows, by its activation."""


def curve_of(activation: str) -> ActivationCurve:
    """Return the curve of an activation over as much as its bend takes, in both directions."""
    f, reach = ACTIVATIONS[activation], SPANS.get(activation, NARROW)
    border = SATURATED_BELOW * f.max_slope
    return ActivationCurve.fitted(f.f, f.slope, (-reach, reach), saturated_below=border)
