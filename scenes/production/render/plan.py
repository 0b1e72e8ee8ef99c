"""Turns what a user asks for into jobs and their places, or reports all errors in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backprop_core.data.held_files import raw_data
from backprop_core.errors import InputError
from scenes.kit.quality import USUAL, best
from scenes.production.request.catalog import FILMS, default_experiment, describe, known
from scenes.production.request.error_collector import Problems
from scenes.production.request.formats import check_transparent
from scenes.production.request.inputs import InputReader
from scenes.production.request.job import Job
from scenes.production.request.naming import checked_name
from scenes.production.request.selection import Selection
from scenes.production.store.build import current
from scenes.production.store.folder_checks import check_folder
from scenes.production.store.kept_quality import in_kept_quality
from scenes.production.store.output_paths import Target

OUTPUT = Path("media/films")
"""Where the folders of films go by default."""


@dataclass(frozen=True)
class Planned:
    """A film to be made.

    Attributes
    ----------
    origin
        What its experiment starts from; see `Selection.origin`.
    asked
        The quality that was asked for; that of the job is better where a better film is there.
    """

    job: Job
    target: Target
    origin: str
    asked: str = USUAL

    @property
    def current(self) -> bool:
        """Whether its files exist already and are up to date."""
        return current(self.target, self.job.keys()) is not None


def plan(
    films: Iterable[str],
    selection: Selection,
    *,
    quality: str | None,
    format: str,
    transparent: bool = False,
    output: Path = OUTPUT,
    name: str | None = None,
    usual: str = USUAL,
    force: bool = False,
) -> list[Planned]:
    """Check everything that can be wrong, and return the films to make; write nothing.

    Parameters
    ----------
    films
        Names of the catalog, each taken once.
    selection
        The experiment to film in place of each film's own.
    quality, usual, force
        In which quality, unless a better film is there; see `kept_quality`.
    format, transparent
        See `Job`.
    output, name
        The folder of folders, and the name of the folder in it.

    Raises
    ------
    InputError
        With a line for each problem of any of the films.
    """
    problems = Problems()
    if transparent:
        with problems.collected():
            check_transparent(format)
    folder = Path()
    with problems.collected():
        folder = output / (checked_name(name) if name is not None else selection.name)
    # The data that were just checked are those that are filmed.
    reader = InputReader(lambda path, field, target: raw_data(path, field, target).digest)
    planned = []
    for film in dict.fromkeys(films):
        with problems.collected():
            experiment = selection.experiment(default_experiment(known(film)))
            paths = _recordings(film, selection.recordings)
            asked = quality or usual
            job = Job(film, experiment, asked, format, transparent, paths).planned(reader)
            target = Target(folder, job.stem, format, transparent)
            check_folder(target, selection.origin, named=name is not None)
            job = in_kept_quality(job, target, quality, usual=usual, force=force)
            planned.append(Planned(job, target, selection.origin, asked))
    problems.raise_all()
    return planned


def in_one_quality(planned: Sequence[Planned]) -> list[Planned]:
    """Plan films that are to be joined in the best of their qualities, as a video has only one."""
    quality = best(one.job.quality for one in planned)
    return [
        one
        if one.job.quality == quality
        else replace(one, job=replace(one.job, quality=quality), asked=quality)
        for one in planned
    ]


def _recordings(film: str, paths: Sequence[Path]) -> tuple[str, ...]:
    """Check that the recordings for a film can be read, and return their paths.

    Raises
    ------
    InputError
        If the film takes no recordings, or another number of them.
    """
    if not paths:
        return ()
    wanted = describe(film).recordings
    if wanted == 0:
        able = [name for name in FILMS if describe(name).recordings]
        raise InputError(f"{film}: cannot show a recording; allowed {', '.join(able)}")
    if len(paths) != wanted:
        raise InputError(
            f"{film}: got {len(paths)} --recording; allowed {wanted}"
            + (", one for each network that is compared" if wanted > 1 else "")
        )
    from backprop_core.recording import load

    for path in paths:
        load(path)
    # A render runs in its own folder, so the paths have to be absolute.
    return tuple(str(path.resolve()) for path in paths)
