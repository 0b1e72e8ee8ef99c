"""Films of recordings show measured values, and refuse a recording that lacks some."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.passes.first_pass import run
from backprop_core.passes.layer import layer_pass
from backprop_core.passes.trace import Trace
from backprop_core.recording import Pass, Recording, from_arrays
from scenes.beats.saturation.layer import Layer
from scenes.kit.theme import THEMES
from scenes.stories.recorded_initialization import RecordedInitialization
from scenes.stories.recorded_remedies import RecordedRemedies
from scenes.stories.recorded_saturation import RecordedSaturation
from scenes.stories.recorded_speeds import RecordedSpeeds
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.vanishing import Vanishing
from scenes.words.figures import measured
from scenes.words.spoken import share_or_digits
from tests.kit.test_theme import contrast, laid_over

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


def beats_of(story: RecordedVanishing) -> dict[str, str]:
    """Return what each beat of the film says and shows."""
    return {
        beat.name: f"{beat.says(story).plain} {beat.shows(story).plain}"
        for beat in Vanishing.beats
        if beat.when(story)
    }


def of_sizes(*sizes: float) -> RecordedVanishing:
    """Return a recording of one pass whose layers have signals in these proportions."""
    z = [np.zeros((1, 3))] * len(sizes)
    return RecordedVanishing.of(
        from_arrays(Pass(z=z, delta=[np.full((1, 3), size) for size in sizes]), "tanh")
    )


def test_vanishing_shows_the_first_and_the_last_pass(recording: Recording, trace: Trace) -> None:
    story = RecordedVanishing.of(recording)
    signal = trace.log10_norm("signal")
    np.testing.assert_allclose(story.signal, signal, atol=1e-12)
    assert story.other is not None
    np.testing.assert_allclose(story.other, signal - np.log10(50) * np.arange(4), atol=1e-12)
    found = beats_of(story)
    # Neither the gradient of each unit nor the parts of a step are in a recording.
    expected = {
        "training",
        "question",
        "forward",
        "how_far",
        "dark",
        "bars",
        "search",
        "found",
        "axis",
    }
    assert set(found) == expected | {"steps", "why", "later", "verdict"}
    assert found["training"].startswith("4 layers, recorded in 3 passes. Watch the loss.")
    assert "it goes from 2.00 to 1.80." in found["training"]
    assert found["question"].startswith("How much gradient reaches the first layer?")
    assert "scaled to its own largest unit" in found["forward"]
    assert found["how_far"].startswith("The whole way back now. Of four layers,")
    assert "camera" not in found["how_far"]
    factor = 10 ** np.median(signal[:-1] - signal[1:])
    mean = 10 ** float(np.mean(signal[:-1] - signal[1:]))
    spoken = share_or_digits("x", float(np.log10(mean))).plain
    assert f"a layer passes on {spoken} of what it gets." in found["steps"]
    assert f"times {measured('x', mean).plain} a layer." in found["steps"]
    assert found["why"].startswith("The best slope of a sigmoid is a quarter.")
    assert not re.search("theory|dashed|draws", " ".join(found.values()), re.IGNORECASE)
    later = measured("x", 50 * factor).plain
    assert found["later"].startswith(
        f"At step 20, the last one, the gradient explodes: {later} a layer."
    )
    assert f"of the last pass: a factor of {later} a layer" in found["later"]
    assert story.later_name().plain == "step 20"
    assert story.subtitle().plain == (
        "3 hidden sigmoid layers of 12 units, recorded: 3 passes of 40 examples, every 10 steps"
    )


def test_what_was_not_observed_has_no_beat(trace: Trace) -> None:
    bare = from_arrays(Pass(z=trace.z, delta=trace.delta), [None] * 4)
    story = RecordedVanishing.of(bare)
    found = set(beats_of(story))
    assert found == {
        "question",
        "how_far",
        "dark",
        "bars",
        "search",
        "found",
        "axis",
        "steps",
        "verdict",
    }
    assert story.losses is None
    assert "of the gradient" not in story.subtitle().plain


def test_units_are_filled_by_one_recorded_example(recording: Recording, trace: Trace) -> None:
    story = RecordedVanishing.of(recording)
    for layer, a in enumerate(trace.a):
        filled, sizes = story.fills(layer), np.abs(a[0])
        assert filled is not None
        assert filled.shape == (story.widths[layer],)
        np.testing.assert_allclose(filled, sizes / sizes.max(), rtol=1e-6)


def test_a_recorded_example_is_not_said_to_fly_in(recording: Recording) -> None:
    """Its activations were kept; what it looked like was not."""
    story = RecordedVanishing.of(recording)
    assert story.picture is None
    assert "flies" not in beats_of(story)["forward"]
    assert "Blue light runs" in beats_of(story)["forward"]


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((1.0, 0.9, 1.0), "All of them. The light gets through."),
        ((1e-6, 1e-3, 1.0), "One. Then it is dark."),
        ((1e-6, 0.9, 1.0), "Two. Then it is dark."),
        ((1.0, 1e-4, 1.0), "Two of three, with dark ones between."),
        ((5.0, 1.0, 1e-4, 1.0, 1.0), "Four of five, with dark ones between."),
        ((0.0, 0.0, 0.0), "None. The gradient is exactly zero at the output already."),
    ],
)
def test_layers_that_are_lit_are_counted_in_a_recording(
    sizes: tuple[float, ...], words: str
) -> None:
    story = of_sizes(*sizes)
    theme = THEMES["dark"]
    top = sizes[-1] or 1.0
    lit = tuple(
        contrast(
            laid_over(theme.backward, min(size / top, 1.0), theme.background), theme.background
        )
        >= 1.5
        for size in sizes
    )
    assert story.lit == lit
    found = beats_of(story)
    assert found["dark"].startswith(words)
    assert f": {sum(lit)} of {len(sizes)} layers can be seen." in found["dark"]


@pytest.mark.parametrize(
    ("sizes", "in_sight"),
    [
        ((1.0, 0.9, 1.0), True),
        # Layer 1 is as large as the last one, and a layer between them has no bar to be seen.
        ((1.0, 1e-6, 1.0), False),
        ((1e-6, 1e-3, 1.0), False),
        ((0.0, 0.0, 1.0), False),
        ((0.0, 0.0, 0.0), False),
        ((1e4, 1e2, 1.0), False),
    ],
)
def test_bars_are_in_sight_only_where_all_are(sizes: tuple[float, ...], in_sight: bool) -> None:
    words = beats_of(of_sizes(*sizes))["bars"]
    assert ("All are in sight." in words) == in_sight


def test_a_recording_without_gradient_claims_no_loss() -> None:
    found = beats_of(of_sizes(0.0, 0.0, 0.0))
    assert found["verdict"].startswith("Where no gradient sets out, no layer learns.")
    assert "loss" not in " ".join(found.values())
    assert "steps" not in found
    assert "why" not in found
    assert "search" not in found
    assert "level" not in found["question"]


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((1e-3, 0.03, 1.0), "One thousand times. "),
        ((1e3, 30.0, 1.0), "One thousand times: so much larger is the largest."),
        ((0.0, 1e-2, 1.0), "One hundred times, and the first still gets nothing."),
    ],
)
def test_the_zoom_of_a_recording(sizes: tuple[float, ...], words: str) -> None:
    assert beats_of(of_sizes(*sizes))["found"].startswith(words)


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((0.6, 1.0, 1.0), "The first layer receives about as much gradient as the last."),
        ((1.9, 1.0, 1.0), "The first layer receives about as much gradient as the last."),
        ((0.2, 0.5, 1.0), "The first layer receives five times less gradient than the last."),
        ((40.0, 6.0, 1.0), "The first layer receives forty times more gradient than the last."),
        ((0.0, 0.5, 1.0), "The first layer receives no gradient at all."),
    ],
)
def test_the_verdict_on_a_recording(sizes: tuple[float, ...], words: str) -> None:
    assert beats_of(of_sizes(*sizes))["verdict"].startswith(words)


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
    said = Layer().says(story).plain
    assert said == "It is one of twelve units that read one example."
    # A recording does not say what its features are.
    assert story.picture is None


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


def test_a_network_with_two_ends_has_no_way_down_through_all_layers(recording: Recording) -> None:
    fed = [(n,) for n in range(recording.depth)]
    fed[-1] = (1,)
    layers = zip(recording.layers, fed, strict=True)
    two = replace(recording, layers=tuple(replace(each, after=after) for each, after in layers))
    for story in (RecordedVanishing.of, lambda each: RecordedRemedies.of([each, each])):
        with pytest.raises(
            InputError, match="has several ends, as layers 3 and 4; allowed a chain"
        ):
            story(two)
