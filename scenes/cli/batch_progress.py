"""Reports the progress of the jobs of a batch on stderr."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from backprop_core.formatting import escape
from scenes.cli.output import tell
from scenes.cli.progress import can_draw_bars
from scenes.production.process.worker_client import Progress
from scenes.production.sweeps.batch import Done, Watcher
from scenes.production.sweeps.jobs import BatchJob


def watching(jobs: int) -> AbstractContextManager[Watcher]:
    """Return a context with a watcher: it draws bars on a terminal, else it writes lines.

    Parameters
    ----------
    jobs
        Number of all jobs.
    """
    return _bars(jobs) if can_draw_bars() else _lines(jobs)


class Lines:
    """Writes a line for each job that has ended.

    Parameters
    ----------
    jobs
        Number of all jobs.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._ended = 0
        self._lock = threading.Lock()

    def progress(self, job: BatchJob, progress: Progress) -> None:
        """Write nothing, as hundreds of jobs would write too many lines."""

    def waiting(self, job: BatchJob) -> None:
        """Say that the job waits for another process."""
        tell(f"{job.label}: waiting for another render of it")

    def done(self, done: Done) -> None:
        """Say how a job has ended."""
        with self._lock:
            self._ended += 1
            tell(f"{self._ended}/{self._jobs} {line(done)}")


def line(done: Done) -> str:
    """Say in one line how a job has ended."""
    if done.error is not None:
        return f"{done.job.label}: failed: {done.error}"
    took = f" in {done.took:.0f} s" if done.status == "rendered" else ""
    return f"{done.job.label}: {done.status}{took}"


@contextmanager
def _lines(jobs: int) -> Iterator[Watcher]:
    yield Lines(jobs)


@contextmanager
def _bars(jobs: int) -> Iterator[Watcher]:
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars
    from rich.text import Text

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[share]}", markup=False),
        TimeRemainingColumn(),
    )

    class Watching:
        def __init__(self, bars: Bars) -> None:
            self._bars = bars
            self._all = bars.add_task("all", total=jobs, share=f"0/{jobs}")
            self._tasks: dict[str, TaskID] = {}
            self._ended = 0
            self._lock = threading.Lock()

        def _task(self, job: BatchJob) -> TaskID:
            with self._lock:
                if job.hash not in self._tasks:
                    self._tasks[job.hash] = self._bars.add_task(job.label, total=None, share="")
                return self._tasks[job.hash]

        def progress(self, job: BatchJob, progress: Progress) -> None:
            task, share = self._task(job), progress.fraction
            if share is not None:
                self._bars.update(task, total=1.0, completed=share, share=f"{share:.0%}")

        def waiting(self, job: BatchJob) -> None:
            self._bars.update(self._task(job), share="waiting for another render of it")

        def done(self, done: Done) -> None:
            with self._lock:
                self._ended += 1
                task = self._tasks.pop(done.job.hash, None)
            if task is not None:
                self._bars.remove_task(task)
            share = f"{self._ended}/{jobs}"
            self._bars.update(self._all, completed=self._ended, share=share)
            if done.error is not None:
                self._bars.console.print(Text(escape(line(done))), soft_wrap=True)

    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield Watching(bars)
