"""The report on what this machine lacks."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenes.kit.type.typst_cache import cache_directory, svg_of
from scenes.production import doctor
from scenes.production.store.clean_files import clean_cache


def test_the_machine_of_the_tests_can_make_films(tmp_path: Path) -> None:
    findings = {finding.what: finding for finding in doctor.examine(tmp_path)}
    assert [name for name, finding in findings.items() if finding.needed and not finding.good] == []
    assert {"cairo", "pango", "manim", "type", "video", "output"} <= set(findings)
    assert all(bool(finding.mend) != finding.good for finding in findings.values())
    assert list(tmp_path.iterdir()) == []


def test_a_missing_library_is_named_with_the_line_that_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # None in its place makes an import fail as if the package were not there.
    monkeypatch.setitem(sys.modules, "cairo", None)
    monkeypatch.setattr(sys, "platform", "linux")
    (cairo,) = (f for f in doctor.examine(tmp_path) if f.what == "cairo")
    assert not cairo.good
    assert cairo.found.startswith("ModuleNotFoundError")
    assert "apt-get install -y libcairo2-dev" in cairo.mend
    assert cairo.mend.endswith("pip install --force-reinstall --no-cache-dir pycairo")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    (output,) = (f for f in doctor.examine(file / "films") if f.what == "output")
    assert (output.good, output.mend) == (False, f"chmod u+rwx {file}")


def test_a_cache_without_a_home_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache_directory.cache_clear()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("pwd.getpwuid", dict[int, object]().__getitem__)
    for name in ("XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    (cache,) = (f for f in doctor.examine(tmp_path) if f.what == "cache of type")
    cache_directory.cache_clear()
    assert (cache.good, cache.needed, cache.mend) == (False, False, "set HOME to a folder of yours")


@pytest.fixture
def cache_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the cache lie in a folder of the test's own, with two entries."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cache_directory.cache_clear()
    for number in range(2):
        svg_of(f"#set page(width: auto)\n{number}")
    yield tmp_path / ".cache"
    cache_directory.cache_clear()


def found_of_the_cache(output: Path) -> doctor.Finding:
    cache_directory.cache_clear()
    (cache,) = (f for f in doctor.examine(output) if f.what == "cache of type")
    return cache


def test_the_cache_is_looked_at(cache_home: Path) -> None:
    folder = cache_directory()
    whole = found_of_the_cache(cache_home)
    assert whole.good
    assert whole.found.startswith(f"{folder}: 2 entries, ")
    next(folder.iterdir()).write_bytes(b"garbage")
    damaged = found_of_the_cache(cache_home)
    assert (damaged.good, damaged.needed) == (False, False)
    assert damaged.found.endswith("1 of them do not fit, and are not used")
    assert damaged.mend == "backprop clean --cache"
    assert clean_cache(dry_run=True) == clean_cache() != []
    again = found_of_the_cache(cache_home)
    assert (again.good, "empty" in again.found) == (True, True)


def test_a_cache_that_is_a_link_is_named(cache_home: Path) -> None:
    ours = cache_home / "leaky-backprop"
    ours.symlink_to(ours.rename(cache_home / "elsewhere"))
    linked = found_of_the_cache(cache_home)
    assert not linked.good
    assert linked.found.endswith(f"{ours}: is a symbolic link")
    assert linked.mend == f"mv {ours} {ours}-other"


def test_other_versions_than_the_pinned_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "version", lambda package: "0.0.1")
    (versions,) = (f for f in doctor.examine(tmp_path) if f.what == "versions")
    assert not versions.good
    assert not versions.needed
    assert "manim 0.0.1, not 0.22.0" in versions.found
    assert versions.mend.startswith("python -m pip install -c ")
