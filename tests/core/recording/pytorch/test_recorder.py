"""PyTorch models, watched while they train, against the core and against PyTorch itself."""

from __future__ import annotations

import copy
import re
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest

from backprop_core.errors import InputError
from backprop_core.passes.network import Network
from backprop_core.passes.trace import trace
from backprop_core.recording import load, record

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-all installs it")
pytestmark = pytest.mark.thorough
nn, F = torch.nn, torch.nn.functional

FLOAT = torch.float64


def stack(activation: Any, widths: tuple[int, ...] = (8, 7, 6, 5), dtype: Any = FLOAT) -> Any:
    layers: list[Any] = []
    for n, m in pairwise(widths):
        layers += [nn.Linear(n, m, dtype=dtype), activation()]
    return nn.Sequential(*layers[:-1])


def data(dtype: Any = FLOAT, examples: int = 20) -> tuple[Any, Any]:
    return torch.randn(examples, 8, dtype=dtype), torch.arange(examples) % 5


def train(
    model: Any,
    steps: int,
    optimizer: Any = None,
    clip: float | None = None,
    examples: int = 20,
) -> list[float]:
    x, y = data(next(model.parameters()).dtype, examples)
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=0.5)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


KINDS = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": lambda: nn.ReLU(inplace=True),
    "leaky_relu": lambda: nn.LeakyReLU(0.01),
    "identity": nn.Identity,
}


@pytest.mark.parametrize("activation", KINDS)
def test_the_same_weights_give_the_numbers_of_the_core(activation: str) -> None:
    model = stack(KINDS[activation])
    (x, y), layers = data(), model[::2]
    network = Network(
        tuple(layer.weight.detach().numpy().copy() for layer in layers),
        tuple(layer.bias.detach().numpy().copy() for layer in layers),
        activation,
        "softmax",
    )
    with record(model, every=1) as recorder:
        F.cross_entropy(model(x), y).backward()
    found, expected = recorder.recording, trace(network, x.numpy(), y.numpy())
    assert [layer.activation for layer in found.layers] == [activation, activation, "identity"]
    assert found.loss is not None
    assert found.loss[0] == pytest.approx(expected.loss, rel=1e-12)
    assert found.back is not None
    ours = {"signal": found.norms["signal"], "dW": found.norms["dW"], "back": found.back}
    for kind, norms in ours.items():
        np.testing.assert_allclose(norms[0], 10.0 ** expected.log10_norm(kind), rtol=1e-12)
    shots = found.snapshots
    assert shots is not None
    assert shots.x is not None
    assert shots.a is not None
    np.testing.assert_array_equal(shots.x[0], x.numpy())
    for layer in range(3):
        np.testing.assert_allclose(shots.z[layer][0], expected.z[layer], atol=1e-12)
        np.testing.assert_allclose(shots.delta[layer][0], expected.delta[layer], atol=1e-12)
        if layer < 2:
            np.testing.assert_allclose(shots.a[layer][0], expected.a[layer + 1], atol=1e-12)


def test_steps_and_losses_are_those_of_the_training() -> None:
    model = stack(nn.Tanh)
    with record(model, every=3) as recorder:
        losses = train(model, 10)
    found = recorder.recording
    assert found.steps.tolist() == [0, 3, 6, 9]
    assert found.loss is not None
    np.testing.assert_array_equal(found.loss, losses[::3])
    assert found.every == 3


def test_training_is_not_changed() -> None:
    watched = stack(nn.Tanh)
    alone = copy.deepcopy(watched)
    before = torch.Tensor.backward
    torch.manual_seed(1)
    with record(watched, every=2):
        train(watched, 7)
    torch.manual_seed(1)
    train(alone, 7)
    for one, other in zip(watched.parameters(), alone.parameters(), strict=True):
        assert torch.equal(one, other)
    assert torch.Tensor.backward is before
    assert not any(module._forward_hooks for module in watched.modules())
    assert not any(parameter._backward_hooks for parameter in watched.parameters())


def test_an_update_is_what_the_optimizer_did() -> None:
    model = stack(nn.Sigmoid)
    first = model[0].weight.detach().clone()
    with record(model, every=4) as recorder:
        train(model, 1, torch.optim.Adam(model.parameters(), lr=0.01))
    found = recorder.recording
    moved = float(torch.linalg.norm(model[0].weight.detach() - first))
    assert found.norms["update"][0, 0] == pytest.approx(moved, rel=1e-12)
    assert found.norms["W"][0, 0] == pytest.approx(float(torch.linalg.norm(first)), rel=1e-12)


def test_clipping_is_seen() -> None:
    model = stack(nn.Tanh)
    with record(model, every=1) as recorder:
        train(model, 3, clip=1e-3)
    found = recorder.recording
    clipped = np.sqrt((found.norms["step_dW"] ** 2).sum(axis=1))
    assert (clipped <= 1e-3).all()
    assert (np.sqrt((found.norms["dW"] ** 2).sum(axis=1)) > 0.01).all()


