"""`backprop doctor` and `backprop completion`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

from backprop_core.experiment import presets
from scenes.cli.main import main
from scenes.production.request.catalog import FILMS

Backprop = Callable[..., Result]


def test_doctor_is_content_with_the_machine_of_the_tests(backprop: Backprop) -> None:
    result = backprop("doctor", "--json")
    assert result.exit_code == 0
    findings = json.loads(result.stdout)["findings"]
    assert all(finding["good"] for finding in findings if finding["needed"])


def test_doctor_names_what_is_missing_and_the_line_that_mends_it(
    backprop: Backprop, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    result = backprop("doctor", "--output", "file/films")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    place = lines.index(f"missing  output: {tmp_path}/file cannot be written to (Not a directory)")
    assert lines[place + 1].strip() == f"chmod u+rwx {tmp_path}/file"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(backprop: Backprop, shell: str) -> None:
    result = backprop("completion", shell)
    assert result.exit_code == 0
    assert "_BACKPROP_COMPLETE" in result.stdout


@pytest.mark.parametrize(
    ("words", "begun", "completed"),
    [
        (["render"], "", list(FILMS)),
        (["render"], "vani", ["vanishing"]),
        (["numbers", "--preset"], "", list(presets.names())),
        (["numbers", "--set"], "network.de", ["network.depth="]),
        (["render", "--quality"], "4", ["4k"]),
    ],
)
def test_films_presets_and_fields_are_completed(
    words: list[str], begun: str, completed: list[str]
) -> None:
    shell = ShellComplete(main, {}, "backprop", "_BACKPROP_COMPLETE")
    assert [item.value for item in shell.get_completions(words, begun)] == completed
