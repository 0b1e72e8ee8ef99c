"""Checks of a folder that an output is to go to, before anything is made."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from backprop_core.errors import InputError
from backprop_core.formatting import source_name
from scenes.production.store.bounded_reads import read_json
from scenes.production.store.output_paths import MEMORY, STATE, Output, leading_out


def check_folder(target: Output, origin: str, *, named: bool) -> None:
    """See that the files can be written, and that they belong into their folder.

    Parameters
    ----------
    target
        Where they are to go.
    origin
        What the experiment starts from; see `Selection.origin`.
    named
        Whether a person chose the folder's name: then what was in it before does not matter.

    Raises
    ------
    InputError
        With a line for each thing in the way.
    """
    problems = [*leading_out(target.folder, target.state), *_in_the_way(target)]
    advice = f"--name {target.folder.name}-2"
    found = [not_to_be_written(target.folder)]
    if os.path.lexists(target.state):
        found += [not_to_be_written(target.state)]
    found += [None if named else taken(target.folder, origin, advice)]
    problems += [line for line in dict.fromkeys(found) if line is not None]
    if problems:
        raise InputError(*problems)


def _in_the_way(target: Output) -> Iterator[str]:
    state = (target.manifest, target.log, target.memory)
    for path in (*(target.folder / name for name in sorted(target.written)), *state):
        if path.is_dir() and not path.is_symlink():
            yield f"{source_name(str(path))}: is a folder; allowed a file, or nothing"
    if os.path.lexists(target.lock) and (target.lock.is_symlink() or not target.lock.is_dir()):
        yield f"{source_name(str(target.lock))}: is a file; allowed a folder, or nothing"


def not_to_be_written(folder: Path) -> str | None:
    """Return a line if nothing can be put into a folder, which need not exist."""
    if not _is_text(folder):
        return f"--output: got {source_name(str(folder))}; allowed a path that is text in UTF-8"
    blocked = not_writable(folder)
    if blocked is None:
        return None
    path, why = blocked
    return (
        f"--output: {source_name(str(path))} cannot be written to ({why}); "
        "allowed a folder that can, or a new one in such a folder"
    )


def taken(folder: Path, origin: str, advice: str) -> str | None:
    """Return a line if a folder remembers that it was made from something else.

    Parameters
    ----------
    folder, origin
        The folder, and what is to be put into it.
    advice
        An option that leads elsewhere.
    """
    earlier = read_json(folder / STATE / MEMORY).get("made_from")
    if earlier in (None, origin):
        return None
    return (
        f"{source_name(str(folder))}: holds films of {source_name(str(earlier))}, "
        f"not of {source_name(origin)}; choose another folder, for example {advice}"
    )


def memory(origin: str) -> dict[str, str]:
    """Return what a folder remembers, as `check_folder` reads it."""
    return {"made_from": origin}


def _is_text(path: Path) -> bool:
    """Tell whether FFmpeg and JSON can hold a path: its bytes may be no text."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def not_writable(folder: Path) -> tuple[Path, str] | None:
    """Return what keeps files from being made in a folder, which need not exist, and why.

    Nothing of it is seen there. The rights alone do not tell: root has them all, on a disk that
    takes nothing too.
    """
    there = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    try:
        with tempfile.TemporaryFile(dir=there):
            return None
    except OSError as error:
        return there, error.strerror or str(error)
