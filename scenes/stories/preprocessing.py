"""The numbers and sentences of the film `preprocessing`.

What its budget buys and what is cut first is said in `scenes.stories.input_versions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backprop_core.experiment.config import Experiment
from backprop_core.passes.layer import saturation_border
from backprop_core.verdicts.causes import Cause, cause
from backprop_core.verdicts.neighbours import Ends
from scenes.stories.input_versions import Side, plan, trained_sides
from scenes.stories.learning import has_learned
from scenes.stories.preactivations import STATES, bin_edges, saturated_bins, state_of
from scenes.stories.subject import describe
from scenes.words.figures import Sentence, count, fitting, index, sentence

Array = NDArray[np.float64]

EPOCHS = 10
"""Maximum number of epochs shown, as the relevant changes happen early."""
SATURATES = 0.1
"""Two saturated shares are told apart if they differ by this."""
ALIKE = 1.25
"""Two sizes are called alike if their ratio lies below this."""
CAUSES = {
    None: "",
    Cause.FIRST: ": it is the mean",
    Cause.SECOND: ": it is the scale",
    Cause.EITHER: ": either alone is enough",
    Cause.TOGETHER: ": it takes both",
}
"""How a sentence ends that has named the numbers with each remedy alone."""
ADVICE = {
    None: ": then show the network",
    Cause.FIRST: "; here the mean alone was enough",
    Cause.SECOND: "; here the deviation alone was enough",
    Cause.EITHER: "; here either alone was enough",
    Cause.TOGETHER: "; here neither alone was enough",
}


@dataclass(frozen=True, eq=False)
class PreprocessingStory:
    """What `preprocessing` shows of one experiment: its network on raw and on standardised data.

    Attributes
    ----------
    shown
        The experiment with as many examples and epochs as are shown.
    versions
        The network on every version of its data that it can be shown: "raw" and "standardized",
        "centred" and "scaled" where they stay in the range of floats.
    neighbours
        How many neighbours of each run were trained.
    edges
        Edges of the histograms' bins.
    """

    shown: Experiment
    versions: Mapping[str, Side]
    neighbours: int
    edges: Array

    @classmethod
    def of(cls, experiment: Experiment) -> PreprocessingStory:
        """Train the network on versions of its data, and watch layer 1."""
        wanted = experiment.override({"training.epochs": min(EPOCHS, experiment.training.epochs)})
        shown, versions, neighbours = plan(wanted)
        edges = bin_edges(shown.network.activation)
        return cls(shown, trained_sides(shown, edges, versions, neighbours), neighbours, edges)

    @property
    def raw(self) -> Side:
        """The network on raw inputs."""
        return self.versions["raw"]

    @property
    def standardized(self) -> Side:
        """The network on standardised inputs."""
        return self.versions["standardized"]

    @property
    def sides(self) -> tuple[Side, Side]:
        """The two that are shown."""
        return self.raw, self.standardized

    @property
    def alone(self) -> tuple[Side, Side] | None:
        """The network on inputs that are centred only, and scaled only."""
        both = self.versions.get("centred"), self.versions.get("scaled")
        return None if both[0] is None or both[1] is None else (both[0], both[1])

    @property
    def activation(self) -> str:
        """Name of the hidden layers' activation."""
        return self.shown.network.activation

    @property
    def epochs(self) -> int:
        """The last epoch that is shown, which both runs reach without overflow."""
        return min(len(side.states) for side in self.sides) - 1

    @property
    def borders(self) -> tuple[float, ...]:
        """The z at which saturation begins."""
        border = saturation_border(self.activation)
        return () if border is None else (0.0,) if border == 0 else (-border, border)

    def saturated_bins(self) -> NDArray[np.bool_]:
        """Return which bins hold saturated units, (bins + 2,)."""
        return saturated_bins(self.activation, self.edges)

    def loss_axis(self) -> Sentence:
        """Name the axis of the loss, and the thin curves if there are any."""
        if not any(side.neighbour_curves for side in self.sides):
            return sentence("loss")
        words = "loss; thin: with other rounding ({n})"
        return sentence(words, n=count("neighbours", self.neighbours))

    # The sentences, in the order of the film

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.shown, len(self.raw.x))

    def data(self) -> Sentence:
        """Say what is compared."""
        return sentence(
            "One network, the same examples twice: raw, and with every feature standardised."
        )

    def raw_start(self) -> Sentence:
        """Say how many units are saturated by raw inputs before any step."""
        if not self._can_saturate:
            return sentence("Raw inputs, before the first step: no unit of this kind saturates.")
        words = f"Raw inputs, before the first step: {{p}} of layer {{one}} {self._is_state}."
        return sentence(words, p=self.raw.start_saturated(), one=index(1))

    def standardized_start(self) -> Sentence:
        """Say the same of the other inputs, and whether it is their mean or their scale."""
        if not self._can_saturate:
            return sentence("Standardised inputs: no unit of this kind saturates on them, either.")
        p = self.standardized.start_saturated()
        if self.alone is None:
            return sentence("Standardised inputs, the same weights: {p}.", p=p)
        c, s = (side.start_saturated() for side in self.alone)
        ending = CAUSES[self._cause_of_saturation()]
        return fitting(
            sentence(
                f"The same weights: {{c}} centred, {{s}} scaled, {{p}} standardised{ending}.",
                c=c,
                s=s,
                p=p,
            ),
            sentence(f"Centred {{c}}, scaled {{s}}, both {{p}}{ending}.", c=c, s=s, p=p),
        )

    def gradient(self) -> Sentence:
        """Compare the gradients of layer 1 before any step, and say what they differ by."""
        a, b = (side.start_dW() for side in self.sides)
        if self.alone is None:
            words = "The first dW of layer {one}: {a} raw, {b} standardised."
            return sentence(words, one=index(1), a=a, b=b)
        c, s = (side.start_dW() for side in self.alone)
        ending = CAUSES[self._cause_of_gradient()]
        figures = {"a": a, "b": b, "c": c, "s": s}
        return fitting(
            *(
                sentence(f"{words}{ending}.", **figures)
                for words in (
                    "First dW: {a} raw, {c} centred, {s} scaled, {b} standardised",
                    "dW: {a} raw, {c} centred, {s} scaled, {b} both",
                )
            ),
            sentence("dW {a}; centred {c}; scaled {s}; both {b}.", **figures),
        )

    def first_epoch(self) -> Sentence:
        """Say where layer 1 is after one epoch."""
        if self.epochs < 1:
            broken = self.raw if len(self.raw.states) < 2 else self.standardized
            return sentence(f"On {broken.words} inputs training leaves the range of floats.")
        if not self._can_saturate:
            return sentence("One epoch later the units have moved.")
        figures = {"a": self.raw.saturated(1), "b": self.standardized.saturated(1)}
        words = f"One epoch later: {{a}} {self._is_state} on raw inputs, {{b}} on standardised."
        return sentence(words, **figures)

    def more_epochs(self) -> Sentence:
        """Say what is left of the slope in the end."""
        figures = {"n": count("epochs", self.epochs)}
        if self.activation in STATES:
            figures |= {"a": self.raw.saturated(self.epochs)}
            figures |= {"b": self.standardized.saturated(self.epochs)}
            words = (
                f"After {{n}} epochs: {{a}} {self._is_state} on raw inputs, {{b}} on standardised."
            )
            return sentence(words, **figures)
        a, b = (side.median_slopes(self.epochs) for side in self.sides)
        last, other = (side.median_slope(self.epochs) for side in self.sides)
        short = "After {n} epochs, median slope: {a} raw, {b} standardised."
        return fitting(
            sentence(
                "Median slope after {n} epochs: {a} on raw inputs, {b} on standardised.",
                **figures,
                a=a,
                b=b,
            ),
            sentence(short, **figures, a=a, b=b),
            sentence(short, **figures, a=last, b=other),
        )

    def losses(self) -> Sentence:
        """Compare the losses in the end."""
        broken = [side.words for side in self.sides if side.history is None]
        if broken:
            on = "either" if len(broken) == 2 else broken[0]
            return sentence(f"On {on} inputs the loss leaves the range of floats.")
        a, b = (side.loss_spread(-1) for side in self.sides)
        variants = [sentence("Loss at the end: {a} on raw inputs, {b} on standardised.", a=a, b=b)]
        if self._alone_trained is not None:
            c, s = (side.loss_spread(-1) for side in self._alone_trained)
            words = "Loss at the end: {a} raw, {c} centred, {s} scaled, {b} standardised."
            variants.insert(0, sentence(words, a=a, b=b, c=c, s=s))
        last, other = (side.loss(-1) for side in self.sides)
        words = "Loss at the end: {a} raw, {b} standardised."
        return fitting(*variants, sentence(words, a=last, b=other))

    def verdict(self) -> Sentence:
        """Say what to do, if these numbers say so."""
        raw, other = self.sides
        if not np.ptp(raw.inputs.data.x, axis=0).any():
            return sentence("All inputs are the same: nothing tells the examples apart.")
        if other.history is None:
            return sentence("Standardising alone does not keep training within the floats.")
        if not self._learned(other) and not self._learned(raw):
            return sentence("Neither learns: standardising alone is not enough.")
        if raw.history is None or other.losses(-1).clearly_below(raw.losses(-1), ALIKE):
            ending = ADVICE[self._cause_of_loss()]
            return sentence(f"Subtract the mean, divide by the deviation{ending}.")
        return self._close()

    def _close(self) -> Sentence:
        """Say that raw inputs do as well or better."""
        ends = [side.losses(-1) for side in self.sides]
        if ends[0].clearly_below(ends[1], ALIKE):
            return sentence("Here raw inputs do better than standardised ones.")
        if any(each.others and each.high > ALIKE * each.low for each in ends):
            return sentence("The losses are too close: rounding alone moves them as far.")
        if self.raw.start.saturated > self.standardized.start.saturated + SATURATES:
            return sentence("The losses stay close, although raw inputs saturate the first layer.")
        return sentence("Here standardising makes little difference.")

    # What it is due to

    def _cause_of_saturation(self) -> Cause | None:
        shares = {name: side.start.saturated for name, side in self.versions.items()}
        return _cause(shares, SATURATES)

    def _cause_of_gradient(self) -> Cause | None:
        sizes = {name: side.start_log10_dW for name, side in self.versions.items()}
        return _cause(sizes, float(np.log10(ALIKE)))

    def _cause_of_loss(self) -> Cause | None:
        if self.raw.history is None or self._alone_trained is None:
            return None
        centred, scaled = (side.losses(-1) for side in self._alone_trained)
        limit = ALIKE * self.standardized.losses(-1).high
        return cause(self.raw.losses(-1), centred, scaled, limit)

    @property
    def _alone_trained(self) -> tuple[Side, Side] | None:
        """The two that are centred or scaled only, if both were trained to the end."""
        if self.alone is None or any(side.history is None for side in self.alone):
            return None
        return self.alone

    @property
    def _can_saturate(self) -> bool:
        return self.activation != "identity"

    @property
    def state(self) -> str:
        """The word for a unit without slope."""
        return state_of(self.activation)

    @property
    def _is_state(self) -> str:
        return f"is {self.state}"

    @staticmethod
    def _learned(side: Side) -> bool:
        """Tell whether any of its runs learned."""
        histories = [run.history for run in side.runs]
        return any(h is not None and has_learned(h, side.inputs) for h in histories)


def _cause(values: Mapping[str, float], room: float) -> Cause | None:
    """Tell which remedy takes a value from that of raw inputs to that of standardised ones."""
    raw, both = values["raw"], values["standardized"]
    if not {"centred", "scaled"} <= values.keys() or raw == both:
        return None
    sign = 1.0 if raw > both else -1.0
    before, first, second = (Ends(sign * values[name]) for name in ("raw", "centred", "scaled"))
    return cause(before, first, second, sign * both + room)
