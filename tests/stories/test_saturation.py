"""Every sentence of `saturation` is true of numbers that are computed here once more."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from backprop_core import ACTIVATIONS, Experiment, initialize, layer_widths, load_data
from scenes.beats.saturation.factors import factors
from scenes.beats.saturation.growth import Grow, Own, Passed
from scenes.beats.saturation.layer import Layer, Question, Streams
from scenes.beats.saturation.stage import stuck
from scenes.beats.saturation.unit import Best, FarOut
from scenes.beats.saturation.verdict import Verdict
from scenes.kit.beat import Beat
from scenes.saturation import Saturation
from scenes.stories.preactivations import MOST_VALUES
from scenes.stories.saturation import SCALES, SaturationStory
from scenes.words.figures import MOST_WORDS
from tests.selection import quick_cases
from tests.words.number_words import number_in

CASES: dict[str, dict[str, dict[str, object]]] = {
    "default": {},
    "hundred": {"network": {"width": 100}},
    "tanh": {"network": {"activation": "tanh"}},
    "relu": {"network": {"activation": "relu", "init": "he"}},
    "leaky": {"network": {"activation": "leaky_relu"}},
    "identity": {"network": {"activation": "identity"}},
    "smallest": {"network": {"depth": 2, "width": 1}, "data": {"name": "moons"}},
    "large weights": {"network": {"gain": 1000.0}},
    "tiny weights": {"network": {"gain": 1e-6}},
    "no weights": {"network": {"gain": 1e-300, "width": 1}},
    "zeros": {"network": {"init": "zeros"}},
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

    def rms_slope(self, scale: float) -> float:
        return float(np.sqrt(np.mean(self.slope(scale) ** 2)))

    def stuck(self, scale: float) -> int:
        """Count the saturated units of those that are shown, for the example that is shown."""
        units = len(self.W)
        shown = np.linspace(0, units - 1, min(units, 30)).round().astype(int)
        slopes = self.slope(scale)[self.story.example, shown]
        return int((slopes < 0.04 * self.f.max_slope).sum())

    def said(self, beat: Beat) -> str:
        return beat.says(self.story).plain


NAMES = {2: "half", 3: "a third", 5: "a fifth", 6: "a sixth", 10: "a tenth"}
KINDS = [*CASES, "turns on", "turns off"]
FIRST = ("default", "hundred", "relu", "smallest", "large weights", "zeros", "raw", "turns on")
PARAMS = quick_cases(KINDS, *FIRST)


@pytest.fixture(scope="module", params=PARAMS)
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


def way(after: float, before: float) -> str:
    if before == 0:
        return "rises" if after > 0 else "holds"
    if after / before < 0.8:
        return "falls"
    return "rises" if after / before > 1.25 else "holds"


def moved(told: Told, measure: str) -> str:
    return way(getattr(told, measure)(SCALES[-1]), getattr(told, measure)(SCALES[0]))


def test_the_sentences_can_be_spoken(told: Told) -> None:
    for beat in Saturation.beats:
        said = beat.says(told.story).plain
        assert len(said.split()) <= MOST_WORDS, said
        assert "nan" not in said
        assert beat.shows(told.story).plain
    assert "{" not in told.story.subtitle().plain


def test_the_subtitle_describes_the_layer(told: Told) -> None:
    widths = layer_widths(told.story.shown)
    said = told.story.subtitle().plain.replace(",", "")
    assert said.startswith(f"layer 1: {widths[1]} ")
    assert f" {widths[0]} input" in said
    assert f" {len(told.x)} example" in said


def test_a_wide_layer_takes_fewer_examples(told: Told) -> None:
    assert told.story.passes[0].z.size <= max(MOST_VALUES, 10 * len(told.W))
    wide = len(told.W) == 4096
    assert (told.story.shown.data.samples < 100) == wide


def test_the_best_is_what_the_unit_shows(told: Told) -> None:
    slopes, said = told.f.slope(np.linspace(-30, 30, 6001)), told.said(Best())
    assert ("a quarter" in said) == (slopes.max() == 0.25)
    assert ("all of it" in said) == (slopes.max() == 1.0)
    if "side of zero" in said:
        assert told.f.slope(np.array([3.0]))[0] == 1.0


def test_the_flat_is_what_the_unit_shows(told: Told) -> None:
    z = np.linspace(-30, 30, 6001)
    slopes, said = told.f.slope(z), told.said(FarOut())
    far = told.f.slope(np.array([-0.97 * 6, 0.97 * 6])).min()
    if "almost nothing" in said:
        assert far < 0.02 * slopes.max()
    elif "a hundredth" in said:
        assert slopes[z < -1e-9] == pytest.approx(0.01)
    elif "nothing" in said:
        assert (slopes[z < -1e-9] == 0).all()
    else:
        assert "never saturates" in said
        assert (slopes == 1).all()


def test_the_layer_has_so_many_units(told: Told) -> None:
    said, units = told.said(Layer()), len(told.W)
    numbers = {1: "the one unit", 30: "thirty units", 100: "100 units", 4096: "4,096 units"}
    assert numbers[units] in said
    assert ("Here are thirty, " in said) == (units > 30)
    assert ("digit" in said) == (told.story.shown.data.name == "digits")


def test_the_example_is_typical(told: Told) -> None:
    def away(number: int) -> float:
        f = told.f
        return max(
            abs(float((told.slope(s)[number] < 0.04 * f.max_slope).mean()) - told.saturated(s))
            for s in SCALES
        )

    chosen = away(told.story.example)
    assert chosen <= min(away(number) for number in range(len(told.x))) + 1e-12
    for scale in SCALES:
        z = told.x[told.story.example] @ (scale * told.W).T + told.b
        assert told.story.z(scale) == pytest.approx(z, rel=1e-4)


def test_the_picture_is_the_example_that_is_read(told: Told) -> None:
    picture = told.story.picture
    if told.story.is_picture:
        assert picture is not None
        raw = told.story.shown.override({"data.standardize": False})
        assert np.array_equal(picture, load_data(raw).x[told.story.example])
    elif picture is not None:
        assert np.array_equal(picture, told.x[told.story.example])


def test_a_gradient_goes_two_ways_and_the_question_names_the_scale(told: Told) -> None:
    assert "goes two ways" in told.said(Streams())
    assert "thirty times larger" in told.said(Question())
    assert SCALES[-1] == 30


def test_the_count_is_of_the_units_that_are_seen(told: Told) -> None:
    for scale in SCALES:
        assert stuck(told.story, float(scale)) == told.stuck(scale)


def test_what_became_of_the_units(told: Told) -> None:
    said, (first, last) = told.said(Grow()), (told.stuck(SCALES[0]), told.stuck(SCALES[-1]))
    shown = min(30, len(told.W))
    if not told.W.any():
        assert "stay zero" in said
    elif told.story.border is None:
        assert np.array_equal(told.slope(1), told.slope(30))
        assert "slope stays the same" in said
    elif said.startswith(("No unit", "It is not")):
        assert last == 0
    elif "As many" in said:
        assert abs(last - first) <= 0.05 * shown
    elif shown == 1:
        assert last == 1
        assert said.startswith("Now it is")
    elif "all" in said:
        assert last == shown
    elif "one of" in said:
        assert last == 1
    else:
        before, after = said.split(" of ")
        assert number_in(before) == last
        assert number_in(after.split()[0]) == shown
        assert ("still" in said) == (last < first)
    assert ("at the end" in said or "at an end" in said) <= (told.f.name in {"sigmoid", "tanh"})


def test_what_became_of_dW(told: Told) -> None:  # noqa: N802
    said = told.said(Own())
    if "exactly zero" in said:
        assert told.rms_dW(SCALES[-1]) == 0
        return
    word = {"falls": "shrinks", "holds": "hardly changes", "rises": "grows"}
    assert word[moved(told, "rms_dW")] in said
    if "Less slope" in said:
        assert told.rms_slope(30) < told.rms_slope(1)
    if "More slope" in said:
        assert told.rms_slope(30) > told.rms_slope(1)


def test_what_became_of_dx(told: Told) -> None:
    said = told.said(Passed())
    if "weights of zero" in said:
        assert not told.W.any()
    elif "nothing at all" in said:
        assert told.rms_dx(30) == 0
    elif "makes" in said:
        share, result = told.rms_dx(30) / told.rms_dx(1) / 30, number_in(said.split()[-1][:-1])
        parts = round(1 / share)
        assert parts * result == 30
        assert f"{NAMES[parts]}, times thirty" in said
        assert result == pytest.approx(30 * share, rel=0.1)
    else:
        word = {"falls": "shrinks", "holds": "hardly changes", "rises": "larger weights"}
        assert word[moved(told, "rms_dx")] in said


def test_the_verdict_fits_both(told: Told) -> None:
    said, own, passed = told.said(Verdict()), moved(told, "rms_dW"), moved(told, "rms_dx")
    if not told.W.any():
        assert "stuck" in said
        return
    assert said.startswith("It starves itself") == (own == "falls")
    if "floods what" in said:
        assert passed == "rises"
        assert told.rms_dx(30) > told.rms_dW(30)
    if "a little more back" in said:
        assert passed == "rises"
        assert told.rms_dx(30) <= told.rms_dW(30)
    if "neither" in said:
        assert own == passed == "holds"


def test_the_factors_on_the_streams(told: Told) -> None:
    found = factors(told.story)
    for name, figure in found.items():
        measure = told.rms_dW if name == "own" else told.rms_dx
        ratio = measure(30) / measure(1) / (30 if name == "slope" else 1)
        assert figure.value == pytest.approx(ratio, rel=1e-3)
    if len(found) == 3 and not found["passed"].is_zero:
        # What stands there multiplies, with the digits that stand there.
        shown = {
            name: float(
                f"{figure.mantissa}e{figure.exponent or 0}".replace("\N{MINUS SIGN}", "-").replace(
                    ",", ""
                )
            )
            for name, figure in found.items()
        }
        assert shown["slope"] * 30 == pytest.approx(shown["passed"], rel=0.16)


def test_what_reaches_the_inputs_is_the_gradient_of_the_example(told: Told) -> None:
    dx = (30 * told.W).T @ told.slope(30)[told.story.example]
    assert told.story.reached == pytest.approx(dx, rel=1e-3, abs=1e-3 * float(abs(dx).max()))


def test_widths_on_the_way_are_those_of_the_layer(told: Told) -> None:
    sizes = told.story.sizes
    for scale in SCALES:
        there = sizes.at(float(scale))
        expected = told.rms_slope(scale), told.rms_dW(scale), told.rms_dx(scale)
        exact = scale in {SCALES[0], SCALES[-1]}
        assert there == pytest.approx(expected, rel=1e-3 if exact else 0.05, abs=1e-300)


def test_on_the_way_between_scales_it_is_the_same_layer(told: Told) -> None:
    for scale, layer in zip(SCALES, told.story.passes, strict=True):
        assert np.array_equal(told.story.at(scale).z, layer.z)


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
    assert moved(told, "rms_dW") == own
    assert moved(told, "rms_dx") == passed
