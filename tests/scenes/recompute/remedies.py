"""The numbers of `remedies`."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np

import backprop_core as core
from tests.scenes.recompute.again import Again, Table

CHANGED: dict[str, tuple[str, str]] = {
    "plain": ("sigmoid", "normal"),
    "tanh": ("tanh", "xavier"),
    "relu": ("relu", "he"),
    "leaky_relu": ("leaky_relu", "he"),
}


class Networks:
    """The networks of the film, each computed when it is first asked for."""

    def __init__(self, again: Again) -> None:
        self.again = again
        self.shown = again.shown.override({"training.epochs": int(again.of("epochs"))})
        self.data = core.load_data(self.shown)
        self.net, self.history = cache(self._net), cache(self._history)
        self.draw, self.after = cache(self._draw), cache(self._after)

    @property
    def factor(self) -> float:
        """The largest step that was taken."""
        numbers = self.again.document["numbers"]
        return max(float(e["value"]) for e in numbers if e["name"].startswith("factor["))

    def _net(self, kind: str) -> core.Experiment:
        of = self.shown.network
        if kind == "own":
            kept = {(*CHANGED["tanh"], 1.0), (*CHANGED["relu"], 1.0)}
            if (of.activation, of.init, of.gain) not in kept:
                return self.shown
            kind = "plain"
        activation, init = CHANGED[kind]
        changes = {"activation": activation, "init": init, "gain": 1.0}
        return self.shown.override({f"network.{key}": value for key, value in changes.items()})

    def _history(self, kind: str) -> core.History:
        return core.train(self.net(kind))

    def _draw(self, kind: str, number: int, factor: float) -> core.Trace:
        """One draw after a step, with the data of the first."""
        weights = core.initialize(self.net(kind).override({"seed": self.shown.seed + number}))
        loss = self.shown.network.loss
        start = core.trace(weights, self.data.x, self.data.y, loss)
        after = core.step(start, factor * self.shown.training.learning_rate)
        return core.trace(after, self.data.x, self.data.y, loss)

    def _after(self, kind: str, number: int) -> core.History | core.NumericalError:
        start = self.draw(kind, number, self.factor).network
        return core.train_many([self.net(kind)], starts=[start])[0]

    def dead(self, kind: str, number: int, factor: float) -> int:
        """Dead units of one draw after a step."""
        return int(core.dead_units(self.draw(kind, number, factor)).sum())

    def dead_draws(self, factor: float) -> list[int]:
        """Dead ReLUs of all draws after a step; 0 is none."""
        draws = range(int(self.again.of("dead_draws")))
        return [self.dead("relu", number, factor) for number in draws]

    def ends(self, kind: str, part: str) -> list[float]:
        """Loss or accuracy at last of all draws that were trained on; nan where one diverged."""
        runs = [self.after(kind, number) for number in range(int(self.again.of("trained_draws")))]
        return [
            float(getattr(run, part)[-1]) if isinstance(run, core.History) else np.nan
            for run in runs
        ]

    def chi(self, kind: str) -> float:
        """The median of chi in theory."""
        chi = core.mean_field(self.net(kind), self.data.x).chi
        return float(10 ** np.median(np.log10(chi)))

    def squared_factor(self, kind: str) -> float:
        """The median factor of the squared signal, as measured."""
        signal = core.run(self.net(kind)).log10_norm("signal")
        return float(10 ** (2 * np.median(signal[:-1] - signal[1:])))

    def off(self) -> float:
        """How many times the median ReLU network lies above or below theory, at its worst layer."""
        draws = core.ensemble(self.net("relu"), int(self.again.of("seeds"))).log10_signal
        theory = core.mean_field(self.net("relu"), self.data.x).log10_signal(0.0)
        return float(10 ** np.abs(np.median(draws - draws[:, -1:], axis=0) - theory).max())


def table(again: Again) -> Table:
    """Return what only this film shows."""
    nets = Networks(again)

    def given(name: str, _: str) -> float:
        return again.of(name)

    def trained(kind: str, part: str, _: str) -> float:
        return float(getattr(nets.history(kind), part)[-1])

    def first(kind: str, part: str, _: str) -> float:
        run: Any = nets.after(kind, 0)
        return float(getattr(run, part)[-1].sum())

    numbers: dict[str, Any] = {
        "training.learning_rate": lambda _: again.experiment.training.learning_rate,
        "hidden_units": lambda _: sum(core.layer_widths(nets.shown)[1:-1]),
        "dead_draws.least": lambda _: min(nets.dead_draws(nets.factor)),
        "dead_draws.most": lambda _: max(nets.dead_draws(nets.factor)),
        "dead_at_first.least": lambda _: min(nets.dead_draws(0)),
        "dead_at_first.most": lambda _: max(nets.dead_draws(0)),
        "step.dead": lambda factor: nets.dead("relu", 0, float(factor)),
        "step.loss": lambda factor: nets.draw("relu", 0, float(factor)).loss,
        "leaky.dead": lambda _: nets.dead("leaky_relu", 0, nets.factor),
        "relu.after.dead": partial(first, "relu", "dead"),
        "factor": float,
        "relu.off": lambda _: nets.off(),
        "own.gain": lambda _: nets.net("own").network.gain,
    }
    for name in ("epochs", "seeds", "dead_draws", "trained_draws"):
        numbers[name] = partial(given, name)
    shown = {"loss": "loss", "accuracy": "training_accuracy"}
    for kind in ("own", "tanh", "relu"):
        numbers[f"{kind}.chi"] = lambda _, kind=kind: nets.chi(kind)
        numbers[f"{kind}.factor"] = lambda _, kind=kind: nets.squared_factor(kind)
        for part in ("loss", "accuracy"):
            numbers[f"{kind}.{shown[part]}"] = partial(trained, kind, part)
    for kind in ("relu", "leaky_relu"):
        for part, worst in (("loss", max), ("accuracy", min)):
            numbers[f"{kind}.after.{shown[part]}"] = partial(first, kind, part)
            numbers[f"{kind}.worst.{shown[part]}"] = lambda _, kind=kind, part=part, worst=worst: (
                worst(nets.ends(kind, part))
            )
        numbers[f"{kind}.overflowing"] = lambda _, kind=kind: np.isnan(
            nets.ends(kind, "loss")
        ).sum()
    return numbers
