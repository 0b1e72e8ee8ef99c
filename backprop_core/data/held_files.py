"""Data files in memory: read once, and again only when they have changed, unless they are held.

A film loads its data dozens of times. While a file is held, all of them get the same numbers, even
if somebody replaces the file meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from backprop_core.data.data_files import Stamp, read_data_file, stamp
from backprop_core.data.raw_data import RawData
from backprop_core.experiment.model import DataSection

_Key = tuple[str, str, str | int | None]
_HELD: ContextVar[Mapping[_Key, RawData]] = ContextVar("held", default=MappingProxyType({}))
"""Field, path and target -> what the file counts as holding, in this context."""


@contextmanager
def holding_files(section: DataSection) -> Iterator[None]:
    """Do as `holding` does, with all data files of a section.

    Raises
    ------
    InputError
        If one has to be read and cannot be used.
    """
    with ExitStack() as stack:
        for field, path in section.files.items():
            stack.enter_context(holding(path, field=field, target=section.target))
        yield


@contextmanager
def holding(
    path: str | None,
    raw: RawData | None = None,
    field: str = "path",
    target: str | int | None = None,
) -> Iterator[None]:
    """Let a data file have the same content throughout the block, whatever becomes of the file.

    Threads that are started in the block know of it only if they run in a copy of its context.

    Parameters
    ----------
    path
        The file; None holds nothing. If it is held already, that stays as it is.
    raw
        Its content; by default it is read now.
    field
        The field of `DataSection` that names it.
    target
        What `DataSection.target` says of it.

    Raises
    ------
    InputError
        If it has to be read and cannot be used.
    """
    if path is None or _key(path, field, target) in _HELD.get():
        yield
        return
    found = raw or raw_data(path, field, target)
    token = _HELD.set({**_HELD.get(), _key(path, field, target): found})
    try:
        yield
    finally:
        _HELD.reset(token)


def raw_data(path: str, field: str = "path", target: str | int | None = None) -> RawData:
    """Return the content of the data file of a field, from memory if it has not changed.

    Parameters
    ----------
    path, field, target
        As for `data_files.read_data_file`.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    held = _HELD.get().get(_key(path, field, target))
    return _read(path, field, target, stamp(path, field)) if held is None else held


@lru_cache(maxsize=2, typed=True)
def _read(path: str, field: str, target: str | int | None, changed: Stamp) -> RawData:
    """Read a data file; the cache holds until its stamp (`changed`) is another."""
    return read_data_file(path, field, target)


def _key(path: str, field: str, target: str | int | None) -> _Key:
    return field, str(Path(path)), target
