"""Charts: positions of data, and labels where there is room for them."""

from itertools import pairwise

import numpy as np
import pytest

from backprop_core.passes.activations import ACTIVATIONS
from scenes.kit.charts.chart import Chart
from scenes.kit.charts.curve_chart import CurveChart
from scenes.kit.charts.histogram import Histogram
from scenes.kit.charts.scales import Linear, Logarithmic, covering
from scenes.kit.layout import GAP, Region
from scenes.kit.parts.activation_charts import ActivationCharts
from scenes.kit.parts.gradient_chart import GradientChart
from scenes.kit.type.typesetting import Pen, Typeset

REGION = Region(-6.6, 3.0, -2.9, 0.7)
OVERHANG = GAP / 2
"""By how much half a label of the outermost tick may reach into the gap between neighbours."""


def boxes_apart(inks: list[Typeset]) -> bool:
    """Tell whether no two texts touch."""

    def apart(a: Typeset, b: Typeset) -> bool:
        return bool(
            a.get_right()[0] < b.get_left()[0]
            or b.get_right()[0] < a.get_left()[0]
            or a.get_top()[1] < b.get_bottom()[1]
            or b.get_top()[1] < a.get_bottom()[1]
        )

    return all(apart(a, b) for n, a in enumerate(inks) for b in inks[n + 1 :])


def inks_of(mobject) -> list[Typeset]:
    return [member for member in mobject.get_family() if isinstance(member, Typeset)]


def test_data_lie_where_the_axes_say(pen: Pen) -> None:
    chart = Chart(REGION, Linear(0, 10), Linear(-1, 1), pen, y_name="loss")
    plot = chart.plot
    places = chart.positions([0, 5, 10], [-1, 0, 1])
    assert places[0] == pytest.approx([plot.left, plot.bottom, 0])
    assert places[1] == pytest.approx(plot.center)
    assert places[2] == pytest.approx([plot.right, plot.top, 0])


def test_what_lies_beyond_the_axis_lies_at_its_end(pen: Pen) -> None:
    chart = Chart(REGION, Linear(0, 1), Logarithmic(-4, 0), pen)
    low, high, nothing = chart.positions(0.5, [-9.0, 7.0, -np.inf])[:, 1]
    assert low == nothing == chart.plot.bottom
    assert high == pytest.approx(chart.plot.top)


def test_another_scale_may_stand_in(pen: Pen) -> None:
    chart = Chart(REGION, Linear(0, 1), Linear(0, 1), pen)
    at = chart.positions([0.0], [-2.0], Logarithmic(-4, 0))
    assert at[0, 1] == pytest.approx(chart.plot.center[1])


@pytest.mark.parametrize(
    "y",
    [
        Linear(0, 0.45),
        Linear(0, 3e7, 4),
        Linear(-2e-6, 2e-6),
        Logarithmic(-602, 3),
        Linear(0, 1, 0),
    ],
)
@pytest.mark.parametrize("names", [("epoch", "loss"), ("", "")])
def test_ticks_and_names_stay_in_the_region(y, names: tuple[str, str], pen: Pen) -> None:
    chart = Chart(REGION, Linear(0, 30, 6), y, pen, x_name=names[0], y_name=names[1])
    assert REGION.holds(chart, OVERHANG)
    assert boxes_apart(inks_of(chart))
    said = [ink.plain for ink in inks_of(chart)]
    assert [name in said for name in names if name] == [True] * sum(map(bool, names))
    for label, (at, figure) in zip(chart.x_labels, chart.x_scale.ticks(), strict=True):
        assert label.plain == figure.plain
        assert label.get_x() == pytest.approx(chart.positions(at, 0.0)[0])


def test_the_name_of_y_stands_above_the_plot(pen: Pen) -> None:
    chart = Chart(REGION, Linear(0, 1), Linear(0, 1), pen, y_name="share of units")
    (name,) = chart.y_name
    assert name.get_bottom()[1] > chart.plot.top
    assert name.baseline == chart.name_baseline
    assert name.get_left()[0] == pytest.approx(REGION.left)


