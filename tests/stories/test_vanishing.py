"""Every sentence of `vanishing` is true of numbers that are computed here once more."""

import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType, SimpleNamespace

import numpy as np
import pytest

from backprop_core import (
    Experiment,
    History,
    NumericalError,
    Resolved,
    Trace,
    layer_widths,
    load_data,
    run,
    train,
)
from backprop_core.budget import FILM_SECONDS, epoch_seconds, pass_seconds
from scenes.beats.vanishing.dive import axis_of
from scenes.beats.vanishing.training import FALLEN, HELD, watched
from scenes.kit.beat import Beat
from scenes.kit.stage.loss_level import CHANGES
from scenes.stories import vanishing
from scenes.stories.vanishing import VanishingStory
from scenes.vanishing import Vanishing
from scenes.words.figures import MOST_WORDS
from scenes.words.spoken import counted
from tests.scenes.recompute.vanishing import Light, zoom
from tests.selection import quick_cases
from tests.stories.spoken import said
from tests.words.number_words import PARTS, half_a_unit, number_in

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
    "half": {"dtype": "float16"},
    "zeros": {"network": {"init": "zeros", "depth": 3, "width": 5}},
    "constant": {"network": {"init": "constant", "depth": 3, "width": 5}},
    "outputs without slope": {
        "network": {
            "depth": 2,
            "width": 300,
            "gain": 1000.0,
            "activation": "relu",
            "output": "tanh",
            "loss": "quadratic",
        },
        "data": {"name": "blobs", "samples": 20},
    },
    "light": {"network": DEEP_RELU | {"depth": 4}, "film": {"theme": "light"}},
    "targets": {
        "network": {"depth": 3, "width": 5, "output": "identity", "loss": "quadratic"},
        "data": {"name": "file"},
    },
}
TOLD_FIRST = (
    *("vanishing", "holding", "exploding", "smallest", "off", "loss of zero", "diverging"),
    *("learning", "half", "zeros", "targets"),
)
"""Cases of the quick tests: one of each branch."""
BEATS = {beat.name: beat for beat in Vanishing.beats}
ALWAYS = {"training", "question", "forward", "how_far", "dark", "bars", "axis"}
"""Beats of every computed story; one of `LAST` follows them, and `retrain` is before `kept`."""
LAST = {"kept", "verdict"}


@dataclass
class Told:
    """A story, and the same numbers by another way."""

    experiment: Experiment
    story: VanishingStory
    trace: Trace

    @cached_property
    def signal(self) -> np.ndarray:
        return self.trace.log10_norm("signal")

    @cached_property
    def light(self) -> Light:
        return Light(self.trace)

    @cached_property
    def lit(self) -> list[bool]:
        if self.below_floats:
            self.light.shares = np.minimum(10 ** (self.signal - self.signal[-1]), 1.0).tolist()
        return self.light.lit(self.experiment.film.theme)

    @cached_property
    def history(self) -> History | None:
        try:
            return train(self.experiment)
        except NumericalError:
            return None

    @property
    def silent(self) -> bool:
        """Whether no gradient sets out."""
        return bool(np.isneginf(self.signal[-1]))

    @property
    def below_floats(self) -> bool:
        """Whether one does, but so small that no float holds it."""
        return not self.silent and not self.trace.delta[-1].any()

    def has(self, name: str) -> bool:
        return BEATS[name].when(self.story)

    def said(self, name: str) -> str:
        return said(Vanishing, self.story, name)

    def shown(self, name: str) -> str:
        return BEATS[name].shows(self.story).plain

    @property
    def poster(self) -> str:
        return Vanishing.poster(SimpleNamespace(story=self.story)).plain


def median_step(log10: np.ndarray) -> float:
    steps = [-np.inf if np.isneginf(below) else below - above for below, above in pairwise(log10)]
    return float(np.median(steps))


@pytest.fixture(scope="module", params=quick_cases(CASES, *TOLD_FIRST))
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
    return Told(experiment, VanishingStory.of(experiment), run(experiment))


