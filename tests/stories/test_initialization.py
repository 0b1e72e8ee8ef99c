"""What `initialization` says is true of the runs that it shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from backprop_core import (
    Experiment,
    History,
    initialize,
    load_data,
    mean_field,
    run,
    saturated_fraction,
    train,
    train_many,
)
from backprop_core.budget import FILM_SECONDS, epoch_seconds
from backprop_core.verdicts.neighbours import Ends, neighbour
from scenes.stories import gains as gains_module
from scenes.stories.gains import (
    NEIGHBOUR_SECONDS,
    Sweep,
    affordable_neighbours,
    gains_to_show,
    kept_gain,
    sweep,
)
from scenes.stories.initialization import InitializationStory
from scenes.stories.seen import initialization as described
from scenes.stories.subject import at_another_depth
from tests.selection import quick_cases

LIGHT: dict[str, Any] = {"data.samples": 200, "training.epochs": 3}
RELU = {"network.activation": "relu", "network.init": "he"}
CASES: dict[str, dict[str, Any]] = {
    "shallow": {"network.depth": 2},
    "small": {"network.depth": 2, "network.width": 1},
    "relu": RELU,
    "explodes": RELU | {"network.gain": 3.0},
    "huge": RELU | {"network.gain": 1000.0, "network.depth": 15, "dtype": "float32"},
    "tanh": {"network.activation": "tanh", "network.init": "xavier"},
    "learns": RELU | {"network.output": "softmax", "training.learning_rate": 0.05},
    "linear": {"network.activation": "identity", "network.depth": 3},
    "leaky": {"network.activation": "leaky_relu", "network.gain": 0.3},
    "raw": {"network.depth": 2, "data.scale": 1e6, "data.standardize": False},
    "widths": {"network.widths": [64, 5, 7, 10]},
    "saturated": {"network.gain": 1000.0},
    "no classes": {"network.loss": "quadratic", "network.output": "tanh", "data.name": "noise"},
    "moons": {"data.name": "moons", "network.depth": 4, "network.gain": 4.0},
    "one epoch": {"training.epochs": 1},
}


@pytest.fixture(scope="module")
def default() -> InitializationStory:
    return InitializationStory.of(Experiment())


def sentences(story: InitializationStory) -> list[str]:
    beats = (
        story.columns,
        story.saturation,
        story.gradients,
        story.question,
        story.answer,
        story.points,
        story.swept,
        story.theory,
        story.depths,
    )
    return [beat().plain for beat in beats]


@pytest.mark.thorough
def test_the_default_is_a_u_whose_best_gain_is_not_where_theory_keeps_the_gradient(
    default: InitializationStory,
) -> None:
    assert default.gains == (1.0, 6.0, 30.0)
    assert default.learned == (False, True, False)
    assert default.answer().plain.startswith("Only gain 6 learns")
    median = default.this.median
    assert default.this.best == 3
    assert median[0] > 2 * median[3] < median[-1]
    assert "too small hurts, and so does too large" in default.swept().plain
    assert default.kept == pytest.approx(10.1, abs=0.2)
    assert "training does best at 6" in default.theory().plain
    # A shallow net still learns at gain 30.
    assert default.other.depth.value == 2
    assert default.other.learning == len(default.other.gains)
    assert "every gain learns: depth makes gain matter" in default.depths().plain


@pytest.mark.thorough
def test_large_weights_saturate_the_units_and_yet_the_gradient_grows(
    default: InitializationStory,
) -> None:
    traces = [run(default.shown.override({"network.gain": gain})) for gain in default.gains]
    for draw, trace in zip(default.draws, traces, strict=True):
        assert draw is not None
        assert draw.saturated == saturated_fraction(trace)[default.layer - 1]
        np.testing.assert_array_equal(draw.signal, trace.log10_norm("signal"))
        assert draw.shares.sum() == pytest.approx(1.0)
        assert draw.shares[default.saturated_bins].sum() == pytest.approx(draw.saturated)
    assert default.gradients().plain.startswith("Gain 30 saturates most units, yet")


@pytest.mark.thorough
def test_the_runs_are_those_of_the_core(default: InitializationStory) -> None:
    for gain, history in zip(default.gains, default.histories, strict=True):
        alone = train(default.shown.override({"network.gain": gain}))
        assert history is not None
        np.testing.assert_array_equal(history.loss, alone.loss)
        # The end of the curve is a point of the sweep.
        number = default.this.gains.index(gain)
        assert default.this.losses[number, 0] == alone.loss[-1]
    third = default.other.experiment.override({"network.gain": 6.0, "seed": 2})
    assert default.other.losses[default.other.gains.index(6.0), 2] == train(third).loss[-1]


@pytest.mark.parametrize("case", quick_cases(CASES, "huge", "no classes"))
def test_sentences_fit_the_numbers(case: str) -> None:
    story = InitializationStory.of(Experiment().override(LIGHT | CASES[case]))
    said = sentences(story)
    for words in said:
        assert len(words.split()) <= 16, words
        assert "{" not in words
    assert story.shown.network.gain in story.gains
    assert list(story.gains) == sorted(set(story.gains))
    assert max(story.gains) <= 1000
    answer = story.answer().plain
    for number, learned in enumerate(story.learned):
        only = f"Only gain {story.gain(number).plain} " in answer
        assert only == (learned and sum(story.learned) == 1)
    assert ("None" in answer) == (not any(story.learned))
    assert ("All three" in answer) == all(story.learned)
    low, high = story.this.low, story.this.high
    assert np.all(low <= story.this.median)
    assert np.all(story.this.median <= high)
    assert ("every gain learns" in story.depths().plain) == (
        story.other.learning == len(story.other.gains)
    )


@pytest.mark.thorough
def test_relus_are_off_not_saturated_and_overflow_is_said() -> None:
    story = InitializationStory.of(Experiment().override(LIGHT | CASES["huge"]))
    assert story.draws[-1] is None
    assert story.histories[-1] is None
    assert not story.learned[-1]
    assert "overflow" in story.saturation().plain
    relu = InitializationStory.of(Experiment().override(LIGHT | RELU))
    assert relu.saturation().plain.endswith("are off.")
    assert "saturate" not in relu.gradients().plain


def _with(story: InitializationStory, median: list[float], learned: Any = True) -> Any:
    """Return the sentences of the same story with other outcomes, one draw a gain."""
    losses = np.array(median)[:, None]
    grid = tuple(np.geomspace(1, 30, len(median)).tolist())
    learns = np.broadcast_to(np.atleast_1d(learned), len(median))[:, None]
    this = Sweep(story.shown, grid, losses, learns, story.this.histories)
    parts = {name: getattr(story, name) for name in story.__dataclass_fields__}
    other = InitializationStory(**parts | {"this": this})
    return other.swept().plain, other.theory().plain


@pytest.mark.thorough
def test_the_shape_is_named_by_the_losses(default: InitializationStory) -> None:
    swept, theory = _with(default, [3.0, 1.0, 3.0, 3.0])
    assert "one draw each: too small hurts, and so does too large" in swept
    assert "does best at" in theory
    swept, theory = _with(default, [3.0, 3.0, 1.0, 3.0])
    assert "near there training does best" in theory
    swept, theory = _with(default, [3.0, 1.0, 1.0, 3.0])
    assert "about as well there" in theory
    assert "only a gain too large" in _with(default, [1.0, 1.0, 1.1, 3.0])[0]
    assert "only a gain too small" in _with(default, [3.0, 1.0, 1.1, 1.0])[0]
    swept, theory = _with(default, [1.0, 1.1, 1.1, 1.0])
    assert "hardly a difference" in swept
    assert "do not tell" in theory
    assert _with(default, [3.0, 3.1, 3.2, 9.0], learned=False)[0].endswith(": none learns.")
    assert "every run overflows" in _with(default, [np.inf] * 4, learned=False)[0]
    # A gain that does not learn hurts, however close its loss.
    learned = [False, True, True, True]
    assert "only a gain too small" in _with(default, [1.2, 1.0, 1.1, 1.2], learned=learned)[0]
    assert "in no order" in _with(default, [1.0, 3.0, 1.1, 1.0])[0]


@pytest.fixture(scope="module")
def half_precision() -> InitializationStory:
    changes = {"dtype": "float16", "training.epochs": 3, "data.samples": 400}
    return InitializationStory.of(Experiment().override(changes))


@pytest.mark.thorough
def test_two_sentences_do_not_contradict_each_other(half_precision: InitializationStory) -> None:
    answer, swept = half_precision.answer().plain, half_precision.swept().plain
    for number, learned in enumerate(half_precision.learned):
        place = half_precision.this.gains.index(half_precision.gains[number])
        assert half_precision.this.learned[place, 0] == learned
        if "Only gain" in answer and not learned:
            assert half_precision.this.hurting[place]
    if "Only gain 6" in answer:
        assert "too small hurts, and so does too large" in swept


@pytest.mark.thorough
def test_where_nothing_is_learned_no_cause_is_named() -> None:
    changes = {"network.depth": 2, "training.learning_rate": 1e-6, "training.epochs": 2}
    story = InitializationStory.of(Experiment().override(changes))
    assert story.swept().plain.endswith("draws each: none learns.")
    assert story.theory().plain.endswith("these runs do not tell.")
    assert not story.has_best
    assert "depth makes" not in story.depths().plain


def test_a_loss_that_rounding_moves_is_not_given_with_three_digits() -> None:
    changes = {"training.epochs": 6, "network.gain": 6.0, "data.samples": 1000}
    experiment = Experiment().override(changes)
    start = initialize(experiment)
    near = [neighbour(start, n) for n in (1, 2)]
    runs = train_many([experiment] * 3, every=None, starts=[start, *near])
    losses = [float(run.loss[-1]) for run in runs if isinstance(run, History)]
    ends = Ends(losses[0], tuple(losses[1:]))
    assert not ends.agree()
    grid = (1.0, 6.0, 30.0)
    histories = dict.fromkeys(grid, train(experiment))
    learned = np.array([[False], [True], [False]])
    final = np.array([[3.3], [losses[0]], [3.5]])
    this = Sweep(experiment, grid, final, learned, histories, {6.0: ends.others})
    story = InitializationStory(
        experiment, grid, 4, np.arange(3.0), (None, None, None), None, this, this
    )
    said = story.last_loss(1).plain
    assert f"{losses[0]:.3g}" not in said
    assert all(f"{end:.2g}" in said for end in (min(losses), max(losses)))
    assert said in described.seen(story)["answer"].plain
    # A run without neighbours is known to one digit.
    assert len(story.last_loss(0).plain) == 1


def test_neighbours_are_bought_where_there_is_time() -> None:
    assert affordable_neighbours(Experiment().override({"training.epochs": 6}), 3) == 4
    assert affordable_neighbours(Experiment().override({"network.depth": 1000}), 3) == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (RELU, 1.0),
        ({"network.activation": "relu", "network.init": "normal"}, np.sqrt(2)),
        ({"network.activation": "identity", "network.init": "normal"}, 1.0),
    ],
)
def test_the_gain_that_keeps_the_gradient_is_the_one_of_the_closed_form(
    changes: dict[str, Any], expected: float
) -> None:
    assert kept_gain(Experiment().override(changes)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.thorough
def test_at_that_gain_chi_is_one_on_a_deep_stack_too(default: InitializationStory) -> None:
    deep = Experiment().override({"network.depth": 60})
    kept = kept_gain(deep)
    assert kept is not None
    chi = mean_field(deep.override({"network.gain": kept}), load_data(deep).x).chi
    assert np.median(chi) == pytest.approx(1.0, abs=0.01)


@pytest.mark.thorough
def test_there_may_be_no_such_gain() -> None:
    assert kept_gain(Experiment().override(CASES["raw"])) is None
    story = InitializationStory.of(Experiment().override(LIGHT | CASES["raw"]))
    assert story.gains == (1.0, 6.0, 30.0)
    assert story.theory().plain.startswith("Theory knows no gain")


@pytest.mark.parametrize(
    ("own", "kept", "expected"),
    [
        (1.0, 10.15, (1.0, 6.0, 30.0)),
        (4.0, 10.15, (1.0, 4.0, 30.0)),
        (30.0, 10.15, (1.0, 6.0, 30.0)),
        (1000.0, 10.15, (1.0, 6.0, 1000.0)),
        (0.05, 10.15, (0.05, 6.0, 30.0)),
        (1.0, 1.0, (0.1, 1.0, 3.0)),
        (2.0, None, (2.0, 10.0, 60.0)),
        (1000.0, None, (30.0, 200.0, 1000.0)),
    ],
)
def test_one_of_the_three_gains_is_the_networks_own(
    own: float, kept: float | None, expected: tuple[float, ...]
) -> None:
    assert gains_to_show(own, kept) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"network.depth": 2000, "network.width": 1},
        {"network.depth": 1000},
        {"network.depth": 2, "network.width": 4096},
        {"network.depth": 60, "network.width": 100},
        {"training.batch_size": 1},
    ],
)
def test_every_network_stays_within_the_budget(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[tuple[Experiment, int, int]] = []

    def plan(experiment: Experiment, grid: Any, seeds: int, kept: Any) -> Any:
        planned.append((experiment, seeds * len(grid), len(kept)))

    monkeypatch.setattr(gains_module, "_trained", plan)
    experiment = Experiment().override(changes)
    sweep(experiment, (1.0, 6.0, 30.0))
    assert [e.depth for e, _, _ in planned] == [
        experiment.depth,
        at_another_depth(experiment).depth,
    ]
    seconds = 0.0
    for each, members, measured in planned:
        epoch = epoch_seconds(each, each.data.samples, members, measured=False)
        if measured:
            epoch += epoch_seconds(each, each.data.samples, measured)
            epoch -= epoch_seconds(each, each.data.samples, measured, measured=False)
        seconds += each.training.epochs * epoch
    assert seconds + NEIGHBOUR_SECONDS < FILM_SECONDS
