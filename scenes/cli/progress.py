"""Reports the progress of a render and the time left on stderr."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from scenes.cli.output import tell
from scenes.production.process.worker_client import Progress

Report = Callable[[Progress], None]

STEP = 0.25
"""Share of a film between two lines of progress, where no bar can be drawn."""


def progress_bar(label: str) -> AbstractContextManager[Report]:
    """Return a context with a callback for progress: a bar on a terminal, else plain lines."""
    return _bar(label) if can_draw_bars() else _lines(label)


def can_draw_bars() -> bool:
    """Tell whether stderr is a terminal on which lines can be overwritten."""
    known = os.name != "posix" or os.environ.get("TERM", "") not in {"", "dumb", "unknown"}
    return known and sys.stderr.isatty()


@contextmanager
def _bar(label: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)

        def report(progress: Progress) -> None:
            if progress.fraction is not None:
                bar.update(task, total=1.0, completed=progress.fraction)

        yield report


@contextmanager
def _lines(label: str) -> Iterator[Report]:
    started, due = time.monotonic(), 0.0

    def report(progress: Progress) -> None:
        nonlocal due
        if due == 0.0:
            tell(f"{label}: computing")
            due = STEP
        fraction = progress.fraction or 0.0
        if fraction >= due:
            left = (time.monotonic() - started) * (1 - fraction) / fraction
            tell(f"{label}: {fraction:.0%}, about {left:.0f} s left")
            due = fraction - fraction % STEP + STEP

    yield report
