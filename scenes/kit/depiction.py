"""A description of what a film shows, for viewers who cannot see it."""

from __future__ import annotations

from collections.abc import Iterable

import manim as mn

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.readout import Reading
from scenes.kit.live_number import LiveNumber
from scenes.kit.type.typesetting import Typeset
from scenes.words.figures import Sentence
from scenes.words.ledger import Ledger, Shown

UNCHANGED = "The picture stays as it is."


class Depiction:
    """Collects descriptions of the picture, beat by beat.

    Each film describes in its own words what happens. The axes of charts and the names of numbers
    on screen are read from the mobjects.

    Parameters
    ----------
    ledger
        Stores the descriptions.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._axes: set[str] = set()

    def end(self, beat: str, shown: Sentence, pause: float, mobjects: Iterable[mn.Mobject]) -> None:
        """Record a beat with what is on screen at its end.

        Parameters
        ----------
        shown
            The film's description of the beat; see `Beat.shows`.
        pause
            The time in seconds at which all motion has stopped.
        """
        self._ledger.record(beat, shown.figures.values())
        members = [member for mobject in mobjects for member in mobject.get_family()]
        self._note_numbers(beat, members)
        parts = [part for part in (shown.plain, *self._new_axes(members)) if part]
        self._ledger.shown.append(Shown(beat, pause, " ".join(parts) or UNCHANGED))

    def end_film(self, beat: str, poster: Sentence) -> None:
        """Record the description of the last picture, which is shown by the last beat."""
        self._ledger.record(beat, poster.figures.values())
        self._ledger.alt = poster.plain

    def _note_numbers(self, beat: str, members: Iterable[mn.Mobject]) -> None:
        for member in members:
            if isinstance(member, LiveNumber):
                self._ledger.note_standing(beat, member.figures, member.label)
            elif isinstance(member, Reading):
                self._ledger.note_standing(beat, member.value.figures, member.label.plain)
            elif isinstance(member, Typeset):
                self._ledger.note_standing(beat, member.figures)

    def _new_axes(self, members: Iterable[mn.Mobject]) -> list[str]:
        """Describe the axes that are new in this beat."""
        found = (member.axes_in_words for member in members if isinstance(member, Chart))
        there = list(dict.fromkeys(words for words in found if words))
        new = [words for words in there if words not in self._axes]
        self._axes = set(there)
        return new
