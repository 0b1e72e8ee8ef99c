"""How the numbers of the film `circuit` are written, and whether they multiply as they are read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext

from backprop_core.number_text import MINUS, digits_as_typed
from scenes.words.figures import Figure, magnitude, measured

FLOAT_DIGITS = 300
"""Largest exponent, in magnitude, of a number that is converted to a float."""
WRITTEN_OUT = 3
"""Significant digits of an exact number that is written without zeros at its end."""
AS_READ = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Arithmetic with numbers of few digits and of any power."""


def number_of(name: str, value: Decimal, digits: int = 3) -> Figure:
    """Write a decimal, even outside the range of floats; a long exponent leaves fewer digits."""
    if not value:
        # Every zero here is exact: the arithmetic rounds nothing to it.
        return Figure(name, 0.0, "0")
    exponent = value.adjusted()
    if abs(exponent) < FLOAT_DIGITS:
        return measured(name, float(value), digits=digits)
    most = 3 if abs(exponent) < 10**3 else 2 if abs(exponent) < 10**4 else 1
    log10 = float(value.copy_abs().log10())
    return magnitude(name, log10, digits=min(most, digits), negative=value < 0)


def written(name: str, value: Decimal, digits: int, *, exact: bool) -> Figure:
    """Write a decimal; an exact one of few digits as one would type it."""
    typed = "".join(map(str, value.as_tuple().digits)).strip("0")
    if exact and value and len(typed) <= WRITTEN_OUT and -4 < value.adjusted() <= 3:
        return Figure(name, float(value), *digits_as_typed(float(value)))
    return number_of(name, value, digits)


def is_read_right(result: Figure, factors: Sequence[Figure]) -> bool:
    """Tell whether the product of numbers as they are read rounds to the result as it is read."""
    with localcontext(AS_READ):
        read = _read(result)
        product = math.prod((_read(each) for each in factors), start=Decimal(1))
        half = Decimal((0, (5,), int(read.as_tuple().exponent) - 1))
        return abs(product - read) <= half


def _read(figure: Figure) -> Decimal:
    if figure.is_zero:
        return Decimal(0)
    digits = figure.mantissa.replace(MINUS, "-").replace(",", "")
    return Decimal(f"{digits}e{figure.exponent or 0}")