def number(text: str) -> float:
    """Read log10 of a number that was written for a person."""
    found = re.search(r"(\d+(?:\.\d+)?)(?: × 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?", text)
    assert found, text
    mantissa, power = found.groups()
    digits = (power or "0").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    value = float(mantissa)
    return -np.inf if value == 0 else np.log10(value) + int(digits)


def close(text: str, log10: float) -> bool:
    """Tell whether a written number is 10**log10, to three digits."""
    return number(text) == log10 or abs(number(text) - log10) < 0.0025


def rounded(words: str, log10: float) -> bool:
    """Tell whether number words, or a power of ten, are 10**log10 to one digit."""
    value = number_in(words)
    if value is None:
        return abs(10 ** (number(words) - log10) - 1) <= 0.5
    return abs(value - 10.0**log10) <= half_a_unit(value) * (1 + 1e-9)


def only(words: str, claims: Mapping[str, bool]) -> str:
    """Return the one claim that some words make, which must be the one that is true."""
    (made,) = [claim for claim in claims if claim in words]
    assert [claim for claim, true in claims.items() if true] == [made], words
    return made


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


@pytest.mark.parametrize("beat", Vanishing.beats, ids=lambda beat: beat.name)
def test_a_sentence_can_be_read_in_time(told: Told, beat: Beat[VanishingStory, Vanishing]) -> None:
    if not beat.when(told.story):
        return
    sentence = beat.says(told.story)
    assert len(sentence.plain.split()) <= MOST_WORDS
    for words in (sentence.plain, beat.shows(told.story).plain):
        assert re.match(r"[A-Z\d]", words)
        assert re.search(r"[.?]$", words)
        assert not re.search(
            r"[{}]|\bnan\b|\binf\b|  | [,.?:]|\.\.|\b1 (layer|epoch|draw|pass)e?s\b", words
        )


def test_the_beats_are_those_that_there_is_something_to_say_in(told: Told) -> None:
    found = {name for name in BEATS if told.has(name)}
    assert len(found & LAST) == 1
    assert ("retrain" in found) == ("kept" in found)
    found -= LAST | {"retrain"}
    expected = set(ALWAYS)
    if not told.silent:
        expected |= {"source", "weights"}
        if told.light.weight_part > 0 or told.below_floats:
            expected.add("slopes")
    if abs(zoom(told.signal)) >= np.log10(2):
        expected |= {"search", "found"}
    if np.isfinite(told.signal).all():
        expected.add("steps")
        if told.experiment.network.activation == "sigmoid":
            expected.add("why")
    assert found == expected


def test_the_subtitle_describes_the_network(told: Told) -> None:
    widths, network = layer_widths(told.experiment), told.experiment.network
    subtitle = told.story.subtitle().plain
    units = "unit" if widths[1] == 1 else "units"
    assert subtitle.startswith(f"{len(widths) - 2} hidden ")
    assert f"of {widths[1]} {units}, " in subtitle
    assert f"gain {network.gain:,g}, " in subtitle
    assert f"{len(load_data(told.experiment).x)} example" in subtitle
    assert subtitle.endswith(told.experiment.data.name)
    assert "{" not in subtitle


def test_what_is_said_of_the_training_run(told: Told) -> None:
    layers = len(layer_widths(told.experiment)) - 1
    if told.history is None:
        assert told.said("training") == f"A network of {layers} layers, in training. Will it learn?"
        assert told.shown("training").endswith("the loss overflows.")
        return
    epochs = len(told.history.loss) - 1
    assert told.said("training") == (
        f"{layers} layers, {epochs} epochs of training. Will it learn?"
    )
    first, last = re.search(r"it goes from (.*) to (.*)\.$", told.shown("training")).groups()
    for words, loss in ((first, told.history.loss[0]), (last, told.history.loss[-1])):
        assert close(words, np.log10(loss) if loss else -np.inf)


@pytest.mark.parametrize("epochs", [0, 1, 3, 30, 1000])
def test_the_first_loss_stands_before_the_next_ones_come_faster_and_faster(epochs: int) -> None:
    passed = watched(epochs)
    times = np.linspace(0.0, 1.0, 201)
    shares = np.array([passed(float(time)) for time in times])
    assert (shares[0], shares[-1]) == pytest.approx((0.0, 1.0))
    assert (np.diff(shares) >= 0).all()
    if epochs:
        # A level changes within a quarter of an epoch, in its middle.
        assert (shares[times <= HELD] * epochs <= 0.5 - CHANGES / 2).all()
        assert passed(FALLEN) * epochs >= 0.5 + CHANGES / 2
        later = np.diff(shares[times >= FALLEN])
        assert (np.diff(later) >= -1e-12).all()


