"""`backprop config`: files that load, and are not lost."""

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from backprop_core.experiment import presets
from backprop_core.experiment.config import Experiment, commented_toml, load_experiment, schema

Backprop = Callable[..., Result]


def test_a_new_file_is_the_default_with_comments(backprop: Backprop) -> None:
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


def test_presets_are_listed_with_what_they_show(backprop: Backprop) -> None:
    lines = backprop("config", "presets").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(presets.names())
    assert all(line.endswith(presets.describe(line.split()[0])) for line in lines)
    found = json.loads(backprop("config", "presets", "--json").stdout)
    assert found == {"presets": {name: presets.describe(name) for name in presets.names()}}


def test_the_schema_is_that_of_the_core(backprop: Backprop) -> None:
    assert json.loads(backprop("config", "schema").stdout) == schema()
