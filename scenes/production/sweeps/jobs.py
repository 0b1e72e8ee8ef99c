"""Jobs of a sweep, one for each film and point: planned, written to files, read back by name."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

from backprop_core.errors import InputError
from backprop_core.experiment.layering import completed
from backprop_core.experiment.model import Experiment
from backprop_core.experiment.overrides import merge
from backprop_core.experiment.sharing import DATA_FILES, without_folder
from backprop_core.formatting import format_value, source_name
from scenes.kit.quality import QUALITIES, USUAL
from scenes.production.request.catalog import default_experiment, is_film, reference
from scenes.production.request.error_collector import Problems
from scenes.production.request.formats import FORMATS
from scenes.production.request.inputs import InputReader
from scenes.production.request.job import Job
from scenes.production.request.keys import hash_of
from scenes.production.request.naming import checked_name, folder_name
from scenes.production.request.selection import check_title
from scenes.production.store.bounded_reads import read_json
from scenes.production.store.folder_checks import folder_lines, memory, taken
from scenes.production.store.kept_quality import in_kept_quality
from scenes.production.store.output_paths import MEMORY, STATE, Target
from scenes.production.store.ownership import make_folder
from scenes.production.store.same_names import one_for_two
from scenes.production.sweeps.old_specs import note_listed
from scenes.production.sweeps.sweep import Sweep
from scenes.words.ledger import write_json

MOST_LAYERS = 200_000
"""The most layers of all points of a sweep together."""
_HASH = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class BatchJob:
    """A film of one point of a sweep.

    Attributes
    ----------
    hash
        The name of the job: 16 hexadecimal digits of a hash of experiment, film, quality and
        format.
    values
        The values of the axes.
    folder
        The name of the point's folder.
    origin
        The file of the sweep, which the folder remembers as its source.
    job
        None if the point is not a valid experiment; `error` then says why, in one line.
    """

    hash: str
    film: str
    values: Mapping[str, object]
    folder: str
    origin: str
    job: Job | None
    error: str | None = None

    @property
    def label(self) -> str:
        """Film and point, as they are shown to people."""
        return f"{self.film} {self.folder}"

    @property
    def public_values(self) -> dict[str, object]:
        """The values of the axes as plain data, data files without their folders."""
        values = plain_values(self.values)
        return {field: without_folder(field, value) for field, value in values.items()}

    def public(self, error: str | None, root: Path) -> str | None:
        """Return an error line without the folders of this machine.

        Parameters
        ----------
        root
            The folder of the sweep.
        """
        files = [] if self.job is None else [*self.job.experiment.data.files.values()]
        files += [path for f in DATA_FILES if isinstance(path := self.values.get(f), str)]
        for path in chain.from_iterable((path, source_name(path)) for path in files):
            error = error and error.replace(path, PurePath(path).name)
        return error and error.replace(f"{root}{os.sep}", "")

    def target(self, root: Path) -> Target:
        """Return the place of its files in the folder of the sweep."""
        assert self.job is not None
        return Target(root / self.folder, self.film, self.job.format)

    def as_dict(self) -> dict[str, Any]:
        """Return the whole job as plain data."""
        about: dict[str, Any] = {
            "hash": self.hash,
            "film": self.film,
            "values": plain_values(self.values),
            "folder": self.folder,
            "origin": self.origin,
        }
        if self.job is None:
            return about | {"error": self.error}
        experiment = self.job.experiment.model_dump(mode="json", exclude_unset=True)
        shape = {"quality": self.job.quality, "format": self.job.format}
        return about | shape | {"experiment": experiment}


def plan_batch(
    sweep: Sweep, quality: str | None, format: str, root: Path | None = None
) -> list[BatchJob]:
    """Return the jobs of a sweep, one for each film and point, without writing anything.

    A point that is not a valid experiment becomes a job with an error; the others are unaffected.

    Parameters
    ----------
    quality
        In which quality; if there is none, as usual, or better if there is a better film.
    root
        The folder of the sweep, where films may be.

    Raises
    ------
    InputError
        If the table of the sweep, which lists every layer of every point, would be too long, or if
        a title cannot be typeset.
    """
    origin = str(sweep.file.resolve())
    found: dict[str, BatchJob] = {}
    bases, reader = bases_of(sweep), InputReader()
    for values in sweep.points():
        folder = folder_name(None, values)
        for film, base in bases.items():
            job, error = None, None
            try:
                asked = Job(film, at_point(base, values), quality or USUAL, format)
                job = _planned(asked, reader)
                if root is not None and quality is None:
                    target = Target(root / folder, film, format)
                    job = in_kept_quality(job, target, None)
            except InputError as wrong:
                error = "; ".join(wrong.problems)
            name = _hash(job) if job is not None else _hash_of_values(film, values)
            found.setdefault(name, BatchJob(name, film, values, folder, origin, job, error))
    _check_layers(found.values())
    _check_titles(found.values())
    return list(found.values())


def _check_titles(jobs: Iterable[BatchJob]) -> None:
    """Check each title once: a slip in one would else show only after hours of rendering."""
    titled = {one.job.experiment.film.title: one.job.experiment for one in jobs if one.job}
    problems = Problems()
    for experiment in titled.values():
        with problems.collected():
            check_title(experiment)
    problems.raise_all()


def _planned(job: Job, reader: InputReader) -> Job:
    """Plan a job; if it cannot be, running it says why."""
    try:
        return job.planned(reader)
    except InputError:
        return job


def bases_of(sweep: Sweep) -> dict[str, Experiment]:
    """Return, for each film, the experiment that its points start from.

    What all points share replaces fields of the film's own default.

    Raises
    ------
    InputError
        If the two do not go together.
    """
    own = {film: default_experiment(film) for film in sweep.films}
    if sweep.base is None:
        return own
    source = f"{sweep.file}: experiment"
    return {film: completed(sweep.base, default, source) for film, default in own.items()}


def at_point(base: Experiment, values: Mapping[str, object]) -> Experiment:
    """Return the experiment of a point.

    Raises
    ------
    InputError
        If the point is not a valid experiment.
    """
    return Experiment(**merge(base.model_dump(exclude_unset=True), values))


def _check_layers(jobs: Iterable[BatchJob]) -> None:
    depths = {(one.folder, one.job.experiment.depth) for one in jobs if one.job is not None}
    layers = sum(depth for _, depth in depths)
    if layers > MOST_LAYERS:
        raise InputError(
            f"axes x network.depth: got {len(depths):,} points with {layers:,} layers in all; "
            f"allowed at most {MOST_LAYERS:,}"
        )


def _hash(job: Job) -> str:
    parts = {
        "film": reference(job.film),
        "experiment": job.experiment.canonical(),
        "quality": job.quality,
        "format": job.format,
    }
    return hash_of(parts)[:16]


def _hash_of_values(film: str, values: Mapping[str, object]) -> str:
    return hash_of({"film": film, "values": plain_values(values)})[:16]


def plain_values(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a point for JSON, with nan and infinity written as text."""

    def plain(value: object) -> object:
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return str(value) if isinstance(value, float) and not math.isfinite(value) else value

    return {name: plain(value) for name, value in values.items()}


