"""The bowl of a letter lies inside it."""

import pytest

from scenes.kit.stage.bowl import bowl_of
from scenes.kit.type.typesetting import Pen


def test_the_bowl_is_that_of_the_first_letter_with_a_large_one(pen: Pen) -> None:
    word, letter = pen.code("backward", size=60), pen.code("b", size=60)
    bowl, alone = bowl_of(word), bowl_of(letter)
    # The letter a, which has a smaller bowl, and d, whose bowl is as large, come later.
    assert bowl.left - word.get_left()[0] == pytest.approx(alone.left - letter.get_left()[0])
    assert (bowl.width, bowl.height) == pytest.approx((alone.width, alone.height))
    assert letter.get_left()[0] < alone.left < alone.right < letter.get_right()[0]


def test_it_is_where_the_word_is_now(pen: Pen) -> None:
    word = pen.code("step(grads)", size=60)
    before = bowl_of(word)
    word.scale(3)
    assert bowl_of(word).width == pytest.approx(3 * before.width)


def test_a_word_without_a_bowl_is_refused(pen: Pen) -> None:
    with pytest.raises(ValueError, match="no letter of 'fit' has a bowl"):
        bowl_of(pen.code("fit", size=60))
