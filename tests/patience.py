"""Time limits for tests, long enough that a busy machine does not make them fail."""

from __future__ import annotations

import gc
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 120.0
"""Seconds until what takes a moment on an idle machine is taken to hang."""


def wait_until(
    condition: Callable[[], object],
    *,
    process: subprocess.Popen[str] | subprocess.Popen[bytes] | None = None,
    pause: Callable[[], object] = lambda: time.sleep(0.02),
) -> None:
    """Wait for a condition; fail once it takes too long, or once `process` has ended without it."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        ended = process is not None and process.poll() is not None
        # It may have ended just after it did what is waited for.
        assert not ended or condition(), f"ended with {process and process.returncode}"
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} s"
        pause()


@contextmanager
def at_once(seconds: float = 1.0) -> Iterator[None]:
    """Hold what is done inside to so many seconds of computing.

    The time in which other programs compute does not count, unless something hangs. Nor does the
    search for garbage, which takes the longer the more objects other tests have left.
    """
    collects = gc.isenabled()
    gc.disable()
    begun, computed = time.monotonic(), time.process_time()
    try:
        yield
    finally:
        computed = time.process_time() - computed
        if collects:
            gc.enable()
    assert computed < seconds
    assert time.monotonic() - begun < PATIENCE
