"""The factor by which a scale has been enlarged or shrunk, counting."""

from __future__ import annotations

import manim as mn

from scenes.kit.layout import Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.motion import fade
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Figure, magnitude

NUMBER = 48
ABOVE, DIGITS, BELOW = 0.35, 0.98, 1.45
"""Baselines of the first word, the number and the last word, from the top."""


class Factor(mn.VGroup):
    """A live number between two words: enlarged 274 times.

    Parameters
    ----------
    region
        The words begin at its upper left corner; the number shrinks where it is too narrow.
    zoom
        log10 of the factor.
    end
        log10 of the factor at the end. If it is negative, the scale shrinks, and the number on
        screen is the reciprocal of the factor.
    name
        Ledger name of the number.
    pen
        Typesets words and digits.
    """

    def __init__(
        self, region: Region, zoom: mn.ValueTracker, end: float, name: str, pen: Pen
    ) -> None:
        super().__init__()
        shrinks = end < 0

        def read() -> Figure:
            log10 = float(zoom.get_value())
            return magnitude(name, -log10 if shrinks else log10)

        widest = pen.number(magnitude(name, abs(end)), size=NUMBER).width
        self.number = LiveNumber(
            pen,
            read,
            left=region.left,
            baseline=region.top - DIGITS,
            color=pen.theme.backward,
            size=max(SMALL, NUMBER * min(1.0, region.width / widest)),
        )
        words = ("shrunk", ABOVE) if shrinks else ("enlarged", ABOVE), ("times", BELOW)
        self._words = mn.VGroup()
        for word, drop in words:
            label = pen.label(word, pen.theme.ink).align_to(point(region.left), mn.LEFT)
            self._words.add(label.on_baseline(region.top - drop))
        self.number.label = words[0][0]
        self.add(self.number, self._words)

    def reveal(self, opacity: float) -> None:
        """Give words and number this opacity."""
        for word in (*self._words, *self.number):
            fade(word, opacity)
