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
from scenes.production.store.ownership import not_ours
from scenes.production.store.place_checks import place_lines
from scenes.production.store.same_names import other_names


def check_folder(output: Output, origin: str, *, named: bool) -> None:
    """See that an output can be written, belongs into its folder, and costs nobody a file.

    Parameters
    ----------
    output
        Its folder and name.
    origin
        What the experiment starts from; see `Selection.origin`.
    named
        Whether a person chose the folder's name: then what was in it before does not matter.

    Raises
    ------
    InputError
        With a line for each thing in the way.
    """
    folder = output.folder
    problems = [*folder_lines(folder, output.elsewhere), *place_lines(output)]
    if not named and (line := taken(folder, origin, output.elsewhere)) is not None:
        problems.append(line)
    if problems:
        raise InputError(*dict.fromkeys(problems))


def folder_lines(folder: Path, elsewhere: str, *within: Path) -> Iterator[str]:
    """Yield a line for each reason why nothing should be made in a folder, which need not exist.

    Parameters
    ----------
    elsewhere
        An option that leads to another folder.
    within
        More folders in it that are to be ours.
    """
    own = (folder / STATE, *within)
    if links := list(leading_out(folder, *own)):
        yield from links
        return
    for place in (folder, *filter(os.path.lexists, own)):
        if (line := not_to_be_written(place)) is not None:
            yield line
            return
    yield from not_ours(folder, elsewhere, *own)
    yield from other_names([folder])


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
