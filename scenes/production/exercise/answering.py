"""Reading what a learner's process wrote: untrusted, so every word of it is looked at."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backprop_core.errors import InputError
from backprop_core.exercise.answers import Answer, Raised, Result
from backprop_core.exercise.task import Function
from backprop_core.files import read_bounded

ANSWER_BYTES = 8 * 1024**2
"""The most that is read of all answers."""
_MOST_RESULTS = 100

_Short = Annotated[str, Field(max_length=600)]
_Length = Annotated[int, Field(ge=0, le=10_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Array(_Strict):
    shape: list[_Length] = Field(max_length=8)
    data: str

    def read(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        content = base64.b64decode(self.data, validate=True)
        if len(content) != 8 * math.prod(self.shape):
            raise ValueError("an array is not as long as it says")
        return np.frombuffer(content, dtype="<f8").astype(np.float64).reshape(self.shape)


class _Result(_Strict):
    arrays: list[_Array] = Field(default=[], max_length=2000)
    dtypes: list[_Short] = Field(default=[], max_length=2000)
    problem: _Short = ""


class _Raised(_Strict):
    error: _Short
    message: _Short
    line: int | None
    code: _Short


class _Line(_Strict):
    """One of what `runner` says."""

    load_failed: _Raised | None = None
    missing: _Short | None = None
    begins: _Short | None = None
    answers: _Short | None = None
    case: int = 0
    results: list[_Result] = Field(default=[], max_length=_MOST_RESULTS)
    raised: _Raised | None = None
    problem: _Short = ""
    changed: list[_Short] = Field(default=[], max_length=_MOST_RESULTS)
    finished: bool = False


class Said:
    """What one process said.

    Attributes
    ----------
    load_failed
        The error that ended the import of the file.
    answers
        By function, one for each case that was answered.
    missing
        Functions that are not there.
    begun
        The function and the case of the last call that began, if it was not answered.
    finished
        Whether all calls were made.
    """

    def __init__(self) -> None:
        self.load_failed: Raised | None = None
        self.answers: dict[str, list[Answer]] = {}
        self.missing: set[str] = set()
        self.begun: tuple[str, int] | None = None
        self.finished = False

    def hear(self, line: _Line, functions: dict[str, Function]) -> None:
        """Take in one line."""
        self.finished |= line.finished
        if line.load_failed is not None:
            self.load_failed = _error(line.load_failed)
        if line.missing is not None:
            self.missing.add(line.missing)
        if line.begins is not None:
            self.begun = line.begins, line.case
        if line.answers is not None:
            answers = self.answers.setdefault(line.answers, [])
            if self.begun != (line.answers, line.case) or line.case != len(answers):
                raise ValueError("an answer that nobody asked for")
            answers.append(_answer(line, functions[line.answers]))
            self.begun = None


def read_answers(path: Path, functions: dict[str, Function]) -> Said:
    """Read the answers of a process; what it was about to write when it ended is left out.

    Raises
    ------
    InputError
        If it is not what `runner` writes: something else wrote it, or too much.
    """
    said = Said()
    try:
        for line in _whole_lines(read_bounded(path, ANSWER_BYTES)):
            said.hear(_Line.model_validate(json.loads(line)), functions)
    except FileNotFoundError:
        return said
    except (ValidationError, ValueError, KeyError, RecursionError, binascii.Error):
        raise InputError("its answers cannot be read: does it write to files of its own?") from None
    return said


def _whole_lines(content: bytes) -> Iterator[str]:
    whole, _, _ = content.rpartition(b"\n")
    yield from whole.decode("utf-8").splitlines()


def _answer(line: _Line, function: Function) -> Answer:
    if line.results and len(line.results) != len(function.outputs):
        raise ValueError("another number of results")
    if set(line.changed) - set(function.parameters):
        raise ValueError("another argument")
    results = tuple(
        Result(tuple(array.read() for array in r.arrays), tuple(r.dtypes), r.problem)
        for r in line.results
    )
    raised = None if line.raised is None else _error(line.raised)
    return Answer(results, raised, line.problem, tuple(line.changed))


def _error(raised: _Raised) -> Raised:
    return Raised(raised.error, raised.message, raised.line, raised.code)
