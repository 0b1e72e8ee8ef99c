"""`backprop exercise`: a file to fill in, and a tutor's answer."""

from __future__ import annotations

import ast
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from backprop_core.exercise.catalog import NAMES, exercise
from scenes.production.video.verify import decode
from tests.production.mounts import needs_mounts, on_a_disk
from tests.production.real_program import run, shell

Backprop = Callable[..., Result]
LEARNERS = Path(__file__).parents[1] / "production" / "exercise" / "learners"
SOLVED = (LEARNERS / "solved_layer.py").read_text(encoding="utf-8")
WRONG = SOLVED.replace("dz.T @ x", "x.T @ dz").replace("W.T + b", "W.T")
UNWRITTEN = SOLVED.replace("    dz = upstream * a * (1 - a)\n", "    raise NotImplementedError\n")


@pytest.mark.parametrize("name", NAMES)
def test_a_new_file_is_python_and_says_what_to_do(
    backprop: Backprop, tmp_path: Path, name: str
) -> None:
    result = backprop("exercise", "new", name)
    assert result.exit_code == 0
    assert "exercise check" in result.stderr
    text = (tmp_path / f"exercise_{name}.py").read_text(encoding="utf-8")
    assert f"backprop exercise check exercise_{name}.py\n" in text
    for function in exercise(name).functions:
        assert f"def {function.call}:\n" in text
    checked = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "E,F,W",
        "--ignore",
        "F401",
    ]
    subprocess.run([*checked, "--line-length", "106", "."], cwd=tmp_path, check=True)


def test_a_file_that_is_there_is_kept(backprop: Backprop, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("hours of work")
    result = backprop("exercise", "new", "layer", "mine.py")
    assert result.exit_code == 2
    assert result.stderr == "mine.py: exists and is kept; allowed a new file\n"
    assert (tmp_path / "mine.py").read_text() == "hours of work"


NAMED = ["it's.py", 'a"b.py', '""".py', "a\\nb.py", "a\\", "{x}.py", "%s.py", "$(x) y.py", "-x.py"]
NAMED += ["naïve.py", "日本.py", "THIS_FILE", "\\N{BULLET}.py", '\'"""\'.py']


@pytest.mark.parametrize("name", NAMED)
def test_a_file_of_any_name_is_python_and_says_how_it_is_checked(
    backprop: Backprop, tmp_path: Path, name: str
) -> None:
    made = backprop("exercise", "new", "hinge", "--", name)
    assert made.exit_code == 0
    text = (tmp_path / name).read_text(encoding="utf-8")
    says = ast.get_docstring(ast.parse(text)) or ""
    (line,) = (line for line in says.splitlines() if "exercise check" in line)
    assert shlex.split(made.stderr.partition("type: ")[2]) == shlex.split(line)
    checked = backprop(*shlex.split(line)[1:])
    assert checked.exit_code == 1
    assert "loss      not written yet" in checked.stdout


@pytest.mark.parametrize("name", ["a\nb.py", "a\x1b.py", "a\u202e.py", "a\udcff.py", "\t.py"])
def test_a_name_that_nobody_can_type_is_refused(
    backprop: Backprop, tmp_path: Path, name: str
) -> None:
    result = backprop("exercise", "new", "layer", name)
    assert result.exit_code == 2
    assert result.stderr.endswith(": cannot be typed; allowed a name of visible characters\n")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="limits are those of Unix")
