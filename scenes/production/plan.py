"""From a person's words to jobs and their places, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scenes.production.catalog import default_experiment, known
from scenes.production.formats import check_transparent
from scenes.production.job import Job
from scenes.production.naming import checked_name
from scenes.production.problems import Problems
from scenes.production.publish import is_current
from scenes.production.selection import Selection
from scenes.production.target import Target, check_folder

OUTPUT = Path("media/films")
"""Where the folders of films go, unless a person says otherwise."""


@dataclass(frozen=True)
class Planned:
    """One film that is to be made.

    Attributes
    ----------
    origin
        What its experiment starts from; see `Selection.origin`.
    """

    job: Job
    target: Target
    origin: str

    @property
    def current(self) -> bool:
        """Whether its files are there already, made of the same."""
        return is_current(self.target, self.job.keys())


def plan(
    films: Iterable[str],
    selection: Selection,
    *,
    quality: str,
    format: str,
    transparent: bool = False,
    output: Path = OUTPUT,
    name: str | None = None,
) -> list[Planned]:
    """Check everything that can be wrong, and say what is to be made; nothing is written.

    Parameters
    ----------
    films
        Names of the catalog, each taken once.
    selection
        The experiment to film, where it is not each film's own.
    quality, format, transparent
        See `Job`.
    output, name
        The folder of folders, and the name of the folder in it.

    Raises
    ------
    InputError
        With a line for each thing that is wrong, with any of the films.
    """
    problems = Problems()
    if transparent:
        with problems.collected():
            check_transparent(format)
    folder = Path()
    with problems.collected():
        folder = output / (checked_name(name) if name is not None else selection.name)
    planned = []
    for film in dict.fromkeys(films):
        with problems.collected():
            experiment = selection.experiment(default_experiment(known(film)))
            job = Job(film, experiment, quality, format, transparent)
            target = Target(folder, job.stem, format, transparent)
            check_folder(target, selection.origin, named=name is not None)
            planned.append(Planned(job, target, selection.origin))
    problems.raise_all()
    return planned
