"""The numbers and sentences of the film `learning_speed`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.datasets import load_data
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.training.sgd import train_many
from scenes.stories.milestone import Goal, compared, plural, reckoned
from scenes.stories.speeds import GUIDE, SLOW, Course, course, other_depths
from scenes.stories.subject import describe
from scenes.stories.training_run import affordable_runs
from scenes.words.figures import Sentence, count, index, sentence

SECONDS = 7.5
"""Planned computing time, of the ten seconds that a film may take."""
ALIKE = np.log10(2.0)
"""Speeds within this factor are about the same."""

Band = tuple[NDArray[np.float64], NDArray[np.float64]]
"""The lowest and the highest of some runs, epoch by epoch."""


@dataclass(frozen=True, eq=False)
class LearningSpeedStory:
    """What `learning_speed` shows of one experiment.

    Attributes
    ----------
    shown
        The experiment with as many examples and epochs as the budget allows for all the runs.
    this, reference, other
        The experiment's run; a run with two layers; a run with nine, or with five if it has nine
        itself. An experiment of two layers is compared with five and nine. None if not allowed.
    seeds
        How many random draws were trained, this one included.
    draws
        The draws that stay in the range of floats.
    """

    shown: Experiment
    this: Course
    reference: Course | None
    other: Course | None
    seeds: int
    draws: tuple[Course, ...]

    @classmethod
    def of(cls, experiment: Experiment) -> LearningSpeedStory:
        """Train everything at once, within the budget.

        Raises
        ------
        InputError
            If the weights are 0: a step has no ratio to them.
        """
        if experiment.network.init == "zeros":
            raise InputError(
                'network.init: got "zeros"; allowed other schemes for the film learning_speed, '
                "which divides each step by the weights it changes"
            )
        reference, other = other_depths(experiment)
        others = [each for each in (reference, other) if each is not None]
        shown, seeds = affordable_runs(experiment, others, SECONDS)
        budget = {
            "data.samples": shown.data.samples,
            "training.epochs": shown.training.epochs,
        }
        members = [shown.override({"seed": shown.seed + n}) for n in range(seeds)]
        trained = [*members, *(each.override(budget) for each in others)]
        goal = Goal.of(load_data(shown).y)
        names = ["this", *(f"draw{n}" for n in range(1, seeds))]
        names += ["reference"] * (reference is not None) + ["other"] * (other is not None)
        runs = {
            name: course(name, each, outcome, goal)
            for name, each, outcome in zip(names, trained, train_many(trained), strict=True)
        }
        draws = tuple(runs[n] for n in names[:seeds] if runs[n].history is not None)
        return cls(shown, runs["this"], runs.get("reference"), runs.get("other"), seeds, draws)

    left_out: ClassVar[frozenset[str]] = frozenset()
    """Beats that are left out, as their numbers do not exist."""
    unit: ClassVar[str] = "epoch"
    """The unit of time on the x axis."""

    @property
    def depth(self) -> int:
        """L, the number of layers with weights."""
        return self.this.depth

    @property
    def goal(self) -> Goal:
        """The goal of every run."""
        return self.this.goal

    @property
    def epochs(self) -> int:
        """For how many epochs every network is trained."""
        return self.shown.training.epochs

    @property
    def runs(self) -> tuple[Course, ...]:
        """The runs at all depths that stay in the range of floats, the shallowest first."""
        runs = (self.this, self.reference, self.other)
        kept = [run for run in runs if run is not None and run.history is not None]
        return tuple(sorted(kept, key=lambda run: run.depth))

    @property
    def fastest(self) -> float:
        """log10 of the largest update:weight of the first and the last layers of all runs."""
        ends = [np.ravel(run.log10_speed[:, [0, -1]]) for run in self.runs]
        return float(np.concatenate([*ends, np.log10([SLOW])]).max())

    def speeds(self, run: Course) -> NDArray[np.float64]:
        """Return log10 of the speeds of a run, (epochs, L); empty if the run overflowed."""
        if run.history is None:
            return np.full((self.epochs, run.depth), -np.inf)
        return run.log10_speed

    def speeds_beside(self, run: Course) -> list[NDArray[np.float64]]:
        """Return log10 of all speeds that share a chart with those of a run."""
        drawn = [self.speeds(run), np.log10([GUIDE])]
        if run is not self.this:
            return [*drawn, self.speeds(self.this)[:, 0]]
        bands = [self.speed_band(layer) for layer in (1, run.depth) if self.draws]
        return [*drawn, *(edge for low_high in bands for edge in low_high)]

    def loss_band(self) -> Band:
        """Return the lowest and highest loss of the draws, (epochs+1,)."""
        losses = np.array([run.measured.loss for run in self.draws])
        return losses.min(axis=0), losses.max(axis=0)

    def speed_band(self, layer: int) -> Band:
        """Return log10 of the lowest and highest update:weight of a layer, (epochs,)."""
        speeds = np.array([run.log10_speed[:, layer - 1] for run in self.draws])
        return speeds.min(axis=0), speeds.max(axis=0)

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.shown, len(load_data(self.shown).x))

    def steps_word(self, number: int) -> str:
        """Return the unit of time, in the plural if there are several."""
        return {"pass": "passes"}.get(self.unit, f"{self.unit}s") if number != 1 else self.unit

    def speed(self) -> Sentence:
        """Say what is shown."""
        return sentence("How fast a layer learns: the size of its step, divided by its weights.")

    def diverges(self) -> Sentence:
        """Say that there is nothing to show of this network."""
        return sentence("Trained, this network overflows: its loss leaves the range of floats.")

    def first_epoch(self) -> Sentence:
        """Compare the first and the last layer."""
        figures = {"a": index(1), "b": index(self.depth)}
        first, last = self.this.log10_speed[0, [0, -1]]
        if np.isneginf([first, last]).all():
            return sentence(
                f"In the first {self.unit} neither layer {{a}} nor layer {{b}} moves.", **figures
            )
        if np.isneginf(first):
            words = f"In the first {self.unit} layer {{b}} moves; layer {{a}} does not move at all."
            return sentence(words, **figures)
        if np.isneginf(last):
            words = f"In the first {self.unit} layer {{a}} moves; layer {{b}} does not move at all."
            return sentence(words, **figures)
        if abs(last - first) < ALIKE:
            words = f"In the first {self.unit} layers {{a}} and {{b}} move about equally fast."
            return sentence(words, **figures)
        fast, slow = (self.depth, 1) if last > first else (1, self.depth)
        return sentence(
            f"In the first {self.unit} layer {{a}} moves {{r}} times as fast as layer {{b}}.",
            a=index(fast),
            b=index(slow),
            r=self.this.ratio(1, fast, slow),
        )

    def plateau(self) -> Sentence:
        """Say what the loss does until layer 1 wakes."""
        epoch = self.this.plateau or 1
        figures = {"n": reckoned("this.plateau", epoch), "v": self.this.loss(epoch)}
        if self.this.is_flat(epoch):
            return sentence(
                f"A plateau: until {self.unit} {{n}} the loss stays near {{v}}.", **figures
            )
        return sentence(f"By {self.unit} {{n}} the loss has come to {{v}}.", **figures)

    def wakes(self) -> Sentence:
        """Say that layer 1 wakes."""
        epoch = self.this.wakes or 1
        figures = {"a": index(1), "n": reckoned("this.wakes", epoch)}
        gain = self.this.gain(epoch)
        if gain is None:
            return sentence(
                f"In {self.unit} {{n}} layer {{a}} wakes: before, it did not move.", **figures
            )
        words = f"In {self.unit} {{n}} layer {{a}} wakes: {{r}} times as fast as at its slowest."
        return sentence(words, r=gain, **figures)

    def outcome(self) -> Sentence:
        """Say where training ends."""
        run, n = self.this, self.epochs
        figures = {"a": index(1), "v": run.loss(-1), "n": count("epochs", n)}
        ends = f"after {{n}} {self.steps_word(n)} the loss is {{v}}{_no_better(run)}."
        if run.wakes is not None and run.learns:
            words = "Layer {a} is awake; the loss falls to {v}"
        elif run.wakes is not None:
            return sentence(f"Layer {{a}} wakes; {ends}", **figures)
        elif run.learns and run.asleep:
            words = "Layer {a} hardly moves; those above bring the loss to {v}"
        elif run.learns:
            words = "Layer {a} moves from the start; the loss falls to {v}"
        else:
            moves = "never wakes:" if run.asleep else "moves;"
            return sentence(f"Layer {{a}} {moves} {ends}", **figures)
        return sentence(f"{words} in {{n}} {self.steps_word(n)}.", **figures)

    def epochs_lost(self) -> Sentence:
        """Compare with the reference."""
        if self.reference is None:
            return sentence("So wide a network has no other depth to compare it with.")
        return compared(self.this, self.reference, self.goal, self.epochs)

    def goal_key(self) -> Sentence:
        """Name the mark on the curves of the loss."""
        return self.goal.key()

    def other_draws(self) -> Sentence:
        """Say what the band holds."""
        seeds = count("seeds", self.seeds)
        if self.seeds == 1:
            return sentence("A network as large as this is trained only once: there is no band.")
        lost = self.seeds - len(self.draws)
        if lost == self.seeds:
            return sentence("All {n} random draws leave the range of floats.", n=seeds)
        if lost:
            leave = f"leave{'s' * (lost == 1)} the range of floats"
            band = "" if self.this.history is None else "; the band holds the others"
            words = f"Of {{n}} random draws {{k}} {leave}{band}."
            return sentence(words, n=seeds, k=reckoned("draws_lost", lost))
        goal, figures = self.goal.noun, {"n": seeds} | self.goal.figures
        reached = [run.reached for run in self.draws]
        epochs = [epoch for epoch in reached if epoch is not None]
        if not epochs:
            words = f"The band holds all {{n}} random draws: none of them reaches {goal}."
            return sentence(words, **figures)
        if len(epochs) < self.seeds:
            figures["k"] = reckoned("draws_reached", len(epochs))
            reach = "reaches" if len(epochs) == 1 else "reach"
            words = f"{{k}} of {{n}} random draws {reach} {goal}; the band holds all."
            return sentence(words, **figures)
        low, high = min(epochs), max(epochs)
        figures["x"] = reckoned("draws_first", low)
        if low == high:
            words = f"In all {{n}} random draws {goal} takes {{x}} epoch{plural(low)}."
            return sentence(words, **figures)
        figures["y"] = reckoned("draws_last", high)
        return sentence(f"In all {{n}} random draws {goal} takes {{x}} to {{y}} epochs.", **figures)

    def band_key(self) -> Sentence:
        """Name the band."""
        draws = len(self.draws)
        name = "seeds" if draws == self.seeds else "draws_kept"
        return sentence("all {n} draws", n=count(name, draws))

    def another_depth(self) -> Sentence:
        """Say what the same experiment does at the third depth."""
        run = self.other
        if run is None:
            raise ValueError("there is no third depth")
        figures = {"d": run.depth_figure}
        if run.history is None:
            return sentence("With {d} layers the loss leaves the range of floats.", **figures)
        figures["a"] = index(1)
        if run.reached is None:
            figures["v"] = run.loss(-1)
            if run.wakes is not None:
                figures["n"] = reckoned("other.wakes", run.wakes)
                words = "With {d} layers: layer {a} wakes in epoch {n}; the loss ends at {v}."
                return sentence(words, **figures)
            does = "never wakes, and" if run.asleep else "moves, yet"
            ends = "stays at" if run.asleep and not run.learns else "ends at"
            return sentence(
                f"With {{d}} layers: layer {{a}} {does} the loss {ends} {{v}}.", **figures
            )
        figures |= self.goal.figures
        figures["x"] = reckoned("other.reached", run.reached)
        takes = f"{self.goal.noun} takes {{x}} epoch{plural(run.reached)}"
        if run.wakes is not None:
            figures["n"] = reckoned("other.wakes", run.wakes)
            words = f"With {{d}} layers: layer {{a}} wakes in epoch {{n}}; {takes}."
            return sentence(words, **figures)
        does = "hardly moves, yet" if run.asleep else "moves from the start;"
        return sentence(f"With {{d}} layers: layer {{a}} {does} {takes}.", **figures)

    def verdict(self) -> Sentence:
        """Say what depth does to the first layer."""
        first = [run.log10_speed[0, 0] for run in self.runs]
        if len(first) < 2:
            return sentence("How fast the first layer moves decides what can be learned there.")
        if np.isneginf(first).all():
            return sentence("At none of these depths does the first layer move at first.")
        # The ratio of two speeds of 0 is taken as 1.
        steps = [0.0 if a == b else b - a for a, b in pairwise(first)]
        if max(abs(step) for step in steps) < ALIKE:
            return sentence("Here the first layer starts about as fast at any of these depths.")
        if all(step < 0 for step in steps):
            return sentence("The deeper the stack, the slower its first layer starts.")
        if all(step > 0 for step in steps):
            return sentence("Here, the deeper the stack, the faster its first layer starts.")
        return sentence("Here depth alone does not say how fast the first layer starts.")


def _no_better(run: Course) -> str:
    return "" if run.goal.accuracy is None else ", no better than guessing"
