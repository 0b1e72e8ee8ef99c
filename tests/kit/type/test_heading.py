"""Titles of any length, and the line below them."""

import pytest

from scenes.kit.layout import FRAME, SAFE, STAGE
from scenes.kit.theme import SMALL, TITLE
from scenes.kit.type.heading import subtitle, title
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import sentence


@pytest.mark.parametrize(
    "words", ["Why?", "gradients " * 6, "g" * 80, "Wy " * 26 + "W", "W" * 80, "j" * 80]
)
def test_a_title_stands_clear_of_the_line_below_it(words: str, pen: Pen) -> None:
    line, below = title(words, pen), subtitle(sentence("half of them"), pen)
    assert line.get_bottom()[1] > below.get_top()[1]
    assert line.get_top()[1] < FRAME.top - 0.25
    assert SAFE.left - 1e-3 <= line.get_left()[0] < line.get_right()[0] <= SAFE.right + 1e-3
    assert SMALL <= line.font_size <= TITLE
    assert below.get_bottom()[1] > STAGE.top
