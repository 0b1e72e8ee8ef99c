"""Results with the digits that neighbouring runs share; see `backprop_core.verdicts.neighbours`."""

from __future__ import annotations

from backprop_core.verdicts.neighbours import Ends
from scenes.words.figures import Figure, Sentence, measured, percent, rough, sentence


def figure(name: str, ends: Ends) -> Figure:
    """Write a result, not negative: with three digits, or with one if neighbours do not agree."""
    return measured(name, ends.value) if ends.agree() else rough(name, ends.value)


def share(name: str, ends: Ends) -> Figure:
    """Write a share in percent, or roughly if neighbours do not agree."""
    return percent(name, ends.value, rough=not ends.agree(digits=2))


def spread(name: str, ends: Ends) -> Sentence:
    """Write a result, or from where to where runs come to if neighbours do not agree."""
    apart = ends.others and not ends.agree() and ends.high < float("inf")
    low, high = (
        measured(f"{end}.{name}", value, digits=2)
        for end, value in (("least", ends.low), ("most", ends.high if apart else ends.low))
    )
    if not apart:
        return sentence("{v}", v=figure(name, ends))
    if low.plain == high.plain:
        return sentence("{v}", v=measured(name, ends.value, digits=2))
    return sentence("{low} to {high}", low=low, high=high)
