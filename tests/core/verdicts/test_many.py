"""Hundreds of experiments: a second implementation judges every finding of `diagnose` again."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from backprop_core import (
    Experiment,
    History,
    InputError,
    NumericalError,
    Trace,
    diagnose,
    run,
    train,
)
from backprop_core.passes.losses import LEGAL_PAIRS, comparison, targets
from tests.selection import quick_cases

CASES = 700
DEPTHS = (2, 3, 4, 6, 9, 15, 40, 200, 1000, 2000)
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "identity")
INITS = ("normal", "uniform", "lecun", "xavier", "he", "orthogonal")
OWN = ("one_class", "lopsided", "contradictory", "one_example", "same_inputs", "targets")
JUDGED = {
    "vanishing",
    "exploding",
    "zero",
    "dead",
    "saturated",
    "constant_inputs",
    "contradictory_labels",
    "flat",
    "guessing",
    "small_updates",
    "large_updates",
}
"""The kinds that are judged again here; the others have tests of their own."""


def own_data(kind: str, path: Path) -> Path:
    """Write a data file of an odd kind."""
    rng = np.random.default_rng(7)
    x, y = rng.standard_normal((24, 3)), np.arange(24) % 2
    if kind == "one_class":
        y[:] = 0
    elif kind == "lopsided":
        y[:] = np.arange(24) == 5
    elif kind == "contradictory":
        x = x[:6].repeat(4, axis=0)
    elif kind == "one_example":
        x, y = x[:1], y[:1]
    elif kind == "same_inputs":
        x[:] = 1.5
    elif kind == "targets":
        y = rng.uniform(0.1, 0.9, (24, 2))
    np.savez(path, x=x, y=y)
    return path


def experiment_of(number: int, folder: Path) -> Experiment:
    """Draw an experiment, the same for the same number."""
    rng = np.random.default_rng((16, number))
    output, loss = LEGAL_PAIRS[rng.integers(len(LEGAL_PAIRS))]
    data: dict[str, Any] = {"name": str(rng.choice(["digits", "moons", "blobs", "noise"]))}
    data["samples"] = int(rng.choice([1, 2, 10, 30]))
    if rng.random() < 0.3:
        kind = str(rng.choice([kind for kind in OWN if loss != "hinge" or kind != "targets"]))
        data = {"name": "file", "path": str(own_data(kind, folder / f"{number}.npz"))}
    depth = int(rng.choice(DEPTHS))
    return Experiment(
        seed=number,
        dtype=str(rng.choice(["float64", "float64", "float32", "float16"])),
        network={
            "depth": depth,
            "width": int(rng.integers(1, 8)),
            "activation": str(rng.choice(ACTIVATIONS)),
            "init": str(rng.choice(INITS)),
            "gain": float(f"{10 ** rng.uniform(-2, 3):.3g}"),
            "bias_std": float(rng.choice([0.0, 0.0, 0.5])),
            "output": output,
            "loss": loss,
        },
        data=data | {"standardize": bool(rng.random() < 0.7)},
        training={
            "epochs": int(rng.choice([1, 6])) if depth < 100 else 1,
            "learning_rate": float(f"{10 ** rng.uniform(-6, 1.5):.3g}"),
        },
    )


def judged_again(trace: Trace, history: History | None) -> set[str]:
    """Return the kinds of findings, from the arrays alone and without the rooms that are tested."""
    kinds = set(of_inputs(trace)) | set(of_gradient(trace.log10_norm("signal")))
    kinds |= of_units(trace)
    if history is not None:
        at_first, at_last = (set(of_row(trace, history, row)) for row in (0, -1))
        kinds |= (at_last - at_first) | set(of_training(trace, history))
    return kinds


def of_inputs(trace: Trace) -> list[str]:
    rows = [tuple(row) for row in trace.x.tolist()]
    if len(rows) > 1 and len(set(rows)) == 1:
        return ["constant_inputs"]
    if trace.y.ndim > 1 or len(rows) == 1:
        return []
    classes = defaultdict(Counter)
    for row, label in zip(rows, trace.y.tolist(), strict=True):
        classes[row][label] += 1
    right = sum(counter.most_common(1)[0][1] for counter in classes.values())
    return ["contradictory_labels"] if 1 - right / len(rows) > 0.01 else []


def of_gradient(log10: np.ndarray) -> list[str]:
    found = ["zero"] if any(value == -math.inf for value in log10) else []
    values = [float(value) for value in log10 if value > -math.inf]
    if len(values) < 3:
        return found
    steps = [low - high for low, high in pairwise(values)]
    way = math.fsum(steps)
    rest = way
    if len(steps) > 2:
        rest -= max(steps, key=abs)
    if way <= -1 and rest <= -0.5:
        return [*found, "vanishing"]
    return [*found, "exploding"] if way >= 1 and rest >= 0.5 else found


def of_units(trace: Trace) -> set[str]:
    """Judge hidden units by the curve itself: z in, slope out."""
    found = set()
    for z in trace.z[:-1]:
        wide = np.asarray(z, dtype=np.float64)
        name = trace.network.activation
        if name in {"relu", "leaky_relu"}:
            off = (wide <= 0).all(axis=0) if name == "relu" else np.zeros(wide.shape[1], dtype=bool)
            found |= {"dead"} if off.mean() > 0.4 else set()
        elif name in {"sigmoid", "tanh"}:
            with np.errstate(over="ignore"):
                half = wide / 2 if name == "sigmoid" else wide
                flat = 1 / np.cosh(half) ** 2 < 0.04
            found |= {"saturated"} if flat.mean() > 0.5 else set()
    return found


def of_row(trace: Trace, history: History, row: int) -> list[str]:
    widths = trace.network.widths[1:-1]
    found = of_gradient(history.log10_signal[row])
    if trace.network.activation in {"relu", "leaky_relu"}:
        shares = [dead / width for dead, width in zip(history.dead[row], widths, strict=True)]
        return found + ["dead"] * any(share > 0.4 for share in shares)
    return found + ["saturated"] * bool((history.saturated[row] > 0.5).any())


def of_updates(history: History) -> list[str]:
    typical = []
    for column in history.update_to_weight.T.tolist():
        finite = sorted(value for value in column if math.isfinite(value))
        if finite:
            middle = len(finite) // 2
            typical.append((finite[middle] + finite[-middle - 1]) / 2)
    found = ["small_updates"] if any(value < 1e-4 for value in typical) else []
    return [*found, "large_updates"] if any(value > 1e-2 for value in typical) else found


def has_learned(trace: Trace, history: History, least: float, commonest: float) -> bool:
    last = float(history.loss[-1])
    learned = last <= 0.95 * least or (trace.y.ndim > 1 and least == 0)
    if trace.y.ndim == 1:
        assert history.accuracy is not None
        # What is right before any step was not learned.
        chance = max(commonest, float(history.accuracy[0]))
        learned = learned or history.accuracy[-1] >= chance + 0.05 * (1 - chance)
    return bool(learned)


def of_training(trace: Trace, history: History) -> list[str]:
    """Judge steps and loss; steps of any size are right while a network learns by them."""
    least, commonest = best_constant(trace)
    steps = of_updates(history)
    if has_learned(trace, history, least, commonest):
        return [kind for kind in steps if kind != "large_updates"]
    first, last = float(history.loss[0]), float(history.loss[-1])
    stays = abs(last - first) <= 0.1 * first and all(
        abs(loss - first) <= 0.2 * first for loss in history.loss
    )
    return steps + ["flat"] * stays + ["guessing"] * (abs(last - least) <= 0.05 * least)


def best_constant(trace: Trace) -> tuple[float, float]:
    """Return the loss of the best constant logits, by a minimiser, and the commonest class."""
    outputs = trace.network.widths[-1]
    wanted = targets(trace.y, outputs, trace.loss_name, np.dtype(np.float64))
    compare = comparison(trace.network.output, trace.loss_name)

    def mean(z: np.ndarray) -> float:
        return float(compare(np.tile(z, (len(wanted), 1)), wanted).loss.mean())

    starts = [np.zeros(outputs), 2 * wanted.mean(axis=0) - 1, 40 * wanted.mean(axis=0) - 20]
    least = min(
        minimize(mean, start, method=method, options={"maxiter": 4000}).fun
        for start in starts
        for method in ("BFGS", "Powell")
    )
    share = max(Counter(trace.y.tolist()).values()) / len(trace.y) if trace.y.ndim == 1 else 0.0
    return least, share


@pytest.mark.parametrize("number", quick_cases(list(range(CASES)), *range(0, CASES, 35)))
def test_every_finding_is_judged_again(number: int, tmp_path: Path) -> None:
    experiment = experiment_of(number, tmp_path)
    try:
        trace = run(experiment)
    except (NumericalError, InputError):
        return
    try:
        history = train(experiment)
    except NumericalError:
        history = None
    found = {finding.kind for finding in diagnose(trace, history)} & JUDGED
    assert found == judged_again(trace, history)
