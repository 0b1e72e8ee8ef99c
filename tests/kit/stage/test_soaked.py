"""Cells fill from right to left, each as bright as what reaches it."""

import numpy as np
import pytest

from scenes.kit.layout import point
from scenes.kit.stage.soaked import LEVELS, Soaked, SoakedPose
from scenes.kit.type.typesetting import Pen
from tests.kit.stage.activations import one_by_one, played

ROW = np.array([point(x) for x in (0.0, 1.0, 2.0, 3.0)])


def soaked(pen: Pen, values=(1.0, -2.0, 0.0, 2.0)) -> Soaked:
    return Soaked(ROW, 0.8, values, pen)


def filled(drawn: Soaked) -> list[int]:
    return [len(path.points) // 16 for path in drawn._paths]


def test_brightness_grows_with_the_size_of_what_arrives(pen: Pen) -> None:
    drawn = soaked(pen)
    assert filled(drawn) == [0] * LEVELS
    played(drawn.fill())
    counts = filled(drawn)
    assert (counts[0], counts[LEVELS // 2], counts[-1]) == (1, 1, 2)
    contrast = [pen.theme.contrast_of(path.get_fill_color().to_hex(), 1) for path in drawn._paths]
    assert contrast == sorted(contrast)


def test_cells_fill_from_right_to_left(pen: Pen) -> None:
    drawn = soaked(pen)
    drawn.draw(SoakedPose(0.3))
    corners = np.concatenate([path.points for path in drawn._paths])
    assert corners[:, 0].min() > 1.5
    drawn.draw(SoakedPose(1.0))
    corners = np.concatenate([path.points for path in drawn._paths])
    assert np.ptp(corners[:, 0]) == pytest.approx(3.8)


def test_one_cell_and_nothing_at_all_are_drawn(pen: Pen) -> None:
    one = Soaked(ROW[:1], 0.8, [3.0], pen)
    played(one.fill())
    assert filled(one)[-1] == 1
    nothing = soaked(pen, (0.0, 0.0, 0.0, 0.0))
    played(nothing.fill())
    assert filled(nothing)[0] == 4


def test_a_motion_does_not_depend_on_the_frames_drawn(pen: Pen) -> None:
    assert one_by_one(lambda: soaked(pen), lambda drawn: drawn.fill())
