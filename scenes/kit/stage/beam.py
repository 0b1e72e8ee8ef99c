"""A gradient as a beam of light that a unit's slope lets through, drawn to scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenes.kit.motion import eased

SAMPLES = 25


@dataclass(frozen=True)
class Beam:
    """A beam that enters at the right of a circle of radius 1 and leaves at its left.

    Attributes
    ----------
    height
        Height at which it enters, in radii.
    full
        The slope that lets all of it through.
    right, left
        Where it begins and ends, in radii right and left of the circle's centre.
    blunt
        Length of its rounded front while it is on its way, in radii; 0 is a square one.
    """

    height: float = 0.6
    full: float = 1.0
    right: float = 1.8
    left: float = 1.8
    blunt: float = 0.0

    def leaving(self, slope: float) -> float:
        """Return the height at which it leaves a unit of this slope, in radii."""
        return self.height * slope / self.full

    def heights(self, x: NDArray[np.float64], slope: float) -> NDArray[np.float64]:
        """Return its heights at positions x; it changes only between rim and rim."""
        part = eased(np.clip((1 - x) / 2, 0, 1))
        return (1 - part) * self.height + part * self.leaving(slope)

    def outline(self, slope: float, shone: float) -> NDArray[np.float64]:
        """Return the corners of a beam that has come this part of its way, (n, 2)."""
        end = self.right - shone * (self.right + self.left)
        x = np.linspace(self.right, end, 2)
        if end < 1:
            inner = np.linspace(1, max(end, -1.0), SAMPLES)
            x = np.concatenate([[self.right], inner, [min(end, -1.0)] if end < -1 else []])
        half = self.heights(x, slope) / 2
        if self.blunt and shone < 1:
            tip = end + self.blunt * np.linspace(1, 0, SAMPLES) ** 2
            x = np.concatenate([x[x > tip[0]], tip[tip <= self.right]])
            half = self.heights(x, slope) / 2
            half *= np.sqrt(1 - np.clip(1 - (x - end) / self.blunt, 0.0, 1.0) ** 2)
        upper, lower = np.stack([x, half], axis=-1), np.stack([x, -half], axis=-1)
        return np.concatenate([upper, lower[::-1], upper[:1]])
