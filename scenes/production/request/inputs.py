"""The files that a film is made from, as they were when a command read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backprop_core.errors import InputError
from backprop_core.formatting import source_name
from scenes.production.request.catalog import source_file
from scenes.production.request.keys import drawn_by, file_digest, hash_of


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
    """

    code: str
    data: str | None = None
    recordings: tuple[str, ...] = ()


class InputReader:
    """Reads each file once, so that all films of one command are made from the same.

    Parameters
    ----------
    data_digest
        Returns the digest of a data file; by default that of its bytes at this moment.

    Attributes
    ----------
    data, recording, code
        Functions that return the digest of a data file, of a recording, and of what draws a film.
    """

    def __init__(self, data_digest: Callable[[str], str] | None = None) -> None:
        self.data = cache(data_digest or _digest)
        self.recording = cache(_digest)
        self.code = cache(_code_digest)

    def inputs(self, film: str, data: str | None, recordings: Sequence[str]) -> Inputs:
        """Return the digests of what a film is made from.

        Raises
        ------
        InputError
            If a file cannot be read.
        """
        return Inputs(
            self.code(film),
            None if data is None else self.data(data),
            tuple(self.recording(path) for path in recordings),
        )


def _code_digest(film: str) -> str:
    """Return a digest of the source files that draw a film and of the versions of packages."""
    return hash_of(drawn_by(source_file(film)))


def _digest(path: str) -> str:
    try:
        return file_digest(Path(path))
    except FileNotFoundError:
        raise InputError(f"{source_name(path)}: no such file") from None
    except InputError as error:
        raise InputError(f"{source_name(path)}: {error}") from None
