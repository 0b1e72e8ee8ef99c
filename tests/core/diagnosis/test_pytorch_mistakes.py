"""Training loops in PyTorch with one mistake each: named first, and mended by its remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from backprop_core.diagnosis.diagnose import diagnose
from backprop_core.recording import Recording, load, record
from tests.selection import quick_cases

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
nn, F = torch.nn, torch.nn.functional

N, CLASSES = 64, 3


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """Draw the same weights every time, and take one core."""
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Net(nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
    """Four layers; the first two may be cut off, kept in a plain list, or frozen."""

    def __init__(self, mistake: str = "") -> None:
        super().__init__()
        first = [nn.Linear(8, 16), nn.Linear(16, 16)]
        self.first = first if mistake == "list" else nn.ModuleList(first)
        self.third, self.last = nn.Linear(16, 16), nn.Linear(16, CLASSES)
        self.mistake = mistake
        if mistake == "frozen":
            for layer in first:
                layer.requires_grad_(False)

    def forward(self, x: Any) -> Any:
        for layer in self.first:
            x = torch.tanh(layer(x))
        if self.mistake == "detach":
            x = x.detach()
        if self.mistake == "number":
            x = torch.tensor(x.tolist())
        return self.last(torch.tanh(self.third(x)))


def data() -> tuple[Any, Any]:
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(N, 8, generator=generator)
    return x, (x @ torch.randn(8, CLASSES, generator=generator)).argmax(1)


@dataclass(frozen=True)
class Loop:
    """A training loop; each field but the last three is a place for a mistake."""

    model: Callable[[], Any] = Net
    loss: Callable[[Any, Any], Any] = F.cross_entropy
    rate: float = 0.3
    zero: str = "before"
    step: bool = True
    other: bool = False
    x: Callable[[Any], Any] = lambda x: x
    steps: int = 150
    every: int = 10
    micro: int = 1

    def train(self) -> tuple[Recording, float]:
        """Return a recording, and the share of examples that are right in the end."""
        torch.manual_seed(0)
        model = self.model()
        x, y = data()
        x = self.x(x)
        held = nn.Linear(2, 2) if self.other else model
        optimizer = torch.optim.SGD(held.parameters(), self.rate)
        with record(model, every=self.every) as recorder:
            for n in range(self.steps):
                if self.zero == "before" and n % self.micro == 0:
                    optimizer.zero_grad()
                    model.zero_grad()
                (self.loss(model(x), y) / self.micro).backward()
                if self.zero == "between":
                    optimizer.zero_grad()
                if self.step and n % self.micro == self.micro - 1:
                    optimizer.step()
        with torch.no_grad():
            right = (model(x).argmax(1) == y).float().mean()
        return recorder.recording, float(right)


def constant() -> Any:
    model = Net()
    for weights in model.parameters():
        nn.init.constant_(weights, 0.1)
    return model


def twice(z: Any, y: Any) -> Any:
    return F.cross_entropy(F.softmax(z, 1), y)


def sigmoid_twice(z: Any, y: Any) -> Any:
    wanted = F.one_hot(y, CLASSES).float()
    return F.binary_cross_entropy_with_logits(torch.sigmoid(z), wanted)


def binary(z: Any, y: Any) -> Any:
    return F.binary_cross_entropy_with_logits(z, F.one_hot(y, CLASSES).float())


def masked(z: Any, y: Any) -> Any:
    return F.cross_entropy(z, y.masked_fill(torch.arange(N) % 2 == 0, -100), ignore_index=-100)


def logarithm(z: Any, y: Any) -> Any:
    return -torch.log(F.softmax(1e3 * z, 1))[torch.arange(N), y].mean()


def root(z: Any, y: Any) -> Any:
    return F.cross_entropy(z, y) + torch.sqrt(0 * z).sum()


def with_nan(x: Any) -> Any:
    x = x.clone()
    x[3, 2] = float("nan")
    return x


GOOD = Loop()
# Its kind, what is said of it, the loop, and the loop that follows the remedy.
MISTAKES: dict[str, tuple[str, str, Loop, Loop]] = {
    "detached": (
        "no_gradient",
        "first.0, first.1: run, but cut off",
        Loop(lambda: Net("detach")),
        GOOD,
    ),
    "made of numbers": ("no_gradient", "first.0, first.1", Loop(lambda: Net("number")), GOOD),
    "plain list": ("no_gradient", "not a part of the model", Loop(lambda: Net("list")), GOOD),
    "frozen": ("no_gradient", "frozen", Loop(lambda: Net("frozen"), rate=0.003), Loop(rate=0.003)),
    "no step": ("never_moved", "no step was taken", Loop(step=False), GOOD),
    "rate 0": ("never_moved", "the learning rate is 0", Loop(rate=0.0), GOOD),
    "tiny rate": ("never_moved", "too small to change a float", Loop(rate=1e-12), GOOD),
    "other parameters": (
        "never_moved",
        "150 steps that were taken are of an optimizer with other",
        Loop(other=True),
        GOOD,
    ),
    "zeroed before the step": (
        "never_moved",
        "set to 0 before each step",
        Loop(zero="between"),
        GOOD,
    ),
    "no zero_grad": ("piled_up", "times the gradient of the pass", Loop(zero="never"), GOOD),
    "softmax twice": ("squashed_twice", "a softmax in the model", Loop(loss=twice), GOOD),
    "sigmoid twice": (
        "squashed_twice",
        "a sigmoid in the model and by a sigmoid",
        Loop(loss=sigmoid_twice),
        Loop(loss=binary),
    ),
    "constant start": ("identical_units", "16 of 16 units of layers 1 to 3", Loop(constant), GOOD),
    "NaN in the data": ("bad_data", "in the data", Loop(x=with_nan), GOOD),
    "log of 0": ("diverged", "in the loss", Loop(loss=logarithm), GOOD),
    "root at 0": ("diverged", "on the way back to layer 4 (last)", Loop(loss=root), GOOD),
    "too large a rate": ("diverged", "", Loop(rate=1e38), GOOD),
}


@pytest.mark.parametrize("name", quick_cases(MISTAKES, "detached"))
def test_a_mistake_is_named_first_and_its_remedy_helps(name: str, tmp_path: Path) -> None:
    kind, said, broken, mended = MISTAKES[name]
    recording, wrong = broken.train()
    # A file is saved, whatever happened.
    recording = load(recording.save(tmp_path / "run.npz"))
    first = diagnose(recording).findings[0]
    assert first.kind == kind
    assert said in first.words
    assert not re.search(r"\b(network|data|training)\.\w", first.remedy)
    followed, right = mended.train()
    assert kind not in diagnose(followed).kinds
    assert right > wrong


SHAPED: dict[str, Callable[[Any], Any]] = {
    "transpose": lambda p: p.transpose(0, 1).contiguous().transpose(0, 1),
    "permute": lambda p: p.permute(1, 0).permute(1, 0),
    "reshape": lambda p: p.t().reshape(-1).view(CLASSES, N).t(),
    "unsqueeze": lambda p: p.unsqueeze(0).squeeze(0),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", SHAPED)
def test_two_softmaxes_are_found_whatever_shape_lies_between(name: str) -> None:
    loop = Loop(loss=lambda z, y: F.cross_entropy(SHAPED[name](F.softmax(z, 1)), y), steps=20)
    recording = replace(loop.train()[0], snapshots=None)
    assert diagnose(recording).findings[0].kind == "squashed_twice"


@pytest.mark.thorough
def test_loops_without_mistakes_have_no_findings() -> None:
    for loop in (GOOD, Loop(loss=masked), Loop(loss=binary), Loop(micro=4)):
        assert diagnose(loop.train()[0]).healthy


class Heads(nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
    """A trunk with two heads, of which one gets a thousandth of the other's gradient."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU())
        self.policy, self.value = nn.Linear(16, CLASSES), nn.Linear(16, 1)

    def forward(self, x: Any) -> Any:
        h = self.trunk(x)
        return self.policy(h), self.value(h)


@pytest.mark.parametrize("scale", [1e-4, 1e4])
def test_heads_are_no_chain(scale: float) -> None:
    model, (x, y) = Heads(), data()
    optimizer = torch.optim.SGD(model.parameters(), 0.1 / max(1, scale))
    with record(model) as recorder:
        for _ in range(20):
            optimizer.zero_grad()
            policy, value = model(x)
            (F.cross_entropy(policy, y) + scale * value.pow(2).mean()).backward()
            optimizer.step()
    assert not recorder.recording.chained
    # From head to head there is no way down.
    assert not diagnose(recorder.recording).kinds & {"vanishing", "exploding"}
