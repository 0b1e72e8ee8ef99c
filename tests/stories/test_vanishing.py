"""Every sentence of `vanishing` is true of numbers that are computed here once more."""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType, SimpleNamespace

import numpy as np
import pytest

from backprop_core import (
    Experiment,
    NumericalError,
    Resolved,
    ensemble,
    layer_widths,
    load_data,
    mean_field,
    run,
    train,
)
from backprop_core.budget import FILM_SECONDS, epoch_seconds, pass_seconds
from scenes.stories import vanishing
from scenes.stories.vanishing import VanishingStory
from scenes.words.figures import Sentence

QUICK = {"data": {"samples": 100}, "training": {"epochs": 2}}
DEEP_RELU = {"activation": "relu", "init": "he"}
CASES: dict[str, dict[str, dict[str, object]]] = {
    "vanishing": {},
    "holding": {"network": DEEP_RELU},
    "holding at gain 10": {"network": {"gain": 10.0}},
    "exploding": {"network": DEEP_RELU | {"gain": 3.0}},
    "tanh": {"network": {"activation": "tanh", "init": "xavier"}},
    "identity": {"network": {"activation": "identity", "init": "orthogonal"}},
    "leaky": {"network": {"activation": "leaky_relu", "init": "he"}},
    "smallest": {"network": {"depth": 2, "width": 1}},
    "deep": {"network": {"depth": 60, "width": 20}},
    "off": {"network": {"depth": 14, "width": 1, "activation": "relu"}},
    "large weights": {"network": {"gain": 500.0}},
    "softmax": {"network": {"output": "softmax"}},
    "quadratic": {"network": {"output": "tanh", "loss": "quadratic"}},
    "hinge": {"network": {"output": "identity", "loss": "hinge"}},
    "loss of zero": {
        "network": {
            "depth": 2,
            "width": 3,
            "gain": 900.0,
            "activation": "relu",
            "output": "identity",
            "loss": "hinge",
        },
        "data": {"name": "moons", "samples": 1, "standardize": False},
    },
    "diverging": {
        "network": DEEP_RELU | {"gain": 3.0},
        "training": {"learning_rate": 900.0, "epochs": 2},
    },
    "learning": {
        "network": {"depth": 2},
        "training": {"epochs": 8},
    },
    "a little better than chance": {
        "network": {"depth": 2, "width": 3},
        "data": {"name": "moons", "samples": 100},
        "training": {"epochs": 4, "learning_rate": 0.05},
    },
    "single": {"dtype": "float32"},
    "targets": {
        "network": {"depth": 3, "width": 5, "output": "identity", "loss": "quadratic"},
        "data": {"name": "file"},
    },
}
SENTENCES = (
    "subtitle",
    "training_run",
    "forward_pass",
    "fill_key",
    "one_step",
    "drawn_to_scale",
    "logarithmic",
    "measured_points",
    "other_draws",
    "band_key",
    "bound_key",
    "contrast_key",
    "slopes_alone",
    "larger_weights",
    "verdict",
)


@dataclass
class Told:
    """A story, and the same numbers by another way."""

    experiment: Experiment
    story: VanishingStory
    signal: np.ndarray

    @property
    def factor(self) -> float:
        """log10 of the median ratio of a layer's signal to that of the layer above it."""
        return median_step(self.signal)

    def said(self, name: str) -> str:
        said: Sentence = getattr(self.story, name)()
        return said.plain


def median_step(log10: np.ndarray) -> float:
    steps = [-np.inf if np.isneginf(below) else below - above for below, above in pairwise(log10)]
    return float(np.median(steps))


@pytest.fixture(scope="module", params=CASES)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    fields = {
        key: dict(value) if isinstance(value, dict) else value for key, value in QUICK.items()
    }
    for key, value in CASES[request.param].items():
        fields[key] = fields.get(key, {}) | value if isinstance(value, dict) else value
    if fields["data"].get("name") == "file":
        path: Path = tmp_path_factory.mktemp("targets") / "mine.npz"
        draw = np.random.default_rng(0)
        np.savez(path, x=draw.normal(size=(20, 3)), y=draw.normal(size=(20, 2)))
        fields["data"]["path"] = str(path)
    experiment = Experiment(**fields)
    return Told(experiment, VanishingStory.of(experiment), run(experiment).log10_norm("signal"))


