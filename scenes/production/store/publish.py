"""Moves finished files to their places; at any moment each is absent, old or complete."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from backprop_core.files import open_regular
from backprop_core.folder import Folder, ways
from scenes.production.request.keys import Keys, file_digest
from scenes.production.store.folder_checks import memory
from scenes.production.store.moves import together
from scenes.production.store.output_paths import Output
from scenes.production.store.place_checks import check_places, is_one_of
from scenes.production.store.record import Fact, File, Part, Record, known_files
from scenes.words.ledger import write_json

Source = bytes | Path
"""What a file is made of: its content, or a file, which is moved if it is private, else copied."""


@dataclass(frozen=True)
class Made:
    """What a producer has made.

    Attributes
    ----------
    files
        Place in the folder of the output -> what is to be there.
    facts
        About them, for people and for ``--json``.
    check
        Called once all files are copied and none is in its place; it raises if what they were made
        from was changed meanwhile.
    """

    files: Mapping[str, Source]
    facts: Mapping[str, Fact]
    check: Callable[[], None] = lambda: None


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
    """Put the files of an output into their places, all or none of them, its record last.

    Of an output that is `sole`, a file that is there and right is left alone. Before the first file
    is moved, the record says what is coming: whoever reads it meanwhile, or after a power failure,
    knows a mixture for what it is. If a file cannot be moved, those that were go back.

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
        If something that this program has not made, or that cannot be replaced, is in the way.
    """
    check_places(output, made.files)
    before = output.record()
    after = {place: _described(source) for place, source in made.files.items()}
    changed = {
        place: source
        for place, source in made.files.items()
        if not output.sole or not is_one_of(output.folder / place, [after[place]])
    }
    gone = _gone(output, before, after)
    coming, final = _records(made, output, keys, before, after, gone)
    staged = {
        place: _staged(private / f"new-{n}", source, private)
        for n, (place, source) in enumerate(changed.items())
    }
    record = output.manifest.relative_to(output.folder).as_posix()
    first = {record: _written(private / "coming.json", coming.model_dump())}
    last = {record: _written(private / "record.json", final.model_dump())}
    if origin is not None:
        place = output.memory.relative_to(output.folder).as_posix()
        staged[place] = _written(private / "memory.json", memory(origin))
    # A disk that is full may say so only now: before the first of them is replaced.
    for source in (*first.values(), *last.values(), *staged.values()):
        _sync(source)
    made.check()
    with together(output.folder, private) as moves:
        moves.keep([record, *staged, *gone])
        for step in (first, staged, last):
            for place, source in step.items():
                moves.put(source, place)
            for place in gone if step is staged else ():
                moves.remove(place)
            moves.sync()
    return Counts(len(changed), len(after) - len(changed), len(gone))


def _gone(output: Output, before: Record | None, after: Mapping[str, File]) -> list[str]:
    """Return the places of files that are as they were made, and belong to it no longer."""
    if before is None or not output.sole:
        return []
    old = sorted(before.places - after.keys())
    return [
        place
        for place in old
        if not any((output.folder / way).is_symlink() for way in ways(place))
        and is_one_of(output.folder / place, before.known(place))
    ]


def _records(
    made: Made,
    output: Output,
    keys: Keys,
    before: Record | None,
    after: Mapping[str, File],
    gone: Iterable[str],
) -> tuple[Record, Record]:
    """Return what is remembered while files are moved, and once they are in their places."""
    kept = other_parts(output, before, keys.content, made.facts)
    parts = {**kept, output.part: Part(key=keys.video, facts=dict(made.facts))}
    coming = {place: known_files(before, place) for place in (*after, *gone)}
    for place, file in after.items():
        coming[place].append(file)
    old = {**before.older, **before.files} if before else {}
    files = {**{name: old[name] for name in kept if name in old}, **after}
    other = {} if output.sole else {p: file for p, file in old.items() if p not in after}
    older = {place: file for place, file in other.items() if place not in files}
    final = Record(content=keys.content, parts=parts, files=files, older=older)
    return final.model_copy(update={"files": {}, "coming": coming, "older": other}), final


def other_parts(
    output: Output, before: Record | None, content: str, facts: Mapping[str, Fact]
) -> dict[str, Part]:
    """Return the other forms of the same content and quality that are still there.

    Times are whole frames, so what lies beside a film fits no video of another quality.
    """
    if before is None or before.content != content:
        return {}
    return {
        name: part
        for name, part in before.parts.items()
        if name != output.part
        and part.facts.get("quality") == facts.get("quality")
        and (output.folder / name).is_file()
    }


def _described(source: Source) -> File:
    if isinstance(source, bytes):
        return File(bytes=len(source), sha256=hashlib.sha256(source).hexdigest())
    return File(bytes=source.stat().st_size, sha256=file_digest(source))


def _staged(path: Path, source: Source, private: Path) -> Path:
    """Return a file in the private folder that can be moved to its place."""
    if isinstance(source, Path) and source.is_relative_to(private):
        return source
    with Folder(path.parent) as folder, folder.create(path.name) as copy:
        if isinstance(source, bytes):
            copy.write(source)
        else:
            with open_regular(source) as file:
                shutil.copyfileobj(file, copy)
    return path


def _written(path: Path, document: Mapping[str, object]) -> Path:
    write_json(path, document)
    return path


def _sync(path: Path) -> None:
    """Flush a file to the disk."""
    with open_regular(path) as file:
        os.fsync(file.fileno())
