"""The PowerPoint file has the slides, videos and notes of the deck, and LibreOffice opens it."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import av
import numpy as np
import pytest
from PIL import Image
from pptx import Presentation

from scenes.production.lecture.decks.deck import Clip, Deck, Section, deck_of
from scenes.production.lecture.decks.framing import Framing, placed
from scenes.production.lecture.decks.powerpoint import write_powerpoint
from scenes.production.lecture.lecture import Lecture
from scenes.production.request.catalog import describe
from scenes.production.video.files import cut
from tests.patience import PATIENCE
from tests.production.lecture.decks.conftest import RATE, frames_of

HOSTILE = "<b>&\"'{{ 1 }}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
MEDIA = "{http://schemas.microsoft.com/office/powerpoint/2010/main}media"
EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"


@pytest.fixture(scope="module")
def path(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (made,) = write_powerpoint(deck, tmp_path_factory.mktemp("pptx")).values()
    return made


@pytest.fixture(scope="module")
def pages(path: Path) -> list[Any]:
    return list(Presentation(str(path)).slides)


def movie_of(page: Any) -> tuple[Any, bytes]:
    (movie,) = (shape for shape in page.shapes if shape.element.tag == f"{P}pic")
    (media,) = movie.element.iter(MEDIA)
    return movie, page.part.related_part(media.get(EMBED)).blob


def words_of(page: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)


def test_each_beat_is_its_own_frames(deck: Deck, pages: list[Any], tmp_path: Path) -> None:
    slides = list(deck.slides())
    assert len(pages) == len(slides)
    for slide, page in zip(slides, pages, strict=True):
        if isinstance(slide, Clip):
            clip = tmp_path / "clip.mp4"
            clip.write_bytes(movie_of(page)[1])
            frames = slide.beat.frames
            wanted = frames_of(slide.film.video)[frames.start : frames.stop]
            for one, other in zip(frames_of(clip), wanted, strict=True):
                assert np.abs(one.astype(int) - other).mean() < 2


def test_a_poster_is_the_picture_of_its_sentence(deck: Deck, pages: list[Any]) -> None:
    for slide, page in zip(deck.slides(), pages, strict=True):
        if isinstance(slide, Clip):
            poster = movie_of(page)[0].poster_frame
            assert poster.content_type == "image/jpeg"
            frames = frames_of(slide.film.video)
            with Image.open(io.BytesIO(poster.blob)) as found:
                picture = np.asarray(found.convert("RGB")).astype(int)
            far = [np.abs(picture - frames[n]).mean() for n in slide.beat.frames]
            assert far[-1] < 2
            assert far[0] > 2 * far[-1]


def test_the_file_says_of_itself_what_is_true(deck: Deck, tmp_path: Path) -> None:
    framing = Framing(author="A. Person", course="CS 101", date="2 May")
    before = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    (path,) = write_powerpoint(replace(deck, framing=framing), tmp_path).values()
    about = Presentation(str(path)).core_properties
    assert (about.author, about.last_modified_by) == ("A. Person", "leaky-backprop")
    assert (about.title, about.category, about.comments) == (deck.title, "CS 101", "2 May")
    assert before <= about.created == about.modified <= before + timedelta(hours=1)
    with ZipFile(path) as held:
        whole = b"".join(held.read(name) for name in held.namelist() if name.startswith("docProps"))
        assert not re.search(rb"Canny|2013|python-pptx|Macintosh|4:3", whole)
        assert not [name for name in held.namelist() if "printerSettings" in name]
        with Image.open(io.BytesIO(held.read("docProps/thumbnail.jpeg"))) as small:
            assert small.size[0] / small.size[1] == pytest.approx(16 / 9, 0.02)


def test_notes_titles_and_alternative_texts(deck: Deck, pages: list[Any]) -> None:
    for slide, page in zip(deck.slides(), pages, strict=True):
        assert page.shapes.title.text_frame.text
        if isinstance(slide, Clip):
            notes = page.notes_slide.notes_text_frame.text
            assert notes == "\n".join(f"{head}: {text}" for head, text in slide.beat.notes)
            assert slide.beat.sentence not in notes
            assert page.shapes.title.text_frame.text == slide.beat.sentence
            described = movie_of(page)[0].element.nvPicPr.cNvPr
            assert described.get("descr") == slide.beat.alt
        if isinstance(slide, Section):
            notes = page.notes_slide.notes_text_frame.text
            assert describe(slide.film.name).opening_question in notes
    assert deck.title in words_of(pages[0])
    assert deck.network in words_of(pages[0])
    assert all(film.sources in words_of(pages[-1]) for film in deck.films)


def test_its_sources_are_links(deck: Deck, pages: list[Any]) -> None:
    runs = [
        run
        for shape in pages[-1].shapes
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
    ]
    found = {(run.text.removeprefix("; "), run.hyperlink.address) for run in runs}
    assert {tuple(one) for film in deck.films for one in film.cited} <= found


def test_a_beat_plays_by_itself_and_stays_on_its_last_picture(deck: Deck, pages: list[Any]) -> None:
    for slide, page in zip(deck.slides(), pages, strict=True):
        timings = page.element.findall(f"{P}timing")
        assert len(timings) == isinstance(slide, Clip)
        if isinstance(slide, Clip):
            shape = str(movie_of(page)[0].shape_id)
            targets = {target.get("spid") for target in timings[0].iter(f"{P}spTgt")}
            assert targets == {shape}
            (command,) = timings[0].iter(f"{P}cmd")
            assert command.get("cmd") == "playFrom(0.0)"
            (length,) = (node.get("dur") for node in command.iter(f"{P}cTn"))
            assert int(length) == len(slide.beat.frames) * 1000 // RATE
            (node,) = timings[0].iter(f"{P}cMediaNode")
            assert node.find(f"{P}cTn").get("fill") == "hold"
            numbers = [node.get("id") for node in timings[0].iter(f"{P}cTn")]
            assert len(set(numbers)) == len(numbers)


def groups_of(path: Path) -> list[tuple[str, int]]:
    """Return the sections of a presentation, each with the number of its slides."""
    return [
        (section.get("name"), len(list(section.iter("{*}sldId"))))
        for section in Presentation(str(path)).element.iter("{*}section")
    ]


def test_slides_are_grouped_by_film(deck: Deck, path: Path) -> None:
    films = [(film.title, 1 + len(film.beats)) for film in deck.films]
    assert groups_of(path) == [(deck.title, 1), *films, ("Sources", 1)]


def test_a_slide_of_ones_own_that_is_called_sources_is_a_group_of_its_own(
    lecture_of: Callable[..., Lecture], tmp_path: Path
) -> None:
    notes = tmp_path / "sources.md"
    notes.write_text("# Sources\n\nMy book.\n", encoding="utf-8")
    own = placed(["leak", str(notes)], [])[1]
    deck = deck_of(lecture_of("leak"), Framing(own=own))
    (made,) = write_powerpoint(deck, tmp_path).values()
    assert groups_of(made)[-2:] == [("Sources", 1), ("Sources", 1)]


def test_words_of_a_person_stay_words(lecture_of: Callable[..., Lecture], tmp_path: Path) -> None:
    deck = deck_of(lecture_of("leak", title=HOSTILE))
    (made,) = write_powerpoint(deck, tmp_path).values()
    presentation = Presentation(str(made))
    assert presentation.slides[0].shapes.title.text_frame.text == HOSTILE
    assert presentation.core_properties.title == HOSTILE
    assert next(presentation.element.iter("{*}section")).get("name") == HOSTILE


def test_a_clip_begins_with_a_key_frame(deck: Deck, tmp_path: Path) -> None:
    film = deck.films[0]
    first, second = film.beats
    with pytest.raises(ValueError, match=r"^frames 3 to 9 of leak\.mp4 do not stand by themselves"):
        cut(film.video, {tmp_path / "a.mp4": range(3, 9)}, RATE)
    with pytest.raises(ValueError, match="do not stand by themselves"):
        cut(film.video, {tmp_path / "a.mp4": range(second.frames[0], 999)}, RATE)
    cut(film.video, {tmp_path / "a.mp4": first.frames, tmp_path / "b.mp4": second.frames}, RATE)
    with av.open(str(tmp_path / "b.mp4")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == [n / RATE for n in range(len(second.frames))]


def test_libreoffice_shows_every_page(path: Path, deck: Deck, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no soffice; apt-get install libreoffice-impress")
    pypdf = pytest.importorskip("pypdf")
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    words = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    done = subprocess.run([*words, str(path)], capture_output=True, text=True, timeout=PATIENCE)
    printed = tmp_path / "lecture.pdf"
    assert printed.is_file(), done.stderr
    pages = pypdf.PdfReader(printed).pages
    assert len(pages) == len(list(deck.slides()))
    assert "Sources" in pages[-1].extract_text()
    for slide, page in zip(deck.slides(), pages, strict=True):
        assert float(page.mediabox.width) / float(page.mediabox.height) == pytest.approx(
            16 / 9, 0.01
        )
        if isinstance(slide, Clip):
            # All pages share what they may draw; this is what one does.
            drawn = re.findall(rb"/Im\d+ Do", page.get_contents().get_data())
            assert len(drawn) == 1
