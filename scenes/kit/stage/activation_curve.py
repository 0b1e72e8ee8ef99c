"""An activation's curve in a circle of radius 1: where a unit stands on it, and its tangent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Function = Callable[[NDArray[np.floating[Any]]], NDArray[np.floating[Any]]]

INNER = 0.955
"""Radius of the disc that curve and tangent never leave."""
DOTS = 0.85
"""Radius of the disc in which dots stand."""
HALF_HEIGHT = 0.55
HALF_WIDTH: float = (INNER**2 - HALF_HEIGHT**2) ** 0.5
"""Half the rectangle that z and f(z) fill. Its corners, a curve's two ends, lie on that disc."""
BEYOND = 0.25
"""The curve goes on beyond the span by this fraction of half of it: no dot lies on the rim."""
TANGENT = 0.42
"""Half the length of every tangent."""
SAMPLES = 481
FADE = 0.04
"""A unit that is beyond the span by this fraction of it is said to be so."""


@dataclass(frozen=True)
class ActivationCurve:
    """An activation function as it is drawn in a unit. Positions are in radii from its centre.

    Attributes
    ----------
    f, slope
        The activation and its derivative; each takes an array.
    span
        The smallest and largest z at which a dot is drawn; others rest at these ends.
    levels
        The values of f that fill the height.
    saturated_below
        A unit with a smaller slope is saturated. Zero: none is.
    """

    f: Function
    slope: Function
    span: tuple[float, float]
    levels: tuple[float, float]
    saturated_below: float = 0.0

    @classmethod
    def fitted(
        cls, f: Function, slope: Function, span: tuple[float, float], *, saturated_below: float
    ) -> ActivationCurve:
        """Let the values of a rising function fill the height."""
        low, high = _extended(span)
        least, most = (float(value) for value in f(np.array([low, high])))
        return cls(f, slope, span, (least, most), saturated_below)

    def positions(self, z: ArrayLike) -> Array:
        """Return where z and f(z) lie, (k, 2), inside the circle or not."""
        z = np.atleast_1d(np.asarray(z, dtype=np.float64))
        (left, right), (low, high) = _extended(self.span), self.levels
        x = HALF_WIDTH * (2 * (z - left) / (right - left) - 1)
        y = HALF_HEIGHT * (2 * (self.f(z) - low) / (high - low) - 1)
        return np.stack([x, y], axis=-1)

    def dots(self, z: ArrayLike) -> Array:
        """Return where units with these z stand, (k, 2): on the curve, inside the circle."""
        return self.positions(np.clip(z, *self._reach))

    def beyond(self, z: ArrayLike) -> Array:
        """Return how clearly each z lies outside the span, (k,): from -1, left, to 1, right."""
        z = np.atleast_1d(np.asarray(z, dtype=np.float64))
        low, high = self._reach
        out = np.maximum(z - high, 0) - np.maximum(low - z, 0)
        return np.clip(out / (FADE * (self.span[1] - self.span[0])), -1, 1)

    def saturated(self, z: ArrayLike) -> NDArray[np.bool_]:
        """Tell which units have next to no slope, (k,)."""
        z = np.atleast_1d(np.asarray(z, dtype=np.float64))
        return np.asarray(self.slope(z) < self.saturated_below)

    def line(self, samples: int) -> Array:
        """Return the curve from rim to rim, (samples, 2). A kink at z = 0 stays sharp."""
        low, high = self._inside
        z = np.linspace(low, high, samples)
        if low < 0 < high:
            half = samples // 2
            z = np.concatenate(
                [np.linspace(low, 0, half, endpoint=False), np.linspace(0, high, samples - half)]
            )
        return self.positions(z)

    def tangents(self, z: ArrayLike) -> tuple[Array, Array]:
        """Return the ends of the tangents at these z, each (k, 2).

        All are of one length, so that only their direction tells. Near the rim a tangent is moved
        along itself to stay inside.
        """
        z = np.atleast_1d(np.asarray(z, dtype=np.float64))
        dots = self.dots(z)
        (left, right), (low, high) = _extended(self.span), self.levels
        aspect = HALF_HEIGHT / (high - low) * (right - left) / HALF_WIDTH
        steep = np.stack([np.ones_like(z), self.slope(z) * aspect], axis=-1)
        along = steep / np.linalg.norm(steep, axis=-1, keepdims=True)
        middle = -np.sum(dots * along, axis=-1)
        half = np.sqrt(np.maximum(INNER**2 - np.sum(dots**2, axis=-1) + middle**2, 0))
        shift = np.clip(0, middle - half + TANGENT, np.maximum(middle + half - TANGENT, middle))
        reach = np.minimum(TANGENT, half)
        return (
            dots + (shift - reach)[:, None] * along,
            dots + (shift + reach)[:, None] * along,
        )

    def toward(self, other: ActivationCurve, part: float) -> ActivationCurve:
        """Return a curve between two: a part of 0 is this one, a part of 1 the other."""
        if part in {0, 1}:
            return other if part else self

        def mixed(a: Function, b: Function) -> Function:
            return lambda z: (1 - part) * a(z) + part * b(z)

        def between(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
            low, high = ((1 - part) * np.array(a) + part * np.array(b)).tolist()
            return low, high

        limits = (self.saturated_below, other.saturated_below)
        return ActivationCurve(
            mixed(self.f, other.f),
            mixed(self.slope, other.slope),
            between(self.span, other.span),
            between(self.levels, other.levels),
            (1 - part) * limits[0] + part * limits[1],
        )

    @cached_property
    def steepest(self) -> float:
        """The largest slope in the span."""
        return float(self.slope(np.linspace(*self.span, SAMPLES)).max())

    @cached_property
    def _inside(self) -> tuple[float, float]:
        """The z between which the curve is inside the circle."""
        return self._within(_extended(self.span), INNER + 1e-6)

    @cached_property
    def _reach(self) -> tuple[float, float]:
        """The z between which a dot is inside the circle."""
        return self._within(self.span, DOTS)

    def _within(self, span: tuple[float, float], radius: float) -> tuple[float, float]:
        z = np.linspace(*span, SAMPLES)
        inside = z[np.linalg.norm(self.positions(z), axis=-1) <= radius]
        return (float(inside[0]), float(inside[-1])) if len(inside) else span


def _extended(span: tuple[float, float]) -> tuple[float, float]:
    air = BEYOND * (span[1] - span[0]) / 2
    return span[0] - air, span[1] + air
