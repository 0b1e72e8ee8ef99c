"""Units in PyTorch that pass nothing on, of each function: named, and brought to life."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from backprop_core.diagnosis.diagnose import diagnose
from backprop_core.recording import Recording, record
from tests.selection import quick_cases

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-all installs it")
nn, F = torch.nn, torch.nn.functional

EXAMPLES, INPUTS, UNITS, CLASSES = 64, 8, 16, 3


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """Take one core."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Start(NamedTuple):
    """How a run starts: the biases of hidden layers, the mean of the inputs, the learning rate."""

    bias: float = 0.0
    mean: float = 0.0
    rate: float = 0.3

    def train(self, function: Any, hidden: int) -> Recording:
        """Train a network of Xavier's weights, and return its recording."""
        torch.manual_seed(0)
        parts: list[Any] = []
        for n in range(hidden):
            layer = nn.Linear(INPUTS if n == 0 else UNITS, UNITS)
            nn.init.xavier_normal_(layer.weight)
            nn.init.constant_(layer.bias, self.bias)
            parts += [layer, function()]
        model = nn.Sequential(*parts, nn.Linear(UNITS, CLASSES))
        x = torch.randn(EXAMPLES, INPUTS)
        y = (x @ torch.randn(INPUTS, CLASSES)).argmax(1)
        optimizer = torch.optim.SGD(model.parameters(), self.rate)
        with record(model, every=10) as recorder:
            for _ in range(150):
                optimizer.zero_grad()
                F.cross_entropy(model(x + self.mean), y).backward()
                optimizer.step()
        return recorder.recording


RUNS: dict[str, tuple[Any, int, Start, str, str]] = {
    # The function, the hidden layers, the start, the kind of the finding, and words of its remedy.
    "relu6 below 0, by biases": (nn.ReLU6, 3, Start(bias=-2.0), "dead", "biases near 0"),
    "relu6 above 6, by biases": (nn.ReLU6, 3, Start(bias=9.0), "dead", "between 0 and 6"),
    "relu6, by inputs": (nn.ReLU6, 3, Start(mean=20.0), "dead", "centre the inputs"),
    "hardtanh below -1": (nn.Hardtanh, 3, Start(bias=-3.0), "dead", "between -1 and 1"),
    "hardtanh above 1": (nn.Hardtanh, 3, Start(bias=3.0), "dead", "biases near 0"),
    "hardtanh, by inputs": (nn.Hardtanh, 3, Start(mean=20.0), "dead", "centre the inputs"),
    "hardsigmoid below -3": (nn.Hardsigmoid, 1, Start(bias=-6.0), "dead", "biases near 0"),
    "hardsigmoid above 3": (nn.Hardsigmoid, 1, Start(bias=6.0), "dead", "between -3 and 3"),
    "hardsigmoid, by inputs": (nn.Hardsigmoid, 1, Start(mean=20.0), "dead", "centre the inputs"),
    "hardswish, by biases": (nn.Hardswish, 3, Start(bias=-6.0), "dead", "above -3"),
    "hardswish, by inputs": (nn.Hardswish, 1, Start(mean=-40.0), "dead", "centre the inputs"),
    "hardtanh saturated by biases": (nn.Hardtanh, 3, Start(bias=3.0), "saturated", "near 0: with"),
    "tanh saturated by biases": (nn.Tanh, 3, Start(bias=3.0), "saturated", "near 0: without them"),
    "sigmoid saturated by biases": (nn.Sigmoid, 1, Start(bias=8.0), "saturated", "near 0: with"),
    "tanh saturated by inputs": (nn.Tanh, 3, Start(mean=20.0), "saturated", "standardise"),
}
LATE: dict[str, tuple[Any, int, float]] = {
    "relu6": (nn.ReLU6, 3, 5.0),
    "hardtanh": (nn.Hardtanh, 3, 5.0),
    "hardsigmoid": (nn.Hardsigmoid, 1, 60.0),
    "hardswish": (nn.Hardswish, 3, 5.0),
}


def lives(before: Recording, after: Recording, kind: str) -> None:
    """Check that fewer units are dead or saturated at both ends, and that the loss ends lower."""
    for row in (0, -1):
        assert after.shares[kind][row].sum() <= before.shares[kind][row].sum()
    assert after.shares[kind][-1].sum() < 0.6 * before.shares[kind][-1].sum()
    assert after.loss is not None
    assert before.loss is not None
    assert after.loss[-1] < 0.5 * before.loss[-1]


@pytest.mark.parametrize("name", quick_cases(RUNS, "hardtanh above 1"))
def test_units_come_to_life_by_the_remedy_that_is_named(name: str) -> None:
    function, hidden, start, kind, words = RUNS[name]
    before, after = start.train(function, hidden), Start().train(function, hidden)
    (finding,) = (each for each in diagnose(before) if each.kind == kind)
    assert words in finding.remedy
    assert finding.step == 0
    assert not {"dead", "saturated"} & diagnose(after).kinds
    lives(before, after, kind)


@pytest.mark.parametrize("name", quick_cases(LATE))
def test_units_that_die_in_training_live_at_a_lower_rate(name: str) -> None:
    function, hidden, rate = LATE[name]
    before, after = Start(rate=rate).train(function, hidden), Start().train(function, hidden)
    (finding,) = (each for each in diagnose(before) if each.kind == "dead")
    assert finding.remedy.startswith("Lower the learning rate")
    assert finding.step == 140
    lives(before, after, "dead")


@pytest.mark.thorough
def test_large_weights_are_not_put_down_to_biases() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(INPUTS, UNITS), nn.Tanh(), nn.Linear(UNITS, CLASSES))
    with torch.no_grad():
        model[0].weight *= 100
    with record(model) as recorder:
        model(torch.randn(EXAMPLES, INPUTS)).square().mean().backward()
    (finding,) = (each for each in diagnose(recorder.recording) if each.kind == "saturated")
    assert finding.remedy == "Draw smaller weights, and standardise the inputs."
    biases = recorder.recording.biases
    assert biases is not None
    assert np.abs(biases[0]).max() > 0
