"""The arrangements of a layer's arrays: inside their region, with as many numbers as fit."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.kit.layout import STAGE
from scenes.kit.parts.layer_board import FITS, LayerBoard
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import Figure, Sentence, count, measured, sentence

REGION = STAGE.inset(left=6.0)


def board(
    pen: Pen, units: int, inputs: int, scale: float = 1.0, biased: bool = False
) -> LayerBoard:
    rng = np.random.default_rng(0)
    shapes = {"W": (units, inputs), "x": (inputs, 1), "u": (units, 1), "z": (units, 1)}
    shapes |= {"slope": (units, 1), "dx": (inputs, 1), "dW": (units, inputs)}
    if biased:
        shapes["b"] = (units, 1)
    arrays = {name: scale * rng.normal(size=shape) for name, shape in shapes.items()}

    def entry(name: str, i: int, j: int, digits: int) -> Figure:
        return measured(f"{name}[{i},{j}]", float(arrays[name][i, j]), digits=digits)

    def shape(name: str) -> Sentence:
        return sentence("({m},)", m=count(name, units))

    return LayerBoard(REGION, arrays, entry, shape, {"u": "W @ x"}, pen)


@pytest.mark.parametrize(
    ("units", "inputs", "scale", "biased"),
    [
        (1, 1, 1.0, False),
        (4, 2, 1.0, False),
        (4, 2, 1.0, True),
        (3, 900, 1e-3, False),
        (900, 1, 1e4, False),
        (64, 64, 1.0, True),
        (64, 64, 1e-200, True),
    ],
)
def test_everything_stands_inside_its_region(
    units: int, inputs: int, scale: float, biased: bool, pen: Pen
) -> None:
    drawn = board(pen, units, inputs, scale, biased)
    for arrangement in drawn.arrangements():
        assert REGION.holds(arrangement)
    assert drawn.sampled == (units > drawn.fit.rows or inputs > drawn.fit.columns)
    inks = [i for a in drawn.arrangements() for i in a.get_family() if isinstance(i, Typeset)]
    assert min(ink.font_size for ink in inks) >= 26


def test_small_arrays_are_whole_and_large(pen: Pen) -> None:
    drawn = board(pen, 2, 2)
    assert drawn.fit.size > 26
    assert drawn.fit in FITS[:4]
    assert drawn.numbered
    assert not drawn.sampled


def test_the_widest_numbers_give_way_to_shades(pen: Pen) -> None:
    drawn = board(pen, 64, 64, 1e-200, biased=True)
    assert not drawn.numbered
    assert len(drawn.W.cells[0][0]) == 1


def test_what_is_multiplied_stands_in_line(pen: Pen) -> None:
    drawn = board(pen, 4, 3)
    for j in range(3):
        above, below = drawn.x_above.cells[0][j], drawn.dx_below.cells[0][j]
        for i in range(4):
            cell = drawn.dW.cells[i][j]
            assert cell[0].get_x() == pytest.approx(above[0].get_x())
            assert cell[0].get_x() == pytest.approx(below[0].get_x())
            assert cell[0].get_y() == pytest.approx(drawn.slope_left.cells[i][0][0].get_y())
    assert above[0].get_y() > drawn.dW.cells[0][0][0].get_y()


def test_w_turned_over_has_its_rows_as_columns(pen: Pen) -> None:
    drawn = board(pen, 4, 3)
    for i in range(4):
        for j in range(3):
            assert drawn.W_T.cells[j][i][1].plain == drawn.W_before.cells[i][j][1].plain
    np.testing.assert_allclose(
        drawn.W_before.body.get_center(), drawn.W_T.body.get_center(), atol=1e-9
    )
