"""Runs that are out of the ordinary: gradients of gradients, loss scales, ends, copies, reasons."""

from __future__ import annotations

import copy
import gc
import io
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop_core.errors import InputError
from backprop_core.recording import load, record
from backprop_core.recording.contents import Born, Silent
from backprop_core.recording.pytorch.steps import MOST_STEPS, MOST_WAITING, Pending

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-all installs it")
pytestmark = pytest.mark.thorough
nn, F = torch.nn, torch.nn.functional


def data() -> tuple[Any, Any]:
    return torch.randn(32, 8), torch.arange(32) % 3


def net(*between: Any, out: int = 3) -> Any:
    return nn.Sequential(nn.Linear(8, 12), *(between or (nn.Tanh(),)), nn.Linear(12, out))


def size(found: Any, row: int = 0) -> Any:
    """The norms of dL/dz of a pass, (L,)."""
    return found.norms["signal"][row] / math.sqrt(found.batch[row])


def penalty(model: Any, x: Any, outputs: list[Any]) -> Any:
    """The penalty of a gradient's norm, as in WGAN-GP; the outputs of layers are noted."""
    x = x.clone().requires_grad_()
    z = model[0](x) if outputs is not None else None
    u = model(x) if z is None else model[2](model[1](z))
    if z is not None:
        outputs.append(z)
    (slope,) = torch.autograd.grad(u.sum(), x, create_graph=True)
    return ((slope.norm(dim=1) - 1) ** 2).mean() + u.mean()


def test_gradients_of_gradients_are_those_of_the_loss() -> None:
    model, (x, _) = net(out=1), data()
    with record(model, every=1) as recorder:
        penalty(model, x, None).backward()
    outputs: list[Any] = []
    loss = penalty(model, x, outputs)
    expected = torch.autograd.grad(loss, [outputs[0], model[0].weight], retain_graph=True)
    found = recorder.recording
    assert size(found)[0] == pytest.approx(float(expected[0].norm()), rel=1e-5)
    assert found.norms["dW"][0, 0] == pytest.approx(float(expected[1].norm()), rel=1e-5)
    assert found.loss == pytest.approx([float(loss.detach())])


