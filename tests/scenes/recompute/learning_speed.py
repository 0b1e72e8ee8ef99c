"""The numbers of `learning_speed`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

import backprop_core as core
from tests.scenes.recompute.again import Again, Table


class Runs:
    """The training runs of a ledger, made again."""

    def __init__(self, again: Again) -> None:
        self.again = again
        self.shown = again.shown.override({"training.epochs": int(again.of("epochs"))})
        y = core.load_data(self.shown).y
        self.halfway = float(1 - np.mean(y != np.bincount(y).argmax()) / 2)
        self.run = cache(self._run)
        self.draws = cache(self._draws)

    def depth(self, name: str) -> int:
        here = self.again.experiment.depth
        depths = {"reference": 2 if here > 2 else 5, "other": 9 if here < 9 else 5}
        return here if name == "this" else depths[name]

    def widths(self, name: str) -> tuple[int, ...]:
        own = core.layer_widths(self.shown)
        return own if name == "this" else (own[0], *own[1:2] * (self.depth(name) - 1), own[-1])

    def _run(self, name: str) -> core.History:
        if name == "this":
            return self.again.history
        return core.train(self.shown.override({"network.widths": list(self.widths(name))}))

    def speed(self, name: str, epoch: int, layer: int) -> float:
        return float(self.run(name).update_to_weight[epoch - 1, layer - 1])

    def ratio(self, name: str, at: str) -> float:
        epoch, over, under = (int(part) for part in at.split(","))
        return self.speed(name, epoch, over) / self.speed(name, epoch, under)

    def gain(self, at: str) -> float:
        epoch, slowest = (int(part) for part in at.split(","))
        return self.speed("this", epoch, 1) / self.speed("this", slowest, 1)

    def reached(self, history: core.History) -> int:
        scores = np.asarray(history.accuracy)
        return next(n for n, right in enumerate(scores) if right >= self.halfway)

    def wakes(self, name: str) -> int:
        """Of all pairs of epochs the one between which layer 1 gains most; then halfway there."""
        first = self.run(name).update_to_weight[:, 0]
        gains = {(i, j): first[j] / first[i] for j in range(len(first)) for i in range(j)}
        slow, fast = max(gains, key=lambda pair: gains[pair])
        between = np.sqrt(first[slow] * first[fast])
        return 1 + next(n for n in range(slow, fast + 1) if first[n] >= between)

    def _draws(self) -> list[int]:
        seeds = range(self.shown.seed, self.shown.seed + int(self.again.of("seeds")))
        runs = core.train_many([self.shown.override({"seed": seed}) for seed in seeds])
        histories = [run for run in runs if isinstance(run, core.History)]
        assert len(histories) == len(seeds)
        return [self.reached(history) for history in histories]


def table(again: Again) -> Table:
    """Return what only this film shows."""
    runs = Runs(again)
    return {
        "halfway": lambda _: runs.halfway,
        "this.plateau": lambda _: runs.wakes("this") - 1,
        "this.gain": runs.gain,
        "epochs_between": lambda _: abs(
            runs.reached(runs.run("this")) - runs.reached(runs.run("reference"))
        ),
        "draws_first": lambda _: min(runs.draws()),
        "draws_last": lambda _: max(runs.draws()),
        **_of_run(runs, "this"),
        **_of_run(runs, "reference"),
        **_of_run(runs, "other"),
    }


def _of_run(runs: Runs, name: str) -> dict[str, Callable[[str], float]]:
    return {
        f"{name}.width": lambda layer: runs.widths(name)[int(layer)],
        f"{name}.depth": lambda _: runs.depth(name),
        f"{name}.loss": lambda epoch: runs.run(name).loss[int(epoch)],
        f"{name}.speed": lambda at: runs.speed(name, *map(int, at.split(","))),
        f"{name}.speed_ratio": lambda at: runs.ratio(name, at),
        f"{name}.wakes": lambda _: runs.wakes(name),
        f"{name}.reached": lambda _: runs.reached(runs.run(name)),
    }
