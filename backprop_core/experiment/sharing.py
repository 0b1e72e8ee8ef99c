"""Experiments as they are handed on: without the folders of the machine on which they were made."""

from __future__ import annotations

from pathlib import PurePath

from backprop_core.experiment.model import Experiment

DATA_PATH = "data.path"


def without_folders(experiment: Experiment) -> Experiment:
    """Leave of the place of a data file only its name: others have it elsewhere."""
    path = experiment.data.path
    if path is None:
        return experiment
    data = experiment.data.model_copy(update={"path": PurePath(path).name})
    return experiment.model_copy(update={"data": data})


def without_folder(field: str, value: object) -> object:
    """Return the value of a field, by its dotted name, as it is handed on."""
    return PurePath(value).name if field == DATA_PATH and isinstance(value, str) else value
