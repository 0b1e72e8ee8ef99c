"""Captions: a sentence in pieces of two short lines, each on screen for long enough to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

LINE = 42
"""The most characters of a line; more do not fit on a phone, or beside the picture."""
CHARACTERS_A_SECOND = 17
"""The most that a viewer is given to read; guides of subtitling allow 15 to 20."""
ROUNDING = 0.002
"""Seconds that a caption may lose where its start and its end are written in milliseconds."""
_JOINERS = frozenset(
    (
        *("and", "but", "or", "nor", "so", "which", "that", "who", "whose", "where", "while"),
        *("because", "as", "if", "than", "then", "when", "until"),
    )
)
_PREPOSITIONS = frozenset(
    (
        *("of", "in", "on", "at", "by", "for", "from", "with", "without", "to", "into"),
        *("through", "over", "under", "per", "after", "before"),
    )
)
_LEADERS = _PREPOSITIONS | {
    "a",
    "an",
    "the",
    "no",
    "its",
    "each",
    "every",
    "is",
    "are",
    "be",
    "not",
}
"""Words that belong to the one after them."""
_MARKS = frozenset("=≈<>≤≥+−-×·/±")


@dataclass(frozen=True)
class Caption:
    """A piece of a sentence.

    Attributes
    ----------
    text
        One line, or two with a line end between them.
    start, end
        Seconds from the start of the film.
    """

    text: str
    start: float
    end: float


def captions(said: str, start: float, end: float) -> list[Caption]:
    """Return the captions of a sentence, which share its time by their lengths.

    Parameters
    ----------
    start, end
        When the sentence is said, in seconds; at least `seconds_for` apart, or it is too fast.
    """
    texts = pieces(said)
    shares = accumulate((len(text) for text in texts), initial=0)
    whole = sum(len(text) for text in texts)
    times = [start + (end - start) * share / whole for share in shares]
    return [
        Caption(text, first, last)
        for text, (first, last) in zip(texts, pairwise(times), strict=True)
    ]


def seconds_for(said: str) -> float:
    """Return how long a sentence has to be on screen at least, so that its captions can be read."""
    return sum(len(text) / CHARACTERS_A_SECOND + ROUNDING for text in pieces(said))


@cache
def pieces(said: str) -> tuple[str, ...]:
    """Cut a sentence into as few captions as possible, at good places, of about one length.

    Returns
    -------
    Each of at most two lines of `LINE` characters; none if nothing is said.
    """
    words = [
        part for word in said.split(" ") if word for part in _parts(" ".join(word.split("\n")))
    ]
    if not words:
        return ()
    best: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
    for end in range(1, len(words) + 1):
        ways = (
            (cost + _caption_cost(text) + _cut_cost(words, start), (*before, text))
            for start, (cost, before) in enumerate(best)
            if (text := _laid_out(words, start, end)) is not None
        )
        best.append(min(ways, key=lambda way: (len(way[1]), way[0])))
    return best[-1][1]


def _parts(word: str) -> Iterator[str]:
    """Cut a word that is longer than a line."""
    for start in range(0, len(word), LINE):
        yield word[start : start + LINE]


def _laid_out(words: Sequence[str], start: int, end: int) -> str | None:
    """Return words on one line or two, or None if they do not fit."""
    whole = " ".join(words[start:end])
    if len(whole) <= LINE:
        return whole
    if len(whole) > 2 * LINE + 1:
        return None
    ways = []
    for at in range(start + 1, end):
        lines = " ".join(words[start:at]), " ".join(words[at:end])
        if max(map(len, lines)) <= LINE:
            uneven = abs(len(lines[0]) - len(lines[1])) / LINE
            ways.append((_cut_cost(words, at) + 4 * uneven, "\n".join(lines)))
    return min(ways)[1] if ways else None


def _caption_cost(text: str) -> float:
    """Return a cost that is least where all captions of a sentence are equally long."""
    return 12 * (len(text) / (2 * LINE)) ** 2


def _cut_cost(words: Sequence[str], at: int) -> float:
    """Return how bad it is to cut before a word: least between clauses, most within a number."""
    if at == 0:
        return 0.0
    before, after = words[at - 1], words[at]
    if before[-1] in ".!?;:":
        return 0.0
    if before[-1] == ",":
        return 1.0
    if before.lower() in _LEADERS or before in _MARKS or after in _MARKS:
        return 9.0
    if before[-1].isdigit() or after[0].isdigit():
        return 7.0
    if after.lower() in _JOINERS:
        return 2.0
    return 3.0 if after.lower() in _PREPOSITIONS else 5.0