def test_room_at_the_left_lines_charts_up(pen: Pen) -> None:
    upper, lower = (
        Chart(REGION, Linear(0, 1), y, pen, left=1.5, x_name="layer")
        for y in (Linear(0, 1e9), Linear(0, 1))
    )
    assert upper.plot.left == lower.plot.left == REGION.left + 1.5


def test_changing_the_axis_keeps_its_place(pen: Pen) -> None:
    chart = Chart(REGION, Linear(0, 1), Linear(0, 1), pen, left=1.25)
    other = chart.axis_for(Logarithmic(-6, 0))
    assert {ink.plain for ink in inks_of(other)} == {"1", *(f"10⁻{n}" for n in "²⁴⁶")}
    assert REGION.holds(other, OVERHANG)


# The gradient profile


def gradient_chart(log10: np.ndarray, pen: Pen, region: Region = REGION) -> GradientChart:
    return GradientChart(
        region,
        log10,
        covering(log10),
        pen,
        y_name="gradient at each layer",
        names=("signal[1]", f"signal[{len(log10)}]"),
        left=1.25,
    )


PROFILES = {
    "two": np.array([-0.5, 0.0]),
    "vanishing": np.linspace(-5.4, 0.2, 9),
    "exploding": np.linspace(6.3, 0.2, 9),
    "flat": np.full(9, -0.3),
    "deep": np.linspace(-38.0, 0.1, 60),
    "deepest": np.linspace(-690.0, 0.1, 1000),
    "exploding beyond floats": np.linspace(690.0, 0.0, 1000),
    "partly zero": np.array([-np.inf, -np.inf, -400.0, -200.0, 0.0]),
    "all zero": np.full(5, -np.inf),
}


@pytest.mark.parametrize("log10", PROFILES.values(), ids=PROFILES)
def test_a_profile_of_any_size_fits(log10: np.ndarray, pen: Pen) -> None:
    chart = gradient_chart(log10, pen)
    assert REGION.holds(chart, OVERHANG)
    assert boxes_apart(inks_of(chart))
    linear, log = chart.to_log()
    for part in (linear, log, chart.bars, chart.dots, chart.line, chart.end_labels):
        if len(part.get_all_points()):
            assert REGION.holds(part, slack=0.1)
    assert REGION.holds(chart.end_labels)
    assert boxes_apart([*inks_of(chart), *chart.end_labels])
    for ink in chart.end_labels:
        assert ink.get_bottom()[1] >= chart.plot.bottom or ink.get_left()[0] > chart.plot.right


@pytest.mark.parametrize("log10", PROFILES.values(), ids=PROFILES)
def test_bars_are_as_tall_as_their_layers_share(log10: np.ndarray, pen: Pen) -> None:
    chart = gradient_chart(log10, pen)
    assert len(chart.bars) == len(log10)
    heights = np.array([bar.height for bar in chart.bars])
    finite = np.isfinite(log10)
    largest = log10[finite].max() if finite.any() else 0.0
    expected = 10 ** (log10 - largest) * chart.plot.height / 1.08
    assert heights == pytest.approx(np.maximum(expected, 1e-3), abs=1e-6)
    for left, right in pairwise(chart.bars):
        assert left.get_right()[0] < right.get_left()[0]


def test_points_lie_at_their_logarithm(pen: Pen) -> None:
    chart = gradient_chart(PROFILES["vanishing"], pen)
    heights = np.array([dot.get_y() for dot in chart.dots])
    shares = (PROFILES["vanishing"] - chart.decades.low) / (chart.decades.high - chart.decades.low)
    assert heights == pytest.approx(chart.plot.bottom + shares * chart.plot.height)
    assert len(gradient_chart(PROFILES["deep"], pen).dots) == 0


def test_a_layer_stands_above_its_number(pen: Pen) -> None:
    chart = gradient_chart(PROFILES["vanishing"], pen)
    at = {label.plain: label.get_x() for label in chart.x_labels}
    assert [bar.get_x() for bar in chart.bars] == pytest.approx([at[str(n)] for n in range(1, 10)])


