"""Dots of a heap lie in their bins, whatever the values and however many there are."""

import numpy as np
import pytest

from scenes.kit.layout import Region
from scenes.kit.stage.heap import Heap
from scenes.kit.type.typesetting import Pen

REGION = Region(0.0, 4.0, -1.0, 2.0)
EDGES = np.array([-3.0, -2.0, -1.0, 0.0])


def heap(pen: Pen, count: int) -> Heap:
    return Heap(REGION, EDGES, count, {}, "slope", pen)


@pytest.mark.parametrize("count", [1, 2, 9, 30, 400])
def test_all_dots_fit_into_one_bin(count: int, pen: Pen) -> None:
    drawn = heap(pen, count)
    places = drawn.at(drawn.stacked(np.full(count, -1.5)))
    low, high = 4 / 3, 8 / 3
    assert places[:, 0].min() - drawn.radius >= low
    assert places[:, 0].max() + drawn.radius <= high
    assert places[:, 1].min() - drawn.radius >= drawn.axis.points[0][1]
    assert places[:, 1].max() + drawn.radius <= REGION.top + 1e-9
    apart = np.linalg.norm(places[:, None] - places, axis=-1)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() >= 2 * drawn.radius


def test_values_beyond_the_edges_lie_in_the_outer_bins(pen: Pen) -> None:
    values = np.array([-np.inf, -400.0, -3.0, -2.0, -0.5, 0.0, 7.0, np.inf])
    bins = np.floor(heap(pen, 8).stacked(values)[:, 0]).astype(int)
    assert bins.tolist() == [0, 0, 0, 1, 2, 2, 2, 2]


def test_a_moving_heap_is_exact_at_its_ends(pen: Pen) -> None:
    drawn = heap(pen, 50)
    values = np.random.default_rng(1).normal(-1, 1, size=50)
    way = drawn.moving(lambda part: values - 2 * part)
    assert way(0.0) == pytest.approx(drawn.stacked(values))
    assert way(1.0) == pytest.approx(drawn.stacked(values - 2))
