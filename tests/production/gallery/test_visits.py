"""A gallery in Chromium: playing, seeking, captions, accessibility, and no foreign requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scenes.kit.theme import DARK, LIGHT
from scenes.production.gallery.making import make_gallery
from scenes.production.gallery.planning import plan_gallery
from scenes.production.request.selection import Selection
from scenes.production.sweeps.batch import Done
from tests.browser import Visit
from tests.patience import wait_until
from tests.production.gallery.made_up import HEIGHT, LATE, SECONDS, SENTENCES, WIDTH, put_film
from tests.production.gallery.serving import served
from tests.selection import quick_cases

HOSTILE = '"><script>alert(1)</script>'
PHONE = {"width": 390, "height": 844}
SWEEP = """
films = ["vanishing"]
[axes]
"network.gain" = [1.0, -1.0, 30.0]
"network.depth" = [3, 5]
"network.activation" = ["sigmoid", "tanh"]
"""
INDEX, FILM, OTHER, GRID = (
    "index.html",
    "films/vanishing.html",
    "films/circuit.html",
    "sweeps/mine/index.html",
)
Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a gallery: two films, one of which does not narrate, and a sweep."""
    root = tmp_path_factory.mktemp("gallery")
    sweep = root / "mine.toml"
    sweep.write_text(SWEEP, encoding="utf-8")
    title = {"film.title": HOSTILE}
    settings = tuple(f"{key}='{value}'" for key, value in title.items())
    plan = plan_gallery(
        ("vanishing", "circuit"),
        Selection(settings=settings),
        [sweep],
        quality="low",
        name=None,
        films=root / "films",
        output=root / "gallery",
    )
    for one in plan.films:
        narrated = one.job.film == "vanishing"
        put_film(one.target.folder, one.job.film, **title, **{"film.narration": narrated})
    (swept,) = plan.sweeps
    ran = [Done(job, "", 0.0, error=job.error) for job in swept.jobs]
    for done in ran:
        if done.error is None:
            put_film(done.job.target(swept.root).folder, done.job.film, **done.job.values)
    make_gallery(plan, [one.target for one in plan.films], {}, [ran])
    return plan.root


@pytest.fixture(scope="module")
def address(gallery: Path) -> Iterator[str]:
    with served(gallery) as found:
        yield found


@pytest.fixture
def enter(visit: Open, address: str) -> Open:
    """Return a function that opens a page of the served gallery."""

    def open_page(place: str, **settings: Any) -> Visit:
        return visit(address + place, **settings)

    return open_page


def wrong(found: Visit, address: str) -> list[str]:
    asked = [url for url in found.requests if not url.startswith(address)]
    return [*found.errors, *asked]


def until(found: Visit, condition: str) -> None:
    """Wait for a condition, as the page's policy forbids Playwright's own way."""
    page = found.page
    wait_until(partial(page.evaluate, condition), pause=partial(page.wait_for_timeout, 20))


def is_at(found: Visit, seconds: float) -> None:
    until(found, f"document.querySelector('video').currentTime >= {seconds}")


def cues(found: Visit, kind: str) -> list[str]:
    """Return what the tracks of a kind say, once they are loaded."""
    tracks = f"[...document.querySelector('video').textTracks].filter(t => t.kind === '{kind}')"
    load = f"{tracks}.forEach(t => {{ if (t.mode === 'disabled') t.mode = 'hidden'; }})"
    found.page.evaluate(load)
    all_cues = f"{tracks}.flatMap(t => [...(t.cues ?? [])])"
    until(found, f"{all_cues}.length")
    said: list[str] = found.page.evaluate(f"{all_cues}.map(c => c.getCueAsHTML().textContent)")
    return said


