"""The specs of jobs that the last listing of a sweep does not have any more."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from scenes.production.store.bounded_reads import LEDGER_BYTES, read_json
from scenes.production.store.clean import Cleaned
from scenes.production.store.output_paths import STATE
from scenes.words.ledger import write_json

LISTED = "listed.json"
"""The file beside their folder that names those of the last listing."""


def note_listed(root: Path, hashes: Iterable[str]) -> None:
    """Write down which specs the last listing of the sweep in a folder has."""
    write_json(root / STATE / LISTED, {"jobs": sorted(hashes)})


def clean_specs(output: Path, *, dry_run: bool = False) -> list[Cleaned]:
    """Remove the specs of jobs that the last listing of their sweep does not have.

    Until then they are kept, as such jobs may wait in a queue: ``batch --list`` with another
    quality lists other jobs. No symbolic link is followed.

    Parameters
    ----------
    output, dry_run
        As `clean` takes them: the folder of folders of sweeps.
    """
    found = []
    for folder in sorted(output.glob(f"*/{STATE}/jobs")):
        listed = read_json(folder.parent / LISTED, LEDGER_BYTES).get("jobs")
        linked = any(path.is_symlink() for path in (folder, *list(folder.parents)[:2]))
        if linked or not isinstance(listed, list):
            continue
        for path in sorted(folder.glob(f"{'[0-9a-f]' * 16}.json")):
            if path.stem not in listed:
                with suppress(OSError):
                    found.append(Cleaned(path, path.lstat().st_size))
                    if not dry_run:
                        path.unlink()
    return found
