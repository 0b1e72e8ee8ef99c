"""The pages of the PDF file and their text, as another library reads them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from scenes.production.lecture.decks.deck import Clip, Deck, deck_of
from scenes.production.lecture.decks.pdf import write_pdf
from scenes.production.lecture.lecture import Lecture
from tests.production.lecture.decks.conftest import change, frames_of


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
            assert slide.beat.sentence in text
            (image,) = page.images
            frame = frames_of(slide.film.video)[slide.beat.still]
            assert (np.asarray(image.image.convert("RGB")) == frame).all()
    assert deck.title in words(made.pages[0].extract_text())
    assert all(film.sources in words(made.pages[-1].extract_text()) for film in deck.films)


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
