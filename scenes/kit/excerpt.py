"""Plain Manim renders part of a film with ``-n 3,5``: which plays, and what is said in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scenes.kit.settings import asked_plays
from scenes.words.ledger import Ledger

if TYPE_CHECKING:
    from srt import Subtitle


@dataclass
class Excerpt:
    """The plays of a film that are rendered; all others are skipped.

    Attributes
    ----------
    first, last
        Numbers of the first and the last play, counted from 0; `last` is None where it is open.
    start, end
        Seconds of the film at which the first play begins and the last one ends. They are None and
        0 until a play is rendered.
    """

    first: int
    last: int | None
    start: float | None = None
    end: float = 0.0

    @classmethod
    def asked(cls) -> Excerpt | None:
        """Return what plain Manim asks for; None if it is the whole film."""
        plays = asked_plays()
        return None if plays is None else cls(*plays)

    @property
    def words(self) -> str:
        """The option as it is typed."""
        return f"{self.first}" if self.last is None else f"{self.first},{self.last}"

    def holds(self, play: int) -> bool:
        """Tell whether a play is rendered."""
        return self.first <= play and not self.over(play)

    def over(self, play: int) -> bool:
        """Tell whether a play comes after the last one that is rendered."""
        return self.last is not None and play > self.last

    def played(self, start: float, end: float) -> None:
        """Note a rendered play, by its seconds in the film."""
        self.start = start if self.start is None else self.start
        self.end = end

    def about(self) -> dict[str, Any]:
        """Return the plays, and their seconds in the whole film, for the ledger."""
        return {"plays": [self.first, self.last], "start": self.start, "end": self.end}

    def cut(self, ledger: Ledger) -> None:
        """Leave what is said in these plays, with times from their first picture on."""
        assert self.start is not None
        ledger.beats = [
            replace(
                beat,
                start=self._shifted(beat.start),
                end=self._shifted(beat.end),
                pause=self._shifted(beat.pause),
                said=self._shifted(beat.said),
            )
            for beat in ledger.beats
            if beat.start < self.end and beat.end > self.start
        ]
        ledger.shown = [
            replace(shown, time=self._shifted(shown.time))
            for shown in ledger.shown
            if self.start < shown.time <= self.end
        ]

    def captions(self, captions: list[Subtitle]) -> list[Subtitle]:
        """Return the captions that stand in these plays, with times from their first picture on."""
        assert self.start is not None
        cut = []
        for caption in captions:
            start = self._shifted(caption.start.total_seconds())
            end = self._shifted(caption.end.total_seconds())
            if end > start:
                caption.start, caption.end = timedelta(seconds=start), timedelta(seconds=end)
                cut.append(caption)
        return cut

    def _shifted(self, seconds: float) -> float:
        """Return a time in the film as a time in the excerpt."""
        assert self.start is not None
        return min(max(seconds, self.start), self.end) - self.start
