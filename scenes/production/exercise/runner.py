"""The process that calls a learner's functions: ``python -I -S runner.py FOLDER PACKAGES...``.

It knows nothing of this project, and cannot import it. A request in the folder says which functions
to call with which arrays; the answers are JSON, one object a line, written as they come. Nothing is
pickled in either direction, and nothing is judged here.
"""

from __future__ import annotations

import base64
import errno
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any, TextIO

if sys.platform != "win32":
    import resource

HIDDEN = ("backprop_core", "scenes", "__editable__")
"""How the names of this project's packages begin, and that of the module which finds a checkout."""


class Packages:
    """Finds the packages that are installed, but none of this project.

    Parameters
    ----------
    folders
        Where packages are installed.
    hidden
        How the names of those begin that are not found.
    """

    def __init__(self, folders: list[str], hidden: tuple[str, ...]) -> None:
        self._folders, self._hidden = folders, hidden

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Find a package for Python's import; its modules are found in the package itself."""
        if path is not None or name.startswith(self._hidden):
            return None
        return PathFinder.find_spec(name, self._folders, target)


if __name__ == "__main__":
    sys.meta_path.append(Packages(sys.argv[2:], HIDDEN))

# Only this finder finds NumPy.
import numpy as np  # noqa: E402

REQUEST, ANSWERS = "request.json", "answers.jsonl"
"""The files in the folder."""
CODE, STAND_INS = "learner_code.py", "notebook_stand_ins.py"
"""The files beside this one that it loads."""
MOST_ENTRIES = 2000
"""Of all arrays of an output that comes back; right ones have 30."""
_MOST_DIMENSIONS = 8
_LONGEST = 300
"""Characters of any text that comes from the learner."""
_OF_FILES = {
    errno.EFBIG: "prints, or writes to a file, more than is allowed",
    errno.ENOENT: "opens a file that does not exist: the exercise runs in an empty folder",
    errno.EACCES: "opens a file that an exercise may not read or write",
}


class _OverdueError(BaseException):
    """A file takes too long after it has defined what is wanted."""


@contextmanager
def _noticing(seconds: float, done: Callable[[], bool]) -> Iterator[None]:
    """Raise `_OverdueError` after some seconds if `done` then returns true."""
    if sys.platform == "win32":
        yield
        return

    def ring(number: int, frame: object) -> None:
        if done():
            raise _OverdueError

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Learner:
    """A learner's file.

    Parameters
    ----------
    source
        The file.
    answers
        Where the answers are written.
    cells
        Numbers of the first lines of its cells, from 1, if it was a notebook.
    """

    def __init__(self, source: Path, answers: TextIO, cells: Sequence[int] = ()) -> None:
        self._source, self._answers, self._cells = source, answers, cells
        self._code = _beside(CODE)

    def say(self, **facts: Any) -> None:
        """Write one object to disk, so that it survives whatever happens next."""
        self._answers.write(json.dumps(facts) + "\n")
        self._answers.flush()

    def load(self, wanted: Sequence[str], seconds: float) -> ModuleType | None:
        """Run the file, and return the module with what it has defined.

        If it fails after it has defined a function that is wanted, or goes on for so many seconds,
        that is written, and what it has defined is used. Otherwise None is returned.
        """
        module = ModuleType("exercise")
        module.__file__ = str(self._source)
        _beside(STAND_INS).install(module, partial(self._run_text, module))
        with _noticing(seconds, lambda: _defines(module, wanted)):
            failed = self._run(module)
        if failed is None:
            return module
        if _defines(module, wanted):
            self.say(broke_off=failed)
            return module
        self.say(load_failed=failed)
        return None

    def _run_text(self, module: ModuleType, cell: str) -> None:
        """Run a cell that the file holds as a string, and whose lines are none of the file."""
        whole, error = self._code.Part(self._source.with_name("cell"), cell).readable()
        if error is not None:
            raise error
        whole.exec_module(module)

    def _run(self, module: ModuleType) -> dict[str, Any] | None:
        """Run all parts of the file, and return the first error.

        As after a cell of a notebook that fails, what stands below is run, too: data that are
        missing at the beginning of a file take no function away.
        """
        first: dict[str, Any] | None = None
        for part in self._parts():
            for error in self._errors(part, module):
                first = first or self._raised(error)
                if isinstance(error, (_OverdueError, SystemExit)):
                    return first
        return first

    def _errors(self, part: Any, module: ModuleType) -> Iterator[BaseException]:
        """Run a part, and yield what ends one of its statements."""
        try:
            whole, error = part.readable()
        except (ValueError, MemoryError, RecursionError) as raised:
            whole, error = None, raised
        while whole is not None:
            try:
                whole.exec_module(module)
            except BaseException as raised:
                yield raised
                whole = whole.after(raised)
            else:
                break
        if error is not None:
            yield error

    def _parts(self) -> Iterator[Any]:
        content = self._source.read_bytes()
        if not self._cells:
            yield self._code.Part(self._source, content)
            return
        lines = content.decode("utf-8", "replace").split("\n")
        for first, end in pairwise([*self._cells, len(lines) + 1]):
            text = "\n".join(lines[first - 1 : end - 1])
            yield self._code.Part(self._source, "\n" * (first - 1) + text)

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
        given = [_decoded(argument) for argument in encoded]
        try:
            returned = function(*given)
            facts = _results(returned, wanted["listed"])
        except BaseException as error:
            facts = {"raised": self._raised(error)}
        return facts | {"arguments": [_state(argument) for argument in given]}

    def _raised(self, error: BaseException) -> dict[str, Any]:
        message = _words(error)
        line = next(reversed(list(self._lines(error))), None)
        if isinstance(error, SyntaxError) and error.filename == str(self._source):
            line = error.lineno
        code = ""
        with suppress(OSError, IndexError, UnicodeDecodeError):
            if line:
                code = self._source.read_text(encoding="utf-8").splitlines()[line - 1].strip()
        name = "" if isinstance(error, _OverdueError) else _plain(type(error).__name__)
        return {"error": name, "message": message, "line": line, "code": _plain(code)}

    def _lines(self, error: BaseException) -> Iterator[int]:
        for frame, line in walk_tb(error.__traceback__):
            if frame.f_code.co_filename == str(self._source):
                yield line


