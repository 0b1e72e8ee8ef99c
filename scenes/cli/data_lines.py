"""Says of data files what was taken for what, before films are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backprop_core.data.taken_files import taken_of
from backprop_core.experiment.model import Experiment
from backprop_core.formatting import source_name


def data_lines(experiments: Iterable[Experiment]) -> Iterator[str]:
    """Yield a line for each data file that is trained on: its target and its classes.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    sections = {experiment.data.path: experiment.data for experiment in experiments}
    for path, section in sections.items():
        taken = taken_of(section).get("path") if path is not None else None
        if path is not None and taken is not None:
            yield f"{source_name(path)}: target {taken.target}; {taken.classes}"
