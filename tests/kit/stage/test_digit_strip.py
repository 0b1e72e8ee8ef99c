"""Cells are as bright as the features are large, and fly to the nodes that they belong to."""

import numpy as np
import pytest

from scenes.kit.layout import Region, point
from scenes.kit.stage.digit_strip import LEVELS, FeatureStrip
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.dives import played

REGION = Region(-6.0, -3.0, -1.5, 1.5)
PIXELS = np.arange(64.0)
NODES = np.array([point(3.0, 2.0 - 0.5 * k) for k in range(9)])


def cells(path) -> int:
    return len(path.points) // 16


def centers(path) -> np.ndarray:
    return path.points.reshape(-1, 16, 3)[:, ::4].mean(axis=1)


@pytest.mark.parametrize(("count", "square"), [(64, True), (2, False), (1, False), (4096, True)])
def test_every_feature_has_one_cell_in_the_region(pen: Pen, count: int, square: bool) -> None:
    strip = FeatureStrip(REGION, np.arange(float(count)), pen, square=square)
    assert sum(cells(path) for path in strip.cells) == count
    assert len(strip.cells) == LEVELS
    assert REGION.holds(strip)
    if square and count == 64:
        assert strip.centers[0] == pytest.approx(
            strip.centers[8] + [0, strip.centers[0, 1] * 2 / 7, 0]
        )


def test_its_cells_have_one_side(pen: Pen) -> None:
    strip = FeatureStrip(REGION, PIXELS, pen, square=True)
    drawn = next(path for path in strip.cells if cells(path))
    assert strip.side == pytest.approx(np.ptp(drawn.points[:16, 0]))
    assert strip.side < strip.centers[1, 0] - strip.centers[0, 0]


def test_brightness_grows_with_the_feature(pen: Pen) -> None:
    strip = FeatureStrip(REGION, [0.0, 16.0, 8.0], pen, square=False)
    assert [level for level, path in enumerate(strip.cells) if cells(path)] == [0, 4, 8]
    dimmer = FeatureStrip(REGION, [0.0, 8.0], pen, square=False, low=0, high=16)
    assert [level for level, path in enumerate(dimmer.cells) if cells(path)] == [0, 4]
    even = FeatureStrip(REGION, [3.0, 3.0], pen, square=False)
    assert [cells(path) for path in even.cells][LEVELS // 2] == 2


def test_pixels_are_in_rows_from_the_top_left(pen: Pen) -> None:
    middle = FeatureStrip(REGION, PIXELS, pen, square=True).centers
    assert middle[1, 0] > middle[0, 0]
    assert middle[8, 1] < middle[0, 1]
    assert middle[7, 1] == pytest.approx(middle[0, 1])
    assert middle[8, 0] == pytest.approx(middle[0, 0])


def test_copies_fly_to_their_nodes_and_the_example_stays_dimmed(pen: Pen) -> None:
    strip = FeatureStrip(REGION, PIXELS, pen, square=True)
    before = strip.centers
    motion = strip.enter(NODES)
    motion.begin()
    flights: list[np.ndarray] = []
    for alpha in np.linspace(0.01, 0.99, 99):
        motion.interpolate(alpha)
        flights += [centers(path) for path in strip._flying if len(path.points)]
    last = np.concatenate(flights)
    for node in NODES:
        assert np.linalg.norm(last - node, axis=1).min() < 0.1
    assert last[:, 0].max() <= 3.0 + 1e-9
    motion.finish()
    assert strip._flying not in strip.submobjects
    assert strip.centers == pytest.approx(before)
    assert 0.2 < strip.cells[0].get_fill_opacity() < 0.4


def test_features_enter_one_by_one_into_as_many_nodes(pen: Pen) -> None:
    strip = FeatureStrip(REGION, [1.0, 2.0], pen, square=False)
    motion = strip.enter(NODES[:2])
    motion.begin()
    motion.interpolate(0.3)
    first, second = strip._flying[0], strip._flying[-1]
    assert cells(first) == 1
    assert cells(second) == 0
    motion.interpolate(0.999)
    assert centers(second)[0] == pytest.approx(NODES[1], abs=0.05)


def test_a_jump_to_a_moment_equals_every_step(pen: Pen) -> None:
    stepped, jumped = (FeatureStrip(REGION, PIXELS, pen, square=True) for _ in range(2))
    slow = stepped.enter(NODES)
    slow.begin()
    for alpha in (0.1, 0.3, 0.6):
        slow.interpolate(alpha)
    played(jumped.enter(NODES), 0.6)
    for a, b in zip(stepped.get_family(), jumped.get_family(), strict=True):
        assert np.array_equal(a.points, b.points)


def test_an_example_without_features_is_refused(pen: Pen) -> None:
    with pytest.raises(ValueError, match="without features"):
        FeatureStrip(REGION, [], pen, square=True)
