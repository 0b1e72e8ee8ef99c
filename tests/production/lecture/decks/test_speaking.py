"""What the lecturer's notes say of a beat and of a film."""

from dataclasses import replace

import pytest

from scenes.production.lecture.decks.speaking import MOST_NUMBERS, Note, beat_notes, film_notes
from scenes.production.request.catalog import FILMS, describe
from scenes.production.sidecars.transcript import Number, Passage, Series

NUMBERS = (
    Number("signal[9]", "", "1.62", said=True),
    Number("inner.mean_factor[8]", "", "0.25", said=False),
    Number("slope[0.5]", "slope", "0.24", said=False),
)
BEAT = Passage("One", 0, 2, 1, 0, "It falls.", "A bar shrinks to 1.62.", NUMBERS, ())


def test_they_say_what_is_not_on_the_screen() -> None:
    assert list(beat_notes(BEAT, narrated=True)) == [
        Note("Look at", "A bar shrinks to 1.62."),
        Note("Numbers", "mean factor[8] = 0.25; slope = 0.24"),
    ]


def test_a_sentence_that_is_in_no_picture_is_to_be_said() -> None:
    assert next(beat_notes(BEAT, narrated=False)) == Note("Say", "It falls.")


def test_a_question_waits_for_the_hall() -> None:
    heads = [note.head for note in beat_notes(replace(BEAT, sentence="How far?"), narrated=True)]
    assert heads == ["Ask", "Look at", "Numbers"]


def test_only_so_many_numbers_are_told_as_are_read_while_speaking() -> None:
    many = tuple(Number(f"n[{n}]", "", f"{n}", said=False) for n in range(20))
    counted = Series("loss", "loss", 30, "7.19", "3.25", "3.25", "7.19")
    crowded = replace(BEAT, numbers=many, series=(counted,))
    (numbers,) = (
        note.text for note in beat_notes(crowded, narrated=True) if note.head == "Numbers"
    )
    assert numbers.split("; ") == [f"n[{n}] = {n}" for n in range(MOST_NUMBERS)]


@pytest.mark.parametrize("film", FILMS)
def test_a_film_asks_a_question_and_names_what_is_often_wrong(film: str) -> None:
    ask, wrong = film_notes(describe(film))
    assert (ask.head, wrong.head) == ("Ask", "Often wrong")
    assert ask.text.endswith("?")
    # What students believe, and then what is right.
    assert wrong.text.startswith("Students ")
    assert wrong.text.endswith(".")
    assert wrong.text.count(". ") >= 1
    # True of every network, so no number of one.
    assert not any(letter.isdigit() for letter in ask.text + wrong.text)
