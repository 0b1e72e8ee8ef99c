"""`backprop config`: files that load, and are not lost."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from backprop_core.experiment import presets
from backprop_core.experiment.config import Experiment, commented_toml, load_experiment, schema
from tests.production.mounts import needs_mounts, on_a_disk
from tests.production.real_program import run

Backprop = Callable[..., Result]


def test_a_new_file_changes_nothing_before_it_is_edited(backprop: Backprop) -> None:
    result = backprop("config", "new", "deep.toml")
    assert (result.exit_code, result.stdout) == (0, "")
    assert Path("deep.toml").read_text(encoding="utf-8") == commented_toml()
    assert load_experiment("deep.toml") == Experiment()
    assert backprop("config", "new").stdout == commented_toml()


def test_a_new_file_can_start_from_a_preset(backprop: Backprop) -> None:
    backprop("config", "new", "mine.toml", "--preset", "relu-he")
    assert load_experiment("mine.toml") == presets.load("relu-he")


def test_a_file_is_overwritten_only_when_told_so(backprop: Backprop) -> None:
    Path("deep.toml").write_text("seed = 1\n")
    result = backprop("config", "new", "deep.toml")
    assert result.exit_code == 2
    assert result.stderr == "deep.toml: exists; --force overwrites it\n"
    assert Path("deep.toml").read_text() == "seed = 1\n"
    assert backprop("config", "new", "deep.toml", "--force").exit_code == 0
    assert Path("deep.toml").read_text(encoding="utf-8") == commented_toml()


@needs_mounts
@pytest.mark.parametrize("there", ["other.toml", "x.toml"])
def test_a_full_disk_leaves_nothing_that_blocks_the_next_try(tmp_path: Path, there: str) -> None:
    (tmp_path / "old").mkdir()
    # The only page of the disk is that of a file that is there.
    (tmp_path / "old" / there).write_text("seed = 1\n")
    forced = ["--force"] * (there == "x.toml")
    full = on_a_disk("4k", tmp_path / "old")
    done = run("config", "new", "disk/x.toml", *forced, cwd=tmp_path, before=full)
    assert done.stderr == "disk/x.toml: cannot be written: No space left on device\n"
    assert done.returncode == 1
    left = {path.name: path.read_text() for path in (tmp_path / "after").iterdir()}
    assert left == {there: "seed = 1\n"}


def test_force_writes_through_a_link_and_to_no_pipe(backprop: Backprop) -> None:
    Path("linked.toml").write_text("seed = 1\n")
    Path("x.toml").symlink_to("linked.toml")
    assert backprop("config", "new", "x.toml", "--force").exit_code == 0
    assert Path("x.toml").is_symlink()
    assert Path("linked.toml").read_text(encoding="utf-8") == commented_toml()
    os.mkfifo("pipe")
    refused = backprop("config", "new", "pipe", "--force")
    assert refused.exit_code == 2
    assert refused.stderr == "pipe: is a pipe or a device; allowed a regular file\n"
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


def test_presets_are_listed_with_what_they_show(backprop: Backprop) -> None:
    lines = backprop("config", "presets").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(presets.names())
    assert all(line.endswith(presets.describe(line.split()[0])) for line in lines)
    found = json.loads(backprop("config", "presets", "--json").stdout)
    assert found == {"presets": {name: presets.describe(name) for name in presets.names()}}


def test_the_schema_is_that_of_the_core(backprop: Backprop) -> None:
    assert json.loads(backprop("config", "schema").stdout) == schema()