@pytest.mark.parametrize("theme", quick_cases(["dark", "light"], "dark"))
@pytest.mark.parametrize("place", quick_cases([INDEX, FILM, GRID], FILM))
def test_nobody_is_shut_out(enter: Open, address: str, place: str, theme: str) -> None:
    found = enter(place, color_scheme=theme, viewport=PHONE)
    # What is closed is read, too.
    found.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert found.barriers() == []
    assert found.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    ground = "getComputedStyle(document.body).backgroundColor"
    wanted = DARK if theme == "dark" else LIGHT
    assert found.page.evaluate(ground) == rgb(wanted.background)
    found.page.emulate_media(media="print")
    assert found.page.evaluate(ground) == rgb(LIGHT.background)
    assert wrong(found, address) == []


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[n : n + 2], 16)) for n in (1, 3, 5))})"


def test_a_film_plays_and_seeks_by_chapter(enter: Open, address: str) -> None:
    found = enter(FILM)
    page = found.page
    chapters = page.get_by_role("navigation", name="Chapters").get_by_role("button")
    assert chapters.count() == len(SENTENCES)
    chapters.nth(1).click()
    is_at(found, 2.2)
    size = "(v => [v.videoWidth, v.videoHeight, v.duration])(document.querySelector('video'))"
    assert page.evaluate(size) == [WIDTH, HEIGHT, SECONDS]
    assert page.evaluate("document.querySelector('video').currentTime") < 4
    assert chapters.nth(1).get_attribute("aria-current") == "true"
    assert chapters.nth(0).get_attribute("aria-current") is None
    assert wrong(found, address) == []


def test_the_sentence_of_the_moment_stands_below_the_film(enter: Open, address: str) -> None:
    found = enter(FILM)

    def stands(words: str) -> None:
        line = "document.getElementById('sentence')"
        until(found, f"!{line}.hidden && {line}.textContent === {json.dumps(words)}")

    # The poster asks.
    stands(SENTENCES[2])
    for second, words in (
        (1.0, SENTENCES[0]),
        # The motion comes first: the picture, too, has no words then.
        (2.0 + LATE / 2, ""),
        (2.0 + LATE + 0.1, SENTENCES[1]),
        (6.0, SENTENCES[2]),
        (0.0, SENTENCES[0]),
    ):
        found.page.evaluate(f"document.querySelector('video').currentTime = {second}")
        stands(words)
    below = """(() => {
        const [film, line] = ["film", "sentence"].map(id =>
            document.getElementById(id).getBoundingClientRect());
        return line.top >= film.bottom;
    })()"""
    assert found.page.evaluate(below)
    assert wrong(found, address) == []


def test_the_keyboard_is_enough_and_who_wants_no_motion_gets_none(enter: Open) -> None:
    found = enter(FILM, reduced_motion="reduce")
    page = found.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    last = page.get_by_role("navigation", name="Chapters").get_by_role("button").nth(2)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.start") == "4.0":
            break
    assert last.evaluate("button => button === document.activeElement")
    assert last.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    until(found, "document.querySelector('video').readyState >= 1")
    until(found, "document.querySelector('video').currentTime === 4")
    assert page.evaluate("document.querySelector('video').paused")


@pytest.mark.parametrize(("place", "mode"), [(FILM, "disabled"), (OTHER, "showing")])
def test_captions_are_there_and_on_where_they_are_wanted(
    enter: Open, address: str, place: str, mode: str
) -> None:
    found = enter(place)
    modes = "[...document.querySelector('video').textTracks].map(t => [t.kind, t.mode])"
    assert dict(found.page.evaluate(modes))["captions"] == mode
    assert cues(found, "captions") == list(SENTENCES)
    assert cues(found, "chapters") == ["It stays flat", "It is gone", "It asks"]
    found.page.evaluate("document.querySelector('video').currentTime = 3")
    shown = """[...document.querySelector('video').textTracks[0].activeCues ?? []]
        .map(cue => cue.getCueAsHTML().textContent).join()"""
    until(found, f"{shown} === {SENTENCES[1]!r}")
    assert wrong(found, address) == []


