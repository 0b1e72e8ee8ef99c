"""The pages of a gallery: their content is right, and all texts are escaped."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from bs4 import BeautifulSoup, Tag
from PIL import Image

from scenes.production.gallery.content import FilmPage, Source, film_page
from scenes.production.gallery.environment import clock
from scenes.production.gallery.lecture_files import lecture_files
from scenes.production.gallery.site import EXPLORER, Gallery, files_of
from scenes.production.process.error_messages import RenderError
from scenes.words.sources import SOURCES
from tests.production.gallery.made_up import (
    ASKED,
    BEATS,
    FRAME_RATE,
    HEIGHT,
    SENTENCES,
    WIDTH,
    put_film,
)

HOSTILE = '"><script>alert(1)</script>'
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
Pages = dict[str, BeautifulSoup]


def gallery(*pages: FilmPage, title: str = "A title", **more: object) -> Gallery:
    told: dict[str, object] = {"left_out": {}, "sweeps": (), "lecture": ()}
    return Gallery(title, pages, **(told | more))  # type: ignore[arg-type]


def read(files: Mapping[PurePosixPath, Source]) -> Pages:
    """Read the pages that link to each other; the explorer in one file has tests of its own."""
    return {
        str(place): BeautifulSoup(source, "html.parser")
        for place, source in files.items()
        if place.suffix == ".html" and place != EXPLORER and isinstance(source, bytes)
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films") / "default"


@pytest.fixture(scope="module")
def page(folder: Path) -> FilmPage:
    return film_page(put_film(folder), PurePosixPath("films"))


@pytest.fixture(scope="module")
def files(folder: Path, page: FilmPage) -> dict[PurePosixPath, Source]:
    (folder / "lecture.pptx").write_bytes(b"slides")
    circuit = film_page(put_film(folder, "circuit"), PurePosixPath("films"))
    left_out = {"landscape": "it needs classes"}
    return files_of(gallery(page, circuit, left_out=left_out, lecture=lecture_files(folder)))


@pytest.fixture(scope="module")
def pages(files: dict[PurePosixPath, Source]) -> Pages:
    return read(files)


def addresses(soup: BeautifulSoup) -> Iterator[str]:
    for name in ("href", "src", "poster"):
        for element in soup.find_all(attrs={name: True}):
            yield str(element[name])


def test_links_are_relative_and_lead_to_files_of_the_gallery(
    files: dict[PurePosixPath, Source], pages: Pages
) -> None:
    there = {str(place) for place in files}
    for name, soup in pages.items():
        for address in addresses(soup):
            parts = urlsplit(address)
            if address in {source.address for source in SOURCES.values()}:
                continue
            assert not parts.scheme
            assert not parts.netloc
            assert not parts.path.startswith("/")
            if not parts.path:
                assert soup.find(id=parts.fragment), address
                continue
            steps: list[str] = list(PurePosixPath(name).parent.parts)
            for step in unquote(parts.path).split("/"):
                if step == "..":
                    steps.pop()
                else:
                    steps.append(step)
            assert "/".join(steps) in there, address


def test_pages_hold_no_program_and_no_style_of_their_own(pages: Pages) -> None:
    assert set(pages) == {"index.html", "films/vanishing.html", "films/circuit.html"}
    for soup in pages.values():
        (policy,) = soup.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
        rules = dict(rule.split(" ", 1) for rule in str(policy["content"]).split("; "))
        assert rules.pop("default-src") == "'none'"
        assert set(rules.values()) <= {"'self'", "'none'"}
        assert not soup.find_all("style")
        for element in soup.find_all(True):
            assert not [name for name in element.attrs if name == "style" or name.startswith("on")]
        for script in soup.find_all("script"):
            assert script.get("src")
            assert not script.get_text(strip=True)


@pytest.mark.parametrize("field", ["film.title", "data.path"])
def test_a_hostile_word_stays_text(tmp_path: Path, field: str) -> None:
    more = {"data.name": "file"} if field == "data.path" else {}
    target = put_film(tmp_path, **{field: HOSTILE, **more})
    page = film_page(target, PurePosixPath("films"))
    found = read(files_of(gallery(page, title=HOSTILE)))
    for soup in found.values():
        assert all(script.get("src") for script in soup.find_all("script"))
    assert found["index.html"].h1 is not None
    assert found["index.html"].h1.get_text() == HOSTILE
    code = found["films/vanishing.html"].find(id="configuration")
    assert isinstance(code, Tag)
    assert "script>" in code.get_text()


def test_ledgers_that_others_wrote_stay_text(folder: Path, tmp_path: Path) -> None:
    target = put_film(tmp_path)
    ledger = json.loads(target.ledger.read_text(encoding="utf-8"))
    for name in ("summary", "subtitle", "alt"):
        ledger[name] = HOSTILE
    ledger["sources"] = [{"text": HOSTILE, "address": "javascript:alert(1)"}]
    for beat in ledger["beats"]:
        beat["sentence"] = HOSTILE
    ledger["numbers"][0] |= {"text": f"{HOSTILE} 1", "label": HOSTILE, "name": HOSTILE}
    target.ledger.write_text(json.dumps(ledger), encoding="utf-8")
    page = film_page(target, PurePosixPath("films"))
    (soup,) = (s for name, s in read(files_of(gallery(page))).items() if name != "index.html")
    assert len(soup.find_all("script")) == 1
    assert not soup.select("a[href^=javascript]")
    assert soup.get_text().count(HOSTILE) >= 4 + 3 + 3


STEERING = "\x1b\x07\x9b\u202e\u2066"


def forged(value: Any) -> Any:
    """Put characters that steer a terminal behind each word of a ledger."""
    if isinstance(value, dict):
        return {key: each if key == "name" else forged(each) for key, each in value.items()}
    if isinstance(value, list):
        return [forged(each) for each in value]
    return value + STEERING if isinstance(value, str) else value


def test_nothing_of_a_forged_ledger_steers_a_terminal(tmp_path: Path) -> None:
    target = put_film(tmp_path)
    ledger = json.loads(target.ledger.read_text(encoding="utf-8"))
    kept = {name: ledger[name] for name in ("film", "experiment", "files", "layers")}
    target.ledger.write_text(json.dumps(forged(ledger) | kept), encoding="utf-8")
    page = film_page(target, PurePosixPath("films"))
    for place, source in files_of(gallery(page)).items():
        if isinstance(source, bytes) and place.suffix in {".html", ".json", ".md", ".vtt", ".toml"}:
            text = source.decode()
            assert not set(text) & set(STEERING), place
            assert "\\u001b" not in text, place


@pytest.mark.parametrize(
    "damage",
    [
        {"beats": 3},
        {"experiment": None},
        {"files": {}},
        {"pictures": {"question": {"time": -1.0}}},
        {"pictures": {"question": 3}},
        {},
    ],
)
def test_a_damaged_ledger_is_a_line(tmp_path: Path, damage: dict[str, object]) -> None:
    target = put_film(tmp_path)
    ledger = json.loads(target.ledger.read_text(encoding="utf-8")) | damage
    target.ledger.write_text(json.dumps(ledger if damage else []), encoding="utf-8")
    with pytest.raises(RenderError, match="is damaged"):
        film_page(target, PurePosixPath("films"))


def test_no_page_says_where_a_data_file_lies(tmp_path: Path) -> None:
    path = "/home/somebody/secret/mine.npz"
    target = put_film(tmp_path, **{"data.name": "file", "data.path": path})
    files = files_of(gallery(film_page(target, PurePosixPath("films"))))
    for source in files.values():
        content = source if isinstance(source, bytes) else source.read_bytes()
        assert b"secret" not in content
    toml = files[PurePosixPath("films/vanishing.toml")]
    assert isinstance(toml, bytes)
    assert b'path = "mine.npz"' in toml


def test_a_film_page_says_what_the_film_says(pages: Pages) -> None:
    soup = pages["films/vanishing.html"]
    assert [said.get_text() for said in soup.select(".said")] == list(SENTENCES)
    buttons = soup.select(".chapters button")
    assert [float(str(button["data-start"])) for button in buttons] == [0, 2, 4]
    assert [b.span.get_text().lower() for b in buttons if b.span] == [
        name.replace("_", " ") for name in BEATS
    ]
    assert "0 seconds" not in pages["index.html"].get_text().replace("6 seconds", "")


def test_the_poster_of_a_page_is_the_picture_of_the_question(page: FilmPage, pages: Pages) -> None:
    soup = pages["films/vanishing.html"]
    (video,) = soup.select("video")
    assert video["poster"] == "vanishing.question.png"
    (picture,) = pages["index.html"].select('a[href="films/vanishing.html"] img')
    assert picture["src"] == "films/vanishing.question.png"
    with Image.open(io.BytesIO(page.opening.picture)) as poster:
        assert poster.size == (WIDTH, HEIGHT)
        # The film turns from black to white; see made_up.
        grey = 4 * ASKED * FRAME_RATE
        assert np.asarray(poster).mean() == pytest.approx(grey, abs=4)
    (line,) = soup.select("#sentence")
    assert line.get_text() == SENTENCES[2]
    assert line.has_attr("hidden")


def test_a_film_that_names_no_question_keeps_its_last_picture(tmp_path: Path) -> None:
    target = put_film(tmp_path)
    ledger = json.loads(target.ledger.read_text(encoding="utf-8"))
    del ledger["pictures"]
    target.ledger.write_text(json.dumps(ledger), encoding="utf-8")
    page = film_page(target, PurePosixPath("films"))
    assert page.opening.picture == target.poster.read_bytes()
    soup = read(files_of(gallery(page)))["films/vanishing.html"]
    (line,) = soup.select("#sentence")
    assert line.get_text() == ""


def test_captions_are_on_where_the_picture_does_not_say_it(tmp_path: Path, pages: Pages) -> None:
    silent = put_film(tmp_path, **{"film.narration": False})
    files = files_of(gallery(film_page(silent, PurePosixPath("films"))))
    for soup, wanted in ((read(files), True), (pages, False)):
        (track,) = soup["films/vanishing.html"].select("track[kind=captions]")
        assert track.has_attr("default") == wanted


def place_of(tick: Tag, name: str) -> float:
    return float(str(tick[name]))


def test_the_chart_shows_the_gradient_of_the_core(page: FilmPage, pages: Pages) -> None:
    from backprop_core import run
    from scenes.production.request.catalog import default_experiment
    from tests.production.gallery.made_up import SMALL

    chart = pages["films/vanishing.html"].select_one(".chart > svg")
    assert chart is not None
    ticks = {}
    for tick in chart.select(".ticks text[text-anchor=end]"):
        said = tick.get_text().translate(SUPERSCRIPTS)
        ticks[place_of(tick, "y")] = float(said[2:] or 1) if said != "1" else 0.0
    (y0, log0), *_, (y1, log1) = ticks.items()
    dots = chart.select(".measured circle")
    read_off = [log0 + (place_of(dot, "cy") - y0) * (log1 - log0) / (y1 - y0) for dot in dots]
    wanted = run(default_experiment("vanishing").override(dict(SMALL))).log10_norm("signal")
    assert read_off == pytest.approx(list(wanted), abs=0.01)
    names = [tick.get_text() for tick in chart.select(".ticks text[text-anchor=middle]")]
    assert names == ["1", "2", "3", "4"]


def test_the_table_has_the_numbers_of_the_core(pages: Pages) -> None:
    from backprop_core import run
    from scenes.production.request.catalog import default_experiment
    from tests.production.gallery.made_up import SMALL

    rows = pages["films/vanishing.html"].select("tbody tr")
    cells = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]
    trace = run(default_experiment("vanishing").override(dict(SMALL)))
    for row, signal, norm in zip(
        cells, trace.log10_norm("signal"), trace.log10_norm("dW"), strict=True
    ):
        for text, log10 in ((row[2], signal), (row[3], norm)):
            assert value(text) == pytest.approx(10**log10, rel=0.006)
    assert [row[:2] for row in cells] == [["1", "5"], ["2", "5"], ["3", "5"], ["4", "10"]]


def value(text: str) -> float:
    """Read a number as people write it."""
    found = re.fullmatch(r"(-?[\d.]+)(?:\s*×\s*10(-?\d+))?", text.translate(SUPERSCRIPTS))
    assert found is not None, text
    return float(found[1]) * 10.0 ** int(found[2] or 0)


def test_fewer_examples_than_the_film_takes_are_owned_up_to(tmp_path: Path, pages: Pages) -> None:
    target = put_film(tmp_path)
    ledger = json.loads(target.ledger.read_text(encoding="utf-8"))
    ledger["layers"]["examples"] = 7
    target.ledger.write_text(json.dumps(ledger), encoding="utf-8")
    found = read(files_of(gallery(film_page(target, PurePosixPath("films")))))
    said = "where the film takes more, its digits differ"
    assert f"7 examples; {said}" in found["films/vanishing.html"].get_text()
    assert said not in pages["films/vanishing.html"].get_text()


def test_a_film_of_one_neuron_has_no_layers(pages: Pages) -> None:
    soup = pages["films/circuit.html"]
    assert soup.find(id="numbers") is None
    assert not soup.select(".chart")


def test_what_is_left_out_and_the_lecture_are_named(pages: Pages) -> None:
    text = pages["index.html"].get_text()
    assert "landscape (it needs classes)." in text
    (link,) = pages["index.html"].select("a[href='lecture/lecture.pptx']")
    assert link.get_text() == "Slides for PowerPoint"


def test_the_configuration_makes_the_same_film(tmp_path: Path, pages: Pages) -> None:
    from backprop_core.experiment.config import load_experiment

    code = pages["films/vanishing.html"].find(id="configuration")
    command = pages["films/vanishing.html"].find(id="command")
    assert isinstance(code, Tag)
    assert isinstance(command, Tag)
    path = tmp_path / "vanishing.toml"
    path.write_text(code.get_text(), encoding="utf-8")
    experiment = load_experiment(path)
    assert (experiment.network.depth, experiment.network.width, experiment.data.samples) == (
        4,
        5,
        50,
    )
    assert command.get_text() == "backprop render vanishing --config vanishing.toml"


def test_small_words() -> None:
    assert [clock(s) for s in (0, 5.9, 65, 600)] == ["0:00", "0:05", "1:05", "10:00"]
