"""The two axes that all small panels of a grid share: layers, and powers of ten."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.scales import Layers, nice_step, place
from scenes.words.figures import Sentence, constant, index, sentence

Profile = NDArray[np.float64]
"""log10 of a magnitude of each layer, layer 1 first, (L,); -inf is an exact zero."""

AIR = 0.09
"""Between the ends of the y axis and those of a panel."""
TICKS_APART = 0.42
DIGIT = 0.14
"""Width of a digit at size `SMALL`; layers are labelled so that two digits fit between them."""
OWN_FROM = 1.5
"""Where networks are so many times as deep as others, each has the whole width for itself."""
OWN_AIR = 0.06
LEAST_DECADES = 3
FAR = 3.0
"""An axis is cut that for a quarter of the profiles had to be so many times as long."""
SHORT = 24
"""Decades of an axis that is never cut."""
MOST_PARTS = 10
"""Round exponents that an axis spans at most."""


@dataclass(frozen=True)
class LayerAxis:
    """The x axis: layers, side by side.

    Attributes
    ----------
    depth
        Of the deepest network; 0 if there is none.
    own
        Whether each network has the whole width for its layers.
    """

    depth: int
    own: bool

    @classmethod
    def of(cls, depths: Sequence[int]) -> LayerAxis:
        """Return an axis for networks of these depths."""
        low, high = min(depths, default=0), max(depths, default=0)
        return cls(high, high > OWN_FROM * low)

    def places(self, depth: int) -> NDArray[np.float64]:
        """Return where the layers of a network stand, from 0 to 1."""
        if self.own:
            return OWN_AIR + (1 - 2 * OWN_AIR) * np.linspace(0, 1, depth)
        return place(Layers(self.depth), np.arange(1, depth + 1))

    def marks(self, width: float) -> list[tuple[float, Sentence]]:
        """Return what is written where, in a panel of that width."""
        if self.own:
            last = sentence("{last}", last=constant("layer", "last"))
            return [(OWN_AIR, sentence("{l}", l=index(1))), (1 - OWN_AIR, last)]
        if self.depth == 0:
            return []
        most = max(2, int(width / (DIGIT * (len(str(self.depth)) + 2))))
        places = self.places(self.depth)
        return [(places[n - 1], sentence("{l}", l=index(n))) for n in _labelled(self.depth, most)]


def _labelled(depth: int, most: int) -> list[int]:
    """Return the first layer, the last, and round ones between if there is room for them."""
    if depth <= most:
        return list(range(1, depth + 1))
    if most < 3:
        return [1, depth]
    least = math.ceil(depth / (most - 1))
    # Even steps to the last one, if there are such of about that length.
    even = (n for n in range(least, min(2 * least, depth // 2) + 1) if depth % n == 0)
    step = next(even, None) or int(nice_step(depth, most - 1))
    between = (n for n in range(step, depth, step) if depth - n >= step / 2)
    return [1, *between, depth]


@dataclass(frozen=True)
class Decades:
    """The y axis: powers of ten, from one whole one to another.

    Attributes
    ----------
    low, high
        The exponents.
    """

    low: int
    high: int

    def ticks(self, height: float) -> list[int]:
        """Return the exponents that are written in a panel of that height, both ends too."""
        span = self.high - self.low
        if span == 0:
            return []
        unit = (height - 2 * AIR) / span
        apart = max(1, math.ceil(TICKS_APART / unit))
        step = next(n for n in range(min(apart, span), span + 1) if span % n == 0)
        return list(range(self.low, self.high + 1, step))


def decades(profiles: Sequence[Profile]) -> Decades:
    """Return an axis for profiles, in whole decades.

    It holds all of them, or three quarters where the others go on much further. Where there are
    none it has no length, and no ticks.
    """
    finite = [profile[np.isfinite(profile)] for profile in profiles]
    ends = np.array([(each.min(), each.max()) for each in finite if len(each)])
    if not len(ends):
        return Decades(0, 0)
    whole = _rounded(float(ends[:, 0].min()), float(ends[:, 1].max()))
    if whole.high - whole.low <= SHORT:
        return whole
    quarter = len(ends) // 4
    cut = _rounded(float(np.sort(ends[:, 0])[quarter]), float(np.sort(ends[:, 1])[-1 - quarter]))
    return cut if whole.high - whole.low > FAR * (cut.high - cut.low) else whole


def _rounded(low: float, high: float) -> Decades:
    """Return an axis from one round exponent to another, that can be cut into a few equal parts."""
    step = int(max(1, nice_step(max(high - low, 1.0), MOST_PARTS)))
    bottom, top = math.floor(low / step), math.ceil(high / step)
    while top - bottom < LEAST_DECADES / step or _is_prime(top - bottom):
        # Where there is least air.
        if low / step - bottom < top - high / step:
            bottom -= 1
        else:
            top += 1
    return Decades(step * bottom, step * top)


def _is_prime(parts: int) -> bool:
    return parts > 3 and parts % 2 != 0 and parts % 3 != 0
