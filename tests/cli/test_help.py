"""Every command has a help text, which is printed quickly."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import click
import pytest
from click.testing import Result

from scenes.cli.main import main

Backprop = Callable[..., Result]


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def command(path: tuple[str, ...]) -> click.Command:
    found: click.Command = main
    for name in path:
        assert isinstance(found, click.Group)
        found = found.commands[name]
    return found


def test_the_commands_are_those_of_the_design() -> None:
    wanted = {"films", "render", "lecture", "numbers", "check", "doctor", "completion"}
    wanted |= {"config new", "config presets", "config schema"}
    assert wanted <= {" ".join(path) for path in commands()}


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_and_option_has_help(backprop: Backprop, path: tuple[str, ...]) -> None:
    result = backprop(*path, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: {' '.join(('backprop', *path))}")
    documented = command(path)
    assert documented.help
    # One line in the list of commands, not cut off.
    assert not path or len(documented.get_short_help_str(limit=1000)) < 66
    for parameter in documented.params:
        if isinstance(parameter, click.Option):
            assert parameter.help
            assert parameter.help.endswith(".")
            assert parameter.opts[-1].lstrip("-") in result.stdout


@pytest.mark.parametrize("words", [[], ["config"]])
def test_a_group_alone_shows_its_help(backprop: Backprop, words: list[str]) -> None:
    assert backprop(*words).stdout == backprop(*words, "--help").stdout


QUICK = [
    ["--help"],
    ["--version"],
    ["render", "--help"],
    ["films"],
    ["numbers", "--set", "network.depth=2"],
    ["check", "--set", "network.depth=2"],
    ["config", "new"],
    ["config", "presets"],
    ["config", "schema"],
    ["completion", "bash"],
    ["render", "vanishing", "--dry-run"],
    ["render", "vanishin"],
    ["lecture", "--dry-run"],
    ["gallery", "--all", "--dry-run"],
]


def modules_after(lines: list[list[str]]) -> set[str]:
    program = (
        "import sys\n"
        "from scenes.cli.main import main\n"
        f"for words in {lines!r}:\n"
        "    try: main(words)\n"
        "    except SystemExit: pass\n"
        "print('MODULES', *sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.rpartition("MODULES")[2].split())


def test_only_a_render_imports_manim() -> None:
    assert "manim" not in modules_after(QUICK)


def test_help_imports_no_numbers() -> None:
    slow = {"numpy", "pydantic", "rich", "sklearn", "av"}
    assert not slow & modules_after([["--help"], ["render", "--help"], ["--version"]])
