"""Moves finished files to their places; at any moment each is absent, old or complete."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backprop_core.errors import InputError
from backprop_core.files import open_regular
from backprop_core.formatting import source_name
from scenes.production.request.keys import Keys, file_digest
from scenes.production.store.bounded_reads import digest_of
from scenes.production.store.folder_checks import memory
from scenes.production.store.output_paths import Output
from scenes.production.store.record import Fact, File, Part, Record, known_files
from scenes.words.ledger import write_json

Source = bytes | Path
"""What a file is made of: its content, or a file, which is moved if it is private, else copied."""
_MOST_NAMED = 5
"""How many files in the way an error names."""


@dataclass(frozen=True)
class Made:
    """What a producer has made.

    Attributes
    ----------
    files
        Place in the folder of the output -> what is to be there.
    facts
        About them, for people and for ``--json``.
    """

    files: Mapping[str, Source]
    facts: Mapping[str, Fact]


@dataclass(frozen=True)
class Counts:
    """What became of the files of an output.

    Attributes
    ----------
    written, kept, removed
        How many are new or changed, were right already, or belong to it no longer.
    """

    written: int = 0
    kept: int = 0
    removed: int = 0


def publish(made: Made, output: Output, keys: Keys, origin: str | None, private: Path) -> Counts:
    """Put the files of an output into their places, its record last.

    Of an output that is guarded, a file that is there and right is left alone. A symbolic link in a
    place is replaced, not followed. Before the first file is moved, the record says what is coming:
    whoever reads it meanwhile, or after a power failure, knows a mixture for what it is.

    Parameters
    ----------
    made
        What was made.
    output
        Its folder and name; nobody else makes it meanwhile.
    keys
        Of the output as it was before it was begun.
    origin
        What the folder is to remember that it was made from, if anything.
    private
        A folder of ours on the same file system.

    Raises
    ------
    InputError
        If the output is guarded, and something that this program has not made is in the way.
    """
    check_places(output, made.files)
    before = output.record()
    after = {place: _described(source) for place, source in made.files.items()}
    changed = {
        place: source
        for place, source in made.files.items()
        if not output.guarded or not _is(output.folder / place, [after[place]])
    }
    staged = {
        _staged(private / f"new-{n}", source, private): output.folder / place
        for n, (place, source) in enumerate(changed.items())
    }
    kept = other_parts(output, before, keys.content)
    parts = {**kept, output.part: Part(key=keys.video, facts=dict(made.facts))}
    gone = before.places - after.keys() if before and output.guarded else set()
    coming = {place: known_files(before, place) for place in {*after, *gone}}
    for place, file in after.items():
        coming[place].append(file)
    record = Record(content=keys.content, parts=parts, files={}, coming=coming)
    _note(record, output, private)
    for path in staged.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    put(staged)
    if origin is not None:
        put({_written(private / "memory.json", memory(origin)): output.memory})
    removed = sum(_remove(output.folder, place, coming[place]) for place in gone)
    old = before.files if before else {}
    files = {**{name: old[name] for name in kept if name in old}, **after}
    _note(record.model_copy(update={"files": files, "coming": {}}), output, private)
    return Counts(len(changed), len(after) - len(changed), removed)


def put(places: Mapping[Path, Path]) -> None:
    """Move finished files to their places, one after the other, and have the disk hold them.

    Parameters
    ----------
    places
        File -> its place, on the same file system.
    """
    # A disk that is full may say so only now: before the first of them is replaced.
    for source in places:
        _sync(source)
    for source, place in places.items():
        source.replace(place)
    for folder in {place.parent for place in places.values()}:
        _sync(folder)


def check_places(output: Output, places: Iterable[str] | None = None) -> None:
    """See that nothing is lost if an output that is guarded is written.

    Parameters
    ----------
    output
        Its folder and name.
    places
        Those that are to be written; if they are not known yet, those that surely will be, and
        those that were written before.

    Raises
    ------
    InputError
        With a line for each of the first files that this program has not made, or that were
        changed since.
    """
    if not output.guarded:
        return
    record = output.record()
    known = record.places if record else set()
    wanted = known | output.required if places is None else places
    problems = list(output.blocked())
    for place in sorted(wanted):
        path = output.folder / place
        if not os.path.lexists(path) or _is(path, known_files(record, place)):
            continue
        if len(problems) == _MOST_NAMED:
            problems.append(f"{source_name(str(output.folder))}: there are more such files")
            break
        what = "was changed since it was made" if place in known else "was not made by this program"
        problems.append(f"{source_name(str(path))}: {what}; {output.advice}")
    if problems:
        raise InputError(*problems)


def other_parts(output: Output, before: Record | None, content: str) -> dict[str, Part]:
    """Return the other forms of the same content that are still there."""
    if before is None or before.content != content:
        return {}
    return {
        name: part
        for name, part in before.parts.items()
        if name != output.part and (output.folder / name).is_file()
    }


def _is(path: Path, files: list[File]) -> bool:
    """Tell whether a path is a file, and no link, with the content of one of these."""
    try:
        size = path.lstat().st_size
    except OSError:
        return False
    # A file is read only if it can be the right one: somebody may have put an endless one there.
    likely = {file.sha256 for file in files if file.bytes == size}
    return bool(likely) and not path.is_symlink() and digest_of(path, size) in likely


def _described(source: Source) -> File:
    if isinstance(source, bytes):
        return File(bytes=len(source), sha256=hashlib.sha256(source).hexdigest())
    return File(bytes=source.stat().st_size, sha256=file_digest(source))


def _staged(path: Path, source: Source, private: Path) -> Path:
    """Return a file in the private folder that can be moved to its place."""
    if isinstance(source, Path) and source.is_relative_to(private):
        return source
    with path.open("wb") as copy:
        if isinstance(source, bytes):
            copy.write(source)
        else:
            with open_regular(source) as file:
                shutil.copyfileobj(file, copy)
    path.chmod(0o644)
    return path


def _note(record: Record, output: Output, private: Path) -> None:
    output.state.mkdir(parents=True, exist_ok=True)
    put({_written(private / "record.json", record.model_dump()): output.manifest})


def _written(path: Path, document: Mapping[str, object]) -> Path:
    write_json(path, document)
    return path


def _remove(root: Path, place: str, files: list[File]) -> bool:
    """Remove a file that is as it was made, and folders that are empty then."""
    parents = [root / parent for parent in PurePosixPath(place).parents]
    if any(parent.is_symlink() for parent in parents) or not _is(root / place, files):
        return False
    (root / place).unlink(missing_ok=True)
    for parent in parents[:-1]:
        with suppress(OSError):
            parent.rmdir()
    return True


def _sync(path: Path) -> None:
    """Flush a file or folder to the disk."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
