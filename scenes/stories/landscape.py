"""The numbers and sentences of the film `landscape`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.experiment.config import Experiment
from backprop_core.measures.landscape import Landscape, landscape
from scenes.words.figures import Figure, Sentence, count, index, measured, percent, sentence

Array = NDArray[np.float64]

FLAT_ENOUGH, TOO_FLAT = 0.05, 0.4
"""Range of the flat share of the map in which both the flat part and the rest are visible."""
FEW = 5
"""Examples of the first average."""
ASPECT = 0.54
"""Ratio of the map's height to its width. Both axes have the same units."""
MOST_POINTS, FEWEST_POINTS = 5_000, 1_500
"""Limits for the number of points of the map, which depends on examples and classes."""
MOST_TERMS = 200_000_000
"""Maximum number of ramps times points that are computed for the map."""
ARROWS = (15, 8)
BOWL = 50
"""Minimum number of kink lines for a map to be called a bowl, with its minimum inside."""


@dataclass(frozen=True, eq=False)
class LandscapeStory:
    """What `landscape` shows of the data of an experiment.

    Attributes
    ----------
    data
        Name of the data.
    example
        Index in the data of the example that is shown by itself.
    land
        The classifier, its two directions, and the terms of every example, `example` first.
    a, b
        Coordinates of the columns and rows of the map, from one edge to the other.
    sums, pulls
        Cumulative sums over the examples (index n - 1 holds the first n): the losses over the map,
        (examples, b, a), and the gradients at the centres of ARROWS cells, (examples, 2, b, a).
    """

    data: str
    example: int
    land: Landscape
    a: Array
    b: Array
    sums: Array
    pulls: Array

    @classmethod
    def of(cls, experiment: Experiment) -> LandscapeStory:
        """Draw the classifier and compute the losses of every example over the plane."""
        drawn = landscape(experiment)
        example = telling_example(drawn)
        land = drawn.starting_with(example)
        terms = max(1, land.c.size)
        points = min(MOST_POINTS, max(FEWEST_POINTS, MOST_TERMS // terms))
        columns = round((points / ASPECT) ** 0.5)
        a = np.linspace(-land.reach, land.reach, columns)
        b = ASPECT * np.linspace(-land.reach, land.reach, round(columns * ASPECT))
        losses = land.losses(a, b)
        pulls = land.gradients(*cells(land.reach, *ARROWS))
        for each in (losses, pulls):
            np.cumsum(each, axis=0, out=each)
        return cls(experiment.data.name, example, land, a, b, losses, pulls)

    # Data for the film

    @property
    def examples(self) -> int:
        """The number of examples in the last average."""
        return len(self.land.y)

    @property
    def stages(self) -> tuple[int, ...]:
        """The number of examples in each average at which the film pauses."""
        return tuple(sorted({1, min(FEW, self.examples), self.examples}))

    @property
    def reaches(self) -> tuple[float, float]:
        """How far the map reaches along both directions."""
        return self.land.reach, self.land.reach * ASPECT

    @property
    def kinks(self) -> Array:
        """The kinks of the first example's loss on the interval that is shown."""
        return self.land.kinks(0, self.land.reach)

    @property
    def corners(self) -> Array:
        """The ends of that interval and the kinks, sorted."""
        return np.array([-self.land.reach, *self.kinks, self.land.reach])

    def counts(self, a: float) -> NDArray[np.bool_]:
        """Return which ramps of the first example are above zero at a place."""
        return np.asarray(self.land.c[0] + a * self.land.d[0, 0] > 0)

    def height(self, a: float) -> float:
        """Return the loss of the first example there."""
        return float(self.land.terms(0, [a]).sum())

    def mean(self, examples: int) -> Array:
        """Return the mean loss of the first examples over the map, (b, a)."""
        return np.asarray(self.sums[examples - 1] / examples)

    def downhill(self, examples: int) -> Array:
        """Return the negative mean gradient of the first examples at the arrows, (2, b, a)."""
        return np.asarray(-self.pulls[examples - 1] / examples)

    # The numbers

    def loss_at(self, a: float) -> Figure:
        """Return the loss of the first example at a place along the first direction."""
        return measured(f"slice.loss[{a!r}]", self.height(a))

    def slope_at(self, a: float) -> Figure:
        """Return its slope there."""
        return measured(f"slice.slope[{a!r}]", self.land.slope(0, a))

    def counting_at(self, a: float) -> Figure:
        """Return how many ramps are above zero there."""
        return count(f"slice.counting[{a!r}]", int(self.counts(a).sum()))

    def averaged(self, examples: int) -> Figure:
        """Return a number of examples."""
        return count(f"averaged[{examples}]", examples)

    def lines(self, examples: int) -> Figure:
        """Return how many kink lines of the first examples cross the map."""
        return count(f"kink_lines[{examples}]", self.land.crossing(examples, *self.reaches))

    def flat(self, examples: int) -> Figure:
        """Return the share of the map on which their mean gradient is exactly zero."""
        return percent(f"flat[{examples}]", self.land.flat_share(examples, *self.reaches))

    def lowest(self, examples: int) -> Figure:
        """Return the lowest mean loss on the map."""
        return measured(f"lowest[{examples}]", float(self.mean(examples).min()))

    def highest(self, examples: int) -> Figure:
        """Return the highest one."""
        return measured(f"highest[{examples}]", float(self.mean(examples).max()))

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the classifier."""
        classes, inputs = self.land.weights.shape
        first = ", the clearest first" if self.examples > 1 else ""
        words = (
            f"random linear classifier, {{C}} classes, {{n}} input{'s' * (inputs != 1)}; "
            f"unregularised hinge; {{N}} example{'s' * (self.examples != 1)} of {self.data}{first}"
        )
        return sentence(
            words,
            C=count("classes", classes),
            n=count("inputs", inputs),
            N=self.averaged(self.examples),
        )

    def keys(self) -> tuple[str, str]:
        """Name a ramp, and the sum of all."""
        if self.land.c.shape[1] == 1:
            return "the wrong class", "the loss"
        return "one wrong class each", "their sum: the loss"

    def ramps(self) -> Sentence:
        """Say what the loss of one example is made of."""
        i = index(self.example + 1)
        if not self.land.d[:, 0].any():
            return sentence("In example {i} all inputs are zero: no weight moves its loss.", i=i)
        wrong, start = self.land.c.shape[1], "Example {i} along a random direction"
        if wrong == 1:
            return sentence(f"{start}: the wrong class adds a ramp to the loss.", i=i)
        k = count("wrong_classes", wrong)
        return sentence(f"{start}: each of {{k}} wrong classes adds a ramp.", i=i, k=k)

    def total(self) -> Sentence:
        """Say how many kinks it has."""
        here, wrong = len(self.kinks), self.land.c.shape[1]
        all_of_them = int(np.count_nonzero(self.land.d[0, 0]))
        start = "That ramp is the loss" if wrong == 1 else "Their sum is the loss"
        k = count("kinks", here)
        if here == 0:
            return sentence(f"{start}: on this stretch it has no kink.")
        if here == 1:
            return sentence(f"{start}: on this stretch it has {{k}} kink.", k=k)
        if here < all_of_them:
            words = f"{start}: straight pieces; {{k}} of its {{m}} kinks are on this stretch."
            return sentence(words, k=k, m=count("all_kinks", all_of_them))
        return sentence(f"{start}: straight pieces that meet in {{k}} kinks.", k=k)

    def slope(self) -> Sentence:
        """Say what the slope does at a kink."""
        if not len(self.kinks):
            return sentence("Without a kink the slope is the same all along.")
        between = (self.corners[:-1] + self.corners[1:]) / 2
        off = any(not self.counts(float(a)).any() for a in between)
        if off:
            return sentence(
                "The slope jumps at each kink, and is exactly zero where no ramp counts."
            )
        return sentence("Between kinks the slope stays the same; at each kink it jumps.")

    def plane(self) -> Sentence:
        """Bring in the second direction."""
        return sentence("A second random direction: what we saw is a cut through this map.")

    def facets(self) -> Sentence:
        """Say what the kinks are on the plane."""
        k = self.lines(1)
        if k.value == 0:
            return sentence("No kink crosses this map: it is a single plane piece.")
        if k.value == 1:
            return sentence("The kink is a straight line between two plane facets.")
        return sentence("Each kink is a straight line; {k} lines, and plane facets between.", k=k)

    def downhill_words(self) -> Sentence:
        """Say what the gradient is on a facet."""
        p = self.flat(1)
        if p.value == 1:
            return sentence("All over this map the gradient is exactly zero.")
        if p.value == 0:
            return sentence("Arrows point downhill: all over a facet they are the same.")
        words = "Downhill is the same all over a facet; hatched, {p}: a gradient of exactly zero."
        return sentence(words, p=p)

    def average(self, stage: int) -> Sentence:
        """Say what an average over more examples does to the map."""
        examples = self.stages[stage]
        n, k = self.averaged(examples), self.lines(examples)
        before = self.lines(self.stages[stage - 1])
        start = f"Average over {{n}} examples: {{k}} kink line{'s' * (k.value != 1)}"
        if k.value < BOWL or examples < self.examples:
            words = f"{start}, smaller facets." if k.value > before.value else f"{start}."
            return sentence(words, n=n, k=k)
        shape = "a bowl" if self._is_bowl(examples) else "facets blend"
        words = f"{start}, each {{m}} times weaker: {shape}."
        return sentence(words, n=n, k=k, m=n)

    def flat_words(self) -> Sentence:
        """Say whether any part of the average is flat."""
        before, now = self.flat(1), self.flat(self.examples)
        if now.value == 1:
            return sentence("All over the map no example pulls: the gradient is exactly zero.")
        if now.value > 0:
            words = "On {p} of the map no example pulls: the gradient is exactly zero."
            return sentence(words, p=now)
        again = " any more" if before.value > 0 else ""
        return sentence(f"No facet is flat{again}: everywhere some example pulls on the weights.")

    def verdict(self) -> Sentence:
        """Say what that means for gradients."""
        hides = "; averaging only hides its kinks" if self.examples > 1 else ""
        return sentence(f"A max passes gradient only where it is on{hides}.")

    def _is_bowl(self, examples: int) -> bool:
        loss = self.mean(examples)
        row, column = np.unravel_index(int(loss.argmin()), loss.shape)
        inside = 0 < row < len(self.b) - 1 and 0 < column < len(self.a) - 1
        return bool(inside and self.flat(examples).value == 0)


def telling_example(land: Landscape) -> int:
    """Choose the example to look at by itself.

    Candidates are the examples whose loss is flat on some of the map, but not on most of it; all
    examples, if there is none. The one with the most even kinks along the first direction wins.
    """
    reach = land.reach

    def widest_gap(example: int) -> float:
        places = [-reach, *land.kinks(example, reach), reach]
        return float(np.diff(places).max())

    ranked = sorted(range(len(land.y)), key=widest_gap)
    for example in ranked:
        alone = land.starting_with(example)
        if FLAT_ENOUGH <= alone.flat_share(1, reach, reach * ASPECT) <= TOO_FLAT:
            return example
    return ranked[0]


def cells(reach: float, columns: int, rows: int) -> tuple[Array, Array]:
    """Return the centres of the columns and rows of cells that fill the map."""
    a = (np.arange(columns) + 0.5) / columns * 2 - 1
    b = (np.arange(rows) + 0.5) / rows * 2 - 1
    return a * reach, b * reach * ASPECT
