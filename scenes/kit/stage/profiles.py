"""Lines over the columns of a network, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.marks import Points, band, dashed, dotted, drawn, haloed
from scenes.kit.charts.scales import Logarithmic
from scenes.kit.layout import Region
from scenes.kit.motion import Frame, Motion, cruise, smooth, staggered
from scenes.kit.stage.bars import Bars
from scenes.kit.stage.discs import broken_line
from scenes.kit.stage.guides import Guide, Guides
from scenes.kit.stage.log_axis import LogAxis
from scenes.kit.theme import LINE
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence

BEAD = 9.0
"""Stroke width of a bound, wider than the measured line, so that both are visible."""
BAND = 0.25
CUT = 0.8
"""A line that comes onto the axis so far from the first column is named there."""
MOST_DOTS = 48
"""More columns have no dots, and their stems go when the line is drawn."""


class Profiles(mn.VGroup):
    """A measured profile and what it is compared with, each line named at its left end.

    Parameters
    ----------
    log10
        log10 of the measured magnitude of each column, (n,); -inf is an exact zero.
    bars
        They know where the columns are.
    scale
        The axis from the base line to the ceiling of the bars.
    margin
        The area of the names, left of the columns.
    pen
        Typesets the names.
    """

    def __init__(
        self,
        log10: NDArray[np.float64],
        bars: Bars,
        scale: Logarithmic,
        margin: Region,
        pen: Pen,
    ) -> None:
        super().__init__()
        self.log10, self.bars, self.pen = log10, bars, pen
        self._axis, self._guides = LogAxis(bars, scale), Guides(margin, pen)
        self._behind, self._ground, self._measured = mn.VGroup(), mn.VGroup(), mn.VGroup()
        self._over, self._front = mn.VGroup(), mn.VGroup()
        self.add(self._behind, bars, self._ground, self._measured, self._over, self._front)
        self.add(self._guides)

    @property
    def positions(self) -> NDArray[np.float64]:
        """Where the magnitudes lie on the axis, (n, 3)."""
        return self._axis.places(self.log10)

    def line(self, words: str | Sentence | None = None, **how: Any) -> mn.Animation:
        """Draw the line through the dots, from the last layer to the first; zeros interrupt it.

        Parameters
        ----------
        words
            Its label, if it needs one.
        """
        theme = self.pen.theme
        places = np.where(np.isfinite(self.log10)[:, None], self._axis.places(self.log10), np.nan)
        stroke = haloed(broken_line(places[::-1], theme.backward), theme.background, extra=2.0)
        self._measured.add(stroke)
        self._guides.avoid(places)
        create = drawn(stroke, rate_func=mn.linear)

        def prepare() -> Frame:
            create.begin()
            start = self.bars.posture
            order = np.linspace(1, 0, len(self.log10))
            above = replace(start, low=start.high)

            def frame(alpha: float) -> None:
                create.interpolate(alpha)
                if len(self.log10) > MOST_DOTS:
                    # Many stems touch each other, and an area would stand for nothing.
                    self.bars.paint(start.toward(above, smooth(staggered(alpha, order, 0.3))))

            return frame

        if words is not None:
            guide = Guide(stroke, places, words, theme.backward)
            return self._guides.enter_by(guide, self, prepare, **how)
        return Motion(self, prepare, **{"run_time": 1.5, "rate_func": cruise} | how)

    def bound(self, log10: ArrayLike, words: str | Sentence = "bound", **how: Any) -> mn.Animation:
        """Draw a bound, dotted, behind the measured line; (n,) as the magnitudes are."""
        color = self.pen.theme.bound
        style = partial(dotted, color=color, width=BEAD)
        return self._beside(log10, words, color, style, self._behind, **how)

    def theory(
        self, log10: ArrayLike, words: str | Sentence = "theory", **how: Any
    ) -> mn.Animation:
        """Draw what theory predicts, dashed, in front of the measured line; (n,)."""
        color = self.pen.theme.theory
        style = partial(dashed, color=color, width=LINE)
        return self._beside(log10, words, color, style, self._over, **how)

    def _beside(
        self,
        log10: ArrayLike,
        words: str | Sentence,
        color: str,
        style: Callable[[Points], mn.VMobject],
        slot: mn.VGroup,
        **how: Any,
    ) -> mn.Animation:
        """Draw a line from the last layer to the first; nothing if it lies beyond the axis."""
        places = self._axis.visible(log10)
        if not len(places):
            return Motion(self, lambda: lambda _: None, **how)
        path = style(places[::-1])
        slot.add(path)
        first = self.bars.places(np.zeros(len(self.log10)))[0, 0]
        guide = Guide(path, places, words, color, is_cut=bool(places[0, 0] > first + CUT))
        return self._guides.enter(guide, self, **how)

    def band(
        self, low: ArrayLike, high: ArrayLike, words: str | Sentence = "other draws", **how: Any
    ) -> mn.Animation:
        """Open a band between two profiles, (n,) each, out of the measured line."""
        color = self.pen.theme.backward
        area = band(self._axis.places(high), self._axis.places(low), color, BAND)
        self._behind.add(area)
        edges = self._axis.places(low), self._axis.places(high)
        line = self._axis.places(self.log10)

        def prepare() -> Frame:
            def frame(alpha: float) -> None:
                lower, upper = (line + alpha * (edge - line) for edge in edges)
                area.set_points(band(upper, lower, color).points)

            return frame

        middle = (edges[0] + edges[1]) / 2
        return self._guides.enter_by(Guide(area, middle, words, color), self, prepare, **how)
