"""Remedies in the words of a run that was trained elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace

from backprop_core.diagnosis.finding import Finding
from backprop_core.recording import Recording

_SETTING = r"(?:network|data|training)\.\w+(?: = \w+)?"
_ALONE = re.compile(rf" \({_SETTING}\)")
_FIRST = re.compile(rf"{_SETTING}, ")


def in_their_words(finding: Finding) -> Finding:
    """Leave out settings of a configuration, which a run that was trained elsewhere has none of."""
    return replace(finding, remedy=_FIRST.sub("", _ALONE.sub("", finding.remedy)))


def by(recording: Recording, call: str) -> str:
    """Return the call that does it, in parentheses, if the run is one of PyTorch."""
    return f" ({call})" if recording.source.startswith("PyTorch") else ""
