"""Checks of the places that the files of an output are to take: nobody is to lose a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from backprop_core.errors import InputError
from backprop_core.folder import Folder
from backprop_core.formatting import source_name
from scenes.production.store.bounded_reads import digest_of
from scenes.production.store.moves import stuck
from scenes.production.store.output_paths import Output
from scenes.production.store.record import File, known_files
from scenes.production.store.same_names import one_for_two, other_names

_MOST_NAMED = 5
"""How many files in the way an error names."""


def check_places(output: Output, places: Iterable[str] | None = None) -> None:
    """See that nothing is lost if an output is written.

    Parameters
    ----------
    output
        Its folder and name.
    places
        Those that are to be written; if they are not known yet, those that surely will be, and
        those that were written before and would go.

    Raises
    ------
    InputError
        With a line for each of the first files that this program has not made, that were changed
        since, or that cannot be replaced.
    """
    if problems := list(place_lines(output, places)):
        raise InputError(*problems)


def place_lines(output: Output, places: Iterable[str] | None = None) -> Iterator[str]:
    """Yield the lines of `check_places`."""
    record = output.record()
    known = record.places if record else set()
    if places is None:
        places = output.required | (known if output.sole else set())
    wanted = sorted(places)
    yield from output.blocked()
    yield from one_for_two(output.folder, wanted)
    yield from other_names(output.folder / place for place in wanted)
    named = 0
    for place in wanted:
        path = output.folder / place
        if path.is_dir() and not path.is_symlink():
            yield f"{source_name(str(path))}: is a folder; allowed a file, or nothing"
            continue
        why = _in_the_way(path, known_files(record, place), place in known)
        if why is None:
            continue
        if named == _MOST_NAMED:
            yield f"{source_name(str(output.folder))}: there are more such files"
            return
        named += 1
        yield f"{source_name(str(path))}: {why}; {output.advice}"


def _in_the_way(path: Path, ours: list[File], known: bool) -> str | None:
    if not os.path.lexists(path):
        return None
    if not is_one_of(path, ours):
        return "was changed since it was made" if known else "was not made by this program"
    with suppress(OSError), Folder(path.parent) as folder:
        if (why := stuck(folder, path.name)) is not None:
            return f"cannot be replaced: {why}"
    return None


def is_one_of(path: Path, files: list[File]) -> bool:
    """Tell whether a path is a file, and no link, with the content of one of these."""
    try:
        size = path.lstat().st_size
    except OSError:
        return False
    # A file is read only if it can be the right one: somebody may have put an endless one there.
    likely = {file.sha256 for file in files if file.bytes == size}
    return bool(likely) and not path.is_symlink() and digest_of(path, size) in likely
