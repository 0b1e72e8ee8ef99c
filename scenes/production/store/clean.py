"""Removing what dead processes have left in the output folder, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from backprop_core.folder import Folder
from scenes.production.store.folder_lock import is_held, seized
from scenes.production.store.output_paths import LOCK, PREFIX, STATE

DEEPEST = 4
"""Folders within folders that are looked into: a sweep has its points two below the output."""


@dataclass(frozen=True)
class Cleaned:
    """One folder that was, or would be, removed.

    Attributes
    ----------
    path
        The folder.
    bytes
        Of the files in it.
    """

    path: Path
    bytes: int


def clean(output: Path, *, dry_run: bool = False) -> list[Cleaned]:
    """Remove the private folders and locks of renders whose process is dead.

    Films, their sidecars, logs and whatever else a person has put there stay. No symbolic link is
    followed.

    Parameters
    ----------
    output
        The folder of folders of films.
    dry_run
        Only say what would be removed.
    """
    found = []
    for path in sorted(leftovers(output)):
        # It is looked at again, and held: a render may take it at any moment, and waits then.
        with seized(path) as free:
            if not free:
                continue
            found.append(Cleaned(path, _size(path)))
            # Folders nested a thousand deep are nothing that a render has left.
            with suppress(RecursionError, OSError):
                if not dry_run:
                    with Folder(path.parent) as state:
                        state.remove_tree(path.name)
    return found


def leftovers(output: Path) -> Iterator[Path]:
    """Yield private folders and locks, in and below `output`, whose process is dead."""
    waiting = [(output, 0)]
    while waiting:
        folder, depth = waiting.pop()
        for path in _folders(folder):
            if folder.name == STATE:
                ours = path.name.startswith(PREFIX) or path.name.endswith(LOCK)
                if ours and not is_held(path):
                    yield path
            elif path.name == STATE or depth < DEEPEST:
                waiting.append((path, depth + 1))


def _folders(folder: Path) -> list[Path]:
    """Return the folders in a folder, without links; none if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return [folder / e.name for e in entries if e.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _size(folder: Path) -> int:
    size, waiting = 0, [folder]
    while waiting:
        within = waiting.pop()
        waiting += _folders(within)
        try:
            size += sum(p.lstat().st_size for p in within.iterdir() if not p.is_dir())
        except OSError:
            continue
    return size