def test_a_second_run_of_the_engine_within_the_first_does_not_count() -> None:
    """A fixed point, whose gradient is found by iterating with autograd.grad."""
    layer, head = nn.Linear(8, 8), nn.Linear(8, 3)
    model = nn.ModuleDict({"layer": layer, "head": head})
    (x, y), held = data(), {}

    class Solved(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.head = layer, head

        def forward(self, x: Any) -> Any:
            with torch.no_grad():
                z = torch.zeros_like(x)
                for _ in range(30):
                    z = torch.tanh(0.3 * self.layer(z) + x)
            z = torch.tanh(0.3 * self.layer(z) + x)
            start = z.clone().detach().requires_grad_()
            again = torch.tanh(0.3 * self.layer(start) + x)

            def backward(gradient: Any) -> Any:
                found = gradient
                for _ in range(20):
                    (pulled,) = torch.autograd.grad(again, start, found, retain_graph=True)
                    found = pulled + gradient
                return found

            z.register_hook(backward)
            held["z"] = z
            return self.head(z)

    solved = Solved()
    twin = copy.deepcopy(solved)
    with record(solved, every=1) as recorder:
        F.cross_entropy(solved(x), y).backward()
    F.cross_entropy(twin(x), y).backward()
    found = recorder.recording
    assert [one.name for one in found.layers] == ["layer", "head"]
    np.testing.assert_allclose(found.norms["dW"][0, 0], float(twin.layer.weight.grad.norm()), 1e-5)
    assert model["layer"] is layer


def test_weights_that_are_put_in_by_a_function_are_recorded() -> None:
    model, (x, y) = net(), data()
    changed = {n: (0.5 * p).detach().requires_grad_() for n, p in model.named_parameters()}
    with record(model, every=1) as recorder:
        F.cross_entropy(torch.func.functional_call(model, changed, (x,)), y).backward()
        F.cross_entropy(model(x), y).backward()
    found = recorder.recording
    assert found.norms["W"][0, 0] == pytest.approx(0.5 * found.norms["W"][1, 0], rel=1e-5)
    assert found.norms["dW"][0, 0] == pytest.approx(float(changed["0.weight"].grad.norm()), 1e-5)
    assert (found.norms["update"] == 0).all()


class Scaled:
    """A training in float16, with a GradScaler whose first scales are too large."""

    def __init__(self, start: float = 2.0**30) -> None:
        self.model, self.skipped, self.loss, self.signal = net(nn.ReLU()), [], {}, {}
        self.scaler = torch.amp.GradScaler("cpu", init_scale=start, growth_interval=3)
        self.optimizer = torch.optim.SGD(self.model.parameters(), 0.1)

    def train(self, steps: int, accumulate: int = 1) -> None:
        x, y = data()
        for step in range(steps):
            with torch.autocast("cpu", dtype=torch.float16):
                out = self.model(x)
            loss = F.cross_entropy(out.float(), y)
            before = self.model[0].weight.detach().clone()
            out.retain_grad()
            scale = self.scaler.get_scale()
            self.scaler.scale(loss / accumulate).backward()
            self.loss[step] = float(loss.detach()) / accumulate
            self.signal[step] = float(out.grad.double().norm()) / scale
            if step % accumulate == accumulate - 1:
                self.scaler.step(self.optimizer)
                self.scaler.update()
                self.optimizer.zero_grad()
                if torch.equal(before, self.model[0].weight):
                    self.skipped += range(step - accumulate + 1, step + 1)


@pytest.mark.parametrize("accumulate", [1, 3])
def test_steps_that_a_scaler_skips_are_left_out(accumulate: int, tmp_path: Path) -> None:
    run = Scaled()
    with record(run.model, every=1) as recorder:
        run.train(36, accumulate)
    found = load(recorder.save(tmp_path / "run.npz"))
    assert run.skipped
    assert list(found.skipped) == run.skipped
    assert found.steps.tolist() == [n for n in range(36) if n not in run.skipped]
    assert found.ended is None
    assert found.loss is not None
    assert found.loss_scale is not None
    np.testing.assert_allclose(found.loss, [run.loss[n] for n in found.steps], rtol=1e-5)
    expected = [run.signal[n] for n in found.steps]
    signal = found.norms["signal"][:, 1] / np.sqrt(found.batch)
    np.testing.assert_allclose(signal, expected, rtol=1e-3)
    assert found.in_step is not None
    assert set(found.in_step.tolist()) == {accumulate}
    # What the optimizer gets is unscaled: nothing is clipped.
    if accumulate == 1:
        np.testing.assert_allclose(found.norms["step_dW"], found.norms["dW"], rtol=1e-2)


def test_overflow_without_a_scaler_ends_the_recording() -> None:
    run = Scaled()
    with record(run.model, every=1) as recorder:
        x, y = data()
        F.cross_entropy(run.model(x), y).backward()
        (F.cross_entropy(run.model(x), y) * math.inf).backward()
    assert recorder.recording.ended is not None
    assert recorder.recording.born is not None
    assert recorder.recording.born.what == "loss"


BIRTHS: dict[str, tuple[Callable[[Any, Any], None], Born]] = {
    "data": (lambda model, x: x[3].fill_(math.nan), Born(0, "x")),
    "weights": (lambda model, x: model[2].weight.data.fill_(math.nan), Born(0, "W", "2")),
    "overflow": (lambda model, x: model[0].weight.data.fill_(3e38), Born(0, "z", "0")),
}


@pytest.mark.parametrize("name", BIRTHS)
def test_nan_at_the_first_pass_leaves_a_file_that_says_where(name: str, tmp_path: Path) -> None:
    change, born = BIRTHS[name]
    model, (x, y) = net(nn.ReLU()), data()
    change(model, x)
    with record(model, every=1) as recorder:
        F.cross_entropy(model(x), y).backward()
    found = load(recorder.save(tmp_path / "run.npz"))
    assert found.born == born
    assert found.passes == 0
    assert [layer.name for layer in found.layers] == ["0", "2"]
    with pytest.raises(InputError, match=r"recording: has no pass; .* step 0: layer "):
        found.row(0)


# Copies


def everything(model: Any) -> list[Any]:
    """Copies of a model in all the ways that people make them."""
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    return [
        copy.deepcopy(model),
        copy.copy(model),
        pickle.loads(pickle.dumps(model)),
        torch.load(file, weights_only=False),
        torch.optim.swa_utils.AveragedModel(model).module,
        torch.optim.swa_utils.AveragedModel(
            model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9)
        ).module,
    ]


