"""The command line in this process, in an empty folder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenes.cli.main import main

Backprop = Callable[..., Result]
NAMED = 15
"""Characters in which the name of a line of `backprop check` stands."""


def unwrapped(said: str) -> str:
    """Return what was said with each text on one line, however long."""
    return said.replace(f"\n{' ' * NAMED}", " ")


@pytest.fixture
def backprop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backprop:
    """Return a function that runs `backprop` with the given words in tmp_path."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, words, prog_name="backprop")

    return run
