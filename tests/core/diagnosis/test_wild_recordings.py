"""Any recording that is valid can be diagnosed, whatever its numbers are."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backprop_core.diagnosis.diagnose import diagnose
from backprop_core.recording import Recording
from backprop_core.recording.contents import BIRTHPLACES, COUNTS, SHARES, Born
from tests.core.diagnosis.training_loop import Loop
from tests.selection import quick_cases

ENDS = [0, 1, 5e-324, 1e-300, 1e308, 1.7e308, 1e-40, 3.3]
AFTER = [None, (0,), (1,), (2,), (3,), (0, 1), ()]
FUNCTIONS = [None, "relu", "tanh", "gelu", "leaky_relu(0.2)"]


def wild(seed: int) -> Recording:
    """Return a valid recording of numbers at the ends of floats, with some facts known."""
    rng = np.random.default_rng(seed)
    base, _ = Loop().train()
    passes, depth = base.passes, base.depth

    def numbers(*shape: int) -> np.ndarray:
        return np.where(rng.random(shape) < 0.5, rng.choice(ENDS, shape), rng.random(shape))

    def some(facts: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in facts.items() if rng.random() < 0.5}

    norms = {kind: numbers(passes, depth) for kind in ("dW", "W", "update", "step_dW", "held")}
    shares = {kind: np.minimum(numbers(passes, depth), 1) for kind in SHARES}
    layers = [
        replace(
            layer,
            after=AFTER[rng.integers(len(AFTER))],
            activation=FUNCTIONS[rng.integers(len(FUNCTIONS))],
        )
        for layer in base.layers
    ]
    facts: dict[str, Any] = {
        "loss": numbers(passes) * rng.choice([-1, 1], passes),
        "received": rng.integers(0, 4, (passes, depth)),
        "rate": numbers(passes, depth),
        "loss_scale": numbers(passes) + 1e-3,
        "own_steps": int(rng.integers(2)),
        "other_steps": int(rng.integers(2)),
        "snapshots": None,
        "weights": None,
        "born": Born(3, str(rng.choice(BIRTHPLACES)), "2"),
    }
    known = some(facts)
    return replace(
        base,
        norms={"signal": numbers(passes, depth)} | some(norms),
        shares=shares | {"largest": numbers(passes, depth)},
        counts=some({kind: rng.integers(0, 3, passes) for kind in COUNTS}),
        layers=tuple(layers),
        ended="step 3: so" if "born" in known else None,
        **known,
    )


@pytest.mark.parametrize("first", quick_cases(range(0, 500, 25), 0))
def test_a_wild_recording_is_diagnosed(first: int) -> None:
    for seed in range(first, first + 25):
        recording = wild(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            diagnosis = diagnose(recording)
        for finding in diagnosis:
            assert np.isfinite([finding.value, finding.threshold]).all()
            assert set(finding.layers) <= set(range(recording.depth + 1))
            for line in (finding.words, finding.remedy):
                assert line.endswith(".")
                assert "\n" not in line
                assert not {"nan", "inf"} & set(line.replace(":", "").split())
