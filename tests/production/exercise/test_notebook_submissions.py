"""Files that were born in a notebook: what they define is checked, whatever stands around it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from backprop_core.exercise.judgement import RIGHT
from scenes.production.exercise.checking import check
from scenes.production.exercise.learner_process import Limits
from scenes.production.exercise.report import Report
from scenes.production.exercise.submission import NOTEBOOK_BYTES, read_submission

SOLVED = (Path(__file__).parent / "learners" / "solved_layer.py").read_text(encoding="utf-8")
ABOVE, FORWARD, BELOW = SOLVED.partition("def forward")
POSIX = pytest.mark.skipif(os.name != "posix", reason="limits are those of Unix")


def checked(folder: Path, text: str, name: str = "mine.py", seconds: int = 10) -> Report:
    (folder / name).write_text(text, encoding="utf-8")
    return check(folder / name, None, Limits(seconds=seconds))


def notebook(*cells: str, version: int = 4) -> str:
    """Return a notebook with a cell of words before its code."""
    words = {"cell_type": "markdown", "source": ["# Exercise\n", "EXERCISE = 3"]}
    key = "source" if version == 4 else "input"
    code = [{"cell_type": "code", key: cell.splitlines(keepends=True)} for cell in cells]
    if version == 4:
        return json.dumps({"cells": [words, *code], "nbformat": 4})
    return json.dumps({"worksheets": [{"cells": [words, *code]}], "nbformat": 3})


PLOTS = """
import matplotlib
import matplotlib.pyplot as plt
import seaborn as sns
from IPython import get_ipython
from IPython.display import HTML, display
from matplotlib.animation import FuncAnimation
from mpl_toolkits.mplot3d import Axes3D
from google.colab import drive
from pylab import *

drive.mount("/content/drive")
matplotlib.use("TkAgg")
plt.rcParams["figure.figsize"] = (8, 6)
with plt.style.context("ggplot"):
    fig, ax = plt.subplots(figsize=(4, 3))
    fig, axes = plt.subplots(2, 3)
    (left, right), = plt.subplots(1, 2, squeeze=False)[1]
    for one in axes.flat:
        one.legend(loc="best").set_alpha(0.5)
    axes[0, 2].set_title("t")
line, = plt.plot([1, 2, 3])
print(f"{line.get_lw():.2f}", float(line.get_alpha()) + 1, ax > 3)
n, bins, patches = plt.hist([1, 2, 3], bins=2)
low, high = ax.get_ylim()
fig.colorbar(ax.imshow([[1]]), ax=ax)
plt.show(block=True)
display(HTML("<b>x</b>"), fig)
sns.set_theme()
assert matplotlib.__version__ and array([1, 2]).sum() == 3


class Picture(plt.Figure):
    pass
