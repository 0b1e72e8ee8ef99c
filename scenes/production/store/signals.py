"""Signals that wait until what must not be torn is done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_WAITING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU")


@contextmanager
def signals_wait() -> Iterator[None]:
    """Let the signals by which people end a program arrive when the block is over.

    Only the main thread hears signals; other threads are waited for by whoever started them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []

    def note(signum: int, frame: FrameType | None) -> None:
        arrived.append(signum)

    numbers = [getattr(signal, name) for name in _WAITING if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    heard = {n: does for n, does in before.items() if does not in (signal.SIG_IGN, None)}
    try:
        for number in heard:
            signal.signal(number, note)
        yield
    finally:
        for number, does in heard.items():
            signal.signal(number, does)
        if arrived:
            signal.raise_signal(arrived[0])
