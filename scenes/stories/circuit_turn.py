"""A weight that is turned until another input of a max gate is the largest."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from scenes.stories.circuit_numbers import AS_READ, written
from scenes.words.figures import Figure

PAST = Decimal("1.5")
"""How far a weight is turned, over the way to where another input becomes the largest."""
COUNTED = 2
"""Significant digits of numbers that count."""
STEPS = 2
"""A weight that counts does so in steps of a hundredth of the power of ten of its way."""


@dataclass(frozen=True)
class Turn:
    """The turn of one weight.

    Attributes
    ----------
    weight, x
        The weight before it is turned, and the input that it is multiplied by. Where that is zero,
        the weight stays.
    rival
        The largest of the other inputs of the gate.
    """

    weight: Decimal
    x: Decimal
    rival: Decimal

    @property
    def meets(self) -> Decimal:
        """The weight whose product equals the rival."""
        with localcontext(AS_READ):
            return self.rival / self.x if self.x else self.weight

    @property
    def end(self) -> Decimal:
        """The weight at the end: beyond where the product equals the rival."""
        if not self.x:
            return self.weight
        with localcontext(AS_READ):
            way = PAST * (self.meets - self.weight)
            # Two that are equal part as soon as the weight is turned.
            return self.weight + (way or Decimal(-1).copy_sign(-self.x))

    @property
    def crossing(self) -> float:
        """The part of the turn after which another input is the largest."""
        with localcontext(AS_READ):
            way = self.end - self.weight
            return float((self.meets - self.weight) / way) if way else 0.0

    def at(self, part: float) -> tuple[Decimal, Decimal, Decimal]:
        """Return the weight, its product and the largest input at a part of the turn."""
        with localcontext(AS_READ):
            return self._turned_by(Decimal(part) * (self.end - self.weight))

    def _turned_by(self, change: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        weight = self.weight + change
        product = weight * self.x
        return weight, product, max(product, self.rival)

    def figures(self, part: float) -> tuple[Figure, Figure, Figure]:
        """Write the weight, its product and the largest input at a part of the turn.

        The weight counts in round steps, so that it passes zero as 0.
        """
        part = float(part)
        with localcontext(AS_READ):
            way = self.end - self.weight
            change = Decimal(part) * way
            if part < 1 and way:
                change = change.quantize(Decimal(1).scaleb(way.adjusted() - STEPS))
            weight, product, largest = self._turned_by(change)
        return (
            written(f"turn.weight[{part!r}]", weight, COUNTED, exact=True),
            written(f"turn.product[{part!r}]", product, COUNTED, exact=True),
            written(f"turn.largest[{part!r}]", largest, COUNTED, exact=True),
        )

    def risen(self, part: float) -> float:
        """Return how far the largest has moved at a part of the turn, over all of its way."""
        first, now, last = (self.at(each)[2] for each in (0.0, part, 1.0))
        with localcontext(AS_READ):
            way = last - first
            return float((now - first) / way) if way else 0.0
