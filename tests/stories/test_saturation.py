"""Every sentence of `saturation` is true of numbers that are computed here once more."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from backprop_core import ACTIVATIONS, Experiment, initialize, layer_widths, load_data
from scenes.stories.preactivations import MOST_VALUES
from scenes.stories.saturation import SCALES, SaturationStory
from scenes.words.figures import Sentence

CASES: dict[str, dict[str, dict[str, object]]] = {
    "default": {"network": {"width": 100}},
    "tanh": {"network": {"activation": "tanh"}},
    "relu": {"network": {"activation": "relu", "init": "he"}},
    "leaky": {"network": {"activation": "leaky_relu"}},
    "identity": {"network": {"activation": "identity"}},
    "smallest": {"network": {"depth": 2, "width": 1}, "data": {"name": "moons"}},
    "large weights": {"network": {"gain": 1000.0}},
    "tiny weights": {"network": {"gain": 1e-6}},
    "no weights": {"network": {"gain": 1e-300, "width": 1}},
    "biased": {"network": {"bias_std": 100.0}},
    "wide": {"network": {"width": 4096, "depth": 2}},
    "raw": {"data": {"scale": 16.0, "standardize": False}},
    "single": {"dtype": "float32"},
}


@dataclass
class Told:
    """A story, and the layer by another way."""

    story: SaturationStory
    W: np.ndarray
    b: np.ndarray
    x: np.ndarray

    @property
    def f(self):
        return ACTIVATIONS[self.story.shown.network.activation]

    def slope(self, scale: float) -> np.ndarray:
        return self.f.slope(self.x @ (scale * self.W).T + self.b)

    def saturated(self, scale: float) -> float:
        return float((self.slope(scale) < 0.04 * self.f.max_slope).mean())

    def rms_dW(self, scale: float) -> float:  # noqa: N802
        # Example by example: outer(slope, x).
        squares = [
            np.mean(np.outer(s, x) ** 2) for s, x in zip(self.slope(scale), self.x, strict=True)
        ]
        return float(np.sqrt(np.mean(squares)))

    def rms_dx(self, scale: float) -> float:
        dx = np.array([(scale * self.W).T @ s for s in self.slope(scale)])
        return float(np.sqrt(np.mean(dx**2)))

    def said(self, name: str, *arguments: object) -> str:
        said: Sentence = getattr(self.story, name)(*arguments)
        return said.plain


@pytest.fixture(scope="module", params=[*CASES, "turns on", "turns off"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    name = request.param
    if name.startswith("turns "):
        path = tmp_path_factory.mktemp("one") / "one.npz"
        experiment = one_example(path, name.removeprefix("turns "))
    else:
        case = CASES[name]
        experiment = Experiment(**(case | {"data": {"samples": 100} | case.get("data", {})}))
    story = SaturationStory.of(experiment)
    network = initialize(story.shown)
    return Told(story, network.weights[0], network.biases[0], load_data(story.shown).x)


def one_example(path: Path, turns: str) -> Experiment:
    """Return a unit and an example for which it is on, or off, until the weights are large."""
    layer = {"depth": 2, "width": 1, "activation": "relu", "bias_std": 2.0}
    data = {"name": "file", "path": str(path), "standardize": False}
    wanted = {"on": -1, "off": 1}[turns]
    np.savez(path, x=np.ones((1, 1)), y=np.ones((1, 2)))
    for seed in range(20):
        net = initialize(Experiment(seed=seed, network=layer, data=data))
        weight, bias = net.weights[0].item(), net.biases[0].item()
        if np.sign(bias) == wanted:
            # At scale 1 the bias decides: z = 4/5 b; at scale 30 the weight does: z = -5 b.
            np.savez(path, x=np.array([[-bias / (5 * weight)]]), y=np.ones((1, 2)))
            return Experiment(seed=seed, network=layer, data=data)
    raise AssertionError("no seed with such a bias")


def percent(said: str) -> tuple[float, float]:
    """Return the range of fractions that a written percentage allows."""
    found = re.search(r"(under |over )?([\d.]+)\u202f%", said)
    assert found, said
    limit, digits = found.groups()
    value, half = float(digits), 0.5 * 10.0 ** -len(digits.partition(".")[2])
    if limit == "under ":
        return 1e-12, 0.0005
    if limit == "over ":
        return 0.9995, 1 - 1e-12
    if value in {0, 100}:
        return value / 100, value / 100
    return (value - half) / 100 - 1e-9, (value + half) / 100 + 1e-9


def number(text: str) -> float:
    found = re.search(r" to ([\d.]+)(?: × 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))? times", text)
    assert found, text
    power = (found[2] or "0").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(found[1]) * 10.0 ** int(power)


def way(after: float, before: float) -> str:
    if before == 0:
        return "rises" if after > 0 else "holds"
    if after / before < 0.8:
        return "falls"
    return "rises" if after / before > 1.25 else "holds"


def test_the_sentences_can_be_read_in_time(told: Told) -> None:
    story = told.story
    spoken = [
        story.one_unit(),
        story.largest(),
        story.flats(),
        story.real_layer(),
        story.question(),
        *(story.scaled(number) for number in range(len(SCALES))),
        story.own_gradient(),
        story.passed_gradient(),
        story.verdict(),
    ]
    for said in spoken:
        assert len(re.sub(r"\{\w+\}", "N", said.template).split()) <= 16, said.plain
    for said in [*spoken, story.subtitle()]:
        assert not re.search(r"[{}]|nan|\binf\b", said.plain)
        assert not re.search(r"\b1 (\w+ )?(example|unit|input)s", said.plain), said.plain


def test_the_subtitle_describes_the_layer(told: Told) -> None:
    widths, said = layer_widths(told.story.shown), told.said("subtitle").replace("\u202f", "")
    assert said.startswith(f"layer 1: {widths[1]} ")
    assert f", {widths[0]} input" in said
    assert f" {len(told.x)} example" in said


def test_a_wide_layer_takes_fewer_examples(told: Told) -> None:
    assert told.story.passes[0].z.size <= max(MOST_VALUES, 10 * len(told.W))
    wide = len(told.W) == 4096
    assert (told.story.shown.data.samples < 100) == wide


def test_the_largest_slope_is_the_largest(told: Told) -> None:
    z = np.linspace(-30, 30, 6001)
    slopes, said = told.f.slope(z), told.said("largest")
    assert f"{slopes.max():g}" in said
    if "at z = 0" in said:
        assert z[slopes.argmax()] == pytest.approx(0)
    elif "Above zero" in said:
        assert (slopes[z > 1e-9] == slopes.max()).all()
        assert slopes[z < -1e-9].max() < slopes.max()
    else:
        assert "wherever" in said
        assert (slopes == slopes.max()).all()


def test_the_flats_are_flat(told: Told) -> None:
    said, border = told.said("flats"), told.story.border
    z = np.linspace(-30, 30, 6001)
    slopes = told.f.slope(z)
    below = slopes < 0.04 * told.f.max_slope
    if "never saturates" in said:
        assert not below.any()
    elif "off" in said:
        assert (slopes[z < -1e-9] == 0).all()
    elif "keeps a slope" in said:
        assert slopes[z < -1e-9] == pytest.approx(0.01)
        assert "0.01" in said
    else:
        assert border is not None
        assert f"Beyond {border:.2f} " in said
        assert "4\u202f%" in said
        assert np.array_equal(below, np.abs(z) > border)


def test_shares_of_saturated_units(told: Told) -> None:
    if told.story.border is None:
        assert "the same" in told.said("real_layer")
        assert told.saturated(1) == told.saturated(30) == 0
        assert "does not change" in told.said("scaled", 3)
        return
    state = {"relu": "off", "leaky_relu": "leaking"}.get(told.f.name, "saturated")
    for place, scale in enumerate(SCALES):
        said = told.said("scaled", place)
        assert said.startswith(f"Weights times {scale}: ")
        assert said.endswith(f" of the units are {state}.")
        low, high = percent(said)
        assert low <= told.saturated(scale) <= high
    low, high = percent(told.said("real_layer"))
    assert low <= told.saturated(1) <= high


@pytest.mark.parametrize(
    ("name", "measure"), [("own_gradient", "rms_dW"), ("passed_gradient", "rms_dx")]
)
def test_what_the_gradients_did(told: Told, name: str, measure: str) -> None:
    before, after = (getattr(told, measure)(scale) for scale in (SCALES[0], SCALES[-1]))
    said, moved = told.said(name), way(after, before)
    assert told.said("question").startswith(f"Let its weights grow {SCALES[-1]} times.")
    if moved == "holds":
        assert said.endswith("it hardly changes.")
    elif before == 0 or after == 0:
        assert said.endswith(f"it {moved} {'from' if before == 0 else 'to'} exactly nothing.")
    else:
        assert f"it {moved} to " in said
        assert number(said) == pytest.approx(after / before, rel=0.0051)


def test_the_verdict_fits_both(told: Told) -> None:
    own = way(told.rms_dW(SCALES[-1]), told.rms_dW(SCALES[0]))
    passed = way(told.rms_dx(SCALES[-1]), told.rms_dx(SCALES[0]))
    said = told.said("verdict")
    assert ("starve this layer" in said) == (own == "falls" and passed != "holds")
    if "but not the layer below" in said:
        assert passed == "rises"
    elif "the layer below too" in said:
        assert passed == "falls"
    elif "leave this layer" in said:
        assert own == "holds"
        assert said.endswith(f"the one below it {passed}.")
    else:
        assert f"gradient {own}, the one below it {passed}" in said


def test_the_histogram_holds_every_unit_once(told: Told) -> None:
    story = told.story
    for layer in story.passes:
        shares = story.shares(layer)
        assert shares.sum() == pytest.approx(1)
        step = np.diff(story.edges)
        assert step == pytest.approx(step[0])
        z = layer.z
        outside = float(((z < story.edges[0]) | (z > story.edges[-1])).mean())
        assert story.beyond(layer, 1.0).value == pytest.approx(outside)
        at = int(np.searchsorted(story.edges, z.flat[0]))
        assert shares[at] > 0 or z.flat[0] in story.edges


def test_saturated_bins_hold_saturated_units_alone(told: Told) -> None:
    story = told.story
    marked = story.saturated_bins()
    assert len(marked) == len(story.edges) + 1
    if story.border is None:
        assert not marked.any()
        return
    assert np.abs(story.edges - story.border).min() < 1e-9
    middles = (story.edges[:-1] + story.edges[1:]) / 2
    beyond = np.abs(middles) > story.border if story.border > 0 else middles < 0
    assert np.array_equal(marked[1:-1], beyond)
    for layer in story.passes:
        assert story.shares(layer)[marked].sum() == pytest.approx(layer.saturated, abs=1e-3)


def test_on_the_way_between_scales_it_is_the_same_layer(told: Told) -> None:
    for scale, layer in zip(SCALES, told.story.passes, strict=True):
        assert np.array_equal(told.story.at(scale).z, layer.z)
        assert layer.median_slope == pytest.approx(float(np.median(told.slope(scale))))


@pytest.mark.parametrize(
    ("told", "own", "passed"),
    [
        ("default", "falls", "rises"),
        ("relu", "holds", "rises"),
        ("turns on", "rises", "rises"),
        ("turns off", "falls", "falls"),
        ("no weights", "holds", "holds"),
    ],
    indirect=["told"],
)
def test_each_kind_of_layer_is_among_them(told: Told, own: str, passed: str) -> None:
    assert way(told.rms_dW(30), told.rms_dW(1)) == own
    assert way(told.rms_dx(30), told.rms_dx(1)) == passed
