"""Training runs of networks of one shape, side by side, each with its own data, order and rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import FloatArray, lock
from backprop_core.data.datasets import Data
from backprop_core.data.resolved import Resolved, data_of, experiment_of, widths_of
from backprop_core.errors import InputError, NumericalError
from backprop_core.experiment.model import Experiment
from backprop_core.measures.stack import Measures, measure, members_a_chunk, stacked
from backprop_core.passes.first_pass import draw
from backprop_core.passes.losses import comparison, targets
from backprop_core.passes.network import Network
from backprop_core.passes.trace import checked_input
from backprop_core.training.descent import Descent
from backprop_core.training.held_out import judge
from backprop_core.training.history import History


class Runs:
    """Experiments of one shape that are trained together; those that diverge drop out.

    Parameters
    ----------
    experiments
        Experiments that agree in widths, dtype, activation, output, loss, examples, epochs and
        batch size.
    watch
        Called for each measured network with its index among the experiments, the epoch and the
        network.
    starts
        The networks to start from; None draws them as the experiments say.

    Raises
    ------
    InputError
        If the data of an experiment cannot be used, or a start does not fit its experiment.
    """

    def __init__(
        self,
        experiments: Sequence[Experiment | Resolved],
        watch: Callable[[int, int, Network], None],
        starts: Sequence[Network] | None = None,
    ) -> None:
        settings = [experiment_of(each) for each in experiments]
        first = settings[0]
        self._experiments, self._watch = settings, watch
        self._outcomes: list[NumericalError | None] = [None] * len(experiments)
        self._rows: list[list[Measures]] = [[] for _ in experiments]
        self._ratios: list[list[NDArray[np.float64]]] = [[] for _ in experiments]
        self._orders = [np.random.default_rng((e.seed, 2)) for e in settings]
        self._samples = _Samples(experiments)
        self._compare = comparison(first.network.output, first.network.loss)
        self._alive = list(range(len(experiments)))
        self._descend_from(
            [draw(e, self._samples.widths, e.seed) for e in settings]
            if starts is None
            else [
                _fitting(n, e, self._samples.widths) for n, e in zip(starts, settings, strict=True)
            ]
        )

    def train(self, every: int | None) -> list[History | NumericalError]:
        """Train all experiments; see `backprop_core.training.sgd.train_many`."""
        training = self._experiments[0].training
        last = training.epochs
        self._measure(0)
        measured = [0]
        for epoch in range(1, last + 1):
            if not self._alive:
                break
            self._epoch(epoch, training.batch_size)
            if epoch == last or (every is not None and epoch % every == 0):
                self._measure(epoch)
                measured.append(epoch)
        return [self._outcome(i, measured) for i in range(len(self._experiments))]

    def _descend_from(self, networks: Sequence[Network]) -> None:
        rates = [self._experiments[i].training.learning_rate for i in self._alive]
        self._descent = Descent(networks, self._compare, rates)

    def _epoch(self, epoch: int, batch_size: int) -> None:
        samples = self._samples
        order = np.stack([self._orders[i].permutation(samples.examples) for i in self._alive])
        which = samples.which[self._alive][:, None]
        ratios = []
        for start in range(0, samples.examples, batch_size):
            batch = (which, order[:, start : start + batch_size])
            ratios.append(self._descent.step(samples.x[batch], samples.wanted[batch]))
        mean = np.mean(ratios, axis=0)
        for place, i in enumerate(self._alive):
            self._ratios[i].append(mean[place])
        cause = "gradient step: not finite; likely cause: weights too large (gain)"
        for place, layer in self._descent.failed.items():
            error = NumericalError(f"layer {layer}, {cause}")
            self._outcomes[self._alive[place]] = _diverged(epoch, error)
        self._drop()

    def _drop(self) -> None:
        """Remove the members that diverged."""
        places = [p for p, i in enumerate(self._alive) if self._outcomes[i] is None]
        if len(places) < len(self._alive):
            networks = [self._descent.network(p) for p in places]
            self._alive = [self._alive[p] for p in places]
            if networks:
                self._descend_from(networks)

    def _measure(self, epoch: int) -> None:
        samples = self._samples
        size = members_a_chunk(samples.widths, samples.examples, samples.x.itemsize)
        places = range(len(self._alive))
        for start in range(0, len(places), size):
            self._measure_some(places[start : start + size], epoch)
        self._drop()

    def _measure_some(self, places: Sequence[int], epoch: int) -> None:
        members = [self._alive[p] for p in places]
        networks = [self._descent.network(p) for p in places]
        try:
            passed = measure(stacked(networks), *self._samples.of(members), self._compare)
        except NumericalError as error:
            if len(places) > 1:
                # A member diverged: measure each by itself to find it, and keep the others.
                for place in places:
                    self._measure_some([place], epoch)
            else:
                self._outcomes[members[0]] = _diverged(epoch, error)
            return
        for row, i in enumerate(members):
            self._rows[i].append(passed.member(row))
            self._watch(i, epoch, networks[row])

    def _outcome(self, i: int, measured: Sequence[int]) -> History | NumericalError:
        error = self._outcomes[i]
        if error is not None:
            return error
        rows = Measures.joined(self._rows[i])
        scores = rows.right.mean(axis=-1) if rows.right.size else None
        network = self._descent.network(self._alive.index(i))
        loss = self._experiments[i].network.loss
        return History(
            measured=lock(np.array(measured)),
            loss=lock(rows.loss),
            accuracy=None if scores is None else lock(scores),
            log10_signal=lock(rows.log10_signal),
            log10_dW=lock(rows.log10_dW),
            update_to_weight=lock(np.stack(self._ratios[i])),
            saturated=lock(rows.saturated),
            dead=lock(rows.dead),
            network=network,
            held_out=judge(network, self._samples.data(i), self._compare, loss),
        )


class _Samples:
    """The data of experiments of one shape; data sets that are the same are kept once.

    Attributes
    ----------
    x, y, wanted
        (sets, examples, n_0), (sets, examples, ...) and (sets, examples, n_L).
    which
        (S,), index of the data set of each experiment.
    widths
        Units of every layer, the input first.
    """

    def __init__(self, experiments: Sequence[Experiment | Resolved]) -> None:
        settings = [experiment_of(each) for each in experiments]
        first = settings[0]
        self.widths = widths_of(experiments[0])
        keys = [_data_key(each) for each in experiments]
        places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        self.which = np.array([places[key] for key in keys])
        self._sets = sets = [data_of(experiments[keys.index(key)]) for key in places]
        dtype, loss = np.dtype(first.dtype), first.network.loss
        self.x = np.stack([checked_input(data.x, self.widths[0], dtype) for data in sets])
        self.y = np.stack([data.y for data in sets])
        self.wanted = np.stack([targets(data.y, self.widths[-1], loss, dtype) for data in sets])

    @property
    def examples(self) -> int:
        """Number of examples."""
        return int(self.x.shape[1])

    def data(self, member: int) -> Data:
        """Return the data set of an experiment."""
        return self._sets[int(self.which[member])]

    def of(self, members: Sequence[int]) -> tuple[FloatArray, Any, FloatArray]:
        """Return x, y and targets of these experiments; a shared set has no leading axis."""
        which = self.which[list(members)]
        place = which[0] if (which == which[0]).all() else which
        return self.x[place], self.y[place], self.wanted[place]


def _data_key(experiment: Experiment | Resolved) -> tuple[object, ...]:
    """Return what tells data sets apart: the settings that make them, or the arrays that came."""
    if isinstance(experiment, Resolved):
        return id(experiment.data.x), id(experiment.data.y)
    return experiment.seed, experiment.data.model_dump_json()


def _fitting(start: Network, experiment: Experiment, widths: Sequence[int]) -> Network:
    settings = experiment.network
    kind = (tuple(widths), experiment.dtype, settings.activation, settings.output)
    got = (start.widths, start.dtype.name, start.activation, start.output)
    if got != kind:
        raise InputError(f"starts: got {got}; allowed, as in the experiment: {kind}")
    return start


def _diverged(epoch: int, error: NumericalError) -> NumericalError:
    if epoch == 0:
        return error
    return NumericalError(f"epoch {epoch}, {error}; or the learning rate")
