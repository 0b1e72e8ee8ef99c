"""What kind of play is what."""

from collections.abc import Callable

import manim as mn
import pytest

from scenes.kit.theme import THEMES
from scenes.kit.type.typesetting import Pen
from tests.review.plays import Does, does, moves_camera


class Look(mn.Animation):
    """As a film's camera says what it is."""

    is_camera_move = True


class Grows(mn.Create):
    """Brings something in, by a motion of its own."""

    transforms = True


def _square() -> mn.Square:
    return mn.Square(fill_opacity=1.0)


def _words() -> mn.Mobject:
    return Pen(THEMES["dark"]).text("words")


def _both() -> mn.VGroup:
    return mn.VGroup(_square(), _words())


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        (lambda: [_square().animate.shift(mn.UP)], Does.TRANSFORM),
        (lambda: [_square().animate.set_color(mn.RED)], Does.TRANSFORM),
        (lambda: [_square().animate.set_stroke(width=9)], Does.TRANSFORM),
        (lambda: [mn.ReplacementTransform(_square(), mn.Circle())], Does.TRANSFORM),
        (lambda: [mn.Indicate(_square())], Does.TRANSFORM),
        (lambda: [mn.Rotate(_square())], Does.TRANSFORM),
        (lambda: [mn.UpdateFromAlphaFunc(_square(), lambda m, a: m)], Does.TRANSFORM),
        (lambda: [mn.ShowPassingFlash(_square())], Does.TRANSFORM),
        (lambda: [mn.ValueTracker(0.0).animate.set_value(1.0)], Does.TRANSFORM),
        (lambda: [mn.FadeIn(_square()), _square().animate.shift(mn.UP)], Does.TRANSFORM),
        (lambda: [Look(_square())], Does.TRANSFORM),
        (lambda: [Grows(_square())], Does.TRANSFORM),
        (lambda: [mn.FadeIn(_square())], Does.FADE),
        (lambda: [mn.FadeOut(_both())], Does.FADE),
        (lambda: [mn.Create(_square()), _words().animate.shift(mn.UP)], Does.FADE),
        (lambda: [mn.LaggedStart(mn.FadeIn(_square()), mn.Create(_square()))], Does.FADE),
        (lambda: [mn.FadeIn(_square()), _square().animate.set_opacity(0.2)], Does.FADE),
        (lambda: [_square().animate.set_opacity(0.2)], Does.DIM),
        (lambda: [_both().animate.set_opacity(0.2), mn.FadeIn(_words())], Does.DIM),
        (lambda: [mn.FadeIn(_words())], Does.WORDS),
        (lambda: [_words().animate.shift(mn.UP)], Does.WORDS),
        (lambda: [mn.Wait()], Does.WAIT),
        (lambda: [_square().animate.shift(0 * mn.UP)], Does.WAIT),
    ],
)
def test_a_play(play: Callable[[], list[mn.Animation]], expected: Does) -> None:
    scene = mn.Scene()
    animations = scene.compile_animations(*play())
    for animation in animations:
        animation._setup_scene(scene)
        animation.begin()
    assert does(animations) is expected


def test_a_camera_move_is_found_within_a_group() -> None:
    assert moves_camera([mn.AnimationGroup(mn.FadeIn(_square()), Look(_square()))])
    assert not moves_camera([mn.FadeIn(_square())])
