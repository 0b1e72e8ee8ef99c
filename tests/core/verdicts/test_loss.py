"""What is said of a loss, and of a network that was trained."""

from dataclasses import replace

import numpy as np
import pytest

from backprop_core import Experiment, History, train
from backprop_core.verdicts.guess import Guess
from backprop_core.verdicts.loss import LossTrend, learned, loss_trend, settled

DECAY = np.exp(-np.arange(31) / 10.0)


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        (DECAY, LossTrend.FALLS),
        ([7.19, *[3.29] * 30], LossTrend.STICKS),
        ([65.4, 4.0, *[3.47] * 28], LossTrend.STICKS),
        ([3.25] * 31, LossTrend.STAYS),
        (3.25 + 0.1 * np.sin(np.arange(31)), LossTrend.STAYS),
        ([2.60, 5.0, 7.25], LossTrend.RISES),
        ([2.60, 9.0, 2.60], LossTrend.RETURNS),
        ([2.60, 0.1, 2.50], LossTrend.RETURNS),
        ([8.0, 1.0], LossTrend.FALLS),
        ([0.0, 0.0], LossTrend.STAYS),
    ],
)
def test_the_whole_way_is_looked_at(losses: list[float], expected: LossTrend) -> None:
    assert loss_trend(losses) is expected


def test_a_loss_settles_once() -> None:
    assert settled([8.0, 4.0, 1.0, 1.1, 0.9]) == 2
    # It comes near its last value, and goes away again.
    assert settled([8.0, 1.0, 6.0, 1.0]) == 3
    assert settled([1.0, 1.0]) == 0


@pytest.fixture(scope="module")
def history() -> History:
    return train(Experiment(network={"depth": 2}, data={"samples": 20}, training={"epochs": 1}))


def ended(history: History, loss: float, accuracy: float | None) -> History:
    scores = None if accuracy is None else np.array([0.0, accuracy])
    return replace(history, loss=np.array([9.0, loss]), accuracy=scores)


def test_learning_is_more_than_guessing(history: History) -> None:
    # Two classes, 93 : 7: their entropy is 0.2536.
    best = Guess(0.2536, 0.93, 0)
    assert learned(ended(history, 0.211, 0.93), best)
    assert not learned(ended(history, 0.2530, 0.93), best)
    assert learned(ended(history, 0.3, 0.95), best)
    assert not learned(ended(history, 0.3, 0.93), best)
    assert learned(ended(history, 0.2, None), Guess(0.25, None, None))
    assert not learned(ended(history, 0.249, None), Guess(0.25, None, None))
    assert learned(ended(history, 0.0, 1.0), Guess(0.0, 1.0, 0))


def test_luck_before_the_first_step_is_not_learned() -> None:
    tiny = {"network.depth": 2, "network.gain": 1.4, "training.learning_rate": 1e-6}
    history = train(Experiment().override(tiny | {"training.epochs": 1, "data.samples": 200}))
    assert history.accuracy is not None
    assert not learned(replace(history, accuracy=np.array([0.2, 0.2])), Guess(3.25, 0.12, 0))
    assert learned(replace(history, accuracy=np.array([0.2, 0.3])), Guess(3.25, 0.12, 0))
