"""Reads number words, by another way than `scenes.words.spoken` writes them."""

from __future__ import annotations

import re

SMALL = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: 10 * number
    for number, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

PARTS = {
    "nothing": (0.0, 0.0),
    "almost nothing": (0.0, 0.05),
    "a little": (0.05, 0.2),
    "a quarter": (0.2, 0.3),
    "a third": (0.29, 0.4),
    "half": (0.4, 0.6),
    "two thirds": (0.6, 0.7),
    "three quarters": (0.7, 0.8),
    "most of it": (0.8, 0.95),
    "nearly all of it": (0.95, 1.0),
    "all of it": (1.0, 1.0),
}
FRACTIONS = {
    f"{article} {word}": (0.9 / parts, 1.1 / parts)
    for parts, (article, word) in enumerate(
        [("a", w) for w in ("third", "quarter", "fifth", "sixth", "seventh")]
        + [("an", "eighth"), ("a", "ninth"), ("a", "tenth")],
        start=3,
    )
}
"""One of equal parts, and the shares of which that is said."""
"""Between which shares of 1 a listener takes such words."""


def number_in(words: str) -> int | None:
    """Return the whole number that some words say, or None if they say none."""
    total = group = 0
    for word in re.split(r"[ -]", words.lower()):
        if word in SMALL:
            group += SMALL[word]
        elif word == "hundred":
            group *= 100
        elif word in SCALES:
            total, group = total + group * SCALES[word], 0
        else:
            return None
    return total + group


def half_a_unit(number: int) -> float:
    """Return half a unit of the last digit of a number that is not zero."""
    digits = f"{number}"
    return 0.5 * 10.0 ** (len(digits) - len(digits.rstrip("0"))) if number else 0.0
