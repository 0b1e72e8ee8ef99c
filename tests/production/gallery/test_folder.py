"""The folder of a gallery: only its own files are written, changed and removed."""

import hashlib
import json
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

from backprop_core.errors import InputError
from scenes.production.gallery.folder import check_gallery, write_gallery
from scenes.production.process.error_messages import RenderError
from scenes.production.store.moves import Moves

PAGE, FILM = PurePosixPath("index.html"), PurePosixPath("films/leak.mp4")
ORIGIN = "a test"


def tree(root: Path) -> dict[str, bytes]:
    """Return what people see of a folder."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    return {name: content for name, content in found.items() if not name.startswith(".backprop")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of a gallery of two files."""
    video = tmp_path / "leak.mp4"
    video.write_bytes(b"frames")
    write_gallery(tmp_path / "gallery", {FILM: video, PAGE: b"<p>"}, ORIGIN)
    return tmp_path / "gallery"


def test_files_are_written_and_copied(root: Path) -> None:
    assert tree(root) == {"index.html": b"<p>", "films/leak.mp4": b"frames"}


def test_what_has_not_changed_is_not_touched(root: Path) -> None:
    before = (root / "index.html").stat().st_mtime_ns, (root / FILM).stat().st_ino
    made = write_gallery(root, {FILM: b"frames", PAGE: b"<p>"}, ORIGIN)
    assert (made.written, made.kept, made.removed) == (0, 2, 0)
    assert ((root / "index.html").stat().st_mtime_ns, (root / FILM).stat().st_ino) == before


def test_what_belongs_to_it_no_longer_goes_with_its_folder(root: Path) -> None:
    made = write_gallery(root, {PAGE: b"<h1>"}, ORIGIN)
    assert (made.written, made.kept, made.removed) == (1, 0, 1)
    assert tree(root) == {"index.html": b"<h1>"}
    assert not (root / "films").exists()


def test_files_of_others_stay(root: Path) -> None:
    (root / "films" / "notes.txt").write_bytes(b"mine")
    (root / "syllabus.html").write_bytes(b"mine")
    write_gallery(root, {PAGE: b"<h1>"}, ORIGIN)
    assert tree(root) == {
        "index.html": b"<h1>",
        "films/notes.txt": b"mine",
        "syllabus.html": b"mine",
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"mine", "was not made by this program"), (b"<p>", "was not made by this program")],
    ids=["another", "even the same"],
)
def test_a_file_of_others_is_not_overwritten(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "index.html").write_bytes(content)
    with pytest.raises(InputError) as refused:
        write_gallery(tmp_path, {FILM: b"frames", PAGE: b"<p>"}, ORIGIN)
    (line,) = refused.value.problems
    assert "index.html" in line
    assert why in line
    assert tree(tmp_path) == {"index.html": content}


def test_a_file_that_somebody_changed_is_not_overwritten_and_not_removed(root: Path) -> None:
    (root / "index.html").write_bytes(b"<p>with a word of mine")
    with pytest.raises(InputError, match="was changed since it was made"):
        write_gallery(root, {FILM: b"frames", PAGE: b"<h1>"}, ORIGIN)
    (root / "films" / "leak.mp4").write_bytes(b"cut by me")
    with pytest.raises(InputError):
        check_gallery(root, ORIGIN, [PAGE])
    (root / "index.html").write_bytes(b"<p>")
    write_gallery(root, {PAGE: b"<p>"}, ORIGIN)
    assert tree(root) == {"index.html": b"<p>", "films/leak.mp4": b"cut by me"}


def test_many_files_in_the_way_are_not_all_named(tmp_path: Path) -> None:
    places = [PurePosixPath(f"{n}.html") for n in range(40)]
    for place in places:
        (tmp_path / place).write_bytes(b"mine")
    with pytest.raises(InputError) as refused:
        check_gallery(tmp_path, ORIGIN, places)
    assert len(refused.value.problems) == 6


@pytest.mark.parametrize("dies", [False, True], ids=["fails", "dies"])
@pytest.mark.parametrize("kept", [0, 1])
def test_what_is_cut_short_is_finished_by_the_next(
    root: Path, monkeypatch: pytest.MonkeyPatch, kept: int, dies: bool
) -> None:
    honest, left = Moves.put, kept

    def cut(moves: Moves, source: Path, place: str) -> None:
        nonlocal left
        left -= not place.startswith(".backprop/")
        if left < 0:
            raise OSError("no space left on device")
        honest(moves, source, place)

    wanted = {FILM: b"other frames", PAGE: b"<h1>", PurePosixPath("a.css"): b"*"}
    with monkeypatch.context() as patch:
        patch.setattr(Moves, "put", cut)
        if dies:
            patch.setattr(Moves, "undo", lambda moves: None)
        with pytest.raises(RenderError, match="no space"):
            write_gallery(root, wanted, ORIGIN)
    assert (root / FILM).read_bytes() == (b"other frames" if kept and dies else b"frames")
    assert not list((root / ".backprop").glob("render-*"))
    write_gallery(root, wanted, ORIGIN)
    assert tree(root) == {str(place): content for place, content in wanted.items()}
    # And what was there before is known to be its own still.
    write_gallery(root, {PAGE: b"<h1>"}, ORIGIN)
    assert tree(root) == {"index.html": b"<h1>"}


def test_an_archive_is_never_half_of_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    video = root.parent / "leak.mp4"
    write_gallery(root, {FILM: video, PAGE: b"<p>"}, ORIGIN, zipped=True)
    before = tree(root)
    with ZipFile(root / "gallery.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "films/leak.mp4": b"frames",
            "index.html": b"<p>",
        }

    def full(self: ZipFile, *_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(ZipFile, "writestr", full)
        with pytest.raises(RenderError, match="no space"):
            write_gallery(root, {FILM: video, PAGE: b"<h1>"}, ORIGIN, zipped=True)
    assert tree(root) == before
    assert not list((root / ".backprop").glob("render-*"))
    made = write_gallery(root, {FILM: video, PAGE: b"<p>"}, ORIGIN, zipped=True)
    assert (made.written, made.kept, made.removed) == (0, 3, 0)


def test_a_link_leads_nowhere(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "sweeps").symlink_to(outside)
    (root / "page.html").symlink_to(outside / "page.html")
    for place in (PurePosixPath("sweeps/a.html"), PurePosixPath("page.html")):
        with pytest.raises(InputError):
            write_gallery(root, {place: b"<p>"}, ORIGIN)
    assert not list(outside.iterdir())


@pytest.mark.parametrize("name", ["../victim", "films/../../victim", "link/victim", None])
def test_a_record_that_somebody_forged_removes_nothing_elsewhere(
    root: Path, tmp_path: Path, name: str | None
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"dear")
    (root / "link").symlink_to(tmp_path)
    digest = hashlib.sha256(b"dear").hexdigest()
    record = root / ".backprop" / "gallery.json"
    forged = {name or str(victim): {"bytes": 4, "sha256": digest}}
    honest = json.loads(record.read_text())
    assert "index.html" in honest["files"]
    record.write_text(json.dumps({**honest, "files": forged}))
    for place in (PAGE, FILM):
        (root / place).unlink()
    write_gallery(root, {PAGE: b"<p>"}, ORIGIN)
    assert victim.read_bytes() == b"dear"


def test_a_gallery_of_something_else_is_refused(root: Path) -> None:
    with pytest.raises(InputError, match="choose another folder, for example --output"):
        write_gallery(root, {PAGE: b"<p>"}, "/home/me/deep.toml")
