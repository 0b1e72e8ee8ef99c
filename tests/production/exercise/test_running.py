"""Whatever a learner's file does, the answer is a friendly line, and nothing is left behind."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

from backprop_core.exercise.catalog import exercise
from backprop_core.exercise.judgement import RIGHT, failed, judge, standard
from backprop_core.exercise.task import Exercise, Function
from scenes.production.exercise.learner_process import PRINTED, Limits
from scenes.production.exercise.running import Ran, run
from scenes.production.exercise.submission import Submission

HINGE = exercise("hinge")
LOSS = HINGE.by_name["loss"]
SHORT = Limits(seconds=10, megabytes=512)
POSIX = pytest.mark.skipif(os.name != "posix", reason="limits are those of Unix")

HOSTILE = """
import os, sys, threading, time
import numpy as np

print("hello", flush=True)

def unwritten(z, y):
    raise NotImplementedError

def no_return(z, y):
    z.sum()

def two_results(z, y):
    return 1.0, 2.0

def raises(z, y):
    rows = range(len(y))
    return z[rows, undefined]

def leaves(z, y):
    sys.exit(0)

def eats(z, y):
    return np.ones(10**10).sum()

def eats_slowly(z, y):
    kept = []
    while True:
        kept.append(bytearray(10**7))

def types(z, y):
    return float(input())

def without_end(z, y):
    return without_end(z, y)

def words(z, y):
    return "much"

def objects(z, y):
    return np.array([object()])

def ragged(z, y):
    return [[1.0], [1.0, 2.0]]

def huge(z, y):
    return np.zeros((100, 1000))

def nothing_finite(z, y):
    return float("nan")

def opens(z, y):
    return len(open("data.csv").read())

def replaces_result(z, y):
    class Odd(Exception):
        def __str__(self):
            raise ValueError
    raise Odd

def one_argument(z):
    return z.sum()

def floods(z, y):
    while True:
        print("again " * 1000)

not_a_function = 3
"""
WORDS = {
    "unwritten": "NotImplementedError",
    "no_return": "it returns nothing: is a return missing?",
    "two_results": "loss is a tuple of 2 in place of one array",
    "raises": "NameError: name 'undefined' is not defined",
    "leaves": "SystemExit: it ends the program",
    "eats": "it takes more memory than is allowed",
    "eats_slowly": "MemoryError: it takes more memory than is allowed",
    "types": "EOFError: it waits for somebody to type",
    "without_end": "RecursionError: it calls itself without end",
    "words": "loss holds no real numbers but <U4",
    "objects": "loss holds no real numbers but object",
    "ragged": "loss has rows of different lengths",
    "huge": "loss has shape (100, 1000): far too large",
    "nothing_finite": "loss is nan",
    "opens": "FileNotFoundError: it opens a file that does not exist",
    "replaces_result": "Odd",
    "one_argument": "takes 1 positional argument but 2 were given",
    "missing": "there is no function",
    "not_a_function": "there is no function",
    "floods": "OSError: it prints, or writes to a file, more than is allowed",
}


def mine(content: bytes) -> Submission:
    return Submission("mine.py", content)


def called(*names: str) -> tuple[Function, ...]:
    """Return the loss of the hinge under other names, with its first case alone."""
    return tuple(replace(LOSS, name=name, cases=LOSS.cases[:1]) for name in names)


@pytest.fixture(scope="module")
def hostile() -> Ran:
    return run(mine(HOSTILE.encode()), Exercise("hinge", called(*WORDS)), SHORT)


@POSIX
@pytest.mark.parametrize("name", WORDS)
def test_what_goes_wrong_in_a_function_is_said(hostile: Ran, name: str) -> None:
    (function,) = called(name)
    if name in hostile.stopped:
        judgement = failed(function, hostile.stopped[name])
    else:
        judgement = judge(standard(function), hostile.answers[name])
    assert judgement.status != RIGHT
    assert judgement.score == 0
    assert WORDS[name] in judgement.findings[0].words


def test_an_error_is_shown_where_it_is(hostile: Ran) -> None:
    raised = hostile.answers["raises"][0].raised
    assert raised is not None
    assert raised.code == "return z[rows, undefined]"
    assert HOSTILE.splitlines()[(raised.line or 0) - 1].strip() == raised.code


def test_what_it_prints_is_kept_and_cut_off(hostile: Ran) -> None:
    assert hostile.printed.startswith("hello")
    assert len(hostile.printed) <= PRINTED + 4


STOPPING = """
import os, signal, subprocess, sys, time

def spins(z, y):
    while True:
        pass

def dies(z, y):
    os._exit(3)

def right(z, y):
    rows = range(len(y))
    margins = (z - z[rows, y][:, None] + 1).clip(0)
    return (margins.sum() - len(y)) / len(y)

def crashes(z, y):
    os.kill(os.getpid(), signal.SIGSEGV)
"""


@POSIX
def test_a_function_that_does_not_come_back_stops_no_other() -> None:
    functions = called("spins", "dies", "right", "crashes")
    before = time.monotonic()
    ran = run(mine(STOPPING.encode()), Exercise("hinge", functions), Limits(seconds=1))
    assert time.monotonic() - before < 30
    case = "in the case '5 examples, 4 classes' it"
    assert ran.stopped == {
        "spins": f"{case} did not come back within 1 s: an endless loop? --seconds allows more",
        "dies": f"{case} ends the program with 3",
        "crashes": f"{case} crashed with SIGSEGV",
    }
    assert judge(standard(functions[2]), ran.answers["right"]).status == RIGHT


LOADING = {
    "syntax": ("def loss(z, y):\n    return z +\n", "SyntaxError: invalid syntax", 2),
    "indentation": ("def loss(z, y):\nreturn 1\n", "IndentationError: expected", 2),
    "import": ("import no_such_thing\n", "ModuleNotFoundError: No module named", 1),
    "name": ("import numpy as np\n\nx = nump.ones(3)\n", "NameError: name 'nump'", 3),
    "exit": ("raise SystemExit(0)\n", "SystemExit: it ends the program", 1),
    "null": ("x = 1\0\n", "Syntax", None),
    "latin": (b"x = '\xe9'\n", "SyntaxError", None),
    "gone": ("import os\nos._exit(0)\n", "the file ends the program in the middle", None),
    "loop": ("while True:\n    pass\n", "the file did not come back within 1 s", None),
}


@POSIX
@pytest.mark.parametrize("name", LOADING)
def test_a_file_that_cannot_be_loaded_is_named(name: str) -> None:
    source, words, line = LOADING[name]
    content = source if isinstance(source, bytes) else source.encode()
    ran = run(mine(content), HINGE, Limits(seconds=1 if name == "loop" else 10))
    assert ran.load_failed is not None
    said = f"{ran.load_failed.error}: {ran.load_failed.message}".removeprefix(": ")
    assert words in said
    if line is not None:
        assert ran.load_failed.line == line
        assert ran.load_failed.code == content.decode().splitlines()[line - 1].strip()
