"""Fixed numbers, counting numbers, and legends."""

from collections.abc import Iterator
from itertools import pairwise

import manim as mn
import numpy as np
import pytest

from scenes.kit.charts.legend import ColorBar, Legend
from scenes.kit.charts.readout import Product, Readouts, Rows
from scenes.kit.layout import Region
from scenes.kit.live_number import STEPS_PER_SECOND, LiveNumber
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, count, magnitude, measured, power_tick, sentence

REGION = Region(3.6, 6.6, -2.9, 2.6)


class Counter:
    """A figure that grows with every reading."""

    def __init__(self, values: Iterator[float]) -> None:
        self.values = iter(values)
        self.readings = 0

    def __call__(self) -> Figure:
        self.readings += 1
        return measured("x", next(self.values))


def live(pen: Pen, read) -> LiveNumber:
    return LiveNumber(pen, read, left=1.0, baseline=0.5, color="#FFFFFF", size=40)


@pytest.mark.parametrize("frame_rate", [15, 30, 60])
def test_a_number_steps_at_most_ten_times_a_second(frame_rate: int, pen: Pen) -> None:
    counter = Counter(range(1, 10_000))
    number = live(pen, counter)
    number.start()
    for _ in range(2 * frame_rate):
        number.update(1 / frame_rate)
    assert STEPS_PER_SECOND == 10
    assert counter.readings - 1 <= 20
    assert counter.readings - 1 >= 14


def test_a_number_counts_only_between_start_and_settle(pen: Pen) -> None:
    counter = Counter(range(1, 100))
    number = live(pen, counter)
    number.update(1.0)
    assert counter.readings == 1
    number.start()
    number.update(1.0)
    number.settle()
    assert counter.readings == 3
    number.update(1.0)
    assert counter.readings == 3
    assert number[0].plain == "3.00"


def test_draining_gives_every_figure_and_keeps_the_one_on_screen(pen: Pen) -> None:
    number = live(pen, Counter([1.0, 2.0, 2.0001, 3.0]))
    number.start()
    for _ in range(3):
        number.update(0.1)
    assert [figure.plain for figure in number.drain()] == ["1.00", "2.00", "3.00"]
    assert [figure.plain for figure in number.drain()] == ["3.00"]


def test_a_number_that_reads_the_same_is_not_set_again(pen: Pen) -> None:
    number = live(pen, Counter([1.0, 1.0001]))
    (ink,) = number
    number.settle()
    assert number[0] is ink


@pytest.mark.parametrize(("side", "edge"), [(mn.LEFT, "get_left"), (mn.RIGHT, "get_right")])
def test_a_number_keeps_its_side_and_its_baseline(side: np.ndarray, edge: str, pen: Pen) -> None:
    read = Counter([1.0, 8.14e5])
    number = LiveNumber(pen, read, left=1.0, side=side, baseline=0.5, color="#FFFFFF", size=40)
    (ink,) = number
    first = ink.copy()
    number.settle()
    assert first.width < ink.width
    # Manim draws what it listed when a play began: another mobject would leave this one behind.
    assert number[0] is ink
    for shown in (first, ink):
        assert getattr(shown, edge)()[0] == pytest.approx(1.0)
        assert shown.baseline == pytest.approx(0.5)


def apart(upper: mn.Mobject, lower: mn.Mobject) -> bool:
    return bool(upper.get_bottom()[1] > lower.get_top()[1])


def test_readouts_fill_their_region_from_the_top(pen: Pen) -> None:
    column = Readouts(REGION, pen)
    entries = [column.entry(f"name {n}", measured(n, 8.14e5), "#FFFFFF") for n in ("a", "b", "c")]
    number = column.live("live", lambda: measured("d", 0.5), "#FFFFFF")
    assert REGION.holds(column)
    rows = [*entries, number]
    for upper, lower in pairwise(rows):
        assert apart(upper, lower)
    for label, value in entries:
        assert apart(label, value)
        assert label.get_left()[0] == pytest.approx(REGION.left)
        assert value.get_left()[0] == pytest.approx(REGION.left)
    assert number in column.submobjects


