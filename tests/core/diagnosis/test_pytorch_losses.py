"""Losses in PyTorch that do not fit the output or the targets: named first, and mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from backprop_core.diagnosis.diagnose import diagnose
from backprop_core.recording import Recording, load, record
from tests.selection import quick_cases

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-all installs it")
nn, F = torch.nn, torch.nn.functional

EXAMPLES, INPUTS, CLASSES = 64, 8, 3
DRAWN = torch.Generator().manual_seed(1)
X = torch.randn(EXAMPLES, INPUTS, generator=DRAWN)
Y = (X @ torch.randn(INPUTS, CLASSES, generator=DRAWN)).argmax(1)
KNOT = ((X[:, 0] * X[:, 1] > 0) ^ (X[:, 2] > 0)).long()
"""Classes that no linear function tells apart."""
SIGN = (X[:, 0] > 0).float()
HEIGHT = 3 * X[:, :1] + 5
"""A target for regression, from -2 to 13, (examples, 1)."""


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """Take one core."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def every_example(z: Any) -> Any:
    """Compare an output (examples, 1) with targets (examples,), which PyTorch warns of."""
    return F.mse_loss(z, HEIGHT[:, 0])


class Run(NamedTuple):
    """A training run: its loss, what stands behind the last layer, and how it is optimized."""

    loss: Callable[[Any], Any]
    end: Any = None
    out: int = CLASSES
    rate: float = 0.1
    activation: Any = nn.ReLU
    decay: float = 0.0
    momentum: float = 0.0
    shrink: float = 1.0
    steps: int = 150

    def train(self) -> tuple[Recording, Any]:
        """Return the recording, and the last layer's output in the end."""
        torch.manual_seed(0)
        parts = [nn.Linear(INPUTS, 32), self.activation(), nn.Linear(32, 32), self.activation()]
        body = nn.Sequential(*parts, nn.Linear(32, self.out))
        model = nn.Sequential(body, self.end() if self.end else nn.Identity())
        optimizer = torch.optim.SGD(
            model.parameters(), self.rate, weight_decay=self.decay, momentum=self.momentum
        )
        schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, self.shrink)
        with record(model, every=10) as recorder:
            for _ in range(self.steps):
                optimizer.zero_grad()
                self.loss(model(X)).backward()
                optimizer.step()
                schedule.step()
        with torch.no_grad():
            return recorder.recording, body(X)


def right(z: Any) -> float:
    """Return the share of the classes that are right."""
    return float((z.argmax(1) == Y).float().mean())


def knot_right(z: Any) -> float:
    """Return the share of the tangled classes that are right."""
    return float((z.argmax(1) == KNOT).float().mean())


def side_right(z: Any) -> float:
    """Return the share of the signs that are right, with p(1) = sigmoid(z)."""
    return float(((z[:, 0] > 0) == (SIGN > 0.5)).float().mean())


def near(z: Any) -> float:
    """Return the mean square by which an output misses the heights, with a minus before it."""
    return -float(F.mse_loss(z, HEIGHT))


def near_squashed(function: Any) -> Callable[[Any], float]:
    """Return the same of the output behind a function."""
    return lambda z: near(function(z))


GOOD = Run(lambda z: F.cross_entropy(z, Y))
HEIGHTS = Run(lambda z: F.mse_loss(z, HEIGHT), out=1, rate=0.01)
KNOTS = Run(lambda z: F.cross_entropy(z, KNOT), out=2, rate=0.3, steps=300)

