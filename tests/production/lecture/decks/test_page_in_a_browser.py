"""The page as a lecturer uses it, in a real browser."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from scenes.production.lecture.decks.deck import Clip, Deck, deck_of
from scenes.production.lecture.decks.framing import Framing
from scenes.production.lecture.decks.page import write_page
from scenes.production.lecture.lecture import Lecture
from scenes.production.request.catalog import describe
from tests.browser import Visit
from tests.patience import PATIENCE, wait_until
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
    said = presenter.inner_text("#notes").split()
    assert " ".join(said) == "Look at A bar has grown to 3.26. Numbers mean factor = 0.25"
    assert presenter.get_attribute("#now img", "alt") == first.alt
    assert presenter.get_attribute("#coming img", "alt") == second.alt
    assert presenter.evaluate("document.querySelector('#coming img').naturalWidth") > 0
    assert "00:0" in presenter.text_content("#clock")
    page.evaluate("began -= 600000")
    page.wait_for_timeout(600)
    assert "10:0" in presenter.text_content("#clock")
    presenter.click("[data-do=zero]")
    assert "00:0" in presenter.text_content("#clock")
    presenter.keyboard.press("PageDown")
    assert number(page) == 4
    facts = describe(deck.films[0].name)
    for text in (facts.opening_question, facts.misconception):
        assert text in presenter.text_content("#notes")
    assert second.sentence not in presenter.text_content("#notes")
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
    page.touchscreen.tap(200, 700)
    assert number(page) == 4
    page.evaluate(swipe, 90)
    assert number(page) == 3
    assert page.is_visible("text=" + deck.films[0].beats[0].sentence)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.tap("[data-do=next]")
    assert number(page) == 4
    # The buttons leave, and a touch brings them back.
    page.clock.install()
    page.evaluate(swipe, 90)
    opacity = "getComputedStyle(document.querySelector('[data-do=next]')).opacity"
    assert page.evaluate(opacity) == "1"
    page.clock.run_for(3100)
    until(page, f"{opacity} === '0'")
    page.evaluate(swipe, -90)
    until(page, f"{opacity} === '1'")
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


def printed(page: Any, folder: Path) -> list[Any]:
    pypdf = pytest.importorskip("pypdf")
    page.pdf(path=folder / "printed.pdf", prefer_css_page_size=True, print_background=True)
    return list(pypdf.PdfReader(folder / "printed.pdf").pages)


def text_of(page: Any) -> str:
    return " ".join(page.extract_text().split())


@pytest.mark.thorough
def test_printed_a_slide_is_a_page_and_says_its_sentence_once(
    path: Path, deck: Deck, unspoken: Deck, visit: Open, tmp_path: Path
) -> None:
    (silent,) = write_page(unspoken, tmp_path).values()
    for place, times in ((path, 0), (silent, 1)):
        pages = printed(visit(place).page, tmp_path)
        assert len(pages) == len(list(deck.slides()))
        # Where the picture says it, it is not set below.
        assert text_of(pages[2]).count(deck.films[0].beats[0].sentence) == times
        assert len(pages[2].images) == 1


def test_printed_it_is_light_unless_asked(path: Path, visit: Open) -> None:
    page = visit(path).page
    look = "getComputedStyle(document.querySelector('.beat img')).filter"
    ground = "getComputedStyle(document.querySelector('.slide')).backgroundColor"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert "invert" in page.evaluate(look)
    page.emulate_media(media="screen")
    page.keyboard.press("?")
    page.check("#as-seen")
    page.emulate_media(media="print")
    assert page.evaluate(ground) != "rgb(255, 255, 255)"
    assert page.evaluate(look) == "none"


@pytest.mark.parametrize("each", quick_cases([2, 4, 6], 4))
def test_a_hand_out_has_several_slides_on_a_page(
    unspoken: Deck, visit: Open, tmp_path: Path, each: int
) -> None:
    (made,) = write_page(replace(unspoken, framing=Framing(per_page=each)), tmp_path).values()
    cover, *sheets, sources = map(text_of, printed(visit(made).page, tmp_path))
    assert unspoken.title in cover
    assert "Sources" in sources
    wanted = [
        (film.title, [beat.sentence for beat in film.beats[n : n + each]])
        for film in unspoken.films
        for n in range(0, len(film.beats), each)
    ]
    said = [beat.sentence for film in unspoken.films for beat in film.beats]
    assert [[one for one in said if one in sheet] for sheet in sheets] == [w[1] for w in wanted]
    assert sheets[0].startswith(unspoken.films[0].title)


def test_without_scripts_it_reads_from_top_to_bottom(path: Path, deck: Deck, visit: Open) -> None:
    page = visit(path, java_script_enabled=False).page
    tops = []
    for slide in page.locator(".slide").all():
        assert slide.is_visible()
        box = slide.bounding_box()
        assert box is not None
        tops.append((box["y"], box["height"]))
    assert all(y + height <= below for (y, height), (below, _) in pairwise(tops))
    widths = {
        box["width"] for box in (one.bounding_box() for one in page.locator(".slide").all()) if box
    }
    assert len(widths) == 1
    assert page.get_by_text(deck.films[0].beats[0].sentence, exact=True).is_visible()
    assert page.locator("#bar").is_hidden()


class Slow(BaseHTTPRequestHandler):
    """Sends a page in two parts, the second when it is told to."""

    content, part = b"", 0
    go_on = Event()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.path == "/":
            self.wfile.write(self.content[: self.part])
            self.wfile.flush()
            self.go_on.wait(PATIENCE)
            self.wfile.write(self.content[self.part :])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def slow(path: Path) -> Iterator[tuple[str, Event]]:
    """Yield an address at which all slides but no film arrive, and what lets the films come."""
    content = path.read_bytes()

    class Here(Slow):
        part = content.index(b"</main>")
        go_on = Event()

    Here.content = content
    with ThreadingHTTPServer(("127.0.0.1", 0), Here) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", Here.go_on
        Here.go_on.set()
        server.shutdown()


def test_one_slide_is_seen_and_keys_work_while_the_films_arrive(
    slow: tuple[str, Event], visit: Open
) -> None:
    address, go_on = slow
    page = visit("about:blank").page
    page.goto(address, wait_until="commit")
    until(page, "document.querySelectorAll('.slide').length > 3")
    assert number(page) == 1
    assert press(page, "ArrowRight", "ArrowRight") == 3
    # The picture stands in for the film, which plays as soon as it is there.
    page.wait_for_selector("[id='3']:not(.plays) img", state="visible")
    go_on.set()
    until(page, "document.querySelector('[id=\"3\"]').classList.contains('plays')")
    until(page, STANDS)
    assert number(page) == 3


def test_a_number_and_a_letter_lead_to_slides(path: Path, deck: Deck, visit: Open) -> None:
    page = visit(path).page
    last = len(list(deck.slides()))
    page.keyboard.press("7")
    assert page.text_content("#number") == "to 7, Enter"
    assert press(page, "Enter") == 7
    assert page.text_content("#number") == f"7 / {last}"
    assert press(page, "1", "2", "3", "Enter") == last
    assert press(page, "4", "Escape") == last
    assert press(page, "Home", "c") == 2
    assert press(page, "c") == 5
    assert press(page, "c") == last
    assert press(page, "c") == last
    assert press(page, "Shift+C") == 5
    assert press(page, "ArrowRight", "ArrowRight", "Shift+C") == 5


def test_the_overview_shows_all_slides(path: Path, deck: Deck, visit: Open) -> None:
    seen = visit(path)
    page = seen.page
    press(page, "ArrowRight", "ArrowRight")
    page.keyboard.press("o")
    slides = list(deck.slides())
    assert page.locator("#overview [data-go]").count() == len(slides)
    # Each has its words under its picture, and nothing lies on another.
    boxes = "all => all.map(one => [one.offsetHeight, one.scrollHeight])"
    for height, inner in page.eval_on_selector_all("#overview [data-go]", boxes):
        assert inner <= height
    headings = page.locator("#overview h2").all_text_contents()
    assert headings == [deck.title, *(film.title for film in deck.films), "Sources"]
    pictures = page.locator("#overview img")
    assert pictures.count() == sum(isinstance(slide, Clip) for slide in slides)
    # The arrows go from picture to picture, and Enter chooses one.
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.is_hidden("#overview")
    assert number(page) == 4
    page.keyboard.press("o")
    page.click("#overview [data-go='6']")
    assert number(page) == 7
    page.keyboard.press("o")
    assert seen.barriers() == []
    page.keyboard.press("o")
    assert page.is_hidden("#overview")
    assert seen.misdeeds == []


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
