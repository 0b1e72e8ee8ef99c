"""What the explorer says of a network, sentence by sentence, held against the network's numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from scenes.words.figures import percent

Layer = Mapping[str, Any]
NUMBER = r"(?:0 exactly|\d+(?:\.\d+)?(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"
SHARE = r"(?:(?:under |over )?[\d.]+\N{NARROW NO-BREAK SPACE}%)"
_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_ROUNDED = 0.003
"""How far log10 of a number of three digits lies from it at most, and a little more."""


def log10_of(text: str) -> float:
    """Read log10 of a number as people write it; it may be too small for a float."""
    if text == "0 exactly":
        return -math.inf
    digits, _, power = text.partition(" × 10")
    return math.log10(float(digits)) + int(power.translate(_SUPERSCRIPTS) or 0)


def close(text: str, log10: float) -> bool:
    return log10_of(text) == pytest.approx(log10, abs=_ROUNDED)


def signals(layers: Sequence[Layer]) -> list[float]:
    """Return log10 of the gradient of each layer; JSON has no infinity."""
    found = (layer["log10Signal"] for layer in layers)
    return [-math.inf if signal is None else signal for signal in found]


def factors(layers: Sequence[Layer]) -> list[float]:
    """Return the factors of the hidden layers that are known, as log10."""
    found = (layer["factor"] for layer in layers[:-1])
    known = [factor for factor in found if factor is not None and not math.isnan(factor)]
    return [math.log10(factor) if factor else -math.inf for factor in known]


def _nothing(layers: Sequence[Layer]) -> bool:
    return signals(layers)[0] == -math.inf


def _ends(layers: Sequence[Layer], last: str, top: str, first: str, ratio: str) -> bool:
    at = signals(layers)
    right = close(last, at[-1]) and close(first, at[0]) and close(ratio, at[0] - at[-1])
    return right and int(top) == len(layers)


def _mean(layers: Sequence[Layer], mean: str, low: str | None, high: str | None) -> bool:
    at, known = signals(layers), factors(layers)
    if not close(mean, (at[0] - at[-1]) / (len(layers) - 1)):
        return False
    # A mean stands alone only where no layer does the contrary.
    if low is None or high is None:
        return min(known) >= 0 or max(known) <= 0
    return close(low, min(known)) and close(high, max(known)) and min(known) < 0 < max(known)


def _saturated(layers: Sequence[Layer], low: str | None, high: str | None) -> bool:
    shares = [layer["saturated"] for layer in layers[:-1]]
    if high is None:
        return max(shares) == 0
    ends = [percent("", share).plain for share in (min(shares), max(shares))]
    return max(shares) > 0 and [low or high, high] == ends


def _lost(layers: Sequence[Layer], count: str, noun: str) -> bool:
    pairs = zip(layers, signals(layers), strict=True)
    gone = sum(layer["lostInFloat32"] == 1 and signal > -math.inf for layer, signal in pairs)
    return int(count) == gone > 0 and (noun == "layer") == (gone == 1)


def _grows(layers: Sequence[Layer], top: str, foot: str, times: str, digits: str | None) -> bool:
    at = signals(layers)
    growth = at[int(foot) - 1] - at[int(top) - 1]
    if not (int(foot) < int(top) and growth > 0 and close(times, growth)):
        return False
    return growth <= 15 - (0 if digits is None else int(digits))


CLAIMS: Sequence[tuple[str, Callable[..., bool]]] = (
    (r"Nothing reaches layer 1: its gradient is 0 exactly\. It cannot learn\.", _nothing),
    (
        rf"The signal is ({NUMBER}) at layer (\d+) and ({NUMBER}) at layer 1: ({NUMBER}) times as "
        r"large\.",
        _ends,
    ),
    (
        rf"On average a layer multiplies it by ({NUMBER}) \(geometric mean\)"
        rf"(?:; single layers by ({NUMBER}) to ({NUMBER}))?\.",
        _mean,
    ),
    (r"No unit is (?:saturated|off \(z ≤ 0\)|leaking \(z ≤ 0\))()()\.", _saturated),
    (
        rf"(?:({SHARE}) to )?({SHARE}) of the units of a layer are "
        r"(?:saturated|off \(z ≤ 0\)|leaking \(z ≤ 0\))\.",
        _saturated,
    ),
    (r"In float32 the gradient of (\d+) (layers?) would be 0 exactly \(rings\)\.", _lost),
    (
        rf"From layer (\d+) down to layer (\d+) the gradient grows ({NUMBER}) times, and rounding "
        r"errors grow as much on their way up: two machines agree on "
        r"(?:no digit|about (\d+) digits?) there\.",
        _grows,
    ),
)


def contradictions(summary: str, layers: Sequence[Layer]) -> Iterable[str]:
    """Yield each sentence that is not true of the layers, or that no claim describes."""
    rest = summary
    while rest:
        for pattern, holds in CLAIMS:
            if (found := re.match(pattern, rest)) is not None:
                if not holds(layers, *(text or None for text in found.groups())):
                    yield found[0]
                rest = rest[found.end() :].lstrip()
                break
        else:
            yield f"unknown: {rest}"
            return
