"""The record of every number that a film showed, and of what it said when."""

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
        Of the beat.
    start, end
        Seconds from the start of the film.
    pause
        The second at which nothing moves any more: where a lecturer may stop the film.
    """

    name: str
    sentence: str
    start: float
    end: float
    pause: float


@dataclass(frozen=True)
class Shown:
    """What is to be seen in a beat, in words.

    Attributes
    ----------
    beat
        Its name.
    time
        The second at which it is all there: the pause of the beat.
    """

    beat: str
    time: float
    text: str


@dataclass
class Ledger:
    """Collects figures while a film runs, then writes them as JSON.

    Attributes
    ----------
    beats
        The beats that ended, in order.
    shown
        What each of them shows.
    alt
        What the last picture is: its alternative text.
    """

    beats: list[Spoken] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    alt: str = ""
    _entries: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)

    def record(self, beat: str, figures: Iterable[Figure], label: str = "") -> None:
        """Note that `figures` are on screen during `beat`; each is written once a beat.

        Parameters
        ----------
        label
            What is written at them, if anything is.
        """
        for figure in figures:
            key = (beat, figure.name, figure.plain)
            entry = self._entries.setdefault(key, _entry(beat, figure))
            if label:
                entry["label"] = label

    def note_standing(self, beat: str, figures: Iterable[Figure], label: str = "") -> None:
        """Note that numbers of a beat stand on screen at its end, and what is written at them."""
        for figure in figures:
            entry = self._entries.get((beat, figure.name, figure.plain))
            if entry is not None:
                entry["stands"] = True
                if label:
                    entry["label"] = label

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
        """Return the ledger as plain data, after what it is `about`."""
        return {
            **about,
            "alt": self.alt,
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
    """Write `document`; whoever reads `path` finds the old file or the new one, whole.

    What does not print is written as its escape sequence: whoever lists the file on a terminal is
    safe from a title or a path, and a name that is no Unicode can be written, too.
    """
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(path, _UNUSUAL.sub(_escaped, text).encode("utf-8"))


def _escaped(found: re.Match[str]) -> str:
    letter = found[0]
    if letter.isprintable():
        return letter
    # Beyond the first 65,536 characters JSON has two sequences for one.
    units = letter.encode("utf-16-be", "surrogatepass")
    pairs = zip(units[::2], units[1::2], strict=True)
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in pairs)
