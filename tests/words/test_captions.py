"""Captions: short lines, cut where a reader would pause, each with its time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.words.captions import (
    CHARACTERS_A_SECOND,
    LINE,
    captions,
    pieces,
    seconds_for,
)

LONG = (
    "One network, the same examples twice: raw, and with every feature standardised, "
    "so that its mean is 0 and its deviation 1, which is what most recipes ask for."
)


def test_nothing_has_no_caption() -> None:
    assert pieces("") == ()
    assert captions(" ", 1.0, 2.0) == []
    assert seconds_for("") == 0


def test_a_sentence_that_fits_stays_one_caption() -> None:
    assert pieces("And every line is correct.") == ("And every line is correct.",)


@pytest.mark.parametrize(
    ("said", "cut"),
    [
        (
            "It falls once, and sticks. Eleven percent right is guessing.",
            ("It falls once, and sticks.\nEleven percent right is guessing.",),
        ),
        (
            "One network, the same examples twice: raw, and with every feature standardised.",
            ("One network, the same examples twice:\nraw, and with every feature standardised.",),
        ),
        (
            LONG,
            (
                "One network, the same examples twice:\nraw, and with every feature standardised,",
                "so that its mean is 0 and its deviation 1,\nwhich is what most recipes ask for.",
            ),
        ),
        # No number is torn from its unit, and no article from its noun, if there is another way.
        (
            "Through all the layers below it comes to 0.000253 of what it was at the top.",
            ("Through all the layers below it comes\nto 0.000253 of what it was at the top.",),
        ),
    ],
)
def test_lines_and_captions_end_where_a_reader_pauses(said: str, cut: tuple[str, ...]) -> None:
    assert pieces(said) == cut


def test_a_word_that_is_longer_than_a_line_is_cut() -> None:
    lines = [line for one in pieces("W" * 100) for line in one.split("\n")]
    assert sorted(map(len, lines)) == [16, 42, 42]


WORDS = st.lists(
    st.text(
        st.characters(codec="ascii", exclude_characters=" \n\r\t\x0b\x0c\x1c\x1d\x1e\x1f\x85"),
        min_size=1,
        max_size=60,
    ),
    min_size=1,
    max_size=60,
)


@given(WORDS)
def test_whatever_is_said_is_short_and_whole(words: list[str]) -> None:
    said = " ".join(words)
    shown = captions(said, 3.0, 3.0 + seconds_for(said))
    assert "".join("".join(one.text.split()) for one in shown) == "".join(words)
    for one in shown:
        lines = one.text.split("\n")
        assert len(lines) <= 2
        assert max(map(len, lines)) <= LINE
        assert len(one.text) < CHARACTERS_A_SECOND * (one.end - one.start)
    assert [one.start for one in shown] == [3.0, *(one.end for one in shown[:-1])]
    assert shown[-1].end == pytest.approx(3.0 + seconds_for(said))
