"""`backprop gallery`: films that are there become pages, those that are not are rendered first."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import Result

from scenes.cli import render_report as outcome
from scenes.production.process.error_messages import RenderError
from scenes.production.render.plan import plan
from scenes.production.request.job import Job
from scenes.production.request.keys import file_digest
from scenes.production.request.selection import Selection
from scenes.production.store.film_files import FilmFiles, film_files
from scenes.production.store.output_paths import Target
from scenes.production.store.publish import publish
from scenes.production.sweeps import batch
from scenes.production.sweeps.jobs import plan_batch
from scenes.production.sweeps.sweep import load_sweep
from tests.production.gallery.made_up import FRAME_RATE, HEIGHT, SECONDS, WIDTH, put_film

Backprop = Callable[..., Result]
OPTIONS = ("--quality", "low")
SWEEP = 'films = ["vanishing"]\n[axes]\n"network.depth" = [3, 1]\n'


def put(job: Job, target: Target, origin: str, private: Path) -> None:
    """Publish the files of a film as if it had been rendered."""
    made = put_film(private, job.film)
    facts = {"quality": job.quality, "format": "mp4", "width": WIDTH, "height": HEIGHT}
    facts |= {"fps": FRAME_RATE, "frames": FRAME_RATE * SECONDS, "seconds": float(SECONDS)}
    target.state.mkdir(parents=True, exist_ok=True)
    files = (made.video, made.poster, made.captions, made.web_captions, made.transcript)
    finished = film_files(FilmFiles(*files, made.ledger, facts), target, job.keys())
    publish(finished, target, job.keys(), origin, private)


@pytest.fixture
def films(tmp_path: Path, backprop: Backprop, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put two films into their places; nothing may be rendered."""

    def render(job: Job, target: Target, **_: Any) -> None:
        raise RenderError(f"{job.film} is not to be rendered")

    for one in plan(("vanishing", "circuit"), Selection(), quality="low", format="mp4"):
        put(one.job, one.target, one.origin, tmp_path / "private")
    honest = outcome.render

    def kept(job: Job, target: Target, **options: Any) -> Any:
        there = target.video.is_file()
        return honest(job, target, **options) if there else render(job, target)

    monkeypatch.setattr(outcome, "render", kept)
    monkeypatch.setattr(batch, "render", kept)
    return tmp_path / "media" / "films" / "default"


def test_films_that_are_there_become_pages(backprop: Backprop, films: Path, tmp_path: Path) -> None:
    result = backprop("gallery", "vanishing", "circuit", *OPTIONS)
    assert (result.exit_code, result.stdout) == (0, "media/gallery/index.html\n")
    gallery = tmp_path / "media" / "gallery"
    for ending in ("mp4", "png", "srt", "vtt", "md"):
        name = f"vanishing.{ending}"
        assert file_digest(gallery / "films" / name) == file_digest(films / name)
    index = (gallery / "index.html").read_text(encoding="utf-8")
    assert index.index("A gradient on its way back") < index.index("One neuron, gate by gate")


@pytest.fixture
def nothing_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test fail that renders, or even looks whether it has to."""

    def render(*_: object, **__: object) -> None:
        raise AssertionError("nothing is to be rendered")

    monkeypatch.setattr(outcome, "render", render)


@pytest.mark.usefixtures("nothing_is_rendered")
def test_without_a_name_the_films_that_are_there_become_pages(
    backprop: Backprop, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    result = backprop("gallery", "--open")
    assert (result.exit_code, result.stdout) == (0, "media/gallery/index.html\n")
    assert opened == ["media/gallery/index.html"]
    pages = {path.name for path in (tmp_path / "media" / "gallery" / "films").glob("*.html")}
    assert pages == {"vanishing.html", "circuit.html"}
    # They are in low quality, whatever is the default, and nothing of them has changed.
    (line,) = result.stderr.splitlines()
    assert re.match(r"gallery: 2 films, [\d.]+ [kM]B; files: \d+ written, 0 kept, 0 removed$", line)
    again = json.loads(backprop("gallery", "--json").stdout)
    assert [(film["film"], film["status"]) for film in again["films"]] == [
        ("circuit", "there"),
        ("vanishing", "there"),
    ]
    size = sum(path.stat().st_size for path in public(tmp_path / "media" / "gallery"))
    assert (again["gallery"]["status"], again["gallery"]["bytes"]) == ("kept", size)
    dry = backprop("gallery", "--dry-run").stdout.splitlines()
    assert dry == [
        "would keep media/films/default/circuit.mp4",
        "would keep media/films/default/vanishing.mp4",
        "would make media/gallery/index.html",
    ]


def public(folder: Path) -> list[Path]:
    """Return the files of a gallery, without what its hidden folder remembers."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if ".backprop" not in path.parts]


