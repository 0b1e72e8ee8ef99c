"""The one way to make an output: key, lock, private folder, produce, verify, publish, record last.

A film, a lecture, a deck of slides, a gallery, the overview of a sweep and the film of an exercise
are outputs. Each is a producer, which makes files in a private folder and sees that they are whole;
everything else happens here, once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from backprop_core.formatting import source_name
from scenes.production.process.error_messages import LOG, RenderError, words
from scenes.production.request.keys import Keys
from scenes.production.store.bounded_reads import digest_of
from scenes.production.store.output_paths import Output
from scenes.production.store.own_folders import keep_log, only_one, private_folder
from scenes.production.store.publish import Counts, Made, publish
from scenes.production.store.record import Record

Place = TypeVar("Place", bound=Output)
Producer = Callable[[Path], Made]
"""Makes the files of an output in a private folder, or raises what it cannot be made for."""


@dataclass(frozen=True)
class Built(Generic[Place]):
    """An output that is in its place.

    Attributes
    ----------
    reused
        Whether it existed already and was up to date.
    facts
        About it. Of a film: quality, format, width, height, frames, fps, seconds, bytes, sha256.
    took
        Seconds.
    counts
        How many of its files were written, kept and removed.
    """

    target: Place
    reused: bool
    facts: Mapping[str, Any]
    took: float
    counts: Counts = field(default_factory=Counts)


def build(
    output: Place,
    keys: Keys,
    produce: Producer,
    *,
    origin: str | None = None,
    force: bool = False,
    waiting: Callable[[], None] = lambda: None,
) -> Built[Place]:
    """Make the files of an output, unless they exist and are up to date.

    If another process makes the same output, this one waits for it. It then has nothing to do if
    the files are those that it would make.

    Parameters
    ----------
    output
        Its folder and name.
    keys
        Hashes of everything that decides it.
    produce
        Makes the files.
    origin
        What the folder shall remember that it was made from, if anything.
    force
        Make them even if nothing has changed.
    waiting
        Called several times a second while another process has to be waited for; what it raises
        ends the waiting.

    Raises
    ------
    RenderError
        If it could not be made. Nothing is in its place then that was not there before; what a
        worker said, if anything, is in `Output.log`.
    Exception
        Whatever else `produce` raises.
    """
    started = time.monotonic()

    def kept() -> Built[Place] | None:
        record = None if force else current(output, keys)
        if record is None:
            return None
        facts = record.parts[output.part].facts
        return Built(output, True, facts, time.monotonic() - started)

    if (there := kept()) is not None:
        return there
    try:
        with only_one(output, waiting):
            if (there := kept()) is not None:
                return there
            made, counts = _made(output, keys, produce, origin)
    except (OSError, MemoryError) as error:
        raise RenderError(words(error)) from error
    return Built(output, False, made.facts, time.monotonic() - started, counts)


def current(output: Output, keys: Keys) -> Record | None:
    """Return the record of an output if its files are in place, intact and up to date.

    A film in better quality than asked for is up to date, too.
    """
    record = output.record()
    if record is None or record.coming or record.content != keys.content:
        return None
    part = record.parts.get(output.part)
    if part is None or part.key not in (keys.video, *keys.better):
        return None
    if not output.required <= record.files.keys():
        return None
    # Another form of the same output, such as a film as GIF, may be missing: it does not matter.
    ours = record.files.keys() - (record.parts.keys() - {output.part})
    # A file is read only if it can be the right one: somebody may have put an endless one there.
    intact = all(
        digest_of(output.folder / place, record.files[place].bytes) == record.files[place].sha256
        for place in ours
    )
    return record if intact else None


def _made(output: Output, keys: Keys, produce: Producer, origin: str | None) -> tuple[Made, Counts]:
    with private_folder(output) as private:
        status = private.stat()
        try:
            made = produce(private)
            counts = publish(made, output, keys, origin, private)
        except (RenderError, OSError) as error:
            if not _is_the_same(private, status):
                where = source_name(str(output.folder))
                raise RenderError(f"{where} was removed while it was rendered") from error
            keep_log(private / LOG, output)
            raise
    with suppress(OSError):
        output.log.unlink(missing_ok=True)
    return made, counts


def _is_the_same(private: Path, status: os.stat_result) -> bool:
    """Tell whether a folder is still there; a library may have made another one in its place."""
    try:
        return os.path.samestat(private.stat(), status)
    except FileNotFoundError:
        return False
