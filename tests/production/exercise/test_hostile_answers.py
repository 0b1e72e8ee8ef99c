"""Answers that a learner's file forges: its functions fail, and nothing is left behind."""

from __future__ import annotations

import base64
import json
import struct
import tempfile
import warnings
from pathlib import Path

import pytest

from backprop_core.exercise.judgement import FAILED
from scenes.production.exercise.answering import UNREADABLE
from scenes.production.exercise.checking import check
from scenes.production.exercise.learner_process import Limits
from scenes.production.exercise.report import Report
from tests.production.exercise.test_running import POSIX
from tests.selection import quick_cases

LEARNERS = Path(__file__).parent / "learners"
SOLVED = (LEARNERS / "solved_layer.py").read_text(encoding="utf-8")
HINGE = """
EXERCISE = "hinge"

def loss(z, y):
    return 0.0

def gradient(z, y):
    return 0 * z
"""
FORGING = """
import glob, json, os

def write(text, errors="strict"):
    with open(glob.glob("../answers*")[0], "a", errors=errors) as file:
        file.write(text + "\\n")

def say(**facts):
    write(json.dumps(facts))

def answer(**array):
    array = {"shape": [], "dtype": "<f8", "data": ZERO, "name": "float64"} | array
    name = array.pop("name")
    say(begins="loss", case=0)
    result = {"arrays": [array], "dtypes": [name], "problem": ""}
    # Two arguments, z and y, which nobody has changed as far as this tells.
    say(answers="loss", case=0, results=[result], arguments=[None, None])

"""
ZERO = base64.b64encode(struct.pack("<d", 0.0)).decode()

FORGED = {
    "the end": 'say(finished=True)',
    "no function": 'say(begins="lose", case=0)',
    "another exercise": 'say(begins="backward", case=0)',
    "a late case": 'say(begins="loss", case=999999)',
    "a negative case": 'say(begins="loss", case=-1)',
    "a case that is none": 'say(begins="loss", case=True)',
    "a missing function": 'say(missing="lose")',
    "an answer to nothing": 'say(answers="loss", case=0, problem="x", arguments=[1, 2])',
    "an unknown field": 'say(score=1.0)',
    "no object": 'write("[1, 2]")',
    "depth": 'write("[" * 100_000)',
    "a number without end": 'write(\'{"case": \' + "9" * 5000 + "}")',
    "no text": 'write("\\udcff", "surrogateescape")',
    "half a character": """write('{"load_failed": {"error": "E", "message": "\\\\ud800", '
        '"line": 1, "code": ""}}')""",
    "a long error": 'say(load_failed={"error": "E" * 601, "message": "", "line": 1, "code": ""})',
    "a line far below": 'say(load_failed={"error": "", "message": "", "line": 10**9, "code": ""})',
    "a long dtype": 'answer(name="int" + "8" * 500)',
    "objects": 'answer(dtype="|O8")',
    "the other byte order": 'answer(dtype=">f8")',
    "a negative size": 'answer(shape=[-1])',
    "two negative sizes": 'answer(shape=[-1, -1])',
    "another size": 'answer(shape=[2])',
    "a size that is a number": 'answer(shape=[1.0])',
    "a large size": 'answer(shape=[1000, 1000, 1000])',
    "many dimensions": 'answer(shape=[1] * 9)',
    "no base64": 'answer(data="?" * 12)',
    "no outcome": 'say(begins="loss", case=0); say(answers="loss", case=0, arguments=[1, 2])',
    "megabytes": 'write("x" * 3_000_000)',
}  # fmt: skip


