"""`backprop lecture --to` and `--youtube`: slides of films that are really rendered."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from PIL import Image
from pptx import Presentation
from pypdf import PdfReader

from scenes.production.request.formats import LECTURES
from tests.cli.tiny_lecture import OPTIONS
from tests.cli.tiny_lecture import folder as folder
from tests.cli.tiny_lecture import joined_once as joined_once
from tests.cli.tiny_lecture import tiny as tiny
from tests.selection import quick_cases

Backprop = Callable[..., Result]
SLIDES = [to for to in LECTURES if to != "mp4"]
BEATS = 3


def place(folder: Path, to: str) -> Path:
    return folder / ("lecture-stills" if to == "png" else f"lecture.{to}")


def state_of(path: Path) -> dict[str, tuple[int, int]]:
    files = path.iterdir() if path.is_dir() else [path]
    return {file.name: (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


@pytest.mark.parametrize("to", quick_cases(SLIDES, "html"))
def test_slides_are_made_and_then_kept(backprop: Backprop, folder: Path, to: str) -> None:
    shown = f"films/default/{place(folder, to).name}"
    dry = backprop("lecture", "--to", to, "--dry-run", *OPTIONS)
    assert (dry.exit_code, dry.stdout.splitlines()[-1]) == (0, f"would make {shown}")
    made = backprop("lecture", "--to", to, *OPTIONS)
    assert (made.exit_code, made.stdout) == (0, f"{shown}\n")
    what = f"{BEATS} stills" if to == "png" else f"{BEATS + 4} slides"
    assert f"lecture: 2 films, {what}, " in made.stderr
    before = state_of(place(folder, to))
    dry = backprop("lecture", "--to", to, "--dry-run", *OPTIONS)
    assert dry.stdout.splitlines()[-1] == f"would keep {shown}"
    kept = backprop("lecture", "--to", to, *OPTIONS)
    assert (kept.exit_code, kept.stdout) == (0, f"{shown}\n")
    assert kept.stderr.splitlines()[-1] == "lecture: nothing has changed; --force makes it again"
    assert state_of(place(folder, to)) == before
    again = backprop("lecture", "second", "--to", to, "--json", *OPTIONS)
    report: dict[str, Any] = json.loads(again.stdout)["lecture"]
    assert (report["status"], report[to]) == ("made", shown)
    assert report["bytes"] == sum(size for size, _ in state_of(place(folder, to)).values())
    assert report["left_out"] == []


def test_a_real_film_is_cut_at_its_beats(backprop: Backprop, folder: Path) -> None:
    assert backprop("lecture", "tiny", "--to", "pdf", *OPTIONS).exit_code == 0
    pages = [page.extract_text() for page in PdfReader(folder / "lecture.pdf").pages]
    said = ["It turns.", "It fades."]
    found = [next((s for s in said if s in page), None) for page in pages]
    assert found == [None, None, *said, None]
    # Light, for paper; what is played is another film.
    shown = PdfReader(folder / "lecture.pdf").pages[2].images[0].image
    assert shown.convert("L").getpixel((2, 2)) > 250
    look = json.loads((folder / "tiny.json").read_text(encoding="utf-8"))["experiment"]["film"]
    assert look["theme"] == "dark"


@pytest.mark.thorough
def test_a_pdf_is_of_light_films_and_leaves_the_dark_ones(backprop: Backprop, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.glob("second.*")}
    assert backprop("lecture", "second", "--to", "pdf", *OPTIONS).exit_code == 0
    assert {path.name: path.read_bytes() for path in folder.glob("second.*")} == before
    for words, corner in ((("--to", "pdf"), 255), (("--to", "pdf", "--theme", "dark"), 14)):
        made = backprop("lecture", "second", *words, *OPTIONS)
        (page, *_) = PdfReader(made.stdout.strip()).pages[2:]
        assert page.images[0].image.convert("RGB").getpixel((2, 2))[0] == pytest.approx(
            corner, abs=3
        )
        # The sentence is set below the picture, which does not say it.
        assert page.extract_text().split("\n")[0] == "It grows."
    films = folder.parent / "default,film.narration=false,light" / "second.json"
    look = json.loads(films.read_text(encoding="utf-8"))["experiment"]["film"]
    assert (look["theme"], look["narration"]) == ("light", False)
    # Under a name that a person chose, too, the films that are played stay.
    assert backprop("lecture", "second", "--name", "mine", *OPTIONS).exit_code == 0
    played = (folder.parent / "mine" / "second.mp4").read_bytes()
    made = backprop("lecture", "second", "--name", "mine", "--to", "pdf", *OPTIONS)
    assert made.stdout == "films/mine/lecture.pdf\n"
    assert (folder.parent / "mine" / "second.mp4").read_bytes() == played
    # What the user's own file says about the look counts.
    Path("own.toml").write_text('[film]\ntheme = "dark"\nnarration = true\n', encoding="utf-8")
    made = backprop("lecture", "second", "--to", "pdf", "--config", "own.toml", *OPTIONS)
    assert made.stdout == "films/own/lecture.pdf\n"
    assert (folder.parent / "own" / "second.mp4").is_file()


def test_a_lecturer_adds_a_title_names_and_slides_of_their_own(
    backprop: Backprop, folder: Path
) -> None:
    Path("hello.md").write_text("# Hello\n\nto all", encoding="utf-8")
    Image.new("RGB", (8, 8)).save("the-end.png")
    added = ("--title", "My day", "--author", "A. Person", "--course", "CS 101", "--date", "2 May")
    words = ("lecture", "second", "hello.md", "tiny", "the-end.png", "--to", "pptx", *OPTIONS)
    assert backprop(*words, *added).exit_code == 0
    pages = Presentation(str(folder / "lecture.pptx")).slides
    titles = [page.shapes.title.text_frame.text for page in pages]
    assert titles == [
        *("My day", "Second", "It grows.", "Hello", "Tiny", "It turns.", "It fades."),
        *("the end", "Sources"),
    ]
    assert backprop(*words, *added).stderr.endswith("--force makes it again\n")
    # Another title, or another slide, is another deck; the films stay.
    assert "made in" in backprop(*words, *added[2:]).stderr
    Path("hello.md").write_text("# Goodbye", encoding="utf-8")
    again = backprop(*words, *added[2:], "--json")
    report = json.loads(again.stdout)
    assert report["lecture"]["status"] == "made"
    assert [film["status"] for film in report["films"]] == ["kept", "kept"]


def test_slides_of_ones_own_before_all_films(backprop: Backprop, folder: Path) -> None:
    Path("hello.md").write_text("# Hello", encoding="utf-8")
    assert backprop("lecture", "hello.md", "--to", "pptx", *OPTIONS).exit_code == 0
    pages = Presentation(str(folder / "lecture.pptx")).slides
    assert [page.shapes.title.text_frame.text for page in pages][1:3] == ["Hello", "Tiny"]


def test_what_a_lecturer_has_worked_on_stays(backprop: Backprop, folder: Path) -> None:
    assert backprop("lecture", "--to", "pptx", *OPTIONS).exit_code == 0
    (folder / "lecture.pptx").write_bytes(b"an evening's work")
    # Told before a film is rendered, --force or not.
    refused = backprop("lecture", "--to", "pptx", "--force", *OPTIONS)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == (
        "films/default/lecture.pptx: was changed since it was made; rename it, or choose another "
        "folder, for example --name default-2\n"
    )
    assert (folder / "lecture.pptx").read_bytes() == b"an evening's work"


def test_what_is_missing_is_named_with_the_line_that_installs_it(
    backprop: Backprop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = importlib.util.find_spec

    def find_spec(name: str, package: str | None = None) -> Any:
        return None if name == "pptx" else honest(name, package)

    monkeypatch.setattr("scenes.production.lecture.decks.making.find_spec", find_spec)
    refused = backprop("lecture", "--to", "pptx", *OPTIONS)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "pip install 'leaky-backprop[slides]'" in refused.stderr
    assert backprop("lecture", "--to", "png", *OPTIONS).exit_code == 0


def test_bad_words(backprop: Backprop) -> None:
    unknown = backprop("lecture", "--to", "odp", *OPTIONS)
    assert unknown.exit_code == 2
    assert all(f"'{to}'" in unknown.stderr for to in LECTURES)
    both = backprop("lecture", "--to", "html", "--youtube", *OPTIONS)
    assert both.exit_code == 2
    assert "got --youtube with --to html; allowed with --to mp4" in both.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--title", "x"), "got --title with --to mp4; allowed with --to html, pptx or pdf"),
        (("--to", "png", "--date", "x"), "got --date with --to png; allowed with"),
        (
            ("--to", "pptx", "--per-page", "4"),
            "got --per-page with --to pptx; allowed with --to html",
        ),
        (("hello.md",), "got slides of your own with --to mp4; allowed with --to html"),
        (("--to", "html", "gone.md"), "gone.md: there is no such file"),
        (
            ("--to", "html", "plot.pdf"),
            'slide: got "plot.pdf"; allowed a film, or a file that ends',
        ),
        (("--to", "html", "--author", "a\nb"), "--author: got"),
        (("--to", "html", "--per-page", "3"), "'1', '2', '4', '6'"),
    ],
)
def test_what_has_no_place_is_refused_before_anything_is_made(
    backprop: Backprop, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    Path("hello.md").write_text("# Hello", encoding="utf-8")
    refused = backprop("lecture", "tiny", *words, *OPTIONS)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert not (tmp_path / "films").exists()


def test_a_film_with_a_damaged_ledger_makes_no_slides(
    backprop: Backprop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("beats")

    monkeypatch.setattr("scenes.production.lecture.decks.making.deck_of", broken)
    failed = backprop("lecture", "--to", "html", *OPTIONS)
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert failed.stderr.splitlines()[-1] == "lecture: the slides cannot be made: 'beats'"
    assert not (folder / "lecture.html").exists()


def test_what_is_pasted_into_youtube(backprop: Backprop, folder: Path) -> None:
    printed = backprop("lecture", "--youtube", *OPTIONS)
    assert printed.exit_code == 0
    assert printed.stdout.startswith("Backpropagation is a leaky abstraction\n\n")
    assert "Sources" in printed.stdout.splitlines()
    # Films of a second have no chapters there.
    assert "0:00" not in printed.stdout
    assert "lecture: for films/default/lecture.mp4:" in printed.stderr.splitlines()
    report = json.loads(backprop("lecture", "--youtube", "--json", *OPTIONS).stdout)
    told = report["lecture"]["youtube"]
    assert f"{told['title']}\n\n{told['description']}\n" == printed.stdout
