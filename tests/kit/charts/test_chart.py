"""Charts: positions of data, and labels where there is room for them."""

import numpy as np
import pytest

from scenes.kit.charts.chart import Chart
from scenes.kit.charts.scales import Linear, Logarithmic
from scenes.kit.layout import GAP, Region
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
