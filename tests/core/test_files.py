"""Pipes, devices and folders are refused at once; files are written completely or not at all."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from backprop_core.files import open_regular, read_bounded, replacing, write_whole
from backprop_core.partial_files import abandoned, create_partial
from tests.patience import at_once

posix = pytest.mark.skipif(os.name != "posix", reason="needs locks on files")


def said(read: Callable[[], object]) -> str:
    with at_once(0.5), pytest.raises(InputError) as caught:
        read()
    return str(caught.value)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listener(path: Path) -> None:
    # Its name may be a hundred letters long, so it is made from where it is.
    before = Path.cwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)
    os.chdir(before)


def link_to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


SPECIAL = {
    "a pipe": pipe,
    "a socket": listener,
    "a link to a pipe": lambda path: (pipe(path.with_name("p")), path.symlink_to("p")),
    "a link to zeros without end": link_to("/dev/zero"),
    "a link to the terminal": link_to("/dev/tty"),
    "a link to this process's input": link_to("/dev/stdin"),
    "a folder": Path.mkdir,
}


@pytest.mark.parametrize("kind", SPECIAL)
def test_what_is_no_regular_file_is_refused(
    tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x"
    SPECIAL[kind](path)
    line = said(lambda: read_bounded(path, 10, "a letter"))
    what = "folder" if kind == "a folder" else "pipe or a device"
    assert line == f"is a {what}; allowed a letter"


def handles() -> int:
    """Count the files that this process has open, where the system tells."""
    return sum(1 for _ in os.scandir("/proc/self/fd")) if sys.platform == "linux" else 0


def test_a_pipe_that_takes_the_place_of_a_file_after_it_was_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    path.touch()
    regular = path.stat()
    path.unlink()
    pipe(path)
    before = handles()
    monkeypatch.setattr(Path, "stat", lambda self: regular)
    assert said(lambda: open_regular(path)) == ("is a pipe or a device; allowed a regular file")
    assert handles() == before


def test_no_file_is_another_thing_than_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "none")
    (tmp_path / "file").touch()
    assert said(lambda: open_regular(tmp_path / "file" / "x")) == (
        "cannot be read: Not a directory"
    )
    assert said(lambda: open_regular(tmp_path / "a\0b")) == "is not a file name"
    assert said(lambda: open_regular(tmp_path / "\ud800")) == "is not a file name"
    assert (
        said(lambda: open_regular(tmp_path / ("x" * 300))) == "cannot be read: File name too long"
    )


def test_no_more_is_read_than_allowed(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    assert said(lambda: read_bounded(path, 4)) == "got 5 bytes; allowed at most 4"
    with path.open("wb") as file:
        file.truncate(2**40)
    assert said(lambda: read_bounded(path, 4)) == ("got 1,099,511,627,776 bytes; allowed at most 4")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux")
def test_a_file_whose_size_nobody_knows() -> None:
    assert read_bounded(Path("/proc/self/comm"), 100)
    assert "allowed at most 3" in said(lambda: read_bounded(Path("/proc/self/comm"), 3))
    assert said(lambda: read_bounded(Path("/proc/self/mem"), 9)) == (
        "cannot be read: Input/output error"
    )


def test_what_is_written_takes_the_place_of_the_old_file_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    with replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("old", [True, False])
def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, old: bool) -> None:
    path = tmp_path / "x"
    if old:
        path.write_text("old")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"] * old


def test_a_disk_that_is_full_when_it_is_asked_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]
    write_whole(path, b"new", durable=False)
    assert [each.read_text() for each in tmp_path.iterdir()] == ["new"]


@pytest.mark.skipif(os.name != "posix", reason="needs an umask")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_rights_that_the_umask_leaves(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "x", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o666 & ~mask


HALF = """
import os, signal, sys
from pathlib import Path
from backprop_core.files import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def partials(folder: Path) -> list[Path]:
    return list(folder.glob(".backprop-*.partial"))


@posix
def test_what_a_killed_writer_leaves_is_known_as_ours(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    subprocess.run([sys.executable, "-c", HALF, str(path)], check=False)
    (left,) = partials(tmp_path)
    assert path.read_text() == "old"
    with replacing(path):
        # One that is being written is not abandoned.
        assert [one for one in partials(tmp_path) if abandoned(one)] == [left]
        assert [one for one in partials(tmp_path) if abandoned(one, remove=True)] == [left]
        assert left not in partials(tmp_path)
    assert list(tmp_path.iterdir()) == [path]


@posix
@pytest.mark.parametrize("what", ["another name", "a link", "a pipe", "a folder"])
def test_what_only_looks_like_a_partial_file_is_left_alone(tmp_path: Path, what: str) -> None:
    left = tmp_path / f".backprop-{'0' * 16}.partial"
    if what == "another name":
        left = tmp_path / ".backprop-mine.partial"
        left.touch()
    elif what == "a link":
        left.symlink_to(tmp_path / "victim")
        (tmp_path / "victim").touch()
    elif what == "a pipe":
        pipe(left)
    else:
        left.mkdir()
    assert not abandoned(left, remove=True)
    assert os.path.lexists(left)


@posix
def test_a_file_taken_for_abandoned_before_it_is_locked_is_made_again(tmp_path: Path) -> None:
    made: list[str] = []

    def create(name: str) -> int:
        made.append(name)
        handle = os.open(tmp_path / name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        if len(made) == 1:
            assert abandoned(tmp_path / name, remove=True)
        return handle

    name, handle = create_partial(create)
    os.close(handle)
    assert made[1:] == [name]
    assert partials(tmp_path) == [tmp_path / name]


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_takes_no_place_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "no links on this file system")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "x"
    write_whole(path, b"first", new=True)
    with pytest.raises(FileExistsError):
        write_whole(path, b"second", new=True)

    def overtaken() -> None:
        with replacing(tmp_path / "y", new=True):
            (tmp_path / "y").write_text("another's")

    with pytest.raises(FileExistsError):
        overtaken()
    assert path.read_text() == "first"
    assert (tmp_path / "y").read_text() == "another's"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_new_file_replaces_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    write_whole(path, b"first", new=True)
    for name in ("x", "link"):
        with pytest.raises(FileExistsError):
            write_whole(tmp_path / name, b"second", new=True)
    # It comes while the other one is written; then where there are no links.
    other = tmp_path / "other"
    with pytest.raises(FileExistsError), replacing(other, new=True):
        other.write_bytes(b"somebody's")
    monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(FileExistsError), replacing(tmp_path / "third", new=True):
        (tmp_path / "third").write_bytes(b"somebody's")
    write_whole(tmp_path / "fourth", b"fourth", new=True)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "link"}
    somebody = b"somebody's"
    assert kept == {"x": b"first", "other": somebody, "third": somebody, "fourth": b"fourth"}


def _no_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))
