"""The report on what this machine lacks."""

import sys
from pathlib import Path

import pytest

from scenes.kit.type.typst_cache import cache_directory
from scenes.production import doctor


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


def test_other_versions_than_the_pinned_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "version", lambda package: "0.0.1")
    (versions,) = (f for f in doctor.examine(tmp_path) if f.what == "versions")
    assert not versions.good
    assert not versions.needed
    assert "manim 0.0.1, not 0.22.0" in versions.found
    assert versions.mend.startswith("python -m pip install -c ")