def write_specs(root: Path, jobs: Sequence[BatchJob], origin: str) -> None:
    """Write what `read_job` reads.

    Specs that an earlier listing has written are kept, as their jobs may wait in a queue; see
    `clean_specs`.

    Parameters
    ----------
    root
        The folder of the sweep.
    origin
        The file of the sweep. Another sweep file of the same name cannot take over the folder.

    Raises
    ------
    InputError
        If the folder cannot be written to, or if it holds the films of another sweep.
    """
    advice = f"--output {root.parent}-2"
    folder = root / STATE / "jobs"
    problems = [*folder_lines(root, advice, folder), taken(root, origin, advice)]
    problems += one_for_two(root, dict.fromkeys(one.folder for one in jobs))
    if any(problems):
        raise InputError(*filter(None, problems))
    make_folder(folder)
    write_json(root / STATE / MEMORY, memory(origin))
    wanted = {f"{one.hash}.json": one for one in jobs if one.job is not None}
    for name, one in wanted.items():
        write_json(folder / name, one.as_dict())
    note_listed(root, (one.hash for one in wanted.values()))


def find_jobs(output: Path, name: str) -> Iterator[tuple[BatchJob, Path]]:
    """Yield the job of this name from each sweep that has it, with the folder of the sweep.

    Parameters
    ----------
    output
        The folder that contains the folders of sweeps.

    Raises
    ------
    InputError
        If it is not a name of a job, if no sweep has such a job, or if its file is damaged.
    """
    if not _HASH.fullmatch(name):
        raise InputError(
            f"HASH: got {format_value(name)}; allowed 16 hexadecimal digits, "
            "as `backprop batch SWEEP --list` prints them"
        )
    paths = sorted(output.glob(f"*/{STATE}/jobs/{name}.json"))
    if not paths:
        raise InputError(
            f"{source_name(str(output))}: no sweep has a job {name}; "
            "`backprop batch SWEEP --list` writes the jobs of a sweep"
        )
    for path in paths:
        yield _read_job(path), path.parents[2]


def _read_job(path: Path) -> BatchJob:
    found = read_json(path)
    try:
        if not is_film(found["film"]):
            raise ValueError("no film of the catalog")
        if found["quality"] not in QUALITIES or found["format"] not in FORMATS:
            raise ValueError("no quality or format")
        experiment = Experiment(**found["experiment"])
        job = Job(found["film"], experiment, found["quality"], found["format"])
        if _hash(job) != path.stem:
            raise ValueError("of another job")
        values, folder = dict(found["values"]), checked_name(found["folder"])
        return BatchJob(path.stem, job.film, values, folder, str(found["origin"]), job)
    except (ValueError, KeyError, TypeError):
        raise InputError(
            f"{source_name(str(path))}: is damaged; `backprop batch SWEEP --list` writes it anew"
        ) from None
