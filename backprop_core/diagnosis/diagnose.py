"""Diagnose a network from a trace, a training run or a recording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backprop_core.diagnosis.finding import Finding
from backprop_core.diagnosis.recorded import recorded_findings
from backprop_core.diagnosis.symptoms import SYMPTOMS
from backprop_core.errors import InputError
from backprop_core.html_tables import html_table
from backprop_core.passes.trace import Trace
from backprop_core.recording import Recording
from backprop_core.training.history import History


@dataclass(frozen=True)
class Diagnosis:
    """The findings about a network; iterating over it yields them.

    Attributes
    ----------
    findings
        The findings, ordered from the input to the weights; empty for a healthy network.
    """

    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether there are no findings."""
        return not self.findings

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of the findings."""
        return frozenset(finding.kind for finding in self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def _repr_html_(self) -> str:
        if self.healthy:
            return "<p><strong>Diagnosis</strong>: nothing found.</p>"
        count = len(self.findings)
        rows = [[f.kind.replace("_", " "), f.where, f.words, f.remedy] for f in self.findings]
        return html_table(
            f"Diagnosis: {count} finding{'s' * (count != 1)}",
            ["finding", "where", "what is wrong", "what to do"],
            rows,
            worded=True,
        )


def diagnose(trace: Trace | Recording, history: History | None = None) -> Diagnosis:
    """Return the findings about a network.

    Parameters
    ----------
    trace
        One pass of its data, which tells everything but the updates; or a recording of its
        training, which tells everything.
    history
        A training run of the same network, from which the updates are judged.

    Raises
    ------
    InputError
        If the history is of a network of another depth.
    """
    if not isinstance(trace, Trace):
        return Diagnosis(recorded_findings(trace))
    if history is not None and history.update_to_weight.shape[1] != trace.depth:
        raise InputError(
            f"history: got one of {history.update_to_weight.shape[1]} layers; "
            f"allowed: one of {trace.depth}, as the trace"
        )
    return Diagnosis(tuple(finding for symptom in SYMPTOMS for finding in symptom(trace, history)))
