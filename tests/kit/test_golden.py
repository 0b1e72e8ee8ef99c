"""Stills of the kit's components, compared with pictures that were looked at.

When a change of look is meant, renew them and open each one before it is committed:

    python -m pytest tests/kit/test_golden.py --renew-golden
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import manim as mn
import numpy as np
import pytest
from PIL import Image

from backprop_core.activations import ACTIVATIONS
from backprop_core.circuit import neuron_circuit
from scenes.kit.activation_charts import ActivationCharts
from scenes.kit.chart import Chart
from scenes.kit.circuit_diagram import CircuitDiagram
from scenes.kit.code_listing import CodeListing
from scenes.kit.count_chart import CountChart
from scenes.kit.curve_chart import CurveChart
from scenes.kit.descent_chart import DescentChart
from scenes.kit.draw_columns import Column, DrawColumns
from scenes.kit.error_chart import ErrorChart
from scenes.kit.figures import (
    Figure,
    Sentence,
    constant,
    count,
    infinite,
    magnitude,
    measured,
    sentence,
    setting,
)
from scenes.kit.film import levels
from scenes.kit.function_chart import FunctionChart
from scenes.kit.gauges import Gauges
from scenes.kit.gradient_chart import GradientChart
from scenes.kit.histogram import Histogram
from scenes.kit.layer_board import LayerBoard
from scenes.kit.layer_panel import LayerPanel
from scenes.kit.layer_speeds import LayerSpeeds
from scenes.kit.layout import GAP, STAGE, Region
from scenes.kit.legend import ColorBar, Legend
from scenes.kit.loss_curves import LossCurves
from scenes.kit.marks import dashed, dot, polyline, ring
from scenes.kit.network_diagram import NetworkDiagram
from scenes.kit.ramp_chart import RampChart
from scenes.kit.readout import Product, Readouts, Rows
from scenes.kit.run_curves import RunCurves
from scenes.kit.scales import Layers, Linear, Logarithmic, Marked, covering, place
from scenes.kit.scoreboard import Scoreboard
from scenes.kit.series import Style, series
from scenes.kit.settings import rendering
from scenes.kit.surface_map import SurfaceBar, SurfaceMap
from scenes.kit.sweep_chart import SweepChart
from scenes.kit.theme import THEMES, Theme
from scenes.kit.typesetting import Pen
from scenes.kit.unit_map import UnitMap

GOLDEN = Path(__file__).parent / "golden"
WIDTH, HEIGHT = 480, 270
MEAN_DIFFERENCE = 0.4
"""Mean absolute difference of a channel, of 255: edges are drawn a little otherwise elsewhere."""
FAR, SHARE_FAR = 48, 0.001
"""By so much may a channel of a pixel differ in that share of the pixels, and no more of them."""

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


def profile(pen: Pen) -> GradientChart:
    return GradientChart(
        WIDE,
        PROFILE,
        covering(PROFILE, PROFILE - 0.8),
        pen,
        y_name="gradient of the loss at each layer",
        names=("signal[1]", "signal[9]"),
        left=LEFT,
    )


def gradient_linear(pen: Pen) -> mn.Mobject:
    """Bars on a linear axis, and their key."""
    chart = profile(pen)
    return mn.VGroup(chart, chart.bars, ColorBar(PANEL, PROFILE, pen))


def gradient_log(pen: Pen) -> mn.Mobject:
    """The same on a logarithmic axis, with theory, bound, band and contrast, and their key."""
    chart, theme = profile(pen), pen.theme
    axis = chart.to_log()[1]
    spread = np.linspace(0.6, 0.05, 9)
    band = chart.band(PROFILE - spread, PROFILE + spread)
    bound = chart.bound(0.21 - 0.602 * np.arange(8, -1, -1))
    contrast = chart.contrast(0.2 - 0.05 * np.arange(8, -1, -1))
    lines = (band, contrast, chart.line, chart.theory(PROFILE - 0.1), bound, chart.dots)
    key = Legend(PANEL, pen)
    key.entry("mean-field theory", "dashed", theme.theory)
    key.entry("this network", "dots", theme.backward)
    key.entry(sentence("{n} draws", n=count("seeds", 200)), "band", theme.backward)
    key.entry(sentence("slopes of {s} alone", s=setting("s", 0.25)), "dotted", theme.bound)
    key.entry(sentence("gain {g}", g=count("gain", 10)), "line", theme.contrast)
    return mn.VGroup(chart, axis, *lines, chart.end_labels, key)


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


def saturation(pen: Pen) -> mn.Mobject:
    """An activation and its slope above a histogram of z."""
    f = ACTIVATIONS["sigmoid"]
    upper, middle, lower = STAGE.rows(0.3, 0.26, 0.44, gap=GAP / 2)
    border = 4.585
    edges = np.arange(-16, 17) * border / 6
    middles = np.concatenate([[edges[0] - 0.4], edges[:-1] + 0.38, [edges[-1] + 0.4]])
    reach = float(edges[-1] + border / 6)
    charts = ActivationCharts(
        (upper, middle),
        reach,
        (f.f, f.slope),
        ("sigma(z)", "sigma'(z)"),
        pen,
        bound=f.max_slope,
        borders=(-border, border),
        bottom=lower.bottom + 0.5,
        left=0.95,
        ticks=False,
    )
    shares = np.exp(-((middles / 5) ** 2))
    histogram = Histogram(
        lower, Linear(-reach, reach, 6), edges, np.abs(middles) > border, 0.09, pen, left=0.95
    )
    histogram.fill(shares / shares.sum())
    marker = charts.place_marker(1.5)
    return mn.VGroup(histogram, charts, charts.bound, charts.borders, marker)


def ramps(pen: Pen) -> mn.Mobject:
    """A sum of ramps, one of which counts, and its kinks."""
    places = np.array([-3.0, -1.0, -0.5, 1.5, 3.0])
    terms = np.array([[-1.0, -1.0], [0.5, 1.0], [-1.5, 1.0]])
    values = np.maximum(0, terms[:, :1] + terms[:, 1:] * places)
    chart = RampChart(STAGE, 3.0, places, values, pen, x_name="a", y_name="loss", left=LEFT)
    marker = chart.place_marker(1.0, 1.5, np.array([False, True, False]))
    return mn.VGroup(chart, chart.ramps, chart.curve, chart.drops, chart.dots, marker)


def surface(pen: Pen) -> mn.Mobject:
    """A surface of three facets, its kinks, downhill and its flat part, and the key."""
    a, b = np.linspace(-3, 3, 61), np.linspace(-1.6, 1.6, 33)
    planes = np.array([[-1.0, 1.0, 0.5], [-0.5, -0.6, 1.0], [-2.0, 0.3, -1.5]])

    def heights(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        c, d, e = planes.T[:, :, None, None]
        return c + d * x + e * y[:, None]

    plane = SurfaceMap(WIDE, a, b, pen, x_name="a", y_name="b", left=LEFT)
    plane.paint(np.maximum(0, heights(a, b)).sum(axis=0))
    plane.draw_kinks(planes)
    far, high = np.linspace(-2.7, 2.7, 10), np.linspace(-1.3, 1.3, 5)
    plane.draw_field(far, high, -np.einsum("kij,kd->dij", heights(far, high) > 0, planes[:, 1:]))
    plane.draw_flat(np.array([[-0.9, -0.1], [0.2, -1.2], [1.2, -0.5], [0.7, 0.5]]))
    key = tuple(partial(measured, "loss", value) for value in (0.0, 5.4))
    bar = SurfaceBar(PANEL, "mean loss, by colour", (key[0], key[1]), pen)
    return mn.VGroup(plane, plane.bands, plane.kinks, plane.field, plane.flat, bar)


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


def matrices(pen: Pen) -> mn.Mobject:
    """A matrix of which rows and columns are left out, times a vector; and an outer product."""
    rng = np.random.default_rng(3)
    W, x = rng.normal(size=(30, 64)), rng.normal(size=(64, 1))
    x[0] = 0.0
    u = W @ x / 8
    slope = np.exp(-(u**2))
    arrays = {"W": W, "x": x, "u": u, "z": np.tanh(u), "slope": slope}
    arrays |= {"dx": W.T @ slope, "dW": slope @ x.T}

    def entry(name: str, i: int, j: int, digits: int) -> Figure:
        value = float(arrays[name][i, j])
        return measured(name, value, digits=digits) if value else Figure(name, 0.0, "0")

    def shape(name: str) -> Sentence:
        m, n = count("m", 30), count("n", 64)
        if "W" in name:
            return sentence("({m}, {n})", m=m, n=n)
        return sentence("({k},)", k=n if "x" in name else m)

    halves = STAGE.columns(0.55, 0.45, gap=GAP)
    names = {"u": "W @ x", "slope": "slope"}
    left, right = (LayerBoard(half, arrays, entry, shape, names, pen) for half in halves)
    return mn.VGroup(left.arrangements()[0], right.arrangements()[3])


def circuit(pen: Pen) -> mn.Mobject:
    """A neuron gate by gate; the gradient has come back as far as the sum."""
    neuron = neuron_circuit((2.0, -3.0, -3.0), (-1.0, -2.0))
    names = {name: (f"{name[0]}_{name[1]}", name) for name in ("w0", "x0", "w1", "x1")}
    names |= {"b": ("b", "b"), "a": ("a", "a")}
    picture = CircuitDiagram(STAGE, neuron.gates, names, pen)
    values, gradients = (
        {name: measured(name, float(number)) for name, number in numbers.items()}
        for numbers in (neuron.value, neuron.gradient)
    )
    picture.write(values, gradients)
    back = ["a", "1+exp(-z)", "exp(-z)", "-z"]
    for move in (picture.light(list(picture.gates)), picture.begin(), picture.darken(back)):
        move._setup_scene(None)
        move.begin()
        move.finish()
    used = (picture.local(gate, measured("local", float(neuron.local[gate][0]))) for gate in back)
    returned = (picture.gradients[name] for name in (*back, "z"))
    return mn.VGroup(picture, *picture.values.values(), *returned, *used)


def gauges(pen: Pen) -> mn.Mobject:
    """Three gauges with a row of numbers: one burst, one half full, one empty."""
    names = [sentence("{n}", n=constant("type", f"float{n}")) for n in (16, 32, 64)]
    tops = [magnitude("largest", log10) for log10 in (4.816, 38.532, 308.255)]
    picture = Gauges(STAGE, names, tops, 1, pen)
    picture.fill([1.2, 0.5, -0.1])
    values = (infinite("exp"), measured("exp", 1.6e5), measured("exp", 0.0))
    picture.live(0, [lambda value=value: value for value in values], pen.theme.ink)
    return picture.add(picture.row_name(0, "exp(−z)"))


def errors(pen: Pen) -> mn.Mobject:
    """Errors that climb to 100 %, and errors that do not."""
    theme, z = pen.theme, np.linspace(0.1, 45, 90)
    name = sentence("relative error of the slope")
    chart = ErrorChart(STAGE, z, pen, x_name="z", y_name=name)
    half, full = (sentence("{n}", n=constant("type", n)) for n in ("float16", "float64"))
    climbing = chart.curve(np.minimum(1, 1e-16 * np.exp(z)), theme.saturated)
    flat = chart.curve(np.full(90, 3e-16), theme.healthy)
    short = chart.curve(np.full(90, 5e-4), theme.healthy)
    return mn.VGroup(
        chart,
        chart.whole,
        climbing,
        flat,
        short,
        chart.border(full, measured("border", 36.74), theme.saturated),
        chart.at_end(full, 3e-16, theme.healthy),
        chart.at_start(half, 5e-4, theme.healthy),
        chart.inside(pen.formula("a (1 - a)", "a (1 - a)", theme.saturated), -2.5),
    )


def descent(pen: Pen) -> mn.Mobject:
    """A deep pass on its way down: two types have lost it, one will."""
    log10 = np.linspace(-636, 0, 1000)
    names = ["half", "single", "double", "scaled"]
    words = ["exactly zero"] * 4
    y_name = "gradient of the loss at each layer"
    picture = DescentChart(WIDE, log10, names, [990, 931, 495, 0], words, pen, y_name=y_name)
    picture.front.set_value(300.5)
    picture.follow()
    reads = [lambda n=n: count("reached", n) for n in (10, 69, 505, 700)]
    picture.count(PANEL, "layers with a gradient", reads)
    return mn.VGroup(picture, *picture.falls, *picture.lanes.words)


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


def columns(pen: Pen) -> mn.Mobject:
    """Three draws of a network: where a layer's units stand, and the gradient of every layer."""
    edges = np.arange(-16, 17) * 4.585 / 6
    middles = np.concatenate([[edges[0] - 0.4], edges[:-1] + 0.38, [edges[-1] + 0.4]])
    shown = []
    for gain, spread, slope in ((1, 0.6, 0.6), (6, 4.0, 0.1), (30, 20.0, -0.25)):
        shares = np.exp(-((middles / spread) ** 2) / 2)
        shares[[0, -1]] *= max(1.0, spread / 2)
        heading = sentence("gain {g}", g=count("gain", gain))
        saturated = sentence("{p} saturated", p=measured("p", 3.0 * gain, unit="%"))
        factor = sentence("× {f} a layer", f=magnitude("f", -slope))
        note = sentence("{p} beyond", p=measured("p", 56, unit="%")) if gain == 30 else None
        profile = slope * np.arange(-8.0, 1.0)
        shown.append(Column(heading, note, shares / shares.sum(), saturated, profile, factor))
    shown[1] = replace(shown[1], log10=None, factor=None)
    return DrawColumns(STAGE, shown, edges, np.abs(middles) > 4.585, 9, pen)


