"""A camera move maps every point exactly, and words keep their size."""

from collections.abc import Callable

import manim as mn
import numpy as np
import pytest

from scenes.kit.layout import STAGE, Region
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.world import Look
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.networks import fills, gradients, network_in, strip_of
from tests.kit.stage.activations import alike, looks, one_by_one, played

SEEN, PLACE = Region(1.0, 3.0, -1.0, 1.5), Region(-4.0, 4.0, -2.0, 3.0)
WIDTHS = [12, 4, 4, 3]


def square() -> mn.Square:
    return mn.Square(2.0).shift(1.5 * mn.RIGHT)


@pytest.mark.parametrize("place", [PLACE, Region(-6, 0, -1, 1), SEEN, Region(2, 4, -2, 0.5)])
def test_a_look_scales_about_and_centres_what_it_sees(place: Region) -> None:
    shape = square()
    before = shape.points.copy()
    played(Look([shape], SEEN, place))
    scale = min(place.width / SEEN.width, place.height / SEEN.height)
    wanted = place.center + scale * (before - SEEN.center)
    assert shape.points == pytest.approx(wanted, abs=1e-12)


def test_the_scale_changes_by_equal_factors_about_a_point_that_stands_still() -> None:
    shape = square()
    look = Look([shape], SEEN, PLACE, rate_func=mn.linear)
    look.begin()
    widths, centers = [], []
    for alpha in (0.0, 0.25, 0.5, 0.75, 1.0):
        look.interpolate(alpha)
        widths.append(shape.width)
        centers.append(shape.get_center())
    ratios = np.divide(widths[1:], widths[:-1])
    assert ratios == pytest.approx(2 ** (1 / 4))
    # Seen from there, each centre lies in the same direction, farther by the same factor.
    still = (PLACE.center - 2 * SEEN.center) / (1 - 2)
    away = np.array(centers) - still
    assert away[1:] == pytest.approx(away[:-1] * 2 ** (1 / 4))


def test_a_look_without_a_change_of_scale_slides_evenly() -> None:
    shape = square()
    start = shape.get_center()
    look = Look([shape], SEEN, Region(2, 4, -2, 0.5), rate_func=mn.linear)
    look.begin()
    for alpha in (0.25, 0.5, 1.0):
        look.interpolate(alpha)
        assert shape.get_center() == pytest.approx(start + alpha * np.array([1.0, -1.0, 0.0]))


def test_words_and_strokes_keep_their_size_and_words_stay_at_their_point(pen: Pen) -> None:
    shape, word = square(), pen.label("a word").move_to([1.5, 0.4, 0.0])
    sizes = (word.width, word.height, shape.stroke_width)
    start = word.get_center()
    look = Look([shape, word], SEEN, PLACE)
    look.begin()
    for alpha in (0.0, 0.3, 1.0):
        look.interpolate(alpha)
        now = (word.width, word.height, shape.stroke_width)
        assert now == pytest.approx(sizes)
    assert word.get_center() == pytest.approx(PLACE.center + 2 * (start - SEEN.center), abs=1e-12)


@pytest.mark.parametrize("alphas", [(), (0.2, 0.7)])
def test_there_and_back_is_where_it_was(pen: Pen, alphas: tuple[float, ...]) -> None:
    network = network_in(STAGE, WIDTHS, pen)
    before = looks(network)
    # A place of the same shape, so that what was seen can be seen again.
    place = Region(-5.0, 5.0, -6.0, 6.5)
    played(Look([network], SEEN, place), *alphas)
    assert network.bounds.width > STAGE.width
    played(Look([network], place, SEEN), *alphas)
    for ours, theirs in zip(looks(network), before, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_a_jump_to_the_end_equals_every_step(pen: Pen) -> None:
    assert one_by_one(
        lambda: mn.VGroup(network_in(STAGE, WIDTHS, pen), pen.label("a word")),
        lambda group: Look(list(group), SEEN, PLACE),
    )


VERBS: dict[str, Callable[[NetworkStage], mn.Animation]] = {
    "pulse": lambda network: network.pulse(1),
    "race": lambda network: network.race(),
    "forward": lambda network: network.forward(fills(network)),
    "backward": lambda network: network.backward(*gradients(network)),
    "receive": lambda network: network.receive(network.last, np.array([0.5, 1.0, 0.2])),
}


@pytest.mark.parametrize("alpha", [0.4, 1.0])
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("widths", [WIDTHS, [3, *[4] * 39, 12, 5, 3, 3]], ids=["few", "many"])
def test_every_verb_works_where_things_are_after_a_look(
    pen: Pen, verb: str, alpha: float, widths: list[int]
) -> None:
    first, second = (network_in(STAGE, widths, pen) for _ in range(2))
    place = Region(-1.0, 5.0, 0.0, 2.0)
    played(Look([first], STAGE, place))
    shown = []
    for network in (first, second):
        motion = VERBS[verb](network)
        motion.begin()
        motion.interpolate(alpha)
        shown.append(motion.mobject)
    # What ran before the look, and looked at then, is the same picture.
    played(Look([shown[1]], STAGE, place))
    assert alike(*shown)


def test_a_strip_is_where_it_was_asked_for_after_a_look(pen: Pen) -> None:
    network = network_in(STAGE, WIDTHS, pen)
    played(Look([network], SEEN, PLACE))
    strip = Region(-5.0, 5.0, 1.0, 2.5)
    strip_of(network, strip)
    assert network.bounds.center[:2] == pytest.approx(strip.center[:2])
    assert strip.holds(network, 0.2)


def test_the_world_leaves_the_group_and_comes_back_part_by_part(pen: Pen) -> None:
    scene, parts = mn.Scene(), [square(), pen.label("a word")]
    scene.add(*parts)
    look = Look(parts, SEEN, PLACE)
    scene.remove(*parts)
    scene.add(look.mobject)
    look.begin()
    look.finish()
    look.clean_up_from_scene(scene)
    assert scene.mobjects == parts