@pytest.mark.parametrize("moment", ["before", "between", "after"])
def test_copies_carry_nothing(moment: str) -> None:
    model, (x, y) = net(), data()
    copies = []
    with record(model, every=1) as recorder:
        if moment == "before":
            copies = everything(model)
        loss = F.cross_entropy(model(x), y)
        if moment == "between":
            copies = everything(model)
        loss.backward()
        if moment == "after":
            copies = everything(model)
        for one in copies:
            F.cross_entropy(one(x), y)
        assert b"backprop_core" not in pickle.dumps(copies)
    for one in copies:
        for module in one.modules():
            assert not module._forward_hooks
            assert not module._forward_pre_hooks
        assert not any(parameter._backward_hooks for parameter in one.parameters())
    assert recorder.recording.steps.tolist() == [0]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_recorders_end_in_any_order(order: tuple[int, int]) -> None:
    model, (x, y) = net(), data()
    before = torch.autograd.backward
    recorders = [record(model, every=1), record(model, every=2)]
    for recorder in recorders:
        recorder.__enter__()

    def train(steps: int) -> None:
        for _ in range(steps):
            F.cross_entropy(model(x), y).backward()
            model.zero_grad()

    train(4)
    recorders[order[0]].__exit__(None, None, None)
    train(4)
    recorders[order[1]].__exit__(None, None, None)
    train(1)
    assert torch.autograd.backward is before
    assert recorders[order[0]].recording.steps.max() < 4
    assert recorders[order[1]].recording.steps.max() >= 6


def test_what_others_put_in_place_of_backward_stays() -> None:
    model, (x, y) = net(), data()
    original, calls = torch.autograd.backward, []
    try:
        with record(model, every=1) as recorder:
            ours = torch.autograd.backward

            def counted(*args: Any, **kwargs: Any) -> None:
                calls.append(1)
                ours(*args, **kwargs)

            torch.autograd.backward = counted
            F.cross_entropy(model(x), y).backward()
        assert torch.autograd.backward is counted
        F.cross_entropy(model(x), y).backward()
        assert len(calls) == 2
        assert recorder.recording.passes == 1
    finally:
        torch.autograd.backward = original


# What goes wrong


def test_no_hook_raises_into_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from backprop_core.recording import rows

    model, (x, y) = net(), data()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)

    def fails(*_: Any, **__: Any) -> None:
        raise MemoryError("no room")

    with record(model, every=1) as recorder:
        for step in range(5):
            if step == 2:
                monkeypatch.setattr(rows, "measured_layer", fails)
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    found = recorder.recording
    assert found.steps.tolist() == [0, 1]
    assert found.ended == "step 2: recording failed: MemoryError: no room"


def test_an_error_of_the_run_is_the_run_s_own() -> None:
    model, (x, y) = net(), data()
    recorder = record(model, every=1)

    def train() -> None:
        with recorder:
            for step in range(5):
                F.cross_entropy(model(x), y).backward()
                model.zero_grad()
                assert 1 / (3 - step)

    with pytest.raises(ZeroDivisionError):
        train()
    assert recorder.recording.steps.tolist() == [0, 1, 2, 3]


