"""An experiment that was built in a notebook, instead of chosen by file, preset or --set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backprop_core.experiment.config import Experiment
from scenes.production.request.naming import folder_name
from scenes.production.request.selection import Selection, absolute, check_experiment


@dataclass(frozen=True, kw_only=True)
class Given(Selection):
    """The choice of an experiment that a program built.

    Attributes
    ----------
    label
        Where it was built, such as "notebook". The name of its output folder begins with it.
    built
        The experiment.
    default
        The default experiment of the film: the folder's name lists the differences from it.
    """

    label: str
    built: Experiment
    default: Experiment

    @property
    def origin(self) -> str:
        """The origin that an output folder remembers; its name already lists the differences."""
        return f"a {self.label}"

    @property
    def name(self) -> str:
        """The name of its output folder; different experiments have different names."""
        usual = _flat(self.default)
        return folder_name(
            self.label,
            {field: held for field, held in _flat(self.built).items() if held != usual[field]},
        )

    @property
    def source(self) -> str:
        """The prefix of error lines."""
        return "experiment"

    def experiment(self, default: Experiment) -> Experiment:
        """Check the experiment, its data and sizes included, and return it.

        Raises
        ------
        InputError
            With a line for each problem.
        """
        check_experiment(self.built, f"{self.source}: ")
        return absolute(self.built)


def _flat(experiment: Experiment) -> dict[str, Any]:
    """Return the values of all fields by their dotted names."""
    flat: dict[str, Any] = {}
    for field, held in experiment.model_dump().items():
        if isinstance(held, Mapping):
            flat |= {f"{field}.{inner}": value for inner, value in held.items()}
        else:
            flat[field] = held
    return flat