@pytest.mark.usefixtures("nothing_is_rendered")
def test_a_film_that_is_there_in_part_is_not_there(
    backprop: Backprop, films: Path, tmp_path: Path
) -> None:
    (films / "circuit.vtt").unlink()
    assert backprop("gallery").exit_code == 0
    pages = [path.name for path in (tmp_path / "media" / "gallery" / "films").glob("*.html")]
    assert pages == ["vanishing.html"]


@pytest.mark.usefixtures("nothing_is_rendered")
def test_where_no_film_is_there_a_line_says_what_to_type(
    backprop: Backprop, films: Path, tmp_path: Path
) -> None:
    result = backprop("gallery", "--open", "--set", "network.depth=3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "media/films/default,network.depth=3: there is no film to show; type `backprop render "
        "--all --set network.depth=3`, or choose a folder that has films with --name: default\n"
    )
    for path in films.glob("*.mp4"):
        path.unlink()
    result = backprop("gallery", "--open")
    line = "media/films/default: there is no film to show; type `backprop render --all`\n"
    assert (result.exit_code, result.stderr) == (2, line)
    assert not (tmp_path / "media" / "gallery").exists()


@pytest.mark.usefixtures("nothing_is_rendered")
def test_the_films_of_a_folder_that_is_named_are_shown(
    backprop: Backprop, films: Path, tmp_path: Path
) -> None:
    films.rename(films.with_name("mine"))
    result = backprop("gallery", "--name", "mine")
    assert (result.exit_code, result.stdout) == (0, "media/gallery/index.html\n")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.usefixtures("nothing_is_rendered")
def test_films_that_would_be_made_anew_are_shown_and_named(backprop: Backprop, films: Path) -> None:
    record = films / ".backprop" / "circuit.json"
    old = json.loads(record.read_text()) | {"content": "0" * 64}
    record.write_text(json.dumps(old))
    result = backprop("gallery")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == (
        "gallery: 1 of 2 films shown as they are, though code or configuration changed since; "
        "`backprop render circuit` renews them"
    )


def test_a_lecture_is_copied_where_it_is_asked_for(
    backprop: Backprop, films: Path, tmp_path: Path
) -> None:
    lecture = tmp_path / "media" / "gallery" / "lecture"
    words = ("gallery", "vanishing", *OPTIONS)
    result = backprop(*words, "--lecture")
    line = "--lecture: there is none in media/films/default; `backprop lecture` makes it\n"
    assert (result.exit_code, result.stderr) == (2, line)
    (films / "lecture.mp4").write_bytes(bytes(2_000_000))
    (films / "lecture.pdf").write_bytes(bytes(100_000))
    result = backprop(*words)
    assert result.exit_code == 0
    said = "gallery: the lecture beside the films (2.1 MB) is not copied; --lecture adds it"
    assert result.stderr.splitlines()[-1] == said
    assert not lecture.exists()
    result = backprop(*words, "--lecture")
    assert result.exit_code == 0
    assert said not in result.stderr
    assert {path.name for path in lecture.iterdir()} == {"lecture.mp4", "lecture.pdf"}
    # Who does not want it any more does not keep it.
    backprop(*words)
    assert not lecture.exists()


def test_a_gallery_is_an_archive_too(backprop: Backprop, films: Path, tmp_path: Path) -> None:
    gallery = tmp_path / "media" / "gallery"
    path = gallery / "gallery.zip"
    dry = backprop("gallery", "--zip", "--dry-run").stdout.splitlines()
    assert dry[-1] == "would make media/gallery/gallery.zip"
    result = backprop("gallery", "--zip")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        ["media/gallery/index.html", "media/gallery/gallery.zip"],
    )
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        held = {name: archive.read(name) for name in archive.namelist()}
    there = {str(file.relative_to(gallery)): file.read_bytes() for file in public(gallery)}
    assert held == {name: content for name, content in there.items() if name != "gallery.zip"}
    assert "index.html" in held
    # Another day, in another folder: the same archive.
    for film in films.iterdir():
        os.utime(film, (0, 0))
    other = json.loads(backprop("gallery", "--zip", "--output", "site", "--json").stdout)
    assert other["gallery"]["archive"] == "site/gallery.zip"
    assert (tmp_path / "site" / "gallery.zip").read_bytes() == path.read_bytes()
    # None that is older than the pages stays beside them.
    backprop("gallery", "vanishing", *OPTIONS)
    assert not path.exists()


