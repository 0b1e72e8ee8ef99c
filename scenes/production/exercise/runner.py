"""The process that calls a learner's functions: ``python -P runner.py REQUEST ANSWERS``.

It knows nothing of this project: the request says which functions to call with which arrays, the
answers are JSON, an object a line, written as they come. Nothing is pickled in either direction.
"""

from __future__ import annotations

import base64
import errno
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any, TextIO

import numpy as np

if sys.platform != "win32":
    import resource

MOST_ENTRIES = 2000
"""Of an array that comes back; right ones have 30."""
_LONGEST = 300
"""Characters of an error's words."""
_OF_FILES = {
    errno.EFBIG: "prints, or writes to a file, more than is allowed",
    errno.ENOENT: "opens a file that is not there: the exercise runs in an empty folder",
}


class Learner:
    """A learner's file, and what it does.

    Parameters
    ----------
    source
        The file.
    answers
        Where to say what comes back.
    """

    def __init__(self, source: Path, answers: TextIO) -> None:
        self._source, self._answers = source, answers

    def say(self, **facts: Any) -> None:
        """Write one object, so that it is there whatever happens next."""
        self._answers.write(json.dumps(facts) + "\n")
        self._answers.flush()

    def load(self) -> ModuleType | None:
        """Import the file; say why, and return None, if that fails."""
        spec = spec_from_file_location("exercise", self._source)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except BaseException as error:
            self.say(load_failed=self._raised(error))
            return None
        return module

    def call(self, module: ModuleType, wanted: dict[str, Any]) -> None:
        """Call one function with the arguments of each case."""
        name = wanted["name"]
        function = getattr(module, name, None)
        if not callable(function):
            self.say(missing=name)
            return
        for case, encoded in enumerate(wanted["cases"]):
            self.say(begins=name, case=case)
            self.say(answers=name, case=case, **self._answer(function, wanted, encoded))

    def _answer(
        self, function: Callable[..., Any], wanted: dict[str, Any], encoded: Sequence[Any]
    ) -> dict[str, Any]:
        given, kept = ([_decoded(argument) for argument in encoded] for _ in range(2))
        try:
            returned = function(*given)
            facts = _results(returned, wanted["listed"])
        except BaseException as error:
            facts = {"raised": self._raised(error)}
        names = zip(wanted["parameters"], given, kept, strict=True)
        return facts | {"changed": [name for name, now, was in names if not _same(now, was)]}

    def _raised(self, error: BaseException) -> dict[str, Any]:
        message = _words(error)
        line = next(reversed(list(self._lines(error))), None)
        if isinstance(error, SyntaxError) and error.filename == str(self._source):
            line = error.lineno
        code = ""
        with suppress(OSError, IndexError, UnicodeDecodeError):
            if line:
                code = self._source.read_text(encoding="utf-8").splitlines()[line - 1].strip()
        name = type(error).__name__
        return {"error": name, "message": message, "line": line, "code": code[:_LONGEST]}

    def _lines(self, error: BaseException) -> Iterator[int]:
        for frame, line in walk_tb(error.__traceback__):
            if frame.f_code.co_filename == str(self._source):
                yield line


def _words(error: BaseException) -> str:
    """Return the words of an error, or better ones."""
    if isinstance(error, SystemExit):
        return "it ends the program; return what is asked for instead"
    if isinstance(error, MemoryError):
        return "it takes more memory than is allowed"
    if isinstance(error, EOFError):
        return "it waits for somebody to type; nobody is there"
    if isinstance(error, RecursionError):
        return "it calls itself without end"
    if isinstance(error, OSError) and error.errno in _OF_FILES:
        return f"it {_OF_FILES[error.errno]}"
    if isinstance(error, SyntaxError):
        return str(error.msg)[:_LONGEST]
    try:
        return " ".join(str(error).split())[:_LONGEST]
    except Exception:
        return ""


def _results(returned: Any, listed: Sequence[bool]) -> dict[str, Any]:
    """Say what came back, output by output."""
    if returned is None:
        return {"problem": "it returns nothing: is a return missing?"}
    if len(listed) == 1:
        return {"results": [_result(returned, listed[0])]}
    if not isinstance(returned, (tuple, list)) or len(returned) != len(listed):
        count = len(returned) if isinstance(returned, (tuple, list)) else 1
        return {
            "problem": f"it returns {count} result{'s' * (count != 1)} in place of {len(listed)}"
        }
    return {"results": [_result(*pair) for pair in zip(returned, listed, strict=True)]}


def _result(value: Any, listed: bool) -> dict[str, Any]:
    if value is None:
        return {"problem": "is None"}
    if listed and not isinstance(value, (tuple, list)):
        return {"problem": f"is no list of arrays but of type {type(value).__name__}"}
    if not listed and isinstance(value, tuple):
        return {"problem": f"is a tuple of {len(value)} in place of one array"}
    arrays = []
    for part in value if listed else [value]:
        try:
            array = np.asarray(part)
        except ValueError:
            return {"problem": "has rows of different lengths"}
        if array.dtype.kind not in "biuf":
            return {"problem": f"holds no real numbers but {array.dtype}"}
        if array.size > MOST_ENTRIES:
            return {"problem": f"has shape {array.shape}: far too large"}
        arrays.append(array)
    if len(arrays) > MOST_ENTRIES:
        return {"problem": f"is a list of {len(arrays)}"}
    dtypes = [str(array.dtype) for array in arrays]
    return {"arrays": [_encoded(array) for array in arrays], "dtypes": dtypes}


def _encoded(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    plain = np.ascontiguousarray(array, dtype="<f8")
    return {"shape": array.shape, "data": base64.b64encode(plain.tobytes()).decode()}


def _decoded(value: Any) -> Any:
    """Return an array, or a list of arrays, that is nobody else's."""
    if isinstance(value, list):
        return [_decoded(part) for part in value]
    numbers = np.frombuffer(base64.b64decode(value["data"]), dtype=value["dtype"])
    return numbers.reshape(value["shape"]).copy()


def _same(now: Any, was: Any) -> bool:
    if isinstance(was, list):
        same = isinstance(now, list) and len(now) == len(was)
        return same and all(map(_same, now, was))
    return isinstance(now, np.ndarray) and now.dtype == was.dtype and np.array_equal(now, was)


def limit(limits: dict[str, int]) -> None:
    """Limit what this process may take, where the system knows such limits."""
    if sys.platform == "win32":
        return
    for name, most in limits.items():
        # macOS refuses a limit of the address space.
        with suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def main(request_file: str, answers_file: str) -> None:
    """Call what a request asks for."""
    request = json.loads(Path(request_file).read_text(encoding="utf-8"))
    limit(request["limits"])
    with Path(answers_file).open("a", encoding="utf-8") as answers:
        learner = Learner(Path(request["source"]).absolute(), answers)
        module = learner.load()
        if module is not None:
            for wanted in request["functions"]:
                learner.call(module, wanted)
            learner.say(finished=True)
    with suppress(Exception):
        sys.stdout.flush()
    # Threads and exit handlers of the learner's have no say in how long this takes.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
