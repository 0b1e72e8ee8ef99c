"""The page is one file that loads nothing, runs only our script, and escapes all texts."""

import base64
import hashlib
import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scenes.production.lecture.decks.deck import Clip, Deck, deck_of
from scenes.production.lecture.decks.page import STILL_WIDTH, _webp, write_page
from scenes.production.lecture.lecture import Lecture
from scenes.words.sources import SOURCES
from tests.production.lecture.decks.conftest import frames_of

HOSTILE = '</title><script>alert(1)</script>"&{{ 7*7 }}'


class Page(HTMLParser):
    """What a browser finds in a page: elements with their attributes, and the text in each."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self._open: list[int] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "img"}:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self.elements[self._open[-1]][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]] = self.texts.get(self._open[-1], "") + data

    def found(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [
            (about, self.texts.get(n, "").strip("\n") if tag == "p" else self.texts.get(n, ""))
            for n, (name, about) in enumerate(self.elements)
            if name == tag
        ]


@pytest.fixture(scope="module")
def path(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (made,) = write_page(deck, tmp_path_factory.mktemp("html")).values()
    return made


@pytest.fixture(scope="module")
def page(path: Path) -> Page:
    return Page(path)


def test_the_policy_lets_only_this_style_and_script_be(page: Page) -> None:
    (policy,) = (about["content"] or "" for about, _ in page.found("meta") if "http-equiv" in about)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert {rules["img-src"], rules["media-src"]} == {"data:", "blob:"}
    styles = [text for _, text in page.found("style")]
    scripts = [text for about, text in page.found("script") if "type" not in about]
    for texts, rule in ((styles, rules["style-src"]), (scripts, rules["script-src"])):
        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        assert rule == " ".join(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests)


def test_the_first_bytes_show_one_slide_and_hold_the_script(path: Path, page: Page) -> None:
    hidden = ["hidden" in about for about, _ in page.found("section")]
    assert hidden == [False] + [True] * (len(hidden) - 1)
    text = path.read_text(encoding="utf-8")
    assert text.index("<script>") < text.index("<main") < text.index('type="text/plain"')
    # What is needed at once, before a picture or a film.
    assert text.index("<main") < 60_000


def test_nothing_leads_out_of_the_page(page: Page) -> None:
    for tag, about in page.elements:
        assert not [name for name in about if name.startswith("on") or name == "style"], tag
        for name in ("src", "href", "srcset", "poster", "action", "data"):
            address = about.get(name) or "#"
            if tag == "a" and address in {source.address for source in SOURCES.values()}:
                # Beside the lecture, which goes on where it was.
                assert (about["target"], about["rel"]) == ("_blank", "noopener")
                continue
            assert address.startswith(("#", "data:")), (tag, name)


def test_films_and_stills_are_in_it(deck: Deck, page: Page, tmp_path: Path) -> None:
    held = {about["id"]: text for about, text in page.found("script") if "type" in about}
    assert set(held) == {f"film-{film.name}" for film in deck.films}
    for film in deck.films:
        video = tmp_path / f"{film.name}.mp4"
        video.write_bytes(base64.b64decode(held[f"film-{film.name}"]))
        assert video.stat().st_size <= film.video.stat().st_size
        for one, other in zip(frames_of(video), frames_of(film.video), strict=True):
            assert np.abs(one.astype(int) - other).mean() < 2
    images = [about for about, _ in page.found("img")]
    clips = [slide for slide in deck.slides() if isinstance(slide, Clip)]
    for image, slide in zip(images, clips, strict=True):
        assert image["alt"] == slide.beat.alt
        content = base64.b64decode((image["src"] or "").partition(",")[2])
        with Image.open(io.BytesIO(content)) as still:
            wanted = frames_of(slide.film.video)[slide.beat.still]
            assert np.abs(np.asarray(still).astype(int) - wanted).mean() < 3


def test_each_slide_says_where_it_plays_and_what_is_said(deck: Deck, page: Page) -> None:
    sections = [about for about, _ in page.found("section")]
    slides = list(deck.slides())
    assert [about["id"] for about in sections] == [str(n + 1) for n in range(len(slides))]
    for about, slide in zip(sections, slides, strict=True):
        if isinstance(slide, Clip):
            assert about["data-film"] == slide.film.name
            assert float(about["data-start"] or "") == slide.beat.start
            assert float(about["data-hold"] or "") == slide.beat.hold
    notes = [text for about, text in page.found("p") if about.get("class") == "notes"]
    assert notes == [slide.beat.sentence for slide in slides if isinstance(slide, Clip)]


def test_words_of_a_person_stay_words(lecture_of: Callable[..., Lecture], tmp_path: Path) -> None:
    deck = deck_of(lecture_of("leak", title=HOSTILE))
    (made,) = write_page(deck, tmp_path).values()
    page = Page(made)
    assert [text for _, text in page.found("title")] == [HOSTILE]
    assert [text for _, text in page.found("h1")[:1]] == [HOSTILE]
    assert len(page.found("script")) == 2
    assert not re.search(r"\b49\b", page.found("h1")[0][1])


def test_a_still_is_not_larger_than_it_is_seen() -> None:
    with Image.open(io.BytesIO(_webp(Image.new("RGB", (3840, 2160))))) as still:
        assert still.size == (STILL_WIDTH, STILL_WIDTH * 9 // 16)
    with Image.open(io.BytesIO(_webp(Image.new("RGB", (854, 480))))) as still:
        assert still.size == (854, 480)
