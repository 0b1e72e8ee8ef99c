"""The shared cache of type: complete files, its folder, and missing glyphs."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from backprop_core.folder import Folder
from scenes.kit.type import typst_cache
from scenes.kit.type.typst_cache import cache_directory, compile_svg, missing_glyphs, svg_of
from tests.patience import PATIENCE

SOURCE = "#set page(width: auto, height: auto)\nshared"
SOMEBODY = 65534
"""The number of a user who is not us."""
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away"
)


@pytest.fixture(autouse=True)
def _no_directory_is_remembered():
    cache_directory.cache_clear()
    yield
    cache_directory.cache_clear()


def _read(home: str, barrier, results) -> None:
    os.environ["XDG_CACHE_HOME"] = home
    cache_directory.cache_clear()
    barrier.wait()
    results.put([svg_of(f"{SOURCE} {number}") for number in range(5)])


def test_processes_side_by_side_read_whole_files(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(2), context.Queue()
    workers = [context.Process(target=_read, args=(str(tmp_path), barrier, results)) for _ in "ab"]
    for worker in workers:
        worker.start()
    first, second = (results.get(timeout=PATIENCE) for _ in workers)
    for worker in workers:
        worker.join()
    assert first == second == [compile_svg(f"{SOURCE} {number}") for number in range(5)]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(path.suffix for path in files) == [".svg"] * 5


def test_the_cache_lies_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_directory().is_relative_to(tmp_path / "xdg" / "leaky-backprop")
    cache_directory.cache_clear()
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_directory().is_relative_to(tmp_path / "home" / ".cache" / "leaky-backprop")


@pytest.mark.parametrize("given", ["a file", "nothing"])
def test_without_a_home_there_is_a_private_folder(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
        if given == "a file":
            # No folder can be made below a file, not even by root.
            (tmp_path / name).write_text("")
            monkeypatch.setenv(name, str(tmp_path / name))
    if given == "nothing":
        monkeypatch.setattr("pwd.getpwuid", dict[int, object]().__getitem__)
    folder = cache_directory()
    assert folder.is_dir()
    private = folder.parents[1]
    assert private.parent == tmp_path
    assert private.stat().st_mode & 0o077 == 0
    assert svg_of(SOURCE) == compile_svg(SOURCE)


def test_without_an_environment_it_lies_in_the_home_of_the_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", lambda user: SimpleNamespace(pw_dir=str(tmp_path)))
    assert cache_directory().is_relative_to(tmp_path / ".cache" / "leaky-backprop")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda entry: entry.write_bytes(b""),
    "cut": lambda entry: entry.write_bytes(entry.read_bytes()[:-10]),
    "garbage that ends well": lambda entry: entry.write_bytes(b"\0 <g> </svg>"),
    "a flipped bit": lambda entry: entry.write_bytes(flipped(entry.read_bytes())),
    "another's content": lambda entry: entry.write_bytes(other(entry).read_bytes()),
    "a pipe": lambda entry: (entry.unlink(), os.mkfifo(entry)),
    "a link": lambda entry: entry.symlink_to(entry.rename(entry.with_name("moved"))),
    "two names": lambda entry: os.link(entry, entry.with_name("second")),
}


def flipped(content: bytes) -> bytes:
    """Flip a bit of the digits of a path: what comes out is still a picture."""
    place = content.index(b' d="M ') + 6
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def other(entry: Path) -> Path:
    svg_of(f"{SOURCE} other")
    return next(path for path in entry.parent.iterdir() if path != entry)


@pytest.mark.parametrize("what", DAMAGES)
def test_an_entry_that_does_not_fit_is_made_anew(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    right = svg_of(SOURCE)
    (entry,) = cache_directory().iterdir()
    whole = entry.read_bytes()
    DAMAGES[what](entry)
    assert svg_of(SOURCE) == right
    assert (entry.is_symlink(), entry.stat().st_nlink) == (False, 1)
    assert entry.read_bytes() == whole


@needs_root
def test_an_entry_of_another_user_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    svg_of(SOURCE)
    (entry,) = cache_directory().iterdir()
    os.chown(entry, SOMEBODY, SOMEBODY)
    assert svg_of(SOURCE) == compile_svg(SOURCE)
    assert entry.stat().st_uid == os.geteuid()


@pytest.mark.parametrize("what", ["a link", pytest.param("another user's", marks=needs_root)])
@pytest.mark.parametrize("level", ["the cache", "its version"])
def test_a_cache_folder_that_is_not_ours_is_not_used(
    what: str, level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = cache_directory()
    wrong = folder.parent if level == "the cache" else folder
    if what == "a link":
        wrong.symlink_to(wrong.rename(tmp_path / "elsewhere"))
    else:
        os.chown(wrong, SOMEBODY, SOMEBODY)
    cache_directory.cache_clear()
    assert cache_directory().is_relative_to(tmp_path / "home")


def test_others_may_not_write_to_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for earlier in (0, 0o777):
        folder = cache_directory()
        for one in (folder, folder.parent):
            assert one.stat().st_mode & 0o022 == 0, earlier
            one.chmod(0o777)
        cache_directory.cache_clear()


def test_a_second_reading_compiles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = svg_of(SOURCE)

    def refuse(source: str) -> bytes:
        raise AssertionError("compiled again")

    monkeypatch.setattr(typst_cache, "compile_svg", refuse)
    assert svg_of(SOURCE) == first


def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = cache_directory()

    def refuse(self: Folder, name: str, to: Folder, new: str) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Folder, "move", refuse)
    assert svg_of(SOURCE) == compile_svg(SOURCE)
    assert list(folder.iterdir()) == []


def test_more_than_one_page_is_an_error() -> None:
    with pytest.raises(Exception, match="page"):
        compile_svg("one\n#pagebreak()\ntwo")


@pytest.mark.parametrize("text", ["Why deep stacks do not learn", "äöüß é ∂L/∂z × −", ' "#$\\'])
def test_what_the_face_can_draw(text: str) -> None:
    assert missing_glyphs(text) == ""


def test_what_the_face_cannot_draw_is_named_once_in_order() -> None:
    assert missing_glyphs("a漢b🙂漢c") == "漢🙂"