@pytest.mark.usefixtures("nothing_is_rendered")
def test_the_explorer_alone_needs_no_film(
    backprop: Backprop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    place = "media/explorer/explorer.html"
    dry = backprop("gallery", "--explorer", "--dry-run", "--open")
    assert (dry.exit_code, dry.stdout, opened) == (0, f"would make {place}\n", [])
    result = backprop("gallery", "--explorer", "--open")
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{place}\n", "")
    assert opened == [place]
    assert [str(path.relative_to(tmp_path)) for path in public(tmp_path / "media")] == [place]
    again = json.loads(backprop("gallery", "--explorer", "--json").stdout)
    assert again == {"explorer": {"status": "kept", "page": place}}
    (tmp_path / place).write_text("changed by me")
    result = backprop("gallery", "--explorer")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{place}: was changed since it was made; ")
    assert (tmp_path / place).read_text() == "changed by me"


@pytest.mark.parametrize(
    "words",
    [
        ("vanishing", "--all"),
        ("--force",),
        ("--explorer", "vanishing"),
        ("--explorer", "--all"),
        ("--explorer", "--zip"),
        ("--explorer", "--lecture"),
    ],
)
def test_options_that_contradict_each_other_are_a_line(
    backprop: Backprop, tmp_path: Path, words: tuple[str, ...]
) -> None:
    result = backprop("gallery", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "media").exists()


def test_a_film_that_is_no_longer_of_one_render_gets_no_page(
    backprop: Backprop, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = outcome.render

    def disturbed(job: Job, target: Target, **options: Any) -> Any:
        made = honest(job, target, **options)
        # Another process is at it, or died just now.
        target.captions.write_text("of another render")
        return made

    monkeypatch.setattr(outcome, "render", disturbed)
    result = backprop("gallery", "vanishing", *OPTIONS)
    assert (result.exit_code, result.stdout) == (1, "")
    said = "vanishing.mp4 and the files beside it are not of one render; type the same again"
    assert said in result.stderr.splitlines()[-1]
    assert not (tmp_path / "media" / "gallery").exists()
    assert films.is_dir()


def test_half_a_lecture_is_not_taken_for_one(
    backprop: Backprop, films: Path, tmp_path: Path
) -> None:
    (films / "lecture.mp4").write_bytes(b"half of it")
    coming = {"lecture.mp4": [{"bytes": 1, "sha256": "0" * 64}]}
    record = {"content": "0" * 64, "parts": {}, "files": {}, "coming": coming}
    (films / ".backprop" / "lecture.json").write_text(json.dumps(record))
    result = backprop("gallery", "vanishing", "--lecture", *OPTIONS)
    assert (result.exit_code, result.stdout) == (1, "")
    said = "lecture.mp4 is not of one piece; `backprop lecture` makes it anew"
    assert said in result.stderr.splitlines()[-1]
    assert not (tmp_path / "media" / "gallery").exists()


def test_what_has_not_changed_is_kept_and_what_goes_goes(
    backprop: Backprop, films: Path, tmp_path: Path
) -> None:
    words = ("gallery", "--json", *OPTIONS)
    first = json.loads(backprop(*words, "vanishing", "circuit").stdout)
    assert [film["status"] for film in first["films"]] == ["kept", "kept"]
    count = first["gallery"]["written"]
    assert first["gallery"]["status"] == "made"
    again = json.loads(backprop(*words, "vanishing", "circuit").stdout)["gallery"]
    assert (again["status"], again["written"], again["kept"]) == ("kept", 0, count)
    (tmp_path / "media" / "gallery" / "films" / "notes.txt").write_text("mine")
    one = json.loads(backprop(*words, "vanishing").stdout)["gallery"]
    # The page of the film, and what is beside it.
    assert (one["status"], one["removed"]) == ("made", 10)
    left = {path.name for path in (tmp_path / "media" / "gallery" / "films").iterdir()}
    assert "notes.txt" in left
    assert not [name for name in left if name.startswith("circuit")]


def test_a_gallery_is_opened_once_it_is_there(
    backprop: Backprop, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    for words in (("vanishing", "--dry-run"), ("vanishing", "leak"), ("vanishing",)):
        assert opened == []
        backprop("gallery", *words, "--open", *OPTIONS)
    assert opened == ["media/gallery/index.html"]
    assert (tmp_path / opened[0]).is_file()


def test_a_dry_run_makes_nothing(backprop: Backprop, films: Path, tmp_path: Path) -> None:
    result = backprop("gallery", "vanishing", "leak", "--dry-run", *OPTIONS)
    assert result.stdout.splitlines() == [
        "would keep media/films/default/vanishing.mp4",
        "would render media/films/default/leak.mp4",
        "would make media/gallery/index.html",
    ]
    assert not (tmp_path / "media" / "gallery").exists()


def test_a_file_of_others_is_in_the_way_before_anything_is_rendered(
    backprop: Backprop, films: Path, tmp_path: Path
) -> None:
    page = tmp_path / "site" / "films" / "leak.html"
    page.parent.mkdir(parents=True)
    page.write_text("mine")
    result = backprop("gallery", "vanishing", "leak", "--output", "site", *OPTIONS)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("site/films/leak.html: was not made by this program; ")
    assert [path for path in (tmp_path / "site").rglob("*") if path.is_file()] == [page]
    assert page.read_text() == "mine"


def test_without_a_film_there_is_no_new_gallery(
    backprop: Backprop, films: Path, tmp_path: Path
) -> None:
    backprop("gallery", "vanishing", *OPTIONS)
    before = (tmp_path / "media" / "gallery" / "index.html").read_bytes()
    result = backprop("gallery", "vanishing", "leak", *OPTIONS)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "gallery: not made, as a film is missing"
    assert (tmp_path / "media" / "gallery" / "index.html").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("vanish",), 'film: got "vanish"; allowed leak,'),
        (("vanishing", "--sweep", "none.toml"), "none.toml: "),
        (("vanishing", "--sweep", "mine.toml", "--sweep", "other/mine.toml"), "--sweep: got "),
        (("vanishing", "--output", "mine.toml"), "--output: mine.toml cannot be written to"),
    ],
)
def test_bad_words_are_a_line(
    backprop: Backprop, tmp_path: Path, words: tuple[str, ...], line: str
) -> None:
    for path in (tmp_path / "mine.toml", tmp_path / "other" / "mine.toml"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(SWEEP, encoding="utf-8")
    result = backprop("gallery", *words, *OPTIONS)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(line)
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "media").exists()


