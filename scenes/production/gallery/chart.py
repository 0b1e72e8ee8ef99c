"""Charts of the numbers of each layer, as coordinates that a template draws as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scenes.kit.charts.scales import Layers, Linear, Logarithmic, Scale, covering, place
from scenes.production.sidecars.layer_table import LayerRow
from scenes.words.figures import magnitude, measured, percent

WIDTH, HEIGHT = 420.0, 260.0
"""Size of a chart in SVG units, which the page scales to its width."""
LEFT, RIGHT, TOP, BOTTOM = 58.0, 12.0, 14.0, 50.0
"""The margins, for the names and the ticks of the axes."""
MOST_MARKERS = 40
"""A network with more layers than this has no markers on its line."""
_BAR = 0.7
"""The width of a bar, as a share of the distance between layers."""
_LEAST_SEEN = 0.01
"""The smallest share of saturated units that is visible as a bar."""
_LARGEST_LINEAR = 10.0
"""The largest factor on a linear axis; beyond it, 1 and 0.2 could not be told apart."""

Value = float | None


@dataclass(frozen=True)
class Tick:
    """A tick of an axis: its coordinate and its label."""

    at: float
    text: str


@dataclass(frozen=True)
class Curve:
    """One quantity of all layers.

    Attributes
    ----------
    kind
        "measured", "theory", "reference", "share" (bars) or "zero" (layers where the value is
        exactly zero); it decides the style.
    label
        Label in the legend.
    path
        SVG path of the line, or of all bars; empty if there is none.
    dots
        Coordinates of the markers.
    """

    kind: str
    label: str
    path: str = ""
    dots: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Chart:
    """A chart of the layers 1..L.

    Attributes
    ----------
    name
        Name of the vertical axis.
    words
        A description of the chart, for people who cannot see it.
    across, up
        Ticks of the horizontal and of the vertical axis.
    """

    name: str
    words: str
    curves: tuple[Curve, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]

    width, height = WIDTH, HEIGHT
    left, right = LEFT, WIDTH - RIGHT
    top, bottom = TOP, HEIGHT - BOTTOM


def charts_of(rows: Sequence[LayerRow]) -> tuple[Chart, ...]:
    """Return the charts of a network: gradients, factors, and saturation if there is any."""
    shares = [row.saturated for row in rows if row.saturated is not None]
    seen = max(shares, default=0.0) >= _LEAST_SEEN
    return (_signal(rows), _factor(rows), *([_saturated(rows)] if seen else ()))


def _signal(rows: Sequence[LayerRow]) -> Chart:
    signal = [row.log10_signal for row in rows]
    theory = [row.log10_theory for row in rows]
    scale = covering([value for value in (*signal, *theory) if value is not None])
    frame = _Frame(len(rows), scale)
    curves = [frame.line("theory", "mean-field theory", theory)]
    curves += [frame.line("measured", "this network", signal), frame.zeros(signal)]
    first, last = (magnitude("", row.log10_signal).plain for row in (rows[0], rows[-1]))
    words = f"The gradient of each layer, on a logarithmic axis: {last} at layer {len(rows)}, "
    return frame.chart("gradient at the layer", words + f"{first} at layer 1.", curves)


def _factor(rows: Sequence[LayerRow]) -> Chart:
    """Draw the factor by which the gradient changes from the layer above to each layer."""
    factors = [row.factor for row in rows]
    known = [value for value in factors if value is not None]
    words = "What each layer makes of the gradient that comes from the layer above: "
    words += f"{_range(known)}; 1 would keep it." if known else "not known."
    largest = max(known, default=1.0)
    if largest <= _LARGEST_LINEAR:
        frame = _Frame(len(rows), Linear(0.0, 1.1 * max(1.0, largest)))
        kept, values = 1.0, factors
    else:
        values = [_log10(value) for value in factors]
        frame = _Frame(len(rows), covering([0.0, *(v for v in values if v is not None)]))
        kept = 0.0
    curves = [frame.level("reference", "1: as large as above", kept)]
    curves += [frame.line("measured", "factor", values), frame.zeros(values)]
    return frame.chart("factor of the layer", words, curves)


def _saturated(rows: Sequence[LayerRow]) -> Chart:
    shares = [row.saturated for row in rows]
    known = [value for value in shares if value is not None]
    words = "The share of units whose slope is gone, in each hidden layer: "
    words += f"{percent('', min(known)).plain} to {percent('', max(known)).plain}." if known else ""
    frame = _Frame(len(rows), Linear(0.0, 100.0))
    bars = frame.bars("share", "saturated", [None if s is None else 100 * s for s in shares])
    return frame.chart("saturated units, %", words, [bars])


def _log10(value: Value) -> Value:
    if value is None:
        return None
    return math.log10(value) if value > 0 else -math.inf


def _range(values: Sequence[float]) -> str:
    low, high = (measured("", value).plain for value in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


@dataclass(frozen=True)
class _Frame:
    """The axes of a chart of `depth` layers."""

    depth: int
    up: Scale

    def chart(self, name: str, words: str, curves: Sequence[Curve]) -> Chart:
        across = tuple(Tick(self.x(at), said.digits) for at, said in Layers(self.depth).ticks())
        up = tuple(Tick(self.y(at), said.digits) for at, said in self.up.ticks())
        drawn = tuple(curve for curve in curves if curve.path or curve.dots)
        return Chart(name, words, drawn, across, up)

    def x(self, layer: float) -> float:
        share = float(place(Layers(self.depth), layer))
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 2)

    def y(self, value: float) -> float:
        share = float(place(self.up, value))
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 2)

    def line(self, kind: str, label: str, values: Sequence[Value]) -> Curve:
        """Draw a line with gaps at layers whose value is unknown or exactly zero."""
        places = [
            None if v is None or not math.isfinite(v) else (self.x(n), self.y(v))
            for n, v in enumerate(values, 1)
        ]
        path, pen_is_down = "", False
        for at in places:
            if at is not None:
                path += f"{'L' if pen_is_down else 'M'}{at[0]:g} {at[1]:g}"
            pen_is_down = at is not None
        dotted = kind == "measured" and self.depth <= MOST_MARKERS
        return Curve(kind, label, path, tuple(at for at in places if at and dotted))

    def level(self, kind: str, label: str, value: float) -> Curve:
        """Draw a horizontal line at a value."""
        y = self.y(value)
        return Curve(kind, label, f"M{LEFT:g} {y:g}H{WIDTH - RIGHT:g}")

    def zeros(self, values: Sequence[Value]) -> Curve:
        """Mark exact zeros, which a logarithmic axis cannot show, at the bottom of the chart."""
        at_foot = isinstance(self.up, Logarithmic)
        layers = [n for n, value in enumerate(values, 1) if value == -math.inf and at_foot]
        dots = tuple((self.x(layer), HEIGHT - BOTTOM) for layer in layers)
        return Curve("zero", "0 exactly", dots=dots)

    def bars(self, kind: str, label: str, values: Sequence[Value]) -> Curve:
        wide = _BAR * (self.x(2) - self.x(1))
        foot = self.y(self.up.low)
        path = "".join(
            f"M{self.x(n) - wide / 2:.2f} {foot:g}V{self.y(value):g}h{wide:.2f}V{foot:g}Z"
            for n, value in enumerate(values, 1)
            if value is not None
        )
        return Curve(kind, label, path)