def sweeps(pen: Pen) -> mn.Mobject:
    """Runs over their epochs beside many runs over a setting, at two depths, with flags."""
    theme, y = pen.theme, Linear(0, 4)
    left, right = STAGE.columns(0.43, 0.57, gap=2 * GAP)
    gains = (1, 6, 30)
    x = np.log10([1, 1.8, 3.3, 6, 10, 18, 30])
    middle = np.array([3.27, 3.27, 2.4, 1.4, 2.1, 3.4, np.inf])
    names = [sentence("gain {g}", g=count("gain", g)) for g in gains]
    falls = np.array([14.0, 3.2, 2.7, 2.1, 1.9, 1.2])
    lines = [np.array([7.2, 3.3, 3.3, 3.3, 3.3, 3.3]), falls, None]
    colors = [theme.ink, theme.healthy, theme.ink]
    note = sentence("at first: {l}", l=measured("l", 14.0))
    runs = RunCurves(left, 5, y, lines, names, colors, note, pen, left=1.1)
    marks = tuple((float(np.log10(g)), count("gain", g)) for g in gains)
    chart = SweepChart(
        right, Marked(-0.09, 1.57, marks), y, pen, x_name="gain", y_name="loss", right=1.3
    )
    deep = (chart.band(x, 0.8 * middle, 1.1 * middle, theme.ink),)
    deep += (chart.median(x, middle, theme.ink, dot),)
    other = chart.median(x, 0.15 + 0.3 * x**3, theme.muted, ring)
    ends = [pen.label("deep", theme.ink), pen.label("shallow", theme.muted)]
    chart.name_ends(ends, [np.inf, 1.1])
    flags = (
        chart.flag(float(x[3]), "best", theme.healthy, left=True),
        chart.flag(1.0, "theory", theme.theory, left=False, line=dashed),
    )
    return mn.VGroup(runs, runs.ends, chart, *deep, other, *ends, *flags)


