"""An experiment is resolved once and passed on, so that its data are not loaded again."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backprop_core import (
    Experiment,
    InputError,
    Resolved,
    ensemble,
    initialize,
    layer_widths,
    load_data,
    mean_field,
    resolve,
    run,
    train,
    train_many,
)
from backprop_core.budget import affordable_seeds, epoch_seconds, fewer_epochs, orthogonal_seconds
from backprop_core.data import resolved as module

SMALL = Experiment(
    network={"depth": 3, "width": 6}, data={"samples": 40}, training={"epochs": 2}, seed=4
)

COMPUTED: dict[str, Callable[[Experiment | Resolved], list[np.ndarray]]] = {
    "initialize": lambda e: [*initialize(e).weights],
    "run": lambda e: [*run(e).dW],
    "mean_field": lambda e: [mean_field(e, np.ones((3, 64))).q],
    "ensemble": lambda e: [ensemble(e, 3).log10_signal],
    "train": lambda e: [*train(e).network.weights],
    "train_many": lambda e: [outcome.loss for outcome in train_many([e, SMALL, e])],
    "budget": lambda e: [
        np.array([affordable_seeds(e, 0.01), epoch_seconds(e, 9), orthogonal_seconds(e)])
    ],
}


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Experiment]:
    """Record what is loaded."""
    seen: list[Experiment] = []

    def loading(experiment: Experiment):
        seen.append(experiment)
        return load_data(experiment)

    monkeypatch.setattr(module, "load_data", loading)
    return seen


@pytest.mark.parametrize("name", COMPUTED)
def test_a_resolved_experiment_gives_the_same_bits(name: str) -> None:
    compute = COMPUTED[name]
    for got, wanted in zip(compute(resolve(SMALL)), compute(SMALL), strict=True):
        np.testing.assert_array_equal(got, wanted)


def test_what_is_resolved_is_not_loaded_again(loads: list[Experiment]) -> None:
    resolved = resolve(SMALL)
    assert (resolved.experiment, resolved.widths) == (SMALL, layer_widths(SMALL))
    assert resolve(resolved) is resolved
    for name in sorted(set(COMPUTED) - {"train_many"}):
        COMPUTED[name](resolved)
    assert fewer_epochs(resolved, 60.0) == SMALL
    assert loads == [SMALL]


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"network.depth": 5}, 1),
        ({"training.epochs": 7}, 1),
        ({"network.gain": 3.0}, 1),
        ({"seed": 5}, 2),
        ({"dtype": "float32"}, 2),
        ({"data.samples": 30}, 2),
        ({"data.scale": 2.0}, 2),
    ],
)
def test_data_are_taken_over_where_they_are_the_same(
    loads: list[Experiment], changes: dict[str, object], count: int
) -> None:
    first, other = resolve(SMALL), SMALL.override(changes)
    second = resolve(other, first)
    assert len(loads) == count
    assert (second.data is first.data) == (count == 1)
    assert second.widths == layer_widths(other)
    np.testing.assert_array_equal(second.data.x, load_data(other).x)


def test_a_loss_that_does_not_take_the_targets_is_refused_all_the_same(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", x=np.ones((4, 2)), y=np.full((4, 3), 2.0))
    data = {"name": "file", "path": str(tmp_path / "mine.npz")}
    fits = Experiment(data=data, network={"output": "identity", "loss": "quadratic"})
    with pytest.raises(InputError, match="allowed 0 to 1"):
        resolve(Experiment(data=data), resolve(fits))


def test_widths_that_do_not_fit_the_data_are_refused() -> None:
    with pytest.raises(InputError, match="got 63 inputs and 10 outputs; allowed 64 and 10"):
        resolve(Experiment(network={"widths": [63, 5, 10]}))