def test_what_is_said_of_learning_happened(told: Told) -> None:
    claim = only(
        told.said("question"),
        {
            "Its loss overflows.": told.history is None,
            "It learns.": told.history is not None and told.story.learned is True,
            "It only guesses.": told.story.learned is False,
        },
    )
    assert told.said("question").endswith(" How much gradient reaches its first layer?")
    if told.history is None:
        return
    y, guesses = load_data(told.experiment).y, claim.endswith("guesses.")
    if told.history.accuracy is None:
        best = float(((y - y.mean(axis=0)) ** 2).sum(axis=1).mean() / 2)
        assert guesses == (told.history.loss[-1] > 0.95 * best)
        return
    right, commonest = told.history.accuracy[-1], np.bincount(y).max() / len(y)
    if guesses:
        assert right - commonest <= 0.05, "that is more than chance"
        return
    shares = np.bincount(y) / len(y)
    shares = shares[shares > 0]
    entropy = {
        "softmax": float(-(shares * np.log(shares)).sum()),
        "sigmoid": float(
            -(shares * np.log(shares)).sum()
            - ((1 - shares) * np.log1p(-np.minimum(shares, 1 - 1e-16))).sum()
        ),
    }.get(told.experiment.network.output, 0.0)
    assert right > commonest or commonest == 1 or told.history.loss[-1] < entropy


def test_the_level_of_guessing_is_that_of_the_best_constant(told: Told) -> None:
    y, network = load_data(told.experiment).y, told.experiment.network
    if network.output == "softmax" and told.story.guessed is not None:
        shares = np.bincount(y) / len(y)
        assert told.story.guessed == pytest.approx(-(shares * np.log(shares)).sum())
    if y.ndim > 1:
        assert told.story.guessed == pytest.approx(
            ((y - y.mean(axis=0)) ** 2).sum(axis=1).mean() / 2
        )


def test_what_units_are_filled_by_is_said(told: Told) -> None:
    bounded = told.experiment.network.activation in {"sigmoid", "tanh"}
    scaled = "scaled to its own largest unit" in told.said("forward")
    assert scaled == (not bounded)
    for layer in range(1, told.trace.depth):
        a = np.abs(told.trace.a[layer][0].astype(np.float64))
        largest = float(a.max()) or 1.0
        expected = a if bounded else a / largest
        assert told.story.fills(layer) == pytest.approx(expected)
    assert told.said("forward").startswith("Epoch 0 again: "), "the gradient is not yet trained"
    assert told.shown("forward").startswith("One example flies into the input.")
    raw = load_data(told.experiment.override({"data.standardize": False})).x[0]
    assert told.story.picture == pytest.approx(raw)


def test_the_weights_do_what_is_said(told: Told) -> None:
    if not told.has("weights"):
        return
    part = told.light.weight_part
    if told.below_floats:
        part = float(told.story.factors.weight_part[-1])
    only(
        told.said("weights"),
        {
            "These weights let nothing through.": part == 0,
            "The weights make it smaller.": 0 < part < 0.8,
            "The weights hardly change it.": 0.8 <= part <= 1.25,
            "The weights make it larger.": part > 1.25,
        },
    )
    weighed = np.log10(part) if part else -np.inf
    assert close(told.shown("source").rpartition(": ")[2], told.signal[-1])
    if part == 0:
        assert told.shown("weights").endswith("times 0 exactly.")
        return
    factor, width = re.search(r"times (.*): it is (.*) wide", told.shown("weights")).groups()
    assert close(factor, weighed)
    assert close(width, told.signal[-1] + weighed)


