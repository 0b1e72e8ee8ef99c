"""Names of the axes of a sweep, and labels of their values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backprop_core.experiment.sharing import without_folder
from backprop_core.formatting import escape, shorten
from backprop_core.number_text import MINUS
from scenes.words.figures import count, setting

LONGEST, LONGEST_ROW = 20, 28
"""The most characters of a label: of one value, and of several values together."""
FEW_DIGITS, ALL_DIGITS = 3, 6
"""Of a value between the ends of a range; all of them, where values would read the same."""
_MORE_DIGITS = (8, 10, 12, 14, 17)
"""Where they still would."""
_WORDS = {"data.name": "data set", "data.path": "data file"}


@dataclass(frozen=True)
class Axis:
    """The name of an axis, and a label for each of its values; all labels differ."""

    name: str
    labels: tuple[str, ...]

    @classmethod
    def of(cls, axis: Mapping[str, Any], drawable: Callable[[str], str] = str) -> Axis:
        """Name an axis and label its values.

        Parameters
        ----------
        axis
            Its `fields`, and its `values`: for each place on it a row, one value for each field.
        drawable
            Replaces characters of the user's text that cannot be drawn.
        """
        fields, rows = axis["fields"], axis["values"]
        return cls(", ".join(map(in_words, fields)), tuple(_labels(fields, rows, drawable)))


def listed(names: Sequence[str]) -> str:
    """Join names as in a sentence: by commas, and the last one by "and"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def in_words(field: str) -> str:
    """Name a field by its last part: "bias std" for ``network.bias_std``."""
    return _WORDS.get(field, field.rpartition(".")[2].replace("_", " "))


def label(value: object, drawable: Callable[[str], str] = str, digits: int = ALL_DIGITS) -> str:
    """Write a value for people to read, a float with up to `digits` significant digits."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, float) and digits > ALL_DIGITS:
        # The last of them has as many digits as tell the float from all others.
        written = repr(value) if digits == _MORE_DIGITS[-1] else f"{value:.{digits}g}"
        return written.replace("-", MINUS)
    if isinstance(value, float):
        return setting("value", float(f"{value:.{digits}g}")).plain
    if isinstance(value, int) and not isinstance(value, bool):
        return count("value", value).plain.replace("-", MINUS)
    return drawable(shorten(escape(shorten(_typed(value), 4 * LONGEST)), 2 * LONGEST))


def _labels(
    fields: Sequence[str], rows: Sequence[Sequence[object]], drawable: Callable[[str], str]
) -> Iterator[str]:
    several = len(fields) > 1 or fields[0] == "film"
    longest = LONGEST_ROW if several else LONGEST
    numbers = [value for row in rows for value in row if isinstance(value, float)]
    # Values from a range have many digits; values that a person typed are left as they are.
    is_long = any(value != float(f"{value:.{FEW_DIGITS + 1}g}") for value in numbers)
    shown = [list(map(without_folder, fields, row)) for row in rows]
    labels: list[str] = []
    few = (FEW_DIGITS,) if is_long else ()
    for digits in (*few, ALL_DIGITS, *(_MORE_DIGITS if numbers else ())):
        whole = [", ".join(label(value, drawable, digits) for value in row) for row in shown]
        labels = [shorten(words, longest) for words in whole]
        if len(set(labels)) == len(labels):
            return iter(labels)
    # Those that are cut to the same, or are the same, are told apart by their numbers.
    return (shorten(f"{n}: {words}", LONGEST_ROW) for n, words in enumerate(labels, start=1))


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_typed, value))}]"
    return str(value)
