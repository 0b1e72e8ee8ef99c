"""A unit draws what its pose says, wherever it is and whichever frames are drawn."""

from collections.abc import Callable
from itertools import pairwise

import manim as mn
import numpy as np
import pytest

from backprop_core.passes.activations import ACTIVATIONS
from scenes.kit.layout import point
from scenes.kit.stage.beam import Beam
from scenes.kit.stage.unit import Unit
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import measured
from tests.kit.stage.activations import SPANS, alike, curve, one_by_one, played
from tests.kit.stage.test_activation_curve import distance_to
from tests.selection import quick_cases

BEAM = Beam(height=0.7, full=1.0)
WHERE = point(1.0, 0.5)


def unit(pen: Pen, name: str = "sigmoid", z: float = 0.4, **how: object) -> Unit:
    return Unit(WHERE, 2.0, curve(name), pen, z=z, beam=BEAM, **how)


def river(drawn: Unit) -> np.ndarray:
    return drawn._river.points


def height_at(drawn: Unit, x: float) -> float:
    """Return the height of the beam at a place, in frame units."""
    places = river(drawn)
    there = places[np.abs(places[:, 0] - x) < 1e-9, 1]
    return float(np.ptp(there))


@pytest.mark.parametrize(
    ("name", "z"), [("sigmoid", 0.0), ("sigmoid", 2.5), ("tanh", 0.3), ("relu", 1), ("relu", -1)]
)
def test_the_beam_is_drawn_to_scale(name: str, z: float, pen: Pen) -> None:
    drawn = unit(pen, name, z)
    slope = float(ACTIVATIONS[name].slope(np.array([float(z)]))[0])
    right, left = 1.0 + 2.0 * BEAM.right, 1.0 - 2.0 * BEAM.left
    assert height_at(drawn, right) == pytest.approx(2.0 * BEAM.height)
    assert height_at(drawn, 3.0) == pytest.approx(2.0 * BEAM.height)
    assert height_at(drawn, -1.0) == pytest.approx(2.0 * BEAM.height * slope)
    assert height_at(drawn, left) == pytest.approx(2.0 * BEAM.height * slope)


def test_the_film_chooses_the_slope_that_lets_all_through(pen: Pen) -> None:
    drawn = Unit(WHERE, 1.0, curve("sigmoid"), pen, beam=Beam(height=0.6, full=0.25))
    assert height_at(drawn, 1.0 - 1.8) == pytest.approx(0.6)


def test_a_beam_comes_from_the_right(pen: Pen) -> None:
    drawn = unit(pen, shone=0.0)
    assert not len(river(drawn))
    move = drawn.shine(rate_func=mn.linear)
    move.begin()
    ends = []
    for alpha in (0.1, 0.4, 0.9, 1.0):
        move.interpolate(alpha)
        ends.append(river(drawn)[:, 0].min())
        assert river(drawn)[:, 0].max() == pytest.approx(1.0 + 2.0 * BEAM.right)
    assert ends == sorted(ends, reverse=True)
    assert alike(drawn, unit(pen))


VERBS: dict[str, Callable[[Unit], mn.Animation]] = {
    "open": lambda drawn: drawn.open(),
    "shine": lambda drawn: drawn.shine(),
    "withdraw": lambda drawn: drawn.withdraw(),
    "lose beam": lambda drawn: drawn.lose_beam(),
    "slide": lambda drawn: drawn.slide_to(-80.0),
    "morph": lambda drawn: drawn.morph(curve("relu")),
    "dim": lambda drawn: drawn.dimmed(),
    "grow": lambda drawn: drawn.opened_from(node()),
    "both": lambda drawn: mn.AnimationGroup(drawn.open(), drawn.slide_to(3.0)),
    "grow and open": lambda drawn: mn.AnimationGroup(drawn.opened_from(node()), drawn.open()),
}


