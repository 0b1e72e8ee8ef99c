"""Lines over the columns of a network, on a logarithmic axis."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.marks import dashed, drawn, haloed, polyline
from scenes.kit.charts.scales import Logarithmic
from scenes.kit.layout import Region, point
from scenes.kit.motion import Frame, Motion, cruise, fade, smooth, staggered
from scenes.kit.stage.bars import Bars
from scenes.kit.stage.discs import broken_line
from scenes.kit.stage.guides import Guide, Guides
from scenes.kit.stage.log_axis import LogAxis
from scenes.kit.theme import LINE
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence

MOST_STAIRS = 16
"""More layers have no stairs."""
PAD = 0.12
EVERY, STAIR_WORD, WORD_SHARE = 2, 44, 0.75
"""Which of the stairs have a word, its size, and the most of the tread that it is wide."""
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

    def stairs(self, log10: ArrayLike, word: Sentence | None = None, **how: Any) -> mn.Animation:
        """Draw a profile as stairs down to the first layer; (n,) as the magnitudes are.

        A profile of many layers is a line.

        Parameters
        ----------
        word
            What stands on every other one of the stairs, from the last layer on.
        """
        theme, places = self.pen.theme, self._axis.visible(log10)[::-1]
        if len(places) < 2:
            return Motion(self, lambda: lambda _: None, **how)
        few = len(places) <= MOST_STAIRS
        treads = np.stack([places[1:, 0], places[:-1, 1], np.zeros(len(places) - 1)], axis=-1)
        corners = np.concatenate([places[:1], np.stack([treads, places[1:]], 1).reshape(-1, 3)])
        path = polyline(corners if few else places, theme.ink, LINE)
        labels = mn.VGroup()
        if few and word is not None:
            # A word on every other one can be large.
            for start, end in list(pairwise(places))[::EVERY]:
                label = self.pen.label(word, theme.ink, STAIR_WORD).halo(theme.background)
                label.fit_width(WORD_SHARE * abs(start[0] - end[0]))
                label.move_to(point((start[0] + end[0]) / 2)).on_baseline(float(start[1]) + PAD)
                labels.add(label)
        self._over.add(path, labels)
        create = drawn(path, rate_func=mn.linear)

        def prepare() -> Frame:
            create.begin()

            def frame(alpha: float) -> None:
                create.interpolate(alpha)
                for number, label in enumerate(labels):
                    come = alpha * (len(places) - 1) - EVERY * number
                    fade(label, float(np.clip(come, 0, 1)))

            return frame

        return Motion(self, prepare, **{"run_time": 2.4} | how)

    def later(self, log10: ArrayLike, words: str | Sentence = "later", **how: Any) -> mn.Animation:
        """Draw a later profile, (n,), dashed, from the last layer to the first.

        Nothing is drawn if it lies beyond the axis.
        """
        color, places = self.pen.theme.contrast, self._axis.visible(log10)
        if not len(places):
            return Motion(self, lambda: lambda _: None, **how)
        path = dashed(places[::-1], color, LINE)
        self._over.add(path)
        first = self.bars.places(np.zeros(len(self.log10)))[0, 0]
        guide = Guide(path, places, words, color, is_cut=bool(places[0, 0] > first + CUT))
        return self._guides.enter(guide, self, **how)
