"""What compares networks: marked series, a table of them, all their units, counts, functions."""

import manim as mn
import numpy as np
import pytest

from scenes.kit.charts.chart import Chart, level
from scenes.kit.charts.function_chart import FunctionChart
from scenes.kit.charts.scales import Layers, Linear
from scenes.kit.charts.series import MOST_MARKS, SHAPES, Style, marked, series
from scenes.kit.layout import STAGE, Region
from scenes.kit.parts.count_chart import CountChart
from scenes.kit.parts.scoreboard import Scoreboard
from scenes.kit.parts.unit_map import MOST_CELLS, MOST_COLUMNS, UnitMap, layers_a_column
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import count, measured, sentence

LEFT, RIGHT = STAGE.columns(0.5, 0.5)
PLACES = np.stack([np.linspace(-3, 3, 5), np.linspace(0, 2, 5), np.zeros(5)], axis=-1)


@pytest.mark.parametrize("points", [1, 2, MOST_MARKS, MOST_MARKS + 1, 1000])
def test_marks_are_few_and_hold_both_ends(points: int) -> None:
    places = marked(points)
    assert places[0] == 0
    assert places[-1] == points - 1
    assert len(set(places)) == len(places) <= MOST_MARKS


@pytest.mark.parametrize("shape", SHAPES)
def test_a_series_has_its_marks_on_its_points(shape: str) -> None:
    line, marks = series(PLACES, Style("#009E73", shape), "#000000")
    centers = [mark.get_center() for mark in marks]
    np.testing.assert_allclose(centers, PLACES, atol=1e-9)
    assert line.get_left()[0] == pytest.approx(-3)


def table(pen: Pen) -> Scoreboard:
    styles = [Style(pen.theme.contrast, "dot"), Style(pen.theme.other, "ring")]
    names = ("sigmoid + normal", "tanh + Xavier")
    rows = [(sentence(name), style) for name, style in zip(names, styles, strict=True)]
    return Scoreboard(STAGE, rows, 3, pen)


def test_a_table_has_its_numbers_beside_their_names(pen: Pen) -> None:
    board = table(pen)
    column = board.column(1, "loss", [measured("loss", 3.25), None], "overflow")
    corner = board.corner(sentence("theory dashed"))
    heading, first, missing = column
    assert isinstance(first, Typeset)
    assert isinstance(missing, Typeset)
    assert (first.plain, missing.plain) == ("3.25", "overflow")
    assert first.baseline == pytest.approx(board.names[0][1].baseline)
    assert missing.baseline == pytest.approx(board.names[1][1].baseline)
    assert heading.baseline == pytest.approx(corner.baseline)
    assert board.names.get_right()[0] < column.get_left()[0]
    assert STAGE.top - board.get_bottom()[1] <= Scoreboard.room(2)


def boxes(path: mn.VMobject) -> int:
    return len(path.get_subpaths())


def test_every_unit_is_a_cell_and_the_dead_lie_at_the_bottom(pen: Pen) -> None:
    units = (30, 7, 12)
    chart = UnitMap(LEFT, units, pen, name="units")
    assert boxes(chart.alive) == sum(units)
    assert boxes(chart.dead) == 0
    chart.fill([3, 0, 12])
    assert boxes(chart.dead) == 15
    assert boxes(chart.alive) == sum(units) - 15
    assert chart.dead.get_bottom()[1] < chart.alive.get_bottom()[1] + 0.1
    first = [p for p in chart.alive.get_subpaths() if p[0][0] < chart.positions(1.5, 0.0)[0]]
    assert len(first) == 27
    assert min(p[:, 1].min() for p in first) > chart.plot.bottom + 3 / 30 * chart.plot.height
    assert LEFT.holds(chart)


def test_wide_layers_are_bars_of_the_share(pen: Pen) -> None:
    chart = UnitMap(LEFT, (1000, MOST_CELLS + 1), pen, name="units")
    assert not chart.is_celled
    chart.fill([250, 0])
    height = chart.dead.get_top()[1] - chart.dead.get_bottom()[1]
    assert height == pytest.approx(0.25 * chart.plot.height)
    assert boxes(chart.dead) == 1
    assert boxes(chart.alive) == 2
    chart.fill([1000, MOST_CELLS + 1])
    assert boxes(chart.alive) == 0