def test_the_slopes_let_through_what_is_said(told: Told) -> None:
    if not told.has("slopes"):
        return
    part, words = told.light.slope_part, told.said("slopes")
    if told.below_floats:
        part = float(told.story.factors.slope_part[-1])
    if words == "The slopes are all one: they let it all through.":
        assert part == pytest.approx(1, abs=1e-12)
        # Units that nothing arrives at may have any slope.
        reached = told.light.arrives > 0
        assert told.trace.slope[-1][:, reached] == pytest.approx(1.0, abs=1e-12)
    else:
        (passed,) = re.fullmatch(r"The slopes of the units let (.*) through\.", words).groups()
        low, high = PARTS[passed]
        assert low - 1e-6 <= part <= high + 1e-6
    factor, left = re.search(
        r"times (.*?), and .*: (\d.*) is left\.$", told.shown("slopes")
    ).groups()
    assert close(factor, np.log10(part) if part else -np.inf)
    assert close(left, told.signal[-2])


def test_units_open_at_the_slopes_that_act(told: Told) -> None:
    step = told.story.step
    if step is None:
        assert told.silent
        return
    assert step.leaves == pytest.approx(told.light.units[-1], rel=2e-3)
    assert step.arrives == pytest.approx(told.light.arrives, rel=2e-3)
    acts = told.light.arrives > 0
    lets = told.light.units[-2][acts] / told.light.arrives[acts]
    assert step.slopes[acts] == pytest.approx(lets, rel=5e-3, abs=1e-6)
    assert (step.slopes[~acts] == 0).all()
    assert step.z == pytest.approx(told.trace.z[-2][0])


def test_the_question_is_of_all_layers(told: Told) -> None:
    asks = r"The whole way back now\. Of (.*) layers, how many will light up\?"
    (layers,) = re.fullmatch(asks, told.said("how_far")).groups()
    assert number_in(layers) == told.trace.depth


def test_the_layers_that_are_lit_are_counted(told: Told) -> None:
    words, lit = told.said("dark"), told.lit
    dark = [n for n, one in enumerate(reversed(lit)) if not one]
    seen, row = sum(lit), dark[0] if dark else len(lit)
    claim = only(
        words,
        {
            "None. The loss is exactly zero, and no gradient sets out.": told.silent,
            "All of them. The light gets through.": seen == len(lit),
            " Then it is dark.": 0 < seen == row < len(lit),
            "with dark ones between": row < seen < len(lit),
        },
    )
    assert told.silent == (told.trace.loss == 0)
    if claim == " Then it is dark.":
        assert number_in(words.removesuffix("." + claim)) == seen
    if claim == "with dark ones between":
        first, _, rest = words.partition(" of ")
        assert (number_in(first), number_in(rest.partition(",")[0])) == (seen, len(lit))
    assert told.shown("dark").endswith(f": {seen} of {len(lit)} layers can be seen.")
    assert list(told.story.lit) == lit


def test_a_large_edge_is_as_bright_as_its_layer(told: Told) -> None:
    rough = {"float16": 2e-2, "float32": 1e-4}.get(told.experiment.dtype, 1e-7)
    if told.below_floats:
        return
    assert told.story.light_of_layers == pytest.approx(told.light.shares, rel=rough, abs=rough)
    for layer, (edges, units, share) in enumerate(
        zip(told.light.edges, told.light.units, told.light.shares, strict=True), start=1
    ):
        rows, columns = range(min(3, len(edges))), range(min(4, edges.shape[1]))
        for shown, carried, part in (
            (told.story.light_of_edges(layer, rows, columns), edges, edges[:3, :4]),
            (told.story.light_of_units(layer, rows), units, units[:3]),
        ):
            large = np.percentile(carried, 92)
            wanted = share * part / large if large else np.zeros_like(part)
            assert shown == pytest.approx(wanted, rel=rough, abs=rough)


def test_the_bars_are_in_sight_where_that_is_said(told: Told) -> None:
    words, signal = told.said("bars"), told.signal
    assert words.startswith("Now draw it as heights.")
    if words.endswith("All are in sight."):
        assert np.isfinite(signal).all()
        assert 10 ** (signal.min() - signal.max()) > 0.1
        assert not told.has("search")