def test_the_ends_are_labelled_with_what_was_measured(pen: Pen) -> None:
    chart = gradient_chart(PROFILES["deepest"], pen)
    (first,), (last,) = (label.figures for label in chart.end_labels)
    assert (first.name, first.log10, first.plain) == ("signal[1]", -690.0, "1.00 × 10⁻⁶⁹⁰")
    assert (last.name, last.plain) == ("signal[1000]", "1.26")
    zero = gradient_chart(PROFILES["partly zero"], pen).end_labels[0]
    assert zero.plain == "0 exactly"


def test_a_bound_is_drawn_as_far_as_the_axis_reaches(pen: Pen) -> None:
    chart = gradient_chart(np.linspace(-2.0, 0.0, 9), pen)
    steep = chart.bound(np.linspace(-40.0, 0.0, 9))
    assert steep.get_bottom()[1] == pytest.approx(chart.plot.bottom, abs=0.05)
    crossing = chart.positions(1 + 8 * (40 + chart.decades.low) / 40, 0.0)[0]
    assert steep.get_left()[0] == pytest.approx(crossing, abs=0.02)
    whole = chart.bound(np.linspace(-1.0, 0.0, 9))
    assert whole.get_left()[0] == pytest.approx(chart.bars[0].get_x(), abs=0.02)


def test_a_bound_above_the_axis_enters_at_the_top(pen: Pen) -> None:
    chart = gradient_chart(np.full(9, 0.0), pen)
    line = chart.bound(np.linspace(30.0, 0.0, 9))
    assert line.get_top()[1] <= chart.plot.top + 0.05


@pytest.mark.parametrize("log10", PROFILES.values(), ids=PROFILES)
def test_lines_stay_on_the_plot(log10: np.ndarray, pen: Pen) -> None:
    chart = gradient_chart(log10, pen)
    lines = (chart.theory(log10 - 3), chart.contrast(log10 + 5), chart.band(log10 - 9, log10 + 1))
    for line in lines:
        assert chart.plot.holds(line)


# Histogram, activations and curves

EDGES = np.linspace(-12, 12, 25)
SATURATED = np.abs(np.concatenate([[-12.5], EDGES[:-1] + 0.5, [12.5]])) > 4.58


def histogram(pen: Pen) -> Histogram:
    return Histogram(REGION, Linear(-13, 13, 6), EDGES, SATURATED, 0.3, pen, left=1.0)


def test_a_bar_is_as_tall_as_its_share(pen: Pen) -> None:
    chart = histogram(pen)
    shares = np.random.default_rng(0).dirichlet(np.ones(26))
    chart.fill(shares)
    healthy, saturated, hatched = chart.bars
    assert len(healthy.get_subpaths()) == (~SATURATED).sum()
    assert len(saturated.get_subpaths()) == SATURATED.sum()
    for path, chosen in ((healthy, ~SATURATED), (saturated, SATURATED)):
        sizes = np.array([np.ptp(part, axis=0)[:2] for part in path.get_subpaths()])
        assert sizes[:, 0] == pytest.approx(sizes[0, 0])  # so areas follow shares too
        expected = shares[chosen] / 0.33 * chart.plot.height
        assert sizes[:, 1] == pytest.approx(np.clip(expected, 1e-3, chart.plot.height))
        centers = [np.mean([part.min(axis=0)[0], part.max(axis=0)[0]]) for part in _arrays(path)]
        middles = np.arange(-12.5, 13)[chosen]
        assert centers == pytest.approx(chart.positions(middles, 0.0)[:, 0])
    colors = (healthy.get_fill_color(), saturated.get_fill_color(), hatched.get_stroke_color())
    theme = pen.theme
    assert [color.to_hex() for color in colors] == [theme.healthy, theme.saturated, theme.saturated]


def _arrays(path) -> list[np.ndarray]:
    return [np.asarray(part) for part in path.get_subpaths()]


def test_saturated_bins_are_hatched_and_no_others(pen: Pen) -> None:
    chart = histogram(pen)
    shares = np.full(26, 1 / 26)
    chart.fill(shares)
    border = chart.positions(4.0, 0.0)[0], chart.positions(-4.0, 0.0)[0]
    x = chart.bars[2].points[:, 0]
    assert ((x > border[0] - 0.5) | (x < border[1] + 0.5)).all()
    assert x.max() > chart.positions(12.0, 0.0)[0]
    assert x.min() < chart.positions(-12.0, 0.0)[0]
    assert chart.plot.holds(chart.bars)


