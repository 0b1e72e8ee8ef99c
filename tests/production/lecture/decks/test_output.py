"""Slides never overwrite files of others; their own files are recognised."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from backprop_core.folder import Folder
from scenes.production.lecture.decks.making import make_deck
from scenes.production.lecture.decks.output import DeckOutput
from scenes.production.lecture.lecture import Lecture
from scenes.production.request.keys import Keys
from scenes.production.store import build as module
from scenes.production.store.build import current
from scenes.production.store.moves import Moves
from scenes.production.store.place_checks import check_places
from scenes.production.store.publish import Made, publish

KEYS = {"a": Keys("a" * 64, "a" * 64), "b": Keys("b" * 64, "b" * 64)}


def put(output: DeckOutput, key: str, **texts: str) -> None:
    """Publish files with these contents."""
    private = output.state / "private"
    private.mkdir(parents=True, exist_ok=True)
    files = {}
    for n, (name, text) in enumerate(texts.items()):
        name = name.replace("_", ".")
        file = files[output.place(name)] = private / str(n)
        file.write_text(text)
    publish(Made(files, {"slides": 3}), output, KEYS[key], None, private)


@pytest.fixture
def page(tmp_path: Path) -> DeckOutput:
    return DeckOutput(tmp_path / "films", "lecture", "html")


@pytest.fixture
def pictures(tmp_path: Path) -> DeckOutput:
    return DeckOutput(tmp_path / "films", "lecture", "png")


def test_what_was_made_is_known_again(page: DeckOutput) -> None:
    assert not current(page, KEYS["a"])
    put(page, "a", lecture_html="one")
    assert page.path.read_text() == "one"
    assert current(page, KEYS["a"])
    assert not current(page, KEYS["b"])
    put(page, "b", lecture_html="two")
    assert page.path.read_text() == "two"
    assert current(page, KEYS["b"])
    page.path.unlink()
    assert not current(page, KEYS["b"])


def test_what_a_person_has_changed_stays(page: DeckOutput) -> None:
    put(page, "a", lecture_html="one")
    page.path.write_text("one, and an evening's work")
    for refused in (lambda: check_places(page), lambda: put(page, "b", lecture_html="two")):
        with pytest.raises(InputError, match=r"lecture\.html: was changed since it was made; "):
            refused()
    assert page.path.read_text() == "one, and an evening's work"


@pytest.mark.parametrize("what", ["file", "folder", "link", "pipe"])
def test_what_somebody_else_has_made_stays(page: DeckOutput, what: str) -> None:
    page.path.parent.mkdir(parents=True)
    elsewhere = page.folder / "elsewhere"
    elsewhere.write_text("theirs")
    match what:
        case "file":
            page.path.write_text("theirs")
        case "folder":
            page.path.mkdir()
        case "link":
            page.path.symlink_to(elsewhere)
        case "pipe":
            os.mkfifo(page.path)
    before = page.path.lstat()
    said = "is a folder; allowed" if what == "folder" else "was not made by this program; "
    for refused in (lambda: check_places(page), lambda: put(page, "a", lecture_html="one")):
        with pytest.raises(InputError, match=rf"lecture\.html: {said}"):
            refused()
    assert page.path.lstat() == before
    assert elsewhere.read_text() == "theirs"


def test_a_folder_keeps_what_is_not_ours_and_loses_what_was(pictures: DeckOutput) -> None:
    put(pictures, "a", one_png="1", two_png="2")
    (pictures.path / "mine.txt").write_text("mine")
    put(pictures, "b", two_png="two")
    left = {path.name: path.read_text() for path in pictures.path.iterdir()}
    assert left == {"mine.txt": "mine", "two.png": "two"}
    (pictures.path / "three.png").write_text("mine")
    with pytest.raises(InputError, match=r"three\.png: was not made by this program"):
        put(pictures, "a", two_png="2", three_png="3")
    assert (pictures.path / "three.png").read_text() == "mine"
    assert (pictures.path / "two.png").read_text() == "two"


@pytest.mark.parametrize("what", ["file", "link"])
def test_stills_need_a_folder(pictures: DeckOutput, tmp_path: Path, what: str) -> None:
    pictures.path.parent.mkdir(parents=True)
    if what == "file":
        pictures.path.write_text("mine")
    else:
        (tmp_path / "far").mkdir()
        pictures.path.symlink_to(tmp_path / "far")
    with pytest.raises(InputError, match="lecture-stills: is no folder; rename it"):
        put(pictures, "a", one_png="1")


class Death(BaseException):
    """Ends everything."""


MOVES = 6
"""Two records that are written; the first of them is moved, then two files, then the other one."""


@pytest.mark.parametrize("after", range(MOVES + 1))
def test_whoever_dies_meanwhile_blocks_nobody(
    pictures: DeckOutput, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    put(pictures, "a", one_png="1", two_png="2")
    left, honest = after, Folder.move

    def move(folder: Folder, name: str, to: Folder, new: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Death
        honest(folder, name, to, new)

    with monkeypatch.context() as patch, suppress(Death):
        patch.setattr(Folder, "move", move)
        # The dead put nothing back.
        patch.setattr(Moves, "undo", lambda moves: None)
        put(pictures, "b", two_png="zwei", three_png="drei")
    assert (current(pictures, KEYS["b"]) is not None) == (after == MOVES)
    check_places(pictures)
    put(pictures, "a", one_png="1", four_png="4")
    assert {path.name for path in pictures.path.iterdir()} == {"one.png", "four.png"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"content": 1}',
        '{"content": "%s", "parts": {}, "files": {"../x": {"bytes": 1, "sha256": "%s"}}}',
        '{"content": "%s", "parts": {}, "files": {}, "coming": {"/x": []}}',
    ],
)
def test_a_record_of_somebody_else_leads_nowhere(page: DeckOutput, text: str) -> None:
    page.manifest.parent.mkdir(parents=True)
    page.manifest.write_text(text.replace("%s", "a" * 64))
    assert page.record() is None
    assert not current(page, KEYS["a"])
    put(page, "a", lecture_html="one")
    assert current(page, KEYS["a"])


def test_slides_that_are_there_are_kept(
    lecture_of: Callable[..., Lecture], monkeypatch: pytest.MonkeyPatch
) -> None:
    lecture = lecture_of("leak")
    output = DeckOutput(lecture.target.folder, lecture.target.stem, "png")
    first = make_deck(lecture, output)
    assert (first.reused, first.facts["files"]) == (False, 2)

    def fail(*_: object) -> None:
        raise AssertionError("published again")

    with monkeypatch.context() as patch:
        patch.setattr(module, "publish", fail)
        again = make_deck(lecture, output)
    assert (again.reused, again.facts) == (True, first.facts)
    assert not make_deck(lecture, output, force=True).reused
    assert not list(output.state.glob("render-*"))
