"""How a loss changes in training, and whether a network has learned."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from backprop_core.training.history import History
from backprop_core.verdicts.guess import Guess

LEARNED = 0.05
"""A network has learned if it gets rid of this share of what guessing leaves, in its loss or in
the examples that are wrong; a convention."""
FLAT = 0.1
"""A loss stays if it changes by less than this share of its first value; a convention."""
_SOON = 0.2
"""Part of the way in which a loss that sticks has done nearly all its falling."""


class LossTrend(StrEnum):
    """How a loss changes in training.

    Attributes
    ----------
    FALLS
        It ends lower than it began.
    STICKS
        It falls at first, and hardly any more from then on.
    STAYS
        It never leaves the neighbourhood of its first value.
    RISES
        It ends higher than it began.

    Returns
    -------
        It moves away, and ends near its first value.
    """

    FALLS = "falls"
    STICKS = "sticks"
    STAYS = "stays"
    RISES = "rises"
    RETURNS = "returns"


def loss_trend(losses: ArrayLike) -> LossTrend:
    """Judge the losses before training and after every epoch, (epochs+1,), by the whole way."""
    loss = np.asarray(losses, dtype=np.float64)
    first, last = float(loss[0]), float(loss[-1])
    room = FLAT * first
    if last > first + room:
        return LossTrend.RISES
    if last < first - room:
        sticks = len(loss) > 2 and settled(loss) <= max(1, int(_SOON * (len(loss) - 1)))
        return LossTrend.STICKS if sticks else LossTrend.FALLS
    return LossTrend.STAYS if bool((np.abs(loss - first) <= 2 * room).all()) else LossTrend.RETURNS


def settled(losses: ArrayLike) -> int:
    """Return the first epoch from which on a loss stays near its last value.

    Near is within `FLAT` of the way from the first value to the last.
    """
    loss = np.asarray(losses, dtype=np.float64)
    room = FLAT * abs(float(loss[0] - loss[-1]))
    away = np.flatnonzero(np.abs(loss - loss[-1]) > room)
    return int(away[-1]) + 1 if len(away) else 0


def learned(history: History, best_guess: Guess) -> bool:
    """Tell whether a network ends better than the best constant answer.

    Where guessing is right already, as for data of one class, any network has learned all there is.
    """
    if history.loss[-1] <= (1 - LEARNED) * best_guess.loss:
        return True
    if history.accuracy is None or best_guess.accuracy is None:
        return bool(best_guess.loss == 0)
    # A network that is right more often than a guess before any step owes that to luck.
    chance = max(best_guess.accuracy, float(history.accuracy[0]))
    return bool(history.accuracy[-1] >= chance + LEARNED * (1 - chance))
