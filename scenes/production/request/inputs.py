"""The files that a film is made from, as they were when a command read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backprop_core.errors import InputError
from backprop_core.experiment.model import DataSection
from backprop_core.formatting import source_name
from scenes.production.request.catalog import source_files
from scenes.production.request.keys import drawn_by, file_digest, hash_of

Column = str | int | None
"""What `data.target` may be."""


@dataclass(frozen=True)
class Inputs:
    """Digests of the files that decide a film, beside what its experiment says.

    Attributes
    ----------
    code
        Of the source files that draw it, and of the versions of packages.
    data
        SHA-256 of the data file, if there is one.
    recordings
        SHA-256 of each recording.
    held_out
        SHA-256 of the file with the examples held out, if there is one.
    """

    code: str
    data: str | None = None
    recordings: tuple[str, ...] = ()
    held_out: str | None = None

    def of(self, field: str) -> str | None:
        """Return the digest of the data file of a field of `DataSection`."""
        return {"path": self.data, "held_out": self.held_out}[field]


class InputReader:
    """Reads each file once, so that all films of one command are made from the same.

    Parameters
    ----------
    data_digest
        Returns the digest of the data file of a field, given its path, the field and `data.target`;
        by default that of its bytes at this moment.

    Attributes
    ----------
    data, recording, code
        Functions that return the digest of the data file of a field, of a recording, and of what
        draws a film.
    """

    def __init__(self, data_digest: Callable[[str, str, Column], str] | None = None) -> None:
        digest = cache(_digest)
        # Whatever a file is used for, its bytes are read once.
        self.data = cache(data_digest or (lambda path, field, target: digest(path)))
        self.recording = digest
        self.code = cache(_code_digest)

    def inputs(self, film: str, data: DataSection, recordings: Sequence[str]) -> Inputs:
        """Return the digests of what a film is made from.

        Raises
        ------
        InputError
            If a file cannot be read.
        """
        digests = {field: self.data(path, field, data.target) for field, path in data.files.items()}
        return Inputs(
            self.code(film),
            digests.get("path"),
            tuple(self.recording(path) for path in recordings),
            digests.get("held_out"),
        )


def _code_digest(film: str) -> str:
    """Return a digest of the source files that draw a film and of the versions of packages."""
    return hash_of(drawn_by(*source_files(film)))


def _digest(path: str) -> str:
    try:
        return file_digest(Path(path))
    except FileNotFoundError:
        raise InputError(f"{source_name(path)}: no such file") from None
    except InputError as error:
        raise InputError(f"{source_name(path)}: {error}") from None