def test_a_product_reads_as_an_equation(pen: Pen) -> None:
    region = Region(-6.6, 3.0, -2.9, 0.7)
    figures = [measured("a", 2.31e-7), measured("b", 1.62), measured("c", 1.11)]
    product = Product(region, [(f, f"times {f.name}", "#FFFFFF") for f in figures], pen)
    assert region.holds(product)
    assert [sign.plain for sign in product.signs] == ["=", "×"]
    values = [term[0] for term in product.terms]
    assert [value.plain for value in values] == [figure.plain for figure in figures]
    assert len({round(value.baseline, 6) for value in values}) == 1
    row = [values[0], product.signs[0], values[1], product.signs[1], values[2]]
    for left, right in pairwise(row):
        assert left.get_right()[0] < right.get_left()[0]
    for value, label in product.terms:
        assert apart(value, label)


STYLES = ("line", "band", "dots", "dot", "ring", "dashed", "dotted")


def test_entries_of_a_key_stay_inside_and_apart(pen: Pen) -> None:
    region = Region(4.0, 6.6, -1.5, 2.6)
    legend = Legend(region, pen)
    words = sentence("{n} draws, a rather long name of a band", n=count("seeds", 200))
    entries = [legend.entry(words if s == "band" else s, s, "#FFFFFF") for s in STYLES]
    assert region.holds(legend, slack=0.06)
    for upper, lower in pairwise(entries):
        assert apart(upper, lower)
    for sample, label in entries:
        assert sample.get_right()[0] < label.get_left()[0]
        assert sample.get_left()[0] >= region.left - 0.05
        assert label.font_size >= SMALL


def test_a_colour_bar_shows_the_ends_of_its_range(pen: Pen, theme) -> None:
    region = Region(4.0, 6.6, 1.0, 2.6)
    bar = ColorBar(region, np.array([-np.inf, -5.0, -2.0, 0.0]), Pen(theme))
    assert region.holds(bar, slack=0.02)
    title, cells, low, high = bar
    assert (low.plain, high.plain) == ("1.00 × 10⁻⁵", "1.00")
    assert low.get_right()[0] < high.get_left()[0]
    assert apart(title, cells)
    assert apart(cells, low)
    ends = [cells[at].get_fill_color() for at in (0, -1)]
    assert ends == [theme.magnitude(0.5 / len(cells)), theme.magnitude(1 - 0.5 / len(cells))]


def test_a_colour_bar_of_nothing_has_no_ends(pen: Pen) -> None:
    bar = ColorBar(REGION, np.full(3, -np.inf), pen)
    assert [member.plain for member in bar if isinstance(member, Typeset)] == [
        "gradient, by colour"
    ]


def test_a_colour_bar_may_say_what_its_ends_are(pen: Pen) -> None:
    ends = (sentence("{p} or less", p=power_tick(-4)), sentence("{p}", p=power_tick(-1)))
    bar = ColorBar(REGION, np.zeros(1), pen, title="update:weight", ends=ends)
    words = [member.plain for member in bar if isinstance(member, Typeset)]
    assert words == ["update:weight", "10⁻⁴ or less", "10⁻¹"]


def test_rows_stand_inside_below_each_other(pen: Pen) -> None:
    region = Region(-6.6, -1.5, -3.0, -0.8)
    rows = Rows(region, "update:weight of the first layer", pen)
    for depth, log10 in ((2, -1.5), (9, -5.7), (1000, -np.inf)):
        name = sentence("{d} layers", d=count("depth", depth))
        label, value = rows.entry(name, magnitude("speed", log10), "#FFFFFF")
        assert label.get_right()[0] < value.get_left()[0]
        assert label.baseline == pytest.approx(value.baseline)
    assert region.holds(rows, slack=0.02)
    assert all(apart(upper, lower) for upper, lower in pairwise(rows))
