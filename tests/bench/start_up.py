"""Run time of commands that render nothing: help, numbers, and films that are up to date."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from statistics import median

import click

from tests.bench.measuring import Table, in_turns, program, ratio, run

BARE = "`python -c 'import click'`"


def print_table(rounds: int) -> None:
    backprop = program("backprop")
    with tempfile.TemporaryDirectory() as folder:
        film = (backprop, "render", "leak", "--quality", "low", "--output", folder)
        run(*film)

        def timed(*command: object) -> Callable[[], float]:
            return lambda: run(*command).seconds

        ways = {
            BARE: timed(sys.executable, "-c", "import click"),
            "`backprop --help`": timed(backprop, "--help"),
            "`backprop films`": timed(backprop, "films"),
            "`backprop numbers`": timed(backprop, "numbers"),
            "`backprop render` of a film that is there": timed(*film),
        }
        times = in_turns(ways, rounds, warm_ups=1)
    click.echo(f"Medians of {rounds} rounds, in which the commands took turns.\n")
    table = Table("command", "seconds", "times `import click`")
    for way, each in times.items():
        table.row(way, f"{median(each):.2f}", f"{ratio(each, times[BARE]):.1f}")
