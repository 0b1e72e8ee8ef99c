"""Says of data files what was taken for what, before films are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from backprop_core.data.taken_files import taken_of
from backprop_core.errors import InputError
from backprop_core.experiment.model import Experiment
from backprop_core.formatting import source_name

if TYPE_CHECKING:
    from scenes.production.sweeps.jobs import BatchJob


def data_lines(experiments: Iterable[Experiment]) -> Iterator[str]:
    """Yield a line for each data file that is trained on: its target and its classes.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    sections = {(one.data.path, one.data.target): one.data for one in experiments}
    for (path, _), section in sections.items():
        taken = taken_of(section).get("path") if path is not None else None
        if path is not None and taken is not None:
            yield f"{source_name(path)}: target {taken.target}; {taken.classes}"


def data_lines_of_jobs(jobs: Iterable[BatchJob]) -> Iterator[str]:
    """Yield such lines of the points of a sweep; a file that cannot be used its jobs report."""
    given = [one.job.experiment for one in jobs if one.job is not None]
    for experiment in {(one.data.path, one.data.target): one for one in given}.values():
        try:
            yield from data_lines([experiment])
        except InputError:
            continue
