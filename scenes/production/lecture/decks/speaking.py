"""What the lecturer's notes say beside a slide: what is not on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scenes.production.request.catalog import FilmFacts
from scenes.production.sidecars.transcript import Passage

_OWNER = re.compile(r"^(?:\w+\.)+(?=[^\W\d])")
"""The network or the part of it that a quantity is of, in front of its name."""
MOST_NUMBERS = 6
"""More numbers than these are read by nobody who speaks."""


class Note(NamedTuple):
    """A paragraph of notes, such as "Ask" and a question."""

    head: str
    text: str


def beat_notes(passage: Passage, *, narrated: bool) -> Iterator[Note]:
    """Yield the notes of a beat.

    Parameters
    ----------
    narrated
        Whether its sentence is in the picture; otherwise it is to be said.
    """
    if not narrated:
        yield Note("Say", passage.sentence)
    if passage.sentence.rstrip().endswith("?"):
        yield Note("Ask", "Wait for answers from the hall before you go on.")
    if passage.shown:
        yield Note("Look at", passage.shown)
    if numbers := list(_numbers(passage)):
        yield Note("Numbers", "; ".join(numbers[:MOST_NUMBERS]))


def film_notes(facts: FilmFacts) -> Iterator[Note]:
    """Yield the notes of a film: what to ask before it, and what students get wrong."""
    if facts.opening_question:
        yield Note("Ask", facts.opening_question)
    if facts.misconception:
        yield Note("Often wrong", facts.misconception)


def _numbers(passage: Passage) -> Iterator[str]:
    # Where a number has counted, its ends stand on the screen or are told with the picture.
    for number in passage.numbers:
        if not number.said:
            yield f"{_called(number.label or number.name)} = {number.text}"


def _called(name: str) -> str:
    """Turn a name such as ``inner.mean_factor[8]`` into words; indices stay."""
    return _OWNER.sub("", name).replace("_", " ")
