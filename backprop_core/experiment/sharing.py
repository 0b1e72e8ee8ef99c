"""Experiments as they are handed on: without the folders of the machine on which they were made."""

from __future__ import annotations

from pathlib import PurePath

from backprop_core.experiment.model import FILE_FIELDS, Experiment

DATA_FILES = tuple(f"data.{name}" for name in FILE_FIELDS)
"""Dotted names of the fields that may hold the path of a data file."""


def without_folders(experiment: Experiment) -> Experiment:
    """Leave of the places of data files only their names: others have it elsewhere."""
    names = {field: PurePath(path).name for field, path in experiment.data.files.items()}
    if not names:
        return experiment
    data = experiment.data.model_copy(update=names)
    return experiment.model_copy(update={"data": data})


def without_folder(field: str, value: object) -> object:
    """Return the value of a field, by its dotted name, as it is handed on."""
    return PurePath(value).name if field in DATA_FILES and isinstance(value, str) else value
