"""Matrices: the right numbers in the right cells, and signs that are visible without colour."""

from __future__ import annotations

import manim as mn
import numpy as np
import pytest

from scenes.kit.arrays.matrix import Matrix, Sample, cell_width, colors
from scenes.kit.theme import Theme
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, count, measured, sentence

VALUES = np.arange(-20.0, 22.0).reshape(7, 6) / 10
ALL = Sample(2, 4), Sample(3, 4)


def figure(i: int, j: int) -> Figure:
    return measured(f"W[{i},{j}]", float(VALUES[i, j]), digits=2)


def matrix(pen: Pen, samples: tuple[Sample, Sample], numbered: bool = True) -> Matrix:
    shape = sentence("({m}, {n})", m=count("m", samples[0].length), n=count("n", samples[1].length))
    values = VALUES[: samples[0].length, : samples[1].length]
    read = figure if numbered else None
    return Matrix(values, read, samples, (1.0, 0.6), pen.theme.forward, pen, name="W", shape=shape)


def luminance(color: mn.ManimColor) -> float:
    rgb = np.asarray(color.to_rgb())
    linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: mn.ManimColor, other: mn.ManimColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("length", "most", "indices"),
    [
        (1, 2, (0,)),
        (3, 4, (0, 1, 2)),
        (4, 4, (0, 1, 2, 3)),
        (5, 4, (0, 1, 2, 4)),
        (900, 2, (0, 899)),
    ],
)
def test_a_sample_is_everything_or_the_first_ones_and_the_last(
    length: int, most: int, indices: tuple[int, ...]
) -> None:
    sample = Sample(length, most)
    assert sample.indices == indices
    assert sample.cut == (length > most)
    places, total = sample.offsets(1.0)
    steps = np.diff(places)
    assert total == pytest.approx(len(indices) + 0.38 * sample.cut)
    assert np.all(steps[:-1] == 1.0)
    if sample.cut:
        assert steps[-1] > 1.3


@pytest.mark.parametrize(
    "samples", [ALL, (Sample(7, 4), Sample(6, 3)), (Sample(7, 2), Sample(2, 3))]
)
def test_numbers_stand_where_numpy_has_them(samples: tuple[Sample, Sample], pen: Pen) -> None:
    drawn = matrix(pen, samples)
    rows, columns = samples
    assert [[cell[1].plain for cell in row] for row in drawn.cells] == [
        [figure(i, j).plain for j in columns.indices] for i in rows.indices
    ]
    for row in drawn.cells:
        lefts = [cell.get_center()[0] for cell in row]
        assert np.all(np.diff(lefts) > 0.99)
        assert len({round(cell.get_center()[1], 6) for cell in row}) == 1
    for j in range(len(columns.indices)):
        heights = [cell.get_center()[1] for cell in drawn.column(j)]
        assert np.all(np.diff(heights) < -0.59)
    dots = [each for each in drawn.caption if not isinstance(each, Typeset)]
    expected = columns.cut * len(rows.indices) + rows.cut * len(columns.indices)
    assert len(dots) == expected
    for each in dots:
        for row in drawn.cells:
            for cell in row:
                apart = np.abs(each.get_center() - cell.get_center())[:2]
                assert np.any(apart > [0.5, 0.3])


def test_numbers_fit_in_cells_of_their_width(pen: Pen) -> None:
    figures = [measured("a", value, digits=2) for value in (-0.0012, -3e-200, 4.5, 123456.0)]
    width = cell_width(figures, pen)
    assert all(pen.number(each, size=26).width < width - 0.2 for each in figures)
    assert cell_width(figures[2:3], pen) < width


@pytest.mark.parametrize("level", [-1.0, -0.3, -1e-9, 1e-9, 0.3, 1.0])
@pytest.mark.parametrize("meaning", ["forward", "backward"])
def test_a_sign_is_seen_without_its_colour(level: float, meaning: str, theme: Theme) -> None:
    fill, rim = colors(level, getattr(theme, meaning), theme)
    ground = mn.ManimColor(theme.background)
    assert (fill == ground) == (level < 0)
    assert (fill == rim) == (level > 0)
    # Digits are legible on every cell.
    assert contrast(mn.ManimColor(theme.ink), fill) >= 4.5
    if abs(level) == 1:
        assert contrast(rim, ground) >= (3 if level < 0 else 1.5)


def test_larger_magnitudes_are_stronger(theme: Theme) -> None:
    ground = mn.ManimColor(theme.background)
    for sign, part in ((1, 0), (-1, 1)):
        shades = [colors(sign * a, theme.forward, theme)[part] for a in (0.01, 0.3, 0.6, 1.0)]
        assert np.all(np.diff([contrast(shade, ground) for shade in shades]) > 0)
    assert colors(0.0, theme.forward, theme)[0] == ground


def test_frames_lie_around_their_cells(pen: Pen) -> None:
    drawn = matrix(pen, ALL).shift(mn.UP)
    for frame, cell in zip(drawn.frames(drawn.row(1)), drawn.row(1), strict=True):
        np.testing.assert_allclose(frame.get_center(), cell[0].get_center())
        assert frame.width == pytest.approx(cell[0].width)
        assert frame.get_fill_opacity() == 0


def test_without_numbers_there_are_only_boxes(pen: Pen) -> None:
    drawn = matrix(pen, ALL, numbered=False)
    assert all(len(cell) == 1 for row in drawn.cells for cell in row)
    inks = [each for each in drawn.get_family() if isinstance(each, Typeset)]
    assert [ink.plain for ink in inks] == ["W", "(2, 3)"]
