"""Words that change are where they belong in the end, and leave nothing behind."""

import manim as mn
import numpy as np

from scenes.kit.layout import point
from scenes.kit.stage.rail import Rail
from scenes.kit.stage.word_changes import Become, Emerge, Tied, Vanish, Veil
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.circuits import number
from tests.kit.stage.activations import alike, played


def test_what_emerges_ends_as_it_was_made(pen: Pen) -> None:
    words = [number(pen, 0.5, pen.theme.ink).move_to(point(2.0, 1.0)) for _ in range(2)]
    played(Emerge(words[0], point(-3.0)), 0.3)
    assert alike(*words)


def test_words_become_others_in_their_place(pen: Pen) -> None:
    old = [number(pen, value, pen.theme.ink).move_to(point(value)) for value in (1.0, 3.0)]
    new, again = (number(pen, 6.0, pen.theme.ink).move_to(point(-4.0)) for _ in range(2))
    scene = mn.Scene()
    scene.add(*old)
    move = Become(old, [new])
    scene.add(move.mobject)
    played(move, 0.4)
    move.clean_up_from_scene(scene)
    assert alike(new, again)
    assert scene.mobjects == [new]


def test_what_vanishes_leaves_the_stage(pen: Pen) -> None:
    rail, words = Rail(point(0), 1.0, (0.0, 1.0), pen.theme.ink, pen), number(pen, 1.0, "#FFFFFF")
    scene = mn.Scene()
    move = Vanish(rail, words)
    scene.add(move.mobject)
    played(move, 0.5)
    assert rail.width < 0.1
    assert words.get_fill_opacity() == 0
    move.clean_up_from_scene(scene)
    assert scene.mobjects == []


def test_a_veil_dims_in_its_part_of_the_time(pen: Pen) -> None:
    words = number(pen, 1.0, pen.theme.ink)
    move = Veil([words], 0.2, (0.5, 1.0))
    move._setup_scene(None)
    move.begin()
    for share, opacity in ((0.5, 1.0), (0.75, 0.6), (1.0, 0.2)):
        move.interpolate(share)
        assert np.isclose(words.get_fill_opacity(), opacity)


def test_tied_words_follow_a_place_that_moves(pen: Pen) -> None:
    words, place = number(pen, 1.0, pen.theme.ink), point(1.0, 1.0)
    move = Tied(words, lambda: place)
    move._setup_scene(None)
    move.begin()
    place += point(2.0)
    move.interpolate(1.0)
    assert np.allclose(words.get_center(), point(3.0, 1.0))


def test_a_bar_is_as_long_as_the_way_of_its_knob(pen: Pen) -> None:
    rail = Rail(point(1.0), 2.0, (-1.0, 0.2), pen.theme.ink, pen)
    played(rail.slides(-0.5), 0.4)
    assert np.allclose(rail._bar.get_start(), point(1.0))
    assert np.allclose(rail._bar.get_end(), point(0.0))
    played(rail.slides(0.0))
    assert not len(rail._bar.points)
