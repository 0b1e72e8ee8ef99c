"""`backprop lecture --to` and `--youtube`: slides of films that are really rendered."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from pypdf import PdfReader

from scenes.production.request.formats import LECTURES
from tests.cli.tiny_lecture import OPTIONS
from tests.cli.tiny_lecture import folder as folder
from tests.cli.tiny_lecture import joined_once as joined_once
from tests.cli.tiny_lecture import tiny as tiny

Backprop = Callable[..., Result]
SLIDES = [to for to in LECTURES if to != "mp4"]
BEATS = 3


def place(folder: Path, to: str) -> Path:
    return folder / ("lecture-stills" if to == "png" else f"lecture.{to}")


def state_of(path: Path) -> dict[str, tuple[int, int]]:
    files = path.iterdir() if path.is_dir() else [path]
    return {file.name: (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


@pytest.mark.parametrize("to", SLIDES)
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
    assert backprop("lecture", "--to", "pdf", *OPTIONS).exit_code == 0
    pages = [page.extract_text() for page in PdfReader(folder / "lecture.pdf").pages]
    said = ["It turns.", "It fades.", "It grows."]
    assert [next((s for s in said if s in page), None) for page in pages] == [
        *(None, None, "It turns.", "It fades."),
        *(None, "It grows.", None),
    ]


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
