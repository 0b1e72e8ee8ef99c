"""Measure one experiment over many seeds, because a single draw may be untypical."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray, lock
from backprop_core.data.resolved import Resolved, resolve
from backprop_core.errors import InputError
from backprop_core.experiment.model import Experiment
from backprop_core.measures.stack import Measures, measure, members_a_chunk, stacked
from backprop_core.passes.first_pass import draw
from backprop_core.passes.losses import comparison, targets
from backprop_core.passes.trace import checked_input
from backprop_core.threads import one_blas_thread

# Each worker holds a chunk of networks, so this bounds the memory on machines with many cores.
_MOST_WORKERS = 4


@dataclass(frozen=True)
class Ensemble:
    """Measurements over seeds; arrays are read-only.

    Attributes
    ----------
    seeds
        (seeds,), the seeds that were used.
    log10_signal
        (seeds, L), decimal logarithms of the signal; -inf where it is exactly zero.
    log10_dW
        (seeds, L), decimal logarithms of the norm of dW.
    loss
        (seeds,), the mean loss.
    """

    seeds: NDArray[np.int64]
    log10_signal: FloatArray
    log10_dW: FloatArray
    loss: FloatArray

    def percentile(self, p: float, kind: str = "signal") -> NDArray[np.float64]:
        """Return a percentile over the seeds of each layer's decimal logarithm, (L,).

        Parameters
        ----------
        p
            0..100; 50 is the median.
        kind
            "signal" or "dW".

        Raises
        ------
        InputError
            For another kind, or p out of range.
        """
        allowed = {"signal": self.log10_signal, "dW": self.log10_dW}
        if kind not in allowed or not 0 <= p <= 100:
            raise InputError(f"percentile: got {p}, {kind!r}; allowed: 0..100 of {list(allowed)}")
        with np.errstate(invalid="ignore"):
            between = np.percentile(allowed[kind], p, axis=0)
        below = np.percentile(allowed[kind], p, axis=0, method="lower")
        # A percentile between -inf and a number is -inf, but interpolation gives nan.
        return np.where(np.isneginf(below), below, between)


def ensemble(experiment: Experiment | Resolved, seeds: int = 200) -> Ensemble:
    """Pass the data of an experiment through networks with differently seeded weights.

    Parameters
    ----------
    experiment
        The experiment; its own network is the first member.
    seeds
        Number of networks. Weights are drawn from seed, seed + 1, ...; the data are the same.

    Raises
    ------
    InputError
        If seeds is less than 1, or the data cannot be used.
    NumericalError
        If NaN or infinity arises in any member.
    """
    if seeds < 1:
        raise InputError(f"seeds: got {seeds}; allowed: 1 or more")
    resolved = resolve(experiment)
    settings, data, widths = resolved.experiment, resolved.data, resolved.widths
    numbers = np.arange(settings.seed, settings.seed + seeds)
    size = members_a_chunk(widths, len(data.x), data.x.itemsize)
    chunks = np.array_split(numbers, -(-seeds // size))
    loss, dtype = settings.network.loss, np.dtype(settings.dtype)
    x, wanted = checked_input(data.x, widths[0], dtype), targets(data.y, widths[-1], loss, dtype)
    compare = comparison(settings.network.output, loss)

    def passed(chunk: NDArray[np.int64]) -> Measures:
        network = stacked([draw(settings, widths, int(seed)) for seed in chunk])
        return measure(network, x, data.y, wanted, compare)

    with one_blas_thread(), ThreadPoolExecutor(min(_MOST_WORKERS, cpu_count() or 1)) as pool:
        measures = Measures.joined(list(pool.map(passed, chunks)))
    return Ensemble(
        lock(numbers), lock(measures.log10_signal), lock(measures.log10_dW), lock(measures.loss)
    )
