"""Data files in memory: read once, and again only when they have changed, unless they are held.

A film loads its data dozens of times. While a file is held, all of them get the same numbers, even
if somebody replaces the file meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from backprop_core.data.data_files import Stamp, read_data_file, stamp
from backprop_core.data.raw_data import RawData

_HELD: ContextVar[Mapping[str, RawData]] = ContextVar("held", default=MappingProxyType({}))
"""Path -> what the file counts as holding, in this context."""


@contextmanager
def holding(path: str | None, raw: RawData | None = None) -> Iterator[None]:
    """Let a data file have the same content throughout the block, whatever becomes of the file.

    Threads that are started in the block know of it only if they run in a copy of its context.

    Parameters
    ----------
    path
        The file; None holds nothing. If it is held already, that stays as it is.
    raw
        Its content; by default it is read now.

    Raises
    ------
    InputError
        If it has to be read and cannot be used.
    """
    if path is None or _key(path) in _HELD.get():
        yield
        return
    token = _HELD.set({**_HELD.get(), _key(path): raw or raw_data(path)})
    try:
        yield
    finally:
        _HELD.reset(token)


def raw_data(path: str) -> RawData:
    """Return the content of a data file, from memory if it has not changed.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    held = _HELD.get().get(_key(path))
    return _read(path, stamp(path)) if held is None else held


@lru_cache(maxsize=2)
def _read(path: str, changed: Stamp) -> RawData:
    """Read a data file; the cache holds until its stamp (`changed`) is another."""
    return read_data_file(path)


def _key(path: str) -> str:
    return str(Path(path))
