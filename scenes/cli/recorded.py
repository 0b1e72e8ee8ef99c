"""The report of `backprop check` on a recorded training run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from backprop_core.diagnosis.diagnose import Diagnosis, diagnose
from backprop_core.diagnosis.finding import Finding
from backprop_core.formatting import shorten
from backprop_core.number_text import number
from backprop_core.recording import Recording
from scenes.production.request.catalog import describe
from scenes.production.sidecars.recorded_table import about

MOST_NAMES = 8
SILENT = {
    "detached": "no gradient",
    "frozen": "frozen",
    "never_run": "never run",
    "unregistered": "not a part",
}
"""What the lines are called that list layers without a gradient, by why they have none."""


class RecordedFindings:
    """The diagnosis of a recording, with a command to film each finding."""

    def __init__(self, recording: Recording, options: str) -> None:
        self.recording, self._options = recording, options
        self.diagnosis: Diagnosis = diagnose(recording)

    def command(self, finding: Finding) -> str:
        """Return the command that renders the film of a finding, of this recording if possible."""
        if describe(finding.film).recordings == 1:
            return f"backprop render {finding.film}{self._options}"
        return f"backprop render {finding.film}"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        loss = self.recording.loss
        return {
            "valid": True,
            "recording": about(self.recording, 0),
            "findings": [
                finding.as_dict() | {"command": self.command(finding)} for finding in self.diagnosis
            ],
            "loss": None if loss is None or not len(loss) else (float(loss[0]), float(loss[-1])),
        }

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield the lines to print, each as a name and a text."""
        recording = self.recording
        yield "recording", f"valid, by {recording.source}, {recording.dtype}"
        yield "network", _network(recording)
        if any(layer.name != str(n) for n, layer in enumerate(recording.layers, start=1)):
            yield "layers", _listed([_layer(recording, n) for n in range(recording.depth)])
        yield "passes", _passes(recording)
        if recording.skipped:
            steps = _listed([f"{step:,}" for step in recording.skipped])
            yield "left out", f"{len(recording.skipped)}, which a GradScaler skipped: {steps}"
        if recording.loss is not None:
            before, after = recording.loss[0], recording.loss[-1]
            yield "training", f"loss from {number(before)} to {number(after)}"
        if recording.passed_over:
            yield "passed over", _listed(recording.passed_over)
        for why, words in SILENT.items():
            names = [silent.name for silent in recording.without_gradient if silent.why == why]
            if names:
                yield words, _listed(names)
        if self.diagnosis.healthy:
            yield "diagnosis", "nothing found: healthy"
        for finding in self.diagnosis:
            yield "finding", finding.words
            yield "  remedy", finding.remedy
            yield "  film", self.command(finding)


def _layer(recording: Recording, row: int) -> str:
    """Name a layer by its number and its name, and what feeds it if that is not the one below."""
    layer = recording.layers[row]
    fed = ""
    if layer.after not in {None, (row,)}:
        fed = f" after {' and '.join('the input' if not n else str(n) for n in layer.after or ())}"
    return f"{row + 1} {shorten(layer.name)}{fed}"


def _passes(recording: Recording) -> str:
    if not recording.passes:
        return f"none: {recording.ended}" if recording.ended else "none"
    first, last = recording.steps[0], recording.steps[-1]
    passes = f"{recording.passes:,} pass{'es' * (recording.passes != 1)}"
    return f"{passes}, steps {first:,} to {last:,}, {recording.batch[0]:,} examples"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _network(recording: Recording) -> str:
    widths, depth = recording.widths, recording.depth
    shown = " ".join(map(str, widths))
    if len(widths) > 12:
        shown = f"{' '.join(map(str, widths[:3]))} ... {' '.join(map(str, widths[-2:]))}"
    kinds = dict.fromkeys(layer.activation or "unknown" for layer in recording.layers[:-1])
    return f"{shown}, {depth} layers, {' and '.join(kinds) or 'one linear layer'}"
