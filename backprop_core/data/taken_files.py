"""What was taken for what in the data files of an experiment, and whether its loss goes with it."""

from __future__ import annotations

from backprop_core.data.held_files import raw_data
from backprop_core.data.raw_data import RawData
from backprop_core.data.taken import Taken
from backprop_core.errors import InputError
from backprop_core.experiment.model import DataSection, Experiment
from backprop_core.formatting import source_name

TO_PREDICT = "to predict numbers type --set network.output=identity --set network.loss=quadratic"


def taken_of(section: DataSection) -> dict[str, Taken]:
    """Return what was taken for what in the data files of a section, by the fields that name them.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    read = {
        field: raw_data(path, field, section.target).taken for field, path in section.files.items()
    }
    return {field: taken for field, taken in read.items() if taken is not None}


def check_quantity(experiment: Experiment) -> None:
    """Refuse a column of numbers that are no classes, unless the loss is one for numbers.

    Raises
    ------
    InputError
        If the file of an experiment has such a target, and its loss is not quadratic.
    """
    section = experiment.data
    if section.path is None:
        return
    raw = raw_data(section.path, target=section.target)
    ways = f"{TO_PREDICT}, to take another column data.target"
    if line := no_classes(raw, experiment, ways):
        raise InputError(f"data.path: {source_name(section.path)}: {line}")


def no_classes(raw: RawData, experiment: Experiment, ways: str) -> str:
    """Say that the target holds numbers that are no classes, if the loss is one for classes.

    Parameters
    ----------
    ways
        What to type to predict them, or to take another target.
    """
    taken = raw.taken
    if taken is None or not taken.quantity or experiment.network.loss == "quadratic":
        return ""
    return (
        f"the target, {taken.target}: got {taken.quantity}, which are no classes; {ways}; "
        f"{taken.other or 'classes may have words as names'}"
    )
