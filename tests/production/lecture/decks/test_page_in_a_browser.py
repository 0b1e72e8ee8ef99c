"""The page as a lecturer uses it, in a real browser."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scenes.production.lecture.decks.deck import Deck, deck_of
from scenes.production.lecture.decks.page import write_page
from scenes.production.lecture.lecture import Lecture
from tests.browser import Visit
from tests.patience import wait_until
from tests.selection import quick_cases

Open = Callable[..., Visit]
HOSTILE = '</title><script>alert(1)</script><img src=x onerror="alert(1)">'
PLAYING = "() => [...document.querySelectorAll('video')].some(v => !v.paused)"
STANDS = (
    "() => { const v = document.querySelector('#screen video:not([hidden])');"
    " return v && v.paused && !v.seeking && v.currentTime > 0 }"
)


def until(page: Any, condition: str) -> None:
    """Wait for a condition, as the page's policy forbids Playwright's own way."""
    wait_until(partial(page.evaluate, condition), pause=partial(page.wait_for_timeout, 20))


@pytest.fixture(scope="module")
def path(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (made,) = write_page(deck, tmp_path_factory.mktemp("html")).values()
    return made


def number(page: Any) -> int:
    shown = page.eval_on_selector_all(".slide:not([hidden])", "all => all.map(one => one.id)")
    assert len(shown) == 1
    assert page.url.endswith(f"#{shown[0]}")
    return int(shown[0])


def time_of(page: Any) -> float:
    until(page, STANDS)
    seconds: float = page.evaluate(
        "document.querySelector('#screen video:not([hidden])').currentTime"
    )
    return seconds


def press(page: Any, *keys: str) -> int:
    for key in keys:
        page.keyboard.press(key)
    return number(page)


@pytest.mark.thorough
def test_a_beat_plays_and_waits_where_nothing_moves(path: Path, deck: Deck, visit: Open) -> None:
    seen = visit(path)
    page = seen.page
    assert number(page) == 1
    assert press(page, "ArrowRight", "ArrowRight") == 3
    until(page, PLAYING)
    first, second = deck.films[0].beats
    assert first.hold <= time_of(page) < second.start
    assert press(page, "PageDown") == 4
    until(page, PLAYING)
    end = second.frames.stop / deck.films[0].rate
    assert second.hold <= time_of(page) < end
    # A step back shows how the beat ended, and does not play it.
    assert press(page, "PageUp") == 3
    assert time_of(page) == pytest.approx(first.hold, abs=0.05)
    # To play it again is asked for.
    page.keyboard.press("r")
    until(page, PLAYING)
    assert first.hold <= time_of(page) < second.start
    assert seen.misdeeds == []


def test_keys_of_lecturers_and_clickers(path: Path, deck: Deck, visit: Open) -> None:
    page = visit(path).page
    last = len(list(deck.slides()))
    assert press(page, "End") == last
    assert press(page, "ArrowRight") == last
    assert press(page, "Home") == 1
    assert press(page, "ArrowLeft") == 1
    assert press(page, " ", "ArrowDown", "n") == 4
    assert press(page, "ArrowUp", "Backspace") == 2
    page.keyboard.press("?")
    assert page.is_visible("#help")
    page.keyboard.press("Escape")
    assert page.is_hidden("#help")
    page.keyboard.press("b")
    assert page.is_hidden("#deck")
    assert press(page, "PageDown") == 3
    assert page.is_visible("#deck")
    assert page.text_content("#number") == f"3 / {last}"
    # What is said is told to who cannot see it.
    assert page.text_content("#said") == deck.films[0].beats[0].sentence


def test_an_address_leads_to_a_slide(path: Path, visit: Open) -> None:
    page = visit(f"{path.as_uri()}#7").page
    assert number(page) == 7
    page.evaluate("location.hash = '#5'")
    until(page, "!document.getElementById('5').hidden")
    assert number(page) == 5
    page.evaluate("location.hash = '#nonsense'")
    until(page, "!document.getElementById('1').hidden")
    page.click(".films a >> nth=1")
    until(page, "!document.getElementById('5').hidden")


def test_the_presenter_sees_what_comes_and_what_to_say(path: Path, deck: Deck, visit: Open) -> None:
    seen = visit(path)
    page = seen.page
    press(page, "ArrowRight", "ArrowRight")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    presenter = opened.value
    first, second = deck.films[0].beats
    assert presenter.text_content("#notes") == first.sentence
    assert presenter.get_attribute("#now img", "alt") == first.alt
    assert presenter.get_attribute("#coming img", "alt") == second.alt
    assert presenter.evaluate("document.querySelector('#coming img').naturalWidth") > 0
    assert "00:0" in presenter.text_content("#clock")
    presenter.keyboard.press("PageDown")
    assert number(page) == 4
    assert presenter.text_content("#notes") == second.sentence
    # It is laid out by the page's own style, which its policy lets be.
    assert presenter.evaluate("getComputedStyle(document.body).display") == "grid"
    assert presenter.evaluate("document.querySelector('#notes').getBoundingClientRect().top") > 100
    page.close(run_before_unload=False)
    assert seen.misdeeds == []


def test_a_phone_is_swiped_and_shows_the_sentence(path: Path, deck: Deck, visit: Open) -> None:
    seen = visit(path, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = seen.page
    swipe = """x => {
        const at = (type, clientX) => document.querySelector('#deck').dispatchEvent(
            new PointerEvent(type, { clientX, clientY: 300, isPrimary: true, bubbles: true,
                                     pointerType: 'touch' }));
        at('pointerdown', 200); at('pointerup', 200 + x);
    }"""
    for wanted, x in ((2, -90), (3, -90), (3, 10), (2, 90), (3, -90)):
        page.evaluate(swipe, x)
        assert number(page) == wanted
    assert page.is_visible("text=" + deck.films[0].beats[0].sentence)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.tap("[data-do=next]")
    assert number(page) == 4
    assert seen.misdeeds == []


def test_who_wants_no_motion_sees_how_a_beat_ends(path: Path, deck: Deck, visit: Open) -> None:
    page = visit(f"{path.as_uri()}#3", reduced_motion="reduce").page
    first = deck.films[0].beats[0]
    assert time_of(page) == pytest.approx(first.hold, abs=0.05)
    page.keyboard.press("r")
    until(page, PLAYING)


def test_without_a_decoder_the_stills_are_shown(path: Path, tmp_path: Path, visit: Open) -> None:
    broken = tmp_path / "broken.html"
    content = path.read_text(encoding="utf-8")
    films = content.partition('id="film-leak">')
    broken.write_text(films[0] + films[1] + "AAAA" + films[2][4000:], encoding="utf-8")
    page = visit(f"{broken.as_uri()}#3").page
    page.wait_for_selector("[id='3']:not(.plays) img", state="visible")
    assert press(page, "ArrowRight") == 4
    page.wait_for_selector("[id='4']:not(.plays) img", state="visible")


def test_printed_a_slide_is_a_page(path: Path, deck: Deck, visit: Open, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    page = visit(path).page
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True, print_background=True)
    printed = pypdf.PdfReader(tmp_path / "printed.pdf").pages
    assert len(printed) == len(list(deck.slides()))
    assert deck.films[0].beats[0].sentence in " ".join(printed[2].extract_text().split())
    assert len(printed[2].images) == 1


def test_words_of_a_person_do_nothing(
    lecture_of: Callable[..., Lecture], visit: Open, tmp_path: Path
) -> None:
    (made,) = write_page(deck_of(lecture_of("leak", title=HOSTILE)), tmp_path).values()
    seen = visit(made)
    assert seen.page.title() == HOSTILE
    assert seen.page.text_content("h1") == HOSTILE
    assert seen.misdeeds == []


@pytest.mark.parametrize("slide", quick_cases([1, 2, 3, 9], 2))
def test_nobody_is_shut_out(path: Path, visit: Open, slide: int) -> None:
    seen = visit(f"{path.as_uri()}#{slide}")
    assert seen.barriers() == []