def test_a_step_without_an_optimizer_is_seen_at_the_next_pass() -> None:
    model = stack(nn.Tanh)
    x, y = data()
    with record(model, every=1) as recorder:
        for _ in range(2):
            F.cross_entropy(model(x), y).backward()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter -= 0.1 * parameter.grad
                    parameter.grad = None
    found = recorder.recording
    np.testing.assert_allclose(found.norms["update"], 0.1 * found.norms["dW"], rtol=1e-12)
    assert "step_dW" not in found.norms


def test_passes_that_train_nothing_are_not_counted() -> None:
    model = stack(nn.Tanh)
    x, y = data()
    with record(model, every=1) as recorder:
        model.eval()
        F.cross_entropy(model(x), y).backward()
        model.train()
        with torch.no_grad():
            model(x)
        F.cross_entropy(model(x), y).backward()
    assert recorder.recording.passes == 1


class Odd(nn.Module):  # type: ignore[name-defined, misc]
    """A model of its own kind: functions in place of modules, dropout, a norm between."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(8, 6, bias=False)
        self.norm = nn.BatchNorm1d(6)
        self.second = nn.Linear(6, 4)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(4, 5)

    def forward(self, x: Any) -> Any:
        x = torch.relu(self.norm(self.first(x)))
        return torch.log_softmax(self.head(torch.sigmoid(self.second(x))), dim=-1)


def test_a_module_of_any_kind_is_recorded_and_what_is_passed_over_is_listed(tmp_path: Path) -> None:
    model = Odd()
    x, y = data(torch.float32)
    with record(model, every=1, neurons=3, examples=4) as recorder:
        F.nll_loss(model(x), y).backward()
    found = load(recorder.save(tmp_path / "run.npz"))
    assert [layer.name for layer in found.layers] == ["first", "second", "head"]
    # Behind the last one stands a logarithm, which is no function of single units.
    assert [layer.activation for layer in found.layers] == ["relu", "sigmoid", None]
    assert found.passed_over == ("norm (BatchNorm1d)", "drop (Dropout)")
    assert found.dtype == "float32"
    assert found.snapshots is not None
    assert [z.shape for z in found.snapshots.z] == [(1, 4, 3)] * 3
    assert found.source == f"PyTorch {torch.__version__}"


def test_float16_and_sequences_are_recorded() -> None:
    model = stack(nn.Tanh, dtype=torch.float16)
    x = torch.randn(3, 2, 8, dtype=torch.float16)
    with record(model, every=1) as recorder:
        (model(x).sum() * 1e-7).backward()
    found = recorder.recording
    assert found.dtype == "float16"
    assert found.batch.tolist() == [6]


def test_nan_ends_the_recording_but_not_the_training() -> None:
    model = stack(nn.ReLU)
    with record(model, every=1) as recorder:
        train(model, 2)
        with torch.no_grad():
            model[2].weight.fill_(float("nan"))
        train(model, 3)
    found = recorder.recording
    assert found.passes == 2
    assert found.ended is not None
    assert found.ended.startswith("step 2: layer 2, z: NaN")


@pytest.mark.parametrize(
    ("model", "every", "said"),
    [
        (lambda: "model", 1, "allowed a torch.nn.Module"),
        (nn.Tanh, 1, "has no linear layers"),
        (lambda: stack(nn.Tanh), 0, "every: got 0"),
    ],
)
def test_what_cannot_be_recorded_is_refused(model: Any, every: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        record(model(), every=every)


def test_nothing_recorded_is_no_recording() -> None:
    with record(stack(nn.Tanh)) as recorder:
        pass
    with pytest.raises(InputError, match="no pass was recorded"):
        _ = recorder.recording


def test_recording_takes_little_of_the_time() -> None:
    """Every tenth pass of a wide network; of a narrow one it takes more, as the README says."""
    model = stack(nn.ReLU, (8, *[256] * 9, 5), torch.float32)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)

    def takes() -> float:
        begun = process_time()
        train(model, 20, optimizer, examples=256)
        return process_time() - begun

    plain, watched = [], []
    # What else runs takes of the caches of the machine, but not all the time.
    for rounds in range(30):
        if rounds >= 5 and min(watched) < 1.25 * min(plain):
            break
        plain.append(takes())
        with record(model, every=10):
            # What is done once takes longer: activations are found, weights are kept.
            train(model, 10, optimizer, examples=256)
            watched.append(takes())
    # 1.02 to 1.07 alone on a machine.
    assert min(watched) < 1.25 * min(plain)


def test_the_example_in_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = Path(__file__).parents[4] / "backprop_core/recording/README.md"
    blocks = re.findall(r"^```python\n(.*?)^```", readme.read_text(encoding="utf-8"), re.M | re.S)
    (example,) = [block for block in blocks if "record(model" in block]
    monkeypatch.chdir(tmp_path)
    exec(example, {"model": stack(nn.Tanh), "train": lambda model: train(model, 21)})
    assert load("run.npz").steps.tolist() == [0, 10, 20]
