"""Values and names for one line of text: shortened, with unprintable characters escaped."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice

from backprop_core.number_text import whole

LONGEST = 48
"""Most characters of a value in an error line."""
LONGEST_REASON = 120
"""Most characters of an error message from a library."""
WIDEST = 80
"""Most characters of a line of sentences."""
MOST_MARKS = 3
"""Most combining marks on one letter. No script needs more; a pile covers the lines around it."""
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
"""Fillers, variation selectors and blanks: they are invisible, but Python calls them printable."""
_OF_A_NUMBER = re.compile(r"(?<=[0-9]) (?=[%×])|(?<=×) (?=[0-9])")
"""The blanks within a number."""
MOST_RANGES = 3
"""Most ranges of layers that `layer_names` lists one by one."""


def shorten(text: str, longest: int = LONGEST) -> str:
    """Cut the middle out of a text longer than `longest` characters."""
    if len(text) <= longest:
        return text
    head = longest * 2 // 3
    return f"{text[:head]}...{text[head + 3 - longest :]}"


def escape(text: str) -> str:
    """Replace characters that are invisible, or that change how others are drawn, by escapes.

    These are control characters, line ends, marks of the writing direction, blanks other than the
    space, and combining marks beyond `MOST_MARKS` on one letter.
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
    """Tell whether a text has only visible characters, so that `escape` returns it unchanged."""
    return escape(text) == text


def escape_lines(text: str) -> str:
    """Escape each line of a text, but keep the line ends."""
    return "\n".join(map(escape, text.split("\n")))


def wrap(text: str, begin: str = "") -> list[str]:
    """Cut a text into lines of at most `WIDEST` characters, escaped, that stand below each other.

    A number stays on one line with its unit or its power of ten, and a word that is longer than a
    line, such as the name of a file, stays whole.

    Parameters
    ----------
    begin
        What stands before the first line.
    """
    # No blank but the space is left in a text that is escaped.
    together = _OF_A_NUMBER.sub("\xa0", escape(text))
    lines = textwrap.wrap(
        together,
        WIDEST,
        initial_indent=begin,
        subsequent_indent=" " * len(begin),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\xa0", " ") for line in lines] or [begin.rstrip()]


def reason(error: BaseException) -> str:
    """Return the message of a library's error as one short line."""
    return shorten(escape(" ".join(str(error).split())), LONGEST_REASON)


def format_value(value: object) -> str:
    """Write a value as in TOML, escaped and shortened to one line."""
    if isinstance(value, str):
        # Shorten first, so that a megabyte of text is not escaped only to be cut away.
        return f'"{shorten(escape(shorten(value, 4 * LONGEST)))}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        # Python refuses to write integers of thousands of digits.
        return "a number of more than 48 digits"
    if isinstance(value, (list, tuple)):
        return _format_list(value)
    if isinstance(value, dict):
        return "a table"
    return shorten(escape(str(value)))


def _format_list(values: Sequence[object]) -> str:
    # Nested lists are abbreviated, because they may be deep.
    parts = [
        "[...]" if isinstance(v, (list, tuple)) else format_value(v) for v in islice(values, 8)
    ]
    more = ", ..." if len(values) > len(parts) else ""
    return shorten(f"[{', '.join(parts)}{more}]")


def name(text: str) -> str:
    """Write a field's name bare where TOML allows it, quoted and escaped otherwise."""
    bare = text.isascii() and text.replace("_", "").replace("-", "").isalnum()
    return shorten(text) if bare else format_value(text)


def source_name(text: str) -> str:
    """Write the path of a file as it was typed, with unprintable characters escaped."""
    return escape(shorten(text, 200))


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Find the allowed name that `word` was probably meant to be, or None."""
    by_lower = {candidate.lower(): candidate for candidate in allowed}
    matches = get_close_matches(word[:100].lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[matches[0]] if matches else None


def layer_names(layers: Sequence[int]) -> str:
    """Name ascending layers by their ranges: "layer 3", "layers 1 to 7 and 9"."""
    if len(layers) == 1:
        return f"layer {whole(layers[0])}"
    starts = [n for n, layer in enumerate(layers) if n == 0 or layers[n - 1] != layer - 1]
    ends = [*(n - 1 for n in starts[1:]), len(layers) - 1]
    if len(starts) > MOST_RANGES:
        return f"{whole(len(layers))} of the layers {_run(layers[0], layers[-1])}"
    runs = [_run(layers[start], layers[end]) for start, end in zip(starts, ends, strict=True)]
    if len(layers) == 2:
        runs = [whole(layer) for layer in layers]
    joined = ", ".join(runs[:-1])
    return f"layers {joined} and {runs[-1]}" if joined else f"layers {runs[-1]}"


def _run(first: int, last: int) -> str:
    return whole(first) if first == last else f"{whole(first)} to {whole(last)}"
