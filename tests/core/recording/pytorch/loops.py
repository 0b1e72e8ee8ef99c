"""Training loops as people write them, each with the model that it trains.

Each loop yields what `by_hand` describes, and nothing of it knows of a recorder.
"""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

F = nn.functional
Event = tuple[str, Any]
LOOPS: dict[str, tuple[Callable[[], Any], Callable[..., Iterator[Event]], str]] = {}
"""What makes the model, the loop, and the part of the model that is recorded, by names."""
X = torch.randn(24, 8, generator=torch.Generator().manual_seed(3))
Y = torch.arange(24) % 5
PICTURES = torch.randn(6, 1, 8, 8, generator=torch.Generator().manual_seed(4))
WORDS = torch.randint(0, 11, (6, 5), generator=torch.Generator().manual_seed(5))


def loop(make: Callable[[], Any], watched: str = "") -> Callable[..., Any]:
    def put(function: Callable[..., Iterator[Event]]) -> Callable[..., Iterator[Event]]:
        LOOPS[function.__name__] = (make, function, watched)
        return function

    return put


def mlp(*between: Any, n: int = 8, out: int = 5) -> Any:
    parts = between or (nn.Tanh(),)
    return nn.Sequential(
        nn.Linear(n, 7), *parts, nn.Linear(7, 6), *copy.deepcopy(parts), nn.Linear(6, out)
    )


def sgd(model: Any, lr: float = 0.1) -> Any:
    return torch.optim.SGD(model.parameters(), lr)


def back(loss: Any, optimizer: Any) -> Iterator[Event]:
    """Send a loss backward, and take a step; the caller keeps the loss, as people do."""
    loss.backward()
    yield "pass", loss
    optimizer.step()
    yield "step", None


@loop(mlp)
def plain(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(4):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        yield from back(loss, optimizer)


@loop(lambda: mlp(nn.GELU()))
def adam_with_a_schedule(model: Any) -> Iterator[Event]:
    optimizer = torch.optim.AdamW(model.parameters(), 0.01)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)
    for _ in range(4):
        loss = F.cross_entropy(model(X), Y)
        optimizer.zero_grad()
        yield from back(loss, optimizer)
        schedule.step()


