"""How a batch waits for its jobs."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scenes.production.sweeps import batch
from tests.patience import PATIENCE


class Heard(BaseException):
    """What the handler of the signal raises."""


@pytest.fixture
def hearing() -> Iterator[None]:
    def hear(*_: object) -> None:
        raise Heard

    before = signal.signal(signal.SIGINT, hear)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name != "posix", reason="signals go to the process as a whole")
@pytest.mark.usefixtures("hearing")
def test_a_signal_that_arrives_in_another_thread_interrupts_the_batch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    was_stopped: list[bool] = []

    def endless(*_: object, stopped: threading.Event, **__: object) -> None:
        # The main thread waits by now.
        time.sleep(0.2)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        was_stopped.append(stopped.wait(PATIENCE / 10))
        raise batch.Stopped

    monkeypatch.setattr(batch, "run_job", endless)
    watcher: Any = SimpleNamespace()
    with pytest.raises(Heard):
        batch.run_locally([SimpleNamespace(hash="one")], tmp_path, watcher, workers=1)  # type: ignore[list-item]
    assert was_stopped == [True]
