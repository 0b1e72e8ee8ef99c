"""Where magnitudes lie on the logarithmic axis of some bars."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.scales import Logarithmic, place
from scenes.kit.stage.bars import Bars

Array = NDArray[np.float64]


class LogAxis:
    """Maps log10 of a magnitude for each bar, (n,), to positions.

    Parameters
    ----------
    bars
        They know where they stand.
    scale
        The axis from the base line to the ceiling of the bars.
    """

    def __init__(self, bars: Bars, scale: Logarithmic) -> None:
        self._bars, self.scale = bars, scale

    def heights(self, log10: ArrayLike) -> Array:
        """Return heights as fractions of the plot; values beyond the axis lie at its ends."""
        return np.clip(place(self.scale, log10), 0.0, 1.0)

    def places(self, log10: ArrayLike) -> Array:
        """Return the positions in the columns, (n, 3)."""
        return self._bars.places(self.heights(log10))

    def visible(self, log10: ArrayLike) -> Array:
        """Return the part of a profile that lies on the axis, cut where it leaves it at the left.

        There are at most n + 1 positions; none if all lie beyond the axis.
        """
        values = np.asarray(log10, dtype=np.float64)
        low, high = self.scale.low, self.scale.high
        inside = (values >= low) & (values <= high)
        if not inside.any():
            return np.empty((0, 3))
        places, first = self.places(values), int(np.argmax(inside))
        if first == 0 or not np.isfinite(values[first - 1]):
            return places[first:]
        edge = low if values[first - 1] < low else high
        share = (edge - values[first]) / (values[first - 1] - values[first])
        across = places[first, 0] + share * (places[first - 1, 0] - places[first, 0])
        # The place of the layer before is at the end of the axis, where the line leaves it.
        return np.concatenate([[[across, places[first - 1, 1], 0.0]], places[first:]])
