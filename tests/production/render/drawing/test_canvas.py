"""Painting only what changed gives, to the last bit, the pictures of Manim's camera."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import manim as mn
import numpy as np
import pytest
from numpy.typing import NDArray

from scenes.kit.motion import fade
from scenes.kit.settings import rendering
from scenes.kit.theme import DARK
from scenes.kit.type.typesetting import Pen
from scenes.production.render.drawing.boxes import touches
from scenes.production.render.drawing.canvas import Canvas

Things = list[mn.VMobject]
Step = Callable[[Things], object]


@pytest.fixture(autouse=True)
def _small(tmp_path: object) -> Iterator[None]:
    with rendering(str(tmp_path), "low", pixel_width=426, pixel_height=240):  # type: ignore[arg-type]
        yield


def things() -> Things:
    """Return shapes of many kinds that lie over each other."""
    bundle = mn.VMobject(stroke_width=1.2)
    for y in np.linspace(-3, 3, 9):
        bundle.start_new_path(np.array([-5.0, y, 0])).add_line_to(np.array([5.0, -y, 0]))
    ring = mn.Annulus(0.7, 1.4, fill_opacity=0.6, color=mn.BLUE)
    halo = mn.Line([-6, -3, 0], [6, 3, 0], stroke_width=5)
    halo.set_stroke(mn.BLACK, 12, background=True)
    shaded = mn.Square(3, fill_opacity=0.5).set_color([mn.RED, mn.GREEN]).set_sheen_direction(mn.UR)
    star = mn.Star(outer_radius=1.5, color=mn.YELLOW, stroke_width=8).shift(2 * mn.RIGHT)
    far = mn.Circle(2).shift(6.5 * mn.RIGHT + 3.5 * mn.UP)
    outside = mn.Circle(1, fill_opacity=1).shift(20 * mn.LEFT)
    dots = [mn.Dot(radius=0.3).shift(x * mn.RIGHT + mn.DOWN) for x in range(-6, 7)]
    return [bundle, ring, halo, shaded, star, far, outside, *dots]


STEPS: dict[str, Step] = {
    "nothing": lambda these: None,
    "one moves": lambda these: these[1].shift(0.3 * mn.RIGHT),
    "one moves, and back": lambda these: these[1].shift(0.3 * mn.LEFT),
    "one fades": lambda these: these[3].set_opacity(0.2),
    "one leaves": lambda these: these.pop(4),
    "one comes": lambda these: these.append(mn.Triangle(color=mn.PINK, fill_opacity=0.4)),
    "one comes below": lambda these: these.insert(1, mn.Square(4, fill_opacity=0.9)),
    "two change places": lambda these: these.insert(0, these.pop(2)),
    "all turn round": lambda these: these.reverse(),
    "many move": lambda these: [one.shift(0.2 * mn.UP) for one in these[-14:]],
    "a line gets wide": lambda these: these[2].set_stroke(width=30),
    "one is written over": lambda these: these[3].become(mn.Circle(2, fill_opacity=0.3)),
    "one is broken": lambda these: these[3].points.__setitem__(0, np.nan),
    "all leave": lambda these: these.clear(),
}


def by_manim(these: Things) -> NDArray[np.uint8]:
    camera = mn.Camera()
    camera.capture_mobjects(these)
    return np.array(camera.pixel_array)


@pytest.mark.parametrize("lying", [0, 3, 99], ids=["all move", "three lie", "all lie"])
def test_every_change_is_seen(lying: int) -> None:
    these, canvas = things(), Canvas()
    canvas.show(these)
    for name, step in STEPS.items():
        step(these)
        canvas.lay(these[:lying])
        canvas.show(these[lying:])
        assert np.array_equal(canvas.pixel_array, by_manim(these)), name


def test_what_fades_again_and_again_is_covered_from_memory() -> None:
    bundle = things()[0]
    ring = mn.VGroup(*(mn.Circle(r, stroke_width=3) for r in np.linspace(0.3, 3, 60)))
    rings = mn.VMobject(stroke_width=2, fill_opacity=0.3)
    rings.set_points(np.concatenate([one.points for one in ring]))
    these, canvas = [*things(), bundle, rings], Canvas()
    halves = (bundle.points / 2, rings.points / 2)
    for n, opacity in enumerate((1.0, 0.995, 0.6, 0.3, 0.03, 0.3, 0.9, 1.0)):
        for one, half in zip((bundle, rings), halves, strict=True):
            # As animations do: the sum is the same but for its last bits.
            one.set_points((1 + n / 7) * half + (1 - n / 7) * half)
            one.set_opacity(opacity)
        canvas.show(these)
        assert np.array_equal(canvas.pixel_array, by_manim(these)), opacity
    few, many = (one.shape._mask for one in canvas._painted[-2:])
    # A few long lines are painted faster than their box is covered.
    assert few is None
    assert many is not None


def test_words_with_a_rim_fade_as_in_manim(tmp_path: Path) -> None:
    """Cairo rounds a stroke through a mask by one level otherwise than the stroke itself."""
    ground = mn.ManimColor(DARK.background)
    words = Pen(DARK).text("It only guesses. How much gradient reaches its first layer?")
    words.halo(DARK.background).on_baseline(-3.1)
    with rendering(tmp_path, "low"):
        canvas, camera = Canvas(background_color=ground), mn.Camera(background_color=ground)
    for opacity in np.linspace(0.05, 0.95, 50).tolist():
        fade(words, opacity)
        canvas.show([words])
        camera.reset()
        camera.capture_mobjects([words])
        assert np.array_equal(canvas.pixel_array, np.array(camera.pixel_array)), opacity


def test_what_has_stayed_at_the_bottom_is_not_painted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    these, canvas = things(), Canvas()
    painted: list[int] = []

    def paint(things: Any, boxes: Any) -> None:
        painted.append(sum(touches(one.shape.box, boxes) for one in things))
        Canvas._paint(canvas, things, boxes)

    monkeypatch.setattr(canvas, "_paint", paint)
    canvas.show(these)
    for n in range(40):
        painted.clear()
        # For a while the topmost moves, then one of the lowest, then the topmost again.
        these[2 if n == 20 else -1].shift(0.05 * mn.UL)
        canvas.show(these)
        assert np.array_equal(canvas.pixel_array, by_manim(these)), n
        if n in {19, 39}:
            assert painted == [1]


def test_the_lowest_may_leave() -> None:
    these, canvas = things(), Canvas()
    for n in range(30):
        these[-1].shift(0.05 * mn.UL)
        if n == 15:
            these.pop(0)
        canvas.show(these)
    assert np.array_equal(canvas.pixel_array, by_manim(these))


def test_in_one_play_what_moves_is_seen_and_what_lies_is_not_looked_at() -> None:
    these, canvas = things(), Canvas()
    canvas.lay(these[:5])
    for _ in range(4):
        these[9].shift(0.1 * mn.DL)
        canvas.show(these[5:])
        assert np.array_equal(canvas.pixel_array, by_manim(these))


def test_what_lies_stays_as_it_was_laid_like_in_the_still_picture_of_manim() -> None:
    these, canvas = things(), Canvas()
    canvas.lay(these[:5])
    canvas.show(these[5:])
    before = canvas.pixel_array.copy()
    for one in these[:5]:
        one.set_opacity(0.1).rotate(1)
    these[-1].shift(mn.RIGHT)
    canvas.show(these[5:])
    these[-1].shift(mn.LEFT)
    canvas.show(these[5:])
    assert np.array_equal(canvas.pixel_array, before)


def test_only_what_lies_around_a_change_is_painted() -> None:
    these, canvas = things(), Canvas()
    canvas.show(these)
    assert canvas.show(these) == []
    these[-1].shift(0.01 * mn.UP)
    ((_, _, width, height),) = canvas.show(these)
    assert width * height < 426 * 240 / 10


def test_anew_is_everywhere() -> None:
    these, canvas = things(), Canvas()
    canvas.show(these)
    canvas.start_anew()
    assert canvas.show(these) == [(0, 0, 426, 240)]
    assert np.array_equal(canvas.pixel_array, by_manim(these))


def test_the_frame_is_the_picture() -> None:
    canvas = Canvas()
    canvas.show(things())
    assert np.array_equal(canvas.frame.to_ndarray(), canvas.pixel_array)


def test_what_cannot_be_painted_is_refused_and_what_cannot_be_seen_is_not() -> None:
    canvas = Canvas()
    canvas.show([mn.ValueTracker(3)])
    with pytest.raises(TypeError, match="ImageMobject cannot be painted"):
        canvas.show([mn.ImageMobject(np.zeros((2, 2), np.uint8))])