def test_complex_weights_end_the_recording_in_a_line() -> None:
    model = nn.Linear(4, 3, dtype=torch.complex64)
    with record(model, every=1) as recorder:
        model(torch.randn(5, 4, dtype=torch.complex64)).abs().sum().backward()
    with pytest.raises(InputError, match="allowed real numbers"):
        _ = recorder.recording


class Parts(nn.Module):
    """A model whose parts are called, as in a training_step."""

    def __init__(self) -> None:
        super().__init__()
        self.net, self.other = net(), net()

    def forward(self, x: Any) -> Any:
        return self.net(x)


def _evaluated(model: Any) -> None:
    x, y = data()
    model.eval()
    F.cross_entropy(model(x), y).backward()


def _without_gradient(model: Any) -> None:
    with torch.no_grad():
        model(data()[0])


def _detached(model: Any) -> None:
    model(data()[0])
    torch.ones(1, requires_grad=True).sum().backward()


def _by_grad(model: Any) -> None:
    x, y = data()
    torch.autograd.grad(F.cross_entropy(model(x), y), list(model.net.parameters()))


REASONS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "never called": (lambda model: None, "the model was never called"),
    "parts": (
        lambda model: model.net(data()[0]).sum().backward(),
        r"its parts were; to record them, type: record\(model.net\)$",
    ),
    "two parts": (
        lambda model: (model.net(data()[0]) + model.other(data()[0])).sum().backward(),
        r"record\(model.net\) or record\(model.other\)$",
    ),
    "evaluation": (_evaluated, r"in evaluation mode only; .* model.train\(\)"),
    "no gradient wanted": (_without_gradient, "no gradient is wanted"),
    "no backward": (lambda model: model(data()[0]), "no loss was sent backward"),
    "autograd.grad": (_by_grad, "no loss was sent backward"),
    "detached": (_detached, "no gradient came to the layers"),
}


@pytest.mark.parametrize("name", REASONS)
def test_if_nothing_was_recorded_it_is_said_why(name: str) -> None:
    run, said = REASONS[name]
    model = Parts()
    with record(model, every=1) as recorder:
        run(model)
    with pytest.raises(InputError, match=f"^recording: no pass was recorded: .*{said}") as caught:
        _ = recorder.recording
    assert len(caught.value.problems) == 1


def test_a_scaler_that_skips_all_is_named() -> None:
    run = Scaled(2.0**100)
    with record(run.model, every=1) as recorder:
        run.train(2)
    with pytest.raises(InputError, match="a GradScaler skipped the steps of all of them: 2"):
        _ = recorder.recording


@pytest.mark.filterwarnings("ignore:Using `torch.compile")
@pytest.mark.parametrize("warm", [False, True])
def test_a_model_that_runs_compiled_ends_the_recording_in_a_line(warm: bool) -> None:
    model, (x, y) = net(), data()
    compiled = torch.compile(model, backend="eager")
    if warm:
        compiled(x)
    with record(model, every=1) as recorder:
        F.cross_entropy(compiled(x), y).backward()
        expected = model[0].weight.grad.clone()
    with pytest.raises(InputError, match=r"^step 0: model: is compiled") as caught:
        _ = recorder.recording
    assert len(caught.value.problems) == 1
    model.zero_grad()
    F.cross_entropy(model(x), y).backward()
    torch.testing.assert_close(expected, model[0].weight.grad)


@pytest.mark.parametrize("how", ["wrapped", "in place"])
def test_a_compiled_model_is_refused_in_a_line(how: str) -> None:
    model = net()
    if how == "wrapped":
        model = torch.compile(model, backend="eager")
    else:
        model.compile(backend="eager")
    with pytest.raises(InputError, match="model: is compiled"):
        record(model)


# What is told of a run


