"""Mistakes in a training loop: each is named first, and its remedy, followed, makes things better.

The loops compute in NumPy; `test_pytorch_mistakes.py` does the same with PyTorch.
"""

import re
from typing import Any

import numpy as np
import pytest

from backprop_core.diagnosis.diagnose import Diagnosis, diagnose
from backprop_core.diagnosis.finding import Finding
from tests.core.diagnosis.training_loop import Loop
from tests.selection import quick_cases

DEEP, WIDE = (6, *[12] * 8, 4), (6, *[24] * 8, 4)
RELU = Loop(widths=WIDE, activation="relu", rate=0.1)
OFF = Loop(activation="relu", bias=-0.8, epochs=300, every=30)
HE: dict[str, Any] = {"gain": 2.0**0.5}

MISTAKES: dict[str, tuple[str, Loop, dict[str, Any]]] = {
    # The kind of the finding, the loop, and what its remedy asks for.
    "no step": ("never_moved", Loop(steps=False), {"steps": True}),
    "rate 0": ("never_moved", Loop(rate=0.0), {"rate": 0.3}),
    "gradients pile up": ("piled_up", Loop(zeroes=False, rate=0.3), {"zeroes": True}),
    "two softmaxes": ("squashed_twice", Loop(model="softmax"), {"model": "logits"}),
    "a sigmoid, a softmax": ("squashed_twice", Loop(model="sigmoid"), {"model": "logits"}),
    "two sigmoids": (
        "squashed_twice",
        Loop(model="sigmoid", loss="sigmoid"),
        {"model": "logits"},
    ),
    "equal weights": ("identical_units", Loop(gain=None), {"gain": 1.0}),
    "large weights": ("saturated", Loop(gain=30.0), {"gain": 1.0}),
    "too large a rate": ("saturated", Loop(rate=5.0, epochs=60), {"rate": 0.3}),
    "sigmoids, for tanh": (
        "vanishing",
        Loop(widths=DEEP, activation="sigmoid"),
        {"activation": "tanh"},
    ),
    "sigmoids, for ReLU": (
        "vanishing",
        RELU.but(activation="sigmoid"),
        {"activation": "relu"} | HE,
    ),
    "sigmoids, for fewer layers": (
        "vanishing",
        Loop(widths=DEEP, activation="sigmoid"),
        {"widths": (6, 12, 4)},
    ),
    "small weights of tanh": ("vanishing", Loop(widths=DEEP, gain=0.4), {"gain": 1.0}),
    "small weights of ReLU": ("vanishing", RELU.but(gain=0.4), HE),
    "small weights of lines": (
        "vanishing",
        Loop(widths=DEEP, activation="identity", gain=0.4, rate=0.1),
        {"gain": 1.0},
    ),
    "ReLUs that are off, for biases": ("dead", OFF, {"bias": 0.0}),
    "ReLUs that are off, for a leak": ("dead", OFF, {"activation": "leaky_relu"}),
    "large weights of ReLU": ("exploding", RELU.but(gain=2.2, rate=0.03), HE),
    "numbers that overflow, for a rate": (
        "diverged",
        RELU.but(gain=3.0, rate=0.01),
        {"rate": 0.001},
    ),
    "numbers that overflow, for weights": ("diverged", RELU.but(gain=3.0, rate=0.01), HE),
    "a burst that is clipped": ("clipped", RELU.but(gain=6.0, clip=1.0), HE),
}


def found(diagnosis: Diagnosis, kind: str) -> Finding:
    (finding,) = (finding for finding in diagnosis if finding.kind == kind)
    return finding


QUICK = ("no step", "gradients pile up", "two softmaxes", "equal weights")


@pytest.mark.parametrize("name", quick_cases(MISTAKES, *QUICK))
def test_a_remedy_that_is_named_helps(name: str) -> None:
    kind, broken, remedy = MISTAKES[name]
    before, wrong = broken.train()
    after, right = broken.but(**remedy).train()
    assert kind in diagnose(before).kinds
    assert kind not in diagnose(after).kinds
    assert right > wrong or (right == wrong == 1 and after.loss[-1] < before.loss[-1])


@pytest.mark.parametrize("name", quick_cases(list(MISTAKES)[:7], *QUICK))
def test_a_mistake_of_the_program_comes_first(name: str) -> None:
    kind, broken, _ = MISTAKES[name]
    assert diagnose(broken.train()[0]).findings[0].kind == kind


def test_a_loop_without_mistakes_is_healthy() -> None:
    assert diagnose(Loop().train()[0]).healthy
    assert diagnose(Loop(loss="sigmoid").train()[0]).healthy


@pytest.mark.parametrize("rate", quick_cases([3e-5, 3e-4], 3e-4))
def test_the_factor_for_the_learning_rate_helps(rate: float) -> None:
    loop = Loop(rate=rate, activation="relu", gain=1.4)
    before, wrong = loop.train()
    remedy = found(diagnose(before), "small_updates").remedy
    (times,) = re.findall(r"^Multiply the learning rate by about ([\d.,]+)\.$", remedy)
    after, right = loop.but(rate=rate * float(times.replace(",", ""))).train()
    assert "small_updates" not in diagnose(after).kinds
    assert right > wrong


@pytest.mark.thorough
def test_the_scale_of_the_loss_helps_and_keeps_within_range() -> None:
    loop = Loop(floats="float16", scale=2e-5)
    before, _ = loop.train()
    remedy = found(diagnose(before), "lost").remedy
    (power,) = re.findall(r"^Multiply the loss by up to 2\^(\d+), keep weights in float32", remedy)
    assert 2.0 ** int(power) < np.finfo(np.float16).max
    after, _ = loop.but(scale=loop.scale * 2.0 ** int(power)).train()
    assert after.shares["zeros"].max() < 0.1 * before.shares["zeros"].max()
    assert after.loss[-1] / after.loss[0] < 0.8 * before.loss[-1] / before.loss[0]


def test_no_factor_is_named_where_none_suits_all_layers() -> None:
    deep = Loop(widths=DEEP, activation="sigmoid", rate=1e-4).train()[0]
    remedy = found(diagnose(deep), "small_updates").remedy
    assert "no single learning rate suits all layers" in remedy
    assert "Multiply" not in remedy
    # Nor where the first steps are healthy, and only those that follow are small.
    plateau = Loop(widths=DEEP, activation="sigmoid").train()[0]
    assert "At times, update:weight is" in found(diagnose(plateau), "small_updates").remedy


def test_what_follows_from_a_mistake_is_not_said() -> None:
    still = diagnose(Loop(steps=False).train()[0])
    assert still.kinds == {"never_moved", "flat"}
    assert "most likely as no weight moves" in still.findings[-1].words
    assert diagnose(Loop(zeroes=False).train()[0]).kinds == {"piled_up"}


@pytest.mark.thorough
def test_settings_of_a_configuration_are_not_named() -> None:
    for _, broken, _ in MISTAKES.values():
        for finding in diagnose(broken.train()[0]):
            assert not re.search(r"\b(network|data|training)\.|\(\)| ,|\( ", finding.remedy)


def test_units_that_only_biases_tell_apart_are_named() -> None:
    recording, _ = Loop(gain=None, epochs=1).train()
    assert recording.biases is not None
    object.__setattr__(
        recording, "biases", tuple(np.arange(len(b)) / 10.0 for b in recording.biases)
    )
    finding = found(diagnose(recording), "identical_units")
    assert "start with the same weights, and only biases tell them apart" in finding.words
