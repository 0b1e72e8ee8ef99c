"""What was taken for what in a data file: target, classes, features, and what is odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from backprop_core.formatting import escape, format_value, shorten

MOST_LISTED = 8
"""Most columns or classes that are listed one by one."""


@dataclass(frozen=True)
class Taken:
    """How a data file was read, in words; `backprop check` prints them.

    Attributes
    ----------
    target
        The column or array of the classes or targets, and why it was taken.
    classes
        How many classes there are, and which; or what the targets are.
    features
        How many features there are, and which columns or array they came from.
    notes
        What was found in the file that its owner may not expect, a line for each.
    quantity
        Why the target holds numbers to be predicted, and no classes; empty if it holds classes, or
        targets that were given as such.
    other
        Another column that may rather hold the classes, and what to type; empty if none is odd.
    """

    target: str = ""
    classes: str = ""
    features: str = ""
    notes: tuple[str, ...] = ()
    quantity: str = ""
    other: str = ""

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield the lines to print, each as a name and a text."""
        yield "target", f"{self.target}; {self.classes}"
        yield "features", self.features
        for note in self.notes:
            yield "note", note
        if self.other and not self.quantity:
            yield "note", self.other

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return asdict(self) | {"notes": list(self.notes)}


def listed(names: Sequence[str], most: int = MOST_LISTED) -> str:
    """List names, of many the first and the last."""
    written = [shorten(escape(name), 24) for name in names]
    if len(written) > most:
        written[most - 2 : -1] = ["..."]
    return ", ".join(written)


def column_name(names: Sequence[str], place: int) -> str:
    """Name a column as a person finds it: `column "label" (0)`, or `column 0` if it has no name."""
    name = names[place] if place < len(names) else ""
    return f"column {format_value(name)} ({place})" if name else f"column {place}"
