"""Speed and memory of the core: `make bench`. Ratios are printed, not asserted."""

import tracemalloc
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from backprop_core import Experiment, Network, ensemble, run, trace, train
from backprop_core.threads import one_blas_thread

LAYERS, WIDTH, BATCH = 50, 256, 256


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    def show(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}")  # noqa: T201

    return show


def seconds(f: Callable[[], Any]) -> float:
    start = perf_counter()
    f()
    return perf_counter() - start


def test_forward_and_backward(benchmark: Any, say: Callable[[str], None]) -> None:
    rng = np.random.default_rng(0)
    weights = tuple(4 / np.sqrt(WIDTH) * rng.standard_normal((WIDTH, WIDTH)) for _ in range(LAYERS))
    network = Network(weights, (np.zeros(WIDTH),) * LAYERS)
    x, y = rng.standard_normal((BATCH, WIDTH)), rng.integers(0, WIDTH, BATCH)
    outs = [np.empty((BATCH, WIDTH)), np.empty((BATCH, WIDTH)), np.empty((WIDTH, WIDTH))]

    def products() -> None:
        with one_blas_thread():
            for W in weights:
                np.matmul(x, W.T, out=outs[0])
                np.matmul(x, W, out=outs[1])
                np.matmul(x.T, x, out=outs[2])

    def ours() -> None:
        trace(network, x, y)

    # Turn about, so that whatever else the machine does slows both alike.
    pairs = [(seconds(products), seconds(ours)) for _ in range(15)]
    bare, full = (min(times) for times in zip(*pairs, strict=True))
    benchmark.pedantic(ours, rounds=10, warmup_rounds=2)
    say(
        f"{LAYERS} layers x {WIDTH}, batch {BATCH}: {full / bare:.2f} times the bare products "
        f"({1e3 * full:.0f} ms against {1e3 * bare:.0f} ms; target 1.6)"
    )


def test_ensemble_of_200(benchmark: Any, say: Callable[[str], None]) -> None:
    experiment = Experiment()
    run(experiment)
    benchmark.pedantic(ensemble, args=(experiment,), kwargs={"seeds": 200}, rounds=3)
    tracemalloc.start()
    ensemble(experiment, seeds=200)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    say(f"ensemble of 200: peak {peak / 2**20:.0f} MB (target: 256 MB, 2 s)")


def test_trace_of_the_default(benchmark: Any) -> None:
    benchmark(run, Experiment())


def test_training_of_the_default(benchmark: Any) -> None:
    benchmark.pedantic(train, args=(Experiment(),), rounds=3)
