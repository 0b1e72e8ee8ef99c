"""Columns of draws share their axes; an empty column has a word instead."""

from itertools import pairwise

import numpy as np
import pytest

from scenes.kit.layout import GAP, STAGE
from scenes.kit.parts.draw_columns import Column, DrawColumns
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import count, index, sentence

OVERHANG = GAP / 2
"""By how much half a label of the outermost tick may reach into the margin."""
EDGES = np.linspace(-12, 12, 13)
MARKED = np.abs(np.linspace(-13, 13, 14)) > 4.6


def column(number: int, log10: np.ndarray) -> Column:
    shares = np.zeros(14)
    shares[[0, 6]] = 0.1 * number, 1 - 0.1 * number
    heading = sentence("gain {g}", g=count("gain", number))
    return Column(heading, sentence("beyond"), shares, sentence("full"), log10, sentence("falls"))


def columns(pen: Pen, depth: int, *, tall: bool = False) -> DrawColumns:
    profiles = (np.linspace(-5, 0, depth), np.linspace(2, 0, depth))
    both = [column(number, profile) for number, profile in enumerate(profiles, start=1)]
    return DrawColumns(STAGE, both, EDGES, MARKED, depth, pen, tall=tall)


def test_the_same_gradient_stands_as_high_in_every_column(pen: Pen) -> None:
    first, second = columns(pen, 9).profiles
    ends = [line[-1].get_center()[1] for line in (first, second)]
    assert ends[0] == pytest.approx(ends[1])
    starts = [line[2].get_center()[1] for line in (first, second)]
    assert starts[1] > starts[0]


@pytest.mark.parametrize("depth", [2, 9, 10, 14, 15, 1000])
def test_any_depth_keeps_its_numbers_apart_and_on_the_stage(pen: Pen, depth: int) -> None:
    picture = columns(pen, depth)
    assert STAGE.holds(picture, OVERHANG)
    inks = [m for m in picture.lower.get_family() if isinstance(m, Typeset)]
    row = sorted(
        (i for i in inks if i.plain.replace(",", "").isdigit()),
        key=lambda i: float(i.get_center()[0]),
    )
    layers = [i for i in row if abs(i.baseline - row[-1].baseline) < 0.01]
    assert {i.plain for i in layers} >= {"1", index(depth).plain}
    for a, b in pairwise(layers):
        assert b.get_left()[0] > a.get_right()[0]


def test_tall_columns_have_no_profiles(pen: Pen) -> None:
    tall, both = columns(pen, 9, tall=True), columns(pen, 9)
    assert len(tall.profiles) == len(tall.lower) == 0
    assert tall.bars.height > 1.5 * both.bars.height
    # One turns into the other: as many parts in the same order.
    assert len(tall.upper) == len(both.upper)
    assert len(tall.bars) == len(both.bars) == 2


def test_where_there_is_nothing_to_draw_it_says_so(pen: Pen) -> None:
    missing = Column(sentence("gain"))
    picture = DrawColumns(STAGE, [missing, column(1, np.zeros(3))], EDGES, MARKED, 3, pen)
    words = [part.plain for part in (picture.bars[0], picture.profiles[0])]
    assert words == ["overflow", "overflow"]
    assert len(picture.factors) == len(picture.saturated) == 1
