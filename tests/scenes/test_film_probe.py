"""The probe of layouts finds what a reader would stumble over."""

import manim as mn
import pytest

from scenes.kit.layout import NARRATION_BASELINE, point
from scenes.kit.theme import DARK, NARRATION, SMALL
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import sentence
from tests.scenes.film_probe import BETWEEN, GLIMPSE, misplaced, under_words


@pytest.mark.parametrize(
    ("first", "second", "space", "wrong"),
    [
        ("of layer one moves", "of layer two moves", BETWEEN / 2, True),
        ("of layer one moves", "of layer two moves", 0.0, True),
        ("of layer one moves", "of layer two moves", 2 * BETWEEN, False),
        ("epoch", "of layer one moves", BETWEEN / 2, False),
        ("of layer one moves", "of layer two moves", -BETWEEN, True),
    ],
)
def test_phrases_on_one_line_stand_apart(
    first: str, second: str, space: float, wrong: bool
) -> None:
    pen = Pen(DARK)
    words = pen.label(sentence(first), DARK.ink, SMALL)
    others = pen.label(sentence(second), DARK.ink, SMALL).next_to(words, mn.RIGHT, buff=space)
    assert bool(list(misplaced([words, others]))) is wrong


def test_phrases_on_two_lines_may_follow_each_other() -> None:
    pen = Pen(DARK)
    words = pen.label(sentence("of layer one moves"), DARK.ink, SMALL)
    others = pen.label(sentence("of layer two moves"), DARK.ink, SMALL)
    others.next_to(words, mn.DOWN, buff=BETWEEN / 2)
    assert not list(misplaced([words, others]))


@pytest.mark.parametrize(
    ("height", "opacity", "wrong"),
    [
        (NARRATION_BASELINE + 0.1, 1.0, True),
        (NARRATION_BASELINE + 0.1, 2 * GLIMPSE, True),
        (NARRATION_BASELINE + 0.1, GLIMPSE / 2, False),
        (NARRATION_BASELINE + 1.0, 1.0, False),
    ],
)
def test_nothing_is_drawn_behind_a_sentence(height: float, opacity: float, wrong: bool) -> None:
    words = Pen(DARK).text(sentence("Each gate does one simple thing."), size=NARRATION)
    words.on_baseline(NARRATION_BASELINE).halo(DARK.background)
    wire = mn.Line(point(-5.0, height), point(5.0, height), stroke_opacity=opacity)
    # The words change in a group of their own.
    assert bool(list(under_words([wire, mn.Group(words)]))) is wrong
