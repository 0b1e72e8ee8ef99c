"""The gradient of a recorded run on its way down, and what the optimizer gets of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.finding import Finding, layers_where
from backprop_core.diagnosis.runs.ratios import log10_signal, trained, ways_down
from backprop_core.diagnosis.runs.training import late, learns
from backprop_core.diagnosis.runs.units import dead, first_in
from backprop_core.diagnosis.symptoms import gradient
from backprop_core.formatting import shorten
from backprop_core.number_text import percent, power_of_ten
from backprop_core.passes.magnitudes import row_norms
from backprop_core.recording import Recording

Array = NDArray[np.float64]

_WITHOUT = {
    "detached": (
        "run, but cut off from the loss",
        "Look between them and the loss for detach(), torch.no_grad(), .data, .item(), NumPy or "
        "a new tensor made of numbers: each cuts the way back.",
    ),
    "unregistered": (
        "run, but not a part of the model",
        "Keep layers in nn.ModuleList or nn.ModuleDict rather than in a list or a dict, so that "
        "model.parameters() has theirs, and make the optimizer after that.",
    ),
    "never_run": (
        "not run, or only under torch.no_grad()",
        "If that is not on purpose, call them in forward, outside of torch.no_grad().",
    ),
    "frozen": (
        "frozen",
        "If that is not on purpose, thaw them (requires_grad_(True)), and hand their parameters "
        "to the optimizer.",
    ),
}
"""What is seen of layers without a gradient, and its remedy, by why they have none."""
MOST_NAMES = 4
CLIPPED = 0.5
"""A gradient counts as clipped if the optimizer gets less than this part of it; a convention."""
BURST = 10.0
"""A clipped gradient has exploded if it is this many times what the optimizer gets (convention)."""


def none_arrived(recording: Recording) -> Iterator[Finding]:
    """Find layers that got no gradient in any pass, by why they got none."""
    for why, (seen, remedy) in _WITHOUT.items():
        names = [silent.name for silent in recording.without_gradient if silent.why == why]
        # Who trains a part of a network freezes the rest, or does not run it, on purpose.
        if names and (why not in {"frozen", "never_run"} or not learns(recording)):
            yield Finding(
                "no_gradient",
                (),
                float(len(names)),
                0.0,
                f"No gradient arrives at {_listed(names)}: {seen}.",
                remedy,
                step=None if not recording.passes else int(recording.steps[0]),
            )


def at_the_ends(recording: Recording) -> Iterator[Finding]:
    """Judge the first pass like a trace, and add the new findings of the last pass."""
    seen: set[str] = set()
    for row in dict.fromkeys((0, recording.passes - 1)):
        step = int(recording.steps[row])
        for finding in _of_a_pass(recording, row):
            if finding.kind not in seen:
                seen.add(finding.kind)
                words = f"At step {step:,}: {finding.words}" if recording.passes > 1 else None
                if finding.kind == "zero" and _passes(recording, row, finding):
                    continue
                remedy = late(recording) if row else finding.remedy
                if finding.kind == "zero":
                    remedy = _of_zero(recording, row, finding)
                yield replace(finding, step=step, words=words or finding.words, remedy=remedy)


def _passes(recording: Recording, row: int, finding: Finding) -> bool:
    """Tell whether a gradient of 0 is no fault: nothing is left to learn, or it passes by itself.

    A head that starts with weights of 0 passes something on after one step.
    """
    if recording.loss is not None and recording.loss[row] == 0:
        return True
    last = log10_signal(recording)[-1]
    return row == 0 and not any(np.isneginf(last[layer - 1]) for layer in finding.layers)


def _of_zero(recording: Recording, row: int, finding: Finding) -> str:
    """Return the remedy for a gradient of exactly 0."""
    largest = float(recording.shares["largest"][row].max())
    if recording.dtype == "float16" and 0 < largest < np.finfo(np.float16).tiny:
        return "Multiply the loss by a power of two, as a loss scaler does: float16 ends at 10⁻⁷."
    if "relu" in recording.head[:1] and recording.depth in finding.layers:
        return "Leave out the ReLU behind the last layer: it is 0 for every example."
    may_be = not recording.head or "softmax" in recording.head
    if may_be and recording.depth in finding.layers and recording.layers[-1].units == 1:
        return "If there is a softmax behind the one output, take a sigmoid: it is 1, always."
    return finding.remedy


def _of_a_pass(recording: Recording, row: int) -> Iterator[Finding]:
    yield from dead(recording, row)
    signal = log10_signal(recording)[row]
    for way in ways_down(recording, signal):
        along = signal[np.array(way) - 1]
        names = {recording.layers[layer - 1].activation for layer in way[:-1]}
        yield from gradient.vanishing_of(along, names.pop() if len(names) == 1 else None, way)
        yield from gradient.exploding_of(along, way)
    yield from gradient.zero_of(signal)


def lost(recording: Recording) -> Iterator[Finding]:
    """Find gradients that are rounded to 0, in the pass that loses most."""
    zeros, largest = recording.shares["zeros"], recording.shares["largest"]
    wrong = zeros > gradient.LOST
    if wrong.any():
        row = int(zeros.max(axis=1).argmax())
        # In the loss and in gradients of W, a scale that there is already has been divided out.
        scale = 1.0 if recording.loss_scale is None else float(recording.loss_scale[row])
        others = [] if recording.loss is None else [float(recording.loss[row])]
        others += recording.norms["dW"][row].tolist() if "dW" in recording.norms else []
        others = [scale * each for each in others]
        for finding in gradient.lost_of(zeros[row], largest[row], recording.dtype, others):
            yield replace(finding, step=int(recording.steps[first_in(wrong)[0]]))


def clipped(recording: Recording) -> Iterator[Finding]:
    """Find a gradient that is clipped before the step, and whether clipping hides an explosion."""
    if not {"dW", "step_dW"} <= recording.norms.keys():
        return
    # In logarithms: the norms may lie at the ends of the range of floats.
    whole, got = (row_norms(recording.norms[kind]).log10() for kind in ("dW", "step_dW"))
    there = np.isfinite(whole)
    if recording.in_step is not None:
        # Where a step takes the gradients of several passes, or none, they cannot be compared.
        there &= (recording.in_step == 1) & trained(recording).any(axis=1)
    log10_ratio = np.where(there, got - np.where(there, whole, 0.0), 0.0)
    cut = log10_ratio < np.log10(CLIPPED)
    # A loss scale multiplies all gradients by the same power of two.
    powers = log10_ratio[there & np.isfinite(got)] / np.log10(2.0)
    scaled = len(powers) > 1 and np.ptp(powers) < 1e-6 and abs(powers[0] - round(powers[0])) < 1e-6
    if not cut.any() or scaled:
        return
    worst = int(np.argmin(log10_ratio))
    value = float(10.0 ** log10_ratio[worst])
    if value >= 1 / BURST and learns(recording):
        # Clipped a little, and on purpose.
        return
    often = float(cut.mean())
    usual = float(np.median(whole[there]))
    burst = whole[worst] > usual + np.log10(BURST) or _explodes(recording, worst)
    hides = " This hides an explosion." if value < 1 / BURST and burst else ""
    yield Finding(
        "clipped",
        layers_where(recording.norms["step_dW"][worst] < recording.norms["dW"][worst]),
        value,
        CLIPPED,
        f"The gradient is clipped in {percent(often)} of the passes: of "
        f"{power_of_ten(whole[worst])} the optimizer gets {power_of_ten(got[worst])}, at step "
        f"{recording.steps[worst]:,}.{hides}",
        "Draw smaller weights, so that there is less to clip."
        if burst
        else f"Clip at a larger norm: the gradient is {power_of_ten(usual)} in most passes.",
        step=int(recording.steps[int(np.flatnonzero(cut)[0])]),
    )


def _explodes(recording: Recording, row: int) -> bool:
    """Tell whether the gradient of a pass explodes on its way down."""
    return any(finding.kind == "exploding" for finding in _of_a_pass(recording, row))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(shorten(name) for name in names[:MOST_NAMES]) + more
