"""A training loop in NumPy, as people write one, with the mistakes that people make in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.recording import Pass, Recording, from_arrays

N, CLASSES = 64, 4
SIGMOID = ACTIVATIONS["sigmoid"]


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Loop:
    """What is trained, and how.

    Attributes
    ----------
    gain
        Factor of Xavier's weights; None draws none: all are 0.5.
    bias
        All biases at the start.
    steps, zeroes
        Whether the optimizer takes steps, and whether gradients are set to 0 before each pass.
    model, loss
        The function at the end of the model, "logits", "softmax" or "sigmoid", and the loss:
        "softmax" or "sigmoid" with their cross-entropies.
    floats, scale
        The dtype in which passes are computed, and the factor of the loss in it; weights are kept
        in float64, and gradients are divided by the scale before the step.
    """

    widths: tuple[int, ...] = (6, 12, 12, CLASSES)
    activation: str = "tanh"
    gain: float | None = 1.0
    bias: float = 0.0
    rate: float = 0.3
    epochs: int = 120
    every: int = 12
    steps: bool = True
    zeroes: bool = True
    model: str = "logits"
    loss: str = "softmax"
    clip: float | None = None
    floats: str = "float64"
    scale: float = 1.0

    def but(self, **changes: Any) -> Loop:
        """Return the loop with something changed."""
        return replace(self, **changes)

    def train(self) -> tuple[Recording, float]:
        """Return a recording, and the share of examples that are right in the end."""
        return _trained(self)

    @np.errstate(over="ignore", invalid="ignore")
    def run(self) -> tuple[Recording, float]:
        """Train, even if the same loop was trained before."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal((N, self.widths[0]))
        y = np.eye(CLASSES)[(x @ rng.standard_normal((self.widths[0], CLASSES))).argmax(axis=1)]
        W = [self._drawn(rng, m, n) for m, n in zip(self.widths, self.widths[1:], strict=False)]
        b = [np.full(len(each), self.bias) for each in W]
        grads = [np.zeros_like(each) for each in (*W, *b)]
        passes = []
        right = 0.0
        for step in range(self.epochs):
            z, a, delta, loss = self._pass(*self._cast(W, b), x.astype(self.floats), y)
            right = float((z[-1].argmax(axis=1) == y.argmax(axis=1)).mean())
            wide = [d.astype(float) / self.scale for d in delta]
            dW = [d.T @ below for d, below in zip(wide, [x, *a], strict=False)]
            found = [*dW, *(d.sum(axis=0) for d in wide)]
            kept = 0.0 if self.zeroes else 1.0
            grads = [kept * old + new for old, new in zip(grads, found, strict=True)]
            got = self._clipped(grads)
            moves = [-self.rate * self.steps * each for each in got]
            parts: dict[str, Any] = {"weights": W, "biases": b, "dW": dW, "a": a}
            parts |= {"step_dW": got[: len(W)], "update": moves[: len(W)]}
            if step % self.every == 0:
                passes.append(Pass(z, delta, step=step, x=x, loss=loss, **parts))
            moved = [each + move for each, move in zip([*W, *b], moves, strict=True)]
            W, b = moved[: len(W)], moved[len(W) :]
        kinds = [self.activation] * (len(W) - 1) + ["identity"]
        return from_arrays(passes, kinds), right

    def _cast(self, *lists: list[np.ndarray]) -> list[list[np.ndarray]]:
        return [[each.astype(self.floats) for each in arrays] for arrays in lists]

    def _drawn(self, rng: np.random.Generator, inputs: int, units: int) -> np.ndarray:
        if self.gain is None:
            return np.full((units, inputs), 0.5)
        return rng.standard_normal((units, inputs)) * (self.gain / inputs**0.5)

    def _clipped(self, grads: list[np.ndarray]) -> list[np.ndarray]:
        size = float(np.sqrt(sum((each**2).sum() for each in grads)))
        factor = 1.0 if self.clip is None or size < self.clip else self.clip / size
        return [factor * each for each in grads]

    def _pass(
        self, W: list[np.ndarray], b: list[np.ndarray], x: np.ndarray, y: np.ndarray
    ) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray], float]:
        f = ACTIVATIONS[self.activation]
        z: list[np.ndarray] = []
        a: list[np.ndarray] = []
        for each, bias in zip(W, b, strict=True):
            z.append((a[-1] if a else x) @ each.T + bias)
            a.append(f.f(z[-1]) if len(a) < len(W) - 1 else z[-1])
        loss, delta = self._at_the_output(z[-1].astype(float), y)
        loss, deltas = self.scale * loss, [(self.scale * delta).astype(self.floats)]
        for n in range(len(W) - 1, 0, -1):
            deltas.insert(0, (deltas[0] @ W[n]) * f.slope(z[n - 1]))
        return z, a, deltas, loss

    def _at_the_output(self, z: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
        p = {"logits": lambda: z, "softmax": lambda: softmax(z), "sigmoid": lambda: SIGMOID.f(z)}
        out = p[self.model]()
        if self.loss == "softmax":
            q = softmax(out)
            top = out.max(axis=1)
            whole = top + np.log(np.exp(out - top[:, None]).sum(axis=1))
            loss = float((whole - out[y == 1]).mean())
        else:
            q = SIGMOID.f(out)
            loss = -float(np.log(np.where(y == 1, q, 1 - q)).sum(axis=1).mean())
        gradient = (q - y) / N
        if self.model == "softmax":
            gradient = out * (gradient - (out * gradient).sum(axis=1, keepdims=True))
        if self.model == "sigmoid":
            gradient = gradient * SIGMOID.slope(z)
        return loss, gradient


@cache
def _trained(loop: Loop) -> tuple[Recording, float]:
    return loop.run()