class Broken(nn.Module):
    """Layers that are detached, frozen, never run, and kept in a plain list."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.frozen = nn.Linear(8, 9), nn.Linear(9, 7), nn.Linear(7, 7)
        self.c, self.unused = nn.Linear(7, 3), nn.Linear(3, 3)
        self.plain = [nn.Linear(7, 7)]
        self.frozen.requires_grad_(False)

    def forward(self, x: Any) -> Any:
        h = torch.relu(self.b(torch.relu(self.a(x)))).detach()
        h = torch.relu(self.plain[0](torch.relu(self.frozen(h))))
        return self.c(h)


def test_layers_without_a_gradient_are_named_with_the_reason(tmp_path: Path) -> None:
    model, (x, y) = Broken(), data()
    with record(model, every=1) as recorder:
        F.cross_entropy(model(x), y).backward()
    found = load(recorder.save(tmp_path / "run.npz"))
    assert [layer.name for layer in found.layers] == ["c"]
    assert set(found.without_gradient) == {
        Silent("a", "detached"),
        Silent("b", "detached"),
        Silent("frozen", "frozen"),
        Silent("unused", "never_run"),
        Silent("Linear(7, 7)", "unregistered"),
    }


HEADS: dict[str, tuple[Any, Callable[[Any, Any], Any], tuple[str, ...]]] = {
    "logits": ((), F.cross_entropy, ("log_softmax", "nll_loss")),
    "softmax twice": (
        (nn.Softmax(-1),),
        F.cross_entropy,
        ("softmax", "log_softmax", "nll_loss"),
    ),
    "sigmoid twice": (
        (nn.Sigmoid(),),
        lambda out, y: F.binary_cross_entropy_with_logits(out, F.one_hot(y, 3).float()),
        ("sigmoid", "binary_cross_entropy_with_logits"),
    ),
}


@pytest.mark.parametrize("name", HEADS)
def test_what_stands_between_the_last_layer_and_the_loss_is_named(name: str) -> None:
    last, loss, names = HEADS[name]
    model, (x, y) = nn.Sequential(*net(), *last), data()
    with record(model, every=1) as recorder:
        loss(model(x), y).backward()
    assert recorder.recording.head == names


def test_gradients_that_pile_up_are_told_from_accumulation() -> None:
    model, (x, y) = net(), data()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with record(model, every=1) as piled:
        for _ in range(3):
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    optimizer.zero_grad()
    with record(model, every=1) as gathered:
        for step in range(4):
            F.cross_entropy(model(x), y).backward()
            if step % 2:
                optimizer.step()
                optimizer.zero_grad()
    one, two = piled.recording, gathered.recording
    assert one.since_step is not None
    assert two.since_step is not None
    assert two.in_step is not None
    assert one.since_step.tolist() == [0, 0, 0]
    assert (one.norms["held"][1:] > 0).all()
    assert two.since_step.tolist() == [0, 1, 0, 1]
    assert (two.norms["held"][::2] == 0).all()
    assert two.in_step.tolist() == [2, 2, 2, 2]
    np.testing.assert_allclose(one.norms["step_dW"][0], one.norms["dW"][0], rtol=1e-6)


def test_steps_and_rates_are_told() -> None:
    model, (x, y) = net(), data()
    mine, theirs = (torch.optim.SGD(m.parameters(), 0.25) for m in (model, net()))
    for optimizer, own, others, stepped in ((mine, 2, 0, 1), (theirs, 0, 2, 0)):
        with record(model, every=1) as recorder:
            for _ in range(2):
                F.cross_entropy(model(x), y).backward()
                optimizer.step()
                model.zero_grad()
        found = recorder.recording
        assert (found.own_steps, found.other_steps) == (own, others)
        assert found.stepped is not None
        assert found.stepped.tolist() == [stepped] * 2
        if own:
            assert found.rate is not None
            assert (found.rate == 0.25).all()
        assert (found.norms["update"] > 0).all() == bool(own)


# Activations


def kinds(model: Any, x: Any = None, dtype: Any = None) -> list[str | None]:
    x, y = data()[0] if x is None else x, torch.arange(32) % 3
    with record(model, every=1) as recorder, torch.autocast("cpu", dtype, enabled=bool(dtype)):
        loss = F.cross_entropy(model(x), y[: len(x)])
        loss.backward()
    return [layer.activation for layer in recorder.recording.layers]


class Functional(nn.Module):
    """Two layers with a function between them."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.a, self.b, self.function = nn.Linear(8, 12), nn.Linear(12, 3), function

    def forward(self, x: Any) -> Any:
        return self.b(self.function(self.a(x)))


