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
from scenes.production.gallery.lecture_files import lecture_files
from scenes.production.gallery.there import films_there, is_there
from scenes.production.lecture.lecture import suited
from scenes.production.render.plan import Planned, plan
from scenes.production.request.catalog import FILMS
from scenes.production.request.error_collector import Problems
from scenes.production.request.naming import checked_name
from scenes.production.request.selection import Selection
from scenes.production.sweeps.jobs import BatchJob, plan_batch
from scenes.production.sweeps.sweep import Sweep, load_sweep

FILMS_FOLDER = PurePosixPath("films")
"""The folder of the gallery for films that belong to no sweep."""
_MOST_NAMED = 5
"""How many folders that have films an error names."""


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
class Shape:
    """What a gallery has besides pages and films.

    Attributes
    ----------
    lecture
        Whether it has the files of the lecture of its films.
    zipped
        Whether it lies in its folder as an archive, too.
    """

    lecture: bool = False
    zipped: bool = False


@dataclass(frozen=True)
class GalleryPlan:
    """What a gallery will show.

    Attributes
    ----------
    films
        In the order in which they are shown. Only a gallery of sweeps has none.
    rendered
        Whether films that are missing or out of date are to be rendered; else all are there.
    named
        Whether a person chose the name of their folder.
    left_out
        Film -> why this experiment cannot show it.
    folder
        The folder of the films.
    root
        The folder of the gallery.
    origin
        What its films start from; see `Selection.public_origin`.
    """

    films: tuple[Planned, ...]
    rendered: bool
    named: bool
    left_out: Mapping[str, str]
    sweeps: tuple[SweepPlan, ...]
    folder: Path
    root: Path
    origin: str
    shape: Shape = Shape()


def plan_gallery(
    names: Sequence[str],
    selection: Selection,
    sweeps: Iterable[Path],
    *,
    quality: str | None,
    name: str | None,
    films: Path,
    output: Path,
    every: bool = False,
    shape: Shape = Shape(),
    force: bool = False,
) -> GalleryPlan:
    """Check all choices, and return what will be made, without writing anything.

    Parameters
    ----------
    names
        Names of films of the catalog. Without one, those are shown that are there.
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
    every
        Whether all films of the catalog are to be shown.
    shape
        What else it has.

    Raises
    ------
    InputError
        With a line for each problem.
    """
    found = _sweeps(sweeps, quality, films)
    rendered = every or bool(names)
    folder = films / (checked_name(name) if name is not None else selection.name)
    if rendered:
        able, left_out = suited(FILMS if every else names, selection)
        planned = plan(
            able, selection, quality=quality, format="mp4", output=films, name=name, force=force
        )
    else:
        planned, left_out = films_there(folder, selection.origin), {}
        if not planned and not found:
            raise InputError(_nothing_there(folder, selection))
    if shape.lecture and not lecture_files(folder):
        raise InputError(
            f"--lecture: there is none in {source_name(str(folder))}; "
            f"`backprop lecture{selection.options}` makes it"
        )
    places = [place for one in planned for place in names_in(FILMS_FOLDER, one.target.stem)]
    for one in found:
        places += sweep_names(one.sweep, one.jobs)
    origin = selection.public_origin
    check_gallery(output, origin, places)
    return GalleryPlan(
        films=tuple(planned),
        rendered=rendered,
        named=name is not None,
        left_out=left_out,
        sweeps=tuple(found),
        folder=folder,
        root=output,
        origin=origin,
        shape=shape,
    )


def _nothing_there(folder: Path, selection: Selection) -> str:
    """Say in a line what to type where a folder has no film."""
    where = source_name(str(folder))
    others = [name for name in _with_films(folder.parent) if name != folder.name]
    line = f"{where}: there is no film to show; type `backprop render --all{selection.options}`"
    if not others:
        return line
    named = [source_name(name) for name in others[:_MOST_NAMED]]
    named += ["..."] if len(others) > _MOST_NAMED else []
    return f"{line}, or choose a folder that has films with --name: {', '.join(named)}"


def _with_films(parent: Path) -> list[str]:
    try:
        folders = sorted(path for path in parent.iterdir() if path.is_dir())
    except OSError:
        return []
    return [path.name for path in folders if any(is_there(path, film) for film in FILMS)]


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