def node() -> mn.Circle:
    return mn.Circle(radius=0.2, color="#56B4E9").set_fill("#56B4E9", 0.4).move_to(point(-5, 2))


@pytest.mark.parametrize("verb", VERBS)
def test_a_motion_does_not_depend_on_the_frames_drawn(verb: str, pen: Pen) -> None:
    assert one_by_one(lambda: unit(pen, opened=0.3, shone=0.5), VERBS[verb])


def test_motions_end_where_a_new_unit_stands(pen: Pen) -> None:
    drawn = unit(pen, opened=0.0, shone=0.0)
    for move in (drawn.opened_from(node()), drawn.open(), drawn.shine(), drawn.slide_to(5.5)):
        played(move, 0.3)
    assert alike(drawn, unit(pen, z=5.5))
    played(drawn.morph(curve("tanh")), 0.5)
    assert alike(drawn, unit(pen, "tanh", z=5.5))
    played(drawn.dimmed(), 0.5)
    assert not alike(drawn, unit(pen, "tanh", z=5.5))
    played(drawn.lit(), 0.5)
    assert alike(drawn, unit(pen, "tanh", z=5.5))


def test_motions_that_change_different_things_run_together(pen: Pen) -> None:
    drawn = unit(pen, opened=0.2, shone=0.0)
    moves = (drawn.open(), drawn.shine(), drawn.slide_to(3.0), drawn.morph(curve("tanh")))
    played(mn.AnimationGroup(*moves), 0.4, 0.8)
    assert alike(drawn, unit(pen, "tanh", z=3.0))


def test_a_unit_grows_out_of_a_node_and_into_it(pen: Pen) -> None:
    drawn, start = unit(pen, opened=0.0), node()
    grow = drawn.opened_from(start)
    grow.begin()
    assert drawn.rim.width == pytest.approx(start.width)
    assert drawn.rim.get_center() == pytest.approx(start.get_center())
    assert drawn.rim.get_stroke_color() == start.get_stroke_color()
    assert drawn._disc.get_fill_opacity() == pytest.approx(0.4)
    grow.finish()
    shrink = drawn.closes_into(start)
    shrink.begin()
    shrink.interpolate(1)
    assert drawn.rim.width == pytest.approx(start.width)
    shrink.finish()
    # It has left the scene, and can open again where it was.
    shrink.clean_up_from_scene(mn.Scene())
    assert alike(drawn, unit(pen, opened=0.0))


def test_a_unit_that_was_moved_and_scaled_goes_on_there(pen: Pen) -> None:
    drawn = unit(pen)
    for part in drawn.get_family():
        if (
            len(part.points) and part is not drawn.further.words
        ):  # Words keep their size when the world is scaled.
            part.points = 0.5 * part.points + point(2.0, -1.0)
    assert drawn.radius == pytest.approx(1.0)
    played(drawn.slide_to(2.0), 0.4)
    fresh = Unit(0.5 * WHERE + point(2.0, -1.0), 1.0, curve("sigmoid"), pen, z=2.0, beam=BEAM)
    for mine, new in zip(drawn.get_family(), fresh.get_family(), strict=True):
        assert mine.points.shape == new.points.shape
        assert mine.points == pytest.approx(new.points)


def test_a_saturated_unit_is_marked_by_more_than_colour(pen: Pen) -> None:
    awake, asleep = unit(pen, z=4.5), unit(pen, z=4.7)
    assert not awake.is_saturated
    assert not len(awake._hatching.points)
    assert asleep.is_saturated
    assert len(asleep._hatching.points)
    assert asleep.rim.get_stroke_color() == mn.ManimColor(pen.theme.saturated)


def test_an_arrow_says_that_a_unit_stands_further_out(pen: Pen) -> None:
    inside, right, left = (unit(pen, z=z) for z in (5.9, 80.0, -1e300))
    assert inside.further.words.get_fill_opacity() == 0
    assert right.further.words.get_fill_opacity() == 1
    assert right.further.get_left()[0] > right.rim.get_left()[0] + right.radius
    assert left.further.get_right()[0] < left.middle[0]


