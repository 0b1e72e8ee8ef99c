"""Findings about a whole training run: what is wrong in its end, and what its loss says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from backprop_core.diagnosis.finding import Finding, after_epochs
from backprop_core.diagnosis.symptoms.gradient import gradients_of
from backprop_core.diagnosis.symptoms.units import dead_of, saturated_of
from backprop_core.diagnosis.symptoms.updates import TRAINED, has_learned
from backprop_core.number_text import number, percent
from backprop_core.passes.slopes import RELU_FAMILY
from backprop_core.passes.trace import Trace, trace
from backprop_core.training.history import History
from backprop_core.verdicts.guess import Guess, guess
from backprop_core.verdicts.loss import FLAT, LEARNED, LossTrend, loss_trend

SAME = 1e-3
"""Largest difference between the outputs for two examples that counts as none; a convention."""
SURE = 3.0
"""Standard errors beyond which a difference is not put down to luck; a convention."""
_NAMES = {"ln 2": np.log(2.0), "ln 10": np.log(10.0), "1/4": 0.25}
"""Losses of guessing that are met often."""


def after_training(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find what training has made of the network, if it was not so before."""
    if history is None:
        return
    before = {finding.kind for finding in _of_row(trace, history, 0)}
    for finding in _of_row(trace, history, -1):
        if finding.kind not in before:
            yield replace(
                finding,
                words=f"{after_epochs(history).capitalize()}: {finding.words}",
                remedy=finding.remedy if finding.kind == "zero" else TRAINED,
                step=history.epochs,
            )


def _of_row(trace: Trace, history: History, row: int) -> Iterator[Finding]:
    network = trace.network
    if network.activation in RELU_FAMILY:
        yield from dead_of(history.dead[row] / np.array(network.widths[1:-1], dtype=np.float64))
    else:
        yield from saturated_of(history.saturated[row])
    yield from gradients_of(history.log10_signal[row], network.activation)


def one_output(trace_: Trace, history: History | None) -> Iterator[Finding]:
    """Find a trained network that gives the same output, whatever the example."""
    if history is None or history.network is None or len(trace_.x) < 2:
        return
    outputs = trace(history.network, trace_.x, trace_.y, trace_.loss_name).a[-1]
    value = float(np.ptp(outputs, axis=0).max())
    if value < SAME and np.ptp(trace_.x, axis=0).any():
        yield Finding(
            "one_output",
            (trace_.depth,),
            value,
            SAME,
            f"The trained network gives one output for every example: any two of {len(outputs):,} "
            f"differ by {number(value)} at most; below {number(SAME)} they are the same.",
            "Look at the hidden layers: what they pass on does not depend on the input.",
        )


def flat(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find a loss that hardly changes in training."""
    if (
        history is None
        or loss_trend(history.loss) is not LossTrend.STAYS
        or has_learned(trace, history)
    ):
        return
    first, last = float(history.loss[0]), float(history.loss[-1])
    yield Finding(
        "flat",
        (),
        1 - last / first,
        FLAT,
        f"The loss hardly moves: {number(first)} before training, {number(last)} "
        f"{after_epochs(history)}; less than {percent(FLAT)} is flat.",
        "Look at the size of the updates first, then at the gradient and the labels.",
    )


def guessing(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find a network that has learned no more than what its targets are on average."""
    if history is None or has_learned(trace, history):
        return
    best, last = _guess(trace), float(history.loss[-1])
    if abs(last - best.loss) > LEARNED * best.loss:
        return
    words = number(best.loss)
    for name, value in _NAMES.items():
        if abs(best.loss - value) < 5e-3 * value:
            words += f", about {name},"
    if best.accuracy is not None:
        words += f" and {percent(best.accuracy)} right"
    yield Finding(
        "guessing",
        (),
        last,
        (1 - LEARNED) * best.loss,
        f"The loss ends at {number(last)}, as good as guessing: one answer for every example "
        f"reaches {words}.",
        "Find what keeps the inputs from mattering: the gradient, dead units, or the labels.",
    )


def memorised(trace: Trace, history: History | None) -> Iterator[Finding]:
    """Find a network that is right on what it was trained on, and guesses on anything else."""
    if history is None or history.accuracy is None or history.held_out is None:
        return
    held, best = history.held_out, _guess(trace)
    if held.accuracy is None or held.chance is None or best.accuracy is None:
        return
    right, chance = float(history.accuracy[-1]), max(held.chance, best.accuracy)
    above_chance, halfway = chance + LEARNED * (1 - chance), (1 + chance) / 2
    # The largest standard error that a share of right answers among so many examples can have.
    luck = 0.5 / held.examples**0.5
    if right >= halfway and held.accuracy < above_chance and halfway - held.accuracy > SURE * luck:
        yield Finding(
            "memorised",
            (),
            held.accuracy,
            above_chance,
            f"The network has memorised its examples: {percent(right)} right on them, "
            f"{percent(held.accuracy)} on the {held.examples:,} held out, "
            f"where guessing gets {percent(chance)}.",
            "Check that the labels belong to the inputs; then use more examples or a smaller net.",
        )


def _guess(trace: Trace) -> Guess:
    return guess(trace.y, trace.network.widths[-1], trace.network.output, trace.loss_name)
