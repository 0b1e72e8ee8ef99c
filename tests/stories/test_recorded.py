"""Films of recordings show measured values, and refuse a recording that lacks some."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.measures.layers import factors
from backprop_core.passes.first_pass import run
from backprop_core.passes.layer import layer_pass
from backprop_core.passes.trace import Trace
from backprop_core.recording import Pass, Recording, from_arrays
from scenes.stories.recorded_initialization import RecordedInitialization
from scenes.stories.recorded_remedies import RecordedRemedies
from scenes.stories.recorded_saturation import RecordedSaturation
from scenes.stories.recorded_speeds import RecordedSpeeds
from scenes.stories.recorded_vanishing import RecordedVanishing

EXPERIMENT = Experiment(network={"depth": 4, "width": 12}, data={"samples": 40})


@pytest.fixture(scope="module")
def trace() -> Trace:
    return run(EXPERIMENT)


@pytest.fixture(scope="module")
def recording(trace: Trace) -> Recording:
    """Return three passes: the gradient of the last one explodes."""
    network = trace.network
    deltas = [trace.delta, trace.delta, [50.0**-n * d for n, d in enumerate(trace.delta)]]
    passes = [
        Pass(
            z=trace.z,
            delta=delta,
            step=10 * n,
            a=trace.a[1:],
            x=trace.x,
            weights=network.weights,
            biases=network.biases,
            update=[(n + 1) * 1e-3 * W for W in network.weights],
            loss=2.0 - 0.1 * n,
        )
        for n, delta in enumerate(deltas)
    ]
    return from_arrays(passes, "sigmoid")


def test_vanishing_shows_the_first_and_the_last_pass(recording: Recording, trace: Trace) -> None:
    story = RecordedVanishing.of(recording)
    np.testing.assert_allclose(story.signal, trace.log10_norm("signal"), atol=1e-12)
    expected = factors(trace)
    assert story.factors is not None
    np.testing.assert_allclose(story.factors.weight_part, expected.weight_part, rtol=1e-12)
    np.testing.assert_allclose(story.factors.slope_part, expected.slope_part, rtol=1e-12)
    assert story.left_out == {"other_draws"}
    assert story.logarithmic().plain.endswith("a recording knows neither theory nor other draws.")
    assert "the gradient explodes" in story.larger_weights().plain
    assert story.subtitle().plain == (
        "3 hidden sigmoid layers of 12 units, recorded: 3 passes of 40 examples, every 10 steps"
    )


def test_what_was_not_observed_has_no_beat(trace: Trace) -> None:
    bare = from_arrays(Pass(z=trace.z, delta=trace.delta), [None] * 4)
    story = RecordedVanishing.of(bare)
    assert story.left_out == {
        *("training_run", "forward_pass", "one_step"),
        *("other_draws", "slopes_alone", "larger_weights"),
    }
    assert story.first_steps is None
    assert "of the gradient" not in story.subtitle().plain


def test_speeds_are_those_of_the_steps(recording: Recording) -> None:
    story = RecordedSpeeds.of_recording(recording)
    np.testing.assert_allclose(10**story.this.log10_speed, [[1e-3] * 4, [2e-3] * 4])
    assert story.epochs == 2
    assert "In the first pass layers 1 and 4 move about equally fast." in story.first_epoch().plain
    assert "2 passes" in story.outcome().plain
    assert "left out" in story.verdict().plain


def test_saturation_is_that_of_the_recorded_layer(recording: Recording, trace: Trace) -> None:
    story = RecordedSaturation.of_recording(recording)
    network = trace.network
    expected = layer_pass(network.weights[0], network.biases[0], trace.x, "sigmoid")
    assert story.passes[0].saturated == expected.saturated
    assert story.passes[0].median_slope == pytest.approx(expected.median_slope)
    assert story.subtitle().plain.startswith("layer 1: 12 sigmoid units, 64 inputs, recorded at")


def test_initialization_compares_three_passes(recording: Recording, trace: Trace) -> None:
    story = RecordedInitialization.of(recording)
    assert story.steps == (0, 10, 20)
    assert story.layer == 2
    np.testing.assert_allclose(story.draws[0].signal, trace.log10_norm("signal"), atol=1e-12)
    inside = np.histogram(trace.z[1], story.edges)[0] / trace.z[1].size
    np.testing.assert_allclose(story.draws[0].shares[1:-1], inside)
    assert [story.heading(n).plain for n in range(3)] == ["step 0", "step 10", "step 20"]
    assert story.gradients().plain.endswith("other gains were not run.")


def test_remedies_compares_two(recording: Recording, trace: Trace) -> None:
    deltas = [0.9**-n * d for n, d in enumerate([trace.delta[-2]] * 3)]
    other = from_arrays(Pass(z=trace.z[:3], delta=deltas), "relu")
    story = RecordedRemedies.of([recording, other])
    assert [net.label().plain for net in story.nets] == ["first: sigmoid", "second: ReLU"]
    assert (
        story.profiles().plain
        == "At first the gradient vanishes in the first and holds in the second."
    )
    assert story.losses().plain == "In the end the loss is 1.80 in the first."
    chi = story.nets[1].chi_measured
    assert chi is not None
    assert chi.value == pytest.approx(0.81)
    assert (story.depth, story.last, story.trains) == (4, 20, True)
    with pytest.raises(InputError, match="the second recording: has no one activation"):
        RecordedRemedies.of(
            [recording, from_arrays(Pass(z=trace.z, delta=trace.delta), [None] * 4)]
        )


def test_a_film_says_what_a_recording_lacks(recording: Recording, trace: Trace) -> None:
    one = from_arrays(Pass(z=trace.z, delta=trace.delta), "sigmoid")
    with pytest.raises(InputError, match=r"has no inputs.*weights and biases of the first layer"):
        RecordedSaturation.of_recording(one)
    with pytest.raises(InputError, match="keeps z of 1 passes; allowed at least 3"):
        RecordedInitialization.of(one)
    with pytest.raises(InputError, match="has 1 passes; allowed at least 3"):
        RecordedSpeeds.of_recording(one)
    with pytest.raises(InputError, match="has no loss"):
        RecordedSpeeds.of_recording(replace(recording, loss=None))
    single = from_arrays(Pass(z=trace.z[:1], delta=trace.delta[:1]), "sigmoid")
    with pytest.raises(InputError, match="has 1 layer; allowed at least 2"):
        RecordedVanishing.of(single)