@loop(mlp)
def clipping(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        optimizer.zero_grad(set_to_none=False)
        yield "begin", None
        loss = F.cross_entropy(model(X), Y)
        loss.backward()
        yield "pass", loss
        nn.utils.clip_grad_norm_(model.parameters(), 0.01)
        optimizer.step()
        yield "step", None


@loop(mlp)
def siamese(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        optimizer.zero_grad()
        apart = F.pairwise_distance(model(X[:12]), model(X[12:]))
        loss = torch.where(Y[:12] == Y[12:], apart, F.relu(3 - apart)).pow(2).mean()
        yield from back(loss, optimizer)


@loop(mlp)
def triplet(model: Any) -> Iterator[Event]:
    optimizer, wanted = sgd(model), nn.TripletMarginLoss()
    for _ in range(3):
        optimizer.zero_grad()
        loss = wanted(model(X[:8]), model(X[8:16]), model(X[16:]))
        yield from back(loss, optimizer)


def gan() -> Any:
    D = nn.Sequential(nn.Linear(8, 7), nn.LeakyReLU(0.2), nn.Linear(7, 1))
    return nn.ModuleDict({"G": mlp(nn.ReLU(), n=4, out=8), "D": D})


def _gan(model: Any, of: str) -> Iterator[Event]:
    G, D = model["G"], model["D"]
    of_G, of_D = torch.optim.Adam(G.parameters(), 0.01), torch.optim.Adam(D.parameters(), 0.01)
    for _ in range(3):
        of_D.zero_grad()
        fake = G(torch.randn(24, 4))
        real = F.binary_cross_entropy_with_logits(D(X), torch.ones(24, 1))
        unreal = F.binary_cross_entropy_with_logits(D(fake.detach()), torch.zeros(24, 1))
        (real + unreal).backward()
        if of == "D":
            yield "pass", real + unreal
        of_D.step()
        if of == "D":
            yield "step", None
        of_G.zero_grad()
        if of == "D":
            yield "begin", None
        loss = F.binary_cross_entropy_with_logits(D(fake), torch.ones(24, 1))
        loss.backward()
        yield "pass", loss
        of_G.step()
        if of == "G":
            yield "step", None


@loop(gan, "D")
def discriminator(model: Any) -> Iterator[Event]:
    yield from _gan(model, "D")


@loop(gan, "G")
def generator(model: Any) -> Iterator[Event]:
    yield from _gan(model, "G")


@loop(mlp)
def dqn(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        q = model(X).gather(1, Y[:, None])
        with torch.no_grad():
            target = 1 + 0.9 * model(X + 0.1).max(1, keepdim=True).values
        optimizer.zero_grad()
        loss = F.smooth_l1_loss(q, target)
        yield from back(loss, optimizer)


@loop(lambda: nn.ModuleDict({"actor": mlp(), "critic": mlp(nn.ReLU(), out=1)}), "actor")
def actor_and_critic(model: Any) -> Iterator[Event]:
    actor, critic = model["actor"], model["critic"]
    of_actor, of_critic = sgd(actor), sgd(critic)
    for _ in range(3):
        chances = F.log_softmax(actor(X), -1)
        value = critic(X)
        of_critic.zero_grad()
        F.mse_loss(value, torch.ones(24, 1)).backward()
        of_critic.step()
        again = F.log_softmax(actor(X), -1)
        loss = -((again - chances.detach()).exp() * (1 - value.detach())).mean()
        of_actor.zero_grad()
        loss.backward()
        yield "pass", loss
        of_actor.step()
        yield "step", None


class Cell(nn.Module):
    """A recurrent cell of linear layers, which its user unrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.i, self.h, self.o = nn.Linear(2, 6), nn.Linear(6, 6), nn.Linear(6, 5)

    def forward(self, x: Any, h: Any) -> tuple[Any, Any]:
        h = torch.tanh(self.i(x) + self.h(h))
        return self.o(h), h


@loop(Cell)
def unrolled(model: Any) -> Iterator[Event]:
    optimizer, steps = sgd(model), X.view(24, 4, 2).unbind(1)
    for _ in range(3):
        h, loss = torch.zeros(24, 6), torch.zeros(())
        for x in steps:
            out, h = model(x, h)
            loss = loss + F.cross_entropy(out, Y)
        optimizer.zero_grad()
        yield from back(loss, optimizer)


@loop(Cell)
def truncated(model: Any) -> Iterator[Event]:
    optimizer, steps, h = sgd(model), X.view(24, 4, 2).unbind(1), torch.zeros(24, 6)
    for now in range(6):
        h = h.detach()
        loss = torch.zeros(())
        for x in steps[now % 3 : now % 3 + 2]:
            out, h = model(x, h)
            loss = loss + F.cross_entropy(out, Y)
        optimizer.zero_grad()
        yield from back(loss, optimizer)


@loop(Cell)
def growing(model: Any) -> Iterator[Event]:
    optimizer, steps = sgd(model), X.view(24, 4, 2).unbind(1)
    for length in (1, 2, 3, 4):
        h = torch.zeros(24, 6)
        for x in steps[:length]:
            out, h = model(x, h)
        loss = F.cross_entropy(out, Y)
        optimizer.zero_grad()
        yield from back(loss, optimizer)


class Sequences(nn.Module):
    """Word vectors, a library's recurrent layer, and a head."""

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.words, self.rnn = nn.Embedding(11, 4), kind(4, 6, batch_first=True)
        self.head = nn.Linear(6, 5)

    def forward(self, words: Any) -> Any:
        return self.head(self.rnn(self.words(words))[0][:, -1])


def _classes(model: Any, x: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), Y[: len(x)])
        yield from back(loss, optimizer)


@loop(lambda: Sequences(nn.LSTM))
def lstm(model: Any) -> Iterator[Event]:
    yield from _classes(model, WORDS)


@loop(lambda: Sequences(nn.GRU))
def gru(model: Any) -> Iterator[Event]:
    yield from _classes(model, WORDS)


def convolutional() -> Any:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, bias=False),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(6, 5),
    )


@loop(convolutional)
def pictures(model: Any) -> Iterator[Event]:
    yield from _classes(model, PICTURES)


