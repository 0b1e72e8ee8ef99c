"""The record of every number that a film showed, and of every sentence with its times."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backprop_core.files import write_whole
from scenes.words.figures import Figure, Kind

_UNUSUAL = re.compile(r"[^\n -~]")


@dataclass(frozen=True)
class Spoken:
    """The sentence of a beat, and the time it stood on screen.

    Attributes
    ----------
    name
        Name of the beat.
    start, end
        Seconds from the start of the film.
    pause
        The second at which all motion has stopped, so that a lecturer may pause the film.
    said
        The second at which the sentence appears: after `start` where the motion comes first.
    """

    name: str
    sentence: str
    start: float
    end: float
    pause: float
    said: float


@dataclass(frozen=True)
class Shown:
    """A description of what a beat shows.

    Attributes
    ----------
    beat
        Name of the beat.
    time
        The second at which everything is on screen: the pause of the beat.
    """

    beat: str
    time: float
    text: str


@dataclass(frozen=True)
class Picture:
    """One picture of a film, which stands for the whole of it.

    Attributes
    ----------
    beat
        Name of the beat that shows it.
    time
        Seconds from the start of the film.
    """

    beat: str
    time: float


@dataclass
class Ledger:
    """Collects figures while a film runs, then writes them as JSON.

    Attributes
    ----------
    beats
        The beats that have ended, in order.
    shown
        A description of each of them.
    alt
        Alternative text of the last picture.
    pictures
        "question", the poster of players, and "last", that of files, decks and lists of films.
    """

    beats: list[Spoken] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    alt: str = ""
    pictures: dict[str, Picture] = field(default_factory=dict)
    _entries: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)

    def record(self, beat: str, figures: Iterable[Figure], label: str = "") -> None:
        """Record that `figures` are on screen during `beat`; each is stored once per beat.

        Parameters
        ----------
        label
            The label of the figures, if any.
        """
        for figure in figures:
            key = (beat, figure.name, figure.plain)
            entry = self._entries.setdefault(key, _entry(beat, figure))
            if label:
                entry["label"] = label

    def note_standing(self, beat: str, figures: Iterable[Figure], label: str = "") -> None:
        """Record the figures that are on screen at the end of a beat, with their label."""
        for figure in figures:
            entry = self._entries.get((beat, figure.name, figure.plain))
            if entry is not None:
                entry["stands"] = True
                if label:
                    entry["label"] = label

    def forget_numbers(self) -> None:
        """Forget all figures that were recorded so far."""
        self._entries.clear()

    @property
    def numbers(self) -> list[dict[str, Any]]:
        """The numbers that were computed or are values of the experiment."""
        kinds = {Kind.MEASURED, Kind.SETTING}
        return [entry for entry in self._entries.values() if entry["kind"] in kinds]

    @property
    def declared(self) -> list[dict[str, Any]]:
        """The numbers that are ticks, indices or constants."""
        kinds = {Kind.TICK, Kind.INDEX, Kind.CONSTANT}
        return [entry for entry in self._entries.values() if entry["kind"] in kinds]

    def document(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Return the ledger as plain data, starting with the metadata `about`."""
        return {
            **about,
            "alt": self.alt,
            "pictures": {name: vars(picture) for name, picture in self.pictures.items()},
            "beats": [vars(beat) for beat in self.beats],
            "shown": [vars(shown) for shown in self.shown],
            "numbers": self.numbers,
            "declared": self.declared,
        }


def _entry(beat: str, figure: Figure) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "beat": beat,
        "name": figure.name,
        "value": figure.value if math.isfinite(figure.value) else None,
        "unit": figure.unit,
        "text": figure.plain,
        "kind": str(figure.kind),
    }
    if figure.log10 is not None:
        entry["log10"] = figure.log10 if math.isfinite(figure.log10) else None
    return entry


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write `document` atomically: readers of `path` see the old or the new file, complete."""
    write_whole(path, as_json(document))


def as_json(document: Mapping[str, Any]) -> bytes:
    """Return what `write_json` writes.

    Unprintable characters are written as escape sequences. Listing the file on a terminal is then
    safe whatever a title or path contains, and a file name that is not valid Unicode can be
    written.
    """
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return _UNUSUAL.sub(_escaped, text).encode("utf-8")


def _escaped(found: re.Match[str]) -> str:
    letter = found[0]
    if letter.isprintable():
        return letter
    # JSON writes a character beyond U+FFFF as two escape sequences (a surrogate pair).
    units = letter.encode("utf-16-be", "surrogatepass")
    pairs = zip(units[::2], units[1::2], strict=True)
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in pairs)
