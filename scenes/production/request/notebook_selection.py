"""The choice of an experiment that was built by a program: neither file, preset nor --set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backprop_core.experiment.config import Experiment
from scenes.production.request.naming import folder_name
from scenes.production.request.selection import Selection, absolute, check_experiment


@dataclass(frozen=True, kw_only=True)
class Given(Selection):
    """An experiment as it was built.

    Attributes
    ----------
    label
        Where it was built. Folders remember it, and their names begin with it.
    built
        The experiment.
    default
        What the film shows by itself: the folder's name says what differs from it.
    """

    label: str
    built: Experiment
    default: Experiment

    @property
    def origin(self) -> str:
        """What an output folder remembers: whatever differs stands in its name already."""
        return f"a {self.label}"

    @property
    def name(self) -> str:
        """The name of its output folder; another experiment has another."""
        usual = _flat(self.default)
        return folder_name(
            self.label,
            {field: held for field, held in _flat(self.built).items() if held != usual[field]},
        )

    @property
    def source(self) -> str:
        """What error lines start with."""
        return "experiment"

    def experiment(self, default: Experiment) -> Experiment:
        """Check all of it, data and sizes included, and return it.

        Raises
        ------
        InputError
            With a line for each thing that is wrong.
        """
        check_experiment(self.built, f"{self.source}: ")
        return absolute(self.built)


def _flat(experiment: Experiment) -> dict[str, Any]:
    """Return all fields under their dotted names."""
    flat: dict[str, Any] = {}
    for field, held in experiment.model_dump().items():
        if isinstance(held, Mapping):
            flat |= {f"{field}.{inner}": value for inner, value in held.items()}
        else:
            flat[field] = held
    return flat
