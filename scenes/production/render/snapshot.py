"""What a job reads, laid into the private folder of its render: the worker sees nothing else.

Somebody may replace a data file or a recording while it is filmed. All numbers of the film still
come from one content, and if that is not what lies there in the end, the film is not published.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from io import BufferedWriter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backprop_core.data.data_files import checked_data
from backprop_core.data.held_files import holding, raw_data
from backprop_core.data.held_out import second_file
from backprop_core.errors import InputError
from backprop_core.files import open_regular
from backprop_core.formatting import source_name
from scenes.production.process.error_messages import RenderError
from scenes.production.request.inputs import InputReader, Inputs
from scenes.production.request.job import Job
from scenes.production.request.keys import file_digest

CODE = "the program, or a package that it draws with,"
"""What draws, as `changed` names it."""


def take(job: Job, private: Path) -> Job:
    """Write what a planned job reads into a private folder.

    A data file is not parsed again if this process has done so already.

    Returns
    -------
    The job as its worker, which works in that folder, is to do it.

    Raises
    ------
    RenderError
        If a file is not what it was when the job was planned.
    """
    inputs, section = _planned(job), job.experiment.data
    with ExitStack() as stack:
        for field, path in section.files.items():
            with _gone_is_changed(source_name(path)):
                raw = raw_data(path, field, section.target)
            if raw.digest != inputs.of(field):
                raise changed(source_name(path))
            stack.enter_context(holding(path, raw, field, section.target))
            if field == "held_out":
                # The copies know no names of classes, by which those of two files are matched.
                raw = second_file(section) or raw
            x, y = _copies(field)
            _write(private / x, raw.x)
            _write(private / y, raw.y)
    copies = []
    for number, (name, digest) in enumerate(zip(job.recordings, inputs.recordings, strict=True)):
        copy = private / f"recording-{number}.npz"
        what = source_name(name)
        with _gone_is_changed(what), open_regular(Path(name)) as file, copy.open("wb") as new:
            shutil.copyfileobj(file, new)
        _check(what, digest, partial(file_digest, copy))
        copies.append(copy.name)
    return replace(job, recordings=tuple(copies))


@contextmanager
def taken(job: Job) -> Iterator[None]:
    """Let the working folder, into which `take` wrote, stand for the data files of a job."""
    with ExitStack() as stack:
        section = job.experiment.data
        for field, path in section.files.items():
            # Pages of the files are shared with other processes, and read only where needed.
            x, y = (
                np.load(name, mmap_mode="r", allow_pickle=False).view(np.ndarray)
                for name in _copies(field)
            )
            digest = _planned(job).of(field) or ""
            raw = checked_data(x, y, digest)
            stack.enter_context(holding(path, raw, field, section.target))
        yield


def _copies(field: str) -> tuple[str, str]:
    """Return the names of the copies of x and y of a data file."""
    return f"data-{field}-x.npy", f"data-{field}-y.npy"


def check_code(job: Job, reader: InputReader | None = None) -> None:
    """See that what draws a planned job is what it was when the job was planned.

    Raises
    ------
    RenderError
        If it is not.
    """
    reader = reader or InputReader()
    _check(CODE, _planned(job).code, lambda: reader.code(job.film))


def check_unchanged(jobs: Iterable[Job], reader: InputReader | None = None) -> None:
    """See that all that planned jobs are made from is what it was when they were planned.

    Parameters
    ----------
    reader
        Reads each file once; by default a new one.

    Raises
    ------
    RenderError
        With the name of what is not.
    """
    reader = reader or InputReader()
    for job in jobs:
        inputs, section = _planned(job), job.experiment.data
        for field, path in section.files.items():
            now = partial(reader.data, path, field, section.target)
            _check(source_name(path), inputs.of(field), now)
        for name, digest in zip(job.recordings, inputs.recordings, strict=True):
            _check(source_name(name), digest, partial(reader.recording, name))
        check_code(job, reader)


def _check(what: str, digest: str | None, now: Callable[[], str]) -> None:
    with _gone_is_changed(what):
        if now() != digest:
            raise changed(what)


def _planned(job: Job) -> Inputs:
    assert job.inputs is not None
    return job.inputs


class _Writer:
    """A file that NumPy does not take for one: its own writing does not say that a disk is full."""

    def __init__(self, file: BufferedWriter) -> None:
        self.write = file.write


def _write(path: Path, array: NDArray[np.generic]) -> None:
    with path.open("wb") as file:
        np.save(_Writer(file), array)


@contextmanager
def _gone_is_changed(what: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, ModuleNotFoundError, InputError) as error:
        raise changed(what) from error


def changed(what: str) -> RenderError:
    """Return the error that says that something that a film is made from is not what it was."""
    return RenderError(f"{what} was changed while it was rendered; run the command again")
