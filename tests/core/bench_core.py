"""Speed and memory of the core: a part of `make bench`, or `python -m tests.core.bench_core`.

What stands in a row was measured in turns with a trace, in one run, so that whatever else the
machine does slows both alike. Ratios are printed, not asserted.
"""

import importlib
import importlib.util
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import autograd.numpy as anp
import click
import numpy as np
from autograd import value_and_grad

from backprop_core import Experiment, Network, Trace, ensemble, run, trace, train
from backprop_core.textbook import backward, forward, output_delta
from backprop_core.threads import one_blas_thread
from tests.bench.measuring import Table, in_turns, ratio, seconds

CASES = ((50, 256, 256), (1000, 32, 32))
"""Layers, width, batch."""

Work = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """A deep sigmoid network and a batch for it.

    At 50 layers the gradient falls to 1e-10, at 1000 to 1e-215, which takes exponents.
    """

    network: Network
    x: np.ndarray
    y: np.ndarray

    @classmethod
    def of(cls, layers: int, width: int, batch: int) -> "Case":
        rng = np.random.default_rng(0)
        scale = 4 / np.sqrt(width)
        weights = tuple(scale * rng.standard_normal((width, width)) for _ in range(layers))
        network = Network(weights, (np.zeros(width),) * layers)
        return cls(network, rng.standard_normal((batch, width)), rng.integers(0, width, batch))

    def trace(self) -> Trace:
        return trace(self.network, self.x, self.y)

    def products(self) -> Work:
        """Return the products of one pass: those of a trace, with its very arrays."""
        t = self.trace()
        layers = list(zip(t.network.weights, t.a[:-1], t.delta, strict=True))

        def bare() -> None:
            with one_blas_thread():
                for W, a, _ in layers:
                    a @ W.T
                for W, a, delta in reversed(layers):
                    delta.T @ a
                    delta @ W

        return bare

    def kept(self) -> Work:
        """Return the same products, of which what a trace keeps is kept: z and dW."""
        t = self.trace()
        layers = list(zip(t.network.weights, t.a[:-1], t.delta, strict=True))

        def bare() -> object:
            with one_blas_thread():
                z = [a @ W.T for W, a, _ in layers]
                return z, [(delta.T @ a, delta @ W)[0] for W, a, delta in reversed(layers)]

        return bare

    def textbook(self) -> Work:
        """Return the pass of the textbook: slopes cancel, nothing is checked or measured."""
        wanted = np.eye(self.network.widths[-1])[self.y]

        def differentiate() -> object:
            with one_blas_thread():
                z, a = forward(self.network, self.x)
                delta = output_delta(self.network, z[-1], a[-1], wanted, "cross_entropy")
                return z, a, backward(self.network, z, a, delta)

        return differentiate

    def autograd(self) -> Work:
        """Return the pass of HIPS autograd, which checks and measures nothing."""
        wanted = np.eye(self.network.widths[-1])[self.y]

        def loss(parameters: list[Any]) -> Any:
            a, (*hidden, (W, b)) = self.x, parameters
            for V, c in hidden:
                a = 1 / (1 + anp.exp(-(anp.dot(a, V.T) + c)))
            z = anp.dot(a, W.T) + b
            return anp.sum(anp.logaddexp(0, z) - wanted * z) / len(z)

        both = value_and_grad(loss)
        parameters = list(zip(self.network.weights, self.network.biases, strict=True))

        def differentiate() -> object:
            with one_blas_thread():
                return both(parameters)

        return differentiate

    def torch(self) -> Work:
        """Return the pass of PyTorch, which checks and measures nothing."""
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        x = torch.tensor(self.x)
        wanted = torch.tensor(np.eye(self.network.widths[-1])[self.y])
        weights = [torch.tensor(W, requires_grad=True) for W in self.network.weights]
        biases = [torch.tensor(b, requires_grad=True) for b in self.network.biases]
        loss = torch.nn.functional.binary_cross_entropy_with_logits

        def differentiate() -> object:
            z = a = x
            for W, b in zip(weights, biases, strict=True):
                z = torch.nn.functional.linear(a, W, b)
                a = torch.sigmoid(z)
            mean = loss(z, wanted, reduction="sum") / len(x)
            return torch.autograd.grad(mean, weights + biases)

        return differentiate


def peak(work: Work) -> int:
    """Return the bytes that are held at once, what is returned included."""
    tracemalloc.start()
    try:
        kept = work()
        _, most = tracemalloc.get_traced_memory()
        del kept
    finally:
        tracemalloc.stop()
    return most


def passes(layers: int, width: int, batch: int, rounds: int) -> Iterator[tuple[str, str, str]]:
    case = Case.of(layers, width, batch)
    works = {
        f"trace of {layers} layers x {width}, batch {batch}": case.trace,
        "its bare matrix products": case.products(),
        "the products, with z and dW kept": case.kept(),
        "a loop in NumPy, nothing checked": case.textbook(),
        "HIPS autograd": case.autograd(),
    }
    if importlib.util.find_spec("torch"):
        works["PyTorch"] = case.torch()
    took = in_turns({name: partial(seconds, work) for name, work in works.items()}, rounds, 1)
    ours, *_ = took.values()
    for name, times in took.items():
        yield name, f"{1e3 * median(times):.0f} ms", f"{ratio(ours, times):.2f}"
    if "PyTorch" not in works:
        yield "PyTorch", "not installed", ""


def memory(layers: int, width: int, batch: int) -> tuple[str, str, str]:
    case = Case.of(layers, width, batch)
    t = case.trace()
    kept = sum(array.nbytes for array in (*t.z, *t.a, *t.delta, *t.dW, *t.db))
    most = peak(case.trace)
    name = f"memory of a trace of {layers} layers x {width}, batch {batch}"
    return name, f"{most / 2**20:.1f} MiB", f"{most / kept:.2f} of its arrays"


def whole(rounds: int) -> Iterator[tuple[str, str, str]]:
    """Yield what films begin with: the default experiment."""
    experiment = Experiment()
    works: dict[str, Work] = {
        "run of the default experiment": lambda: run(experiment),
        "its training": lambda: train(experiment),
        "200 seeds of it": lambda: ensemble(experiment, seeds=200),
    }
    took = in_turns({name: partial(seconds, work) for name, work in works.items()}, rounds, 1)
    for name, times in took.items():
        yield name, f"{1e3 * median(times):.0f} ms", ""
    most = peak(works["200 seeds of it"])
    yield "memory of 200 seeds", f"{most / 2**20:.0f} MiB", ""


def rows(rounds: int) -> Iterator[tuple[str, str, str]]:
    """Yield what was measured, the median of it, and the ratio of a trace to it."""
    for case in CASES:
        yield from passes(*case, rounds)
    for layers in (100, 200, 400):
        yield memory(layers, 32, 32)
    yield from whole(max(1, rounds // 3))


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=9, show_default=True)
def main(rounds: int) -> None:
    """Print the table."""
    table = Table("what", "median", "a trace / it")
    for row in rows(rounds):
        table.row(*row)


if __name__ == "__main__":
    main()
