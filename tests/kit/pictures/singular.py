"""Pictures that only one film has: a layer, a neuron, a loss surface, the limits of floats."""

from collections.abc import Callable, Mapping
from functools import partial

import manim as mn
import numpy as np

from scenes.kit.arrays.matrix import Matrix, Sample
from scenes.kit.layout import GAP, STAGE
from scenes.kit.parts.descent_chart import DescentChart
from scenes.kit.parts.error_chart import ErrorChart
from scenes.kit.parts.gauges import Gauges
from scenes.kit.parts.ramp_chart import RampChart
from scenes.kit.parts.surface_map import SurfaceBar, SurfaceMap
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import (
    Figure,
    constant,
    count,
    infinite,
    magnitude,
    measured,
    sentence,
)

WIDE, PANEL = STAGE.columns(0.755, 0.245, gap=2 * GAP)
LEFT = 1.25


def matrices(pen: Pen) -> mn.Mobject:
    """A matrix of which rows and columns are left out, and a vector as a row beside its name."""
    rng = np.random.default_rng(3)
    W, x = rng.normal(size=(30, 64)), rng.normal(size=(1, 64))
    x[0, 0] = 0.0
    units, inputs, one = Sample(30, 4), Sample(64, 4), Sample(1, 2)

    def figure(array: np.ndarray) -> Callable[[int, int], Figure]:
        return lambda i, j: measured("entry", array[i, j], digits=2) if array[i, j] else zero

    zero = Figure("entry", 0.0, "0")
    m, n = count("m", 30), count("n", 64)
    shapes = sentence("({m}, {n})", m=m, n=n), sentence("({n},)", n=n)
    forward, backward = pen.theme.forward, pen.theme.backward
    cell = (1.3, 0.7)
    full = Matrix(W, figure(W), (units, inputs), cell, forward, pen, name="W", shape=shapes[0])
    row = Matrix(
        x, figure(x), (one, inputs), cell, backward, pen, name="dx", shape=shapes[1], beside=True
    )
    return mn.VGroup(full, row).arrange(mn.DOWN, buff=GAP).move_to(STAGE.center)


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


PICTURES: Mapping[str, Callable[[Pen], mn.Mobject]] = {
    "matrices": matrices,
    "ramps": ramps,
    "surface": surface,
    "gauges": gauges,
    "errors": errors,
    "descent": descent,
}
