"""Plans a gallery: checks the user's choices, and finds the films to be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backprop_core.errors import InputError
from backprop_core.formatting import source_name
from scenes.production.gallery.content import names_in
from scenes.production.gallery.folder import check_gallery
from scenes.production.gallery.grid import sweep_names
from scenes.production.lecture.lecture import TITLE, suited
from scenes.production.render.plan import Planned, plan
from scenes.production.request.catalog import FILMS
from scenes.production.request.error_collector import Problems
from scenes.production.request.selection import Selection
from scenes.production.sweeps.jobs import BatchJob, plan_batch
from scenes.production.sweeps.sweep import Sweep, load_sweep

FILMS_FOLDER = PurePosixPath("films")
"""The folder of the gallery for films that belong to no sweep."""


@dataclass(frozen=True)
class SweepPlan:
    """A sweep whose films will be made.

    Attributes
    ----------
    root
        The folder of its films.
    """

    sweep: Sweep
    jobs: tuple[BatchJob, ...]
    root: Path

    @property
    def origin(self) -> str:
        """The file of the sweep, which its folder remembers as its source."""
        return str(self.sweep.file.resolve())


@dataclass(frozen=True)
class GalleryPlan:
    """What a gallery will show.

    Attributes
    ----------
    films
        At least one, in the order in which they are shown.
    left_out
        Film -> why this experiment cannot show it.
    root
        The folder of the gallery.
    origin
        What its films start from; see `Selection.public_origin`.
    """

    films: tuple[Planned, ...]
    left_out: Mapping[str, str]
    sweeps: tuple[SweepPlan, ...]
    root: Path
    origin: str

    @property
    def title(self) -> str:
        """The title of the gallery."""
        return self.films[0].job.experiment.film.title or TITLE


def plan_gallery(
    names: Sequence[str],
    selection: Selection,
    sweeps: Iterable[Path],
    *,
    quality: str | None,
    name: str | None,
    films: Path,
    output: Path,
    force: bool = False,
) -> GalleryPlan:
    """Check all choices, and return what will be made, without writing anything.

    Parameters
    ----------
    names
        Names of films of the catalog; empty for all films.
    selection
        The choice of the experiment.
    sweeps
        The files of sweeps.
    quality, force
        The quality of all films, unless better ones are there; see `kept_quality`.
    name, films
        The folder of the films, and the folder that it is in; see `plan`.
    output
        The folder of the gallery.

    Raises
    ------
    InputError
        With a line for each problem.
    """
    able, left_out = suited(names or FILMS, selection)
    planned = plan(
        able, selection, quality=quality, format="mp4", output=films, name=name, force=force
    )
    found = _sweeps(sweeps, quality, films)
    places = [place for one in planned for place in names_in(FILMS_FOLDER, one.target.stem)]
    for one in found:
        places += sweep_names(one.sweep, one.jobs)
    origin = selection.public_origin
    check_gallery(output, origin, places)
    return GalleryPlan(tuple(planned), left_out, tuple(found), output, origin)


def _sweeps(files: Iterable[Path], quality: str | None, films: Path) -> list[SweepPlan]:
    problems = Problems()
    found: dict[str, SweepPlan] = {}
    for file in dict.fromkeys(files):
        with problems.collected():
            sweep = load_sweep(file)
            if sweep.name in found:
                raise InputError(
                    f"--sweep: got {source_name(str(file))} and another of the same name; "
                    "allowed names that differ, as pages are named after them"
                )
            root = films / sweep.name
            jobs = tuple(plan_batch(sweep, quality, "mp4", root))
            found[sweep.name] = SweepPlan(sweep, jobs, root)
    problems.raise_all()
    return list(found.values())
