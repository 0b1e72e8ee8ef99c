"""Scales map data to places along an axis, arrays to arrays. Nothing here draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.words.figures import Figure, index, power_tick, tick

Array = NDArray[np.float64]

SLACK = 1.0
"""Earlier layers larger than the last one by more decades than this need a shrinking scale."""


class Scale(Protocol):
    """One axis of a chart."""

    @property
    def low(self) -> float:
        """The datum at the start of the axis."""

    @property
    def high(self) -> float:
        """The datum at the end of the axis."""

    def ticks(self) -> tuple[tuple[float, Figure], ...]:
        """Return the position and the label of each tick."""


def place(scale: Scale, data: ArrayLike) -> Array:
    """Return where `data` lies along the axis, 0 at its start and 1 at its end; not clipped."""
    values = np.asarray(data, dtype=np.float64)
    return (values - scale.low) / (scale.high - scale.low)


@dataclass(frozen=True)
class Linear:
    """An axis on which equal steps are equal differences."""

    low: float
    high: float
    most_ticks: int = 5

    def ticks(self) -> tuple[tuple[float, Figure], ...]:
        """Return ticks at multiples of 1, 2 or 5 times a power of ten; none if none are wanted."""
        if self.most_ticks == 0:
            return ()
        step = nice_step(self.high - self.low, self.most_ticks)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        # Round off the error of the product: a tick reads 0.3, not 0.30000000000000004.
        digits = max(0, 1 - math.floor(math.log10(step)))
        places = [round(number * step, digits) for number in range(first, last + 1)]
        return tuple((at, tick(at)) for at in places)


@dataclass(frozen=True)
class Logarithmic:
    """An axis on which equal steps are equal ratios. Data are given as log10 to avoid underflow.

    Attributes
    ----------
    low, high
        log10 of the ends.
    """

    low: float
    high: float
    most_ticks: int = 5

    def padded(self, below: float, above: float) -> Logarithmic:
        """Return the axis extended at its ends by these fractions of its length, to fit labels."""
        length = self.high - self.low
        low, high = self.low - below * length, self.high + above * length
        return Logarithmic(low, high, self.most_ticks)

    def ticks(self) -> tuple[tuple[float, Figure], ...]:
        """Return ticks at whole powers of ten."""
        first, last = math.ceil(self.low - 1e-9), math.floor(self.high + 1e-9)
        step = max(1, math.ceil(nice_step(max(last - first, 1), self.most_ticks)))
        powers = range(math.ceil(first / step) * step, last + 1, step)
        return tuple((float(power), power_tick(power)) for power in powers)


@dataclass(frozen=True)
class Marked:
    """An axis with ticks at given places, such as the scales that were tried."""

    low: float
    high: float
    marks: tuple[tuple[float, Figure], ...]

    def ticks(self) -> tuple[tuple[float, Figure], ...]:
        """Return the marks."""
        return self.marks


@dataclass(frozen=True)
class Layers:
    """The layers 1..depth of a network, padded by half a layer at both ends."""

    depth: int
    most_ticks: int = 12

    @property
    def low(self) -> float:
        """Half a layer before the first."""
        return 1 - self._air

    @property
    def high(self) -> float:
        """Half a layer after the last."""
        return self.depth + self._air

    @property
    def _air(self) -> float:
        return max(0.5, self.depth / 40)

    def ticks(self) -> tuple[tuple[float, Figure], ...]:
        """Return a tick for each layer; of many layers, the first, the last and round ones."""
        return tuple((float(layer), index(layer)) for layer in self.labelled())

    def labelled(self) -> tuple[int, ...]:
        """Return the layers whose number is labelled."""
        if self.depth <= self.most_ticks:
            return tuple(range(1, self.depth + 1))
        step = int(nice_step(self.depth, 6))
        # A round number too near the last layer would touch its label.
        between = (n for n in range(step, self.depth, step) if self.depth - n >= step / 2)
        return (1, *between, self.depth)


def nice_step(span: float, most: int) -> float:
    """Return 1, 2 or 5 times a power of ten, such that at most `most` steps cover `span`."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def covering(*log10: ArrayLike, least: float = 2.0) -> Logarithmic:
    """Return a logarithmic axis of whole decades that holds all finite data with some padding.

    Parameters
    ----------
    log10
        Arrays of log10 magnitudes. Exact zeros (-inf) are ignored.
    least
        Minimum number of decades that the axis spans.
    """
    values = np.concatenate([np.ravel(np.asarray(each, dtype=np.float64)) for each in log10])
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Logarithmic(-1.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    air = max(0.04 * (high - low), 0.1)
    low, high = math.floor(low - air), math.ceil(high + air)
    while high - low < least:
        low, high = (low - 1, high) if (high - low) % 2 else (low, high + 1)
    return Logarithmic(float(low), float(high))


def diving(log10: Array) -> tuple[float, float]:
    """Return which magnitudes fill a linear scale that is enlarged until layer 1 can be seen.

    Of exact zeros nothing can be seen, so the smallest of the other layers stands for them.

    Parameters
    ----------
    log10
        log10 of one magnitude a layer, layer 1 first, (n,); -inf is an exact zero.

    Returns
    -------
    at_first, at_last
        log10 of what fills the scale before and after. Where earlier layers are larger than the
        last by more than `SLACK` decades, it begins with the last one and has to shrink.
    """
    finite = log10[np.isfinite(log10)]
    if not len(finite):
        return 0.0, 0.0
    first, last = (log10[end] if np.isfinite(log10[end]) else finite.min() for end in (0, -1))
    if first - last > SLACK:
        return float(last), float(finite.max())
    return float(finite.max()), float(first)
