"""Text that is not UTF-8: what it is instead, and what to type."""

from __future__ import annotations

import re

from backprop_core.errors import InputError
from backprop_core.formatting import format_value

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SEEN = 1000
"""Bytes in which zeros are counted: without a mark, UTF-16 is known by them."""
_BEFORE, _AFTER = 8, 6
"""Bytes of a word around the one that is not UTF-8."""
_CELL_ENDS = re.compile(r"[\r\n,;\t|\"]")


def check_encoding(content: bytes) -> None:
    """Refuse the beginning of a text in UTF-16.

    Raises
    ------
    InputError
        If it is one.
    """
    zeros = content[:_SEEN].count(0)
    if content.startswith(_UTF_16) or zeros > 0.3 * len(content[:_SEEN]) > 2:
        raise InputError(
            'is text in UTF-16; allowed UTF-8: save it as "CSV UTF-8", '
            "or type iconv -f UTF-16 -t UTF-8 OLD.csv > NEW.csv"
        )


def not_utf8(error: UnicodeDecodeError) -> InputError:
    """Return the error for text that is not UTF-8, with the word as Windows would read it."""
    start, content = error.start, error.object
    before, after = content[max(0, start - _BEFORE) : start], content[start : start + _AFTER]
    word = _CELL_ENDS.split(before.decode("cp1252", "replace"))[-1]
    word += _CELL_ENDS.split(after.decode("cp1252", "replace"))[0]
    return InputError(
        f"is not text in UTF-8: byte 0x{content[start]:02x}, which Windows-1252 reads as in "
        f'{format_value(word)}; save it as "CSV UTF-8", '
        "or type iconv -f CP1252 -t UTF-8 OLD.csv > NEW.csv"
    )