NAMES: dict[str, tuple[Any, str | None]] = {
    "relu": (nn.ReLU(), "relu"),
    "relu in place": (nn.ReLU(inplace=True), "relu"),
    "a usual leak": (nn.LeakyReLU(), "leaky_relu"),
    "another leak": (nn.LeakyReLU(0.2), "leaky_relu(0.2)"),
    "elu": (nn.ELU(), "elu"),
    "elu, alpha": (nn.ELU(0.5), "elu(0.5)"),
    "celu": (nn.CELU(2.0), "celu(2)"),
    "selu": (nn.SELU(), "selu"),
    "gelu": (nn.GELU(), "gelu"),
    "gelu, tanh": (nn.GELU("tanh"), "gelu_tanh"),
    "silu": (nn.SiLU(), "silu"),
    "softplus": (nn.Softplus(), "softplus"),
    "relu6": (nn.ReLU6(), "relu6"),
    "hardtanh": (nn.Hardtanh(), "hardtanh"),
    "mish": (nn.Mish(), "mish"),
    "softsign": (nn.Softsign(), "softsign"),
    "norm, then relu": (nn.Sequential(nn.BatchNorm1d(12), nn.ReLU()), "relu"),
    "norm of layers": (nn.Sequential(nn.LayerNorm(12), nn.GELU()), "gelu"),
    "relu, then norm": (nn.Sequential(nn.ReLU(), nn.BatchNorm1d(12)), "relu"),
    "dropout": (nn.Sequential(nn.ReLU(), nn.Dropout(0.5)), "relu"),
    "norm alone": (nn.LayerNorm(12), None),
    "none": (nn.Identity(), "identity"),
    "by numbers": (lambda z: z * torch.sigmoid(z), "silu"),
    "unknown": (lambda z: torch.sin(3 * z), None),
    "a function": (F.gelu, "gelu"),
}


@pytest.mark.parametrize("name", NAMES)
def test_activations_are_named(name: str) -> None:
    function, wanted = NAMES[name]
    assert kinds(Functional(function)) == [wanted, "identity"]


@pytest.mark.parametrize("inplace", [False, True])
def test_sequences_are_recorded_where_functions_work_in_place(inplace: bool) -> None:
    model, x = net(nn.ReLU(inplace=inplace)), torch.randn(4, 5, 8)
    with record(model, every=1) as recorder:
        model(x).pow(2).mean().backward()
    found, z = recorder.recording, model[0](x)
    loss = model[2](torch.relu(z)).pow(2).mean()
    (delta,) = torch.autograd.grad(loss, z)
    assert [layer.activation for layer in found.layers] == ["relu", "identity"]
    assert size(found)[0] == pytest.approx(float(delta.norm()), rel=1e-5)


def test_names_do_not_depend_on_the_numbers() -> None:
    model = net(nn.ReLU())
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    assert kinds(model) == ["relu", "identity"]
    nn.init.constant_(model[-1].bias, 3.0)
    assert kinds(model) == ["relu", "identity"]
    assert kinds(net(nn.Sigmoid()), dtype=torch.bfloat16) == ["sigmoid", "identity"]


