"""Remedies for networks of a configuration: followed, each ends its finding and lowers the loss."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from backprop_core import Experiment, diagnose, run, train
from backprop_core.diagnosis.symptoms.updates import TRAINED, UNEVEN
from tests.selection import quick_cases

Settings = Mapping[str, object]

BASE: dict[str, object] = {
    "data.samples": 200,
    "training.epochs": 10,
    "network.output": "softmax",
    "network.depth": 3,
}
DEEP = BASE | {"network.depth": 7}
RELU = DEEP | {"network.activation": "relu", "network.init": "he"}
SHALLOW = {"network.depth": 2}

REMEDIES: dict[str, tuple[str, Settings, Settings, str]] = {
    # The kind of the finding, the experiment, what its remedy asks for, and a word of it.
    "centre": (
        "off_centre",
        BASE | {"data.shift": 3.0, "data.standardize": False},
        {"data.standardize": True},
        "data.standardize = true",
    ),
    "scale": (
        "off_scale",
        BASE | {"data.scale": 16.0, "data.standardize": False},
        {"data.standardize": True},
        "data.standardize = true",
    ),
    "gain": ("saturated", BASE | {"network.gain": 30.0}, {"network.gain": 1.0}, "network.gain"),
    "tanh": (
        "vanishing",
        DEEP,
        {"network.activation": "tanh", "network.init": "xavier"},
        "tanh with Xavier",
    ),
    "relu": (
        "vanishing",
        DEEP,
        {"network.activation": "relu", "network.init": "he"},
        "ReLU with He",
    ),
    "layers": ("vanishing", DEEP, SHALLOW, "fewer layers"),
    "larger": (
        "vanishing",
        DEEP | {"network.activation": "tanh", "network.gain": 0.4},
        {"network.gain": 1.0},
        "larger weights (network.gain",
    ),
    "smaller": (
        "exploding",
        RELU | {"network.gain": 2.0, "training.learning_rate": 0.03},
        {"network.gain": 1.0},
        "smaller weights",
    ),
    "random": (
        "identical_units",
        BASE | {"network.init": "constant"},
        {"network.init": "xavier"},
        "network.init",
    ),
    "raise": (
        "small_updates",
        BASE | {"training.learning_rate": 1e-5},
        {"training.learning_rate": 0.1},
        "Raise the learning rate",
    ),
    "lower": (
        "saturated",
        BASE | {"training.learning_rate": 30.0},
        {"training.learning_rate": 1.0},
        TRAINED,
    ),
    "revive": (
        "dead",
        RELU | {"network.depth": 3, "training.learning_rate": 2.0},
        {"training.learning_rate": 0.1},
        TRAINED,
    ),
}


@pytest.mark.parametrize("name", quick_cases(list(REMEDIES), "gain"))
def test_a_remedy_that_is_named_helps(name: str) -> None:
    kind, settings, remedy, words = REMEDIES[name]
    broken = Experiment().override(settings)
    mended = broken.override(remedy)
    before, after = train(broken), train(mended)
    (finding,) = (each for each in diagnose(run(broken), before) if each.kind == kind)
    assert words in finding.remedy
    assert kind not in diagnose(run(mended), after).kinds
    assert after.loss[-1] < before.loss[-1]


def test_no_single_rate_is_asked_for_where_layers_differ_by_orders() -> None:
    deep = Experiment().override(DEEP | {"network.depth": 9, "training.learning_rate": 1e-6})
    (finding,) = (each for each in diagnose(run(deep), train(deep)) if each.kind == "small_updates")
    # All layers are slow, and still the first would take a rate that the last cannot bear.
    assert finding.layers == tuple(range(1, 10))
    assert finding.remedy == UNEVEN


def test_large_steps_by_which_a_network_learns_are_no_fault() -> None:
    fast = Experiment().override(BASE | {"network.depth": 2})
    history = train(fast)
    assert (history.update_to_weight > 0.01).any()
    assert history.loss[-1] < 0.1 * history.loss[0]
    assert "large_updates" not in diagnose(run(fast), history).kinds
