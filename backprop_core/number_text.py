"""The format of numbers in films, tables, findings and on the terminal.

A number has three significant digits. From 1e-3 up to 1000 it is written out, beyond that as a
power of ten: 0.250, −12.1, 8.14 × 10⁵, 2.31 × 10⁻⁷. Where a number is written out beyond that, as a
count is, thousands are set apart by commas: 1,000. An exact zero is written "0 exactly", because
a gradient that is exactly zero means something else than one that is rounded to 0. JSON and CSV
hold unrounded numbers.
"""

from __future__ import annotations

import math
from typing import NamedTuple

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
DIGITS = 3
"""Significant digits."""
_SMALLEST, _LARGEST = -4, 3
"""Powers of ten between which a number is written out."""
_FLOAT_POWERS = 300
"""Powers of ten that are safely within the range of float64."""
_SUPERSCRIPTS = str.maketrans("0123456789" + MINUS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Digits(NamedTuple):
    """The digits of a number, before they are written as plain text or typeset.

    Attributes
    ----------
    mantissa
        The digits before a power of ten (none for the bare power), or the whole number.
    exponent
        The power of ten, or None where the number is written out.
    """

    mantissa: str
    exponent: int | None = None

    @property
    def plain(self) -> str:
        """The number in Unicode: ``8.14 × 10⁵``."""
        if self.exponent is None:
            return self.mantissa
        power = signed(self.exponent).translate(_SUPERSCRIPTS)
        return f"{self.mantissa} {TIMES} 10{power}" if self.mantissa else f"10{power}"


ZERO = Digits("0 exactly")


def whole(count: int) -> str:
    """Write a count in full, as it is exact: 1,000."""
    return f"{count:,}"


def signed(number: int) -> str:
    """Write an integer with a minus sign, not a hyphen."""
    return f"{MINUS if number < 0 else ''}{abs(number)}"


def scientific(value: float, digits: int = DIGITS) -> tuple[str, int]:
    """Return mantissa and power of ten of a positive number, rounded to significant digits."""
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return mantissa, int(exponent)


def digits_of(value: float, digits: int = DIGITS) -> Digits:
    """Write a finite number."""
    if value == 0:
        return ZERO
    mantissa, exponent = scientific(abs(value), digits)
    sign = MINUS if value < 0 else ""
    if _SMALLEST < exponent < _LARGEST:
        return Digits(f"{sign}{abs(value):.{max(digits - 1 - exponent, 0)}f}")
    return Digits(sign + mantissa, exponent)


def digits_of_rough(value: float) -> Digits:
    """Write a number that is not negative, and of which only one digit is known."""
    if 10 <= value < 10**_LARGEST:
        return Digits(f"about {roughly(value)}")
    return digits_of(value, 1)


def digits_of_power(log10: float, digits: int = DIGITS, *, negative: bool = False) -> Digits:
    """Write 10**log10, or minus that, even beyond the range of floats; -inf is an exact zero."""
    if log10 == -math.inf:
        return ZERO
    if abs(log10) < _FLOAT_POWERS:
        return digits_of(-(10.0**log10) if negative else 10.0**log10, digits)
    exponent = math.floor(log10)
    mantissa = f"{10.0 ** (log10 - exponent):.{digits - 1}f}"
    if mantissa.startswith("10"):
        mantissa, exponent = f"{1:.{digits - 1}f}", exponent + 1
    return Digits(MINUS * negative + mantissa, exponent)


def digits_of_share(share: float) -> str:
    """Write a share of 1 in percent without the sign; only exact 0 and 1 give 0 and 100."""
    if share == 0:
        return "0"
    if share == 1:
        return "100"
    if share < 0.0005:
        return "under 0.1"
    if share >= 0.9995:
        return "over 99.9"
    decimals = 1 if share < 0.0995 or share > 0.99 else 0
    return f"{100 * share:.{decimals}f}"


def digits_of_rough_share(share: float) -> str:
    """Write a share of 1 of which only one digit is known, in percent without the sign."""
    if share < 0.0005 or share == 1:
        return digits_of_share(share)
    if share < 0.0995:
        return f"{float(f'{100 * share:.1g}'):g}"
    return "over 90" if share >= 0.95 else f"about {round(10 * share)}0"


def digits_as_typed(value: float) -> Digits:
    """Write a setting or a threshold, which is round, without zeros at its end: 0.8, 1,000."""
    if value == 0:
        return Digits("0")
    sign = MINUS if value < 0 else ""
    mantissa, exponent = scientific(abs(value))
    if _SMALLEST < exponent <= _LARGEST:
        return Digits(sign + _apart(f"{abs(value):.6g}"))
    return Digits(sign + mantissa, exponent)


def digits_of_tick(value: float) -> Digits:
    """Write the number at a tick of an axis, which is round: 5,000, 2 × 10⁴."""
    if value == 0:
        return Digits("0")
    sign = MINUS if value < 0 else ""
    mantissa, exponent = scientific(abs(value), 4)
    if _SMALLEST < exponent <= _LARGEST:
        return Digits(sign + _apart(f"{abs(value):g}"))
    return Digits(f"{sign}{float(mantissa):g}", exponent)


def _apart(digits: str) -> str:
    """Set thousands apart in a number that is written out."""
    before, point, behind = digits.partition(".")
    return whole(int(before)) + point + behind


def digits_of_place(value: float, decimals: int) -> Digits:
    """Write a place along an axis, with as many decimals wherever it is; no zero has a sign."""
    sign = MINUS if round(value, decimals) < 0 else ""
    return Digits(f"{sign}{abs(value):.{decimals}f}")


def number(value: float) -> str:
    """Write a finite number as text."""
    return digits_of(value).plain


def roughly(value: float) -> str:
    """Write a positive number with one significant digit, for advice: about 0.03, about 1,000."""
    mantissa, exponent = scientific(value, 1)
    if _SMALLEST < exponent < 2 * _LARGEST:
        return f"{float(f'{value:.0e}'):,.{max(-exponent, 0)}f}"
    return Digits(mantissa, exponent).plain


def as_typed(value: float) -> str:
    """Write a setting or a threshold as text."""
    return digits_as_typed(value).plain


def to_compare(value: float) -> str:
    """Write a number with nine digits, as Python prints it: who finds his own must recognise it."""
    return f"{value:.9g}"


def file_size(count: int) -> str:
    """Write a number of bytes: ``43 kB``, ``3.1 MB``."""
    if count < 999_500:
        return f"{max(1, round(count / 1e3))} kB"
    return f"{count / 1e6:.1f} MB"


def power_of_ten(log10: float) -> str:
    """Write 10**log10 as text, even beyond the range of floats."""
    return digits_of_power(log10).plain


def percent(share: float) -> str:
    """Write a share of 1 as text: ``5.0 %``."""
    return f"{digits_of_share(share)} %"
