"""The pages of the PDF file and their text, as another library reads them."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from scenes.production.lecture.decks.deck import Clip, Deck, deck_of
from scenes.production.lecture.decks.framing import Framing
from scenes.production.lecture.decks.pdf import write_pdf
from scenes.production.lecture.lecture import Lecture
from tests.production.lecture.decks.conftest import FILMS, change, frames_of
from tests.selection import quick_cases


@pytest.fixture(scope="module")
def deck(unspoken: Deck) -> Deck:
    """Return slides as they are printed."""
    return unspoken


@pytest.fixture(scope="module")
def made(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    return read(deck, tmp_path_factory.mktemp("pdf"))


def read(deck: Deck, folder: Path) -> PdfReader:
    (path,) = write_pdf(deck, folder).values()
    return PdfReader(path)


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_page_for_each_slide_with_its_number(deck: Deck, made: PdfReader) -> None:
    slides = list(deck.slides())
    assert len(made.pages) == len(slides)
    for n, (slide, page) in enumerate(zip(slides, made.pages, strict=True), start=1):
        text = words(page.extract_text())
        assert f"{n} / {len(slides)}" in text
        assert float(page.mediabox.width) / float(page.mediabox.height) == pytest.approx(
            16 / 9, 0.01
        )
        if isinstance(slide, Clip):
            assert text.count(slide.beat.sentence) == 1
            (image,) = page.images
            frame = frames_of(slide.film.video)[slide.beat.still]
            assert (np.asarray(image.image.convert("RGB")) == frame).all()
    assert deck.title in words(made.pages[0].extract_text())
    assert all(film.sources in words(made.pages[-1].extract_text()) for film in deck.films)


def test_its_sources_are_links(deck: Deck, made: PdfReader) -> None:
    links = [one.get_object()["/A"]["/URI"] for one in made.pages[-1].get("/Annots", ())]
    assert set(links) == {one.address for film in deck.films for one in film.cited}


def test_it_has_a_title_bookmarks_and_alternative_texts(deck: Deck, made: PdfReader) -> None:
    assert made.metadata is not None
    assert made.metadata.title == deck.title
    marks = [mark.title for mark in made.outline if not isinstance(mark, list)]
    assert marks == [deck.title, *(film.title for film in deck.films), "Sources"]
    inner = [[mark.title for mark in marks] for marks in made.outline if isinstance(marks, list)]
    assert inner == [[beat.sentence for beat in film.beats] for film in deck.films]
    alternatives = {
        entry["/Alt"]
        for n in {*made.xref_objStm, *made.xref[0]}
        if isinstance(entry := made.get_object(n), dict) and "/Alt" in entry
    }
    assert {beat.alt for film in deck.films for beat in film.beats} <= alternatives


def test_a_sentence_in_the_picture_is_not_printed_again(
    lecture_of: Callable[..., Lecture], tmp_path: Path
) -> None:
    deck = deck_of(lecture_of("leak", narration=True))
    made = read(deck, tmp_path)
    (film,) = deck.films
    text = " ".join(words(page.extract_text()) for page in made.pages)
    assert film.title in text
    assert not any(beat.sentence in text for beat in film.beats)
    (inner,) = (marks for marks in made.outline if isinstance(marks, list))
    assert [mark.title for mark in inner] == [beat.sentence for beat in film.beats]


@pytest.mark.parametrize("each", quick_cases([2, 4, 6], 4))
def test_a_hand_out_has_several_slides_on_a_page_and_lines(
    lecture_of: Callable[..., Lecture], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, each: int
) -> None:
    said = tuple(f"Sentence {letter}." for letter in "abcdefg")
    monkeypatch.setitem(FILMS, "saturation", said)
    deck = deck_of(lecture_of("saturation", narration=False), Framing(per_page=each))
    (film,) = deck.films
    made = read(deck, tmp_path)
    cover, *sheets, sources = made.pages
    assert deck.title in words(cover.extract_text())
    assert "Sources" in sources.extract_text()
    wanted = [film.beats[n : n + each] for n in range(0, len(film.beats), each)]
    assert len(sheets) == len(wanted)
    for page, beats in zip(sheets, wanted, strict=True):
        text = words(page.extract_text())
        assert film.title in text
        assert [one for one in said if one in text] == [beat.sentence for beat in beats]
        # A4, upright.
        assert float(page.mediabox.height) / float(page.mediabox.width) == pytest.approx(
            1.414, 0.01
        )
        drawn = page.get_contents().get_data()
        assert len(re.findall(rb"/\w+ Do", drawn)) == len(beats)
        # Each slide has its lines, which end on the page.
        lines = re.findall(rb" l\s+S", drawn)
        assert len(lines) >= 3 * len(beats)


def test_words_of_a_person_are_no_source(
    lecture_of: Callable[..., Lecture], tmp_path: Path
) -> None:
    hostile = '#panic() *b* $x$ "q" \\ @x <a> // no'
    lecture = lecture_of("leak", title=hostile)
    change(lecture.parts[0].planned.target.ledger, subtitle='#read("/etc/passwd")')
    made = read(deck_of(lecture), tmp_path)
    assert made.metadata is not None
    assert made.metadata.title == hostile
    text = words(made.pages[0].extract_text())
    assert hostile in text
    assert '#read("/etc/passwd")' in text
