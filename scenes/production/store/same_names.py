"""Names that a file system takes for one: capital and small letters, or two forms of an accent."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from backprop_core.formatting import source_name


def other_names(paths: Iterable[Path]) -> Iterator[str]:
    """Yield a line for each path at which there is something with another name.

    The file system is asked, not the platform: on most Linux disks no path has two names.
    """
    listed: dict[Path, set[str]] = {}
    for path in paths:
        if not _is_there(path):
            continue
        folder = path.parent
        if folder not in listed:
            listed[folder] = _names(folder)
        # Some file systems write an accent in another form than the name has.
        if path.name in {unicodedata.normalize("NFC", name) for name in listed[folder]}:
            continue
        for name in sorted(listed[folder]):
            if _folded(name) == _folded(path.name):
                yield (
                    f"{source_name(str(path))}: is the same as {source_name(name)} on this disk, "
                    "which does not tell capital from small letters; allowed that name, or one "
                    "that differs in more"
                )


def one_for_two(folder: Path, names: Iterable[str]) -> Iterator[str]:
    """Yield a line for each name that would be the same file or folder as one before it.

    Parameters
    ----------
    folder
        Where they are to be; it need not exist.
    """
    groups: dict[str, dict[str, None]] = {}
    for name in names:
        groups.setdefault(_folded(name), {})[name] = None
    for first, *others in (group for group in groups.values() if len(group) > 1):
        for other in others:
            if _are_one(folder, first, other):
                yield (
                    f"{source_name(str(folder))}: {source_name(first)} and {source_name(other)} "
                    "would be one file on this disk, which does not tell capital from small "
                    "letters; allowed names that differ in more"
                )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _are_one(folder: Path, name: str, other: str) -> bool:
    """Make a file of one name, where nobody sees it, and look for it by the other."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
    with suppress(OSError), TemporaryDirectory(dir=there) as probe:
        place, same = Path(probe, name), Path(probe, other)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
        return _is_there(same)
    return False


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


def _names(folder: Path) -> set[str]:
    try:
        return {path.name for path in folder.iterdir()}
    except OSError:
        return set()
