"""The private folder of a learner's process, which is locked while it is used, then removed."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scenes.production.store.folder_lock import held, is_held

_PREFIX = "backprop-learner-"


class _InUseError(Exception):
    """Another process holds a folder."""


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make a folder that only this user can enter; remove it afterwards.

    Folders that were left behind because all processes of a check were killed are removed first.
    """
    parent = Path(tempfile.gettempdir()).resolve()
    _remove_abandoned(parent)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    with held(folder):
        try:
            # Another process may have removed it before it was locked; then `held` made it anew.
            folder.chmod(0o700)
            yield folder
        finally:
            remove_tree(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder of any depth, with subfolders of any permissions.

    `shutil.rmtree` needs a stack frame and an open file for each level, and so fails on deep ones.
    """
    pending = [folder]
    with suppress(OSError):
        folder.chmod(0o700)
    while pending:
        current = pending.pop()
        with suppress(OSError):
            for entry in list(os.scandir(current)):
                with suppress(OSError):
                    if not entry.is_dir(follow_symlinks=False):
                        Path(entry.path).unlink()
                        continue
                    # A folder without permissions can be neither moved nor listed.
                    Path(entry.path).chmod(0o700)
                    moved = folder / secrets.token_hex(8)
                    pending.append(Path(entry.path).rename(moved))
        with suppress(OSError):
            current.rmdir()
    with suppress(OSError):
        folder.rmdir()


def _remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError, _InUseError):
            status = folder.lstat()
            # Where there are no locks, every folder counts as held.
            abandoned = stat.S_ISDIR(status.st_mode) and not is_held(folder)
            if abandoned and status.st_uid == os.geteuid():
                # It stays locked while it is removed, so that nobody begins to use it.
                with held(folder, _in_use):
                    remove_tree(folder)


def _in_use() -> None:
    raise _InUseError
