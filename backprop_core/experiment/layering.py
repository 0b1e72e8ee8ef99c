"""What an experiment leaves unset is taken from another one, such as a film's own default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backprop_core.experiment.model import Experiment, build
from backprop_core.experiment.overrides import merge

_TOGETHER = {
    ("network", "output"): ("loss",),
    ("network", "loss"): ("output",),
    ("data", "name"): ("scale", "shift"),
}
"""Section and field -> fields of the section that a default of another value was chosen with."""


def completed(stated: Experiment, own: Experiment, source: str) -> Experiment:
    """Take every field that an experiment leaves unset from another one.

    A field that was chosen together with one that is stated otherwise is not taken: the loss with
    its output, the scale with its data.

    Parameters
    ----------
    stated
        What counts: the fields that were given, even if they were given their default.
    own
        Where the other fields come from.
    source
        Put in front of error lines.

    Raises
    ------
    InputError
        If fields of the two do not go together, with a line for each.
    """
    given, fields = stated.model_dump(exclude_unset=True), own.model_dump(exclude_unset=True)
    for (section, field), others in _TOGETHER.items():
        usual = getattr(getattr(own, section), field)
        if given.get(section, {}).get(field, usual) != usual:
            _drop(fields, section, others)
    if given.get("network", {}).keys() & {"depth", "width"}:
        _drop(fields, "network", ("widths",))
    return build(merge(fields, given), source)


def _drop(fields: dict[str, Any], section: str, names: Iterable[str]) -> None:
    for name in names:
        fields.get(section, {}).pop(name, None)
