"""Light: how bright a network stage shows the gradient of layers, units and edges."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from backprop_core.measures import edges
from backprop_core.passes.trace import Trace
from backprop_core.verdicts.trend import Trend, trend
from scenes.kit.charts.scales import diving
from scenes.kit.theme import THEMES

Array = NDArray[np.float64]
Profile = NDArray[np.float64]
"""log10 of one magnitude per layer, layer 1 first, (L,)."""

LARGE = 92
"""Percentile from which an edge, or a unit, of a layer is a large one."""
SEEN = 1.5
"""Contrast with the background from which an edge can be seen."""


class Profiled:
    """A gradient profile, either computed or recorded, and what is to be drawn of it."""

    @property
    @abstractmethod
    def profile(self) -> Profile:
        """The gradient profile."""

    @property
    def light_of_layers(self) -> Array:
        """How bright each layer is: its gradient over that of the last, 1 at most, (L,)."""
        if self.no_gradient:
            return np.zeros(self.depth)
        return np.asarray(10.0 ** np.minimum(self.profile - self.profile[-1], 0.0))

    @property
    @abstractmethod
    def theme(self) -> str:
        """Name of the theme of the film."""

    @property
    def depth(self) -> int:
        """L, the number of layers with weights."""
        return len(self.profile)

    @property
    def trend(self) -> Trend:
        """How the gradient changes from the last layer to the first."""
        return trend(self.profile)

    @property
    def no_gradient(self) -> bool:
        """Whether the gradient of the last layer is exactly zero."""
        return bool(np.isneginf(self.profile[-1]))

    @property
    def ratio(self) -> float:
        """log10 of the gradient of the last layer over that of the first; inf if it gets none."""
        return 0.0 if self.no_gradient else float(self.profile[-1] - self.profile[0])

    @property
    def zoom(self) -> float:
        """log10 of the factor by which the dive enlarges its scale; negative where it shrinks."""
        at_first, at_last = diving(self.profile)
        return at_first - at_last

    @property
    def mean_factor(self) -> float:
        """log10 of the geometric mean of the factors of all layers; -inf if layer 1 gets none."""
        return -self.ratio / (self.depth - 1)

    @property
    def lit(self) -> tuple[bool, ...]:
        """Whether a large edge into each layer can be seen."""
        theme = THEMES[self.theme]
        return tuple(
            theme.contrast_of(theme.backward, share) >= SEEN for share in self.light_of_layers
        )

    @property
    def lit_in_a_row(self) -> int:
        """How many layers can be seen from the last one back, without a gap."""
        dark = [number for number, lit in enumerate(reversed(self.lit)) if not lit]
        return dark[0] if dark else self.depth


class Traced(Profiled):
    """A gradient profile that was computed, with what each unit and each edge carries."""

    trace: Trace

    def light_of_edges(self, layer: int, units: Sequence[int], before: Sequence[int]) -> Array:
        """Return the brightness of edges from units of the layer before to units of a layer.

        A large edge of a layer, at the 92nd percentile, is as bright as the layer; others are in
        proportion.
        """
        carried = edges.edge_signal(self.trace, layer)
        return self._beside(carried, layer)[np.ix_(units, before)]

    def light_of_units(self, layer: int, units: Sequence[int]) -> Array:
        """Return the brightness of units; a large one is as bright as its layer."""
        return self._beside(edges.unit_signal(self.trace, layer), layer)[list(units)]

    def _beside(self, carried: Array, layer: int) -> Array:
        large = float(np.percentile(carried, LARGE))
        share = carried / large if large > 0 else np.zeros_like(carried)
        return np.asarray(share * self.light_of_layers[layer - 1])
