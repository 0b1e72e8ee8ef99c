"""What the optimizer of a recorded run makes of its gradients: no step, small ones, large ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backprop_core.arrays import BoolArray
from backprop_core.diagnosis.finding import Finding, layers_where
from backprop_core.diagnosis.runs.advice import by
from backprop_core.diagnosis.runs.ratios import trained, update_to_weight
from backprop_core.diagnosis.runs.training import FEWEST_PASSES, fallen, learns
from backprop_core.diagnosis.symptoms import updates
from backprop_core.diagnosis.symptoms.units import DEAD
from backprop_core.formatting import layer_names
from backprop_core.number_text import number, roughly
from backprop_core.recording import Recording
from backprop_core.recording.contents import TRAINED
from backprop_core.recording.ratios import ratios
from backprop_core.verdicts.loss import FLAT

Array = NDArray[np.float64]

MOSTLY = 0.5
"""Part of the passes from which something counts as the rule; a convention."""
PILED_UP = 2.0
"""A gradient has piled up if the optimizer gets more than this many times that of the pass, in
most passes but not in the first one; a convention. Two gradients that agree add up to it."""
DECAYED = 0.01
"""Part of their first norm below which weights have decayed; a convention."""
FALLEN = 0.01
"""Part of its highest value below which, in most passes, a rate has fallen too soon; a
convention."""
_OFF = "The learning rate is 0 in most passes: look at its schedule."


def never_moved(recording: Recording) -> Iterator[Finding]:
    """Find layers whose weights are the same in all passes, though they get a gradient."""
    still = _still(recording)
    wanted = _wanted(recording)
    if not still.any():
        return
    if not still[wanted].all():
        wanted &= _would_move(recording, still)
    layers = layers_where(still & wanted)
    if not layers:
        return
    passes, gradient = f"{recording.passes:,} passes", recording.norms["signal"][:, layers[0] - 1]
    size = f"dL/dz of layer {layers[0]} is up to {number(float(gradient.max()))}"
    if still[wanted].all():
        why, remedy = _why_still(recording)
        words = f"No weight ever moved: W stays as it is in all {passes}, though {size}{why}."
    else:
        names = layer_names(layers)
        words = f"W of {names} never moved in {passes}, though other layers do, and {size}."
        remedy = (
            "Hand the parameters of all layers to the optimizer"
            f"{by(recording, 'model.parameters()')}, after layers were added or exchanged."
        )
    yield Finding("never_moved", layers, 0.0, 0.0, words, remedy, step=int(recording.steps[0]))


def _why_still(recording: Recording) -> tuple[str, str]:
    """Say why no weight moved, as far as that is known, and what to do."""
    own, others = recording.own_steps, recording.other_steps
    step, zero = by(recording, "optimizer.step()"), by(recording, "optimizer.zero_grad()")
    stepped = recording.stepped is None or bool(recording.stepped.any())
    if (own == 0 and others) or (own and not stepped):
        count = (own or 0) + (others or 0)
        return (
            f"; the {count:,} steps that were taken are of an optimizer with other parameters",
            f"Make the optimizer of this model's parameters{by(recording, 'model.parameters()')}, "
            "after the last change of the model.",
        )
    if own and recording.rate is not None and stepped and not recording.rate.any():
        return "; the learning rate is 0", "Set a learning rate above 0; look at its schedule."
    if own and _moves(recording):
        return (
            "; gradients were set to 0 before each step",
            f"Set gradients to 0 before the backward pass{zero}, not between it and the step"
            f"{step}.",
        )
    if own:
        return (
            "; its steps are too small to change a float",
            "Raise the learning rate, by powers of ten, until weights move.",
        )
    taken = "; no step was taken" if own == 0 else ""
    return taken, (
        f"Take a step after each backward pass{step}, at a rate above 0, with an optimizer that "
        "holds this model's parameters; set gradients to 0 before that pass, not after it."
    )


def _moves(recording: Recording) -> bool:
    """Tell whether steps with the gradients of the passes would be seen in the weights."""
    if recording.rate is None or not {"W", "dW"} <= recording.norms.keys():
        return False
    there = trained(recording)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        step = ratios(recording.norms["dW"], recording.norms["W"]) * recording.rate
    return bool(np.nanmax(step[there], initial=0.0) > np.finfo(recording.dtype).eps)


def _would_move(recording: Recording, still: BoolArray) -> BoolArray:
    """Tell which layers would move visibly if the steps of the others were theirs, (L,)."""
    if not {"W", "dW"} <= recording.norms.keys():
        return np.ones(recording.depth, dtype=bool)
    dW, W = recording.norms["dW"], recording.norms["W"]
    rates = ratios(recording.norms["update"], dW)[:, ~still]
    rate = float(np.median(rates[np.isfinite(rates)])) if np.isfinite(rates).any() else 1.0
    step = np.nan_to_num(ratios(dW, W, rate), nan=np.inf)
    return np.asarray(step.max(axis=0) > np.finfo(recording.dtype).eps)


def _wanted(recording: Recording) -> BoolArray:
    """Tell which layers got a gradient for their weights at some time, (L,)."""
    got = recording.norms.get("dW", recording.norms["signal"]) > 0
    if recording.received is not None:
        got &= recording.received == TRAINED
    return np.asarray(got.any(axis=0))


def _still(recording: Recording) -> BoolArray:
    """Tell which layers have weights that did not change at all, (L,)."""
    moved = recording.norms.get("update")
    if moved is None or recording.passes < 2:
        return np.zeros(recording.depth, dtype=bool)
    still = (moved == 0).all(axis=0)
    # Steps between the passes that were measured show in the weights themselves.
    size = recording.norms.get("W")
    if size is None:
        return np.asarray(still)
    seen = np.where(recording.arrived, size, np.nan)
    moved_between = [len(np.unique(each[np.isfinite(each)])) > 1 for each in seen.T]
    return np.asarray(still & ~np.array(moved_between))


def decayed(recording: Recording) -> Iterator[Finding]:
    """Find weights that shrink to a small part of what they were at first, in all layers."""
    size = recording.norms.get("W")
    if size is None or recording.passes < FEWEST_PASSES or learns(recording):
        return
    there = recording.arrived[[0, -1]].all(axis=0) & (size[0] > 0)
    left = ratios(size[-1], size[0])
    if not there.all() or not left.max() <= DECAYED:
        return
    yield Finding(
        "decayed",
        tuple(range(1, recording.depth + 1)),
        float(left.max()),
        DECAYED,
        f"The weights shrink to nothing: at step {recording.steps[-1]:,} those of "
        f"{layer_names(range(1, recording.depth + 1))} have {number(float(left.max()))} of their "
        f"first norm, or less; below {number(DECAYED)} hardly anything gets through.",
        f"Lower the weight decay{by(recording, 'weight_decay=')}, or the penalty on weights in the "
        "loss: it pulls harder than the gradient of the examples.",
        step=int(recording.steps[-1]),
    )


def piled_up(recording: Recording) -> Iterator[Finding]:
    """Find an optimizer that gets the gradients of earlier passes, too."""
    if not {"dW", "step_dW"} <= recording.norms.keys() or recording.passes < 3:
        return
    with np.errstate(invalid="ignore"):
        times = ratios(recording.norms["step_dW"], recording.norms["dW"])
    times = np.where(trained(recording) & np.isfinite(times), times, 1.0)
    whole = np.median(times, axis=1)
    if not _left_over(recording, whole):
        return
    worst = int(whole.argmax())
    more = whole[worst] > PILED_UP
    words = "Gradients pile up: those of earlier passes are still there when a pass goes backward."
    if more:
        words = (
            f"Gradients pile up: the optimizer gets up to {number(float(whole[worst]))} times "
            f"the gradient of the pass, at step {recording.steps[worst]:,}; those of earlier "
            "passes are still in it."
        )
    yield Finding(
        "piled_up",
        layers_where(times[worst] > PILED_UP),
        float(whole[worst]),
        PILED_UP,
        words,
        f"Set the gradients to 0 before each backward pass{by(recording, 'optimizer.zero_grad()')}"
        ".",
        step=int(recording.steps[int(np.flatnonzero(whole > PILED_UP)[0])]) if more else None,
    )


def _left_over(recording: Recording, times: Array) -> bool:
    """Tell whether steps take gradients of passes before the last step, too.

    Parameters
    ----------
    times
        How many times the gradient of its pass each step got, (S,).
    """
    held, since = recording.norms.get("held"), recording.since_step
    if held is not None:
        # Gradients of layers that no optimizer holds stay, and do no harm.
        there = (held[:, ~_still(recording)] > 0).any(axis=1)
        if since is not None and recording.in_step is not None:
            # What is set to 0 before the next step does no harm, either: the gradient that a
            # generator's loss leaves in the discriminator.
            used = recording.in_step[1:] > 0
            left = (there & (since == 0) & (recording.in_step > 1))[1:][used]
            return bool(len(left) and left.mean() > MOSTLY)
    if held is not None and recording.in_step is not None:
        # Where several passes make a step on purpose, there are fewer steps.
        passes = (int(recording.steps[-1]) + 1) / max(1, recording.own_steps or 0)
        return bool((there & (recording.in_step > 1.5 * passes))[1:].mean() > MOSTLY)
    # Where several passes make a step on purpose, the first step gets several of them, too.
    return bool(times[0] < PILED_UP / 2**0.5 and np.median(times[1:]) > PILED_UP)


def updates_of(recording: Recording) -> Iterator[Finding]:
    """Judge update:weight of each layer, unless the loss falls well as it is."""
    share = fallen(recording)
    by_pass = update_to_weight(recording)
    if by_pass is None or learns(recording):
        return
    typical = updates.typical_of(by_pass)
    # Weights that never move have a finding of their own.
    typical[_still(recording)] = np.nan
    found = [*updates.small_updates_of(typical, "pass", blocked=_blocked(recording))]
    # In a few passes a loss cannot fall far, but it can rise.
    if share is None or share < (FLAT if recording.passes >= FEWEST_PASSES else 0):
        found += updates.large_updates_of(typical, "pass")
    for finding in found:
        yield replace(finding, remedy=_remedy(recording, finding, typical, by_pass))


def _blocked(recording: Recording) -> bool:
    """Tell whether dead units, or a gradient of 0, keep layers from moving in the end."""
    widths = np.array([layer.units for layer in recording.layers])
    dead = recording.shares["dead"][-1] > DEAD * widths
    nothing = (recording.norms["signal"][-1] == 0) & recording.arrived[-1]
    return bool(dead.any() or nothing.any())


def _falls(recording: Recording) -> str | None:
    """Return a remedy for a learning rate that falls so soon that most passes have next to none."""
    if recording.rate is None:
        return None
    rate = recording.rate.reshape(recording.passes, -1).max(axis=1)
    low = rate < FALLEN * rate.max()
    if low.mean() <= MOSTLY or low[0] or not low[-1]:
        return None
    step = int(recording.steps[np.flatnonzero(low)[0]])
    return (
        f"Let the learning rate fall more slowly: from {number(float(rate.max()))} it is down to "
        f"{number(float(rate[low][0]))} at step {step:,}."
    )


def _remedy(recording: Recording, finding: Finding, typical: Array, by_pass: Array) -> str:
    """Return a factor for the learning rate if one suits all layers and passes."""
    if finding.kind == "small_updates" and (soon := _falls(recording)):
        return soon
    moving = typical[np.isfinite(typical) & (typical > 0)]
    if not len(moving) or finding.remedy == updates.BLOCKED:
        off = recording.rate is not None and np.median(recording.rate) == 0
        return _OFF if off else finding.remedy
    low, high = float(moving.min()), float(moving.max())
    # The first passes often take by far the largest steps, and a factor multiplies them, too.
    most = float(np.nanmax(by_pass)) if finding.kind == "small_updates" else high
    if most <= updates.EVEN * low:
        times = roughly(updates.UPDATE_TO_WEIGHT / (low**0.5 * most**0.5))
        return f"Multiply the learning rate by about {times}."
    by_layer = f" By layer, update:weight goes from {number(low)} to {number(high)}."
    if finding.kind == "large_updates" and low > updates.UPDATE_TO_WEIGHT:
        return finding.remedy + by_layer
    if high <= updates.EVEN * low:
        by_layer = f" At times, update:weight is {number(most)} already."
    return updates.UNEVEN + by_layer
