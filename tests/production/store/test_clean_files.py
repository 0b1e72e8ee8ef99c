"""Cleaning files that killed processes have left, and the cache; nothing of anybody else's goes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from backprop_core.files import replacing
from scenes.cli.main import main
from scenes.kit.type.typst_cache import cache_directory, svg_of
from scenes.production.store.clean_files import clean_partials

posix = pytest.mark.skipif(os.name != "posix", reason="needs locks on files")
NAME = f".backprop-{'0123456789abcdef'}.partial"


def left_in(folder: Path) -> Path:
    """Put what a killed process leaves into a folder: a file that nobody holds."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    path.write_bytes(b"half")
    return path


@posix
def test_what_killed_writers_left_goes_and_nothing_else(tmp_path: Path) -> None:
    output = tmp_path / "films"
    wanted = [left_in(output / place) for place in ("sweep/.backprop/jobs", "sweep", "sweep/point")]
    elsewhere = left_in(tmp_path / "elsewhere")
    (output / "linked").symlink_to(elsewhere.parent)
    private = left_in(output / "sweep" / ".backprop" / "render-live")
    mine = output / "sweep" / "tmpabc.partial"
    mine.write_bytes(b"")
    with replacing(output / "sweep" / "sweep.csv") as file:
        file.write(b"held")
        foreseen = clean_partials(output, dry_run=True)
        assert all(path.exists() for path in wanted)
        assert [one.path for one in clean_partials(output)] == sorted(wanted)
    assert [(one.path, one.bytes) for one in foreseen] == [(path, 4) for path in sorted(wanted)]
    assert not any(path.exists() for path in wanted)
    assert (output / "sweep" / "sweep.csv").read_bytes() == b"held"
    assert elsewhere.exists()
    assert private.exists()
    assert mine.exists()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the cache lie in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    cache_directory.cache_clear()
    yield tmp_path / "xdg" / "leaky-backprop"
    cache_directory.cache_clear()


def backprop(*words: str) -> str:
    return CliRunner().invoke(main, words, catch_exceptions=False).stdout


def test_the_cache_is_emptied_when_that_is_said(cache: Path, tmp_path: Path) -> None:
    svg_of("#set page(width: auto)")
    here = cache_directory()
    earlier = cache / "typst-0.0.1"
    earlier.mkdir()
    (earlier / "x.svg").write_text("<svg/>")
    (cache / "linked").symlink_to(tmp_path)
    both = "".join(f"{path}\n" for path in sorted((here, earlier)))
    assert backprop("clean") == ""
    assert backprop("clean", "--cache", "--dry-run") == both
    assert here.is_dir()
    assert backprop("clean", "--cache") == both
    assert [path.name for path in cache.iterdir()] == ["linked"]
    assert svg_of("#set page(width: auto)")
    assert len(list(here.iterdir())) == 1
