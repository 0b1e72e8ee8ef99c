"""Short entries side by side, line by line: the key of a chart, and what is to be noted of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import manim as mn

from scenes.kit.charts.marks import Points
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Ink, Pen
from scenes.words.figures import Sentence

LINE_STEP = 0.4
"""From one line of entries to the next."""
RISE = 0.1
"""Of the middle of small letters above the line that they stand on."""
SAMPLE = 0.5
"""Width of what an entry of a key shows."""


class Chip(mn.VGroup):
    """A few words, with a sample of what they mean.

    Parameters
    ----------
    words
        What it says.
    pen
        Sets it.
    sample
        Draws the sample between two ends, if there is one.
    color
        Of the words.
    """

    def __init__(
        self,
        words: str | Sentence,
        pen: Pen,
        sample: Callable[[Points, Points], mn.VMobject] | None = None,
        color: str | None = None,
    ) -> None:
        super().__init__()
        self.words: Ink = pen.label(words, color, SMALL).on_baseline(0.0)
        self.words.align_to(point(0.0), mn.LEFT)
        self.room = float(self.words.width)
        if sample is not None:
            self.words.shift((SAMPLE + GAP / 3) * mn.RIGHT)
            self.add(sample(point(0.0, RISE), point(SAMPLE, RISE)))
            self.room += SAMPLE + GAP / 3
        self.add(self.words)

    def put(self, left: float, baseline: float) -> None:
        """Move it so that it begins and stands there."""
        self.shift(point(left, baseline))


def lines_of(chips: Sequence[Chip], width: float) -> list[list[Chip]]:
    """Cut a row of entries into lines that are not wider than `width`, if each one is not."""
    lines: list[list[Chip]] = []
    for chip in chips:
        if lines and width_of([*lines[-1], chip]) <= width:
            lines[-1].append(chip)
        else:
            lines.append([chip])
    return lines


def width_of(chips: Sequence[Chip]) -> float:
    """Return how wide entries are side by side."""
    return sum(chip.room for chip in chips) + 2 * GAP * (len(chips) - 1)


def put_lines(lines: Sequence[Sequence[Chip]], region: Region, *, right: bool = False) -> None:
    """Put lines of entries into a region, the first at its top.

    Parameters
    ----------
    right
        Whether they end at its right side, and do not begin at its left.
    """
    baseline = region.top - LINE_STEP + RISE
    for line in lines:
        left = region.right - width_of(line) if right else region.left
        for chip in line:
            chip.put(left, baseline)
            left += chip.room + 2 * GAP
        baseline -= LINE_STEP
