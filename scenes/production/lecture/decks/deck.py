"""The content of the slides of a lecture, independent of their format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenes.production.lecture.lecture import Lecture, Part
from scenes.production.request.catalog import describe
from scenes.production.store.bounded_reads import read_ledger

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
    """

    number: int
    name: str
    sentence: str
    alt: str
    frames: range
    start: float
    hold: float

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
    name, title, summary, sources
        Attributes of the film from the catalog.
    network
        The network that it shows, in words.
    rate
        Frames per second.
    """

    number: int
    name: str
    title: str
    summary: str
    network: str
    sources: str
    video: Path
    rate: int
    beats: tuple[Beat, ...]


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
    """A slide with the sources of some of the films."""

    films: tuple[DeckFilm, ...]


Slide = Title | Section | Clip | Sources


@dataclass(frozen=True)
class Deck:
    """A lecture as slides.

    Attributes
    ----------
    title
        Title of the lecture.
    network
        The network in words if all films show the same one; else a remark that they differ.
    theme
        "dark" or "light".
    width, height
        Size of the films, in pixels.
    """

    title: str
    network: str
    theme: str
    width: int
    height: int
    films: tuple[DeckFilm, ...]

    def slides(self) -> Iterator[Slide]:
        """Yield the slides in order."""
        yield Title(self)
        for film in self.films:
            yield Section(film)
            yield from (Clip(film, beat) for beat in film.beats)
        for first in range(0, len(self.films), SOURCES_A_SLIDE):
            yield Sources(self.films[first : first + SOURCES_A_SLIDE])


def deck_of(lecture: Lecture) -> Deck:
    """Return the slides of a lecture whose films have been rendered.

    Raises
    ------
    ValueError, KeyError, TypeError
        If a file beside them is not a valid ledger.
    """
    films = tuple(_film(n, part) for n, part in enumerate(lecture.parts, start=1))
    first = lecture.parts[0]
    return Deck(
        title=lecture.title,
        network=_network(films),
        theme=first.planned.job.experiment.film.theme,
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
    return DeckFilm(
        number=number,
        name=part.film,
        title=facts.title,
        summary=facts.summary,
        network=str(ledger["subtitle"]),
        sources=facts.sources,
        video=part.planned.target.video,
        rate=rate,
        beats=tuple(_beats(ledger, rate, frames)),
    )


def _beats(ledger: Mapping[str, Any], rate: int, frames: int) -> Iterator[Beat]:
    """Yield the beats of a film; the last one extends to the end of the film."""
    beats: list[dict[str, Any]] = ledger["beats"]
    if not beats:
        raise ValueError("a film has no beats")
    starts = [round(beat["start"] * rate) for beat in beats]
    shown = {entry["beat"]: str(entry["text"]) for entry in ledger["shown"]}
    for n, (beat, first, end) in enumerate(
        zip(beats, starts, [*starts[1:], frames], strict=True), start=1
    ):
        if not first < end <= frames:
            raise ValueError(f"the beat {beat['name']} is not in the film")
        # The middle of the time in which the picture stands still, as players do not stop exactly.
        hold = (max(beat["pause"], beat["start"]) + end / rate) / 2
        name, sentence = str(beat["name"]), str(beat["sentence"])
        alt = f"{sentence} {shown.get(name, '')}".strip()
        yield Beat(n, name, sentence, alt, range(first, end), first / rate, hold)
