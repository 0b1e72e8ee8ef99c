"""The tape of a deep network: a row of slits for layers that are too many for columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import segments
from scenes.kit.layout import Region
from scenes.kit.stage.timeline import Act
from scenes.kit.theme import HAIR
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

MOST_SLITS = 72
REST = 0.3
"""Opacity of a slit that no light has reached."""
UNLIT = 0.1
"""Opacity of a slit that light has passed and left dark."""
WAVE = 0.25
"""Length of the wave over that of the tape."""


class Tape(mn.VGroup):
    """Upright slits, each for one layer or, of more than `MOST_SLITS`, for evenly spaced ones.

    Parameters
    ----------
    layers
        The layers, in order.
    region
        The area of the tape.

    Attributes
    ----------
    layers
        The layers that have a slit.
    """

    def __init__(self, layers: Sequence[int], region: Region, pen: Pen) -> None:
        super().__init__()
        self._pen = pen
        number = min(len(layers), MOST_SLITS)
        chosen = np.unique(np.rint(np.linspace(0, len(layers) - 1, number)).astype(int))
        self.layers = tuple(layers[n] for n in chosen)
        width = min(HAIR * 2.5, 60 * region.width / max(number, 1))
        # The distances are even to the eye, though of many layers the slits stand for two, then
        # three, and so on.
        for x in np.linspace(region.left, region.right, len(self.layers)):
            ends = np.array([[x, region.bottom, 0.0]]), np.array([[x, region.top, 0.0]])
            self.add(segments(*ends, pen.theme.muted, width).set_stroke(opacity=REST))

    def place_of(self, layer: int) -> float:
        """Return the x at which a layer stands now."""
        return float(np.interp(layer, self.layers, [slit.get_center()[0] for slit in self]))

    def wave(self, color: str) -> Act:
        """Return how a wave of light runs from the first slit to the last, and leaves them lit."""
        place = np.linspace(0.0, 1.0, max(len(self), 2))[: len(self)]
        muted = self._pen.theme.muted

        def act(share: float) -> None:
            front = share * (1 + WAVE)
            for slit, at in zip(self, place, strict=True):
                lit = float(np.clip((front - at) / WAVE, 0.0, 1.0))
                slit.set_stroke(color if lit > 0 else muted, opacity=REST + 0.45 * lit)

        return act

    def rest(self) -> Act:
        """Return how the light of the wave goes out."""
        before = [float(slit.get_stroke_opacity()) for slit in self]

        def act(share: float) -> None:
            for slit, opacity in zip(self, before, strict=True):
                slit.set_stroke(opacity=opacity + (REST - opacity) * share)

        return act

    def receive(self, layers: Array, color: str | None = None) -> Act:
        """Return how light runs from the last slit to the first, and leaves what each carries.

        Parameters
        ----------
        layers
            The brightness of each layer of the network, 0 to 1, (L,).
        color
            The colour of the light; that of gradients if it is not given.
        """
        take = self._taking(layers, color)
        place = np.linspace(0.0, 1.0, max(len(self), 2))[: len(self)]

        def act(share: float) -> None:
            front = share * (1 + WAVE)
            take(np.clip((front - (1 - place)) / WAVE, 0.0, 1.0))

        return act

    def glow(self, layers: Array, color: str) -> Act:
        """Return how all slits take what `receive` would leave, at the same time."""
        take = self._taking(layers, color)
        return lambda share: take(np.full(len(self), share))

    def _taking(self, layers: Array, color: str | None) -> Callable[[Array], None]:
        """Return how each slit takes its light, as far as its share of the way, (slits,)."""
        before = [float(slit.get_stroke_opacity()) for slit in self]
        colors = [mn.ManimColor(slit.get_stroke_color()) for slit in self]
        after = [max(UNLIT, min(1.0, float(layers[layer - 1]))) for layer in self.layers]
        lit = mn.ManimColor(color or self._pen.theme.backward)

        def take(shares: Array) -> None:
            for n, (slit, share) in enumerate(zip(self, map(float, shares), strict=True)):
                opacity = before[n] + (after[n] - before[n]) * share
                slit.set_stroke(colors[n].interpolate(lit, share), opacity=opacity)

        return take

    def moving(self, places: Mapping[int, float], region: Region) -> Act:
        """Return how each slit goes to its place in another region."""
        begins = [np.array(slit.points) for slit in self]
        ends = []
        for layer, points in zip(self.layers, begins, strict=True):
            low, high = float(points[:, 1].min()), float(points[:, 1].max())
            end = points.copy()
            end[:, 0] = places[layer]
            end[:, 1] = region.bottom + (points[:, 1] - low) / (high - low) * region.height
            ends.append(end)

        def act(share: float) -> None:
            for slit, begin, end in zip(self, begins, ends, strict=True):
                slit.points = begin + (end - begin) * share

        return act
