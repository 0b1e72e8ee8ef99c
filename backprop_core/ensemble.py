"""The same experiment over many seeds: one draw is an anecdote."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import lock
from backprop_core.errors import InputError
from backprop_core.losses import comparison, targets
from backprop_core.network import Network, backward, draw, forward
from backprop_core.threads import one_blas_thread
from backprop_core.trace import checked_input, compare_output, norms_by_kind, output_delta

if TYPE_CHECKING:
    from backprop_core.arrays import FloatArray, IntArray
    from backprop_core.config import Experiment

# Each worker holds a chunk of networks: memory is bounded whatever the machine.
_MOST_WORKERS = 4
# Networks that are passed through together: as many as keep one layer of them in the cache.
_CHUNK_BYTES = 2**20


@dataclass(frozen=True)
class Ensemble:
    """Measurements over seeds; arrays are read-only.

    Attributes
    ----------
    seeds
        (seeds,), those that were used.
    log10_signal
        (seeds, L), decimal logarithms of the signal; -inf where it is exactly zero.
    log10_dW
        (seeds, L), the same of the norm of dW.
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
        # Anything between -inf and a number is -inf; interpolation makes it nan.
        return np.where(np.isneginf(below), below, between)


def ensemble(experiment: Experiment, seeds: int = 200) -> Ensemble:
    """Pass the same data through the same experiment with other weights.

    Parameters
    ----------
    experiment
        The first member is this experiment itself.
    seeds
        How many: the weights are drawn from seed, seed + 1, ...; the data are loaded once.

    Raises
    ------
    InputError
        If seeds is less than 1, or the data cannot be used.
    NumericalError
        If NaN or infinity arises in any member.
    """
    from backprop_core.datasets import layer_widths, load_data

    if seeds < 1:
        raise InputError(f"seeds: got {seeds}; allowed: 1 or more")
    data, widths = load_data(experiment), layer_widths(experiment)
    numbers = np.arange(experiment.seed, experiment.seed + seeds)
    largest = len(data.x) * max(widths) * data.x.itemsize
    chunks = np.array_split(numbers, -(-seeds // max(1, _CHUNK_BYTES // largest)))
    with one_blas_thread(), ThreadPoolExecutor(min(_MOST_WORKERS, cpu_count() or 1)) as pool:
        parts = pool.map(lambda chunk: _measure(experiment, widths, chunk, data.x, data.y), chunks)
    signal, dW, loss = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Ensemble(lock(numbers), lock(signal), lock(dW), lock(loss))


def _measure(
    experiment: Experiment,
    widths: tuple[int, ...],
    seeds: NDArray[np.int64],
    x: FloatArray,
    y: IntArray | FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log10 of signal and dW, (seeds, L) each, and the losses, (seeds,)."""
    network = _stack([draw(experiment, widths, int(seed)) for seed in seeds])
    loss = experiment.network.loss
    wanted = targets(y, widths[-1], loss, network.dtype)
    passed = forward(network, checked_input(network, x))
    compared = compare_output(network, passed, comparison(network.output, loss), wanted)
    norms = norms_by_kind(backward(network, passed, output_delta(network, passed, compared)))
    losses = compared.loss.mean(axis=-1, dtype=np.float64)
    return norms["signal"].log10(), norms["dW"].log10(), losses


def _stack(members: list[Network]) -> Network:
    """Return networks of the same shape as one, with a leading axis that counts them."""
    first = members[0]
    return Network(
        weights=tuple(map(lock, map(np.stack, zip(*(m.weights for m in members), strict=True)))),
        biases=tuple(map(lock, map(np.stack, zip(*(m.biases for m in members), strict=True)))),
        activation=first.activation,
        output=first.output,
    )
