"""The gradient profile: a magnitude for each layer, on a linear axis, then on a logarithmic one."""

from __future__ import annotations

import manim as mn
import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.marks import Points, band, dashed, dot, dotted, haloed, polyline, rectangles
from scenes.kit.charts.scales import Fractions, Layers, Logarithmic, Scale
from scenes.kit.layout import Region, point
from scenes.kit.theme import LABEL, LINE
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import magnitude

MOST_DOTS = 40
"""Maximum depth with dots. In a deeper network they would touch; only the line is drawn."""
BAR_SHARE = 0.6
BEAD = 11.0
"""Stroke width of a bound."""
FALL, END_GAP = 0.6, 0.12


class GradientChart(Chart):
    """Bars on a linear axis that turn into points on a logarithmic one.

    Parameters
    ----------
    region
        The area for the chart.
    log10
        log10 of the magnitude of each layer, layer 1 first, (L,); -inf is an exact zero.
    decades
        The logarithmic axis, which must hold everything that will be drawn.
    pen
        Typesets the labels.
    y_name
        Name of the magnitude.
    names
        Ledger names of the magnitudes of the first and the last layer.
    left
        Width reserved for the labels of y.
    """

    def __init__(
        self,
        region: Region,
        log10: NDArray[np.float64],
        decades: Logarithmic,
        pen: Pen,
        *,
        y_name: str,
        names: tuple[str, str],
        left: float,
    ) -> None:
        self.log10 = np.asarray(log10, dtype=np.float64)
        self.layers = np.arange(1, len(self.log10) + 1)
        finite = self.log10[np.isfinite(self.log10)]
        top = float(finite.max()) if len(finite) else 0.0
        shares = Fractions(top)
        layers = Layers(len(self.log10))
        ends = (magnitude(n, float(self.log10[i])) for n, i in zip(names, (0, -1), strict=True))
        start, end = (pen.number(figure, pen.theme.backward, LABEL) for figure in ends)
        super().__init__(
            region,
            layers,
            shares,
            pen,
            x_name="layer",
            y_name=y_name,
            left=left,
            right=end.width + 2 * END_GAP,
        )
        self.decades = decades
        self._is_log = False
        self.shares = 10.0 ** (self.log10 - top)
        self.end_labels = self._place_ends(start, end)
        self.bars = self._bars()
        self.dots = self._dots()
        line = polyline(self.profile(self.log10), pen.theme.backward)
        # The halo is narrow so that the dots of a bound behind the line stay visible.
        self.line = haloed(line, pen.theme.background, extra=2.0)

    @property
    def scale_on_screen(self) -> Scale:
        """The scale of the y axis that is on screen."""
        return self.decades if self._is_log else self.y_scale

    def profile(self, log10: ArrayLike) -> Points:
        """Return the positions of a profile on the logarithmic axis; zeros lie at its lower end."""
        return self.positions(self.layers, log10, self.decades)

    def grow(self) -> list[mn.Animation]:
        """Return animations in which the bars grow, the last layer first."""
        return [mn.GrowFromEdge(bar, mn.DOWN) for bar in reversed(self.bars)]

    def to_log(self) -> tuple[mn.Mobject, mn.Mobject]:
        """Switch to the logarithmic axis and remove the bars, whose length means nothing there.

        Returns
        -------
        The mobject that leaves, and the one that replaces it.
        """
        linear, self.y_axis = self.y_axis, self.axis_for(self.decades)
        self._is_log = True
        self.remove(linear)
        return mn.Group(linear, self.bars), self.y_axis

    def land(self) -> list[mn.Animation]:
        """Return animations in which the measured points drop into place, the last layer first."""
        return [mn.FadeIn(point, shift=FALL * mn.DOWN) for point in reversed(self.dots)]

    def theory(self, log10: ArrayLike) -> mn.VMobject:
        """Draw the profile that theory predicts."""
        return dashed(self.profile(log10), self.pen.theme.theory, LINE)

    def bound(self, log10: ArrayLike) -> mn.VMobject:
        """Draw the part of a bound that lies on the axis.

        Its dots are wider than the measured line, so that both are visible where they coincide. The
        bound lies behind.
        """
        return dotted(self._visible(np.asarray(log10)), self.pen.theme.bound, BEAD)

    def band(self, low: ArrayLike, high: ArrayLike) -> mn.VMobject:
        """Fill the area between two profiles."""
        return band(self.profile(high), self.profile(low), self.pen.theme.backward)

    def contrast(self, log10: ArrayLike) -> mn.VGroup:
        """Draw the profile of the same network with one thing changed."""
        line = polyline(self.profile(log10), self.pen.theme.contrast)
        return haloed(line, self.pen.theme.background)

    def _place_ends(self, start: Typeset, end: Typeset) -> mn.VGroup:
        """Put the first layer's magnitude at its point and the last layer's beside the plot."""
        first, *_, last = self.profile(self.log10)
        start.halo(self.pen.theme.background)
        start.next_to(first, mn.DOWN if last[1] >= first[1] else mn.UP, buff=0.16)
        start.align_to(point(max(first[0], self.plot.left + 0.1)), mn.LEFT)
        low = self.plot.bottom + 0.08 - start.get_bottom()[1]
        high = start.get_top()[1] - self.plot.top + 0.02
        start.shift(max(0.0, low) * mn.UP + max(0.0, high) * mn.DOWN)
        end.next_to(point(self.plot.right, last[1]), mn.RIGHT, buff=END_GAP)
        return mn.VGroup(start, end)

    def _bars(self) -> mn.VGroup:
        width = self.plot.width / (self.x_scale.high - self.x_scale.low) * BAR_SHARE
        tops = self.positions(self.layers, self.shares)
        least = 1e-3  # A bar needs a positive height to grow from.
        return mn.VGroup(
            *(
                rectangles(
                    [
                        Region(
                            x - width / 2,
                            x + width / 2,
                            self.plot.bottom,
                            max(y, self.plot.bottom + least),
                        )
                    ],
                    self.pen.theme.backward,
                )
                for x, y, _ in tops
            )
        )

    def _dots(self) -> mn.VGroup:
        if len(self.log10) > MOST_DOTS:
            return mn.VGroup()
        theme = self.pen.theme
        places = self.profile(self.log10)
        return mn.VGroup(*(dot(place, theme.backward, theme.background) for place in places))

    def _visible(self, log10: NDArray[np.float64]) -> Points:
        """Cut a profile off at the point where it crosses the end of the axis."""
        inside = (log10 >= self.decades.low) & (log10 <= self.decades.high)
        first = int(np.argmax(inside))
        layers, values = list(self.layers[first:]), list(log10[first:])
        if first > 0:
            edge = self.decades.low if log10[first - 1] < self.decades.low else self.decades.high
            share = (edge - log10[first]) / (log10[first - 1] - log10[first])
            layers.insert(0, self.layers[first] - share)
            values.insert(0, edge)
        return self.positions(layers, values, self.decades)
