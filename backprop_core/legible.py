"""Values and names as they stand in an error line: on one line, short, nothing unprintable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice

LONGEST = 48
"""Characters of a value in an error line: more is not read there."""


def shorten(text: str, longest: int = LONGEST) -> str:
    """Cut the middle out of a text longer than `longest` characters."""
    if len(text) <= longest:
        return text
    head = longest * 2 // 3
    return f"{text[:head]}...{text[head + 3 - longest :]}"


def escape(text: str) -> str:
    """Write every character that does not print as its escape sequence."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


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