@pytest.fixture(autouse=True)
def folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Have private folders made where nothing else is."""
    folders = tmp_path / "private"
    folders.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folders))
    return folders


def checked(source: str, folder: Path, seconds: int = 10) -> Report:
    path = folder / "mine.py"
    path.write_text(source, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = check(path, None, Limits(seconds))
        said = json.dumps(report.as_dict(), allow_nan=False)
        said += "\n".join(report.lines())
    said.encode("utf-8")
    return report


@POSIX
@pytest.mark.parametrize(
    "name",
    quick_cases(
        [name for name in FORGED if name != "the end"],
        *("a late case", "depth", "half a character", "a long dtype", "a large size", "megabytes"),
    ),
)
def test_a_forged_answer_fails(name: str, tmp_path: Path, folders: Path) -> None:
    report = checked(f"ZERO = '{ZERO}'\n{FORGING}{FORGED[name]}\n{HINGE}", tmp_path)
    assert list(folders.iterdir()) == []
    assert [judgement.status for judgement in report.judgements] == [FAILED, FAILED]
    assert report.score == 0
    words = [finding.words for judgement in report.judgements for finding in judgement.findings]
    assert report.load_failed is not None or any(UNREADABLE in line for line in words), words


@POSIX
@pytest.mark.parametrize("name", ["the end", "a late case"])
def test_an_end_without_all_answers_is_an_end(name: str, tmp_path: Path, folders: Path) -> None:
    report = checked(f"{FORGING}{FORGED[name]}\nos._exit(0)\n{HINGE}", tmp_path)
    assert list(folders.iterdir()) == []
    assert [judgement.status for judgement in report.judgements] == [FAILED, FAILED]


@POSIX
def test_what_it_says_of_its_end_is_not_listened_to(tmp_path: Path) -> None:
    report = checked(f"{FORGING}{FORGED['the end']}\n{SOLVED}", tmp_path)
    assert report.passed


@POSIX
def test_a_function_that_forges_fails_alone(tmp_path: Path) -> None:
    forged = 'write(\'{"begins": "sigmoid", "case": 999999}\')'
    source = SOLVED.replace("    z = x @ W.T + b\n", f"    {forged}\n    z = x @ W.T + b\n")
    assert forged in source
    report = checked(FORGING + source, tmp_path)
    statuses = {j.function.name: j.status for j in report.judgements}
    assert statuses == {"sigmoid": "right", "forward": "failed", "backward": "right"}
    assert UNREADABLE in report.judgements[1].findings[0].words


PLACED = {
    "nothing": "",
    "a pipe": "os.mkfifo(path)",
    "a link": "os.symlink(os.path.abspath('victim'), path)",
    "a folder": "os.mkdir(path)",
    "a device": "os.symlink('/dev/zero', path)",
    "another file": "open(path, 'w').write('[]\\n')",
}


@POSIX
@pytest.mark.parametrize("name", quick_cases(PLACED, "a pipe", "a link"))
def test_what_stands_in_place_of_the_answers_is_not_opened(name: str, tmp_path: Path) -> None:
    placing = f"path = glob.glob('../answers*')[0]\nos.remove(path)\n{PLACED[name]}\n"
    report = checked(f"{FORGING}{placing}{SOLVED}", tmp_path)
    assert report.passed


HOSTILE = {
    "half a character": 'raise ValueError("\\ud800" * 1000)',
    "a long class": 'raise type("E" * 10_000, (Exception,), {})',
    "a long dtype": 'return np.zeros(3, [("x" * 500, float)] * 1)',
    "many fields": 'return np.zeros(3, [(f"f{i}", float) for i in range(5000)])',
    "objects": "return np.array([z, None], dtype=object)",
    "many dimensions": "return np.zeros((1,) * 20)",
    "long and empty": "return np.zeros((0, 10**9))",
    "huge": "return np.zeros(10**6)",
    "complex": "return z + 1j",
    "dates": 'return np.zeros(3, "datetime64[s]")',
    "strings": 'return np.full(3, "x" * 10_000)',
    "an odd array": 'return type("A", (), {"__array__": lambda s, *a, **k: 1 / 0})()',
    "folders": "for _ in range(3000): os.mkdir('d'); os.chdir('d')\n    open('x', 'w').close()",
    "folders without rights": "os.makedirs('a/b'); os.chmod('a/b', 0); os.chmod('a', 0)",
    "pipes and links": "os.mkfifo('p'); os.symlink('/', 'l'); os.symlink('..', 'm')",
    "arguments of another kind": "z.shape = (-1,)",
}


@POSIX
@pytest.mark.parametrize(
    "name", quick_cases(HOSTILE, "half a character", "a long dtype", "pipes and links")
)
def test_a_hostile_function_fails_alone(name: str, tmp_path: Path, folders: Path) -> None:
    source = f"import os\nimport numpy as np\n{HINGE}"
    source = source.replace("    return 0.0", f"    {HOSTILE[name]}")
    report = checked(source, tmp_path)
    assert list(folders.iterdir()) == []
    assert [j.right for j in report.judgements] == [0, 2]
    assert report.judgements[0].score == 0
    assert UNREADABLE not in report.judgements[0].findings[0].words


@POSIX
def test_another_byte_order_and_other_types_are_numbers(tmp_path: Path) -> None:
    for dtype in (">f8", "longdouble", "<f8"):
        source = SOLVED.replace("return z, sigmoid(z)", f"return z.astype('{dtype}'), sigmoid(z)")
        assert dtype in source
        assert checked(source, tmp_path).passed


@POSIX
@pytest.mark.parametrize(
    "value", quick_cases(["np.nan", "np.inf", "-np.inf", "1e308", "-1e308", "5e-324"], "np.nan")
)
def test_numbers_at_the_ends_are_judged(value: str, tmp_path: Path) -> None:
    names = ("sigmoid", "forward", "backward")
    source = SOLVED + "".join(f"\nright_{name} = {name}\n" for name in names)
    for name in names:
        source += (
            f"\ndef {name}(*given):\n    out = right_{name}(*given)\n"
            "    several = type(out) is tuple\n"
            f"    out = [np.full_like(a, {value}) for a in (out if several else [out])]\n"
            "    return out if several else out[0]\n"
        )
    report = checked(source, tmp_path)
    assert report.score < 0.1