def test_a_file_that_cannot_be_whole_is_none(tmp_path: Path) -> None:
    words = ("exercise", "new", "layer", "mine.py")
    done = shell('ulimit -f 1; "$@"', *words, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "mine.py: cannot be written: File too large\n"
    assert list(tmp_path.iterdir()) == []
    # Nothing blocks the next try.
    assert shell('"$@"', *words, cwd=tmp_path).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


@needs_mounts
def test_a_full_disk_takes_no_part_of_a_file(tmp_path: Path) -> None:
    filling = tmp_path / "filling"
    filling.mkdir()
    (filling / "large").write_bytes(bytes(8192))
    words = ("exercise", "new", "layer", "disk/mine.py")
    done = run(*words, cwd=tmp_path, before=on_a_disk("8k", filling))
    assert done.returncode == 1
    assert done.stderr == "disk/mine.py: cannot be written: No space left on device\n"
    assert [path.name for path in (tmp_path / "after").iterdir()] == ["large"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("new", "layr"),
            'exercise: got "layr"; allowed layer, stack, softmax, hinge; did you mean layer?',
        ),
        (("new", "layer", "no/where.py"), "no/where.py: cannot be written: No such file"),
        (("check", "gone.py"), "gone.py: no such file; `backprop exercise new layer` writes one"),
        (("check", "."), ".: is a folder; allowed a Python file"),
        (("check", "other.py"), "other.py: does not say which exercise it is; allowed a line EX"),
        (("check", "large.py"), "large.py: got 262,145 bytes; allowed at most 262,144"),
        (("check", "other.py", "--exercise", "x"), 'exercise: got "x"; allowed layer, stack'),
        (("check", "other.py", "--seconds", "0"), "backprop exercise check: Invalid value for"),
    ],
)
def test_bad_input_is_one_line(
    backprop: Backprop, tmp_path: Path, words: tuple[str, ...], line: str
) -> None:
    (tmp_path / "other.py").write_text("x = 1\n")
    (tmp_path / "large.py").write_text("#" * 262_145)
    result = backprop("exercise", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_solved_exercise_passes(backprop: Backprop, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SOLVED)
    result = backprop("exercise", "check", "mine.py")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("All right")
    assert result.stderr == ""


def test_a_tutor_answers(backprop: Backprop, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(WRONG.replace("    e = ", "    print('seen')\n    e = ", 1))
    result = backprop("exercise", "check", "mine.py")
    assert result.exit_code == 1
    said = result.stdout
    assert "  sigmoid   right      in all 4 cases\n" in said
    assert "  forward   wrong      right in 0 of 5 cases\n" in said
    assert "  cause     b is left out\n" in said
    assert "backward: dW has shape (3, 2); expected (2, 3)\n" in said
    assert "  cause     dW lies on its side" in said
    assert "upstream (4, 2), x (4, 3), W (2, 3), z (4, 2), a (4, 2)\n" in said
    assert said.splitlines()[-1] == "Next: put forward right, then check again. Others may call it."
    assert result.stderr.startswith("the code printed:\nseen\n")


def test_an_unwritten_function_is_not_called_wrong(backprop: Backprop, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(UNWRITTEN)
    result = backprop("exercise", "check", "mine.py")
    assert result.exit_code == 1
    assert "  backward  not written yet\n" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("Next: write backward(upstream, x, W, z, a);")


def test_a_file_that_does_not_load(backprop: Backprop, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text('EXERCISE = "layer"\nimport nump as np\n')
    result = backprop("exercise", "check", "mine.py")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "mine.py: cannot be used",
        "  ModuleNotFoundError: No module named 'nump'",
        "  line 2    import nump as np",
    ]


FUNCTION = {"name", "status", "score", "right", "cases", "findings"}
FINDING = {
    *("output", "words", "case", "shapes", "difference", "array", "entry", "expected", "got"),
    *("central_differences", "raised", "causes"),
}
REPORT = {
    *("schema", "file", "exercise", "passed", "score", "load_failed", "functions", "printed"),
    *("films", "broke_off"),
}


def test_an_autograder_reads_one_object(backprop: Backprop, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(WRONG)
    result = backprop("exercise", "check", "mine.py", "--json")
    assert result.exit_code == 1
    assert result.stderr == ""
    report = json.loads(result.stdout)
    assert set(report) == REPORT
    assert (report["schema"], report["exercise"], report["passed"]) == (1, "layer", False)
    assert [f["status"] for f in report["functions"]] == ["right", "wrong", "wrong"]
    scores = [f["score"] for f in report["functions"]]
    assert scores == [1.0, 0.0, pytest.approx(2 / 3, abs=1e-4)]
    assert report["score"] == pytest.approx(sum(scores) / 3, abs=1e-4)
    for function in report["functions"]:
        assert set(function) == FUNCTION
        for finding in function["findings"]:
            assert set(finding) == FINDING
            for cause in finding["causes"]:
                assert set(cause) == {"kind", "words", "evidence", "remedy"}
    (turned,) = report["functions"][2]["findings"]
    assert turned["output"] == "dW"
    assert turned["shapes"]["W"] == [2, 3]
    assert [cause["kind"] for cause in turned["causes"]] == ["gradient_transposed"]


def test_an_autograder_hears_why_nothing_loads(backprop: Backprop, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def sigmoid(z)\n")
    result = backprop("exercise", "check", "mine.py", "--json", "--exercise", "layer")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert set(report) == REPORT
    assert report["load_failed"]["error"] == "SyntaxError"
    assert report["load_failed"]["line"] == 1
    assert report["score"] == 0
    assert [f["status"] for f in report["functions"]] == ["failed"] * 3


def test_the_help_says_that_it_is_no_sandbox(backprop: Backprop) -> None:
    said = " ".join(backprop("exercise", "check", "--help").stdout.split())
    assert "It is NO SANDBOX: the code has your rights" in said


def test_there_is_nothing_to_film_where_no_numbers_part(backprop: Backprop, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(UNWRITTEN)
    result = backprop("exercise", "check", "mine.py", "--film")
    assert result.exit_code == 1
    assert result.stderr.endswith(
        "--film: no arrays of numbers differ, so there is nothing to film\n"
    )
    assert not (tmp_path / "media").exists()


def test_a_wrong_array_is_filmed_beside_the_right_one(backprop: Backprop, tmp_path: Path) -> None:
    wrong = SOLVED.replace("upstream * a * (1 - a)", "a * (1 - a)")
    (tmp_path / "mine.py").write_text(wrong)
    result = backprop("exercise", "check", "mine.py", "--film", "--quality", "low", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert set(report) == REPORT
    video = tmp_path / report["films"]["backward"]
    assert list(report["films"]) == ["backward"]
    assert video == tmp_path / "media/films/mine/backward.mp4"
    ledger = json.loads(video.with_suffix(".json").read_text())
    assert ledger["exercise"]["case"] == "4 examples, 3 inputs, 2 units"
    assert "the upstream gradient is left out" in ledger["exercise"]["cause"]
    lengths = decode(video, lambda: None)
    assert lengths.frames / 15 == pytest.approx(ledger["beats"][-1]["end"] + 2, abs=0.2)
    kept = {".mp4", ".json", ".png", ".srt", ".vtt"}
    assert {path.suffix for path in video.parent.iterdir() if path.is_file()} == kept
    # Somebody else's file of the same name does not replace it.
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.py").write_text(wrong)
    again = backprop("exercise", "check", "other/mine.py", "--film")
    assert again.exit_code == 2
    assert "mine: holds films of" in again.stderr


@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16"])
def test_a_file_of_a_windows_shell_is_read(backprop: Backprop, tmp_path: Path, code: str) -> None:
    (tmp_path / "mine.py").write_bytes(SOLVED.encode(code))
    assert backprop("exercise", "check", "mine.py").exit_code == 0