def comparison(pen: Pen) -> mn.Mobject:
    """Three series in a table and a chart, and functions beside them."""
    theme = pen.theme
    styles = (
        Style(theme.contrast, "dot"), Style(theme.other, "ring"), Style(theme.healthy, "square")
    )  # fmt: skip
    names = ("sigmoid + normal", "tanh + Xavier", "ReLU + He")
    rows = [(sentence(name), style) for name, style in zip(names, styles, strict=True)]
    board = Scoreboard(STAGE, rows, 4, pen)
    chis = [measured("chi", value) for value in (0.0554, 0.667)]
    table = mn.VGroup(board, board.corner(sentence("theory dashed")))
    table.add(board.column(0, "χ in theory", [*chis, None], "overflow", theme.theory))
    left, right = STAGE.inset(top=Scoreboard.room(3) + GAP / 2).columns(0.5, 0.5, gap=2 * GAP)
    chart = Chart(left, Layers(9), covering(PROFILE), pen, x_name="layer", y_name="gradient")
    for share, style in zip((1.0, 0.1, -0.02), styles, strict=True):
        places = chart.positions(np.arange(1, 10), share * PROFILE)
        table.add(series(places, style, theme.background))
    shapes = [(ACTIVATIONS[name].f, style.color) for name, style in
              zip(("sigmoid", "tanh", "relu"), styles, strict=True)]  # fmt: skip
    functions = FunctionChart(right, 3.0, shapes, pen, x_name="z", y_name="activation")
    return mn.VGroup(table, chart, functions, functions.curves)