def test_the_zoom_is_what_it_takes(told: Told) -> None:
    if not told.has("search"):
        return
    words, wanted = told.said("found"), zoom(told.signal)
    only(
        told.said("search"),
        {
            "Some stand out of the picture. How far must we step back?": wanted < 0,
            "Where is the first one? Zoom in until it fills the picture.": wanted > 0,
        },
    )
    only(
        words,
        {
            " times: so much larger is the largest.": wanted < 0,
            " times, and the first still gets nothing.": np.isneginf(told.signal[0]),
            " times.": wanted > 0 and np.isfinite(told.signal[0]),
        },
    )
    assert rounded(words.partition(" times")[0], abs(wanted))
    way, size = re.search(r"is (\w+) in one take, by (.*) in all", told.shown("search")).groups()
    assert way == ("enlarged" if wanted > 0 else "shrunk")
    assert close(size, abs(wanted))


FRACTIONS = {
    "a quarter": 1 / 4,
    "a third": 1 / 3,
    "half": 1 / 2,
    "two thirds": 2 / 3,
    "three quarters": 3 / 4,
}


def test_a_layer_passes_on_what_is_said(told: Told) -> None:
    zero = bool(np.isneginf(told.signal).any())
    assert told.said("axis").endswith("An open circle is exactly zero.") == zero
    assert told.has("steps") != zero
    texts = []
    if told.has("verdict"):
        texts.append(re.search(r"goes from (.*) at layer \d+ to (.*) at layer 1\.", told.poster))
    if told.has("steps"):
        words, mean = told.said("steps"), float(np.mean(told.signal[:-1] - told.signal[1:]))
        (factor,) = re.search(r"On average, a layer passes on (.*) of what it gets", words).groups()
        if factor in FRACTIONS:
            assert 10**mean == pytest.approx(FRACTIONS[factor], rel=0.05)
        else:
            assert close(factor, mean)
        *ends, exact = re.search(
            r": (.*) at layer \d+, (.*) at layer 1, times (.*) a layer\.$", told.shown("steps")
        ).groups()
        assert close(exact, mean)
        texts.append(ends)
    for found in texts:
        last, first = found if isinstance(found, list) else found.groups()
        assert close(last, told.signal[-1])
        assert close(first, told.signal[0])


def test_a_line_of_the_axis_is_as_much_smaller_as_is_said(told: Told) -> None:
    lines = [power for power, _ in axis_of(told.story).ticks()]
    steps = set(np.diff(lines))
    assert len(steps) == 1
    (factor,) = re.match(r"Now every line down means (.*) times less\.", told.said("axis")).groups()
    value = number_in(factor)
    written = np.log10(value) if value else number(f"1 × {factor}")
    assert written == pytest.approx(steps.pop())
    known = told.signal[np.isfinite(told.signal)]
    scale = axis_of(told.story)
    assert ((known >= scale.low) & (known <= scale.high)).all()


def test_quarters_explain_it_where_that_is_said(told: Told) -> None:
    if not told.has("why"):
        return
    words, steps = told.said("why"), told.trace.depth - 1
    mean = float(np.mean(told.signal[:-1] - told.signal[1:]))
    off = mean - np.log10(0.25)
    best = "The best slope of a sigmoid is a quarter."
    assert words.startswith(best)
    quarters = f" {counted('n', steps, capital=True).plain} quarters in a row."
    agrees = abs(off) <= np.log10(1.05)
    expected = {
        " Here a layer passes on less.": off < -np.log10(1.05),
        " Here the weights help.": off > np.log10(1.05) and mean <= np.log10(0.8),
        " Here the weights make up for it.": off > 0 and np.log10(0.8) < mean <= np.log10(1.25),
        " Here the weights more than make up for it.": mean > np.log10(1.25),
        quarters: agrees and steps > 1,
        "": agrees and steps == 1,
    }
    assert [ending for ending, true in expected.items() if true] == [words.removeprefix(best)]
    assert "each to 0.25 of the one before" in told.shown("why")
    assert np.diff(told.story.bound) == pytest.approx(-np.log10(0.25))
    assert told.story.bound[-1] == told.signal[-1]


