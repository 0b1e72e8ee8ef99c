"""Read the answers of a learner's process. They are untrusted, so every field is checked."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from backprop_core.arrays import FloatArray
from backprop_core.exercise.answers import Answer, Raised, Result
from backprop_core.exercise.task import Function

ANSWER_BYTES = 8 * 1024**2
"""Most bytes of all answers that are read."""
UNREADABLE = "leaves answers that cannot be read: does it write to files of its own?"
_MOST_RESULTS, _MOST_ENTRIES = 100, 2000
_DTYPE = re.compile(r"bool|u?int(8|16|32|64)|float(16|32|64|80|96|128)|longdouble")

_Short = Annotated[str, Field(max_length=600)]
_Length = Annotated[int, Field(ge=0, le=10_000)]
_Line = Annotated[int, Field(ge=0, le=10**6)]


@dataclass(frozen=True, eq=False)
class Asked:
    """A function that a process should call, and its arguments as the request holds them.

    Attributes
    ----------
    given
        For each case the encoded arguments, in the order of the parameters.
    """

    function: Function
    given: tuple[list[Any], ...]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Array(_Strict):
    shape: list[_Length] = Field(max_length=8)
    dtype: Literal["<f8"]
    data: str

    def read(self) -> FloatArray:
        content = base64.b64decode(self.data, validate=True)
        entries = math.prod(self.shape)
        if len(content) != 8 * entries or entries > _MOST_ENTRIES:
            raise ValueError("an array is not as long as it says, or too long")
        return np.frombuffer(content, dtype="<f8").astype(np.float64).reshape(self.shape)


class _Result(_Strict):
    arrays: list[_Array] = Field(default=[], max_length=2000)
    dtypes: list[_Short] = Field(default=[], max_length=2000)
    problem: _Short = ""

    def read(self, *, listed: bool) -> Result:
        count = len(self.arrays)
        if self.problem:
            return Result(problem=self.problem)
        if count != len(self.dtypes) or (count != 1 and not listed):
            raise ValueError("another number of arrays")
        if not all(map(_DTYPE.fullmatch, self.dtypes)):
            raise ValueError("a dtype that holds no real numbers")
        return Result(tuple(array.read() for array in self.arrays), tuple(self.dtypes))


class _Raised(_Strict):
    error: _Short
    message: _Short
    line: _Line | None
    code: _Short


class _Message(_Strict):
    """One line that `runner` writes."""

    started: bool = False
    load_failed: _Raised | None = None
    broke_off: _Raised | None = None
    missing: _Short | None = None
    begins: _Short | None = None
    answers: _Short | None = None
    case: _Length = 0
    results: list[_Result] = Field(default=[], max_length=_MOST_RESULTS)
    raised: _Raised | None = None
    problem: _Short = ""
    arguments: Any = None
    finished: bool = False


class Said:
    """The answers of one process.

    Attributes
    ----------
    load_failed
        The error that ended the file before it had defined a function.
    broke_off
        The error that ended it, or one of its cells, though it has defined some.
    answers
        For each function its answers, one for each case so far.
    missing
        Names of functions that the file does not define.
    begun
        Function and case of the last call that began, if it has not been answered.
    problem
        Why the remaining lines cannot be used; "" if all lines can.
    """

    def __init__(self, place: Callable[[Raised], Raised]) -> None:
        self._place = place
        self.load_failed: Raised | None = None
        self.broke_off: Raised | None = None
        self.answers: dict[str, list[Answer]] = {}
        self.missing: set[str] = set()
        self.begun: tuple[str, int] | None = None
        self.problem = ""

    def hear(self, message: _Message, asked: Mapping[str, Asked]) -> None:
        """Add one line; raise ValueError or KeyError if it does not answer the request."""
        self._hear_end(message)
        if message.missing is not None:
            if message.missing in self.answers or self.begun:
                raise ValueError("it was there before")
            self.missing.add(asked[message.missing].function.name)
        if message.begins is not None:
            done = len(self.answers.get(message.begins, []))
            if self.begun or not done == message.case < len(asked[message.begins].given):
                raise ValueError("a call that nobody asked for")
            self.begun = message.begins, message.case
        if message.answers is not None:
            if self.begun != (message.answers, message.case):
                raise ValueError("an answer that nobody asked for")
            answer = _answer(message, asked[message.answers])
            if answer.raised is not None:
                answer = replace(answer, raised=self._place(answer.raised))
            self.answers.setdefault(message.answers, []).append(answer)
            self.begun = None

    def _hear_end(self, message: _Message) -> None:
        for ended in (message.load_failed, message.broke_off):
            if ended is not None and (self.answers or self.begun or self.missing):
                raise ValueError("it was loaded before")
        if message.load_failed is not None:
            self.load_failed = self._place(_error(message.load_failed))
        if message.broke_off is not None:
            self.broke_off = self._place(_error(message.broke_off))


def read_answers(
    content: bytes,
    asked: Mapping[str, Asked],
    place: Callable[[Raised], Raised] = lambda raised: raised,
) -> Said:
    """Read the answers of a process.

    An incomplete last line is ignored. Reading ends at the first line that `runner` cannot have
    written, and `Said.problem` says so.

    Parameters
    ----------
    content
        At most `ANSWER_BYTES`; more is a problem, too.
    asked
        The functions of the request, by name.
    place
        Returns an error with its line as the learner counts it.
    """
    said = Said(place)
    try:
        if len(content) > ANSWER_BYTES:
            raise ValueError("too much")
        for line in _whole_lines(content):
            said.hear(_Message.model_validate(json.loads(line)), asked)
    # A ValidationError and a UnicodeDecodeError are ValueErrors.
    except (ValueError, KeyError, RecursionError):
        said.problem = UNREADABLE
    return said


def _whole_lines(content: bytes) -> Iterator[str]:
    whole, _, _ = content.rpartition(b"\n")
    return iter(whole.decode("utf-8").split("\n") if whole else ())


def _answer(message: _Message, asked: Asked) -> Answer:
    outputs, names = asked.function.outputs, asked.function.parameters
    outcomes = (message.results, message.raised is not None, message.problem)
    if sum(map(bool, outcomes)) != 1:
        raise ValueError("no outcome, or several")
    if message.results and len(message.results) != len(outputs):
        raise ValueError("another number of results")
    given, after = asked.given[message.case], message.arguments
    if not isinstance(after, list) or len(after) != len(given):
        raise ValueError("another number of arguments")
    pairs = zip(names, given, after, strict=True)
    return Answer(
        results=tuple(
            result.read(listed=output.listed)
            for result, output in zip(message.results, outputs, strict=bool(message.results))
        ),
        raised=None if message.raised is None else _error(message.raised),
        problem=message.problem,
        changed=tuple(name for name, was, now in pairs if was != now),
    )


def _error(raised: _Raised) -> Raised:
    return Raised(raised.error, raised.message, raised.line, raised.code)