def units(pen: Pen) -> mn.Mobject:
    """All units, of a narrow network and of a deep one, and dead ones counted over steps."""
    left, middle, right = STAGE.columns(1, 1, 1)
    narrow = UnitMap(left, (30, 30, 12), pen, name="dead units hatched")
    narrow.fill([0, 11, 12])
    deep = UnitMap(middle, (100,) * 60, pen, name="dead units hatched")
    deep.fill(np.arange(60))
    factors = (1, 2, 5, 10, 20)
    counts = CountChart(
        right, factors, 47, pen.theme.saturated, pen, x_name="rate, times", y_name="dead units"
    )
    for number in (0, 0, 3, 16, 43):
        counts.mark(number)
    counts.line()
    counts.range([0, 0, 0, 3, 19], [2, 2, 6, 30, 47])
    return mn.VGroup(narrow, deep, counts, counts.drawn)


def layer_speeds(pen: Pen) -> mn.Mobject:
    """Two training runs: losses, and the network of one by the speed of its layers."""
    left, right = STAGE.columns(0.41, 0.59, gap=2 * GAP)
    upper, lower = right.rows(0.45, 0.55, gap=GAP / 2)
    network, bar, table = left.rows(0.43, 0.2, 0.37, gap=GAP / 2)
    epochs = np.arange(20)
    log10 = -1.2 - np.arange(11, -1, -1) * 0.5 / (1 + np.exp((epochs[:, None] - 8) / 2))
    picture = LayerSpeeds(
        (network, lower),
        (64, *[30] * 11, 10),
        log10,
        covering(log10).padded(0.16, 0.1),
        Logarithmic(-4, -1),
        -3.0,
        pen,
        y_name="update:weight",
        left=1.0,
        right=1.4,
    )
    picture.glow_at(7.0)
    picture.draw_to(13.0)
    losses = LossCurves(upper, 20, 7.5, pen, left=1.0, right=1.4)
    runs = ((2, pen.theme.healthy, 1.0), (12, pen.theme.ink, 9.0))
    rows = Rows(table, "update:weight", pen)
    for depth, color, wakes in runs:
        name = sentence("{d} layers", d=count("depth", depth))
        loss = 3.3 / (1 + np.exp((np.arange(21) - wakes) / 2)) + 4.0 * (np.arange(21) == 0)
        losses.enter(str(depth), loss, color, pen.label(name, color))
        losses.draw_to(str(depth), 13.0)
        rows.entry(name, magnitude("speed", -wakes), color)
    shown = [*losses.trails.values(), *losses.names.values(), losses.milestone("12", 9)]
    color_bar = ColorBar(bar, np.array([-4.0, -1.0]), pen, title="update:weight, by colour")
    parts = (picture.chart, picture.guide, picture.diagram, picture.trails, picture.names)
    return mn.VGroup(losses, *parts, *shown, color_bar, rows)