def number(text: str) -> float:
    """Read log10 of a number that was written for a person."""
    found = re.search(r"([\d.]+)(?: × 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?", text)
    assert found, text
    mantissa, power = found.groups()
    digits = (power or "0").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    value = float(mantissa)
    return -np.inf if value == 0 else np.log10(value) + int(digits)


def close(text: str, log10: float) -> bool:
    """Tell whether a written number is 10**log10, to three digits."""
    return number(text) == log10 or abs(number(text) - log10) < 0.0025


@contextmanager
def entered(code: CodeType) -> Iterator[list[str]]:
    """Record from where a function is called, in any thread."""
    seen: list[str] = []

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is code and frame.f_back is not None:
            seen.append(frame.f_back.f_code.co_name)

    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def test_the_data_are_asked_for_once() -> None:
    with entered(load_data.__code__) as seen:
        VanishingStory.of(Experiment(**QUICK))
    assert seen == ["resolve"]


def test_nothing_was_left_out_of_a_small_experiment(told: Told) -> None:
    assert told.story.shown == told.experiment
    assert np.array_equal(told.story.signal, told.signal)
    assert told.story.training.data.samples == told.experiment.data.samples


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_can_be_read_in_time(told: Told, name: str) -> None:
    said: Sentence = getattr(told.story, name)()
    # A number is read as one word.
    words = re.sub(r"\{\w+\}", "N", said.template).split()
    assert len(words) <= (24 if name == "subtitle" else 16)
    assert "{" not in said.plain
    assert "nan" not in said.plain
    assert "inf" not in said.plain
    assert not re.search(r"\b1 (example|epoch|unit|hidden \w+ layer|random draw)s", said.plain)


def test_the_subtitle_describes_the_network(told: Told) -> None:
    widths, network = layer_widths(told.experiment), told.experiment.network
    said = told.said("subtitle")
    units = "unit" if widths[1] == 1 else "units"
    assert said.startswith(f"{len(widths) - 2} hidden ")
    assert f"of {widths[1]} {units}, " in said
    assert f"gain {network.gain:g}, " in said
    assert f"{len(load_data(told.experiment).x)} example" in said
    assert said.endswith(told.experiment.data.name)


def test_what_is_said_of_training_happened(told: Told) -> None:
    said = told.said("training_run")
    try:
        history = train(told.experiment)
    except NumericalError:
        assert "overflows" in said
        return
    epochs = told.experiment.training.epochs
    assert said.startswith((f"Trained for {epochs} epochs", "Trained for 1 epoch")) or (
        f" of {epochs} epochs" in said
    )
    if history.accuracy is None:
        y = load_data(told.experiment).y
        best = float(((y - y.mean(axis=0)) ** 2).sum(axis=1).mean() / 2)
        assert ("guessing does as well" in said) == (history.loss[-1] > 0.95 * best)
        return
    right, y = history.accuracy[-1], load_data(told.experiment).y
    commonest = np.bincount(y).max() / len(y)
    percent = re.search(r"(\d+)\u202f%", said)
    assert percent
    assert abs(float(percent[1]) - 100 * right) <= 0.5
    held_out = re.search(r"on examples held out, (\S+)\u202f%", said)
    assert (held_out is not None) == (
        history.held_out is not None and "no better than guessing" not in said
    )
    if held_out:
        assert abs(float(held_out[1]) - 100 * float(history.held_out_accuracy or 0)) <= 0.5
    if "no better than guessing" in said:
        assert right - commonest <= 0.05, "that is more than chance"
    else:
        shares = np.bincount(y) / len(y)
        shares = shares[shares > 0]
        entropy = {
            "softmax": float(-(shares * np.log(shares)).sum()),
            "sigmoid": float(
                -(shares * np.log(shares)).sum()
                - ((1 - shares) * np.log1p(-np.minimum(shares, 1 - 1e-16))).sum()
            ),
        }.get(told.experiment.network.output, 0.0)
        assert right > commonest or commonest == 1 or history.loss[-1] < entropy


def test_each_share_that_is_right_says_of_what(told: Told) -> None:
    shown = {name.plain: figure.value for name, figure in told.story.right}
    try:
        history = train(told.experiment)
    except NumericalError:
        assert not shown
        return
    expected = {}
    if history.accuracy is not None:
        trained_on = len(load_data(told.experiment).x)
        expected[f"right of {trained_on} trained on"] = history.accuracy[-1]
        if history.held_out is not None:
            examples = f"{history.held_out.examples:,}".replace(",", "\u202f")
            expected[f"right of {examples} held out"] = history.held_out.accuracy
    assert shown == expected


