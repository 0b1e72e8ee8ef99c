"""Networks in training, and many of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import manim as mn
import numpy as np

from backprop_core.passes.activations import ACTIVATIONS
from scenes.kit.charts.chart import Chart
from scenes.kit.charts.function_chart import FunctionChart
from scenes.kit.charts.legend import ColorBar
from scenes.kit.charts.marks import dashed, dot, ring
from scenes.kit.charts.readout import Rows
from scenes.kit.charts.scales import Layers, Linear, Logarithmic, Marked, covering
from scenes.kit.charts.series import Style, series
from scenes.kit.layout import GAP, STAGE
from scenes.kit.parts.count_chart import CountChart
from scenes.kit.parts.draw_columns import Column, DrawColumns
from scenes.kit.parts.layer_speeds import LayerSpeeds
from scenes.kit.parts.loss_curves import LossCurves
from scenes.kit.parts.run_curves import RunCurves
from scenes.kit.parts.scoreboard import Scoreboard
from scenes.kit.parts.sweep_chart import SweepChart
from scenes.kit.parts.unit_map import UnitMap
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import (
    count,
    magnitude,
    measured,
    sentence,
)

PROFILE = np.array([-5.36, -4.72, -4.05, -3.4, -2.71, -2.05, -1.37, -0.38, 0.21])


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


PICTURES: Mapping[str, Callable[[Pen], mn.Mobject]] = {
    "columns": columns,
    "sweeps": sweeps,
    "comparison": comparison,
    "units": units,
    "layer_speeds": layer_speeds,
}
