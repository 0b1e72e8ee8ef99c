"""Findings about a network that was recorded while it trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.finding import Finding, layers_where
from backprop_core.diagnosis.symptoms import gradient, inputs, units, updates
from backprop_core.number_text import number, percent, power_of_ten, roughly
from backprop_core.passes.slopes import RELU_FAMILY
from backprop_core.recording import Recording
from backprop_core.recording.ratios import ratios

Array = NDArray[np.float64]

RARE = 0.1
"""Share of inputs that may look off: few examples are kept, and rare inputs look off in them."""
FLAT = 0.1
"""A loss is flat if it falls by less than this share of its first value; a convention."""
FEWEST_PASSES = 5
"""Fewest losses from which a plateau is judged."""
CLIPPED = 0.5
"""A gradient counts as clipped if the optimizer gets less than this part of it; a convention."""
BURST = 10.0
"""A clipped gradient has exploded if it is this many times what the optimizer gets (convention)."""
_LARGEST = 0.5 * float(np.finfo(np.float64).max)
CAUSES = {
    "diverged": "the numbers overflow",
    "zero": "layers get no gradient at all",
    "vanishing": "the gradient vanishes on its way down",
    "lost": "gradients are rounded to 0",
    "dead": "units are dead",
    "saturated": "units are saturated",
    "small_updates": "the steps are tiny",
    "clipped": "the gradient is clipped to a small part",
    "large_updates": "the steps are too large",
    "exploding": "the gradient explodes on its way down",
}
"""Maps kinds of findings to causes of a loss that does not fall, the likeliest first."""


def recorded_findings(recording: Recording) -> tuple[Finding, ...]:
    """Return all findings, ordered from the input to the weights and to the training."""
    found = [
        *_of_inputs(recording),
        *_saturated(recording),
        *_at_the_ends(recording),
        *_lost(recording),
        *_of_updates(recording),
        *_clipped(recording),
        *_diverged(recording),
    ]
    return (*found, *_flat(recording, {finding.kind for finding in found}))


def factors_of(recording: Recording, row: int) -> Array:
    """Return signal[l] / signal[l+1] of a pass, (L-1,); nan where there is no ratio."""
    signal = recording.norms["signal"][row]
    return ratios(signal[:-1], signal[1:])


def factor_parts(recording: Recording, row: int) -> tuple[Array, Array] | tuple[None, None]:
    """Return the weight part and the slope part of `factors_of`; None if dL/da was not observed."""
    if recording.back is None:
        return None, None
    # The norm of delta is that of the signal / sqrt(N).
    signal, back = recording.norms["signal"][row], recording.back[row]
    root = float(np.sqrt(float(recording.batch[row])))
    return ratios(back, signal[1:], root), ratios(signal[:-1], back, 1 / root)


def update_to_weight(recording: Recording) -> Array | None:
    """Return norm(step of W) / norm(W) of every pass, (S, L); None if it was not observed.

    It is nan where there is no ratio.
    """
    if "update" not in recording.norms or "W" not in recording.norms:
        return None
    return ratios(recording.norms["update"], recording.norms["W"])


def _of_inputs(recording: Recording) -> Iterator[Finding]:
    shots = recording.snapshots
    if shots is not None and shots.x is not None:
        # All kept passes are joined, because in one batch a rare input may look too small.
        x = shots.x.reshape(-1, shots.x.shape[-1])
        yield from inputs.off_centre_of(x, RARE)
        yield from inputs.off_scale_of(x, RARE)


def _hidden(recording: Recording, kind: str, wanted: set[str]) -> Array:
    """Return shares of the hidden layers with some activations, (S, L-1); 0 for other layers."""
    shares = recording.shares[kind][:, :-1].copy()
    others = [layer.activation not in wanted for layer in recording.layers[:-1]]
    shares[:, others] = 0
    return shares


def _saturated(recording: Recording) -> Iterator[Finding]:
    """Find layers that saturate, and the first one to do so."""
    shares = _hidden(recording, "saturated", {"sigmoid", "tanh"})
    for finding in units.saturated_of(shares.max(axis=0, initial=0)):
        row, layer = _first(shares > units.SATURATED)
        step = int(recording.steps[row])
        words = f"{finding.words} Layer {layer} is the first, at step {step:,}."
        yield replace(finding, words=words, step=step)


def _first(wrong: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the first row in which something is true, and the lowest layer in it."""
    row = int(np.flatnonzero(wrong.any(axis=1))[0])
    return row, int(np.flatnonzero(wrong[row])[0]) + 1


def _at_the_ends(recording: Recording) -> Iterator[Finding]:
    """Judge the first pass like a trace, and add the new findings of the last pass."""
    seen: set[str] = set()
    for row in dict.fromkeys((0, recording.passes - 1)):
        step = int(recording.steps[row])
        for finding in _of_a_pass(recording, row):
            if finding.kind not in seen:
                seen.add(finding.kind)
                words = f"At step {step:,}: {finding.words}" if recording.passes > 1 else None
                yield replace(finding, step=step, words=words or finding.words)