def test_a_sweep_has_a_page_though_a_point_cannot_be_shown(
    backprop: Backprop, films: Path, tmp_path: Path
) -> None:
    file = tmp_path / "depths.toml"
    file.write_text(SWEEP, encoding="utf-8")
    root = tmp_path / "media" / "films" / "depths"
    good, _ = plan_batch(load_sweep(file), "low", "mp4")
    assert good.job is not None
    put(good.job, good.target(root), str(file), tmp_path / "private")
    result = backprop("gallery", "vanishing", "--sweep", "depths.toml", "--json", *OPTIONS)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["gallery"]["status"] == "made"
    (sweep,) = report["sweeps"]
    assert [job["status"] for job in sweep["jobs"]] == ["reused", "failed"]
    page = tmp_path / "media" / "gallery" / "sweeps" / "depths" / "index.html"
    assert "Not shown: network.depth: got 1" in page.read_text(encoding="utf-8")
    film = page.with_name(good.folder) / "vanishing.html"
    assert 'href="../../../sweeps/depths/index.html"' in film.read_text(encoding="utf-8")


def test_no_folder_of_whoever_made_it_is_handed_on(
    backprop: Backprop, films: Path, tmp_path: Path
) -> None:
    points = json.dumps(["makers-own/a.npz", "makers-own/b.npz"])
    Path("mine.toml").write_text(
        f'films = ["vanishing"]\n[axes]\n"data.path" = {points}\n'
        '[experiment.data]\nname = "file"\npath = "makers-own/a.npz"\n'
    )
    result = backprop("gallery", "vanishing", "--sweep", "mine.toml", *OPTIONS)
    assert result.exit_code == 1
    gallery = tmp_path / "media" / "gallery"
    page = gallery / "sweeps" / "mine" / "index.html"
    assert "data file</span> a.npz" in page.read_text(encoding="utf-8")
    assert found(gallery, b"makers-own", str(tmp_path).encode()) == []


def found(folder: Path, *words: bytes) -> list[str]:
    """Return the files in and below a folder that hold one of these, or are called so."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    held = {path: str(path.relative_to(folder)).encode() + path.read_bytes() for path in paths}
    return [str(path) for path, content in held.items() if any(word in content for word in words)]


@pytest.mark.thorough
def test_a_real_film_has_a_real_page(backprop: Backprop, tmp_path: Path) -> None:
    words = ("--set", "network.width=5", "--set", "training.epochs=2", "--set", "data.samples=60")
    result = backprop("gallery", "leak", "--name", "small", *words, *OPTIONS)
    assert result.exit_code == 0, result.output
    films, gallery = tmp_path / "media/films/small", tmp_path / "media/gallery/films"
    assert file_digest(films / "leak.mp4") == file_digest(gallery / "leak.mp4")
    page = (gallery / "leak.html").read_text(encoding="utf-8")
    beats = json.loads((films / "leak.json").read_text(encoding="utf-8"))["beats"]
    assert page.count('class="said"') == len(beats) > 2
    assert "backprop render leak --config leak.toml" in page
