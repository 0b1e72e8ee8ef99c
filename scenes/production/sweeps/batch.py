"""Runs the jobs of a sweep: a single one, or many in parallel."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from backprop_core.errors import InputError, NumericalError
from scenes.production.process.cores import cores
from scenes.production.process.error_messages import RenderError, one_line, words
from scenes.production.process.worker_client import Progress
from scenes.production.render.render import render
from scenes.production.render.snapshot import check_unchanged
from scenes.production.request.inputs import InputReader
from scenes.production.request.selection import check_experiment
from scenes.production.store.folder_checks import check_folder
from scenes.production.store.kept_quality import in_kept_quality
from scenes.production.store.output_paths import Target
from scenes.production.sweeps.jobs import BatchJob

_HEARING = 0.25
"""Seconds after which a signal is heard that the system gave to another thread."""
RENDERED, REUSED, FAILED = "rendered", "reused", "failed"


class Stopped(BaseException):
    """Raised in the callbacks of a running job to stop it, because the batch was stopped."""


@dataclass(frozen=True)
class Done:
    """The result of a job.

    Attributes
    ----------
    status
        "rendered", "reused" or "failed".
    took
        The time it took, in seconds.
    facts
        Facts about the video, if there is one; see `scenes.production.store.build.Built`.
    error
        The error in one line, if the job failed.
    """

    job: BatchJob
    status: str
    took: float
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None


class Watcher(Protocol):
    """Callbacks that report the progress of a batch; they are called from several threads."""

    def progress(self, job: BatchJob, progress: Progress) -> None:
        """Report the progress of a job."""

    def waiting(self, job: BatchJob) -> None:
        """Report that a job waits for another process that makes the same film."""

    def done(self, done: Done) -> None:
        """Report that a job has ended."""


def run_job(
    one: BatchJob,
    root: Path,
    watcher: Watcher,
    *,
    processes: int = 1,
    force: bool = False,
    stopped: threading.Event | None = None,
) -> Done:
    """Make the film of a job, unless it is up to date; an error is returned, not raised.

    Parameters
    ----------
    root
        The folder of the sweep.
    processes
        How many processes draw the film.
    force
        Render even if nothing has changed.
    stopped
        Once this event is set, the job ends within a second and leaves no files.

    Raises
    ------
    Stopped
        If `stopped` was set.
    """
    started = time.monotonic()
    ending = stopped or threading.Event()
    if one.job is None:
        return Done(one, FAILED, 0.0, error=one.error)
    target = one.target(root)

    def report(progress: Progress) -> None:
        if ending.is_set():
            raise Stopped
        watcher.progress(one, progress)

    tell_once = cache(lambda: watcher.waiting(one))

    def waiting() -> None:
        if ending.is_set():
            raise Stopped
        tell_once()

    try:
        check_experiment(one.job.experiment)
        check_folder(target, one.origin, named=False)
        planned = one.job.planned()
        job = in_kept_quality(planned, target, planned.quality, force=force)
        made = render(
            job,
            target,
            origin=one.origin,
            processes=processes,
            force=force,
            report=report,
            waiting=waiting,
        )
    except Exception as error:
        took = time.monotonic() - started
        return Done(one, FAILED, took, error=_line(error, target))
    return Done(one, REUSED if made.reused else RENDERED, made.took, made.facts)


def unchanged(results: Sequence[Done]) -> list[Done]:
    """Return what became of jobs, after a look at what their films are made from.

    A film that was made from a file that has changed since counts as failed: its numbers do not
    belong into one table with those of others.
    """
    reader = InputReader()

    def looked_at(done: Done) -> Done:
        job = done.job.job
        if done.error is not None or job is None or job.inputs is None:
            return done
        try:
            check_unchanged([job], reader)
        except RenderError as error:
            return replace(done, status=FAILED, error=_line(error, None))
        return done

    return [looked_at(done) for done in results]


def _line(error: Exception, target: Target | None) -> str:
    if isinstance(error, InputError):
        return one_line("; ".join(error.problems))
    if isinstance(error, NumericalError):
        return one_line(str(error))
    # Any other error is reported as well, and does not stop other jobs.
    said = str(error) if isinstance(error, RenderError) else words(error)
    hint = f"; what the render said is in {target.log}" if target and target.log.is_file() else ""
    return f"render failed: {one_line(said)}{hint}"


def run_locally(
    jobs: Sequence[BatchJob], root: Path, watcher: Watcher, *, workers: int, force: bool = False
) -> list[Done]:
    """Run jobs in parallel; each renders in a process of its own.

    If an exception is raised, KeyboardInterrupt included, all jobs are stopped before it passes on.

    Parameters
    ----------
    workers
        How many jobs run at a time.

    Returns
    -------
    The results of the jobs, in the order of `jobs`.
    """
    # With fewer jobs at a time than cores, each film is drawn by several processes.
    processes = max(1, cores() // max(1, min(workers, len(jobs))))
    stopped = threading.Event()
    results: dict[str, Done] = {}
    executor = ThreadPoolExecutor(workers)

    def run(one: BatchJob) -> Done:
        if stopped.is_set():
            raise Stopped
        return run_job(one, root, watcher, processes=processes, force=force, stopped=stopped)

    try:
        for future in _as_completed([executor.submit(run, one) for one in jobs]):
            done = future.result()
            results[done.job.hash] = done
            watcher.done(done)
    except BaseException:
        stopped.set()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
    return [results[one.hash] for one in jobs]


def _as_completed(futures: Sequence[Future[Done]]) -> Iterator[Future[Done]]:
    """Yield futures as they end; a signal interrupts this whichever thread it arrives in.

    Python runs the handlers of signals in the main thread, once that runs. A wait without a limit
    is only interrupted if the system gave the signal to the main thread, which it need not do.
    """
    pending = set(futures)
    while pending:
        ended, pending = wait(pending, timeout=_HEARING, return_when=FIRST_COMPLETED)
        yield from ended