def _of_a_pass(recording: Recording, row: int) -> Iterator[Finding]:
    widths = np.array([layer.units for layer in recording.layers[:-1]], dtype=np.float64)
    yield from units.dead_of(_hidden(recording, "dead", set(RELU_FAMILY))[row] / widths)
    yield from gradient.gradients_of(recording.log10("signal")[row], recording.activation)


def _lost(recording: Recording) -> Iterator[Finding]:
    zeros, largest = recording.shares["zeros"], recording.shares["largest"]
    wrong = zeros > gradient.LOST
    if wrong.any():
        row = int(zeros.max(axis=1).argmax())
        for finding in gradient.lost_of(zeros[row], largest[row], recording.dtype):
            yield replace(finding, step=int(recording.steps[_first(wrong)[0]]))


def _of_updates(recording: Recording) -> Iterator[Finding]:
    by_pass = update_to_weight(recording)
    if by_pass is None:
        return
    typical = updates.typical_of(by_pass)
    found = (updates.small_updates_of(typical, "pass"), updates.large_updates_of(typical, "pass"))
    for finding in (finding for each in found for finding in each):
        finite = typical[np.isfinite(typical) & (typical > 0)]
        if len(finding.layers) == recording.depth and len(finite):
            times = roughly(updates.UPDATE_TO_WEIGHT / float(np.median(finite)))
            remedy = f"Multiply the learning rate by about {times}."
            finding = replace(finding, remedy=remedy)
        elif len(finite):
            low, high = number(float(finite.min())), number(float(finite.max()))
            remedy = f"{finding.remedy} By layer, update:weight goes from {low} to {high}."
            finding = replace(finding, remedy=remedy)
        yield finding


def _clipped(recording: Recording) -> Iterator[Finding]:
    """Find a gradient that is clipped before the step, and whether clipping hides an explosion."""
    if not {"dW", "step_dW"} <= recording.norms.keys():
        return
    # In logarithms: the norms may lie at the ends of the range of floats.
    whole, got = (_log10_of_all(recording.norms[kind]) for kind in ("dW", "step_dW"))
    there = np.isfinite(whole)
    log10_ratio = np.where(there, got - np.where(there, whole, 0.0), 0.0)
    cut = log10_ratio < np.log10(CLIPPED)
    # A loss scale multiplies all gradients by the same power of two.
    powers = log10_ratio[there & np.isfinite(got)] / np.log10(2.0)
    scaled = len(powers) > 1 and np.ptp(powers) < 1e-6 and abs(powers[0] - round(powers[0])) < 1e-6
    if not cut.any() or scaled:
        return
    worst = int(np.argmin(log10_ratio))
    often, value = float(cut.mean()), float(10.0 ** log10_ratio[worst])
    hides = " This hides an explosion." if value < 1 / BURST else ""
    yield Finding(
        "clipped",
        layers_where(recording.norms["step_dW"][worst] < recording.norms["dW"][worst]),
        value,
        CLIPPED,
        f"The gradient is clipped in {percent(often)} of the passes: of "
        f"{power_of_ten(whole[worst])} the optimizer gets {power_of_ten(got[worst])}, at step "
        f"{recording.steps[worst]:,}.{hides}",
        "Draw smaller weights or lower the learning rate, so that there is less to clip.",
        step=int(recording.steps[int(np.flatnonzero(cut)[0])]),
    )


def _log10_of_all(norms: Array) -> Array:
    """Return log10 of the norm over all layers of each pass, (S,); -inf where it is 0."""
    largest = norms.max(axis=1)
    scale = np.where(largest > 0, largest, 1.0)
    with np.errstate(divide="ignore", under="ignore"):
        whole = np.linalg.norm(norms / scale[:, None], axis=1)
        return np.asarray(np.log10(whole) + np.log10(scale))


def _diverged(recording: Recording) -> Iterator[Finding]:
    if recording.ended is not None:
        last = int(recording.steps[-1])
        yield Finding(
            "diverged",
            (),
            float(last),
            float(last),
            f"The numbers leave the range of floats: {recording.ended}.",
            "Lower the learning rate, or draw smaller weights.",
            step=last,
        )


def _flat(recording: Recording, kinds: set[str]) -> Iterator[Finding]:
    """Find a loss that does not fall, and say why."""
    loss = recording.loss
    if loss is None or len(loss) < FEWEST_PASSES:
        return
    few = max(1, len(loss) // 10)
    # Half of each, as the median of an even number of the largest floats overflows.
    before, after = (
        2 * min(float(np.median(part / 2)), _LARGEST) for part in (loss[:few], loss[-few:])
    )
    fallen = max(1 - after / before, -_LARGEST) if before > 0 else 1.0
    if fallen >= FLAT:
        return
    cause = next((words for kind, words in CAUSES.items() if kind in kinds), None)
    why = f"most likely as {cause}" if cause else "and nothing that was recorded says why"
    remedy = "Mend that first." if cause else "Look at the data, the loss and the learning rate."
    yield Finding(
        "flat",
        (),
        fallen,
        FLAT,
        f"The loss is flat, {why}: {number(before)} at first, {number(after)} at last, over "
        f"{int(recording.steps[-1] - recording.steps[0]) + 1:,} steps.",
        remedy,
    )
