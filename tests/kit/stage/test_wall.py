"""A wall shows a layer of any width."""

from collections.abc import Callable

import manim as mn
import numpy as np
import pytest

from backprop_core.passes.activations import ACTIVATIONS
from scenes.kit.layout import STAGE, Region
from scenes.kit.stage.wall import MOST, Wall
from scenes.kit.type.typesetting import Pen
from tests.kit.stage.activations import SPANS, alike, curve, one_by_one, played
from tests.kit.stage.test_activation_curve import distance_to

Z = np.random.default_rng(4).normal(size=4096)
LEFT, _ = STAGE.columns(0.5, 0.5)
SLOPE = ACTIVATIONS["sigmoid"].slope
WIDTHS = [1, 2, 3, 7, 9, 17, 29, 30, 31, 100, 4096]


def wall(pen: Pen, units: int = 30, scale: float = 1.0, **how: object) -> Wall:
    return Wall(LEFT, scale * Z[:units], curve("sigmoid"), pen, **how)


@pytest.mark.parametrize("region", [STAGE, LEFT, Region(-3, 3, -1, 2.5)])
@pytest.mark.parametrize("units", WIDTHS)
def test_tiles_fill_their_region_and_never_touch(units: int, region: Region, pen: Pen) -> None:
    drawn = Wall(region, 30 * Z[:units], curve("sigmoid"), pen)
    assert len(drawn.centers) == min(units, MOST)
    assert region.holds(drawn)
    apart = np.linalg.norm(drawn.centers[:, None] - drawn.centers, axis=-1)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > 2.1 * drawn.radius
    # It is at most a little smaller than the best grid would allow.
    rows = np.arange(1, len(drawn.centers) + 1)
    columns = -(-len(drawn.centers) // rows)
    cells = np.minimum(region.width / columns, (region.height - 0.75) / rows)
    assert drawn.radius >= min(0.9 * cells.max() / 2.24, 2.2) - 1e-9


@pytest.mark.parametrize("units", WIDTHS)
def test_the_place_of_the_number_is_free(units: int, pen: Pen) -> None:
    drawn = wall(pen, units)
    assert drawn.tag_place.bottom > drawn.centers[:, 1].max() + drawn.radius
    assert drawn.tag_place.top <= LEFT.top + 1e-9
    assert drawn.tag_place.height >= 0.5


def test_units_of_a_wide_layer_are_sampled_evenly(pen: Pen) -> None:
    assert wall(pen, 30).shown.tolist() == list(range(30))
    assert not wall(pen, 30).is_sampled
    shown = wall(pen, 4096).shown
    assert shown[[0, -1]].tolist() == [0, 4095]
    assert np.ptp(np.diff(shown)) <= 1
    assert wall(pen, 4096).is_sampled


@pytest.mark.parametrize("name", SPANS)
def test_dots_lie_on_their_curves(name: str, pen: Pen) -> None:
    drawn = Wall(STAGE, 5 * Z[:30], curve(name), pen)
    line = curve(name).line(121)
    places = (drawn.dots - drawn.centers)[:, :2] / drawn.radius
    assert distance_to(line, places).max() < 2e-3
    assert np.linalg.norm(places, axis=-1).max() < 1


def test_a_wall_is_a_few_paths(pen: Pen) -> None:
    assert len(wall(pen, 30, 8.0).get_family()) < 12


def test_saturated_tiles_are_counted_by_their_marks(pen: Pen) -> None:
    for scale in (1.0, 8.0, 30.0):
        drawn = wall(pen, 30, scale)
        number = int((SLOPE(scale * Z[:30]) < 0.01).sum())
        assert len(drawn._saturated.get_subpaths()) == number
        assert len(drawn._healthy.get_subpaths()) == 30 - number
        assert len(drawn._hatching.points) == 4 * 4 * number


VERBS: dict[str, Callable[[Wall], mn.Animation]] = {
    "take": lambda drawn: drawn.take(lambda part: Z[:100] * 30**part),
    "spread": lambda drawn: drawn.spread_out(),
    "dim": lambda drawn: drawn.dimmed(),
    "morph": lambda drawn: drawn.morph(curve("relu")),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_motion_does_not_depend_on_the_frames_drawn(verb: str, pen: Pen) -> None:
    assert one_by_one(lambda: wall(pen, 100, spread=0.4, first=3), VERBS[verb])


def test_a_take_ends_as_a_wall_made_there(pen: Pen) -> None:
    drawn = wall(pen, 100)
    played(VERBS["take"](drawn), 0.5)
    assert alike(drawn, wall(pen, 100, 30.0))


def test_a_wall_that_was_moved_and_scaled_goes_on_there(pen: Pen) -> None:
    drawn = wall(pen, 9)
    for part in drawn.get_family():
        if len(part.points):
            part.points = 0.5 * part.points + np.array([1.0, 2.0, 0.0])
    assert drawn.tag_place.bottom > drawn.centers[:, 1].max() + drawn.radius
    assert drawn.tag_place.width == pytest.approx(wall(pen, 9).tag_place.width / 2)
    played(drawn.take(lambda part: Z[:9] * 9**part), 0.5)
    assert drawn.radius == pytest.approx(wall(pen, 9).radius / 2)
    assert drawn.dots == pytest.approx(0.5 * wall(pen, 9, 9.0).dots + [1.0, 2.0, 0.0], abs=1e-9)


def test_a_tile_stands_where_a_large_unit_shrank(pen: Pen) -> None:
    drawn = wall(pen, 30, 30.0, spread=0.0, first=4)
    assert len(drawn._healthy.get_subpaths()) + len(drawn._saturated.get_subpaths()) == 1
    circle = drawn.tile(4)
    assert circle.get_center() == pytest.approx(drawn.centers[4])
    assert circle.width == pytest.approx(2 * drawn.radius)
    saturated = SLOPE(30 * Z[4:5])[0] < 0.01
    expected = pen.theme.saturated if saturated else pen.theme.healthy
    assert circle.get_stroke_color() == mn.ManimColor(expected)
    played(drawn.spread_out())
    assert alike(drawn, wall(pen, 30, 30.0))
