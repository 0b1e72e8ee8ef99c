"""The cells of a table of text: numbers as people write them, and values that are missing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from backprop_core.errors import InputError
from backprop_core.formatting import format_value

Style = Literal["point", "decimal comma", "thousands"]
"""How a table writes numbers: 1234.5, 1234,5 (or 1.234,5), or 1,234.5."""

Kind = Literal["numbers", "words", "names"]
"""What a column holds: numbers, words that may be classes, or another word in almost each row."""

ERRORS = frozenset({"#n/a", "#div/0!", "#name?", "#null!", "#num!", "#ref!", "#value!"})
"""What spreadsheets write where a formula has no value, in small letters."""
MISSING = ERRORS | {"", "?", "na", "n/a", "nan", "null", "none", "-", "--", "."}
"""What stands in place of a number that is not known, in small letters."""
MISSING_CLASS = ERRORS | {"", "?", "na", "n/a", "nan", "null"}
"""What stands in place of a class that is not known; "none" may be a class."""
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d*),\d+(?:[eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_ALMOST = re.compile(r"[^\w\s]{0,2}\s*[+-]?\s*[0-9][0-9.,'\u2019 ]*\s*(?:[^0-9\s]{1,3})?")
"""What may be meant as a number, with signs before it or a unit behind it."""
_MINUS = re.compile("[\u2010-\u2015\u2212](?=[.,]?[0-9])")
"""Characters that look like the minus sign of a keyboard, before a number."""
_FEW_NAMES, _MOST_DIFFER = 10, 0.9
"""Above so many words, this share of which differs, they are names and no classes."""
_TRUTH = {"true": 1.0, "false": 0.0}


def number(cell: str, style: Style = "point") -> float | None:
    """Return the number that a cell holds, or None if it holds none.

    Numbers are what `numpy.loadtxt` takes for such: ASCII digits without underscores. `True` and
    `False`, which pandas, R and spreadsheets write, are 1 and 0.
    """
    text = cell.strip()
    if style == "decimal comma" and ("," in text or "." in text):
        if not _DECIMAL_COMMA.fullmatch(text):
            return None
        text = text.replace(".", "").replace(",", ".")
    elif style == "thousands" and "," in text:
        if not _THOUSANDS.fullmatch(text):
            return None
        text = text.replace(",", "")
    if "_" in text or not text.isascii():
        return None
    try:
        return float(text)
    except ValueError:
        return _TRUTH.get(text.lower())


def numbers(cells: list[str]) -> list[float] | None:
    """Return the numbers of a row that writes them with points; None if a cell holds none."""
    try:
        found = [float(cell) for cell in cells]
    except ValueError:
        return None
    # Python also reads 1_6 as 16, and digits of other scripts.
    together = "".join(cells)
    return None if "_" in together or not together.isascii() else found


def is_missing(cell: str) -> bool:
    """Tell whether a cell of a feature says that its value is not known."""
    return cell.strip().lower() in MISSING


def kind_of(cells: Iterable[str], style: Style) -> Kind:
    """Tell what most cells of a column hold, of those that hold anything."""
    held = [cell.strip() for cell in cells if not is_missing(cell)]
    if sum(number(cell, style) is None for cell in held) <= len(held) / 2:
        return "numbers"
    differ = len(held) > _FEW_NAMES and len(set(held)) > _MOST_DIFFER * len(held)
    return "names" if differ else "words"


def almost_number(cell: str, style: Style) -> str:
    """Say how a cell is to be written that looks like a number; "" if it does not look like one."""
    text = cell.strip()
    if style == "decimal comma" and number(text) is not None:
        return ", with a decimal comma as elsewhere"
    if _MINUS.search(text):
        return ", with the minus sign of the keyboard"
    if _ALMOST.fullmatch(text):
        plain = "1234,5" if style == "decimal comma" else "1234.5"
        return f" alone, as {plain}: without unit, currency, % or marks between thousands"
    return ""


def style_of(cells: Iterable[str]) -> Style:
    """Find out how a table writes numbers, from cells that may hold some.

    Raises
    ------
    InputError
        If the commas in numbers may be decimal ones or separate thousands.
    """
    kinds: dict[str, str] = {}
    for cell in cells:
        text = cell.strip()
        if "," in text:
            decimal, thousands = _DECIMAL_COMMA.fullmatch(text), _THOUSANDS.fullmatch(text)
            if decimal or thousands:
                kind = "both" if decimal and thousands else "decimal" if decimal else "thousands"
                kinds.setdefault(kind, text)
    if "decimal" in kinds and "thousands" not in kinds:
        return "decimal comma"
    if "thousands" in kinds and "decimal" not in kinds:
        return "thousands"
    if kinds:
        came = " and ".join(format_value(text) for text in list(kinds.values())[:2])
        raise InputError(
            f"got {came}, in which a comma may be a decimal one or separate thousands; "
            "write numbers with a point and without thousands, as in 1234.5"
        )
    return "point"
