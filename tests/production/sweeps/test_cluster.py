"""The jobs of a sweep on a real Dask cluster of this machine."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_core.errors import InputError
from scenes.production.process.worker_client import Progress
from scenes.production.request import catalog
from scenes.production.sweeps import cluster as module
from scenes.production.sweeps.batch import Done
from scenes.production.sweeps.cluster import run_on_cluster
from scenes.production.sweeps.jobs import BatchJob, plan_batch
from scenes.production.sweeps.sweep import load_sweep
from tests.patience import wait_until

pytest.importorskip("distributed", reason="needs the extra [cluster]")
SEARCHED = os.pathsep.join(
    [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
)


class Cluster:
    """A scheduler and two workers, each a process with one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        quiet = ("--no-dashboard", "--port", "0", "--host", "127.0.0.1")
        self._scheduler = self._start("scheduler", *quiet, "--scheduler-file", str(self._file))
        self.workers = [self._worker(n) for n in range(2)]
        wait_until(self._file.is_file, process=self._scheduler)
        self.address: str = json.loads(self._file.read_text())["address"]

    def _worker(self, n: int) -> subprocess.Popen[bytes]:
        here = self._folder / f"worker-{n}"
        return self._start(
            *("worker", "--scheduler-file", str(self._file), "--nthreads", "1", "--no-nanny"),
            *("--no-dashboard", "--host", "127.0.0.1", "--local-directory", str(here)),
        )

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{len(list(self._folder.glob('*.log')))}.log").open("wb")
        environment = {**os.environ, "PYTHONPATH": SEARCHED}
        command = [sys.executable, "-m", "dask", *words]
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=self._folder)

    def close(self) -> None:
        """End all of it."""
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.close()


def jobs(folder: Path, films: str, seeds: str) -> list[BatchJob]:
    file = folder / "mine.toml"
    axis = f"[axes]\nseed = {seeds}\n[experiment.network]\ndepth = 2\n"
    file.write_text(f"films = {films}\n{axis}", encoding="utf-8")
    return plan_batch(load_sweep(file), "low", "mp4")


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put films of a few seconds in the catalog: the workers have no such catalog."""
    names = {"tiny": "Tiny", "endless": "Endless", "broken": "Broken"}
    monkeypatch.setattr(catalog, "FILMS", {n: f"tiny:{film}" for n, film in names.items()})


class Watching:
    """Does something when a job has ended."""

    def __init__(self) -> None:
        self.ended: list[Done] = []

    def progress(self, job: BatchJob, progress: Progress) -> None:
        """Hear nothing."""

    def waiting(self, job: BatchJob) -> None:
        """Hear nothing."""

    def done(self, done: Done) -> None:
        """Note it."""
        self.ended.append(done)
        self.after(done)

    def after(self, done: Done) -> None:
        """Do nothing more."""


def renders(worker: "subprocess.Popen[bytes]") -> bool:
    """Tell whether a worker has a process that renders."""
    paths = Path(f"/proc/{worker.pid}/task").glob("*/children")
    return any(path.read_text() for path in paths)


def test_the_job_of_a_worker_that_is_killed_runs_on_the_other(
    cluster: Cluster, tmp_path: Path
) -> None:
    class Killing(Watching):
        def after(self, done: Done) -> None:
            if len([d for d in self.ended if d.error is None]) == 1:
                # Either of them: one may come so late that the other is through with the jobs.
                wait_until(lambda: any(map(renders, cluster.workers)))
                next(filter(renders, cluster.workers)).send_signal(signal.SIGKILL)

    watcher = Killing()
    root = tmp_path / "films"
    found = run_on_cluster(
        jobs(tmp_path, '["tiny"]', "[1, -1, 2, 3]"), root, watcher, address=cluster.address
    )
    ended = [worker.poll() for worker in cluster.workers]
    assert ended.count(-signal.SIGKILL) == 1
    assert ended.count(None) == 1
    assert [done.job.values["seed"] for done in found] == [1, -1, 2, 3]
    assert [done.status for done in found] == ["rendered", "failed", *["rendered"] * 2]
    assert found[1].error == "seed: got -1; allowed a whole number, 0 <= seed <= 4294967295"
    assert len(watcher.ended) == 4
    assert sorted(path.parent.name for path in root.glob("*/tiny.mp4")) == [
        f"seed={n}" for n in (1, 2, 3)
    ]

    again = run_on_cluster(
        jobs(tmp_path, '["tiny", "broken"]', "[1]"), root, Watching(), address=cluster.address
    )
    assert [done.status for done in again] == ["reused", "failed"]
    assert again[1].error is not None
    assert again[1].error.startswith("render failed: ZeroDivisionError: nothing to divide by; ")


def test_an_interrupted_batch_ends_its_jobs_on_the_workers(
    cluster: Cluster, tmp_path: Path
) -> None:
    class Interrupting(Watching):
        def after(self, done: Done) -> None:
            wait_until(lambda: any(map(renders, cluster.workers)))
            raise KeyboardInterrupt

    root = tmp_path / "films"
    with pytest.raises(KeyboardInterrupt):
        run_on_cluster(
            jobs(tmp_path, '["endless"]', "[1, -1, 2, 3]"),
            root,
            Interrupting(),
            address=cluster.address,
        )
    wait_until(lambda: not any(map(renders, cluster.workers)))
    assert list(root.glob("**/render-*")) == []
    assert all(worker.poll() is None for worker in cluster.workers)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", "x://y", ""])
def test_an_address_where_nobody_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(module, "_CONNECT", 0.5)
    with pytest.raises(InputError) as error:
        run_on_cluster(jobs(tmp_path, '["tiny"]', "[1]"), tmp_path, Watching(), address=address)
    (line,) = error.value.problems
    assert line.startswith(f'--dask: got "{address}", where no scheduler answers; allowed')
