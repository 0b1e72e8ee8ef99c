"""Runs the jobs of a sweep on a Dask cluster whose machines share the output folder."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from backprop_core.errors import InputError
from backprop_core.formatting import format_value
from scenes.production.process.error_messages import RenderError
from scenes.production.process.worker_client import Progress
from scenes.production.request.job import Job
from scenes.production.sweeps.batch import FAILED, Done, Watcher, run_job
from scenes.production.sweeps.jobs import BatchJob

if TYPE_CHECKING:
    from distributed import Client

TRIES = 3
"""How often a job is tried if its render fails or its worker dies."""
_CONNECT = 5
"""Seconds within which a scheduler has to answer."""
_BETWEEN_LOOKS = 1.0
"""Seconds between two checks of a job whether it has to stop."""


def run_on_cluster(
    jobs: Sequence[BatchJob], root: Path, watcher: Watcher, *, address: str, force: bool = False
) -> list[Done]:
    """Run jobs on the workers of a cluster, as many at a time as the workers have threads.

    A job whose worker dies runs on another one; a job without a valid experiment fails at once.
    If an exception is raised, KeyboardInterrupt included, all jobs are stopped before it passes on.

    Parameters
    ----------
    root
        The folder of the sweep; every worker must see it under the same path.
    address
        Address of the scheduler, for example ``tcp://127.0.0.1:8786``.

    Returns
    -------
    The results of the jobs, in the order of `jobs`.

    Raises
    ------
    InputError
        If Dask is not installed, or no scheduler answers.
    """
    with _connected(address) as client:
        from distributed import Event, as_completed

        stop = Event(f"stop-{uuid4().hex}", client=client)
        results: dict[str, Done] = {}
        futures = {
            client.submit(
                _run_remotely,
                _sent(one),
                str(root.absolute()),
                force,
                stop.name,
                key=f"{one.hash}-{uuid4().hex[:8]}",
                retries=TRIES - 1,
                pure=False,
            ): one
            for one in jobs
            if one.job is not None
        }
        try:
            for one in jobs:
                if one.job is None:
                    results[one.hash] = run_job(one, root, watcher)
                    watcher.done(results[one.hash])
            for future in as_completed(list(futures), loop=client.loop):
                one = futures[future]
                results[one.hash] = _received(future, one, root)
                watcher.done(results[one.hash])
        except BaseException:
            stop.set()
            client.cancel(list(futures))
            _await_end(client)
            raise
        return [results[one.hash] for one in jobs]


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            "--dask: needs Dask, which is not installed; "
            "type: pip install 'leaky-backprop[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"--dask: got {format_value(address)}, where no scheduler answers; allowed the address "
            "that `dask scheduler` prints, for example tcp://127.0.0.1:8786"
        ) from error
    with client:
        yield client


def _await_end(client: Client) -> None:
    """Wait up to two seconds until the workers have ended their jobs."""
    deadline = time.monotonic() + 2 * _BETWEEN_LOOKS
    while time.monotonic() < deadline and any(client.processing().values()):
        time.sleep(_BETWEEN_LOOKS / 5)


def _sent(one: BatchJob) -> dict[str, Any]:
    """Return a job as plain data, its film as ``module:Class``, which a worker can import."""
    assert one.job is not None
    about = {"hash": one.hash, "film": one.film, "folder": one.folder, "origin": one.origin}
    return about | {"job": one.job.as_json()}


def _received(future: Any, one: BatchJob, root: Path) -> Done:
    """Return the result of a job, and check that its film is in the shared folder."""
    error = future.exception()
    if error is not None:
        line = " ".join(str(error).split())
        if type(error).__name__ == "KilledWorker":
            line = "render failed: the workers that tried it died"
        return Done(one, FAILED, 0.0, error=line)
    sent: Mapping[str, Any] = future.result()
    done = Done(one, sent["status"], sent["took"], sent["facts"], sent["error"])
    if done.error is None and not one.target(root).video.is_file():
        return Done(
            one,
            FAILED,
            done.took,
            error=f"made on {sent['worker']}, which does not share the folder {root.absolute()}",
        )
    return done


class _Silent:
    """A watcher that reports nothing, for jobs on a worker."""

    def progress(self, job: BatchJob, progress: Progress) -> None:
        pass

    def waiting(self, job: BatchJob) -> None:
        pass

    def done(self, done: Done) -> None:
        pass


def _run_remotely(sent: Mapping[str, Any], root: str, force: bool, stop: str) -> dict[str, Any]:
    """Run a job on a worker; raise if the render fails, so that Dask tries it again."""
    from distributed import Event, get_worker, worker_client

    stopped = threading.Event()
    one = BatchJob(
        sent["hash"], sent["film"], {}, sent["folder"], sent["origin"], Job.from_json(sent["job"])
    )
    with worker_client(separate_thread=False) as client:
        asked = Event(stop, client=client)
        with _watching(asked, stopped):
            done = run_job(one, Path(root), _Silent(), force=force, stopped=stopped)
    if done.error is not None and done.error.startswith("render failed"):
        raise RenderError(done.error)
    return {
        "status": done.status,
        "took": done.took,
        "facts": dict(done.facts),
        "error": done.error,
        "worker": get_worker().address,
    }


@contextmanager
def _watching(asked: Any, stopped: threading.Event) -> Iterator[None]:
    """Set `stopped` when the event `asked` is set, or when the scheduler cannot be reached."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_BETWEEN_LOOKS):
            try:
                if asked.is_set():
                    stopped.set()
            except Exception:
                stopped.set()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
