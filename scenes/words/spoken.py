"""Numbers as one says them in a sentence; the exact ones stand on the objects."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scenes.words.figures import Figure, Kind, magnitude, measured

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_GROUPS = ((12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand"))
_LARGEST = 12
"""log10 from which on a number is written, as nobody can say it."""
NEARLY = 0.05
"""Share of a whole number by which another may differ from it to be spoken as that number."""
ROUGHLY = 0.1
"""Share of one of equal parts by which another may differ from it to be spoken as that part."""
_EQUAL_PARTS = (
    (1 / 2, "half"),
    (1 / 3, "a third"),
    (1 / 4, "a quarter"),
    (1 / 5, "a fifth"),
    (1 / 6, "a sixth"),
    (1 / 7, "a seventh"),
    (1 / 8, "an eighth"),
    (1 / 9, "a ninth"),
    (1 / 10, "a tenth"),
)
_FRACTIONS = (*_EQUAL_PARTS[:3], (2 / 3, "two thirds"), (3 / 4, "three quarters"))
_PARTS = (
    (0.0, "nothing"),
    (0.05, "almost nothing"),
    (0.2, "a little"),
    (0.29, "a quarter"),
    (0.4, "a third"),
    (0.6, "half"),
    (0.7, "two thirds"),
    (0.8, "three quarters"),
    (0.95, "most of it"),
    (1.0, "nearly all of it"),
)


def counted(name: str, number: int, *, capital: bool = False, kind: Kind = Kind.SETTING) -> Figure:
    """Write a count in words up to ninety-nine, and in digits beyond."""
    words = _below_hundred(number) if 0 <= number < 100 else f"{number}"
    return Figure(name, number, words.capitalize() if capital else words, kind=kind)


def times(name: str, log10: float, *, capital: bool = False) -> Figure:
    """Write 10**log10, at least 1, in words and rounded to one digit: seventy thousand."""
    if log10 >= _LARGEST:
        return magnitude(name, log10, digits=1)
    words = _rounded(10.0**log10)
    value = 10.0**log10
    return Figure(name, value, words.capitalize() if capital else words, log10=log10)


def part_of(name: str, share: float) -> Figure:
    """Write a share of 1 in words: three quarters."""
    words = next((words for most, words in _PARTS if share <= most), "all of it")
    return Figure(name, share, words if share < 1 else "all of it")


def fraction(name: str, share: float) -> Figure | None:
    """Write a share as one of equal parts, a fifth; None if it is near none of them."""
    words = _nearest_part(share, _EQUAL_PARTS, ROUGHLY)
    return None if words is None else Figure(name, share, words)


def share_or_digits(name: str, log10: float) -> Figure:
    """Write 10**log10 as the fraction that it is within five percent, or else in digits."""
    share = 10.0 ** min(log10, 0.0)
    words = _nearest_part(share, _FRACTIONS, NEARLY)
    return magnitude(name, log10) if words is None else Figure(name, share, words, log10=log10)


def _nearest_part(share: float, parts: Sequence[tuple[float, str]], within: float) -> str | None:
    part, words = min(parts, key=lambda one: abs(share / one[0] - 1))
    return words if abs(share / part - 1) <= within else None


def nearest(name: str, value: float) -> Figure:
    """Write a number from zero to ninety-nine as the whole number that is nearest: six."""
    return Figure(name, value, _below_hundred(round(value)))


def about(name: str, value: float, least: float = 0.0) -> Figure:
    """Write a number that is not negative as one says it: eight, three point two in digits.

    Parameters
    ----------
    least
        A number that is smaller is "almost nothing".
    """
    near = round(value)
    if value and value < least:
        return Figure(name, value, "almost nothing")
    if 1 <= near < 20 and abs(value - near) <= NEARLY * near:
        return Figure(name, value, _ONES[near])
    if 20 <= value < 10**_LARGEST:
        return Figure(name, value, _rounded(value))
    return measured(name, value, digits=2)


def _rounded(value: float) -> str:
    """Return a number of at least 1 in words, rounded to one digit, below ten to the nearest."""
    power = max(math.floor(math.log10(value) + 1e-12), 0)
    digit = round(value / 10**power)
    if digit == 10:
        power, digit = power + 1, 1
    for exponent, name in _GROUPS:
        if power >= exponent:
            return f"{_up_to_hundreds(digit * 10 ** (power - exponent))} {name}"
    return _up_to_hundreds(digit * 10**power)


def _up_to_hundreds(number: int) -> str:
    if number >= 100:
        return f"{_ONES[number // 100]} hundred"
    return _below_hundred(number)


def _below_hundred(number: int) -> str:
    if number < len(_ONES):
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")
