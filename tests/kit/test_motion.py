"""A motion is a function of time alone."""

import manim as mn
import numpy as np
import pytest

from scenes.kit.motion import Motion, cruise, fade, staggered
from scenes.kit.type.typesetting import Pen


def test_a_motion_draws_moments_and_does_not_copy_what_moves() -> None:
    seen: list[float] = []
    dot = mn.Dot()
    motion = Motion(dot, lambda: seen.append)
    motion.begin()
    for alpha in (0.5, 0.25):
        motion.interpolate(alpha)
    motion.finish()
    assert seen == [0, 0.5, 0.25, 1]
    assert motion.starting_mobject is dot


def test_a_motion_beside_a_longer_one_stays_at_its_end() -> None:
    seen: list[float] = []
    motion = Motion(mn.Dot(), lambda: seen.append)
    motion.begin()
    for alpha in (0.9, 1.7, 3.0):
        motion.interpolate(alpha)
    assert seen == [0, 0.9, 1, 1]


def test_numbers_inside_go_on_counting_while_it_moves() -> None:
    dot, ticks = mn.Dot(), []
    dot.add_updater(lambda _, dt: ticks.append(dt))
    motion = Motion(dot, lambda: lambda _: None)
    motion.begin()
    dot.update(0.1)
    assert ticks[-1] == 0.1


def test_a_cruise_is_even_between_its_ends() -> None:
    times = np.linspace(0, 1, 101)
    way = np.array([cruise(t) for t in times])
    assert way[0] == 0
    assert way[-1] == pytest.approx(1)
    steps = np.diff(way)
    assert (steps > 0).all()
    assert np.ptp(steps[21:79]) < 1e-12
    assert steps[0] < steps[50] / 10
    assert steps[-1] < steps[50] / 10


def test_motions_begin_one_after_another_and_all_end() -> None:
    order = np.array([0.0, 0.5, 1.0])
    assert staggered(0, order, 0.4).tolist() == [0, 0, 0]
    assert staggered(1, order, 0.4) == pytest.approx(1)
    first, second, third = staggered(0.5, order, 0.4)
    assert first == 1 > second > third == 0


def test_a_halo_fades_with_its_word(pen: Pen) -> None:
    word = pen.label("word").halo("#000000")
    fade(word, 0.25)
    assert word.get_fill_opacity() == word.get_stroke_opacity(background=True) == 0.25
    bare = pen.label("word")
    fade(bare, 0.5)
    assert bare.get_stroke_width(background=True) == 0
