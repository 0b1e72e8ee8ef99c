"""The films that are there already: a gallery shows them without rendering anything."""

from __future__ import annotations

from pathlib import Path

from backprop_core.errors import InputError
from scenes.production.render.plan import Planned
from scenes.production.request.catalog import FILMS, default_experiment
from scenes.production.request.job import Job
from scenes.production.request.selection import Selection
from scenes.production.store.one_render import is_mixture
from scenes.production.store.output_paths import Target


def is_there(folder: Path, film: str) -> bool:
    """Tell whether a folder has a film, with everything beside it, and of one render."""
    target = Target(folder, film, "mp4")
    files = [target.folder / name for name in target.required]
    whole = all(path.is_file() and not path.is_symlink() for path in files)
    return whole and not is_mixture(target, ())


def films_there(folder: Path, origin: str) -> list[Planned]:
    """Return the films of a folder, in the order of the lecture.

    They are shown as they are, in whatever quality: their ledgers tell of which experiment.

    Parameters
    ----------
    folder
        The folder, which need not exist.
    origin
        See `Planned`.
    """
    return [
        Planned(Job(film, default_experiment(film)), Target(folder, film, "mp4"), origin)
        for film in FILMS
        if is_there(folder, film)
    ]


def is_outdated(target: Target, selection: Selection) -> bool:
    """Tell whether a film would show something else if it were rendered now."""
    record = target.record()
    if record is None:
        return False
    try:
        experiment = selection.experiment(default_experiment(target.stem))
        recordings = tuple(str(path.resolve()) for path in selection.recordings)
        job = Job(target.stem, experiment, recordings=recordings)
        return record.content != job.keys().content
    except InputError:
        return True