Case = tuple[str, str, str, Run, Run, Callable[[Any], float], Callable[[Any], float]]
MISTAKES: dict[str, Case] = {
    # Its kind, words of the finding and of the remedy, the run, the run that follows the remedy,
    # and what is to grow from one to the other.
    "NLL of logits": (
        "wrong_loss",
        "gets the output as it is",
        "nn.CrossEntropyLoss",
        GOOD._replace(loss=lambda z: F.nll_loss(z, Y)),
        GOOD,
        right,
        right,
    ),
    "a mean of distances to all": (
        "wrong_loss",
        "stretched to the shape of the targets",
        "out.squeeze(1)",
        HEIGHTS._replace(loss=lambda z: F.l1_loss(z, HEIGHT[:, 0])),
        HEIGHTS._replace(loss=lambda z: F.l1_loss(z, HEIGHT)),
        near,
        near,
    ),
    "NLL of probabilities": (
        "wrong_loss",
        "gets what the softmax gives",
        "put a log-softmax before",
        GOOD._replace(loss=lambda p: F.nll_loss(p, Y), end=lambda: nn.Softmax(1)),
        GOOD._replace(loss=lambda p: F.nll_loss(p, Y), end=lambda: nn.LogSoftmax(1)),
        lambda z: -float(F.cross_entropy(z, Y)),
        lambda z: -float(F.cross_entropy(z, Y)),
    ),
    "a minus": (
        "wrong_loss",
        "with a minus before it",
        "Leave out the minus",
        GOOD._replace(loss=lambda z: -F.cross_entropy(z, Y)),
        GOOD,
        right,
        right,
    ),
    "softmax over the examples": (
        "wrong_loss",
        "not taken over the classes",
        "dim=1",
        GOOD._replace(loss=lambda p: F.nll_loss(p, Y), end=lambda: nn.LogSoftmax(0)),
        GOOD._replace(loss=lambda p: F.nll_loss(p, Y), end=lambda: nn.LogSoftmax(1)),
        right,
        right,
    ),
    "targets of -1 and 1": (
        "wrong_loss",
        "cannot be below 0",
        "(y + 1) / 2",
        GOOD._replace(
            loss=lambda z: F.binary_cross_entropy_with_logits(z[:, 0], 2 * SIGN - 1), out=1
        ),
        GOOD._replace(loss=lambda z: F.binary_cross_entropy_with_logits(z[:, 0], SIGN), out=1),
        side_right,
        side_right,
    ),
    "shapes that differ": (
        "wrong_loss",
        "stretched to the shape of the targets",
        "y.unsqueeze(1)",
        HEIGHTS._replace(loss=every_example),
        HEIGHTS,
        near,
        near,
    ),
    "a sigmoid before heights": (
        "wrong_loss",
        "a sigmoid, which gives numbers from 0 to 1",
        "Leave out the sigmoid",
        HEIGHTS._replace(end=nn.Sigmoid),
        HEIGHTS,
        near_squashed(torch.sigmoid),
        near,
    ),
    "a tanh before heights": (
        "wrong_loss",
        "a tanh, which gives numbers from \N{MINUS SIGN}1 to 1",
        "Leave out the tanh",
        HEIGHTS._replace(end=nn.Tanh),
        HEIGHTS,
        near_squashed(torch.tanh),
        near,
    ),
    "a ReLU before depths": (
        "wrong_loss",
        "a ReLU, which gives no number below 0",
        "Leave out the ReLU",
        HEIGHTS._replace(loss=lambda z: F.mse_loss(z, -HEIGHT), end=nn.ReLU),
        HEIGHTS._replace(loss=lambda z: F.mse_loss(z, -HEIGHT)),
        lambda z: near(-torch.relu(z)),
        lambda z: near(-z),
    ),
    "no activation": (
        "no_activation",
        "together compute one linear function",
        "nn.ReLU()",
        KNOTS._replace(activation=nn.Identity),
        KNOTS,
        knot_right,
        knot_right,
    ),
    "weight decay": (
        "decayed",
        "The weights shrink to nothing",
        "Lower the weight decay",
        GOOD._replace(decay=0.5),
        GOOD._replace(decay=1e-4),
        right,
        right,
    ),
    "a rate that falls too soon": (
        "small_updates",
        "Updates are tiny",
        "Let the learning rate fall more slowly",
        GOOD._replace(shrink=0.6),
        GOOD._replace(shrink=0.99),
        right,
        right,
    ),
}


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("name", quick_cases(MISTAKES, "a minus"))
def test_a_mistake_is_named_first_and_its_remedy_helps(name: str, tmp_path: Path) -> None:
    kind, said, remedy, broken, mended, before, after = MISTAKES[name]
    recording, wrong = broken.train()
    first = diagnose(load(recording.save(tmp_path / "run.npz"))).findings[0]
    assert first.kind == kind
    assert said in first.words
    assert remedy in first.remedy
    followed, better = mended.train()
    assert kind not in diagnose(followed).kinds
    assert after(better) > before(wrong)


def rewarded(z: Any) -> Any:
    """Return the loss of REINFORCE, whose rewards may make it negative."""
    return (F.cross_entropy(z, Y, reduction="none") * torch.linspace(-2, 1, EXAMPLES)).mean()


