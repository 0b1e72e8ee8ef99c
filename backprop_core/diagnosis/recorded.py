"""Findings about a network that was recorded while it trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backprop_core.diagnosis.finding import Finding, layers_where
from backprop_core.diagnosis.symptoms import gradient, inputs, units, updates
from backprop_core.number_text import number, percent, roughly
from backprop_core.passes.slopes import RELU_FAMILY
from backprop_core.recording import Recording

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
    """Return signal[l] / signal[l+1] of a pass, (L-1,); nan where signal[l+1] is 0."""
    signal = recording.norms["signal"][row]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = signal[:-1] / signal[1:]
    return np.where(signal[1:] > 0, ratio, np.nan)


def update_to_weight(recording: Recording) -> Array | None:
    """Return norm(step of W) / norm(W) of every pass, (S, L); None where it was not observed."""
    if "update" not in recording.norms or "W" not in recording.norms:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(recording.norms["update"] / recording.norms["W"])


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
    signal = recording.log10("signal")[row]
    yield from units.dead_of(_hidden(recording, "dead", set(RELU_FAMILY))[row] / widths)
    yield from gradient.vanishing_of(signal, recording.activation)
    yield from gradient.exploding_of(signal)
    yield from gradient.zero_of(signal)


def _lost(recording: Recording) -> Iterator[Finding]:
    zeros, largest = recording.shares["zeros"], recording.shares["largest"]
    wrong = zeros > gradient.LOST
    if wrong.any():
        row = int(zeros.max(axis=1).argmax())
        for finding in gradient.lost_of(zeros[row], largest[row], recording.dtype):
            yield replace(finding, step=int(recording.steps[_first(wrong)[0]]))


def _of_updates(recording: Recording) -> Iterator[Finding]:
    ratios = update_to_weight(recording)
    if ratios is None:
        return
    typical = updates.typical_of(ratios)
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
    whole, got = (np.linalg.norm(recording.norms[kind], axis=1) for kind in ("dW", "step_dW"))
    there = whole > 0
    ratio = np.where(there, got, 1.0) / np.where(there, whole, 1.0)
    cut = ratio < CLIPPED
    # A loss scale multiplies all gradients by the same power of two.
    powers = np.log2(ratio[there & (got > 0)])
    scaled = len(powers) > 1 and np.ptp(powers) < 1e-6 and abs(powers[0] - round(powers[0])) < 1e-6
    if not cut.any() or scaled:
        return
    worst = int(np.argmin(ratio))
    often, value = float(cut.mean()), float(ratio[worst])
    hides = " This hides an explosion." if value < 1 / BURST else ""
    yield Finding(
        "clipped",
        layers_where(recording.norms["step_dW"][worst] < recording.norms["dW"][worst]),
        value,
        CLIPPED,
        f"The gradient is clipped in {percent(often)} of the passes: of "
        f"{number(float(whole[worst]))} the optimizer gets {number(float(got[worst]))}, at step "
        f"{recording.steps[worst]:,}.{hides}",
        "Draw smaller weights or lower the learning rate, so that there is less to clip.",
        step=int(recording.steps[int(np.flatnonzero(cut)[0])]),
    )


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
    before, after = float(np.median(loss[:few])), float(np.median(loss[-few:]))
    if before <= 0 or 1 - after / before >= FLAT:
        return
    cause = next((words for kind, words in CAUSES.items() if kind in kinds), None)
    why = f"most likely as {cause}" if cause else "and nothing that was recorded says why"
    remedy = "Mend that first." if cause else "Look at the data, the loss and the learning rate."
    yield Finding(
        "flat",
        (),
        1 - after / before,
        FLAT,
        f"The loss is flat, {why}: {number(before)} at first, {number(after)} at last, over "
        f"{int(recording.steps[-1] - recording.steps[0]) + 1:,} steps.",
        remedy,
    )
