"""The arithmetic of the bench: ratios of the same rounds, memory of all processes, tables."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.bench.films import HEADS, Bench, cells
from tests.bench.measuring import PROC, Table, family, in_turns, memory_of, ratio, run

LINUX = pytest.mark.skipif(not PROC.is_dir(), reason="asks /proc")
SIZE = 64 * 2**20
HOLDING = (
    f"import sys; held = bytearray(b'x') * {SIZE}; print('ready', flush=True); sys.stdin.read()"
)
STARTING = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDING!r}])"


def test_a_ratio_is_the_median_of_those_of_a_round() -> None:
    # In the second round all was slow, which the ratio of the medians would not forgive.
    assert ratio([2.0, 40.0, 6.0], [1.0, 10.0, 2.0]) == 3.0


def test_ways_with_fewer_rounds_are_compared_in_these() -> None:
    assert ratio([2.0, 50.0, 70.0], [1.0]) == ratio([2.0], [1.0, 50.0]) == 2.0


def test_ways_take_turns_and_warm_up() -> None:
    order: list[str] = []

    def way(name: str) -> float:
        order.append(name)
        return float(len(order))

    times = in_turns({"a": lambda: way("a"), "b": lambda: way("b")}, rounds=2, warm_ups=1)
    assert "".join(order) == "ababab"
    assert times == {"a": [3.0, 5.0], "b": [4.0, 6.0]}


@LINUX
def test_memory_counts_the_processes_below() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTING], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert len(family(process.pid)) == 2
        assert SIZE < memory_of(process.pid) < 2 * SIZE
        process.communicate(b"")
    assert memory_of(process.pid) == 0


@LINUX
def test_the_memory_of_a_run_is_its_most() -> None:
    held = f"import time; held = bytearray(b'x') * {SIZE}; time.sleep(0.7); del held"
    code = f"{held}; time.sleep(0.5)"
    one = run(sys.executable, "-c", code, watched=True)
    assert one.memory > SIZE
    assert one.seconds >= 1.2


def test_a_program_that_fails_ends_the_bench_with_what_it_said() -> None:
    with pytest.raises(click.ClickException, match="no such film"):
        run(sys.executable, "-c", "import sys; sys.exit('no such film')")


def test_a_table_is_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("film", "seconds")
    table.row("leak", "1.5")
    assert capsys.readouterr().out == "| film | seconds |\n| --- | ---: |\n| leak | 1.5 |\n"


def test_the_row_of_a_film() -> None:
    bench = Bench("leak", "high", Path("nowhere"))
    bench.times |= {
        "ours": [20.0, 30.0, 25.0],
        "Manim": [80.0, 90.0, 110.0],
        "floor": [16.0],
        "1 process": [32.0],
        "cached": [0.5, 0.4, 0.6],
    }
    bench.memory |= {"ours": [3e8, 5e8, 4e8], "Manim": [2e8, 2e8, 2e8]}
    row = dict(zip(HEADS, cells(bench, 50.0, (300, 200), [38.04, 37.96]), strict=True))
    assert row == {
        "film": "leak",
        "length, s": "50",
        "ours, s a s": "0.50",
        "Manim, s a s": "1.80",
        "Manim / ours": "4.00",
        "ours / floor¹": "1.25",
        "1 process / ours¹": "1.60",
        "there already, s": "0.50",
        "memory, MB": "400",
        "memory / Manim's": "2.00",
        "size / Manim's": "1.50",
        "PSNR, dB": "38.0",
        "Manim's": "38.0",
    }
    del bench.times["floor"], bench.times["1 process"]
    fewer = dict(zip(HEADS, cells(bench, 50.0, (300, 200), None), strict=True))
    assert {head for head in row if not fewer[head]} == {
        "ours / floor¹",
        "1 process / ours¹",
        "PSNR, dB",
        "Manim's",
    }