def test_what_training_left_is_counted(told: Told) -> None:
    if not told.has("kept"):
        assert told.silent or told.story.changes is None or np.isinf(told.story.changes).any()
        return
    assert told.history is not None
    assert told.history.network is not None
    pairs = zip(told.trace.network.weights, told.history.network.weights, strict=True)
    wide = [(before.astype(np.float64), after.astype(np.float64)) for before, after in pairs]
    norms = [(np.linalg.norm(after - before), np.linalg.norm(before)) for before, after in wide]
    kept = [bool(change < 0.01 * size) for change, size in norms]
    words, first = told.said("kept"), sum(kept)
    claim = only(
        words,
        {
            " every layer has moved, and it learns.": not any(kept) and bool(told.story.learned),
            " every layer has moved, and it only guesses.": not any(kept)
            and not told.story.learned,
            " all its layers are almost ": all(kept),
            " its first ": any(kept) and not all(kept) and all(kept[:first]),
            " of ": any(kept) and not all(kept) and not all(kept[:first]),
        },
    )
    assert ("random" in words) == (
        any(kept) and told.experiment.network.init not in {"constant", "zeros"}
    )
    if claim == " its first " and first > 1:
        assert f" its first {counted('n', first).plain} layers are " in words
    shares = [change / size if size else np.inf * bool(change) for change, size in norms]
    together = (kept.index(False) if False in kept else len(kept)) or 1
    if together == len(kept):
        largest = re.search(r"in no layer by more than (.*?)\. Less", told.shown("kept"))
        written = {largest[1]: max(shares)}
    else:
        found = re.search(r"layer \d+ by (.*); layers? .*?, by (.*?)\. Less", told.shown("kept"))
        last, before = found.groups()
        assert (" at most" in before) == (together > 1)
        written = {last: shares[-1], before.removesuffix(" at most"): max(shares[:together])}
    for text, share in written.items():
        if share == 0:
            assert text == "0 exactly"
        else:
            # Of two digits, the last may be half a unit off.
            assert abs(number(text.removesuffix("\u202f%")) - np.log10(100 * share)) < 0.022


def test_an_edge_is_as_bright_as_it_has_changed(told: Told) -> None:
    if not told.has("kept"):
        return
    before = told.trace.network.weights[-1].astype(np.float64)
    assert told.history is not None
    assert told.history.network is not None
    moved = np.abs(told.history.network.weights[-1] - before)
    units, inputs = range(before.shape[0]), range(before.shape[1])
    shown = told.story.change_of_edges(told.story.depth, list(units), list(inputs))
    np.testing.assert_allclose(shown, moved / np.sqrt(np.mean(before**2)), rtol=1e-5)


def test_the_verdict_compares_the_ends(told: Told) -> None:
    if not told.has("verdict"):
        return
    words, last_over_first = told.said("verdict"), 0.0
    if not told.silent:
        last_over_first = float(told.signal[-1] - told.signal[0])
    about, way = "gradient", last_over_first
    if told.history is not None:
        steps = told.history.update_to_weight[0]
        if np.isfinite(steps).all() and steps[0] > 0 and steps[-1] > 0:
            about, way = "step", float(np.log10(steps[-1] / steps[0]))
    none = np.isposinf(last_over_first)
    compared = not told.silent and not none
    claim = only(
        words,
        {
            "Where the loss is zero, nothing is left to learn.": told.silent,
            "The first layer receives no gradient at all.": bool(none),
            " about as much ": compared and abs(way) < np.log10(2),
            " times less ": compared and way >= np.log10(2),
            " times more ": compared and way <= -np.log10(2),
        },
    )
    begins = {
        "step": "Beside its size, the first layer moves ",
        "gradient": "The first layer receives ",
    }[about]
    if compared:
        assert words.startswith(begins)
    if claim.startswith(" times"):
        assert rounded(words.removeprefix(begins).partition(claim)[0], abs(way))
    ends = re.search(
        r"on average: (.*)\u202f% in layer \d+, (.*)\u202f% in layer 1", told.shown("verdict")
    )
    if ends:
        steps = told.history.update_to_weight[0]
        for text, step in zip(ends.groups(), steps[[-1, 0]], strict=True):
            assert close(text, np.log10(100 * step) if step else -np.inf)