def test_the_layers_that_are_seen_are_counted(told: Told) -> None:
    largest = told.signal.max()
    seen = sum(np.isfinite(s) and 10 ** (s - largest) >= 0.01 for s in told.signal.tolist())
    said = told.said("drawn_to_scale")
    if "every layer" in said:
        assert seen == len(told.signal)
    else:
        assert said.endswith(f"only {seen} of {len(told.signal)} layers can be seen.")
        assert seen < len(told.signal)


def test_theory_is_quoted(told: Told) -> None:
    said = told.said("logarithmic")
    if np.isneginf(told.signal[-1]):
        assert run(told.experiment).loss == 0
        assert said == "The loss is exactly zero: no gradient sets out on its way down."
        return
    theory = mean_field(told.experiment, load_data(told.experiment).x).log10_signal(0.0)
    assert close(said.removeprefix("On a logarithmic axis"), median_step(theory))


def test_measurement_lies_where_it_is_said_to(told: Told) -> None:
    said = told.said("measured_points")
    if np.isneginf(told.signal).any():
        assert "exactly zero" in said
        return
    assert "zero" not in said
    assert close(said, told.factor)
    theory = mean_field(told.experiment, load_data(told.experiment).x)
    off = np.abs(told.signal - theory.log10_signal(told.signal[-1]))[:-1]
    # A step down that is off by a factor adds up like a random walk.
    walk = off / np.sqrt(np.arange(len(off), 0, -1))
    if "land on it" in said:
        assert walk.max() < np.log10(1.3)
    elif "land near it" in said:
        assert np.log10(1.3) <= walk.max() < np.log10(3)
    else:
        assert walk.max() >= np.log10(3)
        family = told.experiment.network.activation in {"relu", "leaky_relu"}
        assert ("ReLU" in said) == family
        assert ("wide layers" in said) != family


def test_the_band_holds_what_is_said(told: Told) -> None:
    said = told.said("other_draws")
    assert (
        said == f"In each layer by itself, nine in ten of {told.story.seeds} random draws lie here."
    )
    assert told.said("band_key") == f"{told.story.seeds} draws, 5 to 95 %"
    draws = ensemble(told.experiment, told.story.seeds).log10_signal
    low, high = told.story.band
    inside = ((draws >= low - 1e-9) & (draws <= high + 1e-9)).mean(axis=0)
    assert (inside >= 0.89).all()
    # Draws that are equal, exact zeros above all, widen the band to more of them.
    distinct = np.array([len(np.unique(layer)) == len(layer) for layer in draws.T])
    assert (inside[distinct] <= 0.91).all()


def test_the_bound_is_that_of_the_activation(told: Told) -> None:
    top = {"sigmoid": "0.25"}.get(told.experiment.network.activation, "1")
    assert f" at most {top}:" in told.said("slopes_alone")
    assert told.said("bound_key") == f"slopes of {top} alone"
    if np.isfinite(told.signal[-1]):
        assert np.diff(told.story.bound) == pytest.approx(-np.log10(float(top)))


def test_the_contrast_is_another_network(told: Told) -> None:
    gain, said = told.experiment.network.gain, told.said("larger_weights")
    other = gain * 10 if gain <= 100 else gain / 10
    size = "larger" if other > gain else "smaller"
    assert said.startswith(f"With weights ten times {size}, ")
    assert told.said("contrast_key") == f"gain {other:g}"
    try:
        signal = run(told.experiment.override({"network.gain": other})).log10_norm("signal")
    except NumericalError:
        assert "overflow" in said
        return
    assert close(said.split(":")[1], median_step(signal))
    assert claimed(said) == true_of(signal)


def claimed(said: str) -> str:
    words = ("vanishes", "stays within ten times", "explodes", "varies", "overflow")
    (word,) = (w for w in words if w in said)
    return word


def true_of(signal: np.ndarray) -> str:
    """Return the word for a profile in which every layer changes the gradient alike, or few do."""
    if np.isneginf(signal[0]):
        return "vanishes"
    if signal.max() - signal.min() < 1:
        return "stays within ten times"
    steps = sorted(signal[:-1] - signal[1:], key=abs)
    if len(steps) >= 3 and abs(sum(steps[:-1])) < 0.5:
        return "varies"
    way = signal[0] - signal[-1]
    return "varies" if abs(way) < 1 else "vanishes" if way < 0 else "explodes"