def _beside(name: str) -> Any:
    """Load a file that lies beside this one."""
    spec = spec_from_file_location(name.removesuffix(".py"), Path(__file__).with_name(name))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _defines(module: ModuleType, wanted: Sequence[str]) -> bool:
    """Tell whether a module has one of the functions."""
    return any(callable(module.__dict__.get(name)) for name in wanted)


def _words(error: BaseException) -> str:
    """Return the message of an error, or a clearer one."""
    if isinstance(error, _OverdueError):
        return "it takes too long here"
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
        return _plain(error.msg)
    try:
        return _plain(" ".join(str(error).split()))
    except Exception:
        return ""


def _plain(text: object) -> str:
    """Cut a text, and escape what no file can hold: halves of characters."""
    return str(text)[:_LONGEST].encode("utf-8", "backslashreplace").decode()[:_LONGEST]


def _results(returned: Any, listed: Sequence[bool]) -> dict[str, Any]:
    """Describe what a call returned, output by output."""
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
        return {"problem": f"is no list of arrays but of type {_plain(type(value).__name__)}"}
    if not listed and isinstance(value, tuple):
        return {"problem": f"is a tuple of {len(value)} in place of one array"}
    if listed and len(value) > MOST_ENTRIES:
        return {"problem": f"is a list of {len(value)}: far too long"}
    arrays: list[Any] = []
    for part in value if listed else [value]:
        try:
            array = np.asarray(part)
        except ValueError:
            return {"problem": "has rows of different lengths"}
        if array.dtype.kind not in "biuf":
            return {"problem": f"holds no real numbers but {_plain(array.dtype)}"}
        if array.ndim > _MOST_DIMENSIONS:
            return {"problem": f"has {array.ndim} dimensions"}
        arrays.append(array)
        # An array without entries may still be long.
        if max(sum(a.size for a in arrays), *array.shape, 0) > MOST_ENTRIES:
            return {"problem": f"has shape {array.shape}: far too large"}
    return {
        "arrays": [_encoded(array.astype("<f8")) for array in arrays],
        "dtypes": [array.dtype.name for array in arrays],
    }


def _encoded(array: Any) -> dict[str, Any]:
    data = base64.b64encode(array.tobytes()).decode()
    return {"shape": array.shape, "dtype": array.dtype.str, "data": data}


def _decoded(value: Any) -> Any:
    """Return a new array, or a new list of new arrays."""
    if isinstance(value, list):
        return [_decoded(part) for part in value]
    numbers = np.frombuffer(base64.b64decode(value["data"]), dtype=value["dtype"])
    return numbers.reshape(value["shape"]).copy()


def _state(argument: Any) -> Any:
    """Encode an argument after the call, in the same way as the request does."""
    if isinstance(argument, list):
        return [_state(part) for part in argument[:MOST_ENTRIES]]
    plain = isinstance(argument, np.ndarray) and argument.dtype.kind in "biuf"
    return _encoded(argument) if plain and argument.size <= MOST_ENTRIES else None


def limit(limits: dict[str, int]) -> None:
    """Limit the resources of this process, on systems that have such limits."""
    if sys.platform == "win32":
        return
    for name, most in limits.items():
        # macOS refuses a limit of the address space.
        with suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def main(folder: str) -> None:
    """Call what the request in a folder asks for."""
    request = json.loads(Path(folder, REQUEST).read_text(encoding="utf-8"))
    limit(request["limits"])
    with Path(folder, ANSWERS).open("a", encoding="utf-8") as answers:
        learner = Learner(Path(request["source"]), answers, request["cells"])
        learner.say(started=True)
        names = [wanted["name"] for wanted in request["functions"]]
        module = learner.load(names, request["loading"])
        if module is not None:
            for wanted in request["functions"]:
                learner.call(module, wanted)
            learner.say(finished=True)
    with suppress(Exception):
        sys.stdout.flush()
    # Do not wait for threads and exit handlers of the learner.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