def test_the_parts_of_the_step_multiply_to_it(told: Told) -> None:
    factors = told.story.factors
    if np.isneginf(told.signal).any():
        return
    steps = told.signal[:-1] - told.signal[1:]
    assert np.log10(factors.weight_part * factors.slope_part) == pytest.approx(steps, abs=1e-6)
    if told.below_floats:
        return
    parts = factors.weight_part[-1], factors.slope_part[-1]
    assert (told.light.weight_part, told.light.slope_part) == pytest.approx(parts, rel=2e-3)


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
        ("zeros", "vanishes"),
    ],
    indirect=["told"],
)
def test_each_kind_of_network_is_among_them(told: Told, trend: str) -> None:
    assert told.story.trend == trend


@pytest.mark.parametrize(
    ("told", "beat", "words"),
    [
        ("vanishing", "question", "only guesses"),
        ("learning", "question", "It learns"),
        ("diverging", "question", "overflows"),
        ("vanishing", "dark", "Then it is dark"),
        ("holding", "dark", "All of them"),
        ("loss of zero", "dark", "exactly zero"),
        ("zeros", "weights", "let nothing through"),
        ("holding", "bars", "in sight"),
        ("vanishing", "search", "Where is the first one?"),
        ("exploding", "search", "step back"),
        ("vanishing", "found", "times."),
        ("exploding", "found", "so much larger"),
        ("vanishing", "why", "Eight quarters in a row"),
        ("holding at gain 10", "why", "the weights"),
        ("large weights", "why", "passes on less"),
        ("off", "axis", "exactly zero"),
        ("identity", "slopes", "all one"),
        ("vanishing", "kept", "random"),
        ("holding", "kept", "has moved"),
        ("exploding", "verdict", "more"),
        ("off", "verdict", "no gradient at all"),
    ],
    indirect=["told"],
)
def test_each_branch_is_among_them(told: Told, beat: str, words: str) -> None:
    assert words in told.said(beat)


# What it costs


def planned_seconds(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> float:
    """Return the estimated cost of all that a story computes, without computing it."""
    spent: list[float] = []
    nothing = SimpleNamespace(
        x=None,
        log10_norm=lambda kind: np.zeros(experiment.depth),
    )

    def one_pass(shown: Resolved, times: int = 1) -> SimpleNamespace:
        spent.append(times * pass_seconds(shown, shown.experiment.data.samples))
        return nothing

    def training(shown: Resolved) -> None:
        planned = shown.experiment
        spent.append(planned.training.epochs * epoch_seconds(shown, planned.data.samples))

    with monkeypatch.context() as patch:
        patch.setattr(vanishing, "run", one_pass)
        patch.setattr(vanishing, "history_of", training)
        patch.setattr(vanishing.layers, "factors", lambda trace: None)
        VanishingStory.of(experiment)
    assert len(spent) == 2
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


def test_what_the_budget_left_out_is_said() -> None:
    experiment = Experiment(network={"depth": 300, "width": 10}, data={"samples": 1000})
    story = VanishingStory.of(experiment)
    assert story.shown.data.samples < 1000
    assert f"{story.shown.data.samples} examples" in story.subtitle().plain
    epochs = story.training.training.epochs
    assert epochs < 30
    words = said(Vanishing, story, "training")
    assert words == f"300 layers, {epochs} of 30 epochs of training. Will it learn?"


@pytest.mark.thorough
def test_a_budget_that_cuts_epochs_is_said() -> None:
    story = VanishingStory.of(Experiment(training={"epochs": 100}))
    trained = story.training.training.epochs
    assert trained < 100
    assert f"{trained} of 100 epochs" in said(Vanishing, story, "training")


def test_one_epoch_is_not_in_the_plural() -> None:
    story = VanishingStory.of(Experiment(training={"epochs": 1}, data={"samples": 50}))
    words = said(Vanishing, story, "training")
    assert words == "9 layers, 1 epoch of training. Will it learn?"


@pytest.mark.thorough
def test_half_right_of_ten_is_guessing_where_half_are_of_one_class() -> None:
    story = VanishingStory.of(Experiment(network={"width": 1000}))
    assert story.training.data.samples == 10
    assert "It only guesses." in said(Vanishing, story, "question")
