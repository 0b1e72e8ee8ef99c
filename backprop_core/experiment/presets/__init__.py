"""Named experiments to start from: one commented TOML file each, in this folder."""

from __future__ import annotations

from importlib.resources import files

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment, parse_experiment
from backprop_core.formatting import format_value, nearest

_SUFFIX = ".toml"


def names() -> tuple[str, ...]:
    """List the presets in alphabetical order."""
    entries = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(e.removesuffix(_SUFFIX) for e in entries if e.endswith(_SUFFIX)))


def text(name: str) -> str:
    """Return a preset as the TOML file that it is.

    Raises
    ------
    InputError
        If there is no preset of this name; the nearest one is suggested.
    """
    if name not in names():
        meant = nearest(name, names())
        raise InputError(
            f"--preset: got {format_value(name)}; allowed {', '.join(names())}"
            + (f"; did you mean {meant}?" if meant else "")
        )
    return files(__name__).joinpath(name + _SUFFIX).read_text(encoding="utf-8")


def describe(name: str) -> str:
    """Say in one sentence what a preset shows: the comment in its first line.

    Raises
    ------
    InputError
        If there is no preset of this name.
    """
    return text(name).partition("\n")[0].removeprefix("#").strip()


def load(name: str) -> Experiment:
    """Read a preset.

    Raises
    ------
    InputError
        If there is no preset of this name.
    """
    return parse_experiment(text(name), source=f"preset {name}")
