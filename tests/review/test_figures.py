"""The arithmetic of the table."""

from tests.review.figures import number_of_words, sentences, stillnesses, weighted_median
from tests.review.watch import Look, Seen


def _look(frames: int) -> Look:
    return Look(frames, 0.0, frozenset(), 26.0)


def test_a_stillness_ends_where_something_moves() -> None:
    seen = Seen(frames=60, moving={0, 1, 2, 20}, last=1.0)
    assert stillnesses(seen) == [(3, 17), (21, 24)]


def test_a_median_is_weighted_by_time() -> None:
    assert weighted_median([1.0, 9.0, 5.0], [_look(1), _look(10), _look(1)]) == 9.0
    assert weighted_median([1.0, 9.0, 5.0], [_look(1), _look(1), _look(1)]) == 5.0
    assert weighted_median([], []) == 0.0


def test_sentences_end_with_their_marks_and_numbers_do_not_end_them() -> None:
    assert list(sentences(["Why? It is 0.25.", "So it goes!"])) == [
        "Why?",
        "It is 0.25.",
        "So it goes!",
    ]


def test_signs_are_no_words() -> None:
    assert number_of_words("It is 7 × 10⁴ — no more.") == 6
