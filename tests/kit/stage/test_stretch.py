"""A network of two layers stretches into a deep one, and a network grows out of a word."""

import numpy as np
import pytest

from scenes.kit.layout import STAGE
from scenes.kit.stage.emerge import Emerge, Submerge
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.stretch import Stretch
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.dives import played
from tests.kit.pictures.listings import listing

SMALL = STAGE.inset(left=3, right=3)


def look_of(network: NetworkStage) -> list[np.ndarray]:
    return [member.points.copy() for member in network.get_family() if len(member.points)]


@pytest.mark.parametrize("depth", [3, 9, 40])
def test_it_begins_where_the_shallow_one_stands_and_ends_as_the_deep_one(
    depth: int, pen: Pen
) -> None:
    shallow = NetworkStage(SMALL, (64, 30, 10), pen)
    deep = NetworkStage(STAGE, (64, *[30] * (depth - 1), 10), pen)
    before = look_of(deep)
    move = Stretch(shallow, deep)
    move.begin()
    assert deep.columns[0].x == pytest.approx(shallow.columns[0].x)
    assert deep.columns[depth].x == pytest.approx(shallow.columns[2].x)
    assert deep.columns[depth - 1].x == pytest.approx(shallow.columns[1].x, abs=0.1)
    assert deep.columns[depth].radius == pytest.approx(shallow.columns[1].radius)
    assert all(np.isfinite(points).all() for points in look_of(deep))
    move.interpolate(1.0)
    move.finish()
    for old, new in zip(before, look_of(deep), strict=True):
        np.testing.assert_allclose(new, old, atol=1e-9)


def test_edges_between_new_columns_come_in_late(pen: Pen) -> None:
    shallow = NetworkStage(SMALL, (64, 30, 10), pen)
    deep = NetworkStage(STAGE, (64, *[30] * 8, 10), pen)
    full = float(deep.edges[5].get_stroke_opacity())
    move = Stretch(shallow, deep)
    played(move, 0.0)
    assert deep.edges[5].get_stroke_opacity() == 0
    assert deep.edges[1].get_stroke_opacity() == full
    move.interpolate(1.0)
    assert deep.edges[5].get_stroke_opacity() == pytest.approx(full)


def test_a_network_grows_out_of_a_word(pen: Pen) -> None:
    left, right = STAGE.columns(0.5, 0.5)
    word = listing(left, pen).words[1]
    network = NetworkStage(right, (64, 30, 10), pen)
    before = look_of(network)
    grow = Emerge(network, word)
    grow.begin()
    np.testing.assert_allclose(network.get_center(), word.get_center(), atol=1e-6)
    assert network.width <= word.width + 1e-6
    assert network.height <= word.height + 1e-6
    grow.interpolate(1.0)
    for old, new in zip(before, look_of(network), strict=True):
        np.testing.assert_allclose(new, old, atol=1e-9)


def test_a_network_shrinks_into_a_word_and_leaves(pen: Pen) -> None:
    left, right = STAGE.columns(0.5, 0.5)
    word = listing(left, pen).words[1]
    network = NetworkStage(right, (64, 30, 10), pen)
    before = look_of(network)
    shrink = Submerge(network, word)
    shrink.begin()
    for old, new in zip(before, look_of(network), strict=True):
        np.testing.assert_allclose(new, old, atol=1e-9)
    shrink.interpolate(1.0)
    np.testing.assert_allclose(network.get_center(), word.get_center(), atol=1e-6)
    assert network.width <= word.width + 1e-6
    assert shrink.is_remover()
    assert not shrink.is_introducer()
