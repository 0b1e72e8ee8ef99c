"""Shared by all benchmarks: timing a program, watching its memory, and writing tables."""

from __future__ import annotations

import platform
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

import click

from scenes.production.process.cores import cores

ROOT = Path(__file__).parents[2]
PROC = Path("/proc")
EVERY = 0.2
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Run:
    """One run of a program.

    Attributes
    ----------
    seconds
        From start to end.
    memory
        The most bytes that it and its children held together, as far as was seen; 0 where the
        system does not tell.
    """

    seconds: float
    memory: int = 0


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def run(*command: object, watched: bool = False) -> Run:
    """Run a program in the folder of the project to its end, which must be a good one."""
    started, over, most = perf_counter(), threading.Event(), 0
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    def watch() -> None:
        nonlocal most
        while not over.wait(EVERY):
            most = max(most, memory_of(process.pid))

    watcher = threading.Thread(target=watch, daemon=True)
    if watched:
        watcher.start()
    said, _ = process.communicate()
    took = perf_counter() - started
    over.set()
    if process.returncode:
        raise click.ClickException(f"{command[0]} failed ({process.returncode}): {said[-1000:]}")
    return Run(took, most)


def memory_of(process: int) -> int:
    """Return the bytes that a process and all below it hold; what several share counts once."""
    held = 0
    for one in family(process):
        # Who has ended meanwhile holds nothing.
        with suppress(OSError):
            for line in (PROC / str(one) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    held += int(line.split()[1]) * 1024
    return held


def family(process: int) -> set[int]:
    """Return a process and those that it, or one of them, has started."""
    parents = dict(filter(None, (_parent(stat) for stat in PROC.glob("[0-9]*/stat"))))
    found, more = set[int](), {process}
    while more:
        found |= more
        more = {child for child, parent in parents.items() if parent in more} - found
    return found


def _parent(stat: Path) -> tuple[int, int] | None:
    """Return the number of a process and of its parent, unless it has ended."""
    with suppress(OSError):
        # Its name, in parentheses, may hold anything.
        return int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
    return None


def in_turns(
    ways: Mapping[str, Callable[[], float]], rounds: int, warm_ups: int = 0
) -> dict[str, list[float]]:
    """Measure several ways in turns, so that whatever else the machine does slows all alike."""
    times: dict[str, list[float]] = {way: [] for way in ways}
    for n in range(-warm_ups, rounds):
        for way, measure in ways.items():
            took = measure()
            if n >= 0:
                times[way].append(took)
    return times


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """Return the median of the ratios of what was measured in the same rounds.

    Either may have more rounds than the other: the first ones count.
    """
    return median(a / b for a, b in zip(of, to, strict=False))


def machine() -> str:
    """Say what is measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "manim", "av", "click"))
    return (
        f"{cores()} cores ({processor()}), {platform.system()}, "
        f"Python {platform.python_version()}, {packages}"
    )


def processor() -> str:
    """Return the name of the processor, or at least of its kind."""
    with suppress(OSError):
        for line in (PROC / "cpuinfo").read_text().splitlines():
            name, _, model = line.partition(":")
            if name.strip() == "model name":
                return f"{model.strip()}, {platform.machine()}"
    return platform.processor() or platform.machine()


class Table:
    """A table in Markdown of which each row is printed as soon as it is known."""

    def __init__(self, *heads: str) -> None:
        self._columns = len(heads)
        self.row(*heads)
        click.echo(f"| --- |{' ---: |' * (self._columns - 1)}")

    def row(self, *cells: str) -> None:
        assert len(cells) == self._columns
        click.echo(f"| {' | '.join(cells)} |")


def program(name: str) -> Path:
    """Return a program that was installed beside this Python."""
    return Path(sys.executable).parent / name
