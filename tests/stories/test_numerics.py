"""What `numerics` says is true of passes that are made here once more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from backprop_core import ACTIVATIONS, Experiment, NumericalError, initialize, load_data, run, train
from backprop_core.budget import pass_seconds
from backprop_core.measures.numerics import (
    FLOATS,
    in_dtype,
    naive_sigmoid,
    naive_slope,
    plain_signal,
)
from scenes.stories.float_runs import FloatRun
from scenes.stories.numerics import BELOW, SAFE, STABLE, TYPED, NumericsStory

DEEP: dict[str, Any] = {"network.depth": 1000, "data.samples": 100}
CASES: dict[str, dict[str, Any]] = {
    "default": DEEP,
    "nine": {"data.samples": 50},
    "small": {"network.depth": 2, "network.width": 1, "data.name": "moons"},
    "sixty": {"network.depth": 60, "data.samples": 20},
    "relu": {"network.activation": "relu", "network.init": "he", "data.samples": 50},
    "explodes": {"network.activation": "relu", "network.gain": 6.0, "network.depth": 9},
    "explodes backward": {
        "network.activation": "tanh",
        "network.widths": [64, 8, 8, 8, 8, 8, 10],
        "network.gain": 1e-6,
        "data.samples": 20,
    },
    "overflows": {"network.activation": "relu", "network.gain": 10.0, "network.depth": 1000},
    "large inputs": {"data.scale": 1e6, "data.standardize": False, "data.samples": 50},
    "dead": {"network.activation": "relu", "network.width": 1, "network.depth": 12},
    "hinge": {"network.loss": "hinge", "network.output": "identity", "data.samples": 50},
    "half": {"dtype": "float16", "data.samples": 50},
}


@pytest.fixture(scope="module", params=CASES)
def story(request: pytest.FixtureRequest) -> NumericsStory:
    return NumericsStory.of(Experiment().override(CASES[request.param]))


def sentences(story: NumericsStory) -> list[str]:
    parts = (
        story.typed,
        story.short_overflows,
        story.long_overflow,
        story.gives_zero,
        story.stable,
        story.cancels,
        story.all_of_it,
        story.cancels_nothing,
        story.goes_on,
        story.verdict,
    )
    return [part().plain for part in parts] + [story.ends(run).plain for run in story.ended]


def test_sentences_are_short(story: NumericsStory) -> None:
    for words in sentences(story):
        assert len(words.split()) <= 16
        assert "{" not in words


def signals(story: NumericsStory, name: str) -> np.ndarray | NumericalError:
    network, data = initialize(story.shown), load_data(story.shown)
    try:
        if name == "scaled":
            return run(story.shown).log10_norm("signal")
        rounded = in_dtype(network, name)
        return plain_signal(rounded, data.x, data.y, story.shown.network.loss)
    except NumericalError as error:
        return error


def test_a_run_ends_where_its_pass_does(story: NumericsStory) -> None:
    for ours in story.lanes:
        found, end = signals(story, ours.name), ours.end(story.depth)
        if isinstance(found, NumericalError):
            assert ours.signal is None
            assert ours.overflow == found.layer
            assert end == (story.depth if "forward" in str(found) else found.layer)
        else:
            assert np.isneginf(found[:end]).all()
            assert np.isfinite(found[end:]).all()
        assert story.reached(ours, 1).value == story.depth - end
        assert story.reached(ours, story.depth).value == int(end < story.depth)


def test_an_end_is_said_as_it_is(story: NumericsStory) -> None:
    truth = signals(story, "scaled")
    for ours in story.runs:
        found = signals(story, ours.name)
        if isinstance(found, NumericalError):
            said = story.ends(ours).plain
            assert "overflow" in said
            assert ("inputs" in said) == (found.layer == 0)
        else:
            assert not isinstance(truth, NumericalError)
            lost = int(np.sum(np.isneginf(found) & np.isfinite(truth)))
            assert (ours in story.ended) == (lost > 0)
            if 0 < lost < story.depth:
                assert f" {story.depth - ours.end(story.depth)} layer" in story.ends(ours).plain
            if lost:
                assert "exactly zero" in story.ends(ours).plain


def unmoved(experiment: Experiment) -> int:
    """Count the layers that are equal to the last bit after a step of training on all examples."""
    whole = {"training.batch_size": experiment.data.samples, "training.epochs": 1}
    before, after = initialize(experiment), train(experiment.override(whole)).network
    assert after is not None
    return sum(
        np.array_equal(W, V) and np.array_equal(b, c)
        for W, b, V, c in zip(
            before.weights, before.biases, after.weights, after.biases, strict=True
        )
    )


def test_a_step_leaves_layers_unmoved_whose_gradient_is_not_zero() -> None:
    changes = {"network.depth": 100, "network.bias_std": 0.5, "data.samples": 100}
    story = NumericsStory.of(Experiment().override(changes))
    assert "a step leaves 86 of 100 layers unmoved" in story.verdict().plain


def test_a_relu_that_underflows_forward_has_no_zero_of_its_own() -> None:
    story = NumericsStory.of(
        Experiment().override(
            {
                "network.activation": "relu",
                "network.init": "he",
                "network.output": "softmax",
                "network.gain": 0.1,
                "network.depth": 1000,
                "data.samples": 10,
            }
        )
    )
    assert story.scaled.end(1000) == 0
    assert "the pass goes on: 7.38 × 10⁻¹⁰²⁰ at layer 1." in story.goes_on().plain


def test_the_verdict_names_the_layers_without_a_step(story: NumericsStory) -> None:
    said, truth = story.verdict().plain, story.scaled
    lost = {run.name: run.lost(truth) for run in story.runs}
    assert ("unmoved" in said) == (lost["float32"] > 0 or lost["float16"] > 0)
    if lost["float32"]:
        n = unmoved(story.shown.override({"dtype": "float32"}))
        assert f"float32: a step leaves {n:,} of".replace(",", " ") in said
    overflow = any(run.signal is None for run in story.runs)
    assert ("Infinity" in said) == (overflow and "unmoved" not in said)
    if "no layer loses" in said:
        assert not story.ended
        assert not truth.end(story.depth)


def test_the_default_film() -> None:
    story = NumericsStory.of(Experiment().override(DEEP))
    assert story.shown.data.samples == 100
    reached = [story.depth - run.end(story.depth) for run in story.lanes]
    assert reached[0] < 20 < reached[1] < 100 < reached[2] < 600 < reached[3] == 1000
    assert "the pass goes on: 6.48 × 10⁻⁶³⁷" in story.goes_on().plain
    assert story.ends(story.runs[0]).plain.startswith("Plain backpropagation in float16")


def test_a_zero_of_the_network_is_not_blamed_on_floats() -> None:
    story = NumericsStory.of(Experiment().override(CASES["dead"]))
    assert story.scaled.end(story.depth) > 0
    assert not story.ended
    assert "network's own" in story.goes_on().plain
    assert "no gradient to lose" in story.verdict().plain


def test_nothing_is_said_to_be_lost_where_nothing_is() -> None:
    story = NumericsStory.of(Experiment().override(CASES["nine"]))
    assert not story.ended
    assert "every float type" in story.goes_on().plain
    assert story.verdict().plain == "At depth 9 no layer loses its gradient to the floats."


def test_longer_floats_that_go_on_are_not_forgotten() -> None:
    story = NumericsStory.of(Experiment().override(CASES["sixty"]))
    assert [run.name for run in story.ended] == ["float16"]
    assert story.goes_on().plain.startswith("Longer floats and the scaled pass go on")
    assert "A step in float16 leaves" in story.verdict().plain


def test_the_output_itself_may_lose_its_gradient() -> None:
    story = NumericsStory.of(Experiment().override(CASES["nine"]))
    gone, truth = np.full(9, -np.inf), np.zeros(9)
    told = NumericsStory(
        story.shown,
        9,
        (FloatRun("float16", gone), *story.runs[1:]),
        FloatRun("scaled", truth),
        story.errors,
    )
    assert (
        told.ends(told.runs[0]).plain
        == "In float16 even the output has a gradient of exactly zero."
    )
    assert told.verdict().plain.startswith("A step in float16 leaves 9 of 9 layers unmoved")


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("z", [-6.0, -1.5, 0.0, 2.0, 6.0])
def test_the_code_on_screen_computes_what_the_film_says(dtype: str, z: float) -> None:
    at = np.array([z], dtype)
    typed: dict[str, Any] = {"np": np, "z": at}
    exec("\n".join(TYPED), typed)
    np.testing.assert_array_equal(typed["a"], naive_sigmoid(at))
    np.testing.assert_array_equal(typed["slope"], naive_slope(at))
    stable: dict[str, Any] = {"np": np, "z": at}
    exec("\n".join(STABLE), stable)
    sigmoid, eps = ACTIVATIONS["sigmoid"], float(np.finfo(dtype).eps)
    np.testing.assert_allclose(stable["a"], sigmoid.f(at), rtol=4 * eps)
    np.testing.assert_allclose(stable["slope"], sigmoid.slope(at), rtol=4 * eps)


@pytest.mark.parametrize("dtype", FLOATS)
def test_each_type_overflows_at_its_stop_and_not_before(dtype: str) -> None:
    story = NumericsStory
    stops = [SAFE, *BELOW.values()]
    for z in stops:
        overflows = z <= BELOW[dtype]
        assert (story.exponential(dtype, z).plain == "inf") == overflows
        assert (story.levels(z)[FLOATS.index(dtype)] > 1) == overflows
        assert (story.sigmoid(dtype, z).plain == "0 exactly") == overflows
        assert story.exponential(dtype, z, stable=True).plain != "inf"


@pytest.mark.parametrize(
    "changes",
    [
        {"network.depth": 2000, "data.samples": 500},
        {"network.depth": 2, "network.width": 4096},
        {"network.depth": 60, "network.width": 500},
        {"dtype": "float16", "network.depth": 1000, "network.width": 100},
    ],
)
def test_extreme_networks_stay_within_the_budget(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = np.zeros(2)
    monkeypatch.setattr("scenes.stories.numerics.plain_signal", lambda *_: nothing)
    monkeypatch.setattr("scenes.stories.numerics.attempt", lambda name, _: FloatRun(name, nothing))
    story = NumericsStory.of(Experiment().override(changes))
    samples = story.shown.data.samples
    passes = [*FLOATS, "float64"]
    estimates = [pass_seconds(story.shown.override({"dtype": d}), samples) for d in passes]
    assert sum(estimates) < 7.5 or samples == 10
