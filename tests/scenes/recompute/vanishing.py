"""The numbers of `vanishing`."""

from __future__ import annotations

from functools import cached_property

import numpy as np

import backprop_core as core
from scenes.kit.theme import THEMES
from tests.kit.test_theme import contrast, laid_over
from tests.scenes.recompute.again import Again, Table


class Light:
    """What edges carry back, by loops over the examples in float64.

    Attributes
    ----------
    units
        Root mean square over the examples of the gradient of its own loss, of each unit.
    weight_part, slope_part
        What weights and slopes do on the way from the last layer to the one before.
    """

    def __init__(self, trace: core.Trace) -> None:
        self.weights = [W.astype(np.float64) for W in trace.network.weights]
        f = core.ACTIVATIONS[trace.network.activation]
        squares = [np.zeros(len(W)) for W in self.weights]
        self.arrives = np.zeros(len(self.weights[-2]))
        for example in range(trace.examples):
            # The gradient of the mean loss is the mean of the gradients of the losses.
            delta = trace.delta[-1][example].astype(np.float64) * trace.examples
            squares[-1] += delta**2
            for n in range(trace.depth - 2, -1, -1):
                arrives = delta @ self.weights[n + 1]
                if n == trace.depth - 2:
                    self.arrives += arrives**2
                delta = arrives * f.slope(trace.z[n][example].astype(np.float64))
                squares[n] += delta**2
        self.units = [np.sqrt(each / trace.examples) for each in squares]
        self.arrives = np.sqrt(self.arrives / trace.examples)
        last, below = (float(np.linalg.norm(each)) for each in self.units[:-3:-1])
        reaches = float(np.linalg.norm(self.arrives))
        self.weight_part = reaches / last if last else np.nan
        self.slope_part = below / reaches if reaches else 0.0

    @cached_property
    def edges(self) -> list[np.ndarray]:
        """What each edge into each layer carries, (n_l, n_{l-1})."""
        return [abs(W) * s[:, None] for W, s in zip(self.weights, self.units, strict=True)]

    @cached_property
    def shares(self) -> list[float]:
        """The signal of each layer over that of the last layer; brighter than that is not shown."""
        sizes = [float(np.linalg.norm(each)) for each in self.units]
        return [min(size / sizes[-1], 1.0) if sizes[-1] else 0.0 for size in sizes]

    def lit(self, theme: str) -> list[bool]:
        """Whether an edge so bright has a contrast of 1.5 with the background."""
        color, ground = THEMES[theme].backward, THEMES[theme].background
        painted = [laid_over(color, share, ground) for share in self.shares]
        return [contrast(each, ground) >= 1.5 for each in painted]


def zoom(signal: np.ndarray) -> float:
    """Return log10 of the factor by which the bars grow until layer 1 fills the picture."""
    finite = signal[np.isfinite(signal)]
    if not finite.size:
        return 0.0
    first = signal[0] if np.isfinite(signal[0]) else finite.min()
    if first > signal[-1] + 1:  # The bars are drawn to the last one's scale, and must shrink.
        return float(signal[-1] - finite.max())
    return float(finite.max() - first)


def table(again: Again) -> Table:
    """Return what only this film shows."""
    signal, light = again.trace.log10_norm("signal"), Light(again.trace)
    theme = again.document["experiment"]["film"]["theme"]
    last = again.experiment.depth - 1

    def of_last_step(part: float, layer: str) -> float:
        assert int(layer) == last
        return part

    def steps() -> np.ndarray:
        return again.history.update_to_weight[0]

    def changes() -> np.ndarray:
        pairs = zip(again.trace.network.weights, again.history.network.weights, strict=True)
        wide = [(before.astype(float), after.astype(float)) for before, after in pairs]
        return np.array([np.linalg.norm(b - a) / np.linalg.norm(a) for a, b in wide])

    return {
        "signal": lambda layer: 10 ** signal[int(layer) - 1],
        "weight_part": lambda layer: of_last_step(light.weight_part, layer),
        "slope_part": lambda layer: of_last_step(light.slope_part, layer),
        "arriving": lambda layer: of_last_step(10 ** signal[-1] * light.weight_part, layer),
        "layers_lit": lambda _: sum(light.lit(theme)),
        "steps_back": lambda _: again.experiment.depth - 1,
        "zoom": lambda _: 10 ** abs(zoom(signal)),
        "mean_factor": lambda _: 10 ** np.mean(signal[:-1] - signal[1:]),
        "update_to_weight": lambda layer: steps()[int(layer) - 1],
        "step_ratio": lambda _: np.exp(abs(np.log(steps()[-1] / steps()[0]))),
        "change": lambda layer: changes()[int(layer) - 1],
        "layers_kept": lambda _: np.count_nonzero(changes() < 0.01),
        "kept_below": lambda _: 0.01,
        "ratio": lambda _: 10 ** abs(signal[0] - signal[-1]),
        "asked_epochs": lambda _: again.experiment.training.epochs,
        "loss": lambda epoch: again.history.loss[int(epoch)],
    }
