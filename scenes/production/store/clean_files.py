"""Removing single files that killed processes have left, and emptying the cache of type."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from backprop_core.partial_files import abandoned
from scenes.kit.type.typst_cache import cache_directory
from scenes.production.store.clean import DEEPEST, Cleaned
from scenes.production.store.output_paths import PREFIX


def clean_partials(output: Path, *, dry_run: bool = False) -> list[Cleaned]:
    """Remove files that were being written when their process was killed.

    Those in private folders are left out: such a folder is removed as a whole. No symbolic link is
    followed.

    Parameters
    ----------
    output, dry_run
        As `clean` takes them.
    """
    found = []
    for name, folders, files in os.walk(output):
        folder = Path(name)
        deep = len(folder.relative_to(output).parts) > DEEPEST
        folders[:] = [] if deep else [each for each in folders if not each.startswith(PREFIX)]
        found += [one for path in sorted(files) if (one := _cleaned(folder / path, dry_run))]
    return sorted(found, key=lambda one: one.path)


def clean_cache(*, dry_run: bool = False) -> list[Cleaned]:
    """Empty the cache of type of this user, also of what other versions have put there.

    Returns the folders of the versions. A film that is rendered meanwhile takes longer, no more.
    """
    found = []
    with os.scandir(cache_directory().parent) as entries:
        versions = sorted(Path(each) for each in entries if each.is_dir(follow_symlinks=False))
    for folder in versions:
        found.append(Cleaned(folder, sum(path.lstat().st_size for path in folder.rglob("*"))))
        if not dry_run:
            shutil.rmtree(folder, ignore_errors=True)
    # The next one to use it makes it anew.
    cache_directory.cache_clear()
    return found


def _cleaned(path: Path, dry_run: bool) -> Cleaned | None:
    with suppress(OSError):
        size = path.lstat().st_size
        return Cleaned(path, size) if abandoned(path, remove=not dry_run) else None
    return None
