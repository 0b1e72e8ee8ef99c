"""Charts of one quantity, diagrams, panels, code and numbers."""

from collections.abc import Callable, Mapping

import manim as mn
import numpy as np

from backprop_core.passes.activations import ACTIVATIONS
from scenes.kit.arrays.code_listing import CodeListing
from scenes.kit.charts.chart import Chart
from scenes.kit.charts.curve_chart import CurveChart
from scenes.kit.charts.marks import dot, polyline, ring
from scenes.kit.charts.readout import Product, Readouts
from scenes.kit.charts.scales import Layers, Linear, Marked, covering, place
from scenes.kit.film import levels
from scenes.kit.layout import GAP, STAGE, Region
from scenes.kit.parts.layer_panel import LayerPanel
from scenes.kit.parts.network_diagram import NetworkDiagram
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import (
    count,
    magnitude,
    measured,
    sentence,
)

WIDE, PANEL = STAGE.columns(0.755, 0.245, gap=2 * GAP)
UPPER, LOWER = STAGE.rows(0.5, 0.5)
PROFILE = np.array([-5.36, -4.72, -4.05, -3.4, -2.71, -2.05, -1.37, -0.38, 0.21])
LEFT = 1.25


def chart(pen: Pen) -> mn.Mobject:
    """Two curves over a scale, and a loss."""
    theme, scales = pen.theme, np.array([1, 2, 4, 8, 16, 30])
    marks = tuple((float(np.log2(s)), count("scale", int(s))) for s in scales)
    series = np.array(
        [[-0.7, -0.78, -0.9, -1.1, -1.25, -1.35], [-0.65, -0.4, -0.2, -0.1, 0.1, 0.2]]
    )
    left, right = STAGE.columns(0.5, 0.5, gap=2 * GAP)
    decades = covering(series).padded(0.2, 0.2)
    axes = Chart(left, Marked(-0.7, 5.2, marks), decades, pen, x_name="scale", y_name="rms of dW")
    picture = mn.VGroup(axes)
    for values, mark in zip(series, (dot, ring), strict=True):
        places = axes.positions(np.log2(scales), values)
        picture.add(polyline(places, theme.backward))
        picture.add(*(mark(at, theme.backward, theme.background) for at in places))
    losses = 3.25 + 0.4 * np.exp(-np.arange(31) / 2)
    loss = CurveChart(right, 30, float(losses.max()), pen, y_name="loss")
    return picture.add(loss, loss.curve(losses, theme.ink))


def diagram(region: Region, widths: tuple[int, ...], pen: Pen) -> NetworkDiagram:
    depth = len(widths) - 1
    room = region.width - LEFT - 1.0
    columns = region.left + LEFT + place(Layers(depth), np.arange(depth + 1)) * room
    return NetworkDiagram(region, widths, columns, pen)


def diagrams(pen: Pen) -> mn.Mobject:
    """A narrow, a wide and a deep network; the last one with a gradient on its way down."""
    shapes = ((2, 3, 1, 2), (64, *[1000] * 8, 10), (64, *[100] * 59, 10))
    rows = STAGE.rows(1, 1, 1)
    narrow, wide, deep = (diagram(r, w, pen) for r, w in zip(rows, shapes, strict=True))
    for layer, opacity in ((0, 1.0), (1, 0.7), (2, 0.4), (3, 0.1)):
        narrow.nodes[layer].set_fill(pen.theme.forward, opacity)
    shares = levels(np.linspace(-38, 0, 60))
    for animation in deep.backward({n: pen.theme.magnitude(shares[n - 1]) for n in range(1, 61)}):
        animation._setup_scene(None)
        animation.begin()
        animation.finish()
    return mn.VGroup(narrow, wide, deep)


def layer_panel(pen: Pen) -> mn.Mobject:
    """Where a layer stands on its curve, and what its inputs were like."""
    f = ACTIVATIONS["sigmoid"]
    edges = np.arange(-16, 17) * 4.585 / 6
    middles = np.concatenate([[edges[0] - 0.4], edges[:-1] + 0.38, [edges[-1] + 0.4]])
    left, right = STAGE.columns(0.4, 0.6, gap=2 * GAP)
    mean = sentence("mean {m}", m=measured("mean", 4.88))
    panel = LayerPanel(
        left,
        "raw inputs",
        mean,
        pen.theme.ink,
        f.f,
        "sigma(z)",
        edges,
        np.abs(middles) > 4.585,
        (-4.585, 4.585),
        0.5,
        pen,
    )
    panel.histogram.fill(np.array([0.5, *np.full(32, 0.01), 0.2]))
    panel.live(0, "saturated", lambda: measured("s", 55.0, unit="%"), pen.theme.saturated)
    panel.live(1, "median slope", lambda: magnitude("m", -13.28), pen.theme.backward)
    features = Chart(right, Linear(0, 9), Linear(-1, 12), pen, y_name="mean and deviation")
    means = np.linspace(1, 8, 8)
    spans = features.spans(means - 2, means + np.linspace(0.5, 3, 8), pen.theme.healthy)
    return mn.VGroup(panel, panel.numbers, features, spans)


def code(pen: Pen) -> mn.Mobject:
    """A few lines of a program, with the pointer at one of them."""
    lines = (
        "for x, y in batches:",
        "    grads = backward(net, x)",
        "    net = step(net, grads)",
    )
    listing = CodeListing(WIDE, lines, pen)
    listing.lines[1].set_fill(pen.theme.backward)
    return mn.VGroup(listing, listing.pointer.move_to(listing.beside(1)))


def numbers(pen: Pen) -> mn.Mobject:
    """Readouts, and one step of the gradient as a product."""
    theme = pen.theme
    column = Readouts(PANEL, pen)
    column.entry("loss at last", measured("loss", 3.257), theme.ink)
    column.entry("gradient", magnitude("signal[1]", -602.3), theme.backward)
    column.entry("units saturated", measured("s", 12.3, unit="%"), theme.saturated)
    column.live("slope", lambda: measured("slope", 0.0), theme.backward)
    terms = (
        (magnitude("signal[8]", -6.2), "gradient below", theme.backward),
        (measured("signal[9]", 1.62), "gradient above", theme.backward),
        (measured("weight_part[8]", 1.11), "through the weights", theme.ink),
        (measured("slope_part[8]", 0.233), "times the slopes", theme.ink),
    )
    words = pen.text("The units are saturated.", color=theme.saturated)
    words.move_to(UPPER.inset(right=4).center)
    return mn.VGroup(column, Product(WIDE, terms, pen), words)


PICTURES: Mapping[str, Callable[[Pen], mn.Mobject]] = {
    "chart": chart,
    "diagrams": diagrams,
    "layer_panel": layer_panel,
    "code": code,
    "numbers": numbers,
}