PICTURES: dict[str, Callable[[Pen], mn.Mobject]] = {
    "chart": chart,
    "gradient_linear": gradient_linear,
    "gradient_log": gradient_log,
    "diagrams": diagrams,
    "saturation": saturation,
    "ramps": ramps,
    "surface": surface,
    "code": code,
    "matrices": matrices,
    "circuit": circuit,
    "numbers": numbers,
    "comparison": comparison,
    "units": units,
    "layer_panel": layer_panel,
    "columns": columns,
    "sweeps": sweeps,
    "gauges": gauges,
    "errors": errors,
    "descent": descent,
    "layer_speeds": layer_speeds,
}


def drawn(picture: Callable[[Pen], mn.Mobject], theme: Theme, directory: Path) -> Image.Image:
    with rendering(
        directory, "low", format="png", pixel_width=WIDTH, pixel_height=HEIGHT, frame_rate=5
    ):
        scene = mn.Scene()
        scene.camera.background_color = mn.ManimColor(theme.background)
        scene.camera.reset()
        scene.camera.capture_mobjects([picture(Pen(theme))])
        pixels = scene.camera.pixel_array[..., :3].copy()
    return Image.fromarray(pixels)


def far_from(golden: Image.Image, now: Image.Image) -> str:
    """Return how two pictures differ, or nothing if they look the same."""
    if golden.size != now.size:
        return f"size {now.size}, was {golden.size}"
    pictures = (np.asarray(picture.convert("RGB"), dtype=float) for picture in (golden, now))
    difference = np.abs(np.subtract(*pictures))
    share = float((difference.max(axis=-1) > FAR).mean())
    if difference.mean() <= MEAN_DIFFERENCE and share <= SHARE_FAR:
        return ""
    return f"mean difference {difference.mean():.2f} of 255, {100 * share:.2f} % of pixels far off"