@pytest.mark.parametrize("layers", [1, MOST_COLUMNS, MOST_COLUMNS + 1, 999, 1999])
def test_a_deep_network_has_columns_of_some_layers_each(layers: int, pen: Pen) -> None:
    chart = UnitMap(LEFT, (10,) * layers, pen, name="units")
    each = layers_a_column(layers)
    columns = -(-layers // each)
    assert columns <= MOST_COLUMNS
    dead = np.zeros(layers)
    dead[-1] = 10
    chart.fill(dead)
    last = layers - each * (columns - 1)
    share = 1 / last
    height = chart.dead.get_top()[1] - chart.dead.get_bottom()[1]
    if not chart.is_celled:
        assert height == pytest.approx(share * chart.plot.height)
    assert boxes(chart.dead) == (10 if chart.is_celled else 1)
    assert chart.dead.get_right()[0] <= chart.plot.right


def test_units_die_one_after_the_other(pen: Pen) -> None:
    chart = UnitMap(LEFT, (10, 10), pen, name="units")
    chart.fill([2, 0])
    change = chart.change_to([6, 4])
    change.begin()
    change.interpolate_mobject(0.5)
    assert boxes(chart.dead) == 4 + 2
    change.finish()
    assert boxes(chart.dead) == 10


def test_counts_over_factors(pen: Pen) -> None:
    chart = CountChart(
        LEFT, (1, 2, 10, 20), 40, pen.theme.saturated, pen, x_name="rate", y_name="dead"
    )
    assert [label.plain for label in chart.x_labels] == ["1", "10"]
    marks = [chart.mark(number) for number in (0, 3, 20, 40)]
    heights = [mark.get_center()[1] for mark in marks]
    steps = np.diff(heights) / np.diff([0, 3, 20, 40])
    np.testing.assert_allclose(steps, steps[0])
    assert marks[2].get_center()[0] - marks[0].get_center()[0] == pytest.approx(
        marks[3].get_center()[0] - marks[1].get_center()[0]
    )
    line, area = chart.line(), chart.range([0, 0, 5, 10], [2, 9, 30, 40])
    assert list(chart.drawn[:2]) == [area, line]
    assert LEFT.holds(chart)


def test_a_single_count_has_a_range_too(pen: Pen) -> None:
    chart = CountChart(LEFT, (1,), 0, pen.theme.saturated, pen, x_name="rate", y_name="dead")
    chart.mark(0)
    assert chart.line().height == pytest.approx(0)
    assert chart.range([1], [3]).height > 0.1


def test_functions_share_their_axes(pen: Pen) -> None:
    functions = [(np.tanh, pen.theme.other), (np.abs, pen.theme.healthy)]
    chart = FunctionChart(LEFT, 3.0, functions, pen, x_name="z", y_name="f")
    tanh, absolute = chart.curves
    middle = chart.positions(0.0, 0.0)
    assert absolute.get_bottom()[1] == pytest.approx(middle[1], abs=1e-2)
    assert tanh.get_center()[1] == pytest.approx(middle[1], abs=1e-6)
    assert absolute.get_top()[1] == pytest.approx(chart.positions(3.0, 3.0)[1])


def test_names_stand_on_one_line(pen: Pen) -> None:
    names = ("no tails", "gypsy")
    charts = [
        Chart(region, Layers(3), Linear(0, 1), pen, x_name="layer", y_name=name)
        for region, name in zip((LEFT, RIGHT), names, strict=True)
    ]
    assert charts[0].name_baseline != charts[1].name_baseline
    level(*charts)
    assert charts[0].name_baseline == pytest.approx(charts[1].name_baseline)


def test_a_small_region_is_still_a_map(pen: Pen) -> None:
    chart = UnitMap(Region(0, 3, 0, 2), (1,), pen, name=sentence("{n}", n=count("n", 1)))
    chart.fill([1])
    assert boxes(chart.dead) == 1