class Residual(nn.Module):
    """Two residual blocks of convolutions between a stem and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 4, 3, padding=1)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 1)
            )
            for _ in range(2)
        )
        self.head = nn.Linear(4, 5)

    def forward(self, x: Any) -> Any:
        x = torch.relu(self.stem(x))
        for block in self.blocks:
            x = torch.relu(x + block(x))
        return self.head(x.mean((2, 3)))


@loop(Residual)
def residual(model: Any) -> Iterator[Event]:
    yield from _classes(model, PICTURES)


@loop(
    lambda: nn.Sequential(
        nn.Conv2d(1, 3, 3, stride=2),
        nn.SiLU(),
        nn.ConvTranspose2d(3, 1, 3, stride=2, output_padding=1),
    )
)
def autoencoder(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        optimizer.zero_grad()
        loss = F.mse_loss(model(PICTURES), PICTURES)
        yield from back(loss, optimizer)


class Block(nn.Module):
    """A transformer block with its own attention."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(11, 8)
        self.q, self.k, self.v, self.o = (nn.Linear(8, 8) for _ in range(4))
        self.one, self.two = nn.LayerNorm(8), nn.LayerNorm(8)
        self.up, self.down, self.head = nn.Linear(8, 16), nn.Linear(16, 8), nn.Linear(8, 5)

    def forward(self, words: Any) -> Any:
        x = self.words(words)
        n = self.one(x)
        x = x + self.o(F.scaled_dot_product_attention(self.q(n), self.k(n), self.v(n)))
        x = x + self.down(F.gelu(self.up(self.two(x))))
        return self.head(x.mean(1))


@loop(Block)
def transformer_block(model: Any) -> Iterator[Event]:
    yield from _classes(model, WORDS)


@loop(
    lambda: nn.Sequential(
        nn.Embedding(11, 8),
        nn.TransformerEncoderLayer(8, 2, 16, batch_first=True),
        nn.Flatten(),
        nn.Linear(40, 5),
    )
)
def encoder_of_the_library(model: Any) -> Iterator[Event]:
    yield from _classes(model, WORDS)


