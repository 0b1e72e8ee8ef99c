"""Cells: their paths, and what they do with boxes and numbers."""

from __future__ import annotations

import manim as mn
import numpy as np
import pytest

from scenes.kit.stage.cells import Cells
from scenes.kit.stage.outlines import cell_outlines, edge_outlines, node_outlines
from scenes.kit.stage.paint import Paint
from scenes.kit.type.typesetting import Pen, Typeset
from tests.kit.pictures.cells import ROWS, at, cells, edges, laid, paints

RNG = np.random.default_rng(4)


def corners(outlines: np.ndarray) -> np.ndarray:
    return outlines[:, ::4]


def seen(group: Cells) -> list[str]:
    return [n.plain for n in group.submobjects if isinstance(n, Typeset) and n.get_fill_opacity()]


def done(animation: mn.Animation) -> None:
    animation.begin()
    animation.finish()
    animation.clean_up_from_scene(mn.Scene())


@pytest.mark.parametrize("seed", range(5))
def test_an_edge_runs_from_its_start_to_its_end(seed: int) -> None:
    rng = np.random.default_rng(seed)
    starts, ends = rng.normal(size=(2, 7, 3)) * (1, 1, 0)
    widths = rng.uniform(0.01, 0.4, size=7)
    right_above, left_above, left_below, right_below = np.moveaxis(
        corners(edge_outlines(starts, ends, widths)), 1, 0
    )
    np.testing.assert_allclose((right_above + right_below) / 2, ends, atol=1e-12)
    np.testing.assert_allclose((left_above + left_below) / 2, starts, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(left_above - left_below, axis=1), widths)


def test_a_node_is_round_and_a_cell_is_upright() -> None:
    centers = RNG.normal(size=(3, 3))
    node, cell = node_outlines(centers, 0.4), cell_outlines(centers, 2.0, 1.0)
    np.testing.assert_allclose(np.linalg.norm(node[:, ::4] - centers[:, None], axis=2), 0.4)
    assert np.allclose(np.ptp(cell[..., 0], axis=1), 2.0)
    assert np.allclose(np.ptp(cell[..., 1], axis=1), 1.0)
    for outlines in (node, cell):
        # Each curve begins where the one before ends, and the last one closes the path.
        np.testing.assert_allclose(outlines[:, 3::4], np.roll(outlines[:, ::4], -1, axis=1))


def test_numbers_that_are_not_seen_are_no_part_of_their_cells(pen: Pen) -> None:
    matrix = cells(pen)
    assert seen(matrix) == []
    assert len(matrix.submobjects) == 1
    goals = cell_outlines(ROWS, 2.2, 1.2)
    done(matrix.fly(goals, seen=True, places=None))
    assert seen(matrix) == [number.plain for number in matrix.numbers]
    done(matrix.fly(edges(), seen=False))
    assert len(matrix.submobjects) == 1


def test_a_flight_ends_where_it_shall_whatever_was_drawn_before(pen: Pen) -> None:
    goals = cell_outlines(ROWS, 2.2, 1.2)
    painted = paints(pen, pen.theme.forward)
    for moments in ([1.0], [0.0, 0.3, 1.0], [0.9, 0.1, 1.0]):
        matrix = cells(pen)
        flight = matrix.fly(goals, paints=painted, seen=True, order=np.linspace(0, 1, 6), each=0.4)
        flight.begin()
        for moment in moments:
            flight.interpolate(moment)
        np.testing.assert_allclose(matrix.outlines, goals, atol=1e-12)
        for number, center in zip(matrix.numbers, ROWS, strict=True):
            np.testing.assert_allclose(number.get_center(), center, atol=1e-9)
            assert number.get_fill_opacity() == 1
        assert [matrix.paint_of(n).fill for n in range(6)] == [paint.fill for paint in painted]


def test_only_the_boxes_named_move(pen: Pen) -> None:
    matrix = cells(pen)
    before, goals = matrix.outlines, cell_outlines(ROWS[2:4], 1.0, 1.0)
    done(matrix.fly(goals, places=[2, 3]))
    np.testing.assert_allclose(matrix.outlines[2:4], goals, atol=1e-12)
    np.testing.assert_array_equal(matrix.outlines[[0, 1, 4, 5]], before[[0, 1, 4, 5]])


def test_a_rewritten_number_replaces_the_old_one(pen: Pen) -> None:
    matrix = laid(pen)
    old, new = matrix.numbers[2], pen.text("new")
    done(matrix.rewrite([new], [Paint.solid("#FF0000")], places=[2]))
    assert matrix.numbers[2] is new
    assert old not in matrix.submobjects
    assert seen(matrix).count("new") == 1
    np.testing.assert_allclose(new.get_center(), ROWS[2], atol=1e-9)
    assert matrix.paint_of(2).fill == mn.ManimColor("#FF0000")


def test_old_and_new_number_are_never_legible_together(pen: Pen) -> None:
    matrix = laid(pen)
    old, new = matrix.numbers[0], pen.text("new")
    writing = matrix.rewrite([new], [matrix.paint_of(0)], places=[0])
    writing.begin()
    for moment in np.linspace(0, 1, 21):
        writing.interpolate(moment)
        assert min(old.get_fill_opacity(), new.get_fill_opacity()) == 0


def test_frames_lie_around_the_cells_that_they_copy(pen: Pen) -> None:
    matrix = laid(pen)
    frames = matrix.framed([4, 1], pen.theme.ink)
    np.testing.assert_array_equal(frames.outlines, matrix.outlines[[4, 1]])
    assert all(box.get_fill_opacity() == 0 for box in frames.boxes)


def test_half_a_flight_is_half_the_way(pen: Pen) -> None:
    matrix = cells(pen)
    before, goals = matrix.outlines, cell_outlines(ROWS, 2.2, 1.2)
    at(matrix.fly(goals), 0.5)
    np.testing.assert_allclose(matrix.outlines, (before + goals) / 2)
