"""Findings about a network that was recorded while it trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backprop_core.diagnosis.finding import Finding
from backprop_core.diagnosis.runs import gradients, losses, output, steps, training, units
from backprop_core.diagnosis.runs.advice import in_their_words
from backprop_core.diagnosis.symptoms import inputs
from backprop_core.recording import Recording

RARE = 0.1
"""Share of inputs that may look off: few examples are kept, and rare inputs look off in them."""
OF_THE_NETWORK = {"vanishing", "exploding", "zero", "dead", "saturated"}
"""Kinds of findings that, if they are there from the start, no learning rate mends."""
THEN = "Mend the network first, then look at the size of the steps again."


def recorded_findings(recording: Recording) -> tuple[Finding, ...]:
    """Return all findings: first mistakes of the program that trains, then from input to loss.

    What follows from such a mistake is left out, as its remedy would not help.
    """
    if not recording.passes:
        return (*training.not_finite(recording), *gradients.none_arrived(recording))
    mistakes = [
        *losses.wrong_loss(recording),
        *training.not_finite(recording),
        *gradients.none_arrived(recording),
        *steps.never_moved(recording),
        *steps.piled_up(recording),
        *output.squashed_twice(recording),
        *units.no_activation(recording),
        *steps.decayed(recording),
        *units.identical(recording),
    ]
    others = [
        *_of_inputs(recording),
        *units.saturated(recording),
        *gradients.at_the_ends(recording),
        *gradients.lost(recording),
        *steps.updates_of(recording),
        *gradients.clipped(recording),
    ]
    follows = _following(recording, {finding.kind for finding in mistakes}, others)
    others = [each for each in others if each.kind not in follows]
    if _of_the_network(recording, others):
        others = [_less_a_factor(finding) for finding in others]
    found = [*mistakes, *others]
    found += training.flat(recording, {finding.kind for finding in found})
    return tuple(map(in_their_words, found))


def _following(recording: Recording, mistakes: set[str], others: list[Finding]) -> set[str]:
    """Return the kinds of findings that follow from mistakes, and whose remedies would not help."""
    kinds: set[str] = set()
    if mistakes & {"piled_up", "decayed", "wrong_loss"}:
        # Steps that grow, weights that shrink and a loss without end explain what was not so first.
        first = int(recording.steps[0])
        kinds |= {finding.kind for finding in others if (finding.step or first) > first}
    if "piled_up" in mistakes:
        kinds |= {"large_updates", "clipped"}
    if "decayed" in mistakes:
        kinds |= {"large_updates", "small_updates"}
    if mistakes & {"identical_units", "squashed_twice", "wrong_loss", "no_gradient"}:
        kinds |= {"small_updates", "large_updates"}
    return kinds | ({"zero"} if "identical_units" in mistakes else set())


def _of_the_network(recording: Recording, others: list[Finding]) -> bool:
    """Tell whether the network itself is at fault from the start."""
    first = int(recording.steps[0])
    return any(each.kind in OF_THE_NETWORK and each.step == first for each in others)


def _less_a_factor(finding: Finding) -> Finding:
    """Leave out a factor for the learning rate."""
    factor = finding.remedy.startswith("Multiply the learning rate")
    return replace(finding, remedy=THEN) if factor else finding


def _of_inputs(recording: Recording) -> Iterator[Finding]:
    shots = recording.snapshots
    if shots is not None and shots.x is not None and _takes_data(recording):
        # All kept passes are joined, because in one batch a rare input may look too small.
        x = shots.x.reshape(-1, shots.x.shape[-1])
        yield from inputs.off_centre_of(x, RARE)
        yield from inputs.off_scale_of(x, RARE)


def _takes_data(recording: Recording) -> bool:
    """Tell whether the input of the first layer is the data, as far as is known."""
    first = recording.layers[0]
    known = not recording.without_gradient
    return first.kind == "linear" and first.after in {None, (0,)} and known
