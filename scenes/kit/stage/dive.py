"""The dive: bars under the columns of a network, enlarged until the smallest can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.marks import segments, strokes
from scenes.kit.charts.scales import Logarithmic, covering, diving
from scenes.kit.layout import Region, point
from scenes.kit.motion import Frame, Motion, cruise, fade, phase, smooth, staggered
from scenes.kit.stage.bars import Bars, Posture
from scenes.kit.stage.decades import Decades
from scenes.kit.stage.discs import Discs
from scenes.kit.stage.factor import Factor
from scenes.kit.stage.layer_row import LayerRow
from scenes.kit.stage.profiles import MOST_DOTS, Profiles
from scenes.kit.theme import HAIR, LABEL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Sentence, constant, sentence

FOOT = 0.5
"""Height of the row of layer numbers."""
LEAST_MARGIN = 2.3
"""Least distance from the left end of the region to the first bar: room for words and a ruler."""
BAR_SHARE, WIDEST = 0.5, 0.7
STEM = 0.05
GONE = 0.12
"""Share of the time of `to_axis` in which the factor leaves."""
CLOSED = 0.2
"""Decades beyond the ceiling within which the top of a bar is torn open."""
HEADROOM = 0.06
"""Room above the highest power of ten, as a fraction of the axis."""
PAD = 0.12


class Dive(Profiles):
    """Bars to scale, a scale that dives into them, and the logarithmic axis that this becomes.

    The verbs are played in the order `rise`, `dive`, `to_axis`, `to_dots`, `line`; then `stairs`
    and `later` in any order. `to_axis` takes the number of `dive` away, so the two belong
    to different beats of a film, which records live numbers when a beat ends.

    Parameters
    ----------
    region
        The area for all of it. Bars stand on a base line.
    columns
        Horizontal position of each column that gets a bar, left to right, (n,); the first at least
        `LEAST_MARGIN` and half a bar from the left end of the region.
    log10
        log10 of the magnitude of each of these columns, (n,); -inf is an exact zero.
    pen
        Typesets words and numbers.
    layers
        The number of the layer of each column, (n,); 1 to n by default.
    name
        Ledger name of the factor by which the scale is enlarged or shrunk.
    decades
        The logarithmic axis; it should hold everything that will be drawn. By default it holds the
        magnitudes.
    quantity
        What is measured, the name of the logarithmic axis.

    Attributes
    ----------
    zoom
        log10 of the factor of the scale: 0 at first, negative where it shrinks.
    number
        The factor, live.
    """

    def __init__(
        self,
        region: Region,
        columns: ArrayLike,
        log10: ArrayLike,
        pen: Pen,
        *,
        layers: Sequence[int] | None = None,
        name: str = "zoom",
        decades: Logarithmic | None = None,
        quantity: str | Sentence = "",
    ) -> None:
        self.region, magnitudes = region, np.asarray(log10, dtype=np.float64)
        self.layers = tuple(layers or range(1, len(magnitudes) + 1))
        middles = np.asarray(columns, dtype=np.float64)
        if not len(middles) == len(magnitudes) == len(self.layers):
            raise ValueError("columns, magnitudes and layers differ in number")
        step = float(np.diff(middles).min()) if len(middles) > 1 else 2 * WIDEST
        width = min(BAR_SHARE * step if step > 0.1 else step, WIDEST)
        plot = Region(region.left, region.right, region.bottom + FOOT, region.top)
        if middles[0] - width / 2 < region.left + LEAST_MARGIN - 1e-6:
            raise ValueError(f"the first column is less than {LEAST_MARGIN} from the left end")
        if middles[-1] + width / 2 > region.right + 1e-6:
            raise ValueError("the last column does not fit in before the right end")
        bars = Bars(plot, middles, width, pen)
        # The label of a tick at the top needs half its height.
        scale = (decades or covering(magnitudes)).padded(0.0, HEADROOM)
        left = bars.plot.left
        self._ruler = Decades(bars.plot, region.left, scale, pen, quantity)
        margin = Region(self._ruler.right + PAD, left - PAD, plot.bottom, self._ruler.floor)
        super().__init__(magnitudes, bars, scale, margin, pen)
        self._reference, self._last = diving(magnitudes)
        self.zoom = mn.ValueTracker(0.0)
        self._base = self._draw_base(min(step / 2, 0.5))
        self._row = LayerRow(middles, self.layers, pen, baseline=region.bottom + PAD, left=left)
        corner = Region(region.left, left - 2 * PAD, region.bottom, region.top)
        self._factor = Factor(corner, self.zoom, self.end, name, pen)
        self.number = self._factor.number

    @property
    def end(self) -> float:
        """The zoom at which `dive` ends: log10 of the factor, negative where the scale shrinks."""
        return self._reference - self._last

    @property
    def grid_heights(self) -> list[float]:
        """The heights of the lines of the logarithmic axis, from below."""
        return self._ruler.grid_heights

    def rise(self, **how: Any) -> mn.Animation:
        """Let bars to scale rise under their columns, the last layer first."""
        self._ground.add(self._base, self._row)

        def prepare() -> Frame:
            base, count = self._base.copy(), len(self.log10)
            order = np.linspace(1, 0, count) if count > 1 else np.zeros(1)
            end = self._posture(0.0)

            def frame(alpha: float) -> None:
                risen = smooth(staggered(alpha, order, 0.35))
                self.bars.paint(replace(end, high=risen * end.high))
                self._base.pointwise_become_partial(base, 0, min(1.0, 4 * alpha))
                self._row.reveal(np.full(count, np.clip(4 * alpha - 0.5, 0, 1)))

            return frame

        return Motion(self, prepare, **{"run_time": 2.0} | how)

    def dive(self, to_log10: float | None = None, **how: Any) -> mn.Animation:
        """Enlarge the scale, by equal factors in equal times, until the first layer fills it.

        Where earlier layers are larger than the last, the scale shrinks until all fit.

        Parameters
        ----------
        to_log10
            log10 of the factor at the end; `end` by default.
        """
        goal = self.end if to_log10 is None else to_log10
        self.add(self._factor)

        def prepare() -> Frame:
            start = self.zoom.get_value()

            def frame(alpha: float) -> None:
                self.zoom.set_value(start + (goal - start) * cruise(alpha))
                self.bars.paint(self._posture(self.zoom.get_value()))
                self._factor.reveal(min(1.0, 10 * alpha))

            return frame

        return Motion(self, prepare, **{"run_time": 4.0} | how)

    def to_axis(self, **how: Any) -> mn.Animation:
        """Let the tops of the bars sink to their places on a logarithmic axis.

        They sink together, and each stays where it belongs; the ruler comes down with them, line by
        line. So equal zooms become equal steps.
        """
        ruler = self._ruler
        zeros, word = self._mark_zeros()
        self._behind.add(ruler)
        self._front.add(zeros, *word)

        def prepare() -> Frame:
            start, base = self.bars.posture, self._base.points.copy()

            def frame(alpha: float) -> None:
                late = float(np.clip(4 * alpha - 3, 0, 1))
                # The ruler comes where the factor was.
                swept = cruise(phase(alpha, GONE, 1), 0.1)
                self.bars.paint(start.swept(self._axis.heights(self.log10), swept))
                self._factor.reveal(1 - phase(alpha, 0, GONE))
                ruler.sink(1 - swept)
                self._reach(base, min(1.0, 3 * alpha))
                zeros.grow(late)
                for each in word:
                    fade(each, late)
                if alpha == 1:
                    self.remove(self._factor)

            return frame

        return Motion(self, prepare, **{"run_time": 3.6} | how)

    def to_dots(self, **how: Any) -> mn.Animation:
        """Turn bars into dim stems, each with a dot at its top unless the layers are too many."""
        seen = np.isfinite(self.log10) & (len(self.log10) <= MOST_DOTS)
        dots = Discs(self._axis.places(self.log10)[seen], self.pen.theme.backward, self.pen)
        self._front.add(dots)

        def prepare() -> Frame:
            start, nothing = self.bars.posture, np.zeros(len(self.log10))
            full = self.bars.bar_width
            stems = Posture(nothing, start.high, nothing, nothing + 1, min(1.0, STEM / full))

            def frame(alpha: float) -> None:
                share = smooth(np.full(len(self.log10), alpha))
                self.bars.paint(start.toward(stems, share))
                dots.grow(float(smooth(np.clip(np.array(2 * alpha - 0.6), 0, 1))))

            return frame

        return Motion(self, prepare, **{"run_time": 1.0} | how)

    def _posture(self, zoom: float) -> Posture:
        """Return the bars on the linear axis, enlarged by 10**zoom."""
        above = self.log10 - self._reference + zoom
        nothing = np.zeros_like(above)
        beyond = np.clip(above / CLOSED, 0.0, 1.0)
        return Posture(nothing, 10.0 ** np.clip(above, -300, 300), beyond, beyond)

    def _reach(self, base: NDArray[np.float64], share: float) -> None:
        """Extend the base line to the ruler."""
        left = base[-1, 0] + share * (self._ruler.right - base[-1, 0])
        self._base.set_points(strokes(base[:1], np.array([[left, *base[-1, 1:]]])))

    def _draw_base(self, air: float) -> mn.VMobject:
        plot = self.bars.plot
        left, right = plot.left - air / 2, min(plot.right + air / 2, self.region.right)
        ends = point(right, plot.bottom), point(left, plot.bottom)
        right_end, left_end = (np.array([each]) for each in ends)
        return segments(right_end, left_end, self.pen.theme.muted, HAIR)

    def _mark_zeros(self) -> tuple[Discs, mn.VGroup]:
        """Return open marks on the base line where a magnitude is exactly zero, and their word."""
        zeros = np.isneginf(self.log10)
        places = self.bars.places(np.zeros(len(zeros)))[zeros]
        shown = places if len(zeros) <= MOST_DOTS else places[:0]
        marks = Discs(shown, self.pen.theme.backward, self.pen, hollow=True)
        if not zeros.any():
            return marks, mn.VGroup()
        said = sentence("{zero} exactly", zero=constant("zero", "0"))
        word = self.pen.label(said, self.pen.theme.backward, LABEL)
        word.halo(self.pen.theme.background)
        word.next_to(places[len(places) // 2], mn.UP, buff=0.2)
        left = max(0.0, self.bars.plot.left - float(word.get_left()[0]))
        right = max(0.0, float(word.get_right()[0]) - self.region.right)
        word.shift((left - right) * mn.RIGHT)
        self._guides.avoid_word(word)
        return marks, mn.VGroup(word)
