"""The code of `layer` gives the numbers beside it, and its sentences are true of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest

from backprop_core import Experiment
from backprop_core.errors import NumericalError
from backprop_core.number_text import MINUS
from backprop_core.passes.layer import layer_gradients
from scenes.layer import Layer
from scenes.stories.layer import LayerStory
from tests.stories.spoken import said

ARTICLE = (
    "z = 1 / (1 + np.exp(-(W @ x)))",
    "dx = W.T @ (z * (1 - z))",
    "dW = np.outer(z * (1 - z), x)",
)
CASES: dict[str, dict[str, Any]] = {
    "default": {},
    "biased": {"network.bias_std": 1.0},
    "digits": {"data.name": "digits", "network.width": 30},
    "small": {"network.depth": 2, "network.width": 1},
    "tanh": {"network.activation": "tanh"},
    "tanh biased": {"network.activation": "tanh", "network.bias_std": 1.0},
    "relu": {"network.activation": "relu"},
    "relu biased": {"network.activation": "relu", "network.bias_std": 1.0},
    "leaky": {"network.activation": "leaky_relu"},
    "leaky biased": {"network.activation": "leaky_relu", "network.bias_std": 1.0},
    "linear": {"network.activation": "identity"},
    "linear biased": {"network.activation": "identity", "network.bias_std": 1.0},
    "tiny": {"network.gain": 1e-300},
    "single": {"dtype": "float32"},
    "half": {"dtype": "float16", "network.gain": 1.0},
}
ROUNDS: dict[str, dict[str, Any]] = {
    "gain 1000": {"seed": 1, "network.gain": 1000.0},
    "gain 1000, digits": {"seed": 1, "network.gain": 1000.0, "data.name": "digits"},
    "gain 300": {"seed": 1, "network.gain": 300.0},
    "tanh": {"seed": 1, "network.gain": 1000.0, "network.activation": "tanh"},
    "single": {"seed": 1, "network.gain": 120.0, "dtype": "float32"},
}
DIFFERENTIABLE = {
    "sigmoid": lambda u: 1 / (1 + anp.exp(-u)),
    "tanh": anp.tanh,
    "relu": lambda u: anp.where(u > 0, u, 0.0),
    "leaky_relu": lambda u: anp.where(u > 0, u, 0.01 * u),
    "identity": lambda u: u,
}


def story_of(changes: dict[str, Any]) -> LayerStory:
    return LayerStory.of(Layer.default_experiment().override(changes))


def executed(story: LayerStory) -> dict[str, Any]:
    """Run the lines as they stand on screen."""
    space: dict[str, Any] = {"np": np, "W": story.weights, "x": story.x}
    if story.biased:
        space["b"] = story.biases
    with np.errstate(over="ignore"):
        exec("\n".join(story.code.lines), space)
        space["sums"] = eval(story.code.sums, space)
        space["slope"] = eval(story.code.slope, space)
    return space


def test_the_default_has_the_lines_of_the_article() -> None:
    assert story_of({}).code.lines == ARTICLE


@pytest.mark.parametrize("case", CASES)
def test_the_lines_give_the_numbers_beside_them(case: str) -> None:
    story = story_of(CASES[case])
    assert not story.rounds
    space, arrays = executed(story), story.arrays
    eps = np.finfo(story.weights.dtype).eps
    for name, key in (("sums", "u"), ("z", "z"), ("slope", "slope"), ("dx", "dx"), ("dW", "dW")):
        given = np.asarray(space[name], dtype=np.float64)
        expected = arrays[key]
        given = given[:, None] if given.ndim == 1 else given
        assert given.shape == expected.shape
        scale = np.abs(expected).max(initial=0.0)
        np.testing.assert_allclose(given, expected, rtol=50 * eps, atol=50 * eps * scale)


@pytest.mark.parametrize("case", [case for case in CASES if case not in {"single", "half"}])
def test_dx_and_dW_are_the_gradients_of_the_sum_of_z(case: str) -> None:  # noqa: N802
    story = story_of(CASES[case])
    f = DIFFERENTIABLE[story.activation]
    W, b, x = (np.array(a, dtype=float) for a in (story.weights, story.biases, story.x))
    dx = autograd.grad(lambda x: anp.sum(f(anp.dot(W, x) + b)))(x)
    dW = autograd.grad(lambda W: anp.sum(f(anp.dot(W, x) + b)))(W)
    np.testing.assert_allclose(story.arrays["dx"][:, 0], dx, rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(story.arrays["dW"], dW, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("case", ROUNDS)
def test_where_the_code_rounds_the_film_says_so_and_the_arrays_are_right(case: str) -> None:
    story = story_of(ROUNDS[case])
    assert story.rounds
    u, slope = story.gradients.z, story.gradients.slope
    lost = np.abs(executed(story)["slope"] - slope) > 0.01 * slope
    assert lost.any()
    with mpmath.workdps(400):
        for at, value in zip(u, slope, strict=True):
            z = mpmath.mpf(float(at))
            if story.activation == "sigmoid":
                true = mpmath.exp(-abs(z)) / (1 + mpmath.exp(-abs(z))) ** 2
            else:
                true = mpmath.sech(z) ** 2
            # Below the smallest float there is nothing but zero.
            tolerance = 16 * float(np.finfo(slope.dtype).eps)
            tiny = 4 * float(np.finfo(slope.dtype).smallest_subnormal)
            assert abs(float(value) - true) <= tolerance * true + tiny


@pytest.mark.parametrize("case", CASES | ROUNDS)
def test_sentences_are_short_and_whole(case: str) -> None:
    story = story_of((CASES | ROUNDS)[case])
    for beat in Layer.beats:
        if not beat.when(story):
            continue
        words = beat.says(story).plain
        assert len(words.split()) <= 16, words
        assert words[-1] in ".?"
        for text in (words, beat.shows(story).plain):
            assert "{" not in text


def test_the_first_sentence_counts_the_units_and_asks() -> None:
    assert said(Layer, story_of({}), "question") == "Four units. Which will barely learn?"
    assert said(Layer, story_of(CASES["small"]), "question") == "One unit. Will it learn?"
    assert said(Layer, story_of(CASES["digits"]), "question").startswith("Thirty units.")


def test_what_passes_is_the_slope_of_the_activation() -> None:
    passes = {
        name: said(Layer, story_of({"network.activation": name}), "slopes")
        for name in DIFFERENTIABLE
    }
    assert "z times one minus z." in passes["sigmoid"]
    assert "one minus z squared." in passes["tanh"]
    assert "all of it, or nothing" in passes["relu"]
    assert "all of it, or 0.01" in passes["leaky_relu"]
    assert passes["identity"].endswith("passes all of it.")


@pytest.mark.parametrize("gain", [1e-300, 0.5, 3.0, 30.0, 1000.0])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_flat_ones_are_named_where_slopes_differ(activation: str, gain: float) -> None:
    story = story_of({"network.activation": activation, "network.gain": gain})
    u = [mpmath.mpf(float(z)) for z in story.weights @ story.x]
    steepest = 0.25 if activation == "sigmoid" else 1.0
    with mpmath.workdps(50):
        slopes = [4 * steepest * mpmath.exp(-abs(z)) / (1 + mpmath.exp(-abs(z))) ** 2 for z in u]
        if activation == "tanh":
            slopes = [mpmath.sech(z) ** 2 for z in u]
    words = said(Layer, story, "slopes")
    assert words.startswith("Almost nothing passes") == (max(slopes) < 0.04 * steepest)
    differ = max(slopes) >= 1.5 * min(slopes) and max(slopes) >= 0.04 * steepest
    assert words.startswith("Flat units pass little") == differ


SPOKEN = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
)


def spoken(ratio: float) -> str:
    """Write a ratio up to a hundred with one digit, as one says it."""
    digit = round(ratio) if ratio < 9.5 else 10 * round(ratio / 10)
    numbers = [*range(2, 11), *range(20, 100, 10)]
    return SPOKEN[numbers.index(digit)]


@pytest.mark.parametrize("seed", [1, 2, 3, 5, 8, 11865, 27868, 36335, 181497])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_how_much_less_flat_units_learn_is_the_ratio_of_their_gradients(
    seed: int, activation: str
) -> None:
    story = story_of({"seed": seed, "network.activation": activation, "network.gain": 2.0})
    learned = np.linalg.norm(np.outer(executed(story)["slope"], story.x), axis=1)
    ratios = learned.max() / learned
    flat = ratios[ratios > 2]
    words = said(Layer, story, "verdict")
    if ratios.max() < 1.5:
        assert "alike" in words
        return
    if ratios.max() > 95:
        return
    begin, end = "Back to one example: the ", " times less than the steepest."
    assert words.startswith(begin)
    assert words.endswith(f" {spoken(ratios.max())}{end}")
    if len(flat) == 1:
        assert words.startswith(f"{begin}flat unit learns")
    elif len(flat) and spoken(flat.min()) == spoken(flat.max()):
        assert words.startswith(f"{begin}{SPOKEN[len(flat) - 2]} flat units learn")
    else:
        assert words.startswith(f"{begin}flattest unit learns")


def test_the_two_flat_units_of_the_default_learn_seven_times_less() -> None:
    assert said(Layer, story_of({}), "verdict") == (
        "Back to one example: the two flat units learn seven times less than the steepest."
    )


def written(story: LayerStory, name: str, row: int, column: int) -> Decimal:
    """Return a number of the default as it stands in its cell."""
    return Decimal(story.entry(name, row, column, 2).plain.replace(MINUS, "-"))


def test_the_sums_that_the_default_writes_out_can_be_checked_by_eye() -> None:
    story = story_of({})
    # The first row of W, and the first of W.T: what is written adds up to what is written.
    for terms, total in (
        ([written(story, "product", 0, j) for j in range(2)], written(story, "u", 0, 0)),
        ([written(story, "term", i, 0) for i in range(4)], written(story, "dx", 0, 0)),
    ):
        exponent = total.as_tuple().exponent
        assert sum(terms).quantize(Decimal((0, (1,), exponent))) == total


def batch_of(story: LayerStory) -> dict[str, Any]:
    """Run the program in the form for a batch, as its lines stand on screen."""
    forward, dx, dW = story.code.batch
    lines = list(story.code.lines)
    lines[0], lines[-2:] = forward, [dx, dW]
    space: dict[str, Any] = {"np": np, "W": story.weights, "x": story.examples}
    if story.biased:
        space["b"] = story.biases
    with np.errstate(over="ignore"):
        exec("\n".join(lines), space)
    return space


@pytest.mark.parametrize("case", CASES)
def test_the_form_for_a_batch_gives_the_sum_over_its_rows(case: str) -> None:
    story = story_of(CASES[case])
    space, arrays = batch_of(story), story.arrays
    eps = np.finfo(story.weights.dtype).eps
    assert len(story.examples) == len(story.passes) == 2
    for given, expected in (
        (space["dW"], arrays["dW2"]),
        (space["z"], np.stack([each.a for each in story.passes])),
        (space["dx"], np.stack([each.dx for each in story.passes])),
    ):
        assert given.shape == expected.shape
        scale = np.abs(expected).max(initial=0.0)
        np.testing.assert_allclose(
            np.asarray(given, dtype=np.float64), expected, rtol=50 * eps, atol=50 * eps * scale
        )
    np.testing.assert_array_equal(arrays["dW"] + arrays["dW_second"], arrays["dW2"])
    np.testing.assert_array_equal(arrays["X"][0], arrays["x"][:, 0])
    np.testing.assert_array_equal(arrays["slopes"][0], arrays["slope"][:, 0])


def test_the_default_has_the_form_of_the_exercises_for_a_batch() -> None:
    assert story_of({}).code.batch == (
        "z = 1 / (1 + np.exp(-(x @ W.T)))",
        "dx = (z * (1 - z)) @ W",
        "dW = (z * (1 - z)).T @ x",
    )
    assert story_of(CASES["biased"]).code.batch[0] == "u = x @ W.T + b"


def test_where_further_examples_overflow_the_film_shows_one(monkeypatch: Any) -> None:
    calls = []

    def overflows_later(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) > 1:
            raise NumericalError("layer 1 overflows", 1)
        return layer_gradients(*arguments)

    monkeypatch.setattr("scenes.stories.layer.layer_gradients", overflows_later)
    story = story_of({})
    assert story.further == ()
    assert "batch" not in [beat.name for beat in Layer.beats if beat.when(story)]
    assert "Back to one example" not in said(Layer, story, "verdict")


def test_units_without_slope_are_counted() -> None:
    counts = set()
    words_of = ("None", "One", "Two", "Three", "Four")
    for seed in range(12):
        story = story_of({"network.activation": "relu", "seed": seed})
        off = int(np.sum(story.weights @ story.x <= 0))
        counts.add(off)
        words = said(Layer, story, "verdict")
        if off == len(story.biases):
            assert words.startswith("Back to one example: all units are flat")
        elif off:
            has = "has" if off == 1 else "have"
            begin = f"Back to one example: {words_of[off].lower()} of four {has} no slope"
            assert words.startswith(begin)
        else:
            assert words == "All slopes are alike, so all units learn alike."
        # What the sentence says of them: their rows of dW are nothing.
        assert int(np.sum(~story.arrays["dW"].any(axis=1))) == off
    assert len(counts) > 2


def test_a_slope_that_underflowed_is_not_said_to_be_absent() -> None:
    story = story_of({"network.gain": 1000.0, "data.name": "digits", "network.width": 300})
    off = int(np.sum(story.gradients.slope == 0))
    assert off > 0
    # exp(-745) is the smallest float: these slopes lie below it, but are none of them zero.
    assert np.all(np.abs(story.gradients.z[story.gradients.slope == 0]) > 370)
    words = said(Layer, story, "verdict")
    assert "no slope" not in words
    assert ("too small for a float" in words) != story.is_flat
    for changes in ROUNDS.values():
        story = story_of(changes)
        assert "no slope" not in said(Layer, story, "verdict")


def test_units_that_are_all_saturated_are_said_to_be_flat() -> None:
    story = story_of(ROUNDS["gain 1000"])
    assert np.all(np.abs(story.weights @ story.x) > 4.6)
    assert "all units are flat" in said(Layer, story, "verdict")
    assert not story_of({}).is_flat


def test_without_an_input_no_weight_learns() -> None:
    story = story_of({})
    still = replace(
        story,
        x=np.zeros_like(story.x),
        gradients=layer_gradients(story.weights, story.biases, 0 * story.x, story.activation),
    )
    assert not still.arrays["dW"].any()
    assert said(Layer, still, "verdict") == "The input is zero, so no weight learns."


def test_no_weight_learns_more_than_the_widest_edge_shows() -> None:
    for case in CASES:
        story = story_of(CASES[case])
        assert np.abs(story.arrays["dW"]).max() <= story.most_learned * (1 + 1e-6)


def test_products_add_up_to_the_sums_and_to_dx() -> None:
    story = story_of(CASES["digits"])
    arrays = story.arrays
    np.testing.assert_allclose(arrays["product"].sum(axis=1), arrays["u"][:, 0], rtol=1e-9)
    np.testing.assert_allclose(arrays["term"].sum(axis=0), arrays["dx"][:, 0], rtol=1e-7)


def test_lines_of_code_are_short_enough_for_large_letters() -> None:
    for case in CASES:
        code = story_of(CASES[case]).code
        assert all(len(line) <= 36 for line in (*code.lines, *code.batch))


def test_backward_lines_are_where_they_are_said_to_be() -> None:
    for case in CASES:
        code = story_of(CASES[case]).code
        slope, dx, dW = code.backward
        assert code.lines[slope].startswith(("dx", "s "))
        assert code.lines[slope - 1].startswith("z = ")
        assert code.lines[dx].startswith("dx = ")
        assert code.lines[dW].startswith("dW = ")
        assert "W @ x" in code.lines[0]


def test_only_zero_is_written_as_zero() -> None:
    story = story_of({"network.activation": "relu", "data.name": "digits"})
    for name, array in story.arrays.items():
        for i, j in np.ndindex(*array.shape):
            figure = story.entry(name, i, j, 2)
            assert (figure.plain == "0") == (array[i, j] == 0)
            assert figure.value == array[i, j]


def test_a_layer_that_overflows_is_refused() -> None:
    experiment = Experiment().override(
        {"dtype": "float16", "network.gain": 1000.0, "data.scale": 1e4, "data.standardize": False}
    )
    with pytest.raises(NumericalError, match="layer 1"):
        LayerStory.of(experiment)


def test_the_transcript_says_where_the_letters_differ() -> None:
    story = LayerStory.of(Layer.default_experiment())
    shown = {beat.name: beat.shows(story).plain for beat in Layer.beats}
    assert "the exercises the output is a, and z is the sum before it" in shown["output"]
    assert "x @ W.T + b" in shown["batch"]
