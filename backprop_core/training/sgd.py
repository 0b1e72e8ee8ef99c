"""Plain stochastic gradient descent, of one network or of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from os import cpu_count
from typing import Any, TypeAlias

import numpy as np

from backprop_core.data.resolved import Resolved, experiment_of, widths_of
from backprop_core.errors import InputError, NumericalError
from backprop_core.experiment.model import Experiment
from backprop_core.passes.network import Network
from backprop_core.passes.trace import Trace
from backprop_core.threads import one_blas_thread
from backprop_core.training.history import History
from backprop_core.training.runs import Runs

# Most networks in one stack: enough to hide the overhead of calls, few enough for the cache.
_MOST_TOGETHER = 16
_MOST_WORKERS = 4
# Numbers in the largest array of a stack from which threads pay. Below that they wait for the
# interpreter: two threads took half as long again as one.
_WORTH_THREADS = 8000

Watch: TypeAlias = Callable[[int, int, Network], None]
"""Function of the index of an experiment, the epoch, and the network after that epoch."""


def train(experiment: Experiment | Resolved) -> History:
    """Train the network of an experiment by plain stochastic gradient descent.

    Each step subtracts learning_rate times the gradient of the mean loss over a minibatch. Every
    epoch takes the examples in a new order; its last minibatch may be smaller.

    Raises
    ------
    InputError
        If the data cannot be used.
    NumericalError
        If training diverges; the message names epoch, layer and likely cause.
    """
    (outcome,) = train_many((experiment,))
    if isinstance(outcome, NumericalError):
        raise outcome
    return outcome


def train_many(
    experiments: Sequence[Experiment | Resolved],
    every: int | None = 1,
    watch: Watch | None = None,
    starts: Sequence[Network] | None = None,
) -> tuple[History | NumericalError, ...]:
    """Train many experiments; those of one shape share a stack, and large ones use all cores.

    Parameters
    ----------
    experiments
        The experiments. Films pass one experiment with many seeds, gains or learning rates.
    every
        Number of epochs between measurements; the last epoch is always measured. None measures
        only before and after training.
    watch
        Called at each measurement, for values that a `History` does not keep. Calls for one
        experiment come in the order of the epochs; several experiments call from several threads.
    starts
        The network that each experiment starts from, of its shape, dtype and activations; None
        draws them.

    Returns
    -------
    For each experiment its history, bit for bit the one that `train` returns, or the error with
    which it diverged.

    Raises
    ------
    InputError
        If the data of an experiment cannot be used, `every` is below 1, or a start does not fit.
    """
    if every is not None and every < 1:
        raise InputError(f"every: got {every}; allowed: 1 or more, or None")
    if starts is not None and len(starts) != len(experiments):
        raise InputError(f"starts: got {len(starts)}; allowed: one each, {len(experiments)}")
    groups: dict[Any, list[int]] = {}
    for number, experiment in enumerate(experiments):
        groups.setdefault(_shape(experiment), []).append(number)
    workers = max(_workers(shape, len(group)) for shape, group in groups.items()) if groups else 1
    chunks = [
        part.tolist()
        for group in groups.values()
        for part in np.array_split(group, _parts(len(group), workers))
    ]

    def run(chunk: list[int]) -> list[History | NumericalError]:
        def watching(member: int, epoch: int, network: Network) -> None:
            if watch is not None:
                watch(chunk[member], epoch, network)

        begin = None if starts is None else [starts[i] for i in chunk]
        return Runs([experiments[i] for i in chunk], watching, begin).train(every)

    def run_here(chunk: list[int]) -> list[History | NumericalError]:
        # A data file that is held here is held in the threads, too.
        return context.copy().run(run, chunk)

    context = copy_context()
    outcomes: dict[int, History | NumericalError] = {}
    with one_blas_thread(), ThreadPoolExecutor(workers) as pool:
        runs = pool.map(run_here, chunks)
        for chunk, outcome in zip(chunks, runs, strict=True):
            outcomes.update(zip(chunk, outcome, strict=True))
    return tuple(outcomes[number] for number in range(len(experiments)))


def step(trace: Trace, learning_rate: float) -> Network:
    """Return the network after one step of gradient descent on all examples of its trace.

    Raises
    ------
    NumericalError
        If a weight leaves the range of floats.
    """
    network = trace.network
    with np.errstate(over="ignore", invalid="ignore"):
        weights = tuple(
            W - W.dtype.type(learning_rate) * dW
            for W, dW in zip(network.weights, trace.dW, strict=True)
        )
        biases = tuple(
            b - b.dtype.type(learning_rate) * db
            for b, db in zip(network.biases, trace.db, strict=True)
        )
    for layer, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
        if not (np.isfinite(W).all() and np.isfinite(b).all()):
            raise NumericalError(
                f"layer {layer}, gradient step: not finite; likely cause: the learning rate"
            )
    return replace(network, weights=weights, biases=biases)


def _workers(shape: tuple[Any, ...], members: int) -> int:
    """Return the number of threads that pay for a group of experiments of this `_shape`."""
    widths, batch_size = shape[0], shape[3][0]
    numbers = min(members, _MOST_TOGETHER) * batch_size * max(widths[1:])
    return min(_MOST_WORKERS, cpu_count() or 1) if numbers >= _WORTH_THREADS else 1


def _parts(members: int, workers: int) -> int:
    """Return the number of stacks to split a group into, a multiple of the number of workers."""
    least = -(-members // _MOST_TOGETHER)
    return min(members, -(-least // workers) * workers)


def _shape(experiment: Experiment | Resolved) -> tuple[Any, ...]:
    """Return the settings in which experiments must agree to be trained together."""
    settings = experiment_of(experiment)
    network, training = settings.network, settings.training
    return (
        widths_of(experiment),
        settings.dtype,
        (network.activation, network.output, network.loss),
        (training.batch_size, training.epochs),
        settings.data.samples,
        (settings.data.name, settings.data.path, settings.data.target, settings.data.held_out),
    )