@pytest.mark.parametrize("name", PICTURES)
def test_a_component_looks_as_it_did(
    name: str, theme: Theme, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    now, path = (
        drawn(PICTURES[name], theme, tmp_path / "media"),
        GOLDEN / f"{name}-{theme.name}.png",
    )
    if request.config.getoption("--renew-golden"):
        GOLDEN.mkdir(exist_ok=True)
        now.save(path, optimize=True)
    new = tmp_path / path.name
    now.save(new)
    with Image.open(path) as golden:
        difference = far_from(golden, now)
    assert not difference, f"{path.name}: {difference}; the new picture is {new}, the old {path}"


def test_a_small_change_is_seen(tmp_path: Path) -> None:
    theme = THEMES["dark"]
    before = drawn(numbers, theme, tmp_path)

    def moved(pen: Pen) -> mn.Mobject:
        return numbers(pen).shift(0.1 * mn.UP)

    def without_a_word(pen: Pen) -> mn.Mobject:
        return mn.VGroup(*numbers(pen)[:2])

    assert far_from(before, before) == ""
    assert far_from(before, drawn(moved, theme, tmp_path))
    assert far_from(before, drawn(without_a_word, theme, tmp_path))


def test_the_golden_pictures_are_few_and_small() -> None:
    files = list(GOLDEN.iterdir())
    expected = {f"{name}-{theme}.png" for name in PICTURES for theme in THEMES}
    assert {file.name for file in files} == expected
    assert sum(file.stat().st_size for file in files) < 2**20