@loop(lambda: mlp(nn.ReLU()))
def bfloat16(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = F.cross_entropy(model(X), Y)
        yield from back(loss, optimizer)


@loop(mlp)
def accumulation(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for now in range(12):
        part = slice(now % 4 * 6, now % 4 * 6 + 6)
        yield "begin", None
        loss = F.cross_entropy(model(X[part]), Y[part]) / 4
        loss.backward()
        yield "pass", loss
        if now % 4 == 3:
            optimizer.step()
            yield "step", None
            optimizer.zero_grad()


@loop(lambda: mlp(nn.ReLU()))
def frozen_then_thawed(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for now in range(6):
        for part in (model[0], model[2]):
            part.requires_grad_(now >= 3)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        yield from back(loss, optimizer)


@loop(lambda: mlp(nn.ReLU()))
def thawed_then_frozen(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for now in range(6):
        model[0].requires_grad_(now < 2)
        model[2].weight.requires_grad_(now != 4)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        yield from back(loss, optimizer)


def unheard(event: Event) -> None:
    """Hear nothing."""


def _with_closure(model: Any, optimizer: Any, hear: Callable[[Event], None]) -> Iterator[Event]:
    def closure() -> Any:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        loss.backward()
        hear(("pass", loss))
        return loss

    for _ in range(2):
        hear(("opening", None))
        optimizer.step(closure)
        yield "step", None


@loop(mlp)
def lbfgs(model: Any, hear: Callable[[Event], None] = unheard) -> Iterator[Event]:
    yield from _with_closure(model, torch.optim.LBFGS(model.parameters(), max_iter=3), hear)


@loop(mlp)
def a_closure(model: Any, hear: Callable[[Event], None] = unheard) -> Iterator[Event]:
    yield from _with_closure(model, torch.optim.Adam(model.parameters(), 0.01), hear)


class Checkpointed(nn.Module):
    """A network that computes its first half again on the way back."""

    def __init__(self, reentrant: bool) -> None:
        super().__init__()
        self.reentrant = reentrant
        self.low = nn.Sequential(nn.Linear(8, 7), nn.ReLU(), nn.Linear(7, 6), nn.ReLU())
        self.head = nn.Linear(6, 5)
        self.by_hand = False

    def forward(self, x: Any) -> Any:
        if self.by_hand:
            return self.head(self.low(x))
        x = x.clone().requires_grad_()
        return self.head(checkpoint(self.low, x, use_reentrant=self.reentrant))


@loop(lambda: Checkpointed(False))
def checkpointing(model: Any) -> Iterator[Event]:
    yield from _classes(model, X)


@loop(lambda: Checkpointed(True))
def checkpointing_by_a_second_pass(model: Any) -> Iterator[Event]:
    yield from _classes(model, X)


@loop(mlp)
def copies(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    average = torch.optim.swa_utils.AveragedModel(model)
    for _ in range(3):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        copy.deepcopy(model)(X).sum().backward()
        yield from back(loss, optimizer)
        average.update_parameters(model)
        F.cross_entropy(average(X), Y)
        torch.save(model, io.BytesIO())
        pickle.loads(pickle.dumps(model))(X)


class Failing(nn.Module):
    """A network that does not stand some inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp()

    def forward(self, x: Any) -> Any:
        z = self.net[0](x)
        if len(x) == 3:
            raise ValueError("a batch of three")
        return self.net[1:](z)


@loop(Failing)
def exceptions(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        with suppress(ValueError):
            model(X[:3])
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        with suppress(ValueError):
            F.cross_entropy(model(X), Y[:2]).backward()
        yield from back(loss, optimizer)


@loop(mlp)
def two_losses(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        optimizer.zero_grad()
        out = model(X)
        one, other = F.cross_entropy(out, Y), 0.01 * out.pow(2).mean()
        one.backward(retain_graph=True)
        other.backward()
        yield "pass", one + other
        optimizer.step()
        yield "step", None


class Shared(nn.Module):
    """The same layer twice, and weights that two layers have in common."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(8, 8), nn.Linear(8, 8)
        self.b.weight = self.a.weight
        self.head = nn.Linear(8, 5)

    def forward(self, x: Any) -> Any:
        return self.head(torch.relu(self.b(torch.relu(self.a(torch.relu(self.a(x)))))))


@loop(Shared)
def shared_layers(model: Any) -> Iterator[Event]:
    yield from _classes(model, X)


@loop(lambda: mlp(nn.ReLU(), nn.Dropout(0.5)))
def dropout(model: Any) -> Iterator[Event]:
    yield from _classes(model, X)


class Heads(nn.Module):
    """A trunk with two heads."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk, self.one, self.two = nn.Linear(8, 7), nn.Linear(7, 5), nn.Linear(7, 1)

    def forward(self, x: Any) -> dict[str, Any]:
        h = torch.tanh(self.trunk(x))
        return {"classes": self.one(h), "values": self.two(h)}


@loop(Heads)
def two_heads(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        optimizer.zero_grad()
        out = model(X)
        loss = F.cross_entropy(out["classes"], Y) + F.mse_loss(out["values"], X[:, :1])
        yield from back(loss, optimizer)


@loop(Heads)
def two_optimizers(model: Any) -> Iterator[Event]:
    low, high = sgd(model.trunk), torch.optim.Adam([*model.one.parameters()], 0.01)
    rest = sgd(model.two)
    for _ in range(3):
        for optimizer in (low, high, rest):
            optimizer.zero_grad()
        out = model(X)
        loss = F.cross_entropy(out["classes"], Y) + F.mse_loss(out["values"], X[:, :1])
        loss.backward()
        yield "pass", loss
        for optimizer in (low, high, rest):
            optimizer.step()
        yield "step", None


@loop(mlp)
def steps_by_hand(model: Any) -> Iterator[Event]:
    for _ in range(3):
        loss = F.cross_entropy(model(X), Y)
        loss.backward()
        yield "pass", loss
        for parameter in model.parameters():
            parameter.data -= 0.1 * parameter.grad
            parameter.grad = None
        yield "step", None


@loop(mlp)
def steps_partly_by_hand(model: Any) -> Iterator[Event]:
    optimizer = sgd(model[0])
    for _ in range(4):
        model.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        loss.backward()
        yield "pass", loss
        optimizer.step()
        with torch.no_grad():
            for layer in (model[2], model[4]):
                for parameter in layer.parameters():
                    parameter -= 0.1 * parameter.grad
        yield "step", None


@loop(mlp)
def validation_between(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        model.train()
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        with torch.no_grad():
            model(X)
        yield from back(loss, optimizer)
        model.eval()
        model(X)
        with torch.inference_mode():
            model(X)


@loop(mlp)
def sharpness_aware(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(2):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        loss.backward()
        yield "pass", loss
        moved = [0.05 * parameter.grad for parameter in model.parameters()]
        with torch.no_grad():
            for parameter, by in zip(model.parameters(), moved, strict=True):
                parameter += by
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        loss.backward()
        yield "pass", loss
        with torch.no_grad():
            for parameter, by in zip(model.parameters(), moved, strict=True):
                parameter -= by
        # The step begins here: what was moved before is no part of it.
        optimizer.step()


class WithLoss(nn.Module):
    """A model that takes the targets and returns its loss, as in some libraries."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(nn.SiLU())

    def forward(self, x: Any, labels: Any = None) -> dict[str, Any]:
        logits = self.net(x)
        return {"loss": F.cross_entropy(logits, labels), "logits": logits}


@loop(WithLoss)
def loss_inside(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        optimizer.zero_grad()
        loss = model(X, labels=Y)["loss"]
        yield from back(loss, optimizer)


@loop(mlp)
def a_gradient_is_given(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        optimizer.zero_grad()
        model(X).backward(gradient=torch.ones(24, 5) / 24)
        yield "pass", None
        optimizer.step()
        yield "step", None


@loop(mlp)
def gradients_asked_for_between(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        x = X.clone().requires_grad_()
        (slope,) = torch.autograd.grad(F.cross_entropy(model(x), Y), x)
        optimizer.zero_grad()
        yield "begin", None
        loss = F.cross_entropy(model(X + 0.1 * slope.sign()), Y)
        yield from back(loss, optimizer)


class Named(nn.Module):
    """Layers that are called with names, in a plain function of the model."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(8, 6), nn.Linear(6, 5)

    def forward(self, x: Any) -> Any:
        return self.b(input=F.elu(self.a(input=x)))


@loop(Named)
def called_with_names(model: Any) -> Iterator[Event]:
    yield from _classes(model, X)


@loop(lambda: nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(8, 6)), *mlp(n=6)))
def weight_norm(model: Any) -> Iterator[Event]:
    yield from _classes(model, X)


@loop(lambda: nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Linear(8, 6)), *mlp(n=6)))
def spectral_norm(model: Any) -> Iterator[Event]:
    yield from _classes(model, X)


@loop(mlp)
def evaluation_loss_without_no_grad(model: Any) -> Iterator[Event]:
    optimizer = sgd(model)
    for _ in range(3):
        for _ in range(3):
            F.cross_entropy(model(X), Y)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), Y)
        yield from back(loss, optimizer)


class Attending(nn.Module):
    """The attention of the library, a residual block, and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.attention = nn.Embedding(11, 8), nn.MultiheadAttention(8, 2)
        self.up, self.head = nn.Linear(8, 8), nn.Linear(8, 5)

    def forward(self, words: Any) -> Any:
        x = self.words(words).transpose(0, 1)
        x = x + self.attention(x, x, x, need_weights=False)[0]
        return self.head(F.relu(self.up(x)).mean(0))


@loop(Attending)
def attention_of_the_library(model: Any) -> Iterator[Event]:
    yield from _classes(model, WORDS)


class Scripted(nn.Module):
    """A network with a part in TorchScript, which has no layers that a hook could see."""

    def __init__(self) -> None:
        super().__init__()
        self.low, self.head = nn.Linear(8, 6), nn.Linear(6, 5)
        self.script = torch.jit.script(nn.Sequential(nn.Linear(6, 6), nn.ReLU()))

    def forward(self, x: Any) -> Any:
        return self.head(self.script(torch.relu(self.low(x))))


@loop(Scripted)
def a_part_in_torchscript(model: Any) -> Iterator[Event]:
    yield from _classes(model, X)


class Repeated(nn.Module):
    """A residual layer that runs four times in each pass."""

    def __init__(self) -> None:
        super().__init__()
        self.low, self.again, self.head = nn.Linear(8, 6), nn.Linear(6, 6), nn.Linear(6, 5)

    def forward(self, x: Any) -> Any:
        h = torch.relu(self.low(x))
        for _ in range(4):
            h = h + torch.tanh(self.again(h))
        return self.head(h)


@loop(Repeated)
def a_layer_in_a_loop(model: Any) -> Iterator[Event]:
    yield from _classes(model, X)