def ranked(z: Any) -> Any:
    """Return a loss of pairs: the higher target is to have the higher output."""
    apart = z.expand(EXAMPLES, EXAMPLES) - z.T.expand(EXAMPLES, EXAMPLES)
    return F.softplus(-apart * (HEIGHT - HEIGHT.T).sign()).mean()


WEIGHTS = torch.tensor([1.0, 2.0, 3.0])
FINE: dict[str, Run] = {
    "weighted classes": GOOD._replace(loss=lambda z: F.cross_entropy(z, Y, weight=WEIGHTS)),
    "smoothed labels": GOOD._replace(loss=lambda z: F.cross_entropy(z, Y, label_smoothing=0.1)),
    "one-hot labels": GOOD._replace(loss=lambda z: F.cross_entropy(z, F.one_hot(Y, 3).float())),
    "masked labels": GOOD._replace(
        loss=lambda z: F.cross_entropy(z, Y.masked_fill(Y == 0, -100), ignore_index=-100)
    ),
    "a log-sum by hand": GOOD._replace(loss=lambda z: F.nll_loss(z - z.logsumexp(1, True), Y)),
    "rewards": GOOD._replace(loss=rewarded, rate=0.01),
    "nothing left to learn": GOOD._replace(momentum=0.999),
    "positive examples that weigh more": GOOD._replace(
        loss=lambda z: F.binary_cross_entropy_with_logits(z[:, 0], SIGN, pos_weight=WEIGHTS[2]),
        out=1,
    ),
    "a sigmoid before chances": GOOD._replace(
        loss=lambda p: F.mse_loss(p[:, 0], SIGN), end=nn.Sigmoid, out=1
    ),
    "a sum of squares": GOOD._replace(
        loss=lambda p: F.mse_loss(p[:, 0], SIGN, reduction="sum"), end=nn.Sigmoid, out=1, rate=0.01
    ),
    "a ReLU before what is positive": HEIGHTS._replace(
        loss=lambda p: F.mse_loss(p, HEIGHT.abs()), end=nn.ReLU
    ),
    "shapes that agree": HEIGHTS._replace(loss=lambda z: F.mse_loss(z.squeeze(), HEIGHT[:, 0])),
    "outputs that are compared with each other": HEIGHTS._replace(loss=ranked),
    "some weight decay": GOOD._replace(decay=0.01),
    "a rate that falls": GOOD._replace(shrink=0.98),
}


@pytest.mark.parametrize("name", quick_cases(FINE, "rewards"))
def test_losses_that_look_odd_and_are_right_are_no_mistake(name: str) -> None:
    diagnosis = diagnose(FINE[name].train()[0])
    assert not diagnosis.kinds & {"wrong_loss", "no_activation", "decayed"}
    assert not any("fall more slowly" in finding.remedy for finding in diagnosis)


@pytest.mark.thorough
def test_a_gradient_of_0_where_the_loss_is_0_is_no_finding() -> None:
    recording, _ = FINE["nothing left to learn"].train()
    assert recording.loss is not None
    assert recording.loss[-1] == 0
    assert (recording.norms["signal"][-1] == 0).all()
    assert diagnose(recording).healthy


@pytest.mark.thorough
def test_a_linear_network_that_learns_is_no_mistake() -> None:
    assert diagnose(GOOD._replace(activation=nn.Identity).train()[0]).healthy


@pytest.mark.thorough
def test_an_output_that_a_relu_keeps_at_0_is_not_put_down_to_a_softmax() -> None:
    low = HEIGHTS._replace(loss=lambda p: F.smooth_l1_loss(p - 20, -HEIGHT - 40), end=nn.ReLU)
    (zero,) = (each for each in diagnose(low.train()[0]) if each.kind == "zero")
    assert zero.remedy == "Leave out the ReLU behind the last layer: it is 0 for every example."


@pytest.mark.thorough
def test_targets_out_of_reach_are_found_behind_a_scaled_loss() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(INPUTS, 9), nn.Tanh(), nn.Linear(9, 1), nn.Sigmoid())
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    with record(model, every=1) as recorder:
        for _ in range(6):
            optimizer.zero_grad()
            scaler.scale(F.mse_loss(model(X), HEIGHT)).backward()
            scaler.step(optimizer)
            scaler.update()
    first = diagnose(recorder.recording).findings[0]
    assert first.kind == "wrong_loss"
    assert f"to {float(HEIGHT.max()):.1f}" in first.words
