"""A film as HTML, embedded or loaded from its file, with any title."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from scenes.production.player import Playable, player
from scenes.production.sidecars.opening import Opening
from scenes.production.sidecars.transcript import Passage
from tests.browser import Visit
from tests.patience import wait_until
from tests.production.gallery.made_up import LATE, SENTENCES, video

HOSTILE = "\"><script>alert(1)</script>'&\x1b"


class Player(HTMLParser):
    """The elements that an HTML parser finds in the player."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: dict[str, dict[str, str | None]] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "li" or tag not in self.tags
        self.tags[tag] = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data

    def embedded(self, tag: str, attribute: str = "src") -> tuple[str, bytes]:
        """Return the type and the bytes of an embedded file."""
        address = self.tags[tag][attribute]
        assert address is not None
        about, _, data = address.partition(",")
        assert about.startswith("data:")
        assert about.endswith(";base64")
        return about[len("data:") : -len(";base64")], b64decode(data, validate=True)


@pytest.fixture
def film(tmp_path: Path) -> Playable:
    folder = tmp_path / 'it\'s a "b" & c#?%20'
    folder.mkdir()
    video, captions = (folder / f"film.{kind}" for kind in ("mp4", "vtt"))
    video.write_bytes(bytes(range(256)) * 8)
    captions.write_text("WEBVTT\n\n1\n00:00.000 --> 00:01.000\nw &lt; 0, χ\n", encoding="utf-8")
    beats = tuple(
        Passage(
            "Beat", 2.0 * n, 2.0 * n + 2, 2.0 * n + 1, 2.0 * n + LATE * (n == 1), said, "", (), ()
        )
        for n, said in enumerate((*SENTENCES[:2], HOSTILE))
    )
    opening = Opening(b"\x89PNG", beats[0], "A chart of χ.")
    return Playable(video, captions, opening, beats, HOSTILE, narrated=True)


def test_nothing_else_is_needed(film: Playable) -> None:
    shown = Player(player(film, most=2048))
    assert shown.embedded("source") == ("video/mp4", film.video.read_bytes())
    assert shown.embedded("track") == ("text/vtt;charset=utf-8", film.captions.read_bytes())
    assert shown.embedded("video", "poster") == ("image/png", film.opening.picture)
    assert "controls" in shown.tags["video"]
    assert shown.tags["track"]["kind"] == "captions"


@pytest.mark.parametrize("narrated", [True, False])
def test_captions_are_on_where_no_sentence_is_in_the_picture(
    film: Playable, narrated: bool
) -> None:
    shown = Player(player(replace(film, narrated=narrated), most=2048))
    assert ("default" in shown.tags["track"]) != narrated


def test_a_large_film_is_played_from_where_it_lies(
    film: Playable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(film.video.parents[1])
    shown = Player(player(film, most=2047))
    address = shown.tags["source"]["src"]
    assert address is not None
    # From the folder of the notebook, which is the working folder of its program.
    assert Path(unquote(address)).read_bytes() == film.video.read_bytes()
    assert not set(address) & set(" \"'#?&<>")
    assert "played from there" in shown.text
    assert shown.embedded("track")[1] == film.captions.read_bytes()


def test_words_stay_words(film: Playable) -> None:
    html = player(film, most=2048)
    shown = Player(html)
    sentences = {"p", "details", "summary", "ol", "li"}
    assert set(shown.tags) == {"figure", "video", "source", "track", "figcaption", *sentences}
    seen = HOSTILE.replace("\x1b", "\\x1b")
    assert shown.tags["video"]["aria-label"] == f"{seen}. A chart of χ."
    assert shown.text.count(seen) == 3
    assert "\x1b" not in html


def test_the_sentence_of_the_moment_stands_below_the_film(
    film: Playable, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    film.video.write_bytes(video())
    page = tmp_path / "notebook.html"
    page.write_text("<!doctype html><title>A notebook</title><main></main>", encoding="utf-8")
    found = visit(page).page
    # As a notebook does, which puts what a cell displays into its page.
    found.evaluate(
        "html => { document.querySelector('main').innerHTML = html }", player(film, most=10**6)
    )

    def stands(words: str) -> None:
        line = "document.querySelector('[data-sentence]')"
        condition = f"!{line}.hidden && {line}.textContent === {json.dumps(words)}"
        wait_until(partial(found.evaluate, condition), pause=partial(found.wait_for_timeout, 20))

    # The poster, which stays until the film plays.
    stands(SENTENCES[0])
    for second, words in (
        (1.0, SENTENCES[0]),
        (2.0 + LATE / 2, ""),
        (2.0 + LATE + 0.1, SENTENCES[1]),
        (0.0, SENTENCES[0]),
        (5.9, HOSTILE.replace("\x1b", "\\x1b")),
    ):
        found.evaluate("at => { document.querySelector('video').currentTime = at }", second)
        stands(words)
    assert found.locator("[data-beat]").count() == 3
