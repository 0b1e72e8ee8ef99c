"""Texts for a lecture's page on YouTube: title, and description with chapters and sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scenes.production.lecture.decks.deck import Deck, DeckFilm, deck_of
from scenes.production.lecture.lecture import Lecture
from scenes.production.sidecars.transcript import heading_of
from scenes.production.video.files import Chapter

SHORTEST, FEWEST = 10.0, 3
"""The shortest chapter in seconds, and the fewest chapters, that YouTube accepts."""
_PLAINER = str.maketrans({"<": "‹", ">": "›", "\N{NARROW NO-BREAK SPACE}": " ", "\xa0": " "})
"""YouTube rejects texts with < or >; the special spaces would be escaped in a terminal."""


@dataclass(frozen=True)
class Upload:
    """Texts to paste into YouTube's form.

    Attributes
    ----------
    remarks
        Changes that YouTube's rules made necessary, a line each.
    """

    title: str
    description: str
    remarks: tuple[str, ...]

    @property
    def text(self) -> str:
        """Title and description, separated by an empty line."""
        return f"{self.title}\n\n{self.description}\n"


def upload_of(lecture: Lecture) -> Upload:
    """Return the texts for the video of a lecture.

    A lecture of fewer than three films gets a chapter for each beat, as YouTube needs three.

    Raises
    ------
    ValueError, KeyError, TypeError
        If a file beside the films is not a valid ledger.
    """
    deck = deck_of(lecture)
    films = [Chapter(part.title, start, end) for part, start, end in lecture.timed()]
    wanted = films if len(films) >= FEWEST else list(_beats(deck.films, films))
    chapters = long_enough(wanted)
    remarks = []
    if merged := len(wanted) - len(chapters):
        remarks.append(
            f"{merged} of {len(wanted)} chapters take less than {SHORTEST:.0f} s; joined"
        )
    if len(chapters) < FEWEST:
        remarks.append(f"fewer than {FEWEST} chapters, which YouTube does not show; left out")
        chapters = []
    title = deck.title.translate(_PLAINER)
    return Upload(title, _description(deck, chapters), tuple(remarks))


def long_enough(chapters: Sequence[Chapter]) -> list[Chapter]:
    """Join each chapter that is too short with the next one, and the last with the one before."""
    joined: list[Chapter] = []
    for chapter in chapters:
        if joined and joined[-1].end - joined[-1].start < SHORTEST:
            joined[-1] = Chapter(joined[-1].title, joined[-1].start, chapter.end)
        else:
            joined.append(chapter)
    if len(joined) > 1 and joined[-1].end - joined[-1].start < SHORTEST:
        last = joined.pop()
        joined[-1] = Chapter(joined[-1].title, joined[-1].start, last.end)
    return joined


def _beats(films: Sequence[DeckFilm], chapters: Sequence[Chapter]) -> Iterable[Chapter]:
    for film, chapter in zip(films, chapters, strict=True):
        for beat in film.beats:
            start, end = (
                chapter.start + frame / film.rate for frame in (beat.frames[0], beat.frames.stop)
            )
            yield Chapter(heading_of(beat.name), start, end)


def _description(deck: Deck, chapters: Sequence[Chapter]) -> str:
    """Return the description; that of all films is far below YouTube's limit of 5000 characters."""
    parts = [
        "Real activations and gradients of a neural network, computed and not drawn by hand.",
        f"{deck.network}.",
    ]
    if chapters:
        parts.append("\n".join(f"{_clock(c.start, chapters[-1].end)} {c.title}" for c in chapters))
    sources = dict.fromkeys(source for film in deck.films for source in film.cited)
    parts.append("\n".join(["Sources", *(" ".join(filter(None, one)) for one in sources)]))
    parts.append("Made with leaky-backprop. The captions are in the .srt beside the video.")
    return "\n\n".join(parts).translate(_PLAINER)


def _clock(seconds: float, longest: float) -> str:
    """Write a time as YouTube reads it: 0:00, or 0:00:00 if the video takes an hour."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    if longest >= 3600:
        return f"{hours}:{minute:02}:{second:02}"
    return f"{minutes}:{second:02}"
