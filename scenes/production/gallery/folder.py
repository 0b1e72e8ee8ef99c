"""Putting the files of a gallery into its folder: only its own, each of them whole."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from backprop_core.errors import InputError
from backprop_core.formatting import source_name
from backprop_core.regular_files import open_regular
from scenes.production.gallery.content import Source
from scenes.production.store.manifest import LEDGER_BYTES, digest_of, read_json
from scenes.production.store.output_paths import (
    Target,
    leading_out,
    memory,
    not_to_be_written,
    only_one,
    private_folder,
    taken,
)
from scenes.production.store.publish import put
from scenes.words.ledger import write_json

Places = Mapping[PurePosixPath, Source]
_MOST_NAMED = 5
"""Files in the way that are named."""
_DIGITS = 64
"""Of a SHA-256 in hexadecimal."""


@dataclass(frozen=True)
class Written:
    """What became of the files of a gallery.

    Attributes
    ----------
    written, kept, removed
        How many are new or changed, were right already, or belong to it no longer.
    """

    written: int
    kept: int
    removed: int


def check_gallery(root: Path, origin: str, places: Iterable[PurePosixPath]) -> None:
    """See that a gallery can be written and that nothing of anybody else's is in its way.

    Parameters
    ----------
    root
        Its folder.
    origin
        What its films start from; see `Selection.origin`.
    places
        Of its files.

    Raises
    ------
    InputError
        With a line for each thing in the way.
    """
    wanted = list(places)
    folders = dict.fromkeys(root / parent for place in wanted for parent in place.parents)
    state = _target(root).state
    found = [*leading_out(root, state, *folders), not_to_be_written(root)]
    found += [taken(root, origin, f"--output {root}-2")]
    problems = [line for line in dict.fromkeys(found) if line is not None]
    raise_if_any(problems)
    raise_if_any([*_in_the_way(root, wanted)])


def raise_if_any(problems: list[str]) -> None:
    """Raise InputError with these lines, if there are any."""
    if problems:
        raise InputError(*problems)


def write_gallery(
    root: Path, files: Places, origin: str, *, waiting: Callable[[], None] = lambda: None
) -> Written:
    """Write a gallery into its folder; what is there already, and the same, is left alone.

    Files are made in a private folder and moved one by one, in their order; those that a gallery
    has left there before and that are no part of it any more go. A record of its files tells them
    from those of others, which stay as they are.

    Parameters
    ----------
    root
        The folder.
    files
        Place in it -> bytes, or the file to copy.
    origin
        What the folder is to remember that it was made from.
    waiting
        Called several times a second while another process writes the same gallery.

    Raises
    ------
    InputError
        As `check_gallery` raises it.
    """
    target = _target(root)
    with only_one(target, waiting), private_folder(target) as private:
        check_gallery(root, origin, files)
        before = _recorded(root)
        after = {str(place): _digest(source) for place, source in files.items()}
        changed = {
            place: source
            for place, source in files.items()
            if digest_of(root / place) != after[str(place)]
        }
        moved = {
            _staged(private / str(n), source): root / place
            for n, (place, source) in enumerate(changed.items())
        }
        # Wherever this is cut short, what is there is known to be ours.
        _record(target, {name: {*before.get(name, ()), after[name]} for name in after}, before)
        for place in moved.values():
            place.parent.mkdir(parents=True, exist_ok=True)
        put(moved)
        write_json(target.memory, memory(origin))
        removed = _remove(
            root, {name: known for name, known in before.items() if name not in after}
        )
        _record(target, {name: {digest} for name, digest in after.items()}, {})
    return Written(len(changed), len(files) - len(changed), removed)


def _target(root: Path) -> Target:
    return Target(root, "gallery", "html")


def _in_the_way(root: Path, places: Iterable[PurePosixPath]) -> Iterator[str]:
    """Yield a line for each of the first files that are not what this program left there."""
    recorded = _recorded(root)
    named = 0
    for place in places:
        path = root / place
        if not os.path.lexists(path) or _is_ours(path, recorded.get(str(place), set())):
            continue
        if named == _MOST_NAMED:
            yield f"{source_name(str(root))}: there are more such files"
            return
        named += 1
        what = (
            "was changed since it was written" if str(place) in recorded else "is not of a gallery"
        )
        yield f"{source_name(str(path))}: {what}; move it away, or choose another --output"


def _is_ours(path: Path, digests: set[str]) -> bool:
    return not path.is_symlink() and path.is_file() and digest_of(path) in digests


def _recorded(root: Path) -> dict[str, set[str]]:
    """Return what was written into a folder: place -> the digests that it may have.

    Whoever made the record, it leads to no file outside the folder.
    """
    files = read_json(_target(root).manifest, LEDGER_BYTES).get("files")
    if not isinstance(files, dict):
        return {}
    return {
        name: {digest for digest in digests if _is_digest(digest)}
        for name, digests in files.items()
        if isinstance(digests, list) and _is_inside(name)
    }


def _is_digest(found: Any) -> bool:
    return isinstance(found, str) and len(found) == _DIGITS


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name
    )


def _record(target: Target, files: Mapping[str, set[str]], others: Mapping[str, set[str]]) -> None:
    listed = {name: sorted(digests) for name, digests in {**others, **files}.items()}
    write_json(target.manifest, {"files": listed})


def _digest(source: Source) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with open_regular(source) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _staged(path: Path, source: Source) -> Path:
    """Put a file into the private folder."""
    with path.open("wb") as copy:
        if isinstance(source, bytes):
            copy.write(source)
        else:
            with open_regular(source) as file:
                shutil.copyfileobj(file, copy)
    path.chmod(0o644)
    return path


def _remove(root: Path, stale: Mapping[str, set[str]]) -> int:
    """Remove files that are as they were written, and folders that are empty then."""
    gone = 0
    for name, digests in stale.items():
        path = root / name
        parents = [root / parent for parent in PurePosixPath(name).parents]
        if any(parent.is_symlink() for parent in parents) or not _is_ours(path, digests):
            continue
        path.unlink(missing_ok=True)
        gone += 1
        for parent in parents[:-1]:
            with suppress(OSError):
                parent.rmdir()
    return gone