"""
EXPORTED = """
get_ipython().run_line_magic("matplotlib", "inline")
get_ipython().system("pip install numpy")
get_ipython().run_cell_magic("bash", "", "ls -l")
display("x")
"""


def test_what_only_a_notebook_has_is_there(tmp_path: Path) -> None:
    timed = f"get_ipython().run_cell_magic('time', '', {FORWARD + BELOW!r})\n"
    report = checked(tmp_path, PLOTS + EXPORTED + ABOVE + timed)
    assert (report.passed, report.broke_off, report.load_failed) == (True, None, None)


def test_magics_are_left_out_of_a_script_and_of_a_cell(tmp_path: Path) -> None:
    magics = "%matplotlib inline\n!pip install numpy\nfiles = !ls\nnp.sum?\nif True:\n    %time 1\n"
    assert checked(tmp_path, ABOVE + magics + FORWARD + BELOW).passed
    cells = (f"%%time\n{ABOVE}", "%%html\n<b>x</b>", f"%load_ext autoreload\n{FORWARD}{BELOW}")
    assert checked(tmp_path, notebook(*cells), "mine.ipynb").passed


def test_functions_above_a_line_that_fails_are_checked(tmp_path: Path) -> None:
    trial = "print(forward(np.ones((2, 3)), np.ones((4, 3)), np.zeros(4))[2])"
    report = checked(tmp_path, f"{SOLVED}\n{trial}\n")
    assert report.passed
    assert report.score == 1
    assert report.broke_off is not None
    assert report.broke_off.code == trial
    assert f"  {report.broke_off.place:<9} {trial}" in report.lines()
    assert "  IndexError: tuple index out of range" in report.lines()
    assert report.as_dict()["broke_off"]["error"] == "IndexError"


def test_data_that_are_missing_take_no_function_away(tmp_path: Path) -> None:
    lines = "x, y = np.load(\n    'digits.npz'\n)\nprint(x.shape)\nassert len(x) == 1797\n"
    report = checked(tmp_path, f"import numpy as np\n{lines}{SOLVED}")
    assert report.passed
    # The first line that failed is reported.
    assert report.broke_off is not None
    assert (report.broke_off.error, report.broke_off.line) == ("FileNotFoundError", 2)


@pytest.mark.parametrize("end", ["sys.exit()", "x = (1,\n", "return 3", "def backward(x:\n  pass"])
def test_functions_below_it_are_missing(tmp_path: Path, end: str) -> None:
    above, backward, below = SOLVED.partition("def backward")
    report = checked(tmp_path, f"import sys\n{above}{end}\n{backward}{below}")
    assert [judgement.status for judgement in report.judgements] == [RIGHT, RIGHT, "failed"]
    assert report.broke_off is not None
    line = (f"import sys\n{above}").count("\n") + 1
    assert (report.broke_off.line, report.broke_off.cell) == (line, None)
    words = report.judgements[2].findings[0].words
    assert words == f"there is no function backward(upstream, x, W, z, a); line {line} fails"


def test_cells_after_one_that_fails_are_run(tmp_path: Path) -> None:
    text = notebook(ABOVE, "# A trial\nsigmoid(undefined)", FORWARD + BELOW)
    report = checked(tmp_path, text, "mine.ipynb")
    assert report.passed
    assert report.broke_off is not None
    assert (report.broke_off.place, report.broke_off.code) == (
        "cell 2, line 2",
        "sigmoid(undefined)",
    )


def test_an_error_in_a_function_is_placed_in_its_cell(tmp_path: Path) -> None:
    wrong = FORWARD + BELOW.replace("    z = x @ W.T + b\n", "    z = x @ W.T + c\n")
    report = checked(tmp_path, notebook(ABOVE, wrong, version=3), "mine.ipynb")
    raised = report.judgements[1].findings[0].raised
    assert raised is not None
    assert (raised.cell, raised.code) == (2, "z = x @ W.T + c")
    assert wrong.splitlines()[(raised.line or 0) - 1].strip() == raised.code
    assert "  cell 2, line 2 z = x @ W.T + c" in report.lines()


@POSIX
def test_a_training_that_does_not_end_takes_no_function_away(tmp_path: Path) -> None:
    report = checked(tmp_path, f"{SOLVED}\nwhile True:\n    sigmoid(1.0)\n", seconds=4)
    assert report.passed
    assert report.broke_off is not None
    assert report.broke_off.message == "it takes too long here"
    assert "  it takes too long here" in report.lines()


@pytest.mark.parametrize(
    "content",
    ["", "[]", "3", "{}", '{"cells": 3}', '{"cells": [{}]}', "[" * 9999, '{"cells": [{"cell_type"'],
)
def test_what_is_called_a_notebook_and_is_none_is_one_line(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError) as error:
        checked(tmp_path, content, "mine.ipynb")
    (problem,) = error.value.problems
    assert problem.endswith(
        "mine.ipynb: is no notebook; allowed what Jupyter saves, or a Python file"
    )


def test_pictures_in_a_notebook_do_not_count_as_code(tmp_path: Path) -> None:
    whole = json.loads(notebook("x = 1\r\ny = 2", "z = 3"))
    whole["cells"][1]["outputs"] = [{"data": {"image/png": "A" * 10**6}}]
    path = tmp_path / "mine.ipynb"
    path.write_text(json.dumps(whole), encoding="utf-8-sig")
    read = read_submission(path)
    assert (read.source, read.cells) == (b"x = 1\ny = 2\nz = 3\n", (1, 3))
    path.write_bytes(b" " * (NOTEBOOK_BYTES + 1))
    with pytest.raises(InputError, match="allowed at most"):
        read_submission(path)
