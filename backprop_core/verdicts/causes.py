"""Which of two remedies was needed: a cause is named only where each was tried alone."""

from __future__ import annotations

from enum import StrEnum

from backprop_core.verdicts.neighbours import Ends

LEFT = 0.25
"""A remedy is not enough if it leaves more than this part of the excess; a convention."""


class Cause(StrEnum):
    """What it takes of two remedies to remove an excess.

    Attributes
    ----------
    FIRST, SECOND
        This one alone is enough, and the other alone is not.
    EITHER
        Each of them alone is enough.
    TOGETHER
        Each of them alone leaves more than `LEFT` of the excess.
    """

    FIRST = "first"
    SECOND = "second"
    EITHER = "either"
    TOGETHER = "together"


def cause(before: Ends, first: Ends, second: Ends, limit: float) -> Cause | None:
    """Judge by which remedy a quantity comes down to a limit; None where that cannot be told.

    Parameters
    ----------
    before, first, second
        The quantity without a remedy, with the first alone, and with the second alone.
    limit
        What it comes to with both, and some room. There is nothing to explain if the quantity lies
        below it without any.
    """
    if before.low <= limit:
        return None
    clearly = limit + LEFT * (before.low - limit)
    match _enough(first, limit, clearly), _enough(second, limit, clearly):
        case True, True:
            return Cause.EITHER
        case True, False:
            return Cause.FIRST
        case False, True:
            return Cause.SECOND
        case False, False:
            return Cause.TOGETHER
    return None


def _enough(ends: Ends, limit: float, clearly: float) -> bool | None:
    """Tell whether all lie within a limit, or all clearly beyond it; None if neither."""
    if ends.high <= limit:
        return True
    return False if ends.low > clearly else None
