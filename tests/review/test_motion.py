"""What counts as motion, and what is shimmer."""

from collections.abc import Callable

import manim as mn
import pytest

from scenes.kit.theme import THEMES
from scenes.kit.type.typesetting import Pen
from tests.review.motion import Motion

Change = Callable[[mn.Square, int], object]
FRAMES = 30


def _moving(change: Change) -> set[int]:
    square, motion = mn.Square(fill_opacity=1.0), Motion()
    for frame in range(FRAMES):
        change(square, frame)
        motion.look(frame, [square])
    return motion.frames()


@pytest.mark.parametrize(
    "change",
    [
        lambda square, frame: square.set_x(frame * 0.005),
        lambda square, frame: square.set_fill(opacity=1 - frame * 0.02),
        lambda square, frame: square.set_stroke(mn.interpolate_color(mn.RED, mn.BLUE, frame / 29)),
        lambda square, frame: square.set_stroke(width=4 + frame * 0.1),
    ],
    ids=["position", "opacity", "colour", "width"],
)
def test_what_changes_slowly_moves_all_the_time(change: Change) -> None:
    assert _moving(change) == set(range(1, FRAMES))


@pytest.mark.parametrize(
    "change",
    [
        lambda square, frame: square.set_x(frame % 2 * 0.02),
        lambda square, frame: square.set_fill(opacity=1 - frame % 3 * 0.04),
        lambda square, frame: square.set_stroke(width=4 + frame % 2 * 0.4),
        lambda square, frame: square.set_opacity(0.01).set_x(frame),
        lambda square, frame: square.set_y(10 + frame),
        lambda square, frame: None,
    ],
    ids=["position", "opacity", "width", "unseen", "outside", "nothing"],
)
def test_shimmer_is_no_motion(change: Change) -> None:
    assert _moving(change) == set()


def test_what_comes_and_goes_moves_once() -> None:
    square, dot, motion = mn.Square(), mn.Dot(), Motion()
    for frame, shown in enumerate([[square], [square], [square, dot], [square, dot], [square]]):
        motion.look(10 * frame, shown)
    assert motion.frames() == {20, 40}


def test_a_copy_in_the_place_of_a_thing_is_no_motion() -> None:
    square, motion = mn.Square(), Motion()
    motion.look(0, [square])
    twin = square.copy()
    motion.look(1, [twin])
    motion.look(2, [twin.shift(mn.RIGHT)])
    assert motion.frames() == {2}


def test_words_that_shift_are_no_motion_of_pictures_but_a_number_that_is_rewritten_is() -> None:
    pen, motion = Pen(THEMES["dark"]), Motion()
    words = pen.text("one")
    motion.look(0, [words])
    motion.look(1, [words.shift(mn.RIGHT)])
    motion.look(20, [words.rewrite(pen.text("two").shift(mn.RIGHT))])
    motion.look(40, [])
    assert motion.frames() == {1, 20, 40}
    assert motion.frames(words=False) == {20}