def test_the_verdict_compares_the_ends(told: Told) -> None:
    said, first, last = told.said("verdict"), told.signal[0], told.signal[-1]
    assert said.startswith("Layer 1 receives ")
    assert f"layer {len(told.signal)}." in said
    if np.isneginf(first):
        assert "no gradient at all" in said
    elif " less " in said:
        assert last - first >= np.log10(2)
        assert close(said.removeprefix("Layer 1"), last - first)
    elif " more " in said:
        assert first - last >= np.log10(2)
        assert close(said.removeprefix("Layer 1"), first - last)
    else:
        assert abs(first - last) < np.log10(2)
        assert close(said.removeprefix("Layer 1"), first - last)


def test_the_parts_of_the_step_multiply_to_it(told: Told) -> None:
    factors = told.story.factors
    if np.isneginf(told.signal).any():
        return
    steps = told.signal[:-1] - told.signal[1:]
    assert np.log10(factors.weight_part * factors.slope_part) == pytest.approx(steps, abs=1e-6)


@pytest.mark.parametrize(
    ("told", "trend"),
    [
        ("vanishing", "vanishes"),
        ("holding", "holds"),
        ("holding at gain 10", "holds"),
        ("exploding", "explodes"),
        ("tanh", "holds"),
        ("identity", "holds"),
        ("deep", "vanishes"),
    ],
    indirect=["told"],
)
def test_each_kind_of_network_is_among_them(told: Told, trend: str) -> None:
    assert told.story.trend == trend


# What it costs


def planned_seconds(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> float:
    """Return the estimated cost of all that a story computes, without computing it."""
    spent: list[float] = []
    nothing = SimpleNamespace(
        x=None,
        log10_norm=lambda kind: np.zeros(experiment.depth),
        log10_signal=lambda top: np.zeros(experiment.depth),
        percentile=lambda p: np.zeros(experiment.depth),
    )

    def one_pass(shown: Resolved, times: int = 1) -> SimpleNamespace:
        spent.append(times * pass_seconds(shown, shown.experiment.data.samples))
        return nothing

    def training(shown: Resolved) -> None:
        planned = shown.experiment
        spent.append(planned.training.epochs * epoch_seconds(shown, planned.data.samples))

    with monkeypatch.context() as patch:
        patch.setattr(vanishing, "run", one_pass)
        patch.setattr(vanishing, "ensemble", one_pass)
        patch.setattr(vanishing, "history_of", training)
        patch.setattr(vanishing, "mean_field", lambda shown, x: nothing)
        patch.setattr(vanishing.measures, "factors", lambda trace: None)
        VanishingStory.of(experiment)
    assert len(spent) == 4
    return sum(spent)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"network": {"depth": 2000}},
        {"network": {"depth": 2, "width": 4096}},
        {"network": {"depth": 2, "width": 4096}, "data": {"samples": 15_000, "name": "noise"}},
        {"network": {"depth": 8, "width": 1600}},
        {"network": {"depth": 2000, "width": 90}, "data": {"samples": 100}},
        {"dtype": "float16"},
        {"dtype": "float16", "network": {"depth": 200}},
        {"dtype": "float32", "network": {"depth": 100, "width": 300}},
        {"training": {"epochs": 10_000}},
        {"training": {"batch_size": 1}, "data": {"samples": 100_000, "name": "blobs"}},
    ],
    ids=str,
)
def test_a_story_is_computed_within_the_budget(
    fields: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert planned_seconds(Experiment(**fields), monkeypatch) <= FILM_SECONDS


def test_what_the_budget_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = Experiment(network={"depth": 300, "width": 10}, data={"samples": 1000})
    story = VanishingStory.of(experiment)
    assert story.shown.data.samples < 1000
    assert f"{story.shown.data.samples} examples" in story.subtitle().plain
    assert story.training.training.epochs < 30
    assert f"for {story.training.training.epochs} of 30 epochs" in story.training_run().plain
    assert str(story.seeds) in story.other_draws().plain


def test_a_budget_that_cuts_epochs_is_said() -> None:
    story = VanishingStory.of(Experiment(training={"epochs": 100}))
    trained = story.training.training.epochs
    assert trained < 100
    assert story.training_run().plain.startswith(f"Trained for {trained} of 100 epochs")


def test_half_right_of_ten_is_guessing_where_half_are_of_one_class() -> None:
    story = VanishingStory.of(Experiment(network={"width": 1000}))
    assert story.training.data.samples == 10
    assert "no better than guessing" in story.training_run().plain
    assert "chance" not in story.training_run().plain