@pytest.mark.parametrize(
    "function", [nn.GELU(), nn.SiLU(), nn.ELU(), nn.Softplus(), nn.LeakyReLU(0.2), nn.ReLU6()]
)
@pytest.mark.parametrize("normed", [False, True])
def test_slopes_are_those_of_the_function(function: Any, normed: bool) -> None:
    """Saturated: a slope below 4 % of the largest, of what the function is applied to."""
    between = (nn.BatchNorm1d(12), function) if normed else (function,)
    model, (x, y) = net(*between), data()
    with torch.no_grad():
        model[0].weight *= 20
        if normed:
            model[1].weight *= 5
    with record(model, every=1) as recorder:
        F.cross_entropy(model(x), y).backward()
    z = (model[1](model[0](x)) if normed else model[0](x)).detach().requires_grad_()
    (slope,) = torch.autograd.grad(function(z).sum(), z)
    line = torch.linspace(-12, 12, 100_001, requires_grad=True)
    (slopes,) = torch.autograd.grad(function(line).sum(), line)
    expected = float((slope.abs() < 0.04 * slopes.max()).float().mean())
    assert recorder.recording.shares["saturated"][0, 0] == pytest.approx(expected, abs=0.005)


def test_layers_that_feed_others_are_named() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.trunk, self.one, self.two = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 3)

        def forward(self, x: Any) -> Any:
            h = torch.relu(self.trunk(x))
            return torch.cat([self.one(h), self.two(h)], -1)

    model, (x, y) = Two(), data()
    with record(model, every=1) as recorder:
        F.cross_entropy(model(x), y).backward()
    found = recorder.recording
    assert [layer.after for layer in found.layers] == [(0,), (1,), (1,)]
    assert not found.chained
    # dL/da of the trunk comes from both, so it is no step of a chain.
    assert found.back is None


def test_what_is_not_recorded_is_named() -> None:
    model = nn.Sequential(
        nn.Embedding(11, 8),
        nn.TransformerEncoderLayer(8, 2, 16, batch_first=True),
        nn.utils.parametrizations.spectral_norm(nn.Linear(8, 8)),
        nn.Linear(8, 3),
    )
    assert record(model).passed_over == (
        "0 (Embedding)",
        "1.self_attn (MultiheadAttention)",
        "1.dropout (Dropout)",
        "1.norm1 (LayerNorm)",
        "1.norm2 (LayerNorm)",
        "1.dropout1 (Dropout)",
        "1.dropout2 (Dropout)",
        "2 (ParametrizedLinear)",
    )


# Passes that wait for a step


def waiting() -> list[Pending]:
    gc.collect()
    return [each for each in gc.get_objects() if type(each) is Pending]


@pytest.mark.parametrize("held", ["one layer", "nothing"])
def test_passes_do_not_wait_for_ever(held: str) -> None:
    model, (x, y) = net(), data()
    optimizer = torch.optim.SGD((model[2] if held == "one layer" else net()).parameters(), 0.1)
    before = len(waiting())
    with record(model, every=1) as recorder:
        for _ in range(MOST_WAITING + 20):
            model.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
        left = waiting()
    most = MOST_STEPS if held == "one layer" else MOST_WAITING
    assert len(left) - before <= most + 1
    # They have the weights in common, and keep no gradients.
    assert len({id(each.before["0"]) for each in left if "0" in each.before}) == 1
    kept = [layer.dW.value for each in left for layer in each.waiting.values()]
    assert sum(gradient is not None for gradient in kept) <= 2
    found = recorder.recording
    assert found.passes == MOST_WAITING + 20
    assert (found.norms["update"][:, 0] == 0).all()
    assert (found.norms["update"][:, 1] > 0).all() == (held == "one layer")


@pytest.mark.parametrize("count", [20, 150])
def test_a_layer_whose_optimizer_steps_seldom_has_its_step(count: int) -> None:
    """The passes of a generator that is trained after many steps of the discriminator."""
    model, (x, y) = net(), data()
    often, seldom = (torch.optim.SGD(model[n].parameters(), 0.1) for n in (2, 0))
    with record(model, every=1) as recorder:
        for _ in range(count):
            often.zero_grad()
            F.cross_entropy(model(x), y).backward()
            often.step()
        first = model[0].weight.detach().clone()
        seldom.step()
    moved = float((model[0].weight.detach() - first).norm())
    last = recorder.recording.norms["update"][-MOST_STEPS:, 0]
    np.testing.assert_allclose(last, moved, rtol=1e-5)
