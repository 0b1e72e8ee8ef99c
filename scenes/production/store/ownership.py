"""Whose folders are: nothing is made where another user could lay files under our hands.

You, root, and the groups to which a folder gives the right to write are trusted; a folder for
everybody (``/tmp``) is, as long as nobody can replace there what is not theirs.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from backprop_core.folder import Folder, is_shared
from backprop_core.formatting import source_name

SHARED, PRIVATE = 0o775, 0o700
"""The rights of a folder that is made, before the umask: never for everybody."""


def make_folder(folder: Path) -> None:
    """Make a folder with those above it; it is for nobody else where everybody may write.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    try:
        with Folder(folder.parent, follow=True) as above:
            above.make(folder.name, rights_in(above))
    except FileExistsError:
        if not folder.is_dir():
            raise
    except FileNotFoundError:
        if folder.parent == folder or folder.parent.is_symlink():
            raise
        make_folder(folder.parent)
        make_folder(folder)


def rights_in(folder: Folder) -> int:
    """Return the rights that a new folder in another one gets, before the umask."""
    return PRIVATE if is_shared(folder.status()) else SHARED


def not_ours(folder: Path, advice: str, *within: Path) -> Iterator[str]:
    """Yield a line for each folder in which another user could replace what is made.

    Parameters
    ----------
    folder
        The folder of an output, which need not exist.
    advice
        What leads elsewhere, such as ``--name deep-2``.
    within
        Our own folders in it. Nobody else may write there at all.
    """
    if os.name != "posix":
        return
    me = os.geteuid()
    for own in (folder, *within):
        status = _status(own)
        if status is not None and status.st_uid not in (me, 0) and _keeps_owners(own):
            yield (
                f"{source_name(str(own))}: belongs to another user ({_name(status.st_uid)}); "
                f"allowed a folder of your own, for example {advice}"
            )
        elif status is not None and _is_open(status, own in within) and _keeps_owners(own):
            yield _open_line(own)
    for above in dict.fromkeys((*folder.absolute().parents, *folder.resolve().parents)):
        status = _status(above)
        if status is not None and _is_open(status, False) and _keeps_owners(above):
            yield _open_line(above)


def _open_line(folder: Path) -> str:
    where = source_name(str(folder))
    return (
        f"{where}: every user of this machine may replace what is in it; allowed a folder that "
        f"only you and your group may write to: chmod o-w {where}"
    )


def _is_open(status: os.stat_result, own: bool) -> bool:
    return bool(status.st_mode & stat.S_IWOTH) and (own or not is_shared(status))


def _status(folder: Path) -> os.stat_result | None:
    try:
        status = folder.stat()
    except (OSError, ValueError):
        return None
    return status if stat.S_ISDIR(status.st_mode) else None


def _keeps_owners(folder: Path) -> bool:
    """Tell whether a file system knows users: FAT, a disk of Windows, or NFS for root may not."""
    with suppress(OSError), tempfile.TemporaryDirectory(dir=folder) as probe:
        status = os.lstat(probe)
        return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    # Nothing can be written there, which is said elsewhere where it matters.
    return True


def _name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"
