"""The content of the slides of a lecture, independent of their format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from scenes.production.lecture.decks.framing import Framing
from scenes.production.lecture.decks.own_blocks import Own
from scenes.production.lecture.decks.speaking import Note, beat_notes, film_notes
from scenes.production.lecture.lecture import Lecture, Part
from scenes.production.request.catalog import describe
from scenes.production.sidecars.transcript import passages
from scenes.production.store.bounded_reads import read_ledger
from scenes.words.sources import Citation, citations

SOURCES_A_SLIDE = 6
"""The most films whose sources are on one slide; those of each may take two lines."""


@dataclass(frozen=True)
class Beat:
    """A part of a film that plays and then stops.

    Attributes
    ----------
    number
        Its number in the film, from 1.
    name, sentence
        Name and sentence from the film's ledger.
    alt
        The sentence, and a description of the picture when it stops.
    frames
        The range of its frames in the film. The last frames are all the same.
    start, hold
        The second of the film at which it begins, and one at which the picture stands still.
    notes
        For the lecturer; the last beat of a film repeats those of the film.
    """

    number: int
    name: str
    sentence: str
    alt: str
    frames: range
    start: float
    hold: float
    notes: tuple[Note, ...]

    @property
    def still(self) -> int:
        """The number of the frame that is shown when it stops."""
        return self.frames[-1]


@dataclass(frozen=True)
class DeckFilm:
    """A film of a lecture.

    Attributes
    ----------
    number
        Its number in the lecture, from 1.
    name, title, summary
        Attributes of the film from the catalog.
    cited
        Its sources.
    network
        The network that it shows, in words.
    rate
        Frames per second.
    notes
        For the lecturer: what to ask before the film, and what students get wrong.
    """

    number: int
    name: str
    title: str
    summary: str
    network: str
    cited: tuple[Citation, ...]
    video: Path
    rate: int
    beats: tuple[Beat, ...]
    notes: tuple[Note, ...]

    @property
    def sources(self) -> str:
        """Its sources on one line, without links."""
        return "; ".join(one.text for one in self.cited)


@dataclass(frozen=True)
class Title:
    """The first slide."""

    deck: Deck


@dataclass(frozen=True)
class Section:
    """The slide with the title of a film, before its beats."""

    film: DeckFilm


@dataclass(frozen=True)
class Clip:
    """A slide on which one beat plays and stops."""

    film: DeckFilm
    beat: Beat


@dataclass(frozen=True)
class Sources:
    """A slide with the sources of some of the films; the first one begins their section."""

    films: tuple[DeckFilm, ...]
    is_first: bool


Slide = Title | Section | Clip | Own | Sources


@dataclass(frozen=True)
class Deck:
    """A lecture as slides.

    Attributes
    ----------
    title
        Title of the lecture, or that of the framing.
    framing
        What the lecturer has added.
    narrated
        Whether the sentences are in the pictures.
    network
        The network in words if all films show the same one; else a remark that they differ.
    theme
        "dark" or "light".
    width, height
        Size of the films, in pixels.
    """

    title: str
    framing: Framing
    narrated: bool
    network: str
    theme: str
    width: int
    height: int
    films: tuple[DeckFilm, ...]

    def slides(self) -> Iterator[Slide]:
        """Yield the slides in order."""
        yield Title(self)
        for film in self.films:
            yield from self._own_before(film.name)
            yield Section(film)
            yield from (Clip(film, beat) for beat in film.beats)
        yield from self._own_before(None)
        for first in range(0, len(self.films), SOURCES_A_SLIDE):
            yield Sources(self.films[first : first + SOURCES_A_SLIDE], first == 0)

    def _own_before(self, name: str | None) -> Iterator[Own]:
        """Yield the lecturer's own slides before a film, or after the last one."""
        shown = {film.name for film in self.films}
        for each in self.framing.own:
            if next((film for film in each.before if film in shown), None) == name:
                yield each.slide


def deck_of(lecture: Lecture, framing: Framing | None = None) -> Deck:
    """Return the slides of a lecture whose films have been rendered.

    Parameters
    ----------
    framing
        What the lecturer adds; nothing by default.

    Raises
    ------
    ValueError, KeyError, TypeError
        If a file beside them is not a valid ledger.
    """
    framing = framing or Framing()
    films = tuple(_film(n, part) for n, part in enumerate(lecture.parts, start=1))
    first = lecture.parts[0]
    look = first.planned.job.experiment.film
    return Deck(
        title=framing.title or lecture.title,
        framing=framing,
        narrated=look.narration,
        network=_network(films),
        theme=look.theme,
        width=int(first.facts["width"]),
        height=int(first.facts["height"]),
        films=films,
    )


def _network(films: Sequence[DeckFilm]) -> str:
    networks = {film.network for film in films}
    if len(networks) == 1:
        return films[0].network
    return f"{len(films)} films; each says which network it shows"


def _film(number: int, part: Part) -> DeckFilm:
    ledger = read_ledger(part.planned.target.ledger)
    rate, frames = int(part.facts["fps"]), int(part.facts["frames"])
    facts = describe(part.film)
    notes = tuple(film_notes(facts))
    narrated = part.planned.job.experiment.film.narration
    return DeckFilm(
        number=number,
        name=part.film,
        title=facts.title,
        summary=facts.summary,
        network=str(ledger["subtitle"]),
        cited=citations(facts.sources),
        video=part.planned.target.video,
        rate=rate,
        beats=tuple(_beats(ledger, rate, frames, notes, narrated=narrated)),
        notes=notes,
    )


def _beats(
    ledger: Mapping[str, Any], rate: int, frames: int, about: Sequence[Note], *, narrated: bool
) -> Iterator[Beat]:
    """Yield the beats of a film; `about` are the notes of the film."""
    ranges = _ranges(ledger["beats"], rate, frames)
    for n, (passage, beat, taken) in enumerate(
        zip(passages(ledger), ledger["beats"], ranges, strict=True), start=1
    ):
        # The middle of the time in which the picture stands still, as players do not stop exactly.
        hold = (max(passage.pause, passage.start) + taken.stop / rate) / 2
        notes = tuple(beat_notes(passage, narrated=narrated))
        if n == len(ranges):
            notes += tuple(about)
        yield Beat(
            number=n,
            name=str(beat["name"]),
            sentence=str(passage.sentence),
            alt=f"{passage.sentence} {passage.shown}".strip(),
            frames=taken,
            start=taken.start / rate,
            hold=hold,
            notes=notes,
        )


def _ranges(beats: Sequence[Mapping[str, Any]], rate: int, frames: int) -> list[range]:
    """Return the frames of each beat; the last one extends to the end of the film."""
    if not beats:
        raise ValueError("a film has no beats")
    starts = [round(beat["start"] * rate) for beat in beats]
    found = [range(*ends) for ends in pairwise([*starts, frames])]
    for beat, taken in zip(beats, found, strict=True):
        if not taken or taken.stop > frames:
            raise ValueError(f"the beat {beat['name']} is not in the film")
    return found
