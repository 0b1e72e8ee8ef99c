"""Lines of code: indented as written, inside their region, with a pointer beside them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from scenes.kit.arrays.code_listing import LEADING, CodeListing
from scenes.kit.layout import STAGE
from scenes.kit.theme import LABEL, SMALL
from scenes.kit.type.typesetting import Pen

LINES = ("for x in xs:", "    if x:", "        use(x)", "    done()")


def test_lines_are_indented_as_they_are_written(pen: Pen) -> None:
    listing = CodeListing(STAGE, LINES, pen)
    lefts = [line.get_left()[0] for line in listing.lines]
    # A letter begins a little inside its cell, each letter by its own amount.
    step = lefts[1] - lefts[0]
    assert step > 0.4
    assert lefts[2] - lefts[1] == pytest.approx(step, abs=0.1)
    assert lefts[3] == pytest.approx(lefts[1], abs=0.1)


def test_lines_stand_at_even_distances_inside_their_region(pen: Pen) -> None:
    listing = CodeListing(STAGE, LINES, pen)
    for upper, lower in pairwise(listing.lines):
        assert upper.baseline - lower.baseline == pytest.approx(LEADING)
    assert STAGE.holds(listing)
    assert [line.plain for line in listing.lines] == [line.strip() for line in LINES]


def test_lines_can_stand_further_apart(pen: Pen) -> None:
    listing = CodeListing(STAGE, LINES, pen, leading=0.9)
    for upper, lower in pairwise(listing.lines):
        assert upper.baseline - lower.baseline == pytest.approx(0.9)
    assert listing.get_center()[1] == pytest.approx(STAGE.center[1], abs=0.1)


@pytest.mark.parametrize(("letters", "size"), [(10, LABEL), (38, None), (90, SMALL)])
def test_long_lines_are_set_smaller_but_legible(letters: int, size: float | None, pen: Pen) -> None:
    left, _ = STAGE.columns(0.6, 0.4)
    listing = CodeListing(left, ["x" * letters], pen)
    (line,) = listing.lines
    assert SMALL <= line.font_size <= LABEL
    if size is not None:
        assert line.font_size == pytest.approx(size)
    if size != SMALL:
        assert left.holds(listing)


def test_the_pointer_stands_left_of_a_line_at_its_height(pen: Pen) -> None:
    listing = CodeListing(STAGE, LINES, pen)
    for number, line in enumerate(listing.lines):
        listing.pointer.move_to(listing.beside(number))
        assert listing.pointer.get_right()[0] < min(each.get_left()[0] for each in listing.lines)
        assert line.get_bottom()[1] < listing.pointer.get_center()[1] < line.get_top()[1]
