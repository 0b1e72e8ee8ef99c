"""How the numbers of a row become products, and these run together into a sum."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.motion import fade, phase
from scenes.kit.stage.timeline import Act, Step
from scenes.kit.type.typesetting import Typeset

LEAVES, APPEARS, RUN, LAG, RUNS, SUM, BACK = (
    (0, 0.12),
    (0.12, 0.24),
    0.36,
    0.12,
    0.3,
    0.74,
    (0.8, 1),
)
"""When, in the making of a sum, a factor leaves, its product appears, the first product begins to
run, by how much the last one begins later, how long each runs, and when sum and factors come."""


def running_together(
    factors: Sequence[Typeset], terms: Sequence[Typeset], target: Point3D
) -> list[Step]:
    """Return the steps of a sum but its last one, in which the sum appears.

    Parameters
    ----------
    factors
        Numbers that give way to the terms, and come back.
    terms
        The products, each where it comes from. The one nearest to the target runs first.
    target
        Where the sum stands.
    """
    starts = [term.get_center() for term in terms]
    ranks = np.argsort(np.argsort([np.linalg.norm(start - target) for start in starts]))
    lag = LAG / max(1, len(terms) - 1)
    steps = [Step(0, 1, _giving_way(number), mn.linear) for number in factors]
    for term, start, rank in zip(terms, starts, ranks, strict=True):
        run = _running(term, start, target, RUN + lag * float(rank))
        steps.append(Step(0, 1, run, mn.linear))
    return steps


def _giving_way(word: Typeset) -> Act:
    """Return how a number gives way to its product, and comes back once that has gone."""
    own = float(word.get_fill_opacity())
    return lambda share: fade(word, own * (1 - phase(share, *LEAVES) + phase(share, *BACK)))


def _running(word: Typeset, start: Point3D, target: Point3D, begin: float) -> Act:
    """Return how a product appears, runs to a place, and is gone there."""

    def act(share: float) -> None:
        way = phase(share, begin, begin + RUNS) ** 2
        word.move_to(start + (target - start) * way)
        fade(word, phase(share, *APPEARS) * phase(1 - way, 0.0, 0.45))

    return act
