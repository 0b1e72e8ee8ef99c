"""The factor by which a scale has been enlarged or shrunk, counting."""

from __future__ import annotations

import manim as mn

from scenes.kit.layout import Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.motion import fade
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import MILLION, Figure, in_full

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
            return in_full(name, -log10 if shrinks else log10)

        # On its way it may be written in full, and at the end with a power of ten.
        most = (abs(end), min(abs(end), MILLION - 0.01))
        widest = max(pen.number(in_full(name, each), size=NUMBER).width for each in most)
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
