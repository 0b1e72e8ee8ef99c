"""The progress of `make` while it installs, and the targets that the README names."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci/python_packages.py"
PIP_SAYS = """\
Collecting manim<0.23,>=0.22 (from manim[typst]<0.23,>=0.22->leaky-backprop==0.1.0)
  Downloading manim-0.22.0-py3-none-any.whl (601 kB)
Requirement already satisfied: numpy>=2.0 in ./lib (2.3.1)
Collecting pycairo<2.0.0,>=1.14 (from manim)
Building wheels for collected packages: leaky-backprop, pycairo
  Building editable for leaky-backprop (pyproject.toml): started
  Building wheel for pycairo (pyproject.toml): started
  Building wheel for pycairo (pyproject.toml): still running...
  Building wheel for pycairo (pyproject.toml): finished with status 'done'
Installing collected packages: pycairo, manim, leaky-backprop
Successfully installed leaky-backprop-0.1.0 manim-0.22.0 pycairo-1.28.0
"""

spec = importlib.util.spec_from_file_location("python_packages", SCRIPT)
assert spec is not None
assert spec.loader is not None
python_packages = importlib.util.module_from_spec(spec)
spec.loader.exec_module(python_packages)


def test_stages_are_written_once_where_lines_stay(capsys: pytest.CaptureFixture[str]) -> None:
    progress = python_packages.stages(PIP_SAYS.splitlines())
    python_packages.show(progress, terminal=False)
    assert capsys.readouterr().out.splitlines() == [
        "  downloading",
        "  building leaky-backprop",
        "  building pycairo",
        "  installing 3 packages",
    ]


def test_a_terminal_has_one_line_that_names_each_package(
    capsys: pytest.CaptureFixture[str],
) -> None:
    python_packages.show(python_packages.stages(PIP_SAYS.splitlines()), terminal=True)
    shown = capsys.readouterr().out
    assert "\n" not in shown
    assert max(map(len, shown.split("\r"))) < 80
    assert [line.strip() for line in shown.split("\r")][1:3] == [
        "downloading manim",
        "downloading pycairo",
    ]
    assert shown.split("\r")[-2].strip() == ""


def test_what_pip_says_of_a_failure_is_shown() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "--no-index", "--no-deps", "a-package-that-is-nowhere"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "No matching distribution found for a-package-that-is-nowhere" in done.stderr
    assert "done in" not in done.stdout
