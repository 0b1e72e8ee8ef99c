"""What `remedies` says is true of the networks that it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backprop_core as core
from backprop_core.budget import epoch_seconds, pass_seconds
from backprop_core.textbook import backward, forward, output_delta
from scenes.remedies import Remedies
from scenes.stories.large_step import MANY, Ladder, Stepped, climb
from scenes.stories.remedies import NEAR, Plan, RemediesStory, affordable
from scenes.stories.remedy_nets import shorts, the_three
from tests.selection import quick_cases

LIGHT: dict[str, Any] = {"data.samples": 150, "training.epochs": 2}
CASES: dict[str, dict[str, Any]] = {
    "small": {"network.depth": 2, "network.width": 1},
    "narrow": {"network.depth": 12, "network.width": 2},
    "deep": {"network.depth": 60},
    "widths": {"network.widths": [64, 5, 70, 10]},
    "relu": {"network.activation": "relu", "network.init": "he"},
    "own relu": {"network.activation": "relu", "network.init": "he", "network.gain": 3.0},
    "leaky": {"network.activation": "leaky_relu", "network.gain": 0.3},
    "linear": {"network.activation": "identity"},
    "hinge": {"network.loss": "hinge", "network.output": "identity"},
    "large rate": {"training.learning_rate": 10.0},
    "small rate": {"training.learning_rate": 1e-5},
    "overflows": {"data.standardize": False, "data.scale": 1e6, "training.learning_rate": 1000.0},
    "one example": {"data.samples": 1, "training.epochs": 1},
    "bias": {"network.bias_std": 3.0},
}  # fmt: skip
SAID = (
    "three_nets", "profiles", "chi", "draws", "losses", "dead", "one_step", "other_draws", "leaky",
    "after", "verdict",
)  # fmt: skip


def experiment(changes: dict[str, Any]) -> core.Experiment:
    return Remedies.default_experiment().override(changes)


@pytest.fixture(scope="module")
def default() -> RemediesStory:
    return RemediesStory.of(Remedies.default_experiment())


QUICK = ("small", "relu", "overflows", "one example")


@pytest.fixture(scope="module", params=quick_cases(CASES, *QUICK))
def story(request: pytest.FixtureRequest) -> RemediesStory:
    return RemediesStory.of(experiment(LIGHT | CASES[request.param]))


def said(story: RemediesStory) -> dict[str, str]:
    return {name: getattr(story, name)().plain for name in SAID}


def test_the_default_tells_the_story(default: RemediesStory) -> None:
    assert default.shown == Remedies.default_experiment()  # within the budget as it is
    own, tanh, relu = default.nets
    assert (own.verb, tanh.verb, relu.verb) == ("vanishes", "holds", "holds")
    assert (own.learned, tanh.learned, relu.learned) == (False, True, True)
    assert relu.log10_chi == pytest.approx(0.0, abs=1e-6)
    ladder = default.price.ladder
    assert ladder is not None
    assert ladder.kills
    words = said(default)
    assert words["one_step"].startswith(f"The price: one step {ladder.last.factor} times")
    assert words["losses"].endswith("tanh and ReLU have learned, sigmoid has not.")
    after, leaky = default.price.relu_after[0], default.price.leaky_after[0]
    assert after is not None
    assert leaky is not None
    assert after.accuracy is not None
    assert leaky.accuracy is not None
    assert relu.history is not None
    assert relu.history.accuracy is not None
    assert after.accuracy[-1] < leaky.accuracy[-1] < relu.history.accuracy[-1]
    assert "no slope replaces the right step" in words["verdict"]


def test_the_dead_are_counted_by_hand(default: RemediesStory) -> None:
    """The pass of the textbook shares nothing with the core but the data and the weights."""
    ladder = default.price.ladder
    assert ladder is not None
    relu = the_three(default.shown)["relu"]
    network, data = core.initialize(relu), core.load_data(relu)
    z, a = forward(network, data.x)
    wanted = np.eye(data.outputs)[data.y]
    delta = output_delta(network, z[-1], a[-1], wanted, relu.network.loss)
    _, dW, db = backward(network, z, a, delta)
    rate = ladder.last.factor * relu.training.learning_rate
    weights = [W - rate * step for W, step in zip(network.weights, dW, strict=True)]
    biases = [b - rate * step for b, step in zip(network.biases, db, strict=True)]
    x, dead = data.x, []
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        x = np.maximum(x @ W.T + b, 0)
        dead.append(int((x == 0).all(axis=0).sum()))
    assert ladder.last.dead.tolist() == dead


def test_the_first_draw_is_the_one_on_screen(default: RemediesStory) -> None:
    price = default.price
    assert price.ladder is not None
    shown = [rung.total for rung in price.ladder.rungs]
    np.testing.assert_array_equal(price.dead_draws[0], shown)
    assert price.relu_after[0] is not None
    np.testing.assert_array_equal(price.relu_after[0].dead[0], price.ladder.last.dead)
    assert price.leaky is not None
    assert price.leaky[1].total == 0


def test_the_ladder_ends_at_the_first_step_that_kills_many(story: RemediesStory) -> None:
    ladder = story.price.ladder
    assert ladder is not None
    before, *steps = ladder.rungs
    assert before.factor == 0
    assert [step.factor for step in steps] == list(story.plan.factors[: len(steps)])
    limit = MANY * ladder.units
    assert all(step.total <= limit for step in steps[:-1])
    ended = ladder.last.total > limit or ladder.overflow is not None
    assert ended or ladder.last.factor == story.plan.factors[-1]


def test_sentences_are_short_and_fit_the_numbers(story: RemediesStory) -> None:
    words = said(story)
    for sentence in words.values():
        assert len(sentence.split()) <= 16
        assert "{" not in sentence
    ladder = story.price.ladder
    assert ladder is not None
    starts = ladder.rungs[0].total > MANY * ladder.units
    assert ("already" in words["one_step"]) == starts
    assert ("The price" in words["one_step"]) == (ladder.kills and not starts)
    for net, short in zip(story.nets, shorts(story.nets), strict=True):
        others = [n for n in words["profiles"].split(" and ") if f"{net.verb}" in n]
        assert others
        assert short in words["profiles"] or "all three" in words["profiles"]
    learned = sum(net.learned for net in story.nets)
    ending = {0: "none of them", 1: "only", 2: "has not", 3: "all three"}[learned]
    assert ending in words["losses"]
    if "near what theory" in words["draws"]:
        assert all(net.off is not None and abs(net.off) <= NEAR for net in story.nets)
    if "no slope replaces" in words["verdict"]:
        plain = story.nets[-1].right
        assert plain is not None
        for kind in ("relu", "leaky_relu"):
            result = story.result(kind)
            assert result is None or result.value < plain.value


@pytest.mark.parametrize("kind", [("tanh", "xavier"), ("relu", "he")])
def test_a_remedy_is_compared_with_the_plain_network(kind: tuple[str, str]) -> None:
    changes = {"network.activation": kind[0], "network.init": kind[1]}
    own = the_three(experiment(changes))["own"].network
    assert (own.activation, own.init, own.gain) == ("sigmoid", "normal", 1.0)
    stronger = the_three(experiment(changes | {"network.gain": 2.0}))["own"].network
    assert (stronger.activation, stronger.gain) == (kind[0], 2.0)


def test_a_network_with_the_activation_of_another_is_called_the_first() -> None:
    story = RemediesStory.of(experiment(LIGHT | CASES["own relu"]))
    assert shorts(story.nets) == ["the first", "tanh", "ReLU"]
    assert "explodes with the first" in story.profiles().plain
    assert story.nets[0].label().plain == "ReLU + He, gain 3"


def test_without_classes_the_loss_is_compared(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "t.npz", x=rng.normal(size=(60, 4)), y=rng.uniform(size=(60, 2)))
    changes = {"data.name": "file", "data.path": str(tmp_path / "t.npz"), "training.epochs": 1}
    loss = {"network.loss": "quadratic", "network.output": "tanh"}
    story = RemediesStory.of(experiment(changes | loss))
    assert story.measure == "loss"
    assert all(net.right is None for net in story.nets)
    assert ", loss " in story.after().plain
    worst = story.worst("relu")
    assert worst is not None
    assert worst.value >= story.price.relu_after[0].loss[-1]  # type: ignore[union-attr]


def stub(factor: int, dead: int) -> Stepped:
    return Stepped(factor, None, np.array([dead]), 1.0, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rungs", "overflow", "expected"),
    [
        ((stub(0, 0), stub(1, 6)), None, "The price: a single step at rate 0.05 leaves 6 of 120"),
        ((stub(0, 0), stub(1, 60), stub(2, 70)), None, "The price: one step 2 times"),
        ((stub(0, 70), stub(1, 80)), None, "Before any step 70 of 120 ReLUs are dead already."),
        ((stub(0, 0), stub(1000, 3)), None, "Even a step 1,000 times as large leaves only 3"),
        ((stub(0, 0), stub(1000, 0)), None, "Even a step 1,000 times as large leaves no ReLU"),
        ((stub(0, 0), stub(1, 2)), 2, "A step 2 times as large overflows; before, 2 of 120"),
    ],
)
def test_every_end_of_a_ladder_has_its_sentence(
    default: RemediesStory, rungs: tuple[Stepped, ...], overflow: int | None, expected: str
) -> None:
    units = 20 if rungs[-1].total == 6 else 120
    price = replace(default.price, ladder=Ladder(units, rungs, overflow))
    words = replace(default, price=price).one_step().plain
    assert words.replace("\N{NARROW NO-BREAK SPACE}", " ").startswith(expected)


@pytest.mark.parametrize(
    ("above", "expected"),
    [(0.3, "times above theory"), (5.0, "⁵ times above theory"), (-1.0, "times below theory")],
)
def test_a_relu_off_its_theory_is_said_to_be(
    default: RemediesStory, above: float, expected: str
) -> None:
    own, tanh, relu = default.nets
    assert relu.theory is not None
    assert relu.off is not None
    shift = np.where(np.arange(len(relu.theory)) == len(relu.theory) - 1, 0.0, above)
    moved = replace(relu, theory=relu.theory - shift)
    words = replace(default, nets=(own, tanh, moved)).draws().plain
    assert expected in words
    assert moved.off is not None
    assert np.sign(moved.off) == np.sign(above)
    if above == 0.3:
        assert f"up to {10**moved.off:.2f} times above theory" in words
    assert len(words.split()) <= 16


def test_no_ladder_where_the_network_overflows(default: RemediesStory) -> None:
    lost = replace(default.price, ladder=None, relu_after=(), leaky_after=())
    story = replace(default, price=lost)
    assert "overflows as it is" in story.one_step().plain
    assert story.still_dead is None


def test_a_step_that_overflows_ends_the_ladder() -> None:
    relu = the_three(experiment(LIGHT))["relu"].override({"training.learning_rate": 1000.0})
    ladder = climb(relu, core.run(relu), (1, 10**150, 10**300))
    assert ladder.overflow in {10**150, 10**300} or ladder.kills


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"network.depth": 60, "network.width": 100},
        {"network.depth": 1000},
        {"network.depth": 2, "network.width": 4096},
        {"data.samples": 1700, "training.epochs": 1000},
    ],
)
def test_the_plan_stays_within_the_budget(changes: dict[str, Any]) -> None:
    shown = affordable(experiment(changes))
    plan = Plan.of(shown)
    one = pass_seconds(shown, shown.data.samples)
    epochs = shown.training.epochs
    passes = 5 + 3 * plan.seeds * (plan.seeds > 1) + len(plan.factors)
    passes += plan.counted * (len(plan.factors) + 1)
    training = 3 * epochs * epoch_seconds(shown, shown.data.samples) if plan.trains else 0
    later = epoch_seconds(shown, shown.data.samples, max(plan.trained, 1), measured=False)
    training += 2 * epochs * later if plan.trained else 0
    assert passes * one + training < 8.5


def test_where_units_are_dead_from_the_start_nothing_is_laid_to_a_step() -> None:
    story = RemediesStory.of(core.Experiment(network={"depth": 3}, data={"samples": 1}))
    assert story.price.ladder is not None
    assert story.price.ladder.dead_from_the_start
    for sentence in (story.one_step(), story.other_draws(), story.leaky()):
        assert "same step" not in sentence.plain
