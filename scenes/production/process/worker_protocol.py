"""The protocol of workers: they read a request from stdin and report on stdout.

The request is one line; the pipe stays open as long as the parent lives. Each report is a JSON
object on a line of its own. All output of Manim and of libraries goes to stderr.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NoReturn, TextIO

from backprop_core.errors import InputError, NumericalError
from scenes.production.process.error_messages import words
from scenes.production.process.launcher import end_with
from scenes.production.process.safe_stdio import make_lenient
from scenes.production.process.time_limit import leave_time_to_say_so


class Reports:
    """Writes the reports of a worker to its original stdout."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def say(self, **facts: Any) -> None:
        """Write one report."""
        self._stream.write(json.dumps(facts) + "\n")
        self._stream.flush()


def serve(answer: Callable[[str, Reports], Mapping[str, Any]]) -> int:
    """Answer the request on stdin and report the result.

    Parameters
    ----------
    answer
        Takes the line of the request, may report on the way, and returns the final report.

    Returns
    -------
    The exit code: 0, or 1 if it failed, or 2 if the input was bad.
    """
    reports = Reports(_reserve_stdout())
    # The log cannot be written either if the disk is full.
    make_lenient()
    leave_time_to_say_so()
    try:
        request = sys.stdin.readline()
        end_with(os.getppid())
        reports.say(**answer(request, reports))
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
    """End this process at once, without finalizing; all of its files must be closed.

    Python would otherwise free the memory of Manim and of the numbers object by object, which takes
    half a second, and as long again for each helper.
    """
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _reserve_stdout() -> TextIO:
    """Reserve stdout for reports, and send everything else that is printed to stderr."""
    reserved = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return reserved
