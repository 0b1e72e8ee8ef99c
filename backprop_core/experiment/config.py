"""Configuration files: TOML in, an `Experiment` out, or one line for everything that is wrong."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from backprop_core.experiment.model import LEGAL_PAIRS, Experiment, build
from backprop_core.experiment.overrides import parse_override
from backprop_core.experiment.toml_input import parse_toml, read_toml_file
from backprop_core.experiment.toml_output import as_toml, commented_toml, schema

__all__ = [
    "LEGAL_PAIRS",
    "Experiment",
    "as_toml",
    "commented_toml",
    "load_experiment",
    "parse_experiment",
    "parse_override",
    "schema",
]


def load_experiment(path: str | PathLike[str]) -> Experiment:
    """Read an experiment from a TOML file.

    Parameters
    ----------
    path
        The file. Relative paths of data files in it start from its folder.

    Raises
    ------
    InputError
        If the file cannot be read, or if a field is wrong, with one line for each. Whether the
        widths match the data is checked later, by `datasets.layer_widths`.
    """
    source, file = str(path), Path(path)
    experiment = parse_experiment(read_toml_file(file, source), source)
    return experiment.from_folder(file.parent, source)


def parse_experiment(text: str, source: str = "experiment") -> Experiment:
    """Read an experiment from TOML text.

    Parameters
    ----------
    text
        At most 16 KiB; every field is optional, but not all of them.
    source
        Name of the text in error messages.

    Raises
    ------
    InputError
        With a line for each field that is wrong.
    """
    return build(parse_toml(text, source), source)
