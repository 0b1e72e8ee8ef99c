"""What the processes that draw have in common: one line of stdin says what, stdout how it goes.

What happens is said on stdout, a JSON object a line; all that Manim and the libraries say goes to
stderr.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NoReturn, TextIO

from backprop_core.errors import InputError, NumericalError
from scenes.production.process.error_messages import words
from scenes.production.process.safe_stdio import make_lenient


class Reports:
    """What the process says about itself, on the stream that it began with as stdout."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def say(self, **facts: Any) -> None:
        """Write one object."""
        self._stream.write(json.dumps(facts) + "\n")
        self._stream.flush()


def serve(answer: Callable[[str, Reports], Mapping[str, Any]]) -> int:
    """Do what stdin asks for, and say what came of it.

    Parameters
    ----------
    answer
        Does it: takes the line, may report on the way, and returns what is said in the end.

    Returns
    -------
    The exit code: 0, 1 if it failed, 2 if the input was bad.
    """
    reports = Reports(_reserve_stdout())
    # Where the disk is full, so it is for the log.
    make_lenient()
    try:
        end_with(os.getppid())
        reports.say(**answer(sys.stdin.readline(), reports))
    except InputError as error:
        reports.say(problems=error.problems)
        return 2
    except NumericalError as error:
        reports.say(numerical=str(error))
        return 1
    except Exception as error:
        reports.say(crashed=words(error))
        traceback.print_exc()
        return 1
    return 0


def leave(code: int) -> NoReturn:
    """End this process, all of whose files are closed, without taking it apart.

    To free what Manim and the numbers took, object by object, would keep the film waiting for half
    a second, and as long again for each process that helped.
    """
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _reserve_stdout() -> TextIO:
    """Keep stdout for reports: whatever else is printed, by whomever, goes to stderr."""
    reserved = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return reserved


def end_with(parent: int) -> None:
    """End this process soon after its parent ends, however that came about."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
