"""Ctrl-C, SIGTERM, a closed terminal, a time limit: whatever runs ends in good order, once."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from scenes.production.process.time_limit import leave_time_to_say_so, out_of_time

CLEANING = 5.0
"""Seconds in which a process that was interrupted is left alone, as people press Ctrl-C twice."""
_WORDS: dict[str, Callable[[], str]] = {
    "SIGINT": lambda: "interrupted",
    "SIGTERM": lambda: "terminated",
    "SIGHUP": lambda: "terminal closed",
    "SIGXCPU": out_of_time,
}


class Interrupted(BaseException):
    """Raised to end the process because of a signal.

    Attributes
    ----------
    words
        The message for the user.
    code
        The exit code.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.words = _WORDS[signal.Signals(signum).name]()
        self.code = 128 + signum


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise `Interrupted` at the first of these signals.

    Signals that this process already ignored, for example because of ``nohup``, stay ignored.
    After an interrupt all these signals are ignored on exit, as the process is about to end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    leave_time_to_say_so()
    last: float | None = None

    def leave(signum: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.monotonic()
        if last is None or now - last >= CLEANING:
            last = now
            raise Interrupted(signum)

    numbers = [getattr(signal, name) for name in _WORDS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    heard = {n: handler for n, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    for number in heard:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler if last is None else signal.SIG_IGN)
