"""Numbers as people read them, and the record of what each one is.

A `Figure` is a number to be shown. It holds its name, its exact value, its unit and its written
form. Words and figures are kept separate until they are typeset. A template that contains a digit
is rejected, so every number on screen has a known source.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backprop_core.number_text import (
    MINUS,
    TIMES,
    Digits,
    digits_as_typed,
    digits_of,
    digits_of_place,
    digits_of_power,
    digits_of_rough,
    digits_of_rough_share,
    digits_of_share,
    digits_of_tick,
    signed,
    whole,
)

MOST_WORDS = 16
"""Words of a sentence that is spoken; a number and its unit are words."""
MILLION = 6
"""The power of ten that is a million."""
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(rf"{MINUS}?\d+(?:\.\d+)?")


class Kind(StrEnum):
    """The kind of a number on screen."""

    MEASURED = "measured"  # computed by the core; a test computes it again
    SETTING = "setting"  # a value of the experiment
    INDEX = "index"  # the number of a layer
    TICK = "tick"  # on an axis
    CONSTANT = "constant"  # belongs to a formula, a definition or a citation


@dataclass(frozen=True)
class Figure:
    """One number on screen.

    Attributes
    ----------
    name
        Name of the quantity in the core: ``signal[1]``, ``loss[0]``, ``network.gain``.
    value
        The exact value. A magnitude too small for a float is given by its `log10` instead.
    mantissa
        The digits before a power of ten (empty for the bare power), or the whole written number.
    exponent
        The power of ten, or None if the number is written without one.
    unit
        Text after the number, such as ``%``.
    """

    name: str
    value: float
    mantissa: str
    exponent: int | None = None
    unit: str = ""
    kind: Kind = Kind.MEASURED
    log10: float | None = None

    @property
    def is_zero(self) -> bool:
        """Whether it is exactly zero, and not just too small for a float."""
        return self.value == 0 and self.log10 in {None, -math.inf}

    @property
    def plain(self) -> str:
        """The number in Unicode, for captions and transcripts: ``8.14 × 10⁵``."""
        return self.digits + (f"{NARROW_SPACE}{self.unit}" if self.unit else "")

    @property
    def digits(self) -> str:
        """The number without its unit."""
        return Digits(self.mantissa, self.exponent).plain

    @property
    def markup(self) -> str:
        """The number as Typst code."""
        unit = f"{NARROW_SPACE}{self.unit}" if self.unit else ""
        if self.exponent is None:
            return quoted(self.mantissa + unit)
        power = quoted(signed(self.exponent))
        factor = f"{self.mantissa}{NARROW_SPACE}{TIMES}{NARROW_SPACE}" if self.mantissa else ""
        base = quoted(f"{factor}10")
        return f"box({base} + super(typographic: false, size: 0.7em, {power})) + {quoted(unit)}"


def quoted(text: str) -> str:
    """Return `text` as a Typst string literal, so that user input is never Typst code."""
    return json.dumps(text, ensure_ascii=False)


def measured(name: str, value: float, *, unit: str = "", digits: int = 3) -> Figure:
    """Write a measured number with `digits` significant digits; see `digits_of`."""
    value = float(value)
    if math.isnan(value) or math.isinf(value):
        raise ValueError(f"{name} is {value}: only finite numbers are drawn")
    return Figure(name, value + 0.0, *digits_of(value, digits), unit=unit)


def rough(name: str, value: float) -> Figure:
    """Write a measured number, not negative, of which only one digit is known."""
    return Figure(name, value, *digits_of_rough(value))


def magnitude(
    name: str, log10: float, *, unit: str = "", digits: int = 3, negative: bool = False
) -> Figure:
    """Write 10**log10, or its negative, even if it is outside the range of floats."""
    if log10 == math.inf or math.isnan(log10):
        raise ValueError(f"log10 of {name} is {log10}: only finite numbers are drawn")
    written = digits_of_power(log10, digits, negative=negative)
    if abs(log10) < 300:
        value = -(10.0**log10) if negative else 10.0**log10
    else:
        value = (-math.inf if negative else math.inf) if log10 > 0 else 0.0
    return Figure(name, value, *written, unit=unit, log10=log10)


def in_full(name: str, log10: float) -> Figure:
    """Write 10**log10 with three digits, without a power of ten below a million: 70,400."""
    written = magnitude(name, log10)
    if written.exponent is None or not 0 <= written.exponent < MILLION:
        return written
    rounded = round(written.value, 2 - written.exponent)
    return Figure(name, written.value, whole(round(rounded)), log10=log10)


def infinite(name: str) -> Figure:
    """Write infinity, the result of an overflow in some float type."""
    return Figure(name, math.inf, "inf")


def percent(name: str, fraction: float, *, rough: bool = False) -> Figure:
    """Write a fraction as a percentage. Only an exact 0 reads 0 %, only an exact 1 reads 100 %.

    A rough one is known to one digit only: about 60 %.
    """
    digits = digits_of_rough_share(fraction) if rough else digits_of_share(fraction)
    return Figure(name, fraction, digits, unit="%")


def count(name: str, number: int, kind: Kind = Kind.SETTING) -> Figure:
    """Write an integer in full, as a count is exact."""
    return Figure(name, number, whole(number), kind=kind)


def typed(name: str, number: int, kind: Kind = Kind.SETTING) -> Figure:
    """Write an integer as code and configurations have it, for example a seed."""
    return Figure(name, number, str(number), kind=kind)


def index(number: int) -> Figure:
    """Write the number of a layer."""
    return Figure("layer", number, whole(number), kind=Kind.INDEX)


def setting(name: str, value: float, *, unit: str = "") -> Figure:
    """Write a value of the experiment or of the method as it was entered."""
    return Figure(name, value, *digits_as_typed(value), unit, Kind.SETTING)


def coordinate(name: str, value: float, decimals: int = 2) -> Figure:
    """Write a coordinate with a fixed number of decimals."""
    return Figure(name, value, *digits_of_place(value, decimals), kind=Kind.SETTING)


def constant(name: str, text: str) -> Figure:
    """Write a number of a formula, a definition or a citation, unchanged."""
    found = _NUMBER.search(text)
    value = float(found[0].replace(MINUS, "-")) if found else math.nan
    return Figure(name, value, text, kind=Kind.CONSTANT)


def tick(value: float) -> Figure:
    """Write the number at a tick of a linear axis in full, as ticks are round numbers."""
    return Figure("tick", value, *digits_of_tick(value), kind=Kind.TICK)


def power_tick(exponent: int) -> Figure:
    """Write the power of ten at a tick of a logarithmic axis; 10**0 and 10**1 read 1 and 10."""
    if exponent in {0, 1}:
        return Figure("tick", 10.0**exponent, f"{10**exponent}", kind=Kind.TICK, log10=exponent)
    value = 10.0**exponent if abs(exponent) < 300 else math.nan
    return Figure("tick", value, "", exponent, kind=Kind.TICK, log10=float(exponent))


@dataclass(frozen=True)
class Sentence:
    """Words with figures in them.

    Attributes
    ----------
    template
        The words, with ``{name}`` in place of each figure, and without digits.
    figures
        The figures by those names.
    """

    template: str
    figures: Mapping[str, Figure]

    def __post_init__(self) -> None:
        words = _PLACEHOLDER.sub("", self.template)
        if any(letter.isdigit() for letter in words):
            raise ValueError(f"a number without a record: {self.template!r}; pass it as a figure")
        names = set(_PLACEHOLDER.findall(self.template))
        if names != set(self.figures):
            raise ValueError(f"{self.template!r} has figures {names}, got {set(self.figures)}")

    @property
    def plain(self) -> str:
        """The sentence in Unicode."""
        return "".join(part if isinstance(part, str) else part.plain for part in self._parts())

    @property
    def markup(self) -> str:
        """The sentence as a Typst expression."""
        parts = (quoted(p) if isinstance(p, str) else p.markup for p in self._parts())
        return " + ".join(parts)

    def _parts(self) -> Iterator[str | Figure]:
        for position, part in enumerate(_PLACEHOLDER.split(self.template)):
            if position % 2:
                yield self.figures[part]
            elif part:
                yield part


def sentence(template: str, **parts: Figure | Sentence) -> Sentence:
    """Put figures into words: ``sentence("Layer {l} saturates.", l=index(3))``.

    A part may hold several figures, as a range does: ``sentence("{low} to {high}", ...)``.
    """
    figures: dict[str, Figure] = {}
    for name, part in parts.items():
        if isinstance(part, Figure):
            figures[name] = part
            continue
        template = template.replace(
            f"{{{name}}}", _PLACEHOLDER.sub(rf"{{{name}_\1}}", part.template)
        )
        figures |= {f"{name}_{inner}": figure for inner, figure in part.figures.items()}
    return Sentence(template, figures)


def fitting(*variants: Sentence) -> Sentence:
    """Return the first of some sentences that is short enough to be spoken, or else the last."""
    return next((v for v in variants if len(v.plain.split()) <= MOST_WORDS), variants[-1])


def joined(sentences: Sequence[Sentence], between: str) -> Sentence:
    """Join sentences with `between` as separator."""
    template: list[str] = []
    figures: dict[str, Figure] = {}
    for n, each in enumerate(sentences):
        template.append(_PLACEHOLDER.sub(rf"{{part_{n}_\1}}", each.template))
        figures |= {f"part_{n}_{name}": figure for name, figure in each.figures.items()}
    return Sentence(between.join(template), figures)


def verbatim(text: str) -> Sentence:
    """Make a sentence of text from the user (a title, a file name), digits included."""
    return Sentence("{words}", {"words": constant("words", text)})
