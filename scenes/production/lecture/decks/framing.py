"""What a lecturer adds to the slides: title, names, date, slides of their own, and the layout."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from backprop_core.errors import InputError
from backprop_core.formatting import format_value
from scenes.production.lecture.decks.own_blocks import Own
from scenes.production.request.formats import PER_PAGE

LONGEST = 200
"""Characters of a title, a name or a date."""


@dataclass(frozen=True)
class Placed:
    """A slide of the lecturer's own, and where it stands.

    Attributes
    ----------
    before
        The films that were named after it; it stands before the first of them that is shown.
    """

    slide: Own
    before: tuple[str, ...]


@dataclass(frozen=True)
class Framing:
    """What a lecturer adds to the slides of films; the films stay as they are.

    Attributes
    ----------
    title
        The title of the slides, if not that of the lecture.
    author, course, date
        Shown below the title, as they are written; empty if unknown.
    per_page
        How many slides a printed page has: one of `PER_PAGE`.
    own
        Slides of their own, in order.

    Raises
    ------
    InputError
        If a text cannot be shown, or a page cannot have that many slides.
    """

    title: str | None = None
    author: str = ""
    course: str = ""
    date: str = ""
    per_page: int = 1
    own: tuple[Placed, ...] = ()

    def __post_init__(self) -> None:
        texts = {name: getattr(self, name) for name in ("title", "author", "course", "date")}
        problems = [
            f"--{name}: got {format_value(text)}; allowed 1 to {LONGEST} characters that are seen"
            for name, text in texts.items()
            if text and not (text.isprintable() and text.strip() and len(text) <= LONGEST)
        ]
        if str(self.per_page) not in PER_PAGE:
            problems.append(f"--per-page: got {self.per_page}; allowed {', '.join(PER_PAGE)}")
        if problems:
            raise InputError(*problems)

    @property
    def byline(self) -> str:
        """Author, course and date, as far as they are known, in one line."""
        return " · ".join(text for text in (self.author, self.course, self.date) if text)

    def plain(self) -> Any:
        """Return everything in it as plain data, for a key; files are their digests."""
        return _plain(self)


def placed(
    names: Iterable[str], every: Iterable[str]
) -> tuple[tuple[str, ...], tuple[Placed, ...]]:
    """Tell films and the lecturer's own slides apart, in the order in which they were named.

    Parameters
    ----------
    names
        Films and files.
    every
        The films that are shown if none is named; all files come before them.

    Raises
    ------
    InputError
        If a file cannot be a slide.
    """
    words = tuple(names)
    if all(map(is_own, words)):
        words = (*words, *every)
    films = tuple(word for word in words if not is_own(word))
    own = tuple(
        Placed(slide, tuple(later for later in words[n + 1 :] if not is_own(later)))
        for n, word in enumerate(words)
        if is_own(word)
        for slide in _slides(word)
    )
    return films, own


def is_own(name: str) -> bool:
    """Tell whether an argument names a file and not a film."""
    return Path(name).suffix != "" and ":" not in name


def _slides(name: str) -> tuple[Own, ...]:
    # The libraries that read pictures and Markdown are for those who add slides.
    from scenes.production.lecture.decks.own_slides import own_slides

    return own_slides(Path(name))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
