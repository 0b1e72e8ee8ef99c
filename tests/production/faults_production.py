"""Renders that are killed at any moment, or run side by side: `make faults`, about five minutes.

Not part of `make test`; its name keeps it from being collected there.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backprop_core.experiment.config import Experiment
from scenes.production.render.render import render
from scenes.production.request.job import Job
from scenes.production.request.keys import file_digest
from scenes.production.store.build import Built, current
from scenes.production.store.clean import clean, leftovers
from scenes.production.store.output_paths import Target
from scenes.production.video.verify import decode
from tests.patience import wait_until

KILLS = 100
FOLDER = Path(__file__).parent

PROGRAM = """
import sys
from pathlib import Path
from scenes.production.request.job import Job
from scenes.production.render.render import render
from scenes.production.store.output_paths import Target
job = Job.from_json(sys.argv[1])
target = Target(Path(sys.argv[2]), "tiny", job.format)
render(job, target, origin="a test", processes=2, force=True)
"""


def job(film: str = "Tiny", seed: int = 0) -> Job:
    return Job(f"tiny:{film}", Experiment(seed=seed), "low")


def started(one: Job, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        (sys.executable, "-c", PROGRAM, one.as_json(), str(folder)),
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(FOLDER), str(FOLDER.parents[1])))},
        stderr=subprocess.DEVNULL,
    )


def seconds_of_a_render(folder: Path) -> float:
    begun = time.monotonic()
    assert started(job(), folder).wait() == 0
    return time.monotonic() - begun


def wait_for_the_orphan(output: Path) -> None:
    """A worker ends within a second or so after the process that began it."""
    wait_until(lambda: not _workers(output))


def _workers(output: Path) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(output) in str((process / "cwd").resolve(strict=True)):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def the_film_is_old_or_new_and_whole(target: Target, seeds: set[int]) -> None:
    """Every file can be read; the video and the ledger belong to one of the jobs."""
    decoded = decode(target.video)
    ledger = json.loads(target.ledger.read_text(encoding="utf-8"))
    assert ledger["seed"] in seeds
    assert decoded.frames == ledger["files"]["tiny.mp4"]["frames"]
    assert target.captions.read_text(encoding="utf-8").startswith("1\n")


def test_a_hundred_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "films"
    target = Target(output / "default", "tiny", "mp4")
    whole = seconds_of_a_render(target.folder)
    rng = random.Random(0)
    interrupted = seed = 0
    while interrupted < KILLS:
        seed += 1
        process = started(job(seed=seed), target.folder)
        moment = rng.uniform(0, whole)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            interrupted += 1
        else:
            # It was faster than the first.
            whole = moment
        the_film_is_old_or_new_and_whole(target, set(range(seed + 1)))
    wait_for_the_orphan(output)
    clean(output)
    assert list(leftovers(output)) == []
    assert render(job(seed=7), target, origin="a test", force=True).reused is False
    assert current(target, job(seed=7).keys())
    names = sorted(path.name for path in target.state.iterdir())
    assert names == ["folder.json", "tiny.json"]
    with capsys.disabled():
        sys.stdout.write(f"\n{interrupted} renders killed, {seed - interrupted} done before\n")


def test_four_at_once_are_the_same_as_four_in_turn(tmp_path: Path) -> None:
    jobs = [job(film, seed) for film in ("Tiny", "Second") for seed in (0, 1)]

    def make(folder: Path, number: int) -> Built[Target]:
        one = jobs[number]
        stem = f"{one.film.partition(':')[2].lower()}-{one.experiment.seed}"
        return render(one, Target(folder, stem, "mp4"), origin="a test")

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda n: make(tmp_path / "together", n), range(4)))
    in_turn = [make(tmp_path / "in turn", n) for n in range(4)]
    for one, other in zip(together, in_turn, strict=True):
        assert file_digest(one.target.video) == file_digest(other.target.video)
        assert file_digest(one.target.poster) == file_digest(other.target.poster)
        assert file_digest(one.target.captions) == file_digest(other.target.captions)


def test_eight_of_the_same_film_make_it_once(tmp_path: Path) -> None:
    target = Target(tmp_path / "default", "tiny", "mp4")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: render(job(), target, origin="a test"), range(8)))
    assert sum(not one.reused for one in made) == 1
    assert len({one.facts["sha256"] for one in made}) == 1


def test_any_flipped_byte_is_noticed(tmp_path: Path) -> None:
    target = Target(tmp_path / "default", "tiny", "mp4")
    render(job(), target, origin="a test")
    rng = random.Random(1)
    for path in (target.video, *target.sidecars):
        content = path.read_bytes()
        for _ in range(50):
            flipped = bytearray(content)
            flipped[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            path.write_bytes(flipped)
            assert not current(target, job().keys()), path.name
        path.write_bytes(content)
    assert current(target, job().keys())
