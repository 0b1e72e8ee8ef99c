"""Slides are the beats of the films, each with the frames that belong to it."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from scenes.production.lecture.decks.deck import Clip, Deck, Section, Sources, Title, deck_of
from scenes.production.lecture.lecture import TITLE, Lecture
from scenes.production.request.catalog import FILMS as ALL
from scenes.production.request.catalog import describe
from scenes.words.sources import citations
from tests.production.lecture.decks.conftest import FILMS, change, frames_of


def test_a_slide_for_each_beat_between_title_and_sources(deck: Deck) -> None:
    slides = list(deck.slides())
    kinds = [Title, Section, Clip, Clip, Section, Clip, Clip, Clip, Sources]
    assert [type(slide) for slide in slides] == kinds
    said = [slide.beat.sentence for slide in slides if isinstance(slide, Clip)]
    assert said == [sentence for sentences in FILMS.values() for sentence in sentences]
    assert deck.title == TITLE
    assert deck.network == "2 films; each says which network it shows"
    assert [film.network for film in deck.films] == ["the network of leak", "the network of layer"]
    assert [film.cited for film in deck.films] == [citations(describe(n).sources) for n in FILMS]


def test_beats_take_every_frame_of_a_film_once(deck: Deck, lecture: Lecture) -> None:
    for film, part in zip(deck.films, lecture.parts, strict=True):
        taken = [n for beat in film.beats for n in beat.frames]
        assert taken == list(range(part.facts["frames"]))


def test_a_beat_waits_where_nothing_moves(deck: Deck) -> None:
    for film in deck.films:
        frames = frames_of(film.video)
        for beat in film.beats:
            waits = frames[int(beat.hold * film.rate)]
            assert (waits == frames[beat.still]).all()
            # A player that stops a fifth of a second too soon or too late shows the same.
            for off in (-0.2, 0.2):
                seen = frames[int((beat.hold + off) * film.rate)]
                assert np.abs(seen.astype(int) - waits).max() <= 2
        for before, after in pairwise(film.beats):
            assert (frames[before.still] != frames[after.still]).any()


def test_the_picture_is_told_in_words(deck: Deck) -> None:
    first, second = deck.films[0].beats
    assert first.alt == "One falls. A bar has grown to 3.26."
    assert second.alt == second.sentence


def test_films_of_one_network_say_it_once(lecture_of: Callable[..., Lecture]) -> None:
    lecture = lecture_of(title="Mine")
    for part in lecture.parts:
        change(part.planned.target.ledger, subtitle="9 layers of 30")
    deck = deck_of(lecture)
    assert (deck.title, deck.network) == ("Mine", "9 layers of 30")
    # A person's own words would name all films alike.
    assert [film.title for film in deck.films] == [describe(name).title for name in FILMS]


def test_sources_of_all_films_take_several_slides(deck: Deck) -> None:
    many = Deck(**vars(deck) | {"films": deck.films * len(ALL)})
    slides = [slide.films for slide in many.slides() if isinstance(slide, Sources)]
    assert sum(slides, ()) == many.films
    assert 1 < len(slides) < len(many.films)


@pytest.mark.parametrize("beats", [[{"name": "x", "sentence": "x", "start": 90, "pause": 91}], []])
def test_a_ledger_of_another_film_is_refused(
    lecture_of: Callable[..., Lecture], beats: list[dict[str, object]]
) -> None:
    lecture = lecture_of("leak")
    change(lecture.parts[0].planned.target.ledger, beats=beats)
    with pytest.raises(ValueError, match=r"^a film has no beats$|^the beat x is not in the film$"):
        deck_of(lecture)
