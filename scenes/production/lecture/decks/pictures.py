"""A still of each beat as PNG, for printed notes."""

from __future__ import annotations

from pathlib import Path

from scenes.production.lecture.decks.deck import Deck
from scenes.production.lecture.decks.stills import stills_of


def write_pictures(deck: Deck, private: Path) -> dict[str, Path]:
    """Write the picture at which each beat stops, in the size of the film.

    Returns
    -------
    Name -> file.
    """
    files: dict[str, Path] = {}
    for film in deck.films:
        for beat, still in stills_of(film):
            name = (
                f"{film.number:02}-{film.name}-{beat.number:02}-{beat.name.replace('_', '-')}.png"
            )
            still.save(private / name)
            files[name] = private / name
    return files