def test_a_number_follows_the_slope_and_records_it(pen: Pen) -> None:
    drawn = unit(pen, z=0.0)
    number = drawn.count(lambda s: measured("slope", s), measured("slope", 0.0123), pen)
    assert number.figures[0].value == 0.25
    number.start()
    played(drawn.slide_to(2.0), 0.5)
    number.settle()
    assert number.figures[0].value == drawn.slope


def test_a_number_goes_with_its_unit(pen: Pen) -> None:
    drawn = unit(pen)
    number = drawn.count(lambda s: measured("slope", s), measured("slope", 0.0123), pen)
    before = number.get_center()
    drawn.rim.shift(point(1.0, 0.5))
    played(drawn.slide_to(0.4))
    assert number.get_center() - before == pytest.approx(point(1.0, 0.5))
    number.settle()
    assert number.get_center() - before == pytest.approx(point(1.0, 0.5))


def boxes_apart(box: mn.Mobject, corners: np.ndarray, space: float) -> bool:
    """Tell whether no part of a polyline comes into a box or close to it."""
    dense = np.concatenate([np.linspace(a, b, 9) for a, b in pairwise(corners)])
    low, high = box.get_corner(mn.DL) - space, box.get_corner(mn.UR) + space
    return not np.any(np.all((dense[:, :2] > low[:2]) & (dense[:, :2] < high[:2]), axis=1))


@pytest.mark.parametrize("radius", [0.8, 2.75])
@pytest.mark.parametrize("name", quick_cases(SPANS, "sigmoid"))
def test_the_number_never_lies_on_a_line(name: str, radius: float, pen: Pen) -> None:
    drawn = Unit(point(0), radius, curve(name), pen, beam=BEAM)
    number = drawn.count(
        lambda s: measured("slope", 0.000335), measured("slope", 0.000335), pen, size=40
    )
    reach = SPANS[name]
    for z in np.linspace(-1.2 * reach, 1.2 * reach, 25):
        played(drawn.slide_to(float(z)))
        outlines = [line.points for line in (drawn._curves[1], drawn._tangents[1], drawn.rim)]
        for outline in (*outlines, river(drawn)):
            assert boxes_apart(number, outline, 0.02), z
    inside = number.get_left()[0] > drawn.rim.get_left()[0]
    assert inside == (radius > 1 and name == "sigmoid")


def test_a_dot_moves_on_the_curve_while_the_curve_changes(pen: Pen) -> None:
    drawn = unit(pen, z=1.0)
    move = drawn.morph(curve("relu"))
    move.begin()
    for alpha in (0.2, 0.5, 0.8):
        move.interpolate(alpha)
        line = drawn._curves[1].points[:, :2]
        assert distance_to(line[::3], drawn._dot.get_center()[None, :2])[0] < 0.01


@pytest.mark.parametrize("shone", [0.1, 0.5, 0.9])
def test_the_front_of_a_beam_is_round_while_it_is_on_its_way(shone: float) -> None:
    square, blunt = (Beam(blunt=length).outline(0.5, shone) for length in (0.0, 0.3))
    front = square[:, 0].min()
    assert blunt[:, 0].min() == pytest.approx(front)
    assert np.ptp(square[np.isclose(square[:, 0], front), 1]) > 0.1
    assert np.ptp(blunt[np.isclose(blunt[:, 0], front), 1]) == pytest.approx(0)
    far = square[square[:, 0] > front + 0.3]
    assert np.abs(blunt[:, 1]).max() <= np.abs(far[:, 1]).max() + 1e-9


def test_a_beam_that_has_arrived_ends_square() -> None:
    np.testing.assert_array_equal(Beam(blunt=0.3).outline(0.5, 1.0), Beam().outline(0.5, 1.0))
