"""Removing what dead processes have left in the output folder, and nothing else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from scenes.production.target import leftovers


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

    Films, their sidecars, logs and whatever else a person has put there stay.

    Parameters
    ----------
    output
        The folder of folders of films.
    dry_run
        Only say what would be removed.
    """
    found = [Cleaned(path, _size(path)) for path in leftovers(output)]
    if not dry_run:
        for one in found:
            shutil.rmtree(one.path, ignore_errors=True)
    return found


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())
