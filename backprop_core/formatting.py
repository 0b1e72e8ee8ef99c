"""Values and names as they stand in a line of text: short, nothing unprintable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice

LONGEST = 48
"""Characters of a value in an error line: more is not read there."""
LONGEST_REASON = 120
"""Characters of what a library says of an error."""
MOST_MARKS = 3
"""Accents on one letter; scripts need no more, and piled up they cover the lines around them."""
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
"""Fillers, selectors and blanks, which Python counts as printable: they draw nothing."""
MOST_RANGES = 3
"""Ranges of layers that are still read one by one."""


def shorten(text: str, longest: int = LONGEST) -> str:
    """Cut the middle out of a text longer than `longest` characters."""
    if len(text) <= longest:
        return text
    head = longest * 2 // 3
    return f"{text[:head]}...{text[head + 3 - longest :]}"


def escape(text: str) -> str:
    """Write every character that is not seen, or that steers others, as its escape sequence.

    So control characters, line ends, marks that turn the direction of writing, blanks that are no
    space, and more than `MOST_MARKS` accents on a letter.
    """
    if text.isascii() and text.isprintable():
        return text
    written, marks = [], 0
    for c in text:
        marks = marks + 1 if unicodedata.category(c) in {"Mn", "Me"} else 0
        seen = c.isprintable() and marks <= MOST_MARKS and not _UNSEEN.match(c)
        written.append(c if seen else c.encode("unicode_escape").decode())
    return "".join(written)


def is_seen(text: str) -> bool:
    """Tell whether a text is what it looks like: `escape` leaves it alone."""
    return escape(text) == text


def escape_lines(text: str) -> str:
    """Escape each line of a text, and leave the line ends."""
    return "\n".join(map(escape, text.split("\n")))


def reason(error: BaseException) -> str:
    """Write what a library says of an error on one short line."""
    return shorten(escape(" ".join(str(error).split())), LONGEST_REASON)


def legible(value: object) -> str:
    """Write a value as TOML would, shortened to one line that can be read."""
    if isinstance(value, str):
        # Cut first: a megabyte need not be escaped to be thrown away.
        return f'"{shorten(escape(shorten(value, 4 * LONGEST)))}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        # Python refuses to write integers of thousands of digits.
        return "a number of more than 48 digits"
    if isinstance(value, (list, tuple)):
        return _legible_list(value)
    if isinstance(value, dict):
        return "a table"
    return shorten(escape(str(value)))


def _legible_list(values: Sequence[object]) -> str:
    # An element that is itself a list is not opened: it may be nested deeply.
    parts = ["[...]" if isinstance(v, (list, tuple)) else legible(v) for v in islice(values, 8)]
    more = ", ..." if len(values) > len(parts) else ""
    return shorten(f"[{', '.join(parts)}{more}]")


def name(text: str) -> str:
    """Write a field's name bare where TOML allows it, quoted and escaped otherwise."""
    bare = text.isascii() and text.replace("_", "").replace("-", "").isalnum()
    return shorten(text) if bare else legible(text)


def source_name(text: str) -> str:
    """Write the path of a file as it was typed, whatever is in it."""
    return escape(shorten(text, 200))


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Find the allowed name that `word` was probably meant to be, or None."""
    by_lower = {candidate.lower(): candidate for candidate in allowed}
    matches = get_close_matches(word[:100].lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[matches[0]] if matches else None


def layer_names(layers: Sequence[int]) -> str:
    """Name ascending layers by their ranges: "layer 3", "layers 1 to 7 and 9"."""
    if len(layers) == 1:
        return f"layer {layers[0]}"
    starts = [n for n, layer in enumerate(layers) if n == 0 or layers[n - 1] != layer - 1]
    ends = [*(n - 1 for n in starts[1:]), len(layers) - 1]
    if len(starts) > MOST_RANGES:
        return f"{len(layers)} of the layers {layers[0]} to {layers[-1]}"
    runs = [_run(layers[start], layers[end]) for start, end in zip(starts, ends, strict=True)]
    if len(layers) == 2:
        runs = [str(layer) for layer in layers]
    joined = ", ".join(runs[:-1])
    return f"layers {joined} and {runs[-1]}" if joined else f"layers {runs[-1]}"


def _run(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"