def test_an_empty_bin_has_no_bar_and_filling_again_replaces(pen: Pen) -> None:
    chart = histogram(pen)
    one = np.zeros(26)
    one[13] = 1.0
    for shares in (np.full(26, 1 / 26), one):
        chart.fill(shares)
    healthy, saturated, hatched = chart.bars
    assert len(healthy.get_subpaths()) == 1
    assert len(saturated.points) == len(hatched.points) == 0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_unit_lies_on_both_curves(name: str, pen: Pen) -> None:
    f = ACTIVATIONS[name]
    regions = Region(-6, 2, 0.2, 2.6), Region(-6, 2, -2.6, -0.1)
    charts = ActivationCharts(
        regions,
        13.0,
        (f.f, f.slope),
        ("f(z)", "f'(z)"),
        pen,
        bound=f.max_slope,
        borders=(-4.58, 4.58),
        bottom=-2.0,
        left=1.0,
        ticks=True,
    )
    for chart, region in zip(charts.charts, regions, strict=True):
        assert region.holds(chart, OVERHANG)
    assert boxes_apart(inks_of(charts))
    for z in (-12.0, 0.0, 7.5):
        line, on_f, on_slope = charts.place_marker(z)
        places = on_f.get_center(), on_slope.get_center()
        for chart, function, place in zip(charts.charts, (f.f, f.slope), places, strict=True):
            assert place == pytest.approx(chart.positions(z, function(np.array([z]))[0]))
            assert chart.plot.holds(line) or chart.plot.left <= place[0] <= chart.plot.right
        assert line.get_start() == pytest.approx(places[0])
        assert line.get_end() == pytest.approx(places[1])
    top = charts.charts[1].positions(0.0, f.max_slope)[1]
    assert charts.bound.get_center()[1] == pytest.approx(top)
    assert [b.get_x() for b in charts.borders] == pytest.approx(
        charts.charts[0].positions([-4.58, 4.58], 0.0)[:, 0]
    )


@pytest.mark.parametrize("values", [[3.4, 3.3, 3.26], [0.0, 0.0], [1e9, 0.5], [1e-9, 1e-10]])
def test_a_curve_starts_at_epoch_0_and_stays_on_the_plot(values: list[float], pen: Pen) -> None:
    epochs = len(values) - 1
    chart = CurveChart(REGION, epochs, max(values), pen, y_name="loss")
    assert REGION.holds(chart, OVERHANG)
    line = chart.curve(values, pen.theme.ink)[1]
    assert chart.plot.holds(line)
    assert line.get_start() == pytest.approx(chart.positions(0, values[0]))
    assert line.get_end() == pytest.approx(chart.positions(epochs, values[-1]))


@pytest.mark.parametrize(
    "values", [(1.0, 9.0), (9.0, 1.0), (5.0, 5.0), (0.0, 0.0), (10.0, 10.0), (4.9, 5.1)]
)
def test_names_at_the_ends_of_curves_stand_apart_and_in_order(
    pen: Pen, values: tuple[float, float]
) -> None:
    chart = Chart(REGION, Linear(0, 1), Linear(0, 10), pen, right=2.0)
    names = [pen.label("one run"), pen.label("another")]
    chart.name_ends(names, values)
    assert boxes_apart(names)
    assert all(REGION.holds(name, slack=OVERHANG) for name in names)
    heights = [name.get_center()[1] for name in names]
    if values[0] != values[1]:
        assert (heights[0] < heights[1]) == (values[0] < values[1])


@pytest.mark.parametrize("count", [1, 8, 300])
def test_spans_reach_from_low_to_high(pen: Pen, count: int) -> None:
    chart = Chart(REGION, Linear(0, count + 1), Linear(0, 10), pen)
    low, high = np.full(count, 2.0), np.linspace(3, 9, count)
    spans = chart.spans(low, high, pen.theme.ink)
    first, last = chart.positions(1, 2.0), chart.positions(count, high[-1])
    assert spans.get_corner([-1, -1, 0])[:2] == pytest.approx(first[:2])
    assert spans.get_corner([1, 1, 0])[:2] == pytest.approx(last[:2])