def test_a_page_that_is_opened_as_a_file_has_it_all(visit: Open, gallery: Path) -> None:
    found = visit(gallery / FILM)
    assert cues(found, "captions") == list(SENTENCES)
    assert cues(found, "chapters") == ["It stays flat", "It is gone", "It asks"]
    found.page.get_by_role("navigation", name="Chapters").get_by_role("button").nth(1).click()
    is_at(found, 2.2)
    ground = found.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground in {rgb(DARK.background), rgb(LIGHT.background)}
    assert found.misdeeds == []


@pytest.mark.parametrize("place", [INDEX, FILM])
def test_a_hostile_title_stays_text(enter: Open, address: str, place: str) -> None:
    found = enter(place)
    assert HOSTILE in found.page.inner_text("body")
    assert HOSTILE in found.page.title()
    # Had it run, Playwright would have closed the dialog, and the policy have complained.
    assert found.page.locator("script:not([src])").count() == 0
    assert wrong(found, address) == []


def test_the_configuration_is_copied(enter: Open) -> None:
    found = enter(FILM, permissions=["clipboard-read", "clipboard-write"])
    page = found.page
    for label in ("the command", "the configuration"):
        page.get_by_role("button", name=f"Copy {label}").click()
        shown = page.get_by_role("region", name=label, exact=True).text_content()
        until(found, "document.getElementById('copied').textContent.startsWith('Copied')")
        assert page.evaluate("navigator.clipboard.readText()") == shown
        assert page.get_by_role("status").text_content() == f"Copied {label}"


@pytest.mark.thorough
def test_the_line_that_embeds_the_explorer_is_copied(enter: Open, address: str) -> None:
    found = enter(INDEX, permissions=["clipboard-read", "clipboard-write"])
    page = found.page
    page.get_by_text("Put the explorer into a page of your course").click()
    page.get_by_role("button", name="Copy the line for your page").click()
    until(found, "document.getElementById('copied').textContent.startsWith('Copied')")
    line = page.evaluate("navigator.clipboard.readText()")
    assert line.startswith('<iframe src="explorer.html#depth=12&gain=3"')
    page.get_by_role("link", name="explorer.html").wait_for()
    assert wrong(found, address) == []


@pytest.mark.thorough
def test_a_link_to_settings_leads_to_the_explorer(enter: Open, address: str) -> None:
    found = enter(f"{INDEX}#depth=12&gain=3")
    found.page.locator("#explorer-summary", has_text="at layer 12").wait_for()
    assert found.page.locator("#explorer").is_visible()
    top = found.page.locator("#explorer").evaluate("h => h.getBoundingClientRect().top")
    assert -100 < top < 400
    assert found.page.url == f"{address}{INDEX}#depth=12&gain=3"
    found.page.get_by_role("link", name="Films", exact=True).click()
    assert found.page.url.endswith("#films")
    assert wrong(found, address) == []


def test_a_sweep_is_a_grid_that_leads_to_its_films(enter: Open, address: str) -> None:
    found = enter(GRID)
    page = found.page
    assert page.get_by_role("heading", level=2).all_text_contents() == [
        "activation sigmoid",
        "activation tanh",
    ]
    table = page.get_by_role("table").first
    head = [text.split() for text in table.get_by_role("columnheader").all_text_contents()]
    assert head == [["gain", "1"], ["\N{MINUS SIGN}1"], ["30"]]
    rows = [text.split() for text in table.get_by_role("rowheader").all_text_contents()]
    assert rows == [["depth", "3"], ["5"]]
    assert page.get_by_text("Not shown: network.gain: got -1").count() == 4
    page.get_by_role("link", name="gain 1, depth 5, activation sigmoid").click()
    page.wait_for_selector("video")
    assert page.get_by_text("gain 1, depth 5, activation sigmoid").count() == 1
    assert "depth = 5" in (page.text_content("#configuration") or "")
    page.get_by_role("link", name="mine").click()
    page.wait_for_selector("table.grid")
    assert wrong(found, address) == []
