"""Legends: what a line, a band or a colour stands for."""

from __future__ import annotations

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, band, dashed, dot, dotted, polyline, ring
from scenes.kit.layout import GAP, Region, point
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence, magnitude, sentence

SAMPLE = 0.55
"""Length of a line sample."""
ROW = 0.46
RAMP_STEPS = 24
RAMP_HEIGHT = 0.22


class Legend(mn.VGroup):
    """A column of line samples with words. The film adds entries one by one as the chart grows.

    Parameters
    ----------
    region
        The area for the column. Entries fill it from the top.
    pen
        Typesets the words.
    """

    def __init__(self, region: Region, pen: Pen) -> None:
        super().__init__()
        self.region, self.pen = region, pen
        self._top = region.top

    def entry(self, words: str | Sentence, style: str, color: str) -> mn.VGroup:
        """Create an entry and return it for the film to show.

        `style` is ``line``, ``dots`` (on a line), ``dot``, ``ring``, ``dashed``, ``dotted`` or
        ``band``.
        """
        left = self.region.left + SAMPLE + GAP / 2
        label = self.pen.text(
            words, size=SMALL, color=color, weight="semibold", width=self.region.right - left
        )
        label.align_to(point(left, self._top - 0.06), mn.UL)
        y = self._top - 0.06 - 0.13
        sample = self._sample(style, color, y)
        entry = mn.VGroup(sample, label)
        self._top = min(label.get_bottom()[1] - 0.16, self._top - ROW)
        self.add(entry)
        return entry

    def _sample(self, style: str, color: str, y: float) -> mn.VMobject:
        ends: Points = np.array([[self.region.left, y, 0], [self.region.left + SAMPLE, y, 0]])
        if style == "band":
            rise = np.array([0, 0.11, 0])
            return band(ends + rise, ends - rise, color)
        if style == "ring":
            return ring(ends.mean(axis=0), color, self.pen.theme.background)
        if style in {"dot", "dots"}:
            mark = dot(ends.mean(axis=0), color, self.pen.theme.background)
            return mark if style == "dot" else mn.VGroup(polyline(ends, color), mark)
        return {"line": polyline, "dashed": dashed, "dotted": dotted}[style](ends, color)


class ColorBar(mn.VGroup):
    """A colour bar: the magnitudes that the theme's ramp stands for, on a logarithmic scale.

    Parameters
    ----------
    region
        The bar takes its full width and starts at its top.
    log10
        log10 of the magnitude of each layer. The bar runs from the smallest to the largest.
    pen
        Typesets the labels.
    title
        What the colours show.
    ends
        Labels of the two ends; by default the smallest and largest magnitude.
    """

    def __init__(
        self,
        region: Region,
        log10: NDArray[np.float64],
        pen: Pen,
        *,
        title: str = "gradient, by colour",
        ends: tuple[Sentence, ...] | None = None,
    ) -> None:
        super().__init__()
        heading = pen.label(title, size=SMALL)
        heading.align_to(point(region.left), mn.LEFT).on_baseline(region.top - 0.25)
        top = heading.baseline - 0.2
        step = region.width / RAMP_STEPS
        bar = mn.VGroup()
        for number in range(RAMP_STEPS):
            color = pen.theme.magnitude((number + 0.5) / RAMP_STEPS)
            # Cells overlap slightly so that no seams show between them.
            cell = mn.Rectangle(width=step * 1.1, height=RAMP_HEIGHT, stroke_width=0)
            cell.set_fill(color, 1.0)
            cell.move_to(point(region.left + (number + 0.5) * step, top - RAMP_HEIGHT / 2))
            bar.add(cell)
        self.add(heading, bar)
        sides = ((region.left, mn.LEFT), (region.right, mn.RIGHT))
        for (x, side), words in zip(sides, _ends(log10) if ends is None else ends, strict=False):
            label = pen.label(words, size=SMALL)
            label.align_to(point(x), side).on_baseline(top - RAMP_HEIGHT - 0.34)
            self.add(label)


def _ends(log10: NDArray[np.float64]) -> tuple[Sentence, ...]:
    finite = log10[np.isfinite(log10)]
    if not len(finite):
        return ()
    ends = (("signal.min", finite.min()), ("signal.max", finite.max()))
    return tuple(sentence("{end}", end=magnitude(name, float(value))) for name, value in ends)
